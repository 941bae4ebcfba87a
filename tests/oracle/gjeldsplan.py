"""The plans of a Gjeldsrådgivning case in whole øre: who takes part, what is available, and what joint debtors carry.

The month itself is walked through by ``nedbetaling``; this module decides what goes into it, and walks through the
months with agreed instalments itself. Rules: ``docs/regneregler-gjeldsradgivning.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from oracle import nedbetaling as n

FIXED = "faste avdrag"
LUMP_SUM = "akkord eller engangsoppgjør"
REFINANCE = "refinansiering"
NOTHING = "nulldividende"
METHODS = (*n.METHODS, FIXED, LUMP_SUM, REFINANCE, NOTHING)
A, B, JOINT = "A", "B", "felles"
UNLIMITED = 10**18

Case = Mapping[str, Any]


@dataclass(frozen=True)
class Claim:
    """A claim as one plan sees it; ``row`` is its row in the case. ``cap``: the most it is paid in a month."""

    row: int
    start: int
    tier: int
    rate: int
    minimum: int
    cap: int


@dataclass(frozen=True)
class Result:
    """A plan in øre, claim by claim in the order of ``claims``."""

    claims: list[Claim]
    available: list[int]
    owed: list[list[int]]
    paid: list[list[int]]
    closing: list[list[int]]

    def total_paid(self, row: int) -> int:
        return sum(sum(p) for c, p in zip(self.claims, zip(*self.paid, strict=True), strict=True) if c.row == row)

    def left(self, row: int) -> int:
        """What is not paid of the claim in ``row``; 0 when it takes no part."""
        return sum(left for c, left in zip(self.claims, self.closing[-1], strict=True) if c.row == row)

    def interest(self, row: int) -> int:
        """Interest added to the claim in ``row``."""
        for i, c in enumerate(self.claims):
            if c.row == row:
                return self.closing[-1][i] + self.total_paid(row) - c.start
        return 0

    @property
    def months(self) -> int:
        """The last month with anything owed when all is paid; 0 when it never is, or nothing is owed."""
        if not self.claims or any(self.closing[-1]):
            return 0
        return 1 + sum(1 for row in self.closing if any(row))


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def dec(value: object) -> Decimal:
    return Decimal(str(value))


def share_of_a(claim: Case) -> Decimal:
    """The part of a joint claim that A carries in the end; half when nothing is said."""
    if claim.get("andel_a") is not None:
        return dec(claim["andel_a"])
    if claim.get("andel_b") is not None:
        return 1 - dec(claim["andel_b"])
    return Decimal("0.5")


def in_plan(claim: Case, who: str) -> bool:
    owner = claim.get("eier", A)
    return who == JOINT or owner in (who, JOINT)


def plan(case: Case, who: str, available: int, late_rate: Decimal = Decimal(0)) -> Result:
    """The plan of A, B or both, when ``available`` øre a month is left by the budget.

    ``late_rate`` is the statutory late-payment interest as a fraction per year.
    """
    options = case.get("losning", {}).get({A: "a", B: "b", JOINT: "felles"}[who], {})
    method = options.get("metode", n.DIVIDEND_NO_INTEREST)
    current = method == n.DIVIDEND_INTEREST and options.get("andelsgrunnlag") == n.CURRENT_BALANCE
    agreed = method in (n.DIVIDEND_NO_INTEREST, n.DIVIDEND_INTEREST) and options.get("prioriterte") == "etter avtale"
    claims = _claims(case, who, method, agreed and not current, late_rate)
    length = int(options.get("lopetid") or 0)
    horizon = min(length, n.TERMS) if length else n.TERMS
    horizon = {NOTHING: 0, LUMP_SUM: 1, REFINANCE: 1}.get(method, horizon)
    money = _money(case, who, options, available, horizon)
    if method == REFINANCE:
        money[0] = sum(c.start for c in claims)
    elif method == LUMP_SUM:
        money[0] = n.ore(options.get("engangsbelop"))
    terms = n.Terms(
        method=method if method in n.METHODS else n.DIVIDEND_NO_INTEREST,
        share_basis=n.CURRENT_BALANCE if current else n.START_BALANCE,
        rounding=options.get("avrunding", n.ORE),
        ore_spread=n.SAME_EVERY_MONTH,
        interest_rule=n.TWELFTH,
        first_month=0,
        horizon=horizon,
        disponibelt=tuple(money),
        start=tuple(c.start for c in claims),
        rate=tuple(c.rate for c in claims),
        tier=tuple(c.tier for c in claims),
        minimum=tuple(c.minimum for c in claims),
    )
    return _walk(terms, claims)


def _claims(case: Case, who: str, method: str, agreed: bool, late_rate: Decimal) -> list[Claim]:
    limit = 0 if case.get("smaakravregel") == "som andre krav" else n.ore(case.get("smaakravgrense"))
    together = who == JOINT
    found = []
    for row, claim in enumerate(case.get("krav", [])):
        balance = n._start_balance(claim)
        if balance <= 0 or claim.get("med") == "nei" or not in_plan(claim, who):
            continue
        joint = claim.get("eier") == JOINT and not together
        part_a = share_of_a(claim)
        part = (part_a if who == A else 1 - part_a) if joint else Decimal(1)
        start = balance
        if joint and case.get("felles_krav") == "etter andel":
            of_a = half_up(balance * part_a)
            start = of_a if who == A else balance - of_a
        if start <= 0:
            continue
        instalment = half_up(dec(claim.get("avtalt") or 0) * part * 100)
        first = claim.get("prioritert") == "ja"
        cap = UNLIMITED
        if method == FIXED or (agreed and first and instalment > 0):
            cap = instalment
        rate = Decimal(0)
        if claim.get("rente_loper") != "nei":
            rate = late_rate if claim.get("rentetype") == "forsinkelsesrente" else dec(claim.get("rente") or 0)
        bears = method in (n.DIVIDEND_INTEREST, n.SMALLEST_FIRST, n.HIGHEST_RATE_FIRST, FIXED)
        tier = n.PRIORITISED if first else n.SMALL if start < limit else n.ORDINARY
        minimum = half_up(dec(claim.get("minstebelop") or 0) * part * 100)
        found.append(Claim(row, start, tier if cap else 9, half_up(rate * 100_000) if bears else 0, minimum, cap))
    return found


def _money(case: Case, who: str, options: Case, available: int, horizon: int) -> list[int]:
    first = n._month(case["plan_start"])
    base = n.ore(options["belop"]) if options.get("belop") is not None else available
    periods = case.get({A: "perioder_a", B: "perioder_b", JOINT: "perioder_f"}[who], [])
    amounts = []
    for term in range(n.TERMS):
        amount = base
        for period in periods:
            if n._month(period["fra"]) <= first + term:
                amount = n.ore(period["belop"])
        amounts.append(max(0, amount) if term < horizon else 0)
    return amounts


def _walk(terms: n.Terms, claims: list[Claim]) -> Result:
    balance = list(terms.start)
    owed, paid, closing = [], [], []
    capped = any(c.cap < UNLIMITED for c in claims)
    for term in range(n.TERMS):
        due = list(balance)
        if term < terms.horizon:
            due = [b + n.month_interest(b, c.rate, 1, 1_200_000) for b, c in zip(balance, claims, strict=True)]
        money = terms.disponibelt[term]
        pay = _pay_capped(terms, claims, money, due) if capped else n.pay_month(terms, money, due)[0]
        balance = [d - p for d, p in zip(due, pay, strict=True)]
        owed.append(due)
        paid.append(pay)
        closing.append(balance)
    return Result(claims, list(terms.disponibelt), owed, paid, closing)


def _pay_capped(terms: n.Terms, claims: list[Claim], money: int, due: list[int]) -> list[int]:
    """Agreed instalments: each class takes what is agreed, and the class that is short shares by what is agreed."""
    pay = [0] * len(due)
    for tier in (n.PRIORITISED, n.SMALL, n.ORDINARY):
        members = [i for i, c in enumerate(claims) if c.tier == tier and due[i] > 0]
        wanted = {i: min(due[i], claims[i].cap) for i in members}
        if sum(wanted.values()) <= money:
            for i, amount in wanted.items():
                pay[i] = amount
            money -= sum(wanted.values())
            continue
        weight = {i: claims[i].cap if claims[i].cap < UNLIMITED else claims[i].start for i in members}
        _share(terms, money, members, weight, due, pay, claims)
        break
    return pay


def _share(
    terms: n.Terms, money: int, members: list[int], weight: dict[int, int], due: list[int], pay: list[int],
    claims: list[Claim],
) -> None:  # fmt: skip
    """Largest remainder with nobody over what is owed, in whole kroner where that goes."""
    open_ = list(members)
    while True:
        total = sum(weight[i] for i in open_)
        full = [i for i in open_ if due[i] * total <= money * weight[i]]
        if not full:
            break
        for i in full:
            pay[i] = due[i]
            money -= due[i]
        open_ = [i for i in open_ if i not in full]
    unit = 1
    if terms.rounding == n.WHOLE_KRONER and money % 100 == 0:
        room = all(due[i] * total >= money * weight[i] + 100 * total for i in open_)
        unit = 100 if room else 1
    for i in open_:
        pay[i] = unit * (money * weight[i] // (unit * total))
    left = (money - sum(pay[i] for i in open_)) // unit
    order = sorted(open_, key=lambda i: (-(money * weight[i] - total * pay[i]), -claims[i].start, i))
    for i in order[:left]:
        pay[i] += unit


@dataclass(frozen=True)
class Joint:
    """What two plans do to one joint claim, in øre."""

    claim: int
    from_a: int
    from_b: int
    surplus: int
    carries_a: int
    carries_b: int


def settle_joint(claim: int, from_a: int, from_b: int, part_a: Decimal) -> Joint:
    """Never more than the claim; of a surplus each gets back what brings him nearest his internal share."""
    surplus = max(0, from_a + from_b - claim)
    if not surplus:
        return Joint(claim, from_a, from_b, 0, from_a, from_b)
    target = half_up(claim * part_a)
    carries_a = target
    if from_a < target:  # A paid less than his share: B carries what is left of the claim
        carries_a = from_a
    elif from_b < claim - target:
        carries_a = claim - from_b
    return Joint(claim, from_a, from_b, surplus, carries_a, claim - carries_a)
