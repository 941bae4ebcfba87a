"""Rows and columns hidden over what has been typed, and protection and lists taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mutable import Mutable, Row
from mutations import MUTATIONS, Expected, Nothing, Outcome, any_sheet, mutation

from okosos_xl.template.layout import Region, cell_name
from okosos_xl.workbook.areas import Cell


def _shown(m: Mutable, *, filled: bool) -> Iterator[tuple[Region, Cell]]:
    """Inputs that the simple version does not hide, and that are no rates."""
    rates = {row.owner for row in m.layout.rates}
    full = {r.id for s in m.layout.sheets for r in s.regions if s.spec.only or r.item.only or r.row in s.full_rows}
    for region, cell in m.inputs(filled=filled):
        if region.id not in full and region.owner not in rates:
            yield region, cell


def _hide(m: Mutable, sheet: str, row: int) -> None:
    found = m.sheet(sheet).rows.setdefault(row, Row(""))
    found.attributes = re.sub(r' hidden="\w+"', "", found.attributes) + ' hidden="1"'


@mutation
def row_hidden_with_something_in_it(m: Mutable) -> Outcome:
    found = next(_shown(m, filled=True), None)
    if found is None:
        return None
    region, cell = found
    _hide(m, region.sheet, cell[0])
    columns = [r.col for r in m.layout.inputs() if r.sheet == region.sheet and r.row <= cell[0] < r.row + r.nrows]
    first = min(col for col in columns if m.sheet(region.sheet).stored((cell[0], col)))
    return Expected("OKX318", region.sheet, cell_name(cell[0], first))


@mutation
def column_hidden_with_something_in_it(m: Mutable) -> Outcome:
    found = next(_shown(m, filled=True), None)
    if found is None:
        return None
    region, cell = found
    sheet = m.sheet(region.sheet)
    sheet.head = re.sub(r"<cols>.*?</cols>", "", sheet.head)
    column = f'<cols><col min="{cell[1]}" max="{cell[1]}" width="9" hidden="true" customWidth="1"/></cols>'
    sheet.head = sheet.head.replace("<sheetData>", column + "<sheetData>")
    return Expected("OKX318", region.sheet, "*")


@mutation
def empty_rows_hidden(m: Mutable) -> Outcome:
    sheets = {r.sheet for r in m.layout.inputs()}
    for name in sheets:
        used = {
            row for r in m.layout.inputs() if r.sheet == name
            for row in range(r.row, r.row + r.nrows) if m.sheet(name).stored((row, r.col))
        }  # fmt: skip
        for region in (r for r in m.layout.inputs() if r.sheet == name):
            for row in range(region.row, region.row + region.nrows):
                if row not in used:
                    _hide(m, name, row)
    return Nothing()


@mutation
def protection_taken_away(m: Mutable) -> Outcome:
    name = any_sheet(m)
    sheet = m.sheet(name)
    sheet.tail = re.sub(r"<sheetProtection[^>]*/>", "", sheet.tail)
    return Expected("OKX350", name)


def _without_list(m: Mutable, everywhere: bool) -> Outcome:
    found = next(((r, c) for r, c in m.inputs() if r.item.choices), None)
    if found is None:
        return None
    region = found[0]
    sheet = m.sheet(region.sheet)
    if everywhere:
        sheet.tail = re.sub(r"<dataValidations.*?</dataValidations>", "", sheet.tail)
        return Expected("OKX351", region.sheet, "*")
    span = cell_name(region.row, region.col)
    if region.nrows > 1:
        span += ":" + cell_name(region.row + region.nrows - 1, region.col)
    less = cell_name(region.row + 1, region.col) + span[len(cell_name(region.row, region.col)) :]
    rule = re.search(rf'<dataValidation(?=[^>]*type="list")[^>]*sqref="{span}"', sheet.tail)
    if rule is None or region.nrows < 3:
        return None
    sheet.tail = sheet.tail.replace(rule[0], rule[0].replace(f'sqref="{span}"', f'sqref="{less}"'))
    return Expected("OKX351", region.sheet, cell_name(region.row, region.col))


MUTATIONS["every_list_taken_away"] = lambda m: _without_list(m, True)
MUTATIONS["pasted_over_one_list"] = lambda m: _without_list(m, False)
