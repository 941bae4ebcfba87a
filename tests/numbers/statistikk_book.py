"""A Statistikk workbook, computed, and held against the oracle in every number of the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import dividende_book
from dividende_book import _Bare, _NotAgain
from oracle import statistikk as o

from okosos_xl.engine import CellValue, Engine, Values
from okosos_xl.sak.case import Sak
from okosos_xl.sak.load import case_from_data
from okosos_xl.sak.numbers import serial
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.write import build

Case = dict[str, Any]
Want = Decimal | int | str | date | None

NEW_CASES = {
    "ny_sosialhjelp": "sosialhjelp", "ny_inntekt": "inntektskilde", "ny_alder": "aldersgruppe", "ny_kjonn": "kjonn",
    "ny_bolig": "bolig", "ny_henvist": "henvist_fra", "ny_forvaltning": "forvaltning",
}  # fmt: skip
"""The tables of who gets advice, and the column each of them counts."""


@cache
def spec() -> TemplateSpec:
    return load_spec("statistikk")


@cache
def layout_for(register: int, historikk: int) -> Layout:
    return compile_template(spec(), exact={"register": register, "historikk": historikk})


def _room(rows: int) -> int:
    """Few sizes, so that few layouts are compiled; never a single row, which ironcalc takes for a cell."""
    return max(2, rows) if rows < 15 else -(-rows // 40) * 40


def compute(case: Case | Sak, engine: Engine) -> Book:
    """The workbook of the case as the engine computes it."""
    sak = case if isinstance(case, Sak) else case_from_data(case, spec())
    layout = layout_for(*(_room(len(sak.tables.get(t, []))) for t in ("register", "historikk")))
    bare = _Bare()
    try:
        build(layout, sak, bare)
    except _NotAgain:
        return Book(layout, engine.evaluate(bare.package))
    raise AssertionError("the engine was not asked")


class Book(dividende_book.Book):
    """The computed values, by the ids of the template; a column is taken out of its sheet once."""

    def __init__(self, layout: Layout, values: Values) -> None:
        super().__init__(layout, values)
        self._rows: dict[str, list[list[CellValue]]] = {}

    def rows(self, id: str) -> list[list[CellValue]]:
        if id not in self._rows:
            self._rows[id] = super().rows(id)
        return self._rows[id]

    def cell(self, id: str, row: int = 0, col: int = 0) -> CellValue:
        if id not in self.layout.regions:
            grid, name, column = id.split(".")
            whole = self.layout.regions[f"{grid}.{column}"]
            row, id = whole.cell_ids.index(f"{grid}.{name}.{column}"), whole.id
        return self.rows(id)[row][col]

    def shown(self, id: str) -> list[Any]:
        """A column without what shows nothing."""
        return [value for value in self.line(id) if value not in (None, "")]


@dataclass
class Comparison:
    """What differs between a workbook and the oracle, one line per cell."""

    book: Book
    wrong: list[str]

    def cell(self, id: str, want: Want, row: int = 0) -> None:
        got = self.book.cell(id, row)
        if isinstance(want, date):
            want = Decimal(int(serial(want)))
        if want is None or want == "":
            ok = got is None or got == ""
        elif isinstance(want, str):
            ok = got == want
        else:
            ok = isinstance(got, float) and abs(Decimal(repr(got)) - want) < Decimal("0.0000001")
        if not ok:
            self.wrong.append(f"{id}[{row + 1}]: {got!r}, not {want}")

    def column(self, id: str, wants: Iterable[Want]) -> None:
        for row, want in enumerate(wants):
            self.cell(id, want, row)

    def rows(self, table: str, wants: Sequence[dict[str, Want]], empty: Iterable[str] = ()) -> None:
        """The rows of a table, and that the rest of it shows nothing."""
        for row, values in enumerate(wants):
            for column, want in values.items():
                self.cell(f"{table}.{column}", want, row)
        for column in empty:
            if len(self.book.shown(f"{table}.{column}")) != len(wants):
                self.wrong.append(f"{table}.{column}: {len(self.book.shown(f'{table}.{column}'))} rows, {len(wants)}")


def few(*numbers: int) -> str:
    return "under 4" if any(0 < n < 4 for n in numbers) else ""


def differences(book: Book, case: Case) -> list[str]:
    """Every number of the workbook that is not what the oracle says."""
    found = Comparison(book, [])
    p = o.Periode(case["fra"], case["til"])
    cases = o.saker(case)
    now, before = o.Rapport(p, cases), o.Rapport(p.aaret_for(), cases)
    _report(found, now, before)
    _groups(found, case, now, before)
    _profile(found, now, before)
    _lists(found, case, now)
    for name, count in o.mistakes(case).items():
        found.cell(f"antall.{name}.sum", count)
    found.cell("antall.ukjent_kode.sum", 0)
    return found.wrong


def _report(found: Comparison, now: o.Rapport, before: o.Rapport) -> None:
    old = before.flyt()
    for name, value in now.flyt().items():
        found.cell(f"flyt.{name}.perioden", value)
        found.cell(f"flyt.{name}.i_fjor", old[name])
        found.cell(f"flyt.{name}.endring", value - old[name])
    earlier = before.ventetid()
    for name, days in now.ventetid().items():
        found.cell(f"ventetid.{name}.perioden", days)
        found.cell(f"ventetid.{name}.i_fjor", earlier[name])
    for limit in (14, 30, 90):
        for report, suffix in ((now, ""), (before, "_fjor")):
            more, part = report.over(limit)
            found.cell(f"ventet_over.over_{limit}.antall{suffix}", more)
            found.cell(f"ventet_over.over_{limit}.andel{suffix}", part)
    for report, column in ((now, "perioden"), (before, "i_fjor")):
        found.cell(f"losning.{column}.lost", report.tall["lost"])
        found.cell(f"losning.{column}.avsluttet", report.tall["avsluttet"])
        found.cell(f"losning.{column}.grad", report.grad())
    groups, old_groups = now.by(lambda c: c.gruppe), before.by(lambda c: c.gruppe)
    wants: list[dict[str, Want]] = []
    for name in (*o.LOSNINGER, o.UTEN, None):
        closed, last = (g.get(name, {}).get("avsluttet", 0) for g in (groups, old_groups))
        part = o.share(closed, now.tall["avsluttet"])
        wants.append({"avsluttet": closed, "andel": part, "i_fjor": last, "faa": few(closed, last)})
    found.rows("resultatgrupper", wants)
    months: list[dict[str, Want]] = [
        {"maaned": first, "nye": new, "avsluttet": closed, "apne": still}
        for first, new, closed, still in now.maaneder()
    ]
    found.rows("maaneder", months, ["maaned", "apne"])
    codes, old_codes = now.by(lambda c: c.resultat), before.by(lambda c: c.resultat)
    for row, code in enumerate(o.CHOICES["resultat"]):
        closed, last = (g.get(code, {}).get("avsluttet", 0) for g in (codes, old_codes))
        found.cell("resultatkoder.avsluttet", closed, row)
        found.cell("resultatkoder.i_fjor", last, row)
        found.cell("resultatkoder.gruppe", o.GRUPPE[code], row)


def _row(counts: dict[str, int], last_new: int | None, *others: int) -> dict[str, Want]:
    known = [] if last_new is None else [last_new]
    row: dict[str, Want] = dict(counts)
    row["grad"] = o.share(counts["lost"], counts["avsluttet"])
    row["faa"] = few(*counts.values(), *known, *others)
    return row if last_new is None else row | {"nye_fjor": last_new}


def _groups(found: Comparison, case: Case, now: o.Rapport, before: o.Rapport) -> None:
    nothing = o.counted([], now.p)
    for table, column in (("etter_sakstype", "sakstype"), ("etter_nivaa", "nivaa")):
        groups, old = (r.by(lambda c, column=column: c.data.get(column)) for r in (now, before))  # type: ignore[misc]
        found.rows(
            table,
            [
                _row(groups.get(name, nothing), old.get(name, nothing)["nye"])
                for name in (*o.CHOICES[column], None)
            ],
        )  # fmt: skip
        found.cell(f"{table}.sum_nye", now.tall["nye"])
    groups, old = now.by(o.barn), before.by(o.barn)
    households = [o.barn(c) for c in now.husstander()]
    for name in ("ingen", "ett", "to", "tre", "ikke_oppgitt"):
        count = households.count(name)
        for column, want in _row(groups.get(name, nothing), old.get(name, nothing)["nye"], count).items():
            found.cell(f"etter_barn.{name}.{column}", want)
        found.cell(f"etter_barn.{name}.husstander", count)
    for table, column, room in (("raadgivere", "raadgiver", 20), ("kontorer", "kontor", 15)):
        listed = o.names(case, now, column)
        wants = [{"navn": name} | _row(o.counted(cases, now.p), None) for name, cases in listed[:room]]
        found.rows(table, wants, ["navn", "nye"])
        found.cell(f"{table}_utenfor", int(len(listed) > room))


def _profile(found: Comparison, now: o.Rapport, before: o.Rapport) -> None:
    for table, column in NEW_CASES.items():
        groups, old = (r.by(lambda c, column=column: c.data.get(column)) for r in (now, before))  # type: ignore[misc]
        wants: list[dict[str, Want]] = []
        for name in (*o.CHOICES[column], None):
            new, last = (g.get(name, {}).get("nye", 0) for g in (groups, old))
            part, old_part = o.share(new, now.tall["nye"]), o.share(last, before.tall["nye"])
            row: dict[str, Want] = {"nye": new, "andel": part, "nye_fjor": last, "andel_fjor": old_part}
            wants.append(row | {"faa": few(new, last)})
        found.rows(table, wants)
    new_cases = [c for c in now.cases if c.new(now.p)]
    for column, name, places in (("sum_gjeld", "gjeld", 0), ("antall_kreditorer", "kreditorer", 1)):
        known = [int(c.data[column]) for c in new_cases if c.data.get(column) is not None]
        found.cell(f"{name}_antall", len(known))
        found.cell(f"{name}_snitt", o.tenths(o.Fraction(sum(known), len(known)), places) if known else None)


def _lists(found: Comparison, case: Case, now: o.Rapport) -> None:
    waiting = o.waiting_without_decision(case)
    found.cell("antall.uten_vedtak.sum", len(waiting))
    found.cell("eldste_uten_vedtak", waiting[0][0] if waiting else 0)
    found.rows("uten_vedtak", [{"dager": days, "rad": row} for days, row in waiting[:30]], ["saksnr", "soknad", "rad"])
    for table, register, archive in (("kostra", "register", False), ("kostra_gamle", "historikk", True)):
        listed = o.kostra(now, arkiv=archive)
        wants: list[dict[str, Want]] = [
            {"rad": row, "kode": code, "saksnr": case[register][row - 1].get("saksnr") or "uten nummer"}
            for row, code in listed
        ]
        found.rows(table, wants, ["saksnr", "kode", "rad"])
