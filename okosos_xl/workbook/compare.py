"""The formulas of a workbook against the template's: what has been typed over, changed, deleted or broken."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from okosos_xl.template.formula import Scope, compile_formula
from okosos_xl.template.layout import Layout, Region
from okosos_xl.workbook.areas import Area, Cell
from okosos_xl.workbook.r1c1 import normalise
from okosos_xl.workbook.reading import FormulaChange
from okosos_xl.workbook.sheetcells import SheetCells

Cells = Callable[[str], SheetCells]


def inserted_rows(layout: Layout, gained: dict[str, int], cells: Cells) -> dict[str, list[int]]:
    """Rows (from 0, inside the table) the advisor has inserted in a table: those where no computed column has a formula."""
    result: dict[str, list[int]] = {}
    for table, count in gained.items():
        computed = [r for r in layout.regions.values() if r.owner == table and not r.is_input and r.kind == "column"]
        if count <= 0 or not computed:
            continue
        new = [
            i
            for i in range(computed[0].nrows)
            if not any((r.row + i, r.col) in cells(r.sheet).formulas for r in computed)
        ]
        if len(new) >= count:
            result[table] = new
    return result


def formula_changes(layout: Layout, cells: Cells, inserted: dict[str, list[int]]) -> list[FormulaChange]:
    """Every formula cell that is no longer the template's, in sheet order."""
    changes: list[FormulaChange] = []
    for region in layout.formulas():
        found = cells(region.sheet).formulas
        for formula, row, col, nrows, ncols in region.fills():
            area = Area(region.sheet, row, col, row + nrows - 1, col + ncols - 1)
            as_filled: set[Cell] = set()  # cells with the template's formula, which the file lets others share
            for c in range(col, col + ncols):
                for r in range(row, row + nrows):
                    cell = (r, c)
                    shared = found.shared.get(cell)
                    if shared is not None:
                        origin, text = shared
                        if origin in as_filled:
                            continue
                        if origin in area and text == formula.at(*origin):
                            as_filled.add(origin)
                            continue
                    expected = formula.at(r, c)
                    if found.written.get(cell) == expected:
                        continue
                    change = _judge(layout, region, r - region.row, c - region.col, expected, cells, inserted)
                    if change is not None:
                        changes.append(change)
    return changes


def _judge(
    layout: Layout, region: Region, i: int, j: int, expected: str, cells: Cells, inserted: dict[str, list[int]]
) -> FormulaChange | None:
    sheet = cells(region.sheet)
    cell = (region.row + i, region.col + j)
    period = j + 1 if region.ncols > 1 else 0
    row = i + 1 if region.nrows > 1 else 0
    if cell not in sheet.formulas:
        if i in inserted.get(region.owner, ()):
            return FormulaChange("ny_rad", region, cell, row, period, "")
        value = sheet.values.get(cell)
        kind = "slettet" if value is None or value == "" else "verdi"
        return FormulaChange(kind, region, cell, row, period, "" if value is None else str(value))
    actual = sheet.formulas.r1c1(cell)
    if actual == normalise(expected, *cell):
        return None
    if inserted and actual in _shifted(layout, region, i, j, inserted):
        return None
    text = sheet.formulas[cell]
    return FormulaChange("brutt" if "#REF!" in text else "endret", region, cell, row, period, "=" + text)


def _shifted(layout: Layout, region: Region, i: int, j: int, inserted: dict[str, list[int]]) -> set[str]:
    """The forms a formula takes when rows have been inserted in the table its own rows follow."""
    owner = layout.owners.get(region.owner)
    forms: set[str] = set()
    for table, rows in inserted.items():
        if owner is None or owner.root != table or region.formula is None:
            continue
        source = region.item.first if region.item.first and ((region.kind == "column" and i == 0) or (region.kind == "cell" and j == 0)) else region.item.formula  # noqa: E501
        for shift in range(1, len(rows) + 1):
            moved = {
                id: dataclasses.replace(r, row=r.row + shift) if r.owner == table and r.kind == "column" else r
                for id, r in layout.regions.items()
            }
            formula = compile_formula(source or "", region, Scope(moved, layout.owners))
            cell = (region.row + i, region.col + j)
            forms.add(normalise(formula.at(*cell), *cell))
    return forms
