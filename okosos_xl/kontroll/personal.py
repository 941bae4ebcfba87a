"""National identity numbers: wrong ones where they belong, and any where they do not. The number is never told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, Finding
from okosos_xl.kontroll.grouping import group_words
from okosos_xl.template.layout import Region
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.package import cells_of
from okosos_xl.workbook.reading import Reading
from okosos_xl.workbook.sheetcells import CellValue

HIDDEN = "•••"
_ELEVEN = re.compile(r"(?<![\d.,])\d(?:[ \u00a0]?\d){10}(?![\d]|[.,]\d)")
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH_MARKS = (0, 40, 65, 80)
"""What is added to the month: nothing, or the mark of one of the registers' numbers for persons made up for tests."""


def is_personal_number(digits: str) -> bool:
    """Whether eleven digits are a fødselsnummer or a D-number: a day of the calendar and both check digits (mod 11)."""
    if len(digits) != 11 or not (digits.isascii() and digits.isdecimal()):
        return False
    day, month = int(digits[:2]), int(digits[2:4])
    day -= 40 if day > 40 else 0
    month = next((month - mark for mark in _MONTH_MARKS if 1 <= month - mark <= 12), 0)
    if not month or not 1 <= day <= _DAYS[month - 1]:
        return False
    numbers = [int(digit) for digit in digits]
    return all(
        sum(w * n for w, n in zip(weights, numbers, strict=False)) % 11 == 0
        for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS)
    )


def masked(text: str) -> str:
    """The text with every identity number in it hidden."""
    return _ELEVEN.sub(lambda found: HIDDEN if is_personal_number(_digits(found[0])) else found[0], text)


def holds_personal_number(value: CellValue | None) -> bool:
    """Whether a cell's value is, or has in it, an identity number."""
    if isinstance(value, float):
        return value == int(value) and is_personal_number(f"{value:011.0f}") if 0 < value < 1e11 else False
    return isinstance(value, str) and masked(value) != value


def check_personal_numbers(reading: Reading) -> list[Finding]:
    """One finding per field, column, sheet of the advisor's own, or note with an identity number it should not have."""
    get = cells_of(reading.package)
    found: list[Finding] = []
    for region in reading.layout.inputs():
        if region.id in reading.deleted:
            continue
        values = get(region.sheet).values
        cells = [(region.row + i, region.col) for i in range(region.nrows)]
        if region.item.format == "fodselsnummer":
            wrong = [c for c in cells if (v := values.get(c)) not in (None, "") and not _is_right(v)]
            found += _finding("OKX131", FEIL, region, wrong, "er ikke et gyldig fødselsnummer", _CHECK)
        else:
            held = [c for c in cells if c in values and holds_personal_number(values[c])]
            found += _finding("OKX132", ADVARSEL, region, held, "inneholder et fødselsnummer", _REMOVE)
    return [*found, *_elsewhere(reading)]


_CHECK = "Kontroller nummeret mot en sikker kilde; et siffer er trolig galt."
_REMOVE = "Fjern nummeret. Feltet er ikke ment for det, og det følger med til andre som får arbeidsboken."


def _finding(code: str, severity: str, region: Region, cells: list[Cell], said: str, action: str) -> list[Finding]:
    if not cells:
        return []
    more, samples = group_words(cells, region.nrows)
    message = f"«{region.item.label}» {said}.{more}"
    at = address(cells[0])
    return [Finding(code, severity, region.sheet, at, message, action, region.id, len(cells), samples=samples)]


def _elsewhere(reading: Reading) -> Iterator[Finding]:
    """Identity numbers beside the form, in comments, and on sheets of the advisor's own."""
    sheets: dict[str, list[Cell]] = {}
    get = cells_of(reading.package)
    form = {region.sheet for region in reading.layout.regions.values()}
    inputs = {
        (r.sheet, (r.row + i, r.col))
        for r in reading.layout.inputs()
        if r.id not in reading.deleted
        for i in range(r.nrows)
    }
    for name in [*sorted(form), *reading.extra_sheets]:
        cells = get(name)
        for cell, value in cells.values.items():
            if (
                value.__class__ is str
                and cell not in cells.formulas
                and (name, cell) not in inputs
                and holds_personal_number(value)
            ):
                sheets.setdefault(name, []).append(cell)
        sheets.setdefault(name, []).extend(c for c, text in cells.comments.items() if holds_personal_number(text))
    for name, where in sheets.items():
        if where:
            more, samples = group_words(where, 0)
            message = f"Et fødselsnummer står utenfor feltene, eller i en kommentar.{more}"
            yield Finding(
                "OKX132", ADVARSEL, name, address(where[0]), message, _REMOVE, count=len(where), samples=samples
            )


def _is_right(value: CellValue | None) -> bool:
    if isinstance(value, float):
        return holds_personal_number(value)
    return isinstance(value, str) and is_personal_number(_digits(value.strip()))


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("\u00a0", "")
