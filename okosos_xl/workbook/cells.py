"""Cells as the XML of a sheet, written row by row: the part of a file that must be fast.

A cell is rendered once, up to its value; the package can then be put together without values (for an engine) and
again with the values the engine found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from html import escape as _escape

from okosos_xl.engine import CellValue, ExcelError
from okosos_xl.template.layout import Fill, column_name

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


_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class CellBook:
    """The cells of one sheet: what is fixed as finished XML, formulas as an open end waiting for their value.

    A formula that fills a rectangle and speaks only of its own sheet is written once, the way Excel does it
    (``t="shared"``): a third of the text, to be packed, parsed and compared.
    """

    def __init__(self, shared_string: Callable[[str], int]) -> None:
        self._shared = shared_string
        self._rows: dict[int, dict[int, _Cell]] = {}
        self._last_col = 1
        self._fills = 0

    def text(self, row: int, col: int, text: str, style: int) -> None:
        self._put(row, col, f'<c r="{column_name(col)}{row}" s="{style}" t="s"><v>{self._shared(text)}</v></c>')

    def number(self, row: int, col: int, value: float, style: int) -> None:
        self._put(row, col, f'<c r="{column_name(col)}{row}" s="{style}"><v>{number_text(value)}</v></c>')

    def blank(self, row: int, col: int, style: int) -> None:
        self._put(row, col, f'<c r="{column_name(col)}{row}" s="{style}"/>')

    def boolean(self, row: int, col: int, value: bool, style: int) -> None:
        self._put(row, col, f'<c r="{column_name(col)}{row}" s="{style}" t="b"><v>{int(value)}</v></c>')

    def error(self, row: int, col: int, value: ExcelError, style: int) -> None:
        self._put(row, col, f'<c r="{column_name(col)}{row}" s="{style}" t="e"><v>{value.code}</v></c>')

    def formulas(self, row: int, col: int, texts: list[str], style: int) -> None:
        """A column of formulas downwards from ``row``, ``col``, each with its own text."""
        for r, text in enumerate(texts, row):
            self._formula(r, col, style, "<f>", text)

    def fill(self, fill: Fill, style: int) -> None:
        """A rectangle filled with one formula."""
        formula, row, col, nrows, ncols = fill
        if nrows < 1 or ncols < 1:
            return
        if nrows * ncols == 1 or not formula.on_one_sheet:
            for c in range(col, col + ncols):
                self.formulas(row, c, formula.column(row, c, nrows), style)
            return
        number = self._fills
        self._fills += 1
        area = f"{column_name(col)}{row}:{column_name(col + ncols - 1)}{row + nrows - 1}"
        self._formula(row, col, style, f'<f t="shared" ref="{area}" si="{number}">', formula.at(row, col))
        names = [column_name(c) for c in range(col, col + ncols)]
        rest = f'" s="{style}"', f'><f t="shared" si="{number}"/>'
        if ncols > 1:
            self._put(row, col + 1, _Run(names[1:], *rest))
        for r in range(row + 1, row + nrows):
            self._put(r, col, _Run(names, *rest))
        self._last_col = max(self._last_col, col + ncols - 1)

    def _formula(self, row: int, col: int, style: int, tag: str, text: str) -> None:
        if "&" in text or "<" in text or ">" in text:
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        self._put(row, col, (f'<c r="{column_name(col)}{row}" s="{style}"', f">{tag}{text}</f>"))

    def _put(self, row: int, col: int, cell: _Cell) -> None:
        line = self._rows.get(row)
        if line is None:
            line = self._rows[row] = {}
        line[col] = cell
        self._last_col = max(self._last_col, col)

    def bounds(self) -> tuple[int, int]:
        """Last row and last column with a cell."""
        return max(self._rows, default=1), self._last_col

    def sheet_data(
        self, heights: dict[int, float], values: list[list[Value]] | None, hidden: Collection[int] = ()
    ) -> str:
        """The rows of the sheet; with ``values`` (a grid from A1) every formula carries its value."""
        out: list[str] = []
        for row in sorted(self._rows):
            line = self._rows[row]
            height = heights.get(row)
            look = (f' ht="{height}" customHeight="1"' if height else "") + (' hidden="1"' if row in hidden else "")
            out.append(f'<row r="{row}"{look}>')
            known = values[row - 1] if values is not None and row <= len(values) else ()
            for col in sorted(line):
                cell = line[col]
                if isinstance(cell, str):
                    out.append(cell)
                elif values is None:
                    out.append(cell.bare(row) if isinstance(cell, _Run) else f"{cell[0]}{cell[1]}</c>")
                elif isinstance(cell, _Run):
                    cell.write(out, row, known[col - 1 : col - 1 + len(cell.names)])
                else:
                    out.append(_with_value(cell, known[col - 1] if col <= len(known) else None))
            out.append("</row>")
        return "".join(out)


class _Run:
    """Cells side by side in one row that share a formula."""

    __slots__ = ("formula", "names", "style")

    def __init__(self, names: list[str], style: str, formula: str) -> None:
        self.names, self.style, self.formula = names, style, formula

    def bare(self, row: int) -> str:
        rest = f"{row}{self.style}{self.formula}</c>"
        return '<c r="' + (rest + '<c r="').join(self.names) + rest

    def write(self, out: list[str], row: int, values: Sequence[Value]) -> None:
        """Add the cells with their values to ``out``."""
        middle = f"{row}{self.style}{self.formula}<v>"
        for index, name in enumerate(self.names):
            value = values[index] if index < len(values) else None
            if value.__class__ is float:
                number = str(int(value)) if value == value // 1 and -1e15 < value < 1e15 else repr(value)
                out.append(f'<c r="{name}{middle}{number}</v></c>')
            else:
                out.append(_with_value((f'<c r="{name}{row}{self.style}', self.formula), value))


_Cell = str | tuple[str, str] | _Run
"""A finished cell, a formula's cell up to and after the place of its type, or a run of such cells."""


def _with_value(cell: tuple[str, str], value: Value) -> str:
    if isinstance(value, bool):
        return f'{cell[0]} t="b"{cell[1]}<v>{int(value)}</v></c>'
    if isinstance(value, ExcelError):
        return f'{cell[0]} t="e"{cell[1]}<v>{value.code}</v></c>'
    if isinstance(value, int | float):
        return f"{cell[0]}{cell[1]}<v>{number_text(float(value))}</v></c>"
    return f'{cell[0]} t="str"{cell[1]}<v>{xml_text(value or "")}</v></c>'
