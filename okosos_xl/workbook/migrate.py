"""Values of ids that an older template version had, given to the ids the installed one has instead."""

from __future__ import annotations

import io
from decimal import Decimal

from okosos_xl.sak.case import CaseValue, Extra, Override
from okosos_xl.template.layout import Region
from okosos_xl.template.migration import OLD_VALUE, Names, Part
from okosos_xl.template.spec import NUMERIC
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.older import OLDER
from okosos_xl.workbook.reading import Reading

DROPPED = "fjernet felt"
"""The kind of extra that the value of an id without a successor becomes."""


def migrated(reading: Reading, names: Names) -> None:
    """Replace what the old ids hold in the case. What has nowhere to go becomes an extra, and is said to be unsure.

    A value whose id the template has dropped, with a reason, is kept as an extra alone.
    """
    sak = reading.sak
    old = [r for r in reading.layout.inputs() if r.item.style == OLDER]
    formulas: list[tuple[Region, int, Part, CaseValue]] = []
    for region in old:
        rows: list[tuple[int, CaseValue]] = []
        if region.kind == "field":
            value = sak.fields.pop(region.id, None)
            rows = [] if value is None else [(0, value)]
        else:
            for i, row in enumerate(sak.tables.get(region.owner, [])):
                if region.item.id in row:
                    rows.append((i, row.pop(region.item.id)))
        for i, value in rows:
            _place(reading, names, region, i, value, formulas)
    _computed(reading, formulas)
    known = reading.layout.spec
    tables = {b.id for s in known.sheets for b in s.blocks if hasattr(b, "id")}
    for id in [id for id in sak.tables if id not in tables]:
        sak.tables.pop(id)
    sak.overrides[:] = [o for o in sak.overrides if _kept(reading, o)]


def _place(
    reading: Reading,
    names: Names,
    region: Region,
    row: int,
    value: CaseValue,
    formulas: list[tuple[Region, int, Part, CaseValue]],
) -> None:
    id = region.item.label
    parts = names.split.get(id, ())
    for part in parts:
        if part.formula:
            formulas.append((region, row, part, value))
            continue
        wanted = str(value).strip().casefold()
        found = next((new for old, new in part.choices if old.casefold() == wanted), None)
        if found is None:
            break
        _give(reading, part.new, row, found)
    else:
        if parts:
            return
    text = str(value)
    sheet, cell = region.sheet, address((region.row + row, region.col))
    reading.sak.extras.append(Extra(DROPPED, sheet, cell, text))
    if id in names.dropped:
        reading.dropped.append(f"innholdet i {sheet}!{cell} er ikke med: {names.dropped[id]}")
    else:
        reading.unsure.append(f"hvor verdien i {sheet}!{cell} hører hjemme i den nye malen")


def _computed(reading: Reading, formulas: list[tuple[Region, int, Part, CaseValue]]) -> None:
    """Formulas of the old values, computed by the engine like every other formula: one small sheet for all of them."""
    if not formulas:
        return
    from xlsxwriter.workbook import Workbook

    from okosos_xl.engine import get_engine
    from okosos_xl.workbook.typed import plain_number

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("A")
    for at, (_, _, part, value) in enumerate(formulas):
        try:
            sheet.write_number(at, 0, float(str(value)))
        except ValueError:
            sheet.write_string(at, 0, str(value))
        sheet.write_formula(at, 1, "=" + part.formula.replace(OLD_VALUE, f"A{at + 1}"))
    book.close()
    grid = get_engine().evaluate(buffer.getvalue())["A"]
    for at, (region, row, part, _) in enumerate(formulas):
        answer = grid[at][1] if len(grid[at]) > 1 else None
        target = _target(reading, part.new)
        if isinstance(answer, float) and target in NUMERIC:
            _give(reading, part.new, row, plain_number(round(answer, 10)))
        elif isinstance(answer, str) and target not in NUMERIC:
            _give(reading, part.new, row, answer)
        else:
            place = address((region.row + row, region.col))
            reading.unsure.append(f"hvor verdien i {region.sheet}!{place} hører hjemme i den nye malen")


def _target(reading: Reading, id: str) -> str:
    """The type of an input of the installed template."""
    from okosos_xl.sak.inputs import input_items

    fields, tables = input_items(reading.layout.spec)
    table, _, column = id.rpartition(".")
    if id in fields:
        return fields[id].type
    return tables[table][1][column].type if table in tables and column in tables[table][1] else "tekst"


def _give(reading: Reading, id: str, row: int, value: Decimal | str) -> None:
    from okosos_xl.sak.inputs import input_items

    fields, _ = input_items(reading.layout.spec)
    if id in fields:
        reading.sak.fields[id] = value
        return
    table, _, column = id.rpartition(".")
    rows = reading.sak.tables.setdefault(table, [])
    rows += [{} for _ in range(row + 1 - len(rows))]
    rows[row][column] = value


def _kept(reading: Reading, override: Override) -> bool:
    """An override of a formula that the installed template does not have has nowhere to go."""
    region = reading.layout.regions[override.id]
    if region.item.style == OLDER:
        reading.unsure.append(f"hvor overstyringen i {override.cell} hører hjemme i den nye malen")
        text = override.formula or str(override.value)
        sheet, _, cell = override.cell.rpartition("!")
        reading.sak.extras.append(Extra(DROPPED, sheet, cell, text))
        return False
    return True
