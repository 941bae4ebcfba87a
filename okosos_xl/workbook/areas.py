"""Rectangles of cells and the reference texts that name them: ``Krav!$G$8:$G$47``. Rows and columns count from 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

Cell = tuple[int, int]
"""Row and column, both from 1: C7 is ``(7, 3)``."""

_CORNER = r"(?:\$?([A-Za-z]{1,3}))?(?:\$?([1-9][0-9]{0,6}))?"
_REFERENCE = re.compile(rf"=?(?:('(?:[^']|'')+'|[^'!:\s]+)!)?{_CORNER}(?::{_CORNER})?")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on one sheet, both corners included."""

    sheet: str
    row1: int
    col1: int
    row2: int
    col2: int

    def __contains__(self, cell: object) -> bool:
        return (
            isinstance(cell, tuple)
            and len(cell) == 2
            and self.row1 <= cell[0] <= self.row2
            and self.col1 <= cell[1] <= self.col2
        )

    @property
    def is_cell(self) -> bool:
        """Whether the area is a single cell."""
        return (self.row1, self.col1) == (self.row2, self.col2)


@cache
def column_number(letters: str) -> int:
    """``"A"`` → 1, ``"XFD"`` → 16384, in either case. ValueError beyond the last column or for anything else."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"not a column: {letters!r}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(f"not a column: {letters!r}")
    return number


@cache
def column_letters(number: int) -> str:
    """1 → ``"A"``, 16384 → ``"XFD"``. ValueError outside the sheet."""
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(f"not a column: {number}")
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(cell: Cell) -> str:
    """``(7, 3)`` → ``"C7"``."""
    return f"{column_letters(cell[1])}{cell[0]}"


def parse_cell(text: str) -> Cell:
    """``"C7"`` or ``"$C$7"`` → ``(7, 3)``. ValueError for anything that is not one cell of a sheet."""
    area = parse_area(text, sheet="-")
    if area is None or not area.is_cell or "!" in text:
        raise ValueError(f"not a cell address: {text!r}")
    return area.row1, area.col1


@lru_cache(maxsize=16_384)
def parse_area(text: str, *, sheet: str | None = None) -> Area | None:
    """The rectangle that a reference names, or None when the text is anything else than one plain rectangle.

    Understands one cell, a range, whole rows and whole columns, with or without ``$``, with a sheet name plain or in
    apostrophes (doubled inside). ``sheet`` is the sheet meant when the text names none; without it such a text gives
    None, and so do unions, formulas, ``#REF!``, several sheets and other workbooks.
    """
    match = _REFERENCE.fullmatch(text.strip())
    if match is None:
        return None
    quoted, letters1, digits1, letters2, digits2 = match.groups()
    name = _unquoted(quoted) if quoted else sheet
    if not name or "[" in name:
        return None
    if letters2 is None and digits2 is None:
        if ":" in text.rpartition("!")[2] or letters1 is None or digits1 is None:
            return None
        letters2, digits2 = letters1, digits1
    if (letters1 is None) != (letters2 is None) or (digits1 is None) != (digits2 is None):
        return None
    if letters1 is None and digits1 is None:
        return None
    try:
        columns = sorted((column_number(letters1 or "A"), column_number(letters2 or "XFD")))
    except ValueError:
        return None
    rows = sorted((int(digits1 or 1), int(digits2 or MAX_ROW)))
    return Area(name, rows[0], columns[0], rows[1], columns[1]) if rows[1] <= MAX_ROW else None


def _unquoted(name: str) -> str:
    return name[1:-1].replace("''", "'") if name.startswith("'") else name
