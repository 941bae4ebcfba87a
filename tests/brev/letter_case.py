"""A worked case for the letters: two adults, four claims, and what the letters made of it say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl

from okosos_xl import api
from okosos_xl.brev.letters import Letters, Wanted
from okosos_xl.brev.make import Made, Unsuited, make
from okosos_xl.sak.load import case_from_data
from okosos_xl.sak.numbers import serial
from okosos_xl.template.compile import load_spec

Case = dict[str, Any]
Changes = dict[str | tuple[str, int], Any]

CASE: Case = {
    "mal": "gjeldsradgivning",
    "saksnummer": "2026-0113",
    "navn": "Husstanden",
    "raadgiver": "Rådgiver R",
    "kontor": "NAV Eksempel",
    "kontakt": "55 55 00 00",
    "dato": date(2026, 11, 28),
    "oppfolgingsdato": date(2027, 5, 28),
    "brev_adresse": "Postboks 1",
    "brev_poststed": "1440 Drøbak",
    "brev_sted": "Drøbak",
    "brev_grunn_1": "Inntekten falt ved sykdom i 2025.",
    "brev_grunn_2": "Sykdommen varer.",
    "voksne": [{"navn": "Per", "fodt": date(1985, 2, 1)}, {"navn": "Kari", "fodt": date(1987, 3, 5)}],
    "inntekter": [
        {"hvem": "A", "type": "lønn", "netto": 27000, "frekvens": "per måned"},
        {"hvem": "B", "type": "lønn", "netto": 18000, "frekvens": "per måned"},
    ],
    "boutgifter": {"husleie": {"belop": 13000}},
    "saldodato": date(2026, 11, 15),
    "planform": "felles plan",
    "losning": {"felles": {"belop": 1850}},
    "krav": [
        {"kreditor": "Fjordbanken", "inkassobyra": "Innkrever AS", "referanse": "123456", "saldo": 37400},
        {"kreditor": "Kredittkort Nord", "referanse": "KK-22", "saldo": Decimal("18250.50"), "eier": "B"},
        {"kreditor": "=1+1", "saldo": 9100},
        {"kreditor": "Kraftlaget", "referanse": "998877", "saldo": Decimal("2749.50"), "eier": "felles"},
    ],
    "brevmottakere": [
        {"adresse": "Storgata 1", "poststed": "0101 Oslo", "sendt": date(2026, 11, 1)},
        {"epost": "post@kredittkort.example", "sendt": date(2026, 11, 1)},
    ],
}
"""Example A of the domain description (37 400 / 18 250.50 / 9 100 / 2 749.50, 1 850 a month), as a joint plan."""


@cache
def base() -> bytes:
    """The workbook of the case."""
    return api.generate("gjeldsradgivning", case_from_data(CASE, load_spec("gjeldsradgivning")))


@cache
def opened() -> Letters:
    """The same, open: a test changes cells in it and puts them back, which costs little of making it anew."""
    return Letters(base(), name="sak.xlsx")


@contextmanager
def changed(changes: Changes | None = None) -> Iterator[Letters]:
    """The letters with some inputs changed: id, or (id, row from 1), to a value; None empties the cell."""
    letters = opened()
    cells = letters._at.cells()
    old: list[tuple[str, int, int, Any]] = []
    for key, value in (changes or {}).items():
        id, row = (key, 1) if isinstance(key, str) else key
        region = cells.get(id) or letters._at.regions[id]
        place = region.sheet, region.row + row - 1, region.col
        grid = letters._book.grid(region.sheet)
        known = place[1] <= len(grid) and place[2] <= len(grid[place[1] - 1])
        old.append((*place, grid[place[1] - 1][place[2] - 1] if known else None))
        letters._book.put(*place, _typed(value))
    letters._compute()
    try:
        yield letters
    finally:
        for sheet, at, col, value in reversed(old):
            letters._book.put(sheet, at, col, value)
        for kind in letters.kinds.values():
            for id in kind.chosen:
                letters._put(id, "")
        letters._compute()


def _typed(value: Any) -> Any:
    if isinstance(value, date):
        return serial(value)
    return float(value) if isinstance(value, int | Decimal) else value


def letters_of(*kinds: str, rows: tuple[int, ...] = (), changes: Changes | None = None) -> dict[tuple[str, int], Made]:
    """The letters, by kind and row."""
    with changed(changes) as letters:
        found = make(letters, Wanted(kinds, rows))
        return {(one.kind, one.row): one for one in found if isinstance(one, Made)}


def letter_of(kind: str, row: int, changes: Changes | None = None) -> Made:
    """One letter."""
    return letters_of(kind, rows=(row,), changes=changes)[kind, row]


def unsuited(*kinds: str, rows: tuple[int, ...], changes: Changes) -> list[Unsuited]:
    """Those that were asked for, and that the kind of letter does not suit."""
    with changed(changes) as letters:
        return [one for one in make(letters, Wanted(kinds, rows)) if isinstance(one, Unsuited)]


def statuses(changes: Changes | None = None) -> dict[str, str]:
    """What each check says, by its code."""
    with changed(changes) as letters:
        values = letters._values(letters._at.regions["kontroll.status"])
        return {check.id: str(value) for check, value in zip(letters._at.checks, values, strict=True)}


def open_letter(letter: Made) -> Any:
    return openpyxl.load_workbook(io.BytesIO(letter.data))


def shown(letter: Made, sheet: int = 0) -> list[str]:
    """The lines of a sheet that are not hidden, cells side by side joined by a bar; hard spaces as spaces."""
    ws = open_letter(letter).worksheets[sheet]
    lines = []
    for number, row in enumerate(ws.iter_rows(values_only=True), 1):
        if not ws.row_dimensions[number].hidden:
            cells = [_word(value) for value in row if value not in (None, "")]
            if cells:
                lines.append(" | ".join(cells))
    return lines


def _word(value: Any) -> str:
    if isinstance(value, float | int):
        return f"{value:.2f}"
    return f"{value:%Y-%m}" if hasattr(value, "strftime") else str(value).replace("\u00a0", " ").strip()
