"""Rows entered twice: tables say in the template which columns no two rows should have alike (``unique``)."""

from __future__ import annotations

from okosos_xl.kontroll.finding import ADVARSEL, Finding
from okosos_xl.kontroll.grouping import SAMPLES
from okosos_xl.template.spec import Table
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.package import cells_of
from okosos_xl.workbook.reading import Reading

_ACTION = "Slett raden som er ført to ganger, eller skriv det som skiller dem."


def check_duplicates(reading: Reading) -> list[Finding]:
    """One finding per table with rows that are alike in all of its unique columns."""
    tables = (b for s in reading.layout.spec.sheets for b in s.blocks if isinstance(b, Table) and b.unique)
    return [finding for table in tables for finding in _check(reading, table)]


def _check(reading: Reading, table: Table) -> list[Finding]:
    regions = [reading.layout.regions[f"{table.id}.{column}"] for column in table.unique]
    if any(region.id in reading.deleted for region in regions):
        return []
    values = cells_of(reading.package)(regions[0].sheet).values
    first: dict[tuple[str, ...], Cell] = {}
    again: list[tuple[Cell, Cell]] = []
    for i in range(regions[0].nrows):
        cell = (regions[0].row + i, regions[0].col)
        key = tuple(_key(values.get((r.row + i, r.col))) for r in regions)
        if not all(key):
            continue
        if key in first:
            again.append((cell, first[key]))
        else:
            first[key] = cell
    if not again:
        return []
    labels = " og ".join(f"«{region.item.label}»" for region in regions)
    pairs = ", ".join(f"rad {there[0]} og {here[0]}" for here, there in again[:SAMPLES])
    rest = " …" if len(again) > SAMPLES else ""
    message = f"{labels} er de samme i {pairs}{rest}. Er det samme ført to ganger?"
    cell = again[0][0]
    samples = tuple(address(here) for here, _ in again[:SAMPLES])
    return [
        Finding(
            "OKX130", ADVARSEL, regions[0].sheet, address(cell), message, _ACTION, table.id, len(again), samples=samples
        )
    ]


def _key(value: object) -> str:
    """A text as people compare it: 12345 typed as a number and as a text is the same reference."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return " ".join(str(value or "").casefold().split())
