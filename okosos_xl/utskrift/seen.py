"""Which cells of a sheet a person can see something in, and which rows and columns hold nothing but empty form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from okosos_xl.engine import CellValue
from okosos_xl.engine.functions import ALLOWED
from okosos_xl.template.arial import text_pixels
from okosos_xl.template.layout import Region
from okosos_xl.template.spec import Item
from okosos_xl.utskrift.around import Around
from okosos_xl.utskrift.styles import Styles, is_shown
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.sheetcells import SheetCells

_FUNCTION = re.compile(r"([A-Za-z_][\w.]*)\s*\(")
_KNOWN = ALLOWED | {"TODAY", "NOW"}
_BOLD = 1.15
_LONGEST_SPILL = 200


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook as it is going to be printed. ``values`` are those that will stand on the paper."""

    name: str
    values: Mapping[Cell, CellValue]
    cells: SheetCells
    around: Around
    regions: tuple[Region, ...] = ()
    """What the template has on the sheet, where it stands now; nothing on a sheet of the advisor's own."""
    changed: frozenset[Cell] = frozenset()
    """Cells of the form that no longer hold the template's formula."""


def places(region: Region) -> Iterator[Cell]:
    """The cells of a region."""
    for row in range(region.row, region.row + region.nrows):
        for col in range(region.col, region.col + region.ncols):
            yield row, col


def visible(sheet: Sheet, styles: Styles) -> set[Cell]:
    """Every cell with something to see: a value, a comment, a mark, a colour that is not the form's."""
    around = sheet.around
    found = {cell for cell, value in sheet.values.items() if is_shown(value, styles[around.styles.get(cell, 0)].code)}
    found -= _hidden_by_rules(sheet, found)
    found -= numbering(sheet)
    found -= unused(sheet)
    found |= _typed(sheet)
    found |= {cell for cell in sheet.cells.formulas if cell not in sheet.values}  # nobody knows what it will show
    found |= sheet.cells.comments.keys()
    found |= sheet.cells.data_tables.keys() | sheet.changed
    found |= _typed_over(sheet.regions, sheet.cells)
    return found | _odd_looks(sheet, styles)


def _hidden_by_rules(sheet: Sheet, shown: set[Cell]) -> set[Cell]:
    """Cells in rows that the form's own rules make blank because the row holds nothing. Errors show all the same."""
    found: set[Cell] = set()
    values = sheet.values
    for rule in sheet.around.hiding:
        area = rule.area
        empty = {
            row
            for row in range(area.row1, area.row2 + 1)
            if values.get((row + rule.offset, rule.key)) in (None, "", 0.0)
        }
        found |= {c for c in shown if c[0] in empty and c in area and isinstance(values[c], str | float)}
    return found


def _typed(sheet: Sheet) -> set[Cell]:
    """Inputs with something in them, also in a row that the form makes blank because its first column is empty."""
    inputs = (cell for region in sheet.regions if region.is_input for cell in places(region))
    return {cell for cell in inputs if is_shown(sheet.values.get(cell), "")}


def numbering(sheet: Sheet) -> set[Cell]:
    """The numbers 1, 2, 3 … of rows or months: they say nothing of what stands beside them."""
    counted = (r for r in sheet.regions if r.kind in ("column", "scalar") and _counts(r.item))
    return {cell for region in counted for cell in places(region) if isinstance(sheet.values.get(cell), float)}


def _counts(item: Item) -> bool:
    """Whether the template computes a value as one more than the one before, from a fixed number on."""
    formula = (item.formula or "").replace(" ", "")
    return formula == f"[{item.id}forrige]+1" and (item.first or "").isdecimal()


def unused(sheet: Sheet) -> set[Cell]:
    """What the form itself shows in rows that nobody has filled in: the same in each of them, to the last one."""
    tables: dict[str, list[Region]] = {}
    for region in sheet.regions:
        if region.owner and region.kind == "column" and region.ncols == 1:
            tables.setdefault(region.owner, []).append(region)
    found: set[Cell] = set()
    for columns in tables.values():
        typed = [r for r in columns if r.is_input]
        count = min(r.nrows for r in columns)
        if typed and all(r.nrows == count and r.row == columns[0].row for r in columns):
            found |= _unused(sheet, columns, count)
    return found


def _unused(sheet: Sheet, columns: list[Region], count: int) -> set[Cell]:
    values, formulas = sheet.values, sheet.cells.formulas
    first = columns[0].row
    last = first + count - 1

    def is_empty(row: int) -> bool:
        cells = ((row, r.col) for r in columns if r.is_input)
        return all(values.get(cell) in (None, "") and cell not in formulas for cell in cells)

    if not is_empty(last):
        return set()
    computed = [r.col for r in columns if not r.is_input]
    rows = [row for row in range(first, last + 1) if is_empty(row)]
    return {(row, col) for row in rows for col in computed if values.get((row, col)) == values.get((last, col))}


def _typed_over(regions: Iterable[Region], cells: SheetCells) -> set[Cell]:
    """Cells where the template has a formula and the file none: they are marked, also when they are empty."""
    computed = (region for region in regions if not region.is_input and not region.fixed)
    return {cell for region in computed for cell in places(region) if cell not in cells.formulas}


def _odd_looks(sheet: Sheet, styles: Styles) -> set[Cell]:
    """Cells with a colour or a line that is not how the form looks there."""
    found: set[Cell] = set()
    ours: set[Cell] = set()
    looks = sheet.around.styles
    seen = {number: (styles[number].fill, styles[number].border) for number in {0, *looks.values()}}
    for region in sheet.regions:
        cells = list(places(region))
        ours.update(cells)
        usual = Counter(seen[looks.get(cell, 0)] for cell in cells).most_common(1)[0][0]
        found |= {cell for cell in cells if seen[looks.get(cell, 0)] not in (usual, (0, 0))}
    return found | {cell for cell, number in looks.items() if seen[number] != (0, 0) and cell not in ours}


def rows_in_use(sheet: Sheet, seen: set[Cell]) -> set[int]:
    """Rows that something stands or lies in."""
    rows = {row for row, _ in seen}
    for area in (*sheet.around.covered, *sheet.around.pictures):
        rows.update(_short(area.row1, area.row2, sheet))
    for area in sheet.around.merged:
        if area.row2 > area.row1 and (area.row1, area.col1) in seen:
            rows.update(range(area.row1, area.row2 + 1))
    return rows


def columns_in_use(sheet: Sheet, seen: set[Cell], styles: Styles) -> set[int]:
    """Columns that something stands or lies in, or that a text to the left of them flows over."""
    columns = {column for _, column in seen}
    for area in (*sheet.around.covered, *sheet.around.pictures):
        columns.update(_short(area.col1, area.col2, sheet, down=False))
    for area in sheet.around.merged:
        if area.col2 > area.col1 and (area.row1, area.col1) in seen:
            columns.update(range(area.col1, area.col2 + 1))
    for cell in seen:
        columns.update(range(cell[1], spill(sheet, cell, styles) + 1))
    return columns


def _short(first: int, last: int, sheet: Sheet, *, down: bool = True) -> range:
    """The rows or columns of an area as far as the sheet is used."""
    used = max((cell[0 if down else 1] for cell in sheet.around.styles.keys() | sheet.values.keys()), default=1)
    return range(first, min(last, used + _LONGEST_SPILL) + 1)


def spill(sheet: Sheet, cell: Cell, styles: Styles) -> int:
    """The last column that the text in a cell reaches over, when it is wider than its own."""
    value, style = sheet.values.get(cell), styles[sheet.around.styles.get(cell, 0)]
    row, column = cell
    if not isinstance(value, str) or style.wraps:
        return column
    left = max(text_pixels(line, style.points) for line in value.split("\n")) * _BOLD - sheet.around.width(column)
    while left > 0 and column < cell[1] + _LONGEST_SPILL and sheet.values.get((row, column + 1)) in (None, ""):
        column += 1
        left -= sheet.around.width(column)
    return column


def looks_from_formula(sheet: Sheet, styles: Styles) -> set[Cell]:
    """Numbers of the advisor's own, without a number format, that a program may show as a date or in per cent because
    of what the formula is: they keep it, when every program knows its functions."""
    form = {cell for region in sheet.regions for cell in places(region)}
    return {
        cell
        for cell, formula in sheet.cells.formulas.written.items()
        if cell not in form
        and isinstance(sheet.values.get(cell), float)
        and not styles[sheet.around.styles.get(cell, 0)].has_format
        and {name.upper() for name in _FUNCTION.findall(formula)} <= _KNOWN
    }
