"""What an old workbook should show in its key figures: the same formulas, inputs and rates, computed anew."""

from __future__ import annotations

from collections.abc import Iterable

from okosos_xl.engine import Engine, Values
from okosos_xl.template.layout import Region
from okosos_xl.template.needs import leads_to
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.partly import with_sheets
from okosos_xl.workbook.reading import Reading


def as_it_was(reading: Reading, regions: Iterable[Region], engine: Engine) -> Values:
    """The values of at least the sheets where ``regions`` of it stand. Raises ``EngineError``.

    A payment plan for sixty creditors is most of a workbook, and no income or budget leans on it. So where the workbook
    has the template's own formulas and no others, only the sheets that lead to the regions are computed.
    """
    sheets = _enough(reading, regions)
    data = reading.package.vetted.data if sheets is None else with_sheets(reading.package, sheets)
    return engine.evaluate(data)


def _enough(reading: Reading, regions: Iterable[Region]) -> set[str] | None:
    """The sheets that are enough; None when formulas that are not the template's may lead elsewhere."""
    if reading.changes or reading.manifest.template_version != reading.layout.spec.version:
        return None
    sheets = {region.sheet for region in leads_to(reading.layout, regions)}
    computed: dict[str, set[Cell]] = {sheet: set() for sheet in sheets}
    for region in reading.layout.formulas():
        if region.sheet in sheets:
            computed[region.sheet].update(
                (row, col)
                for row in range(region.row, region.row + region.nrows)
                for col in range(region.col, region.col + region.ncols)
            )
    present = {sheet.name for sheet in reading.package.sheets}
    known = all(
        sheet in present and reading.package.sheet(sheet).formulas.keys() <= cells for sheet, cells in computed.items()
    )
    return sheets if known else None
