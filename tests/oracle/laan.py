"""Loans in ``Decimal``, term by term, to hold the workbook's closed formulas up against.

Nothing here is shared with the templates. A loan is written out month by month as one would by hand, in forty digits
and without rounding; the effective rate is the yearly rate that solves the equation of finansavtaleforskriften §§ 1-4
and 1-5 (months as twelfths of a year), found by halving.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

ANNUITY, SERIAL = 1, 2
_DIGITS = 40
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Term:
    """One month: kroner, not rounded. ``paid`` is interest + instalment + fee."""

    interest: Decimal
    instalment: Decimal
    fee: Decimal
    left: Decimal

    @property
    def paid(self) -> Decimal:
        return self.interest + self.instalment + self.fee


@dataclass(frozen=True)
class Loan:
    """``rate`` is the nominal yearly rate as a fraction; the first ``free`` of ``months`` have interest only."""

    amount: Decimal
    rate: Decimal
    months: int
    kind: int = ANNUITY
    free: int = 0
    fee: Decimal = Decimal(0)
    setup: Decimal = Decimal(0)

    def terms(self) -> list[Term]:
        with localcontext() as context:
            context.prec = _DIGITS
            return list(self._terms())

    def _terms(self) -> Iterator[Term]:
        monthly = self.rate / 12
        left = self.amount
        repaying = self.months - self.free
        if self.kind == ANNUITY:
            # the value of one krone in each repaying month, added up one by one
            worth = sum(((1 + monthly) ** -k for k in range(1, repaying + 1)), Decimal(0))
            level = self.amount / worth
        for month in range(1, self.months + 1):
            interest = left * monthly
            if month <= self.free:
                instalment = Decimal(0)
            elif self.kind == SERIAL:
                instalment = self.amount / repaying
            else:
                instalment = level - interest
            left -= instalment
            yield Term(interest, instalment, self.fee, left)

    def effective(self) -> Decimal | None:
        """The yearly rate as a fraction, to ten digits; None when nothing is paid out."""
        received = self.amount - self.setup
        if received <= 0:
            return None
        with localcontext() as context:
            context.prec = _DIGITS
            paid = [term.paid for term in self._terms()]
            if sum(paid) <= received:
                return Decimal(0)
            low, high = Decimal(0), Decimal(1)
            while _worth(paid, high) > received:
                high *= 2
            for _ in range(60):
                middle = (low + high) / 2
                if _worth(paid, middle) > received:
                    low = middle
                else:
                    high = middle
            return low


def _worth(paid: list[Decimal], yearly: Decimal) -> Decimal:
    """What the payments are worth on the day the loan is paid out."""
    step = (1 + yearly) ** (Decimal(-1) / 12)
    value = Decimal(0)
    for amount in reversed(paid):
        value = (value + amount) * step
    return value


def remaining_cost(balance: Decimal, rate: Decimal, payment: Decimal) -> Decimal | None:
    """All that is paid until a claim is settled with ``payment`` a month, in øre; None when it never is."""
    with localcontext() as context:
        context.prec = _DIGITS
        left, total = balance, Decimal(0)
        if rate > 0 and payment <= balance * rate / 12:
            return None
        while left > 0:
            left += left * rate / 12
            paid = min(payment, left)
            total += paid
            left -= paid
        return ore(total)


def largest_loan(term: Decimal, fee: Decimal, rate: Decimal, months: int, kind: int = ANNUITY) -> Decimal:
    """The loan whose first term with fee is ``term``, found by asking what one krone of loan costs."""
    krone = Loan(Decimal(1), rate, months, kind).terms()[0]
    with localcontext() as context:
        context.prec = _DIGITS
        return ore(max(Decimal(0), term - fee) / (krone.interest + krone.instalment))


def ore(value: Decimal) -> Decimal:
    """Half away from zero, as ROUND."""
    return value.quantize(_CENT, ROUND_HALF_UP)
