"""What a workbook holds beside its inputs: formulas that are others now, own sheets, notes, comments."""

from __future__ import annotations

from decimal import Decimal

from okosos_xl.sak.case import Extra, Override
from okosos_xl.sak.numbers import from_serial
from okosos_xl.template.spec import DATES
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.beside import cells_beside, form_areas
from okosos_xl.workbook.package import cells_of
from okosos_xl.workbook.reading import FormulaChange, Reading
from okosos_xl.workbook.theme import OVERRIDDEN
from okosos_xl.workbook.typed import case_value


def read_overrides(reading: Reading) -> None:
    get = cells_of(reading.package)
    for change in reading.changes:
        if change.kind not in ("verdi", "endret"):
            continue
        cells = get(change.region.sheet)
        value = case_value(cells.values.get(change.cell))
        if change.region.item.type in DATES and isinstance(value, Decimal):
            value = from_serial(float(value)) or value
        reading.sak.overrides.append(
            Override(
                change.region.id,
                value,
                _case_row(reading, change),
                change.period,
                reason=_reason(cells.comments.get(change.cell, "")),
                formula="=" + cells.formulas[change.cell] if change.cell in cells.formulas else "",
                cell=f"{change.region.sheet}!{address(change.cell)}",
            )
        )


def _case_row(reading: Reading, change: FormulaChange) -> int:
    """The row of a change (from 1) counted in the case's rows, where inserted rows count and empty ones do not."""
    owner = reading.layout.owners.get(change.region.owner)
    filled = reading.filled_rows.get(owner.root, []) if owner and change.row else []
    if owner is None or not filled:
        return change.row
    position = change.row - 1
    if change.region.owner != owner.root:  # its rows are those the table had from the start
        new = reading.inserted_rows.get(owner.root, ())
        position = [i for i in range(change.row + len(new)) if i not in new][position]
    if position in filled:
        return filled.index(position) + 1
    return position + 1 + sum(1 for i in filled if i > position)


def _reason(comment: str) -> str:
    """The advisor's reason: the cell's comment without our own word for it."""
    text = comment.strip()
    if text.lower().startswith(OVERRIDDEN):
        text = text[len(OVERRIDDEN) :].lstrip(" :")
    return text


def read_extras(reading: Reading) -> None:
    """Everything on the file that the form does not know: own sheets, notes beside the form, comments, own formulas."""
    get = cells_of(reading.package)
    extras = reading.sak.extras
    for name in reading.extra_sheets:
        cells = get(name)
        extras.append(Extra("ark", name, text=f"{len(cells.values)} celler, {len(cells.formulas)} formler"))
    overridden = {(c.region.sheet, c.cell) for c in reading.changes}
    known = {label.text for s in reading.layout.sheets for label in s.labels}
    known |= {s.name for s in reading.layout.spec.sheets} | reading.older_texts
    form = form_areas(reading.layout)
    for sheet in sorted({r.sheet for s in reading.layout.sheets for r in s.regions}):
        cells = get(sheet)
        for cell in cells_beside(cells, form.get(sheet, ())):
            value = cells.values.get(cell, "")
            if value != "" and value not in known:
                extras.append(Extra("notat", sheet, address(cell), str(case_value(value))))
        for cell, text in sorted(cells.comments.items()):
            if (sheet, cell) not in overridden:
                extras.append(Extra("kommentar", sheet, address(cell), text))
    for place, formula in reading.input_formulas.items():
        sheet, _, at = place.rpartition("!")
        extras.append(Extra("formel i felt", sheet, at, formula))
