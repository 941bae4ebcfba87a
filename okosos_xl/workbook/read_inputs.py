"""The inputs of a workbook: fields, cells with ids of their own, and rows of tables, in their places or in order."""

from __future__ import annotations

from okosos_xl.sak.case import CaseValue, Extra
from okosos_xl.template.layout import Region
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.package import cells_of
from okosos_xl.workbook.reading import InputProblem, Reading
from okosos_xl.workbook.typed import typed


def read_inputs(reading: Reading) -> None:
    get = cells_of(reading.package)
    tables: dict[str, dict[int, dict[str, CaseValue]]] = {}
    for region in reading.layout.inputs():
        if region.id in reading.deleted:
            continue
        cells = get(region.sheet)
        for offset in range(region.nrows):
            cell = (region.row + offset, region.col)
            if cell in cells.formulas:
                reading.input_formulas[f"{region.sheet}!{address(cell)}"] = "=" + cells.formulas[cell]
                if region.kind != "field" and not region.cell_ids:
                    # a row with a formula is a row, also when nothing has computed it yet
                    tables.setdefault(region.owner, {}).setdefault(offset, {})
            value = typed(reading, region, cell, cells.values.get(cell))
            if value is None:
                continue
            if region.kind == "field":
                reading.sak.fields[region.id] = value
            elif region.cell_ids:
                _named_cell(reading, region, offset, value)
            else:
                tables.setdefault(region.owner, {}).setdefault(offset, {})[region.item.id] = value
        if region.kind == "field" and region.item.input and region.item.input.required:
            cell = (region.row, region.col)
            if cells.values.get(cell) in (None, "") and _has_rows(reading, get):
                reading.problems.append(InputProblem("mangler", region, cell, ""))
    for id, rows in tables.items():
        if not reading.layout.rows_have_places(id):
            reading.filled_rows[id] = sorted(rows)
            reading.sak.tables[id] = [rows[i] for i in sorted(rows)]
    for root in {reading.layout.owners[id].root for id in tables if id not in reading.sak.tables}:
        _placed_rows(reading, root, tables)


def _placed_rows(reading: Reading, root: str, tables: dict[str, dict[int, dict[str, CaseValue]]]) -> None:
    """Rows that keep their places, in a table and in those that follow it; an inserted row without anything is none."""
    new = reading.inserted_rows.get(root, ())
    typed = tables.get(root, {})
    height = max((r.nrows for r in reading.layout.regions.values() if r.owner == root), default=0)
    order = [i for i in range(height) if i in typed or i not in new]
    kept = [i for i in range(height) if i not in new]
    for id, rows in tables.items():
        if reading.layout.owners[id].root != root:
            continue
        places = {order.index(i if id == root else kept[i]): row for i, row in rows.items()}
        reading.sak.tables[id] = [places.get(i, {}) for i in range(max(places) + 1)]
    reading.filled_rows[root] = order


def _named_cell(reading: Reading, region: Region, offset: int, value: CaseValue) -> None:
    """A value in a cell with an id of its own; in a row the advisor has put in between it is kept as a note."""
    id = region.cell_ids[offset] if offset < len(region.cell_ids) else ""
    if id:
        reading.sak.fields[id] = value
    else:
        place = address((region.row + offset, region.col))
        reading.sak.extras.append(Extra("notat", region.sheet, place, str(value)))
        reading.unsure.append(f"hva verdien i {region.sheet}!{place} hører til")


def _has_rows(reading: Reading, get: cells_of) -> bool:
    """Whether the form has been filled in at all; an empty form misses nothing."""
    return any(
        get(r.sheet).values.get((r.row + i, r.col)) not in (None, "")
        for r in reading.layout.inputs()
        if r.kind == "column"
        for i in range(r.nrows)
    )
