"""The command line on a small management workbook, and a LibreOffice to edit it with."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from liten_forvaltning import TEMPLATES, Run, made

from okosos_xl.commands import main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("import", "sak.xlsx", …, code=1)`` in a folder that has ``sak.xlsx``; never a traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sak.xlsx").write_bytes(made())

    def call(*args: str, code: int, stdin: bytes | None = None) -> Result:
        command = ["forvaltning", *args, "--templates", str(TEMPLATES)]
        result = CliRunner().invoke(main, command, input=stdin, prog_name="okosos")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, (result.stdout[:2000], result.stderr[:2000])
        assert "Noe uventet" not in result.stdout + result.stderr
        return result

    return call


def _roundtrip() -> Any:
    """The LibreOffice of ``tests/roundtrip``, driven through UNO."""
    path = Path(__file__).parents[1] / "roundtrip" / "conftest.py"
    spec = importlib.util.spec_from_file_location("okosos_roundtrip_conftest", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_office = _roundtrip()
office, edit = _office.office, _office.edit
