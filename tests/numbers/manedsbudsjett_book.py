"""A Månedsbudsjett workbook, computed, and held against the oracle in every cell; and random cases for it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from dividende_book import Book
from oracle import manedsbudsjett as o

from okosos_xl.engine import CellValue, Engine, Values
from okosos_xl.sak.load import case_from_data
from okosos_xl.sak.numbers import serial
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.write import draft

Case = dict[str, Any]
Want = Decimal | date | str | None
"""An amount, a date or words; None for a cell that shows nothing."""
Typed = tuple[str, str, int, Any]
"""Table, column, row from 1, and what is typed there."""

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
OFTEN = (*o.DAYS_BETWEEN, *o.MONTHS_BETWEEN, o.ONCE)


@cache
def spec() -> TemplateSpec:
    return load_spec("manedsbudsjett")


class BudgetBook(Book):
    """A book whose cells inside grids have ids of their own."""

    def __init__(self, layout: Layout, values: Values, places: dict[str, Region]) -> None:
        super().__init__(layout, values)
        self.places = places

    def cell(self, id: str, row: int = 0, col: int = 0) -> CellValue:
        region = self.places[id]
        grid = self._values[region.sheet]
        line = grid[region.row - 1 + row] if region.row - 1 + row < len(grid) else []
        return line[region.col - 1 + col] if region.col - 1 + col < len(line) else None


@dataclass(frozen=True)
class Form:
    """The template with room for so many rows, and where everything stands."""

    layout: Layout
    places: dict[str, Region]


@cache
def form_for(fixed: int = 30, more: int = 25) -> Form:
    posts = {f"maaned{n}.poster": max(2, more) for n in range(1, 13)}
    layout = compile_template(spec(), exact={"faste": max(2, fixed), **posts})
    return Form(layout, {**layout.cells(), **layout.regions})


def small_form(case: Case) -> Form:
    """With no more rows than the case has."""
    more = max(len(case.get(f"maaned{n}", {}).get("poster", [])) for n in range(1, 13))
    return form_for(len(case.get("faste", [])), more)


def compute(case: Case, engine: Engine, form: Form | None = None, typed: Typed | None = None) -> BudgetBook:
    """The workbook of the case as the engine computes it.

    ``typed``: a value written into a cell of an input column afterwards, as someone may do in the workbook itself.
    """
    form = form or form_for()
    sak = case_from_data(case, spec())
    if typed is not None:
        table, column, row, value = typed
        sak.tables[table][row - 1][column] = value
    return BudgetBook(form.layout, draft(form.layout, sak).values(engine), form.places)


class Comparison:
    """What differs between a workbook and the oracle, one line per cell."""

    def __init__(self, book: BudgetBook) -> None:
        self.book = book
        self.wrong: list[str] = []
        self.cells = 0

    def cell(self, id: str, want: Want, row: int = 0) -> None:
        self.cells += 1
        got = self.book.cell(id, row)
        if isinstance(want, date):
            want = Decimal(int(serial(want)))
        if isinstance(want, Decimal):
            ok = isinstance(got, float) and abs(Decimal(repr(got)) - want) < Decimal("0.000001")
        else:
            ok = (got or "") == (want or "")
        if not ok:
            self.wrong.append(f"{id}[{row + 1}]: {got!r}, not {want}")

    def column(self, id: str, wants: Iterable[Want], length: int = 0) -> None:
        """The values downwards; the rest of ``length`` rows show nothing."""
        values = list(wants)
        for row, want in enumerate([*values, *[None] * (length - len(values))]):
            self.cell(id, want, row)


def nonzero(value: Decimal | None) -> Decimal | None:
    return value or None


def compare(book: BudgetBook, case: Case) -> Comparison:
    """Every computed cell of the sheets people see."""
    found, year = Comparison(book), o.year(case)
    for nr, month in enumerate(year.months, 1):
        _month(found, f"maaned{nr}", month, year, case)
        _overview(found, f"aar.m{nr}", month)
        found.cell(f"aar.m{nr}.med_plan", year.spent_as_planned[nr - 1])
    _start(found, year)
    _plan_and_actual(found, year, case)
    for row, (item, times) in enumerate(zip(case.get("faste", []), year.times, strict=True)):
        into, out = item.get("inn"), item.get("ut")
        found.cell("faste.ganger", Decimal(times) if into is not None or out is not None else None, row)
        found.cell("faste.inn_aar", None if into is None else times * o.amount(into), row)
        found.cell("faste.ut_aar", None if out is None else times * o.amount(out), row)
    _checks(found, year, case)
    return found


def _month(found: Comparison, id: str, month: o.Month, year: o.Year, case: Case) -> None:
    days = month.days
    found.column(f"{id}.dager.dato", (d.date for d in days), 31)
    found.column(f"{id}.dager.ukedag", (WEEKDAYS[d.date.weekday()] for d in days), 31)
    found.column(f"{id}.dager.faste_inn", (nonzero(d.fixed_in) for d in days), 31)
    found.column(f"{id}.dager.faste_ut", (nonzero(d.fixed_out) for d in days), 31)
    found.column(f"{id}.dager.faste_tekst", (_fixed_words(d, case) for d in days), 31)
    found.column(f"{id}.dager.flere", (d.more for d in days), 31)
    found.column(f"{id}.dager.saldo", (d.balance for d in days), 31)
    cell = f"{id}.tall.maaned"
    found.cell(f"{cell}.inngaende", month.opening)
    found.cell(f"{cell}.utgaende", month.closing)
    found.cell(f"{cell}.inn", month.into)
    found.cell(f"{cell}.ut", month.out)
    found.cell(f"{cell}.lavest", month.lowest)
    found.cell(f"{cell}.lavest_dag", month.lowest_day)
    today = year.today if case.get("idag") and case["idag"].replace(day=1) == month.first else None
    found.cell(f"{cell}.saldo_idag", today and today.balance)
    found.cell(f"{cell}.dager_til_inntekt", Decimal(today.days) if today and today.days else None)
    found.cell(f"{cell}.ubetalt", today.unpaid if today else None)
    found.cell(f"{cell}.igjen_per_dag", today.per_day if today else None)
    for row, category in enumerate(o.CATEGORIES):
        sign = 1 if category in o.INCOME else -1
        found.cell(f"{id}.kategorier.plan", month.plan[category], row)
        found.cell(f"{id}.kategorier.faktisk", month.actual[category], row)
        found.cell(f"{id}.kategorier.igjen", sign * (month.actual[category] - month.plan[category]), row)


def _fixed_words(day: o.Day, case: Case) -> str | None:
    if not day.fixed_rows:
        return None
    if len(day.fixed_rows) > 1:
        return f"{len(day.fixed_rows)} poster"
    return str(case["faste"][day.fixed_rows[0]].get("tekst", ""))


def _overview(found: Comparison, id: str, month: o.Month) -> None:
    below = sum(day.balance < 0 for day in month.days)
    for column, want in (
        ("maaned", month.first),
        ("inngaende", month.opening),
        ("inn", month.into),
        ("ut", month.out),
        ("utgaende", month.closing),
        ("lavest", month.lowest),
        ("lavest_dag", month.lowest_day),
        ("minusdager", Decimal(below) if below else None),
    ):
        found.cell(f"{id}.{column}", want)


def _start(found: Comparison, year: o.Year) -> None:
    today = year.today
    found.cell("saldo_idag", today and today.balance)
    found.cell("neste_inntekt", today and today.next_income)
    found.cell("dager_til_inntekt", Decimal(today.days) if today and today.days else None)
    found.cell("ubetalt", today and today.unpaid)
    found.cell("igjen_per_dag", today and today.per_day)
    lowest = min(year.months, key=lambda m: (m.lowest, m.first))
    found.cell("laveste_saldo", lowest.lowest)
    found.cell("laveste_dag", lowest.lowest_day)
    found.cell("sluttsaldo", year.months[-1].closing)
    found.cell("sluttsaldo_plan", year.spent_as_planned[-1])


def chosen_month(case: Case, year: o.Year) -> int:
    """From 0: the one asked for, else the one today is in, else the first."""
    if case.get("valgt_maaned"):
        return int(case["valgt_maaned"]) - 1
    if year.today is None:
        return 0
    return next(i for i, m in enumerate(year.months) if m.first == case["idag"].replace(day=1))


def _plan_and_actual(found: Comparison, year: o.Year, case: Case) -> None:
    chosen = chosen_month(case, year)
    found.cell("valgt_vist", year.months[chosen].first)
    periods = {"valgt": year.months[chosen : chosen + 1], "hittil": year.months[: chosen + 1], "aar": year.months}
    for period, months in periods.items():
        plan = {c: sum((m.plan[c] for m in months), o.ZERO) for c in o.CATEGORIES}
        actual = {c: sum((m.actual[c] for m in months), o.ZERO) for c in o.CATEGORIES}
        loose = sum((m.uncategorised for m in months), o.ZERO)
        for row, c in enumerate(o.CATEGORIES):
            sign = 1 if c in o.INCOME else -1
            found.cell(f"kategori_aar.plan_{period}", plan[c], row)
            found.cell(f"kategori_aar.faktisk_{period}", actual[c], row)
            found.cell(f"kategori_aar.bedre_{period}", sign * (actual[c] - plan[c]), row)
        for kind, values, extra in (("plan", plan, o.ZERO), ("faktisk", actual, loose)):
            into = sum((values[c] for c in o.INCOME), o.ZERO)
            out = sum((values[c] for c in o.SPENDING), o.ZERO)
            found.cell(f"resultat.inn.{kind}_{period}", into)
            found.cell(f"resultat.ut.{kind}_{period}", out)
            found.cell(f"resultat.uten.{kind}_{period}", extra)
            found.cell(f"resultat.overs.{kind}_{period}", into - out + extra)
        left = sum((m.into - m.out for m in months), o.ZERO)
        planned = sum((plan[c] for c in o.INCOME), o.ZERO) - sum((plan[c] for c in o.SPENDING), o.ZERO)
        found.cell(f"resultat.overs.bedre_{period}", left - planned)
    for row, c in enumerate(o.CATEGORIES):
        found.cell("plan.aar", sum((m.plan[c] for m in year.months), o.ZERO), row)


def _checks(found: Comparison, year: o.Year, case: Case) -> None:
    said = found.book.checks()
    typed = [row for n in range(1, 13) for rows in case.get(f"maaned{n}", {}).values() for row in rows]
    money = [row for row in typed if row.get("inn") is not None or row.get("ut") is not None]
    fixed = [item for item in case.get("faste", []) if item.get("inn") or item.get("ut")]
    timed = [i for i in fixed if i.get("forste") and i.get("hvor_ofte")]
    backwards = [i for i in case.get("faste", []) if i.get("siste") and i.get("forste") and i["siste"] < i["forste"]]
    today = year.today
    for id, trouble, severity in (
        ("MB100", False, "feil"),
        ("MB103", case.get("idag") is not None and today is None, "advarsel"),
        ("MB105", today is not None and today.before_income is not None and today.before_income < 0, "advarsel"),
        ("MB200", len(timed) < len(fixed), "feil"),
        ("MB203", bool(backwards), "feil"),
        ("MB204", False, "feil"),
        ("MB205", False, "feil"),
        ("MB206", any(item.get("kategori") is None for item in fixed), "advarsel"),
        ("MB301", False, "feil"),
        ("MB302", False, "feil"),
        ("MB400", False, "feil"),
        ("MB401", False, "feil"),
        ("MB402", False, "feil"),
        ("MB403", year.below_zero is not None, "advarsel"),
        ("MB410", False, "feil"),
        ("MB411", False, "feil"),
        ("MB412", any(row.get("kategori") is None for row in money), "advarsel"),
        ("MB413", year.misplaced > 0, "feil"),
    ):
        found.cells += 1
        want = severity if trouble else "i orden"
        if said[id] != want:
            found.wrong.append(f"{id}: {said[id]!r}, not {want}")


# --- random cases -----------------------------------------------------------------------------------------------------


def seeded(number: int) -> Case:
    """A case from a number: any start month, leap years, the 31st, amounts to the øre, and some mistakes."""
    rnd = random.Random(number)
    start = date(rnd.choice((2023, 2024, 2026, 2027, 2028, 2031, 2032, 2099)), rnd.randint(1, 12), 1)
    end = o.months_later(start, 12)
    case: Case = {"mal": "manedsbudsjett", "startmaaned": start, "egen_1": "hunden"}
    if rnd.random() < 0.9:
        case["startsaldo"] = _money(rnd, -5_000, 30_000)
    if rnd.random() < 0.9:
        case["idag"] = start + timedelta(days=rnd.randint(-20 if rnd.random() < 0.2 else 0, 365))
    if rnd.random() < 0.4:
        case["valgt_maaned"] = rnd.randint(1, 12)
    case["faste"] = [_fixed(rnd, start, end) for _ in range(rnd.choice((0, 1, 3, 8, 15, 25)))]
    plan: Case = {}
    for row in rnd.sample(o.PLAN_ROWS, rnd.choice((0, 2, 6, 27))):
        wanted = {"hver_maaned": rnd.randint(0, 9_000)} if rnd.random() < 0.8 else {}
        wanted |= {f"maaned{rnd.randint(1, 12)}": rnd.randint(0, 9_000) for _ in range(rnd.choice((0, 0, 1, 4)))}
        if wanted:
            plan[row] = wanted
    case["plan"] = plan
    for nr in range(1, 13):
        if rnd.random() < 0.5:
            continue
        first = o.months_later(start, nr - 1)
        length = o.last_day(first.year, first.month)
        rows = length if rnd.random() < 0.9 else 31
        days = [_typed(rnd) if rnd.random() < 0.5 else {} for _ in range(rnd.randint(0, rows))]
        more = [_typed(rnd) | {"dag": rnd.randint(1, length)} for _ in range(rnd.choice((0, 1, 6, 25)))]
        for row in more:
            if rnd.random() < 0.02:
                row.pop("dag")
            elif rnd.random() < 0.02:
                row["dag"] = 31
        while days and not days[-1]:
            days.pop()
        case[f"maaned{nr}"] = {"dager": days, "poster": more}
    return case


def _money(rnd: random.Random, low: int, high: int) -> Decimal:
    whole = rnd.randint(low, high)
    return Decimal(whole) if rnd.random() < 0.4 else Decimal(whole * 100 + rnd.randint(0, 99)) / 100


def _category(rnd: random.Random) -> Case:
    return {} if rnd.random() < 0.1 else {"kategori": rnd.choice(o.CATEGORIES)}


def _typed(rnd: random.Random) -> Case:
    way = "inn" if rnd.random() < 0.15 else "ut"
    row: Case = {way: _money(rnd, 0, 3_000)} | _category(rnd)
    if rnd.random() < 0.05:
        row["ut" if way == "inn" else "inn"] = _money(rnd, 0, 3_000)
    return row | {"tekst": f"Kjøp {rnd.randint(1, 99)}"}


def _fixed(rnd: random.Random, start: date, end: date) -> Case:
    way = "inn" if rnd.random() < 0.3 else "ut"
    day = start + timedelta(days=rnd.randint(-800, 365))
    if rnd.random() < 0.3:
        day = day.replace(day=o.last_day(day.year, day.month))
    item: Case = {"tekst": f"Post {rnd.randint(1, 99)}", way: _money(rnd, 1, 9_000)} | _category(rnd)
    item |= {"hvor_ofte": rnd.choice(OFTEN), "forste": day}
    if rnd.random() < 0.25:
        paid = [day for day in o.payments(item, end) if day >= start]
        item["siste"] = rnd.choice(paid) if paid else day + timedelta(days=rnd.randint(-3, 500))
    if rnd.random() < 0.05:
        item.pop(rnd.choice(("hvor_ofte", "forste", way)))
    return item
