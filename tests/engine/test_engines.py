"""What only one engine does."""

from __future__ import annotations

import io
import logging
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter

from okosos_xl.engine import EngineError, ExcelError, get_engine, installed_engines, value_at
from okosos_xl.engine.formualizer_engine import FormualizerEngine
from okosos_xl.engine.formula_limits import check_formulas
from okosos_xl.engine.libreoffice_engine import LibreofficeEngine
from okosos_xl.engine.rounding import excel_round, excel_rounddown, excel_roundup


def one_formula(formula: str) -> bytes:
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.add_worksheet("Ark").write_formula("A1", formula)
    book.close()
    return memory.getvalue()


def test_formualizer_has_a_clock_of_its_own() -> None:
    package = one_formula("=TODAY()")
    assert value_at(FormualizerEngine().evaluate(package), "Ark", "A1") == 36526.0
    leap_day = FormualizerEngine(clock=datetime(2024, 2, 29, 12, tzinfo=UTC))
    assert value_at(leap_day.evaluate(package), "Ark", "A1") == 45351.0


@pytest.mark.parametrize("formula", ["=" + "(" * 4000 + "1" + ")" * 4000, "=2" + "^1" * 4000, "=1" + "+1" * 100_000])
def test_ironcalc_refuses_what_would_end_the_process(formula: str) -> None:
    with pytest.raises(EngineError, match="ironcalc"):
        get_engine("ironcalc").evaluate(one_formula(formula))


def test_formulas_within_excels_limits_are_let_through() -> None:
    check_formulas(one_formula("=" + "IF(1>0," * 60 + "1" + ",0)" * 60))
    check_formulas(one_formula("=SUM(" + ",".join("ABS(1)" for _ in range(250)) + ")"))


needs_formulas = pytest.mark.skipif(
    "formulas" not in installed_engines(), reason="okosos-xl[formulas] is not installed"
)


@needs_formulas
def test_formulas_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    get_engine("formulas").evaluate(one_formula("=SUM(A2:A9)+UKJENT"))
    assert capfd.readouterr() == ("", "")
    assert logging.root.manager.disable == 0


@needs_formulas
def test_formulas_does_not_open_other_workbooks(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "annen.xlsx"))
    book.add_worksheet("Ark").write("A1", 42)
    book.close()
    package = one_formula(f"='{tmp_path}/[annen.xlsx]Ark'!A1")
    try:
        value = value_at(get_engine("formulas").evaluate(package), "Ark", "A1")
    except EngineError:
        return
    assert isinstance(value, ExcelError)


@pytest.mark.parametrize(
    ("function", "number", "digits", "expected"),
    [
        (excel_round, 1.005, 2, 1.01),
        (excel_round, -2.5, 0, -3),
        (excel_round, 1250, -2, 1300),
        (excel_round, 49, -2, 0),
        (excel_round, 0.1 + 0.2, 1, 0.3),
        (excel_round, 1e300, 2, 1e300),
        (excel_roundup, 8.2, 2, 8.2),
        (excel_roundup, -1.1, 0, -2),
        (excel_roundup, 1, -2, 100),
        (excel_rounddown, 2.01, 2, 2.01),
        (excel_rounddown, -1.99, 0, -1),
    ],
)
def test_corrected_rounding(function: object, number: float, digits: int, expected: float) -> None:
    assert function(number, digits) == expected  # type: ignore[operator]


def sleeping_soffice(folder: Path) -> Path:
    """A program that says it is LibreOffice, starts a child and never finishes."""
    program = folder / "soffice"
    child = folder / "child.pid"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = "--version" ]; then echo "LibreOffice 9.9"; exit; fi\n'
        f"sleep 60 &\necho $! > {child}.part\nmv {child}.part {child}\nwait\n"
    )
    program.chmod(0o755)
    return program


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for soffice")
def test_libreoffice_is_killed_with_its_children_when_time_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKOSOS_SOFFICE", str(sleeping_soffice(tmp_path)))
    engine = LibreofficeEngine(timeout_seconds=1)
    assert engine.version() == "9.9"
    with pytest.raises(EngineError, match="mer enn 1 sekunder"):
        engine.evaluate(one_formula("=1+1"))
    child = int((tmp_path / "child.pid").read_text())
    for _ in range(50):
        status = Path(f"/proc/{child}/status")
        if not status.exists() or "zombie" in status.read_text():
            return
        time.sleep(0.1)
    pytest.fail("the child is still running")


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for soffice")
def test_libreoffice_that_writes_nothing_is_an_engine_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("OKOSOS_SOFFICE", str(program))
    with pytest.raises(EngineError, match="regne ut arbeidsboken"):
        LibreofficeEngine().evaluate(one_formula("=1+1"))


@pytest.mark.libreoffice
def test_libreoffice_leaves_the_users_profile_and_temporary_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "libreoffice" not in installed_engines():
        pytest.skip("LibreOffice (soffice) is not installed")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    values = get_engine("libreoffice").evaluate(one_formula("=1+1"))
    assert value_at(values, "Ark", "A1") == 2.0
    assert list(tmp_path.iterdir()) == []


def test_the_package_itself_is_not_changed() -> None:
    package = one_formula("=1+1")
    before = bytes(package)
    for name in ("formualizer", "ironcalc"):
        get_engine(name).evaluate(package)
    assert package == before
    with ZipFile(io.BytesIO(package)) as parts:
        assert parts.testzip() is None
