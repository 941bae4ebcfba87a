"""What is hidden on purpose is not told of: the simple version of a case that has more in it than it shows."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from okosos_xl.api import generate, read_full, validate

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("name", ["to-voksne-felles-gjeld", "par-fire-barn"])
def test_the_simple_version_hides_what_it_leaves_out_without_a_word(name: str) -> None:
    package = generate("gjeldsradgivning", EXAMPLES / f"{name}.yaml", version="forenklet")
    assert not [f for f in validate(package).findings if f.code in ("OKX318", "OKX350", "OKX351")]


def test_a_simple_workbook_that_has_been_made_full_is_told_of_what_it_still_hides() -> None:
    package = generate("gjeldsradgivning", EXAMPLES / "to-voksne-felles-gjeld.yaml", version="forenklet")
    choice = read_full(package).layout.regions["versjon"]
    book = openpyxl.load_workbook(io.BytesIO(package))
    book[choice.sheet].cell(choice.row, choice.col).value = "full"
    changed = io.BytesIO()
    book.save(changed)
    assert "OKX318" in {f.code for f in validate(changed.getvalue()).findings}
