"""A Forvaltning workbook, computed, and held against the oracle in every cell people see; and random cases for it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from husstand_book import HouseBook
from oracle import forvaltning as o

from okosos_xl.engine import Engine
from okosos_xl.sak.load import case_from_data
from okosos_xl.sak.numbers import serial
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.write import draft

Case = dict[str, Any]
OFTEN = (*(often for often in o.MONTHS_APART if often.startswith("hver")), "hver uke", "hver 14. dag", o.TWICE, o.ONCE)
INCOME_OFTEN = ("per måned", "per uke", "hver 14. dag", o.TWICE, "per kvartal", "per halvår", "per år", o.ONCE)


@cache
def spec() -> TemplateSpec:
    return load_spec("forvaltning")


@cache
def layout_for(rows: int) -> Layout:
    """With this many ledger rows."""
    small = {"kladd": rows, "inntekter": 6, "saldoer": 12, "regler": 4, "krav": 2}
    return compile_template(spec(), exact=small)


def small_layout(case: Case) -> Layout:
    """With few more ledger rows than the case has."""
    rows = len(case.get("kladd", []))
    return layout_for(next(size for size in (20, 80, 600, 1_500) if rows <= size))


def compute(case: Case, engine: Engine, layout: Layout | None = None) -> HouseBook:
    """The workbook of the case as the engine computes it."""
    layout = layout or small_layout(case)
    return HouseBook(layout, draft(layout, case_from_data(case, spec())).values(engine))


Want = Decimal | date | str | None
"""An amount, a date or words; None for a cell that shows nothing."""


class Found:
    """What differs between a workbook and the oracle, one line per cell."""

    def __init__(self, book: HouseBook) -> None:
        self.book = book
        self.wrong: list[str] = []
        self.cells = 0

    def cell(self, id: str, want: Want, row: int = 0) -> None:
        self.cells += 1
        got = self.book.cell(id, row)
        if isinstance(want, date):
            want = Decimal(int(serial(want)))
        if isinstance(want, Decimal):
            ok = isinstance(got, float | int) and abs(Decimal(repr(float(got))) - want) < Decimal("0.000001")
        else:
            ok = (got or "") == (want or "")
        if not ok:
            self.wrong.append(f"{id}[{row + 1}]: {got!r}, not {want}")

    def column(self, id: str, wants: Iterable[Want], length: int = 0) -> None:
        """The values downwards; the rest of ``length`` rows show nothing."""
        values = list(wants)
        for row, want in enumerate([*values, *[None] * (length - len(values))]):
            self.cell(id, want, row)

    def across(self, id: str, wants: list[Decimal], row: int = 0) -> None:
        """The values of a row of months."""
        for col, want in enumerate(wants):
            self.cells += 1
            got = self.book.cell(id, row, col)
            if not isinstance(got, float | int) or abs(Decimal(repr(float(got))) - want) > Decimal("0.000001"):
                self.wrong.append(f"{id}[{row + 1}, {col + 1}]: {got!r}, not {want}")


def compare(book: HouseBook, case: Case) -> Found:
    """Every amount of the workbook against the oracle's, and what a workbook must always obey."""
    found, year = Found(book), o.year(case)
    start = o.start_of(case)
    _months(found, year)
    for p in year.purposes:
        _purpose(found, p, year, start)
    _today(found, year)
    _chosen(found, year)
    _ledger(found, case, year)
    _laws(found, year)
    return found


def _months(found: Found, year: o.Year) -> None:
    months = year.months
    found.across("aar.inn", [m.income for m in months])
    found.across("aar.forfall", [sum(m.due, o.ZERO) for m in months])
    found.across("aar.jevnt", [sum(m.even, o.ZERO) for m in months])
    found.across("aar.fond", [m.fund_plan for m in months])
    found.across("regnskap.inngaaende", [m.opening for m in months])
    found.across("regnskap.inn", [m.into for m in months])
    found.across("regnskap.ut", [m.out for m in months])
    found.across("regnskap.utgaaende", [m.closing for m in months])
    found.across("regnskap.inntekter", [m.received for m in months])
    found.across("regnskap.utenfor", [m.outside for m in months])
    found.across("regnskap.ukjent", [m.unknown for m in months])
    found.across("regnskap.fond", [m.fund for m in months])
    found.cell("avsetning_laveste", min(m.fund_plan for m in months))
    found.cell("saldo_slutt", months[-1].closing)
    begun = [m.fund for m in months if m.first <= year.today]
    found.cell("avsetning_slutt", max(o.ZERO, begun[-1]) if begun else year.put_by)
    found.cell("aar_inn", sum((m.income for m in months), o.ZERO))
    found.cell("aar_ut", sum((sum(m.due, o.ZERO) for m in months), o.ZERO))
    for row, m in enumerate(months):
        found.cell("ao_maaneder.inngaaende", m.opening, row)
        found.cell("ao_maaneder.utgaaende", m.closing, row)


def _purpose(found: Found, p: o.Purpose, year: o.Year, start: date) -> None:
    months = year.months
    found.across("plan.forfall", [m.due[p.nr] for m in months], p.nr)
    found.across("jevn.belop", [m.even[p.nr] for m in months], p.nr)
    found.across("bet.belop", [m.paid[p.nr] for m in months], p.nr)
    if p.managed:
        found.across("forfall.antall", [Decimal(len(p.due(m.first, m.last))) for m in months], p.nr)
        total = sum((m.due[p.nr] for m in months), o.ZERO)
        found.cell("formaal.aar", total, p.nr)
        found.cell("formaal.per_maaned", o.to_ore(total / 12), p.nr)
    found.cell("formaal_regn.ubetalt", year.unpaid[p.nr], p.nr)
    found.cell("formaal_regn.forfalt", year.overdue[p.nr], p.nr)
    upcoming = year.next_due[p.nr]
    found.cell("formaal_regn.neste", upcoming[0] if upcoming else None, p.nr)
    found.cell("formaal_regn.neste_belop", upcoming[1] if upcoming else None, p.nr)


def _today(found: Found, year: o.Year) -> None:
    found.cell("saldo_naa", year.balance)
    found.cell("neste_inntekt", year.next_income)
    found.cell("avsatt_naa", year.fund_now)
    found.cell("disponibelt_naa", year.free)
    soon = sorted((when, p.nr, amount) for p in year.purposes if (n := year.next_due[p.nr]) for when, amount in [n])
    found.column("neste.dato", (when for when, _, _ in soon[:10]), 10)
    found.column("neste.belop", (amount for _, _, amount in soon[:10]), 10)


def _chosen(found: Found, year: o.Year) -> None:
    shares = year.shares
    found.cell("planlagt_maaned", sum((s.planned for s in shares), o.ZERO))
    found.cell("betalt_maaned", sum((s.paid for s in shares), o.ZERO))
    found.cell("tilgjengelig_maaned", year.available)
    found.cell("mangler_maaned", year.short)
    found.cell("rest_maaned", year.available - sum((s.covered for s in shares), o.ZERO))
    for p, s in zip(year.purposes, shares, strict=True):
        found.cell("status.svar", s.status, p.nr)
        found.cell("status_regn.behov", s.need, p.nr)
        found.cell("status_regn.dekning", s.covered, p.nr)
    for row, word in (("dekket", o.COVERED), ("delvis", o.PARTLY), ("ikke", o.NOT_COVERED), ("over", o.OVER)):
        those = [s for s in shares if s.status == word]
        found.cell(f"statuser.{row}.antall", Decimal(len(those)))
        found.cell(f"statuser.{row}.planlagt", sum((s.planned for s in those), o.ZERO))
        found.cell(f"statuser.{row}.betalt", sum((s.paid for s in those), o.ZERO))


def _ledger(found: Found, case: Case, year: o.Year) -> None:
    for row, entry in enumerate(case.get("kladd", [])):
        shown = entry.get("dato") or o.flow(entry)
        found.cell("kladd.saldo", year.running[row] if shown else None, row)
    for row, claim in enumerate(case.get("saldoer", [])):
        found.cell("saldoer.forskjell", Decimal(claim["saldo"]) - o.balance_on(case, claim["dato"]), row)


def _laws(found: Found, year: o.Year) -> None:
    """What holds whatever the case: the sums meet, and the checks on them say so."""
    said = found.book.checks()
    for id in ("FO709", "FO802", "FO910"):
        found.cells += 1
        if said[id] != "i orden":
            found.wrong.append(f"{id}: {said[id]}")
    kinds = ("dekket", "delvis", "ikke", "over")
    statuses = sum(number(found.book, f"statuser.{row}.planlagt") for row in kinds)
    planned = number(found.book, "planlagt_maaned")
    if round(statuses - planned, 2) != 0:
        found.wrong.append(f"statuses {statuses}, planned {planned}")
    for col, month in enumerate(year.months):
        opening, into, out, closing = (
            number(found.book, f"regnskap.{id}", col) for id in ("inngaaende", "inn", "ut", "utgaaende")
        )
        if round(opening + into - out - closing, 2) != 0:
            found.wrong.append(f"{month.first}: closing is not opening + in - out")


def number(book: HouseBook, id: str, col: int = 0) -> float:
    """The number in a cell, or in a month of a row."""
    value = book.cell(id, 0, col)
    assert isinstance(value, float | int), (id, value)
    return float(value)


# --- random cases -----------------------------------------------------------------------------------------------------


def seeded(number: int) -> Case:
    """A case from a number: any start month, every frequency, an unsorted ledger, refunds, and some mistakes."""
    rnd = random.Random(number)
    start = date(rnd.choice((2023, 2024, 2026, 2027, 2028, 2032)), rnd.randint(1, 12), 1)
    case: Case = {
        "mal": "forvaltning",
        "startmaaned": start,
        "dato": start + timedelta(days=rnd.randint(-40, 420) if rnd.random() < 0.1 else rnd.randint(0, 364)),
        "inngaaende": _money(rnd, -2_000, 20_000),
        "formaal": [_purpose_row(rnd, start, n) for n in range(rnd.choice((0, 1, 4, 9, 20, 40)))],
        "inntekter": [_income_row(rnd, start, n) for n in range(rnd.choice((0, 1, 2, 4)))],
    }
    if rnd.random() < 0.6:
        case["avsetning_inngaaende"] = _money(rnd, 0, 5_000)
    if rnd.random() < 0.5:
        case["valgt_maaned"] = o.month_after(start, rnd.randint(0, 11))
    if rnd.random() < 0.3:
        case["bruk_avsetning"] = rnd.choice(("ja", "nei"))
    if rnd.random() < 0.5:
        case["likt_valg"] = rnd.choice(("etter forfallsdag", "forholdsmessig"))
    if rnd.random() < 0.5:
        case["formaal"] = [*case["formaal"][:39], {"navn": "Fast oppdrag", "prioritet": 3}]
        case |= {"oppdrag_belop": _money(rnd, 100, 9_000), "oppdrag_frekvens": rnd.choice(tuple(o.PER_YEAR))}
        if rnd.random() < 0.7:
            case["oppdrag_forste"] = start + timedelta(days=rnd.randint(-60, 200))
        if rnd.random() < 0.7:
            case["oppdrag_ukedag"] = rnd.choice(o.WEEKDAYS)
    case["kladd"] = [_entry(rnd, case, start) for _ in range(rnd.choice((0, 3, 20, 80)))]
    case["saldoer"] = [
        {"dato": start + timedelta(days=rnd.randint(0, 364)), "saldo": _money(rnd, -500, 9_000)}
        for _ in range(rnd.randint(0, 4))
    ]
    _on_the_edge(rnd, case, start)
    return case


def _on_the_edge(rnd: random.Random, case: Case, start: date) -> None:
    """Where mistakes are easy to make: the day something happens, the last of a month, money that runs out."""
    chance = rnd.random()
    if case["kladd"] and chance < 0.3:
        day = rnd.choice(case["kladd"]).get("dato")
        case["dato"] = day if start <= day < o.month_after(start, 12) else case["dato"]
    elif chance < 0.5:
        case["dato"] = o.last_of(o.month_after(start, rnd.randint(0, 11)))
    if case["inntekter"] and rnd.random() < 0.3:
        case["inntekter"][0] |= {"frekvens": "per måned", "utbetales": start}
    if rnd.random() < 0.6:
        year = o.year(case)
        need = sum((share.need for share in year.shares), o.ZERO)
        wanted = o.to_ore(need * rnd.randint(5, 95) / 100)
        case["inngaaende"] += wanted - year.available


def _money(rnd: random.Random, low: int, high: int) -> Decimal:
    whole = rnd.randint(low, high)
    return Decimal(whole) if rnd.random() < 0.4 else Decimal(whole * 100 + rnd.randint(0, 99)) / 100


def _purpose_row(rnd: random.Random, start: date, number: int) -> Case:
    row: Case = {"navn": f"Formål {number}", "belop": _money(rnd, 1, 9_000), "frekvens": rnd.choice(OFTEN)}
    if rnd.random() < 0.6:
        row["forste"] = o.month_after(start, rnd.randint(-14, 11))
    if rnd.random() < 0.7:
        row["forfallsdag"] = rnd.choice((1, 5, 14, 15, 16, 20, 28, 29, 30, 31))
    if rnd.random() < 0.6:
        row["ukedag"] = rnd.choice(o.WEEKDAYS)
    if rnd.random() < 0.9:
        row["prioritet"] = rnd.randint(1, 7)
    if rnd.random() < 0.3:
        row["avsettes"] = rnd.choice(("ja", "ja", "nei"))
    if rnd.random() < 0.2:
        row["i_avtalen"] = rnd.choice(("ja", "nei"))
    if rnd.random() < 0.2:
        row["betales_av"] = rnd.choice(("NAV", "brukeren"))
    if rnd.random() < 0.1:
        row["gruppe"] = "fast oppdrag"
    if rnd.random() < 0.05:
        row.pop(rnd.choice(("belop", "frekvens")))
    return row


def _income_row(rnd: random.Random, start: date, number: int) -> Case:
    row: Case = {"navn": f"Inntekt {number}", "belop": _money(rnd, 1, 25_000), "frekvens": rnd.choice(INCOME_OFTEN)}
    if rnd.random() < 0.85:
        row["utbetales"] = start + timedelta(days=rnd.randint(-400, 300))
    return row


def _entry(rnd: random.Random, case: Case, start: date) -> Case:
    row: Case = {"dato": start + timedelta(days=rnd.randint(0, 364)), "tekst": "Noe"}
    if rnd.random() < 0.05:
        row["dato"] = start + timedelta(days=rnd.randint(-50, 450))
    way = "inn" if rnd.random() < 0.25 else "ut"
    row[way] = _money(rnd, 0, 6_000)
    names = [p["navn"] for p in case["formaal"]]
    chance = rnd.random()
    if names and chance < 0.7:
        row["formaal"] = rnd.choice(names)
        whole = next(p.get("belop") for p in case["formaal"] if p["navn"] == row["formaal"])
        if whole and rnd.random() < 0.5:
            row[way] = whole
    elif chance < 0.8:
        row["formaal"] = rnd.choice((o.OUTSIDE, "finnes ikke", *(i["navn"] for i in case["inntekter"])))
    return row


# --- a year of a real ledger ------------------------------------------------------------------------------------------

YEAR_ROWS = 600
MISTAKES = ("FO700", "FO702", "FO710")
"""What the year's three deliberate mistakes are called: a voucher twice, a wrong sign, a bank balance 100 kr off."""


def a_year(seed: int = 6, *, mistakes: bool = True) -> Case:
    """A client's whole year, 2026: every item paid when it falls due, and many small purchases by card."""
    rnd = random.Random(seed)
    start, end = date(2026, 1, 1), date(2026, 12, 31)
    every = "hver måned"
    case: Case = {
        "mal": "forvaltning", "saksnummer": "2026-0301", "navn": "Per Eksempel", "kontor": "NAV Eksempel",
        "raadgiver": "Rådgiver ved kontoret", "kontakt": "55 55 00 00", "dato": end, "startmaaned": start,
        "inngaaende": Decimal(18_000), "avsetning_inngaaende": Decimal(4_000),
        "avtale_konto": "1234.56.33333", "avtale_fra": start, "avtale_evaluering": date(2026, 12, 1),
        "avtale_oppsigelse": 30, "avtale_godkjenner": "Rådgiver og fagleder",
        "oppdrag_belop": Decimal(2_600), "oppdrag_frekvens": "hver uke", "oppdrag_ukedag": "mandag",
        "oppdrag_forste": date(2026, 1, 5),
        "inntekter": [
            {"navn": "AAP", "type": "AAP", "belop": Decimal("9120.50"), "frekvens": "hver 14. dag",
             "utbetales": date(2026, 1, 8)},
            {"navn": "Bostøtte", "type": "bostøtte", "belop": 2_900, "frekvens": "per måned",
             "utbetales": date(2026, 1, 20)},
        ],
        "formaal": [
            {"navn": "Husleie", "belop": 7_900, "frekvens": every, "forfallsdag": 1, "prioritet": 1},
            {"navn": "Strøm", "belop": 950, "frekvens": every, "forfallsdag": 15, "prioritet": 1},
            {"navn": "SFO", "belop": 1_050, "frekvens": every, "forfallsdag": 20, "prioritet": 2},
            {"navn": "Fast oppdrag", "prioritet": 3},
            {"navn": "Mat", "belop": 900, "frekvens": "hver uke", "ukedag": "torsdag", "prioritet": 3},
            {"navn": "Telefon", "belop": 399, "frekvens": every, "forfallsdag": 12, "prioritet": 4},
            {"navn": "Forsikring", "belop": 2_400, "frekvens": "hvert halvår", "forste": date(2026, 4, 1),
             "forfallsdag": 10, "prioritet": 4, "avsettes": "ja"},
            {"navn": "Bilavgift", "belop": 3_060, "frekvens": "hvert år", "forste": date(2026, 9, 1),
             "forfallsdag": 5, "prioritet": 4, "avsettes": "ja"},
            {"navn": "Kommunen, restanse", "belop": 600, "frekvens": every, "forfallsdag": 25, "prioritet": 5},
            {"navn": "Fjordbanken", "belop": 450, "frekvens": every, "forfallsdag": 25, "prioritet": 6},
        ],
    }  # fmt: skip
    for row in case["formaal"]:
        row["mottaker"] = row["navn"]
    rows: list[Case] = []
    for p in o.purposes(case):
        if p.name != "Mat":
            rows += [{"dato": d, "tekst": p.name, "formaal": p.name, "ut": p.amount} for d in p.due(start, end)]
    for income in case["inntekter"]:
        for day in (start + timedelta(days=n) for n in range(365)):
            if amount := o.expected(income, day, day, start):
                rows.append({"dato": day, "tekst": income["navn"], "formaal": income["navn"], "inn": amount})
    while len(rows) < YEAR_ROWS:
        day = start + timedelta(days=rnd.randint(4, 364))
        amount = Decimal(rnd.randint(2_500, 18_000)) / 100
        rows.append({"dato": day, "tekst": "Dagligvarer", "formaal": "Mat", "ut": amount})
    rows.sort(key=lambda row: row["dato"])
    case["kladd"] = [row | {"bilag": str(number)} for number, row in enumerate(rows, 1)]
    case["saldoer"] = [
        {"dato": (last := o.last_of(date(2026, month, 1))), "saldo": o.balance_on(case, last)} for month in range(1, 12)
    ]
    if mistakes:
        case["kladd"][250]["bilag"] = case["kladd"][249]["bilag"]
        late = next(row for row in reversed(case["kladd"]) if row["tekst"] == "SFO")
        late["ut"] = -late["ut"]
        case["saldoer"][7]["saldo"] += 100
    return case
