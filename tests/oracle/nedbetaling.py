"""Repayment plans in plain integers, to hold the workbook formulas up against.

Nothing here is shared with the code that builds the workbooks.  The rules are those of
``docs/regneregler.md``; every amount is a whole number of øre and every rate a whole number of 1/100000,
so no result depends on floating point.

The methods are written as one would carry them out by hand: walk through the classes, pay what can be paid
in full, go round again with what is left.  No sorting by threshold, no cumulative columns.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

TERMS = 120
MAX_PERIODS = 8

DIVIDEND_NO_INTEREST = "dividende uten rente"
DIVIDEND_INTEREST = "dividende med rente"
SMALLEST_FIRST = "minste krav først"
HIGHEST_RATE_FIRST = "høyeste rente først"
METHODS = (DIVIDEND_NO_INTEREST, DIVIDEND_INTEREST, SMALLEST_FIRST, HIGHEST_RATE_FIRST)

START_BALANCE = "startsaldo"
CURRENT_BALANCE = "løpende saldo"
ORE = "øre"
WHOLE_KRONER = "hele kroner"
SAME_EVERY_MONTH = "lik hver måned"
EVENED_OUT = "jevnes ut over tid"
TWELFTH = "nominell/12"
ACTUAL_DAYS = "dager/365"

PRIORITISED, SMALL, ORDINARY = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Terms:
    """A case translated to integers: øre, 1/100000 and months counted from year 0."""

    method: str
    share_basis: str
    rounding: str
    ore_spread: str
    interest_rule: str
    first_month: int
    horizon: int
    disponibelt: tuple[int, ...]
    start: tuple[int, ...]
    rate: tuple[int, ...]
    tier: tuple[int, ...]
    minimum: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of one method in a few numbers (øre and term numbers counted from 1)."""

    months: int | None
    """Last term with a payment when the plan clears everything, 0 with nothing to pay, None if never."""
    last_term: tuple[int | None, ...]
    """Per claim the last term with a payment, None if it is never paid anything."""
    settled_term: tuple[int | None, ...]
    """Per claim the term that clears it, 0 if nothing was owed, None if it is never cleared."""
    total_paid: int
    total_interest: int
    written_off: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan in øre; ``owed[m][i]`` is claim ``i`` (row order) in term ``m + 1``."""

    start: tuple[int, ...]
    rate: tuple[int, ...]
    tier: tuple[int, ...]
    disponibelt: tuple[int, ...]
    interest: list[list[int]]
    owed: list[list[int]]
    paid: list[list[int]]
    closing: list[list[int]]
    rounds: list[int]
    """Per term how many rounds of the dividend split capped at least one claim."""
    summary: Summary

    @property
    def months(self) -> int | None:
        """Last term with a payment when everything is cleared, else None."""
        return self.summary.months

    @property
    def last_term(self) -> tuple[int | None, ...]:
        """Last term with a payment, claim by claim."""
        return self.summary.last_term

    @property
    def settled_term(self) -> tuple[int | None, ...]:
        """The term that clears each claim."""
        return self.summary.settled_term

    @property
    def total_paid(self) -> int:
        """All payments."""
        return self.summary.total_paid

    @property
    def total_interest(self) -> int:
        """All interest added."""
        return self.summary.total_interest

    @property
    def written_off(self) -> int:
        """What is left when the plan ends."""
        return self.summary.written_off


# --- from case to integers ------------------------------------------------------------------------------------------


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _decimal(value: object) -> Decimal:
    """The number as it is written: a float counts as its shortest decimal text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError(f"not a number: {value!r}")
    return Decimal(str(value).strip())


def _round(value: Decimal) -> int:
    """Round half away from zero to a whole number."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def ore(kroner: object) -> int:
    """Kroner to øre; blank is 0."""
    return 0 if _blank(kroner) else _round(_decimal(kroner) * 100)


def _month(value: object) -> int:
    """Months since year 0 of a date, ``2026-12`` or ``2026-12-01``."""
    if isinstance(value, str):
        year, month = value.strip().split("-")[:2]
        return _month(date(int(year), int(month), 1))
    if isinstance(value, date):
        return value.year * 12 + value.month - 1
    raise ValueError(f"not a month: {value!r}")


def _choice(case: Mapping[str, Any], key: str, *allowed: str) -> str:
    """An option; the first of those allowed is the default."""
    value = case.get(key)
    if _blank(value):
        return allowed[0]
    if value not in allowed:
        raise ValueError(f"{key}: {value!r} is none of {allowed}")
    return str(value)


def _yes(claim: Mapping[str, Any], key: str, default: str) -> bool:
    return _choice(claim, key, default, *({"ja", "nei"} - {default})) == "ja"


def _start_balance(claim: Mapping[str, Any]) -> int:
    if not _blank(claim.get("saldo")):
        balance = ore(claim["saldo"])
    else:
        balance = sum(ore(claim.get(part)) for part in ("hovedstol", "renter", "omkostninger"))
    if balance < 0:
        raise ValueError(f"negative balance: {claim!r}")
    return balance


def _disponibelt(case: Mapping[str, Any], first: int, horizon: int) -> tuple[int, ...]:
    """The amount for each of the 120 terms; nothing after the horizon and never below 0."""
    periods = [(_month(row["fra"]), max(0, ore(row["belop"]))) for row in case.get("perioder") or []]
    if len(periods) > MAX_PERIODS:
        raise ValueError(f"more than {MAX_PERIODS} periods")
    if periods != sorted(periods, key=lambda period: period[0]):
        raise ValueError("the periods are not in order")
    amounts = []
    for term in range(TERMS):
        amount = max(0, ore(case.get("disponibelt")))
        for start, changed in periods:
            if start <= first + term:
                amount = changed
        amounts.append(amount if term < horizon else 0)
    return tuple(amounts)


def read_case(case: Mapping[str, Any], method: str | None = None) -> Terms:
    """Translate a case; ``method`` overrides the one in the case."""
    chosen = method or _choice(case, "metode", *METHODS)
    if chosen not in METHODS:
        raise ValueError(f"unknown method {chosen!r}")
    first = _month(case["startmaaned"])
    # A blank number cell reads as 0, so 0 means "not given" here too.
    length = 0 if _blank(case.get("lopetid")) else int(_decimal(case["lopetid"]))
    horizon = min(length, TERMS) if length > 0 else TERMS
    limit = ore(case.get("smaakravgrense"))

    claims: Sequence[Mapping[str, Any]] = case.get("krav") or []
    start = tuple(_start_balance(claim) for claim in claims)
    rates = []
    tiers = []
    for claim, balance in zip(claims, start, strict=True):
        runs = chosen != DIVIDEND_NO_INTEREST and _yes(claim, "rente_loper", "ja")
        rates.append(_round(_decimal(claim["rente"]) * 100_000) if runs and not _blank(claim.get("rente")) else 0)
        if _yes(claim, "prioritert", "nei"):
            tiers.append(PRIORITISED)
        elif balance < limit:
            tiers.append(SMALL)
        else:
            tiers.append(ORDINARY)
    return Terms(
        method=chosen,
        share_basis=_choice(case, "andelsgrunnlag", START_BALANCE, CURRENT_BALANCE),
        rounding=_choice(case, "avrunding", ORE, WHOLE_KRONER),
        ore_spread=_choice(case, "orefordeling", SAME_EVERY_MONTH, EVENED_OUT),
        interest_rule=_choice(case, "renteberegning", TWELFTH, ACTUAL_DAYS),
        first_month=first,
        horizon=horizon,
        disponibelt=_disponibelt(case, first, horizon),
        start=start,
        rate=tuple(rates),
        tier=tuple(tiers),
        minimum=tuple(max(0, ore(claim.get("minstebelop"))) for claim in claims),
    )


# --- one month ------------------------------------------------------------------------------------------------------


def fraction_of_year(terms: Terms, term: int) -> tuple[int, int]:
    """The part of the year that term number ``term`` (from 0) bears interest for, over 1/100000 of the rate."""
    if terms.interest_rule == TWELFTH:
        return 1, 12 * 100_000
    month = terms.first_month + term
    return monthrange(month // 12, month % 12 + 1)[1], 365 * 100_000


def month_interest(balance: int, rate: int, part: int, whole: int) -> int:
    """Interest for a month to the nearest øre, half an øre up."""
    return (2 * balance * rate * part + whole) // (2 * whole)


def _dividend(terms: Terms, amount: int, members: list[int], owed: list[int], paid: list[int]) -> int:
    """Split ``amount`` over ``members`` by share; returns the number of rounds that capped a claim."""
    by_start = terms.share_basis == START_BALANCE or terms.method == DIVIDEND_NO_INTEREST
    weight = terms.start if by_start else owed

    left = amount
    sharing = members
    rounds = 0
    while True:
        total = sum(weight[i] for i in sharing)
        full = [i for i in sharing if owed[i] * total <= left * weight[i]]
        if not full:
            break
        rounds += 1
        for i in full:
            paid[i] = owed[i]
        left -= sum(owed[i] for i in full)
        sharing = [i for i in sharing if not paid[i]]

    unit = 1
    if terms.rounding == WHOLE_KRONER and left % 100 == 0:
        # Rounding up to the next krone must not pay anyone more than is owed.
        has_room = all(owed[i] * total >= left * weight[i] + 100 * total for i in sharing)
        unit = 100 if has_room else 1

    even_out = terms.ore_spread == EVENED_OUT and terms.method == DIVIDEND_NO_INTEREST
    paid_before = sum(terms.start[i] - owed[i] for i in sharing)
    order: list[tuple[int, int, int]] = []
    given = 0
    for i in sharing:
        paid[i] = unit * (left * weight[i] // (unit * total))
        given += paid[i]
        key = left * weight[i] - total * paid[i]
        if even_out:
            key += paid_before * weight[i] - total * (terms.start[i] - owed[i])
        order.append((-key, -terms.start[i], i))
    order.sort()
    extra, uneven = divmod(left - given, unit)
    assert uneven == 0 and 0 <= extra < max(1, len(sharing))
    for _, _, i in order[:extra]:
        paid[i] += unit
    return rounds


def _one_at_a_time(terms: Terms, amount: int, members: list[int], owed: list[int], paid: list[int]) -> None:
    """Minimums to everyone, the rest to the first in the order (or minimums in order while they last)."""
    if terms.method == SMALLEST_FIRST:
        order = sorted(members, key=lambda i: (owed[i], i))
    else:
        order = sorted(members, key=lambda i: (-terms.rate[i], i))
    left = amount
    for i in order:
        paid[i] = min(owed[i], terms.minimum[i], left)
        left -= paid[i]
    for i in order:
        more = min(owed[i] - paid[i], left)
        paid[i] += more
        left -= more


def pay_month(terms: Terms, amount: int, owed: list[int]) -> tuple[list[int], int]:
    """What each claim is paid when ``amount`` is available, and the rounds the dividend split took."""
    paid = [0] * len(owed)
    left = min(amount, sum(owed))
    for tier in (PRIORITISED, SMALL, ORDINARY):
        members = [i for i, claim_tier in enumerate(terms.tier) if claim_tier == tier and owed[i] > 0]
        total = sum(owed[i] for i in members)
        if total <= left:
            for i in members:
                paid[i] = owed[i]
            left -= total
            continue
        if left == 0:
            return paid, 0
        if terms.method in (DIVIDEND_NO_INTEREST, DIVIDEND_INTEREST):
            return paid, _dividend(terms, left, members, owed, paid)
        _one_at_a_time(terms, left, members, owed, paid)
        return paid, 0
    return paid, 0


# --- the plan -------------------------------------------------------------------------------------------------------


def _summary(terms: Terms, interest: list[list[int]], paid: list[list[int]], closing: list[list[int]]) -> Summary:
    count = len(terms.start)
    last: list[int | None] = [None] * count
    for term, row in enumerate(paid, start=1):
        for i in range(count):
            if row[i]:
                last[i] = term
    final = closing[-1]
    settled = tuple(None if final[i] else (last[i] or 0) for i in range(count))
    cleared = not any(final)
    return Summary(
        months=max((term or 0 for term in settled), default=0) if cleared else None,
        last_term=tuple(last),
        settled_term=settled,
        total_paid=sum(map(sum, paid)),
        total_interest=sum(map(sum, interest)),
        written_off=sum(final),
    )


def run(terms: Terms) -> Plan:
    """Carry the plan through all 120 terms."""
    count = len(terms.start)
    interest: list[list[int]] = []
    owed: list[list[int]] = []
    paid: list[list[int]] = []
    closing: list[list[int]] = []
    rounds: list[int] = []
    balance = list(terms.start)
    for term in range(TERMS):
        if term < terms.horizon and any(balance):
            part, whole = fraction_of_year(terms, term)
            added = [month_interest(balance[i], terms.rate[i], part, whole) for i in range(count)]
            due = [balance[i] + added[i] for i in range(count)]
            payments, capping = pay_month(terms, terms.disponibelt[term], due)
        else:
            added, due, payments, capping = [0] * count, list(balance), [0] * count, 0
        balance = [due[i] - payments[i] for i in range(count)]
        interest.append(added)
        owed.append(due)
        paid.append(payments)
        closing.append(balance)
        rounds.append(capping)
    return Plan(
        start=terms.start,
        rate=terms.rate,
        tier=terms.tier,
        disponibelt=terms.disponibelt,
        interest=interest,
        owed=owed,
        paid=paid,
        closing=closing,
        rounds=rounds,
        summary=_summary(terms, interest, paid, closing),
    )


def plan(case: Mapping[str, Any]) -> Plan:
    """The plan of a case with the method it asks for."""
    return run(read_case(case))


def compare(case: Mapping[str, Any]) -> dict[str, Summary]:
    """The summary of every method, with all other options as in the case."""
    return {method: run(read_case(case, method)).summary for method in METHODS}
