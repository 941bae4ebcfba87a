"""What a Forvaltning workbook must show, worked out day by day in Decimal from domain.md section 4 (no formulas).

A case is the data of a case file. Every due date and payday is listed by walking through the calendar; the amounts are
then sums over those lists.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Case = dict[str, Any]
Row = dict[str, Any]
ZERO = Decimal(0)
CENT = Decimal("0.01")
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
DAYS_APART = {"hver uke": 7, "per uke": 7, "hver 14. dag": 14}
MONTHS_APART = {
    "hver måned": 1, "per måned": 1, "hver 2. måned": 2, "hvert kvartal": 3, "per kvartal": 3, "hver 4. måned": 4,
    "hvert halvår": 6, "per halvår": 6, "hvert år": 12, "per år": 12,
}  # fmt: skip
TWICE, ONCE = "to ganger i måneden", "én gang"
PER_YEAR = {"hver uke": 52, "hver 14. dag": 26, TWICE: 24, "hver måned": 12}
OUTSIDE = "utenfor avtalen"
COVERED, PARTLY, NOT_COVERED, OVER = "dekket", "delvis", "ikke dekket", "over"


def to_ore(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def month_after(first: date, count: int) -> date:
    number = first.year * 12 + first.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def last_of(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def on_day(first: date, day: int) -> date:
    """The ``day`` of the month, or its last day when the month is shorter."""
    return first.replace(day=min(day, last_of(first).day))


def per_payout(a_month: Decimal, often: str) -> int:
    """An amount a month as whole kroner each payout, rounded down."""
    return int(a_month * 12 // PER_YEAR[often])


def calendar_of(often: str, first: date, day: int, weekday: str | None = None) -> Iterator[date]:
    """The days something is paid, from the month ``first`` on, without end (unless it is once)."""
    if often in DAYS_APART:
        when = on_day(first, day)
        while weekday and WEEKDAYS[when.weekday()] != weekday:
            when += timedelta(days=1)
        while True:
            yield when
            when += timedelta(days=DAYS_APART[often])
    elif often == ONCE:
        yield on_day(first, day)
    elif often == TWICE:
        low = day - 15 if day > 15 else day
        while True:
            yield on_day(first, low)
            yield on_day(first, low + 15)
            first = month_after(first, 1)
    else:
        while True:
            yield on_day(first, day)
            first = month_after(first, MONTHS_APART[often])


@dataclass
class Purpose:
    """One purpose as the office pays it: ``managed`` when it is in the agreement and not paid by the client."""

    nr: int
    name: str
    amount: Decimal
    often: str
    first: date
    day: int
    weekday: str | None
    managed: bool
    set_aside: bool
    priority: int
    allowance: bool

    def due(self, start: date, end: date) -> list[date]:
        if not self.often:
            return []
        found: list[date] = []
        for when in calendar_of(self.often, self.first, self.day, self.weekday):
            if when > end:
                break
            if when >= start:
                found.append(when)
        return found

    def next_due(self, start: date, number: int) -> date | None:
        """The due date after ``number`` of them, counted from ``start``."""
        for when in calendar_of(self.often, self.first, self.day, self.weekday):
            if when >= start:
                if number == 0:
                    return when
                number -= 1
        return None


def purposes(case: Case) -> list[Purpose]:
    start = start_of(case)
    regular = case.get("oppdrag_formaal", "Fast oppdrag")
    found: list[Purpose] = []
    names: set[str] = set()
    for nr, row in enumerate(case.get("formaal", [])):
        name = row.get("navn", "")
        p = Purpose(
            nr, name, to_ore(Decimal(row.get("belop", 0))), row.get("frekvens", ""),
            (row.get("forste") or start).replace(day=1), row.get("forfallsdag", 1), row.get("ukedag"),
            False, False, row.get("prioritet", 7), name == regular or row.get("gruppe") == "fast oppdrag",
        )  # fmt: skip
        wanted = case.get("oppdrag_belop")
        if name == regular and name not in names and wanted and case.get("oppdrag_frekvens"):
            p.often = case["oppdrag_frekvens"]
            p.amount = Decimal(per_payout(Decimal(wanted), p.often))
            first = case.get("oppdrag_forste")
            p.first, p.day = (first or start).replace(day=1), first.day if first else 1
            p.weekday = case.get("oppdrag_ukedag")
        known = bool(name and p.often and p.amount > 0)
        p.managed = known and row.get("i_avtalen") != "nei" and row.get("betales_av") != "brukeren"
        p.set_aside = p.managed and row.get("avsettes") == "ja"
        names.add(name)
        found.append(p)
    return found


def start_of(case: Case) -> date:
    start: date = case["startmaaned"]
    return start.replace(day=1)


@dataclass
class Month:
    """One month of the year: what is planned, what happened, and the set-aside fund after it."""

    first: date
    last: date
    due: list[Decimal]
    even: list[Decimal]
    income: Decimal
    paid: list[Decimal]
    opening: Decimal = ZERO
    into: Decimal = ZERO
    out: Decimal = ZERO
    closing: Decimal = ZERO
    received: Decimal = ZERO
    outside: Decimal = ZERO
    unknown: Decimal = ZERO
    fund_plan: Decimal = ZERO
    fund: Decimal = ZERO


@dataclass
class Share:
    """A purpose in the chosen month: what it needs and how much of it the money covers."""

    planned: Decimal
    paid: Decimal
    status: str
    need: Decimal
    covered: Decimal = ZERO


@dataclass
class Year:
    purposes: list[Purpose]
    months: list[Month]
    today: date
    next_income: date
    balance: Decimal
    unpaid: list[Decimal]
    overdue: list[Decimal]
    next_due: list[tuple[date, Decimal] | None]
    fund_now: Decimal
    free: Decimal
    chosen: Month
    shares: list[Share]
    available: Decimal
    short: Decimal
    running: list[Decimal] = field(default_factory=list)
    put_by: Decimal = ZERO
    """What was set aside before the year began."""


def flow(row: Row) -> Decimal:
    """In minus out."""
    return to_ore(Decimal(row.get("inn", 0))) - to_ore(Decimal(row.get("ut", 0)))


def balance_on(case: Case, day: date) -> Decimal:
    """What the ledger says at the end of a day, however its rows are ordered."""
    start = start_of(case)
    rows = [r for r in case.get("kladd", []) if r.get("dato") and start <= r["dato"] <= day]
    return sum((flow(r) for r in rows), Decimal(case.get("inngaaende", 0)))


def belongs(case: Case, row: Row) -> str:
    """What a row of the ledger is: a purpose's name, ``inntekt``, ``utenfor`` or ``ukjent``."""
    name = row.get("formaal")
    if not name:
        return "utenfor" if row.get("ut") else "inntekt"
    if any(name == p.get("navn") for p in case.get("formaal", [])):
        return "formål"
    if name == OUTSIDE:
        return "utenfor"
    return "inntekt" if any(name == i.get("navn") for i in case.get("inntekter", [])) else "ukjent"


def year(case: Case) -> Year:
    start, today = start_of(case), case["dato"]
    end = month_after(start, 12) - timedelta(days=1)
    managed = purposes(case)
    ledger = case.get("kladd", [])
    opening = Decimal(case.get("inngaaende", 0))
    put_by = Decimal(case.get("avsetning_inngaaende", 0))

    def first_with(name: str) -> int | None:
        return next((p.nr for p in managed if p.name == name), None)

    def paid_between(nr: int, from_: date, to: date) -> Decimal:
        rows = [r for r in ledger if r.get("dato") and from_ <= r["dato"] <= to and r.get("formaal")]
        return sum((-flow(r) for r in rows if first_with(r["formaal"]) == nr), ZERO)

    months: list[Month] = []
    yearly = [p.amount * len(p.due(start, end)) if p.managed else ZERO for p in managed]
    for n in range(12):
        first = month_after(start, n)
        last = last_of(first)
        rows = [r for r in ledger if r.get("dato") and first <= r["dato"] <= last]
        kinds = [(belongs(case, r), flow(r)) for r in rows]
        month = Month(
            first, last,
            [p.amount * len(p.due(first, last)) if p.managed else ZERO for p in managed],
            [to_ore(y * (n + 1) / 12) - to_ore(y * n / 12) for y in yearly],
            sum((expected(i, first, last, start) for i in case.get("inntekter", [])), ZERO),
            [paid_between(p.nr, first, last) for p in managed],
        )  # fmt: skip
        month.opening = months[-1].closing if months else opening
        month.into = sum((to_ore(Decimal(r.get("inn", 0))) for r in rows), ZERO)
        month.out = sum((to_ore(Decimal(r.get("ut", 0))) for r in rows), ZERO)
        month.closing = month.opening + month.into - month.out
        month.received = sum((f for kind, f in kinds if kind == "inntekt"), ZERO)
        month.outside = sum((f for kind, f in kinds if kind == "utenfor"), ZERO)
        month.unknown = sum((f for kind, f in kinds if kind == "ukjent"), ZERO)
        accrued = [p.nr for p in managed if p.set_aside]
        aside = sum((month.even[nr] for nr in accrued), ZERO)
        month.fund_plan = (
            (months[-1].fund_plan if months else put_by) + aside - sum((month.due[nr] for nr in accrued), ZERO)
        )
        month.fund = (months[-1].fund if months else put_by) + aside - sum((month.paid[nr] for nr in accrued), ZERO)
        months.append(month)

    # what is free now: every krone that is spoken for is taken away once
    when = [d for i in case.get("inntekter", []) if (d := next_payday(i, today, start))]
    next_income = min(when) if when else last_of(today) + timedelta(days=1)
    balance = balance_on(case, today)
    until, this_month = next_income - timedelta(days=1), today.replace(day=1)
    unpaid, overdue, next_due = [], [], []
    for p in managed:
        so_far = paid_between(p.nr, start, min(today, end)) if today >= start else ZERO
        ahead = p.amount * len(p.due(start, until)) if p.managed else ZERO
        before = p.amount * len(p.due(start, min(end, this_month - timedelta(days=1)))) if p.managed else ZERO
        unpaid.append(max(ZERO, ahead - so_far) if p.managed else ZERO)
        overdue.append(max(ZERO, before - so_far) if p.managed and today >= start else ZERO)
        done = max(0, int(so_far // p.amount)) if p.managed and so_far > 0 else 0
        day = p.next_due(start, done) if p.managed else None
        next_due.append((day, (done + 1) * p.amount - max(ZERO, so_far)) if day else None)
    begun = [m for m in months if m.first <= today]
    fund_now = put_by
    for p in managed:
        if p.set_aside:
            fund_now += sum((m.even[p.nr] for m in begun), ZERO)
            fund_now -= paid_between(p.nr, start, min(today, end)) if today >= start else ZERO
    fund_now = max(ZERO, fund_now)
    accrued_unpaid = sum((unpaid[p.nr] for p in managed if p.set_aside), ZERO)
    other_unpaid = sum((unpaid[p.nr] for p in managed if not p.set_aside), ZERO)
    free = balance - other_unpaid - max(fund_now, accrued_unpaid)

    chosen = _chosen(case, months, today)
    shares, available = allocate(case, managed, months, chosen, today, put_by)
    running, total = [], opening
    for row in ledger:
        total += flow(row)
        running.append(total)
    return Year(
        managed, months, today, next_income, balance, unpaid, overdue, next_due, fund_now, free, chosen, shares,
        available, sum((s.need - s.covered for s in shares), ZERO), running, put_by,
    )  # fmt: skip


def _chosen(case: Case, months: list[Month], today: date) -> Month:
    wanted = (case.get("valgt_maaned") or today).replace(day=1)
    return next((m for m in months if m.first == wanted), months[0])


def _paydays(income: Row, start: date) -> Iterator[date]:
    first = income.get("utbetales") or start
    if income["frekvens"] in DAYS_APART:
        step = timedelta(days=DAYS_APART[income["frekvens"]])
        while True:
            yield first
            first += step
    yield from calendar_of(income["frekvens"], first.replace(day=1), first.day)


def expected(income: Row, from_: date, to: date, start: date) -> Decimal:
    """What an income is to bring between two days."""
    if not income.get("belop") or not income.get("frekvens"):
        return ZERO
    count = 0
    for day in _paydays(income, start):
        if day > to:
            break
        count += day >= from_
    return count * to_ore(Decimal(income["belop"]))


def next_payday(income: Row, today: date, start: date) -> date | None:
    if not income.get("belop") or not income.get("frekvens"):
        return None
    return next((day for day in _paydays(income, start) if day > today), None)


def allocate(
    case: Case, managed: list[Purpose], months: list[Month], month: Month, today: date, put_by: Decimal
) -> tuple[list[Share], Decimal]:
    """The chosen month, paid strictly by priority out of what there is when the set-aside fund is left alone."""
    shares = []
    beyond = ZERO
    for p in managed:
        planned, paid = month.due[p.nr], month.paid[p.nr]
        beyond += paid if paid < 0 else max(ZERO, paid - planned)
        shares.append(Share(planned, paid, status(planned, paid), month.even[p.nr] if p.set_aside else planned))
    number = months.index(month)
    fund = months[number - 1].fund if number else put_by
    kept = ZERO if case.get("bruk_avsetning") == "ja" else max(ZERO, fund)
    income = month.received if month.last < today else max(month.received, month.income)
    available = month.opening + income + month.outside + month.unknown - beyond - kept

    def first_day(p: Purpose) -> int:
        if p.often in DAYS_APART:
            late = p.due(max(month.first, p.first), max(month.first, p.first) + timedelta(days=400))
            return late[0].day
        day = p.day - 15 if p.often == TWICE and p.day > 15 else p.day
        return on_day(month.first, day).day

    queue = sorted((p for p in managed if shares[p.nr].need), key=lambda p: (p.priority, first_day(p), p.nr))
    left = available
    if case.get("likt_valg") != "forholdsmessig":
        for p in queue:
            shares[p.nr].covered = max(ZERO, min(shares[p.nr].need, left))
            left -= shares[p.nr].need
        return shares, available
    for priority in range(1, 8):
        group = [p for p in queue if p.priority == priority]
        total = sum((shares[p.nr].need for p in group), ZERO)
        pot, running = max(ZERO, min(total, left)), ZERO
        for p in group:
            before = to_ore(pot * running / total)
            running += shares[p.nr].need
            shares[p.nr].covered = to_ore(pot * running / total) - before
        left -= total
    return shares, available


def status(planned: Decimal, paid: Decimal) -> str:
    if planned == 0 and paid == 0:
        return ""
    if paid > planned:
        return OVER
    if paid == planned or planned == 0:
        return COVERED
    return NOT_COVERED if paid <= 0 else PARTLY
