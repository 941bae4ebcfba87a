"""The case of an old workbook as the new one is to hold it: every row where the advisor has it, and the date."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from okosos_xl.sak.case import CaseValue, Override, Sak
from okosos_xl.satser import Satssnapshot
from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.reading import Reading


@dataclass
class Target:
    """What is to be written, and where: ``rows`` are the old rows of a table in their new order, where it is another.

    ``expected`` is the case that must be read back from the new workbook.
    """

    layout: Layout
    written: Sak
    expected: Sak
    rows: dict[str, list[int]] = field(default_factory=dict)


def target_of(reading: Reading, sak: Sak, spec: TemplateSpec) -> Target:
    """Where the case ``sak``, read from ``reading``, goes in a workbook of ``spec``."""
    layout = _layout(reading, sak, spec)
    tables = {id: [dict(row) for row in rows] for id, rows in sak.tables.items()}
    rows: dict[str, list[int]] = {}
    overrides = list(sak.overrides)
    for root, filled in reading.filled_rows.items():
        places = reading.layout.owners[root].nrows
        height = max((r.nrows for r in reading.layout.regions.values() if r.owner == root), default=places)
        if root not in layout.owners:
            continue
        if reading.layout.rows_have_places(root):
            rows[root] = list(filled)
            continue
        # no room for the gaps between the rows, or gaps that would count, which they did not in an older version
        if filled and (filled[-1] >= layout.owners[root].nrows or layout.rows_have_places(root)):
            rows[root] = [*filled, *(i for i in range(height) if i not in filled)]
            continue
        spread: list[dict[str, CaseValue]] = [{} for _ in range(filled[-1] + 1 if filled else 0)]
        for i, row in zip(filled, tables.get(root, []), strict=True):
            spread[i] = row
        tables[root] = spread
        order = [*filled, *(i for i in range(height) if i not in filled)]
        overrides = [_spread(reading, o, root, order) for o in overrides]
    fields = {**_emptied(reading, sak), **sak.fields}
    return Target(layout, Sak(spec.id, spec.version, fields, tables, overrides), sak, rows)


def _layout(reading: Reading, sak: Sak, spec: TemplateSpec) -> Layout:
    """Room for every row, and at least as much as the old workbook had."""
    used: dict[str, int] = {}
    for id, rows in sak.tables.items():
        root = _root(reading.layout, id)
        used[root] = max(used.get(root, 0), len(rows))
    for root, filled in reading.filled_rows.items():
        if filled and not reading.layout.rows_have_places(root):  # rows with places are counted with the case
            used[root] = max(used.get(root, 0), filled[-1] + 1)
    layout = compile_template(spec, used)
    old = {
        id: max((r.nrows for r in reading.layout.regions.values() if r.owner == id), default=0)
        for id in layout.capacity
    }
    if all(layout.capacity[id] >= rows for id, rows in old.items()):
        return layout
    return compile_template(spec, exact={id: max(rows, old[id]) for id, rows in layout.capacity.items()})


def _root(layout: Layout, id: str) -> str:
    """The table whose rows the table ``id`` follows; itself when it follows none, or is new."""
    owner = layout.owners.get(id)
    return owner.root if owner is not None else id


def _spread(reading: Reading, override: Override, root: str, order: list[int]) -> Override:
    """An override whose row is counted as the table stands, not as the case counts it."""
    region = reading.layout.regions.get(override.id)
    owner = reading.layout.owners.get(region.owner) if region is not None else None
    if owner is None or owner.root != root or not 0 < override.row <= len(order):
        return override
    return replace(override, row=order[override.row - 1] + 1)


def _emptied(reading: Reading, sak: Sak) -> dict[str, CaseValue]:
    """Fields that have a value from the start, and that the advisor has emptied."""
    return {
        region.id: ""
        for region in reading.layout.inputs()
        if region.kind == "field"
        and region.item.input is not None
        and region.item.input.default is not None
        and region.id not in sak.fields
    }


def rates_day(reading: Reading, sak: Sak, spec: TemplateSpec, wanted: date | None) -> date | None:
    """The date the rates are looked up for: the one asked for, but never before the case's own date.

    A case that is newer than the date asked for is not set back. None for a template without rates, or without a date.
    """
    if not spec.rates:
        return None
    own = sak.fields.get(spec.date_id)
    if not isinstance(own, date):
        return wanted or made_for(reading)
    return own if wanted is None else max(own, wanted)


def made_for(reading: Reading) -> date | None:
    """The date the rates of the old workbook were looked up for."""
    try:
        return date.fromisoformat(reading.manifest.rates_date)
    except ValueError:
        return None


def computed_date(reading: Reading) -> str:
    """Where the date of the case is, when the advisor computes it with a formula; else nothing."""
    region = reading.layout.regions.get(reading.layout.spec.date_id)
    place = f"{region.sheet}!{address((region.row, region.col))}" if region is not None else ""
    return place if place in reading.input_formulas else ""


def same_rates(layout: Layout, own: date, rates: Satssnapshot) -> bool:
    """Whether the rates of the template are the same on the case's own date."""
    from okosos_xl.workbook.ratesheet import found_rates, unchanged

    since, until = unchanged(layout, rates, found_rates(layout, rates))
    return since <= own and (until is None or own <= until)
