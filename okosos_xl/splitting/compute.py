"""The computed values of a case, without the empty rows a workbook has for an advisor to fill in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from okosos_xl.api import Making, _rates
from okosos_xl.engine import get_engine, value_at
from okosos_xl.sak.case import Sak
from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout, cell_name
from okosos_xl.template.spec import Table, TemplateSpec
from okosos_xl.workbook.write import build


def tight_layout(spec: TemplateSpec, sak: Sak) -> Layout:
    """A layout with no more rows than the case has (but two): much less to compute."""
    growing = {b.id for sheet in spec.sheets for b in sheet.blocks if isinstance(b, Table) and b.grows}
    return compile_template(spec, exact={id: max(2, sak.rows(id)) for id in growing})


def computed(layout: Layout, sak: Sak, how: Making) -> Callable[..., Any]:
    """The values by id and row, rows from 0."""
    rates = _rates(layout.spec, sak, how)
    grids = build(layout, sak, get_engine(how.engine), how.templates, rates=rates)[1]
    cells = layout.cells()

    def value(id: str, row: int = 0) -> Any:
        region = cells.get(id) or layout.regions[id]
        return value_at(grids, region.sheet, cell_name(region.row + row, region.col))

    return value
