"""The key figures before and after, and why they differ: computed anew, by the new template, by the new rates."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from okosos_xl.engine import CellValue, Values, value_at
from okosos_xl.engine.compare import same
from okosos_xl.regenerate.outcome import RATES, RECOMPUTED, TEMPLATE, KeyChange
from okosos_xl.satser import Satssnapshot
from okosos_xl.template.layout import Layout, Region, cell_name
from okosos_xl.workbook.ratesheet import carried
from okosos_xl.workbook.reading import Reading

_TOLERANCE = 1e-6


def key_changes(
    reading: Reading,
    layout: Layout,
    values: Values,
    rates: Satssnapshot | None,
    computed_anew: Callable[[list[Region]], Values],
    with_old_rates: Callable[[list[Region]], Values],
) -> tuple[KeyChange, ...]:
    """Every key figure of the template. What is not needed to explain a difference is not computed.

    ``computed_anew`` gives what the old workbook should show there, ``with_old_rates`` what the new one would show.
    """
    wanted = layout.spec.key_figures
    old, new = _regions(reading.layout, wanted), _regions(layout, wanted)
    ids = [id for id in wanted if id in new]
    stored = {id: _stored(reading, old[id]) if id in old else None for id in ids}
    after = {id: _at(values, new[id]) for id in ids}
    steps: list[tuple[str, dict[str, CellValue]]] = [("", stored)]
    if any(not same(stored[id], after[id], _TOLERANCE) for id in ids):
        grids = computed_anew(list(old.values()))
        steps.append((RECOMPUTED, {id: _at(grids, old[id]) if id in old else None for id in ids}))
        if reading.manifest.template_version != layout.spec.version:
            middle = with_old_rates(list(new.values()))
            steps.append((TEMPLATE, {id: _at(middle, new[id]) for id in ids}))
        steps.append((RATES if _other_rates(reading, layout, rates) else RECOMPUTED, after))
    found = []
    for id in ids:
        why = [reason for (_, before), (reason, now) in pairwise(steps) if not same(before[id], now[id], _TOLERANCE)]
        item, reasons = new[id].item, tuple(dict.fromkeys(why))
        found.append(KeyChange(id, item.label or id, _plain(stored[id]), _plain(after[id]), reasons, item.type))
    return tuple(found)


def _regions(layout: Layout, ids: tuple[str, ...]) -> dict[str, Region]:
    cells = {} if all(id in layout.regions for id in ids) else layout.cells()
    return {id: region for id in ids if (region := layout.regions.get(id) or cells.get(id)) is not None}


def _stored(reading: Reading, region: Region) -> CellValue:
    if region.sheet not in {s.name for s in reading.package.sheets}:
        return None
    return reading.package.sheet(region.sheet).values.get((region.row, region.col))


def _at(values: Values, region: Region) -> CellValue:
    return value_at(values, region.sheet, cell_name(region.row, region.col)) if region.sheet in values else None


def _other_rates(reading: Reading, layout: Layout, rates: Satssnapshot | None) -> bool:
    if rates is None:
        return False
    before = reading.manifest.rates
    return any(before.get(rate.id, (rate.value, ""))[0] != rate.value for rate in carried(layout, rates))


def _plain(value: CellValue) -> float | str | None:
    return value if value is None or isinstance(value, float | str) else str(value)
