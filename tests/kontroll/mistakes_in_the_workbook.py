"""Settings of the workbook, foreign parts, rates."""

from __future__ import annotations

import re

from mutable import Mutable
from mutations import MUTATIONS, Expected, Outcome, Refused, at, mutation

from okosos_xl.template.layout import Region
from okosos_xl.workbook.areas import Cell


@mutation
def dates_from_1904(m: Mutable) -> Outcome:
    text = m.names()
    new = re.sub(r"<workbookPr\b", '<workbookPr date1904="1"', text)
    m.parts["xl/workbook.xml"] = (
        new if new != text else text.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    ).encode()
    return Expected("OKX341")


def _calculation(m: Mutable, attribute: str) -> Outcome:
    text = re.sub(r"<calcPr\b[^>]*/>", "", m.names())
    tail = "</definedNames>" if "</definedNames>" in text else "</sheets>"
    m.parts["xl/workbook.xml"] = text.replace(tail, f"{tail}<calcPr {attribute}/>").encode()
    return Expected("OKX342")


MUTATIONS |= {
    "computed_by_hand_only": lambda m: _calculation(m, 'calcMode="manual"'),
    "computed_with_what_is_shown": lambda m: _calculation(m, 'fullPrecision="0"'),
    "circles_allowed": lambda m: _calculation(m, 'iterate="1"'),
}


def _foreign(m: Mutable, part: str, content: bytes = b"<x/>") -> Outcome:
    m.parts[part] = content
    return Expected("OKX340")


MUTATIONS |= {
    "external_link": lambda m: _foreign(m, "xl/externalLinks/externalLink1.xml"),
    "data_connection": lambda m: _foreign(m, "xl/connections.xml"),
    "embedded_document": lambda m: _foreign(m, "xl/embeddings/oleObject1.bin", b"\0" * 600),
    "web_query": lambda m: _foreign(m, "xl/queryTables/queryTable1.xml"),
}


@mutation
def macro_added(m: Mutable) -> Outcome:
    m.parts["xl/vbaProject.bin"] = b"x"
    return Refused("OKX010")


def _rate_rows(m: Mutable) -> list[tuple[Region, Cell]]:
    """Rates with a number, where they stand."""
    found = []
    for region in (r for r in m.layout.regions.values() if r.fixed and r.id.endswith(".fast")):
        used = m.layout.regions.get(region.id.replace(".fast", ".brukes"))
        for i, id in enumerate(used.cell_ids if used else ()):
            cell = region.row + i, region.col
            stored = 't="s"' not in m.sheet(region.sheet).cell(cell) and m.sheet(region.sheet).stored(cell)
            if id and stored:
                found.append((region, cell))
    return found


@mutation
def rate_typed_over(m: Mutable) -> Outcome:
    rows = _rate_rows(m)
    if not rows:
        return None
    region, cell = m.rnd.choice(rows)
    m.sheet(region.sheet).number(cell, float(m.sheet(region.sheet).stored(cell)) + 100)
    return at("OKX411", region, cell)


@mutation
def rate_emptied(m: Mutable) -> Outcome:
    rows = _rate_rows(m)
    if not rows:
        return None
    region, cell = m.rnd.choice(rows)
    m.sheet(region.sheet).empty(cell)
    return at("OKX411", region, cell)


@mutation
def rate_date_changed(m: Mutable) -> Outcome:
    facts = [
        r for r in m.layout.regions.values() if r.fixed and r.id.endswith(".fra") and r.owner.startswith("satser_")
    ]
    if not facts:
        return None
    region = m.rnd.choice(facts)
    m.sheet(region.sheet).number((region.row, region.col), 46_000)
    return at("OKX413", region, (region.row, region.col))


@mutation
def case_moved_to_other_rates(m: Mutable) -> Outcome:
    if not m.layout.rates:
        return None
    region = m.layout.regions[m.layout.spec.date_id]
    m.sheet(region.sheet).number((region.row, region.col), 45_350)  # 28 February 2024
    return Expected("OKX410", next(r.sheet for r in m.layout.rates), "*")
