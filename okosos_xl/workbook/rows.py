"""The rows of a sheet as finished text with holes, made once and filled again and again.

What is the same in every workbook of a kind is joined into pieces; between them are holes for the values of formulas,
for what a case types in, and for the look of rows whose height follows a text. Filling them is work in bulk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape as _escape
from operator import itemgetter
from typing import Any

from okosos_xl.engine import CellValue, ExcelError
from okosos_xl.workbook.areas import Cell

Value = CellValue


def number_text(value: float) -> str:
    """A number the way a spreadsheet file holds it: shortest exact text, whole numbers without a point."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def xml_text(text: str) -> str:
    """Text safe inside an element: markup escaped, control characters written as ``_xHHHH_``."""
    text = _escape(text, quote=False)
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    if not text.isprintable():
        text = "".join(
            f"_x{ord(ch):04X}_" if (ch < " " and ch not in "\t\n") or ch in "\ufffe\uffff" else ch for ch in text
        )
    return text


def looks_escaped(text: str) -> bool:
    """Whether a text has something in it that a file would take for an escaped character."""
    return "_x" in text and _LOOKS_ESCAPED.search(text) is not None


_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Rendered(dict[Value, bytes]):
    """Values as the XML of their place in a formula's cell, each rendered once."""

    def __missing__(self, value: Value) -> bytes:
        if isinstance(value, ExcelError):
            inner = value.code
        elif isinstance(value, int | float):
            inner = number_text(float(value))
        else:
            inner = xml_text(value or "")
        text = self[value] = f"<v>{inner}</v>".encode()
        return text


def _kind(value: Value) -> bytes:
    """The type of a formula's cell, as an attribute; numbers have none."""
    if isinstance(value, bool):
        return b' t="b"'
    if isinstance(value, ExcelError):
        return b' t="e"'
    return b"" if isinstance(value, int | float) else b' t="str"'


_HOLE = b"\0"
"""Stands where something is missing; no XML has it."""


@dataclass(frozen=True)
class Rows:
    """The rows of one sheet. Not to be changed: every workbook of the kind is made from it.

    ``text`` is everything that is always the same, with two marks per hole: where the type of a formula's cell goes,
    and where the value goes. ``lines`` are the rows with holes: number, how to take the values of the holes from the
    row's values, and how many values that needs. ``places`` are the cells a case types in: which hole, and how the cell
    begins. ``looks`` are the holes for the heights of rows: which, and what else their tags say. ``blanks`` is what
    stands in the holes that are not for formulas, when nothing else does.
    """

    text: bytes
    holes: int
    lines: Sequence[tuple[int, Callable[[Sequence[Value]], Sequence[Value]], int]]
    places: Mapping[Cell, tuple[int, str]]
    looks: Mapping[int, tuple[int, str]]
    blanks: Sequence[tuple[int, bytes]]

    def filled(
        self,
        grid: Sequence[Sequence[Value]] | None,
        typed: Mapping[Cell, str],
        heights: Mapping[int, str],
        rendered: Rendered,
    ) -> bytes:
        """The rows with the values of ``grid`` (from A1) in the formulas' cells; without it the formulas stand bare.

        ``typed`` are the finished cells of the case, ``heights`` the looks of rows.
        """
        if grid is None:
            kinds, values = [b""] * self.holes, [b""] * self.holes
        else:
            flat: list[Value] = []
            for row, take, width in self.lines:
                line = grid[row - 1] if row <= len(grid) else ()
                flat += take(line if len(line) >= width else [*line, *[None] * (width - len(line))])
            kinds = [b"" if value.__class__ is float else _kind(value) for value in flat]
            values = list(map(rendered.__getitem__, flat))
        for hole, blank in self.blanks:
            kinds[hole], values[hole] = b"", blank
        for cell, text in typed.items():
            values[self.places[cell][0]] = text.encode()
        for row, text in heights.items():
            values[self.looks[row][0]] = text.encode()
        pieces = self.text.split(_HOLE)
        out = [b""] * (4 * self.holes + 1)
        out[0::4], out[1::4], out[2::4], out[3::4] = pieces[0::2], kinds, pieces[1::2], values
        return b"".join(out)


class RowsBuilder:
    """Puts the rows of a sheet together, left to right and downwards."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._holes = 0
        self._lines: list[tuple[int, Any, int]] = []
        self._places: dict[Cell, tuple[int, str]] = {}
        self._looks: dict[int, tuple[int, str]] = {}
        self._blanks: list[tuple[int, bytes]] = []
        self._columns: list[int] = []

    def _hole(self, column: int, before: str, between: str = "") -> int:
        self._text += (before, _HOLE.decode(), between, _HOLE.decode())
        self._columns.append(column)
        self._holes += 1
        return self._holes - 1

    def static(self, text: str) -> None:
        """Text that is always the same."""
        self._text.append(text)

    def formula(self, column: int, before: str, between: str) -> None:
        """A formula's cell, up to and from the place of its type."""
        self._hole(column, before, between)
        self._text.append("</c>")

    def place(self, row: int, column: int, style: str, blank: str) -> None:
        """A cell a case types in; ``blank`` is how it looks empty."""
        hole = self._hole(column, "")
        self._places[row, column] = hole, style
        self._blanks.append((hole, blank.encode()))

    def look(self, row: int, hidden: str, usual: str) -> None:
        """The look of a row; its height is ``usual`` until something else is said."""
        hole = self._hole(1, "")
        self._looks[row] = hole, hidden
        self._blanks.append((hole, usual.encode()))

    def end_row(self, row: int) -> None:
        """Nothing more comes in the row."""
        if self._columns:
            first, last = self._columns[0], self._columns[-1]
            take: Any
            if self._columns == list(range(first, last + 1)):
                take = itemgetter(slice(first - 1, last))
            else:
                take = itemgetter(*(column - 1 for column in self._columns))
            self._lines.append((row, take, last))
            self._columns = []

    def finished(self) -> Rows:
        """All of it."""
        text = "".join(self._text).encode()
        return Rows(text, self._holes, tuple(self._lines), self._places, self._looks, tuple(self._blanks))
