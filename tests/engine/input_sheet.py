"""The workbook the cases of ``function_cases.yaml`` are asked in: one sheet of inputs, one of formulas."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
import yaml

from okosos_xl.engine import CellValue, ExcelError

ASKED = "Prøve"
INPUTS = "Inn"

_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#REF!", "#VALUE!"}
_CLAIMS = [
    ("Bank Ås", 10000, 0.05, date(2024, 1, 15), "A"),
    ("Inkasso Øst", 2500.5, 0.12, date(2024, 2, 29), "B"),
    ("bank ås", 0, 0, date(2024, 6, 30), "a"),
    (None, None, None, None, None),
    ("Skatt", "tekst", 0.1, date(2025, 1, 1), "B"),
    ("Æra", -1200.25, 0.08, date(2025, 12, 31), "C"),
]
_NAMES = {
    "krav.kreditor": "A$2:$A$7",
    "krav.saldo": "B$2:$B$7",
    "krav.rente": "C$2:$C$7",
    "krav.dato": "D$2:$D$7",
    "krav.kode": "E$2:$E$7",
    "beløp": "G$1",
    "sum.forfalt_å": "G$1",
    "tom": "G$2",
    "tekst_tall": "G$3",
    "nullstreng": "G$4",
    "feil": "G$5",
    "sant": "G$6",
    "dato": "G$7",
    "sortert": "I$1:$I$5",
    "synkende": "K$1:$K$5",
    "tall": "L$1:$L$6",
    "tideler": "M$1:$M$10",
    "sifferplass": "N$1:$N$11",
    "kontantstrøm": "O$1:$O$3",
}


class Case(NamedTuple):
    """One question: what does ``formula`` give in Excel?"""

    subject: str
    name: str
    formula: str
    expected: float | str | bool
    avoid: bool

    @property
    def id(self) -> str:
        return f"{self.subject}.{self.name}"


def load_cases() -> list[Case]:
    """All cases of ``function_cases.yaml``, in the order of the file."""
    path = Path(__file__).with_name("function_cases.yaml")
    subjects: dict[str, dict[str, list[Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Case(subject, name, spec[0], spec[1], spec[2:] == ["avoid"])
        for subject, cases in subjects.items()
        for name, spec in cases.items()
    ]


def excel_answer(case: Case) -> CellValue:
    """What Excel answers, as an engine would give it back."""
    if isinstance(case.expected, str) and case.expected in _ERRORS:
        return ExcelError(case.expected)
    return case.expected


def workbook_of(formulas: list[str]) -> bytes:
    """A package with the inputs, and the formulas in column A of the sheet ``ASKED``; every cached value is 0."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    inputs, asked = book.add_worksheet(INPUTS), book.add_worksheet(ASKED)
    for row, claim in enumerate(_CLAIMS, 1):
        for column, value in enumerate(claim):
            _write(inputs, row, column, value, day)
    special = [1234.56, None, "12", '=""', "=1/0", True, date(2024, 2, 1), None, None, None, "\u00a0a", "\u00a0"]
    for row, value in enumerate(special):
        _write(inputs, row, 6, value, day)
    _column(inputs, 8, [10, 20, 30, 40, 50])
    _column(inputs, 9, ["a", "b", "c", "d", "e"])
    _column(inputs, 10, [50, 40, 30, 20, 10])
    _column(inputs, 11, [3, 1, 4, 1, 5, 9])
    _column(inputs, 12, [0.1] * 10)
    _column(inputs, 13, list(range(1, 12)))
    _column(inputs, 14, [-1000, 600, 550])
    for name, area in _NAMES.items():
        book.define_name(name, f"={INPUTS}!${area}")
    for row, formula in enumerate(formulas):
        asked.write_formula(row, 0, formula)
    book.close()
    return memory.getvalue()


def _column(sheet: Any, column: int, values: list[Any]) -> None:
    for row, value in enumerate(values):
        sheet.write(row, column, value)


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, str) and not value.startswith("="):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write(row, column, value)
