"""What advisors do to workbooks: filled at random, and edited with a library that rewrites the whole file."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from okosos_xl.sak.case import CaseValue, Sak
from okosos_xl.sak.inputs import input_items, table_rows
from okosos_xl.template.layout import Layout
from okosos_xl.template.spec import DATES, NUMERIC, Item, TemplateSpec

_WORDS = ("Banken", "Kari & Ola", "<b>", "æøå ÆØÅ", 'sagt «ja» og "nei"', "to\nlinjer", "=1+1", "  luft  ", "004512")
_PART = 0.5


def random_case(spec: TemplateSpec, seed: int, day: date) -> Sak:
    """A case with about half of everything filled in, within the limits of the form."""
    chance = random.Random(seed)
    fields, tables = input_items(spec)
    sak = Sak(spec.id, spec.version)
    for id, item in fields.items():
        if (chance.random() < _PART and not id.startswith("egne_")) or (item.input and item.input.required):
            sak.fields[id] = _value(item, spec, chance, day)
        elif item.input is not None and item.input.default is not None and chance.random() < _PART:
            default = item.input.default
            sak.fields[id] = Decimal(str(default)) if isinstance(default, int | float | Decimal) else str(default)
    if spec.date_id:
        sak.fields[spec.date_id] = day
    for id, (table, columns) in tables.items():
        count = chance.randint(0, min(12, table_rows(spec, table)))
        rows = [
            {c: _value(item, spec, chance, day) for c, item in columns.items() if chance.random() < _PART}
            for _ in range(count)
        ]
        sak.tables[id] = [row for row in rows if row]
    return sak


def _value(item: Item, spec: TemplateSpec, chance: random.Random, day: date) -> CaseValue:
    limits = item.input
    assert limits is not None
    if item.choices:
        return chance.choice(spec.choices[item.choices])
    if item.type in DATES:
        found = day - timedelta(days=chance.randint(-400, 9_000))
        return found.replace(day=1) if item.type == "maaned" else found
    if item.type in NUMERIC:
        low = limits.min if limits.min is not None else Decimal(0)
        high = min(limits.max if limits.max is not None else Decimal(50_000), low + 50_000)
        if item.type == "heltall":
            return Decimal(chance.randint(int(low), int(high)))
        number = low + (high - low) * Decimal(chance.randint(0, 10_000)) / 10_000
        return Decimal(f"{float(number):.4f}").normalize()
    return chance.choice(_WORDS).strip() or "x"


def edited(package: bytes, layout: Layout, change: Callable[[Any, Callable[..., Any]], None]) -> bytes:
    """The workbook changed by ``change(book, cell)``, where ``cell("krav.saldo", row)`` is a cell by id."""
    book = openpyxl.load_workbook(io.BytesIO(package))

    def cell(id: str, row: int = 0, col: int = 0) -> Any:
        region = layout.regions.get(id) or layout.cells()[id]
        return book[region.sheet].cell(region.row + row, region.col + col)

    change(book, cell)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def place(cell: Any) -> str:
    """A reference to a cell, as it stands in a formula on another sheet."""
    return f"'{cell.parent.title}'!{get_column_letter(cell.column)}{cell.row}"
