"""Workbooks shared by the tests of the command line: made once, changed as bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from book_edit import Edit, layout_of
from click.testing import CliRunner, Result

from okosos_xl import api
from okosos_xl.commands import main
from okosos_xl.sak.case import Sak
from okosos_xl.sak.load import loads_case
from okosos_xl.template.compile import load_spec
from okosos_xl.template.layout import Layout

EXAMPLE = Path(__file__).parents[2] / "examples" / "ola-og-renter.yaml"

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def sak() -> Sak:
    return loads_case(EXAMPLE.read_bytes(), load_spec("dividende"), EXAMPLE.name)


@pytest.fixture(scope="session")
def package(sak: Sak) -> bytes:
    return api.generate("dividende", sak)


@pytest.fixture(scope="session")
def layout(sak: Sak) -> Layout:
    return layout_of(sak)


@pytest.fixture
def edit(package: bytes, layout: Layout) -> Edit:
    return Edit(package, layout)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("validate", "x.xlsx", code=2)`` in an empty folder; never a traceback."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str, code: int, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(main, list(args), input=stdin, prog_name="okosos")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, (result.stdout[:2000], result.stderr[:2000])
        assert "Traceback" not in result.stdout + result.stderr
        assert "Noe uventet" not in result.stdout + result.stderr
        return result

    return call


@pytest.fixture
def files(tmp_path: Path) -> Callable[[], list[str]]:
    return lambda: sorted(p.name for p in tmp_path.iterdir())
