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


class Rendered(dict[Value, str]):
    """Values as the XML of their place in a formula's cell, each rendered once."""

    def __missing__(self, value: Value) -> str:
        if isinstance(value, ExcelError):
            inner = value.code
        elif isinstance(value, int | float):
            inner = number_text(float(value))
        else:
            inner = xml_text(value or "")
        text = self[value] = f"<v>{inner}</v>"
        return text


def _kind(value: Value) -> str:
    """The type of a formula's cell, as an attribute; numbers have none."""
    if isinstance(value, bool):
        return ' t="b"'
    if isinstance(value, ExcelError):
        return ' t="e"'
    return "" if isinstance(value, int | float) else ' t="str"'


HOLE = 4
"""Pieces per hole: the text before it, a formula's type, what stands between, and what fills it."""


@dataclass(frozen=True)
class Rows:
    """The rows of one sheet. Not to be changed: every workbook of the kind is made from it.

    ``pieces`` has ``HOLE`` texts for every hole, and what comes after the last one. ``lines`` are the rows with holes:
    number, how to take the values of the holes from the row's values, and how many values that needs. ``places`` are
    the cells a case types in: which hole, and the style. ``looks`` are the holes for the heights of rows: which, and
    what else their tags say.
    """

    pieces: Sequence[str]
    lines: Sequence[tuple[int, Callable[[Sequence[Value]], Sequence[Value]], int]]
    places: Mapping[Cell, tuple[int, str]]
    looks: Mapping[int, tuple[int, str]]
    blanks: Sequence[tuple[int, str]]
    """What stands in the holes that are not for formulas, when nothing else does."""

    def text(
        self,
        grid: Sequence[Sequence[Value]] | None,
        typed: Mapping[Cell, str],
        heights: Mapping[int, str],
        rendered: Rendered,
    ) -> str:
        """The rows with the values of ``grid`` (from A1) in the formulas' cells; without it the formulas stand bare.

        ``typed`` are the finished cells of the case, ``heights`` the looks of rows.
        """
        count = len(self.pieces) // HOLE
        if grid is None:
            kinds, texts = [""] * count, [""] * count
        else:
            flat: list[Value] = []
            for row, take, width in self.lines:
                line = grid[row - 1] if row <= len(grid) else ()
                flat += take(line if len(line) >= width else [*line, *[None] * (width - len(line))])
            kinds = ["" if value.__class__ is float else _kind(value) for value in flat]
            texts = list(map(rendered.__getitem__, flat))
        for hole, text in self.blanks:
            kinds[hole], texts[hole] = "", text
        for cell, text in typed.items():
            texts[self.places[cell][0]] = text
        for row, text in heights.items():
            texts[self.looks[row][0]] = text
        out = list(self.pieces)
        out[1::HOLE], out[3::HOLE] = kinds, texts
        return "".join(out)


class RowsBuilder:
    """Puts the rows of a sheet together, left to right and downwards."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._pending: list[str] = []
        self._lines: list[tuple[int, Any, int]] = []
        self._places: dict[Cell, tuple[int, str]] = {}
        self._looks: dict[int, tuple[int, str]] = {}
        self._blanks: list[tuple[int, str]] = []
        self._columns: list[int] = []

    def _hole(self, column: int, before: str, between: str = "") -> int:
        self._pending.append(before)
        self._pieces += ("".join(self._pending), "", between, "")
        self._pending.clear()
        self._columns.append(column)
        return len(self._pieces) // HOLE - 1

    def static(self, text: str) -> None:
        """Text that is always the same."""
        self._pending.append(text)

    def formula(self, column: int, before: str, between: str) -> None:
        """A formula's cell, up to and from the place of its type."""
        self._hole(column, before, between)
        self._pending.append("</c>")

    def place(self, row: int, column: int, style: str, blank: str) -> None:
        """A cell a case types in; ``blank`` is how it looks empty."""
        hole = self._hole(column, "")
        self._places[row, column] = hole, style
        self._blanks.append((hole, blank))

    def look(self, row: int, hidden: str, usual: str) -> None:
        """The look of a row; its height is ``usual`` until something else is said."""
        hole = self._hole(1, "")
        self._looks[row] = hole, hidden
        self._blanks.append((hole, usual))

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
        pieces = (*self._pieces, "".join(self._pending))
        return Rows(pieces, tuple(self._lines), self._places, self._looks, tuple(self._blanks))
