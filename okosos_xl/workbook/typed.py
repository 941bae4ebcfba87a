"""What stands in one cell as a value of a case: what the form asks for there, or what is wrong with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from okosos_xl.engine import ExcelError
from okosos_xl.sak.case import CaseValue
from okosos_xl.sak.numbers import from_serial, guess_date, guess_number, show_number
from okosos_xl.template.layout import Region
from okosos_xl.template.spec import DATES, NUMERIC
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.numbertext import number_text
from okosos_xl.workbook.older import OLDER
from okosos_xl.workbook.reading import InputProblem, Reading
from okosos_xl.workbook.sheetcells import CellValue

_FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets do not agree about the days before, and a case cannot hold them."""
_YEARS = (1900, 2199)
"""As serial numbers these are days of 1905; in a field for a date they are years."""


def typed(reading: Reading, region: Region, cell: Cell, raw: CellValue | None) -> CaseValue | None:
    """The value the form asks for, or None; what does not fit becomes a problem and, as text, stays in the case."""
    if raw is None or raw == "":
        return None
    item = region.item

    def problem(kind: str, text: str, meant: str = "") -> None:
        reading.problems.append(InputProblem(kind, region, cell, text, meant))

    if isinstance(raw, ExcelError):
        problem("feilverdi", raw.code)
        return None
    if isinstance(raw, bool):
        raw = "ja" if raw else "nei"
    if item.type in NUMERIC:
        if isinstance(raw, str):
            if not raw.strip():
                return None
            guess = guess_number(raw)
            problem("tall", raw, show_number(guess) if guess is not None else "")
            return raw
        number = plain_number(raw)
        limits = item.input
        assert limits is not None
        if limits.min is not None and number < limits.min:
            problem("minst", show_number(number), show_number(limits.min))
        elif limits.max is not None and number > limits.max:
            problem("mest", show_number(number), show_number(limits.max))
        elif item.type == "heltall" and number != int(number):
            problem("heltall", show_number(number))
        return number
    if item.type in DATES:
        if isinstance(raw, str):
            meant = guess_date(raw)
            problem("dato", raw, f"{meant:%d.%m.%Y}" if meant else "")
            return raw
        day = from_serial(raw, date1904=reading.package.date1904)
        if day is None or day < _FIRST_DAY:
            problem("dato", show_number(plain_number(raw)))
            return plain_number(raw)
        if _YEARS[0] <= raw <= _YEARS[1]:
            problem("aarstall", f"{day:%d.%m.%Y}", f"{int(raw)}")
        return day.replace(day=1) if item.type == "maaned" else day
    if not isinstance(raw, float):
        text = raw
    elif item.style == OLDER:  # of a kind that is no longer known: the number itself
        text = str(plain_number(raw))
    else:
        text = number_text(reading.package, region.sheet, cell, raw)
    if item.choices:
        choice = reading.layout.spec.choice(item.choices, text)
        if choice is None:
            problem("valg", text, ", ".join(reading.layout.spec.choices[item.choices]))
        return choice or text
    return text


def plain_number(value: float) -> Decimal:
    """A cell's number with the 15 digits a spreadsheet keeps: 12500.5 → 12500.5, 3.0 → 3, 0.1 + 0.2 → 0.3."""
    number = Decimal(f"{value:.15g}")
    return Decimal(int(number)) if number == int(number) else number


def case_value(value: CellValue | None) -> CaseValue | None:
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, ExcelError):
        return value.code
    return value


def rate_text(value: CaseValue | None) -> str:
    """A rate as the manifest records it."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value or "")
