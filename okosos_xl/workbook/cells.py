"""Cells as the XML of a sheet, written row by row: the part of a file that must be fast.

A cell is rendered once, up to its value; the package can then be put together without values (for an engine) and
again with the values the engine found.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape as _escape

from okosos_xl.engine import CellValue, ExcelError
from okosos_xl.template.layout import column_name

Value = CellValue


def number_text(value: float) -> str:
    """A number the way a spreadsheet file holds it: shortest exact text, whole numbers without a point."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def xml_text(text: str) -> str:
    """Text safe inside an element: markup escaped, control characters written as ``_xHHHH_``."""
    text = _escape(text, quote=False)
    if not text.isprintable():
        text = "".join(
            f"_x{ord(ch):04X}_" if (ch < " " and ch not in "\t\n") or ch in "\ufffe\uffff" else ch for ch in text
        )
    return text


class CellBook:
    """The cells of one sheet: what is fixed as finished XML, formulas as an open end waiting for their value."""

    def __init__(self, shared_string: Callable[[str], int]) -> None:
        self._shared = shared_string
        self._rows: dict[int, dict[int, str | tuple[str, str]]] = {}
        self.formula_count = 0

    def text(self, row: int, col: int, text: str, style: int) -> None:
        self._put(row, col, f'<c r="{column_name(col)}{row}" s="{style}" t="s"><v>{self._shared(text)}</v></c>')

    def number(self, row: int, col: int, value: float, style: int) -> None:
        self._put(row, col, f'<c r="{column_name(col)}{row}" s="{style}"><v>{number_text(value)}</v></c>')

    def blank(self, row: int, col: int, style: int) -> None:
        self._put(row, col, f'<c r="{column_name(col)}{row}" s="{style}"/>')

    def formulas(self, row: int, col: int, texts: list[str], style: int) -> None:
        """A column of formulas downwards from ``row``, ``col``."""
        name = column_name(col)
        rows = self._rows
        self.formula_count += len(texts)
        for r, text in enumerate(texts, row):
            if "&" in text or "<" in text or ">" in text:
                text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # noqa: PLW2901
            line = rows.get(r)
            if line is None:
                line = rows[r] = {}
            line[col] = (f'<c r="{name}{r}" s="{style}"', f"><f>{text}</f>")

    def _put(self, row: int, col: int, xml: str) -> None:
        self._rows.setdefault(row, {})[col] = xml

    def bounds(self) -> tuple[int, int]:
        """Last row and last column with a cell."""
        return max(self._rows, default=1), max((max(r) for r in self._rows.values()), default=1)

    def sheet_data(self, heights: dict[int, float], values: list[list[Value]] | None) -> str:
        """The rows of the sheet; with ``values`` (a grid from A1) every formula carries its value."""
        out: list[str] = []
        for row in sorted(self._rows):
            line = self._rows[row]
            height = heights.get(row)
            out.append(f'<row r="{row}"' + (f' ht="{height}" customHeight="1">' if height else ">"))
            known = values[row - 1] if values is not None and row <= len(values) else ()
            width = len(known)
            for col in sorted(line):
                cell = line[col]
                if isinstance(cell, str):
                    out.append(cell)
                    continue
                if values is None:
                    out.append(f"{cell[0]}{cell[1]}</c>")
                    continue
                value = known[col - 1] if col <= width else None
                if value.__class__ is float:
                    out.append(f"{cell[0]}{cell[1]}<v>{number_text(value)}</v></c>")  # type: ignore[arg-type]
                else:
                    out.append(_with_value(cell, value))
            out.append("</row>")
        return "".join(out)


def _with_value(cell: tuple[str, str], value: Value) -> str:
    if isinstance(value, bool):
        return f'{cell[0]} t="b"{cell[1]}<v>{int(value)}</v></c>'
    if isinstance(value, ExcelError):
        return f'{cell[0]} t="e"{cell[1]}<v>{value.code}</v></c>'
    if isinstance(value, int | float):
        return f"{cell[0]}{cell[1]}<v>{number_text(float(value))}</v></c>"
    return f'{cell[0]} t="str"{cell[1]}<v>{xml_text(value or "")}</v></c>'
