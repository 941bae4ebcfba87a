"""The cells of a sheet as XML, each put where it belongs and rendered once, up to its value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from okosos_xl.engine import ExcelError
from okosos_xl.template.layout import Fill, column_name
from okosos_xl.workbook.rows import Rows, RowsBuilder, number_text


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

    def place(self, row: int, col: int, style: int) -> None:
        """A cell for what a case types in; empty until a case is filled in."""
        self._put(row, col, _Place(style))

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

    def finished(self, heights: Mapping[int, float], hidden: Collection[int], open_rows: Collection[int]) -> Rows:
        """All rows of the sheet. The height of ``open_rows`` may be another in each workbook."""
        out = RowsBuilder()
        for row in sorted(self._rows):
            line = self._rows[row]
            height = height_text(heights.get(row))
            veil = ' hidden="1"' if row in hidden else ""
            if row in open_rows:
                out.static(f'<row r="{row}"')
                out.look(row, veil, height + veil)
                out.static(">")
            else:
                out.static(f'<row r="{row}"{height}{veil}>')
            for col in sorted(line):
                cell = line[col]
                if isinstance(cell, str):
                    out.static(cell)
                elif isinstance(cell, _Run):
                    for offset, name in enumerate(cell.names):
                        out.formula(col + offset, f'<c r="{name}{row}{cell.style}', cell.formula)
                elif isinstance(cell, _Place):
                    name = f'<c r="{column_name(col)}{row}" s="{cell.style}"'
                    out.place(row, col, name, name + "/>")
                else:
                    out.formula(col, *cell)
            out.static("</row>")
            out.end_row(row)
        return out.finished()


def height_text(height: float | None) -> str:
    """The height of a row as the attributes of its tag."""
    return f' ht="{height}" customHeight="1"' if height else ""


class _Run:
    """Cells side by side in one row that share a formula."""

    __slots__ = ("formula", "names", "style")

    def __init__(self, names: list[str], style: str, formula: str) -> None:
        self.names, self.style, self.formula = names, style, formula


class _Place:
    """A cell for what a case types in."""

    __slots__ = ("style",)

    def __init__(self, style: int) -> None:
        self.style = style


_Cell = str | tuple[str, str] | _Run | _Place
"""A finished cell, a formula's cell up to and after the place of its type, a run of such cells, or a case's cell."""
