"""The formulas of a workbook against the template's: what has been typed over, changed, deleted or broken."""

from __future__ import annotations

from collections.abc import Iterator

from okosos_xl.template.layout import Layout, Region
from okosos_xl.workbook.areas import Area, Cell
from okosos_xl.workbook.moved import Cells, Moves
from okosos_xl.workbook.r1c1 import normalise
from okosos_xl.workbook.reading import FormulaChange
from okosos_xl.workbook.sheetcells import SheetCells


def formula_changes(
    layout: Layout, cells: Cells, moves: Moves | None, *, skip: frozenset[str] = frozenset()
) -> list[FormulaChange]:
    """Every formula cell that is no longer the template's, in sheet order.

    ``moves`` tells what inserted rows have made of the formulas; None when there are none. ``skip`` are regions whose
    cells are gone.
    """
    changes: list[FormulaChange] = []
    for region in layout.formulas():
        if region.id in skip:
            continue
        sheet = cells(region.sheet)
        learned = sheet.shape.learned if sheet.shape is not None and moves is None else None
        asked = _question(region)
        # formulas and places are held against each other again: the same region may be another in another layout
        if learned is not None and learned.get((_ALIKE, region.id)) == asked:
            continue
        found = list(_changes(region, sheet, moves))
        if learned is not None and not found:
            learned[_ALIKE, region.id] = asked
        changes += found
    return changes


_ALIKE = "formulas as the template has them"


def _question(region: Region) -> tuple[object, ...]:
    """All that decides which formulas a region should have, and where."""
    place = region.kind, region.sheet, region.row, region.col, region.nrows, region.ncols
    return (*place, region.formula, region.first, region.row_formulas)


def _changes(region: Region, sheet: SheetCells, moves: Moves | None) -> Iterator[FormulaChange]:
    """The cells of one region that do not hold its formulas."""
    shared, written = sheet.formulas.shared, sheet.formulas.written
    for formula, row, col, nrows, ncols in region.fills():
        area = Area(region.sheet, row, col, row + nrows - 1, col + ncols - 1)
        as_filled: set[Cell] = set()  # cells with the template's formula, which the file lets others share
        for c in range(col, col + ncols):
            texts: list[str] = []  # written out only for a column whose cells do not share a formula
            for r in range(row, row + nrows):
                cell = (r, c)
                sharing = shared.get(cell)
                if sharing is not None:
                    origin, text = sharing
                    if origin in as_filled:
                        continue
                    if origin in area and text == formula.at(*origin):
                        as_filled.add(origin)
                        continue
                texts = texts or formula.column(row, c, nrows)
                expected = texts[r - row]
                if written.get(cell) == expected:
                    continue
                change = _judge(region, cell, expected, sheet, moves)
                if change is not None:
                    yield change


def _judge(region: Region, cell: Cell, expected: str, sheet: SheetCells, moves: Moves | None) -> FormulaChange | None:
    i, j = cell[0] - region.row, cell[1] - region.col
    period = j + 1 if region.ncols > 1 else 0
    row = i + 1 if region.nrows > 1 else 0
    if cell not in sheet.formulas:
        value = sheet.values.get(cell)
        kind = "slettet" if value is None or value == "" else "verdi"
        if kind == "slettet" and moves is not None and moves.is_new(region, i):
            kind = "ny_rad"
        found = "" if value is None else str(value)
        return FormulaChange(kind, region, cell, row, period, found, _expected(kind, region, i, j, expected, moves))
    actual = sheet.formulas.r1c1(cell)
    if actual == normalise(expected, *cell) or (moves is not None and actual == moves.r1c1(region, i, j)):
        return None
    text = sheet.formulas[cell]
    kind = "brutt" if "#REF!" in text else "endret"
    template = _expected(kind, region, i, j, expected, moves)
    return FormulaChange(kind, region, cell, row, period, "=" + text, template)


def _expected(kind: str, region: Region, i: int, j: int, text: str, moves: Moves | None) -> str:
    """The template's formula as it reads in this cell now; none for a cell in a row that is new."""
    if kind == "ny_rad":
        return ""
    return text if moves is None else moves.formula(region, i, j) or text
