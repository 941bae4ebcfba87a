"""The month budget, day by day, from the domain description (5.1 and 4.4): exact decimals, dates walked one by one.

Nothing here looks at the workbook's formulas. A fixed item is followed from its first date, payment by payment; a month
shorter than its due day is paid on its last day.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

Case = dict[str, Any]
ZERO = Decimal(0)

INCOME = (
    "lønn", "trygd og pensjon", "barnetrygd og bidrag", "bostøtte", "sosialhjelp", "andre inntekter",
)  # fmt: skip
SPENDING = (
    "husleie og boliglån", "strøm og oppvarming", "kommunale avgifter", "forsikring", "telefon og nett",
    "barnehage og SFO", "mat og dagligvarer", "klær og sko", "helse og medisiner", "reise og bil", "barn og fritid",
    "hygge og opplevelser", "strømming og abonnement", "bidrag som betales", "gjeld og avtaler", "sparing",
    "andre utgifter", "egen kategori 1", "egen kategori 2", "egen kategori 3", "egen kategori 4",
)  # fmt: skip
CATEGORIES = INCOME + SPENDING
PLAN_ROWS = (
    "lonn", "trygd", "barnetrygd", "bostotte", "sosialhjelp", "annen_inntekt", "bolig", "strom", "avgifter",
    "forsikring", "telefon", "barnehage", "mat", "klaer", "helse", "reise", "barn", "moro", "abonnement", "bidrag",
    "gjeld", "sparing", "annet", "egen_1", "egen_2", "egen_3", "egen_4",
)  # fmt: skip
"""What the plan of each category is called in a case, in the order of :data:`CATEGORIES`."""

DAYS_BETWEEN = {"hver uke": 7, "hver 14. dag": 14}
MONTHS_BETWEEN = {
    "hver måned": 1, "annenhver måned": 2, "hvert kvartal": 3, "hvert halvår": 6, "hvert år": 12,
}  # fmt: skip
ONCE = "én gang"


def amount(value: Any) -> Decimal:
    return ZERO if value is None else Decimal(str(value))


def last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def months_later(day: date, months: int) -> date:
    """The first of the month so many months after the one ``day`` is in."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def payments(item: Case, until: date) -> Iterator[date]:
    """Every day a fixed item is paid, up to and including ``until``."""
    first, often, end = item.get("forste"), item.get("hvor_ofte"), item.get("siste")
    if first is None or often is None or not (item.get("inn") or item.get("ut")):
        return
    end = until if end is None else min(end, until)
    if often in DAYS_BETWEEN:
        day = first
        while day <= end:
            yield day
            day += timedelta(days=DAYS_BETWEEN[often])
    elif often == ONCE:
        if first <= end:
            yield first
    else:
        month = first.replace(day=1)
        while True:
            day = month.replace(day=min(first.day, last_day(month.year, month.month)))
            if day > end:
                return
            yield day
            month = months_later(month, MONTHS_BETWEEN[often])


@dataclass
class Entry:
    """Money in or out on a day; ``fixed`` is the row of the fixed item it comes from."""

    day: date
    into: Decimal
    out: Decimal
    category: str | None
    source: str
    fixed: int = -1


@dataclass
class Day:
    date: date
    fixed_in: Decimal = ZERO
    fixed_out: Decimal = ZERO
    fixed_rows: list[int] = field(default_factory=list)
    more: Decimal | None = None
    money_in: Decimal = ZERO
    balance: Decimal = ZERO


@dataclass
class Month:
    first: date
    days: list[Day]
    opening: Decimal
    into: Decimal
    out: Decimal
    closing: Decimal
    lowest: Decimal
    lowest_day: date
    actual: dict[str, Decimal]
    plan: dict[str, Decimal]
    uncategorised: Decimal


@dataclass
class Today:
    """Where the household stands today; the income fields are None when no income is entered after today."""

    balance: Decimal
    next_income: date | None = None
    days: int | None = None
    unpaid: Decimal | None = None
    before_income: Decimal | None = None
    per_day: Decimal | None = None


@dataclass
class Year:
    months: list[Month]
    today: Today | None
    times: list[int]
    misplaced: int
    below_zero: date | None
    spent_as_planned: list[Decimal]
    """The closing balance of each month when what is left of the plan for spending is spent too."""


def year(case: Case) -> Year:
    """Twelve months from the month of ``startmaaned``."""
    start = case["startmaaned"].replace(day=1)
    end = months_later(start, 12) - timedelta(days=1)
    entries: list[Entry] = []
    times: list[int] = []
    for row, item in enumerate(case.get("faste", [])):
        days = [day for day in payments(item, end) if day >= start]
        times.append(len(days))
        into, out = amount(item.get("inn")), amount(item.get("ut"))
        entries += [Entry(day, into, out, item.get("kategori"), "fast", row) for day in days]
    misplaced = 0
    for nr in range(12):
        own, wrong = _typed(case.get(f"maaned{nr + 1}", {}), months_later(start, nr))
        entries += own
        misplaced += wrong
    months: list[Month] = []
    balance = amount(case.get("startsaldo"))
    for nr in range(12):
        months.append(_month(case, nr, months_later(start, nr), balance, entries))
        balance = months[-1].closing
    spent, unspent = [], ZERO
    for month in months:
        if case.get("idag") is None or not start <= case["idag"] <= end or month.days[-1].date >= case["idag"]:
            unspent += sum((max(ZERO, month.plan[c] - month.actual[c]) for c in SPENDING), ZERO)
        spent.append(month.closing - unspent)
    below = [day.date for month in months for day in month.days if day.balance < 0]
    return Year(months, _today(case, months), times, misplaced, below[0] if below else None, spent)


def _typed(month: Case, first: date) -> tuple[list[Entry], int]:
    """What is typed on a month's sheet, and how many amounts stand on a day that is not there."""
    rows = [(number, row, "dag") for number, row in enumerate(month.get("dager", []), 1)]
    rows += [(row.get("dag"), row, "flere") for row in month.get("poster", [])]
    found: list[Entry] = []
    misplaced = 0
    for number, row, source in rows:
        if row.get("inn") is None and row.get("ut") is None:
            if source == "flere" and number is not None and number <= last_day(first.year, first.month):
                found.append(Entry(first.replace(day=number), ZERO, ZERO, row.get("kategori"), source))
            continue
        if number is None or number > last_day(first.year, first.month):
            misplaced += 1
            continue
        into, out = amount(row.get("inn")), amount(row.get("ut"))
        found.append(Entry(first.replace(day=number), into, out, row.get("kategori"), source))
    return found, misplaced


def _month(case: Case, nr: int, first: date, opening: Decimal, entries: list[Entry]) -> Month:
    length = last_day(first.year, first.month)
    mine = [e for e in entries if (e.day.year, e.day.month) == (first.year, first.month)]
    days: list[Day] = []
    balance = opening
    for number in range(1, length + 1):
        day = Day(first.replace(day=number))
        for entry in (e for e in mine if e.day == day.date):
            balance += entry.into - entry.out
            day.money_in += entry.into
            if entry.source == "fast":
                day.fixed_in += entry.into
                day.fixed_out += entry.out
                day.fixed_rows.append(entry.fixed)
            if entry.source == "flere":
                day.more = (day.more or ZERO) + entry.into - entry.out
        day.balance = balance
        days.append(day)
    lowest = min(days, key=lambda day: (day.balance, day.date))
    actual, plan = {}, {}
    for category, row in zip(CATEGORIES, PLAN_ROWS, strict=True):
        sign = 1 if category in INCOME else -1
        net = sum((e.into - e.out for e in mine if e.category == category), ZERO)
        fixed = sum((e.into - e.out for e in mine if e.category == category and e.source == "fast"), ZERO)
        actual[category] = sign * net
        wanted = case.get("plan", {}).get(row, {})
        own = wanted.get(f"maaned{nr + 1}", wanted.get("hver_maaned"))
        plan[category] = sign * fixed if own is None else amount(own)
    return Month(
        first,
        days,
        opening,
        sum((e.into for e in mine), ZERO),
        sum((e.out for e in mine), ZERO),
        balance,
        lowest.balance,
        lowest.date,
        actual,
        plan,
        sum((e.into - e.out for e in mine if e.category is None), ZERO),
    )


def _today(case: Case, months: list[Month]) -> Today | None:
    days = [day for month in months for day in month.days]
    today = case.get("idag")
    if today is None or not days[0].date <= today <= days[-1].date:
        return None
    at = (today - days[0].date).days
    found = Today(days[at].balance)
    for later in days[at + 1 :]:
        if later.money_in > 0:
            found.next_income = later.date
            found.days = (later.date - today).days
            found.before_income = days[at + found.days - 1].balance
            found.unpaid = found.balance - found.before_income
            found.per_day = (found.before_income / found.days).to_integral_value(ROUND_FLOOR)
            break
    return found
