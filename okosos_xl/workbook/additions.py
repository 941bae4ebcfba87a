"""What an advisor has put into a workbook beside the template's own cells, ready to be written into a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from okosos_xl.engine import ExcelError, Values
from okosos_xl.workbook.areas import Area, Cell

if TYPE_CHECKING:
    from okosos_xl.template.layout import Layout
    from okosos_xl.workbook.bulk import Skeleton
    from okosos_xl.workbook.cells import CellBook
    from okosos_xl.workbook.rows import Value
    from okosos_xl.workbook.theme import Theme

Look = tuple[tuple[str, Any], ...]
"""A look in XlsxWriter's words, sorted."""


@dataclass(frozen=True)
class Note:
    """A comment on a cell."""

    text: str
    author: str = ""


@dataclass(frozen=True)
class Added:
    """A cell of the advisor's own: a value, or a formula (without ``=``) with the value stored for it."""

    value: Value = None
    formula: str = ""
    look: Look = ()
    link: str = ""


@dataclass(frozen=True)
class AddedSheet:
    """A sheet of the advisor's own. Widths and heights as XlsxWriter takes them; columns and rows from 1."""

    name: str
    cells: Mapping[Cell, Added] = field(default_factory=dict)
    notes: Mapping[Cell, Note] = field(default_factory=dict)
    widths: Mapping[tuple[int, int], tuple[float | None, bool]] = field(default_factory=dict)
    """First and last column → width and whether they are hidden."""
    heights: Mapping[int, float] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    state: str = "visible"
    gridlines: bool = True


@dataclass(frozen=True)
class Additions:
    """Everything of the advisor's own that goes into a workbook, by the place it has there."""

    notes: Mapping[str, Mapping[Cell, Note]] = field(default_factory=dict)
    cells: Mapping[str, Mapping[Cell, Added]] = field(default_factory=dict)
    """Outside the form, on the template's sheets."""
    formulas: Mapping[str, Mapping[Cell, str]] = field(default_factory=dict)
    """In input cells, without ``=``."""
    sheets: tuple[AddedSheet, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Defined names; one that belongs to a sheet is ``Sheet!name``."""
    widths: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Sheets of the template that the advisor has hidden."""
    stored: Mapping[str, Mapping[Cell, Value]] = field(default_factory=dict)
    """What is stored for the advisor's formulas, for those that only her own program can compute."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all."""
        by_sheet = (self.notes, self.cells, self.formulas, self.widths, self.stored)
        return not (self.sheets or self.names or self.hidden or any(found for m in by_sheet for found in m.values()))


NOTHING = Additions()


def write_beside(ws: Any, book: CellBook, theme: Theme, sheet: str, added: Additions) -> None:
    """The advisor's cells and comments on one sheet of the template."""
    for (row, col), cell in added.cells.get(sheet, {}).items():
        _write(ws, book, theme, row, col, cell)
    _comments(ws, added.notes.get(sheet, {}))
    for col, width in added.widths.get(sheet, {}).items():
        ws.set_column(col - 1, col - 1, width)
    if sheet in added.hidden:
        ws.hide()


def write_sheet(skeleton: Skeleton, theme: Theme, sheet: AddedSheet) -> None:
    """A sheet of the advisor's own."""
    ws, book = skeleton.add_sheet(sheet.name)
    for (row, col), cell in sheet.cells.items():
        _write(ws, book, theme, row, col, cell)
    _comments(ws, sheet.notes)
    for (first, last), (width, hidden) in sheet.widths.items():
        ws.set_column(first - 1, last - 1, width, None, {"hidden": True} if hidden else {})
    skeleton.heights[sheet.name].update(sheet.heights)
    skeleton.hidden_rows[sheet.name] = set(sheet.hidden_rows)
    for area in sheet.merged:
        ws.merge.append([area.row1 - 1, area.col1 - 1, area.row2 - 1, area.col2 - 1])
    if not sheet.gridlines:
        ws.hide_gridlines(2)
    if sheet.state == "hidden":
        ws.hide()
    elif sheet.state == "veryHidden":
        ws.very_hidden()


def _write(ws: Any, book: CellBook, theme: Theme, row: int, col: int, cell: Added) -> None:
    style = theme.own(cell.look)
    index = style._get_xf_index()
    if cell.formula:
        book.formulas(row, col, [cell.formula], index)
    elif cell.value is None:
        book.blank(row, col, index)
    elif isinstance(cell.value, bool):
        book.boolean(row, col, cell.value, index)
    elif isinstance(cell.value, ExcelError):
        book.error(row, col, cell.value, index)
    elif isinstance(cell.value, str):
        book.text(row, col, cell.value, index)
    else:
        book.number(row, col, cell.value, index)
    if cell.link:
        ws.write_url(row - 1, col - 1, cell.link, style, str(cell.value))


def _comments(ws: Any, notes: Mapping[Cell, Note]) -> None:
    for (row, col), note in notes.items():
        ws.write_comment(row - 1, col - 1, note.text, {"author": note.author, "x_scale": 2})


def define_names(skeleton: Skeleton, added: Additions) -> None:
    """The advisor's defined names."""
    for name, text in added.names.items():
        skeleton.workbook.define_name(name, "=" + text)


def with_stored(values: Values, added: Additions) -> Values:
    """The computed values, with what was stored for formulas of the advisor's that only her own program can compute."""
    for sheet, cells in added.stored.items():
        grid = values.get(sheet, [])
        for (row, col), stored in cells.items():
            if row <= len(grid) and col <= len(grid[row - 1]):
                grid[row - 1][col - 1] = stored
    return values


def taken(layout: Layout, sheet: str) -> set[Cell]:
    """The cells of a sheet of the template that hold one of its texts or belong to a region."""
    cells = {(label.row, label.col) for s in layout.sheets if s.spec.name == sheet for label in s.labels}
    for r in (r for r in layout.regions.values() if r.sheet == sheet):
        cells |= {(r.row + i, r.col + j) for i in range(r.nrows) for j in range(r.ncols)}
    return cells
