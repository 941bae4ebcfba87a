"""Cases with something typed in many cells of a layout, also what should not have been typed there."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from okosos_xl.sak.case import CaseValue, Sak
from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout
from okosos_xl.template.spec import DATES, NUMERIC, Item, TemplateSpec

_WORDS = ("Ola Nordmann", "ÆØÅ & co <b>", "=1+1", " a", "a\nb", "1234", "#N/A", "TRUE", "_x0041_", "<r>a</r>", "A")


def small(spec: TemplateSpec, rows: int = 3) -> Layout:
    """Room for a few rows in every table."""
    capacity = compile_template(spec).capacity
    return compile_template(spec, exact={id: max(2, min(rows, size)) for id, size in capacity.items()})


def typed_case(layout: Layout, chance: random.Random) -> Sak:
    """A case with nothing, a little or everything filled in."""
    spec, part = layout.spec, chance.choice((0, 0.1, 0.5, 1))
    sak = Sak(spec.id, spec.version)
    for region in layout.inputs():
        if region.kind == "field":
            if chance.random() < part:
                sak.fields[region.id] = _value(region.item, spec, chance)
            elif chance.random() < 0.05:
                sak.fields[region.id] = ""
        elif region.cell_ids:
            sak.fields |= {id: _value(region.item, spec, chance) for id in region.cell_ids if chance.random() < part}
        else:
            rows = sak.tables.setdefault(region.owner, [{} for _ in range(region.nrows)])
            for row in rows:
                if chance.random() < part:
                    row[region.item.id] = _value(region.item, spec, chance)
    return sak


def _value(item: Item, spec: TemplateSpec, chance: random.Random) -> CaseValue:
    if chance.random() < 0.05:
        return chance.choice(_WORDS)
    if item.choices:
        return chance.choice(spec.choices[item.choices])
    if item.type in DATES:
        return date(2020, 1, 1) + timedelta(days=chance.randrange(4_000))
    if item.type == "prosent":
        return Decimal(chance.randrange(4_000)) / 10_000
    if item.type in NUMERIC:
        return Decimal(chance.choice((0, -5, chance.randrange(60), chance.randrange(10**7)))) / chance.choice((1, 100))
    return chance.choice(_WORDS)
