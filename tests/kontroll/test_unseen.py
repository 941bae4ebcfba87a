"""What is hidden on purpose is not told of: the simple version of a case that has more in it than it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from okosos_xl.api import generate, validate

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("name", ["to-voksne-felles-gjeld", "par-fire-barn"])
def test_the_simple_version_hides_what_it_leaves_out_without_a_word(name: str) -> None:
    package = generate("gjeldsradgivning", EXAMPLES / f"{name}.yaml", version="forenklet")
    assert not [f for f in validate(package).findings if f.code in ("OKX318", "OKX350", "OKX351")]
