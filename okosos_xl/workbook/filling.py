"""A case → what it types in the cells of a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from okosos_xl.sak.case import Sak
from okosos_xl.template.layout import Layout, Region
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.form import Filling, Plain
from okosos_xl.workbook.formwriter import cell_value


def filling_of(layout: Layout, sak: Sak, own: Mapping[str, Mapping[Cell, str]]) -> Filling:
    """What the case types; nothing in the cells ``own`` (by sheet), where the advisor computes the value herself."""
    found: dict[str, dict[Cell, Plain]] = {}
    for region in layout.inputs():
        typed = found.setdefault(region.sheet, {})
        taken = own.get(region.sheet, {})
        for offset, value in enumerate(_values(region, sak)[: region.nrows]):
            at = region.row + offset, region.col
            if value is not None and value != "" and at not in taken:
                typed[at] = cell_value(value)
    return Filling(found)


def _values(region: Region, sak: Sak) -> list[Any]:
    """What the case has for a region, from its first row on."""
    if region.kind == "field":
        default = region.item.input.default if region.item.input else None
        return [sak.fields.get(region.id, default)] * region.nrows
    if region.cell_ids:
        return [sak.fields.get(id) for id in region.cell_ids]
    return [row.get(region.item.id) for row in sak.tables.get(region.owner, [])]
