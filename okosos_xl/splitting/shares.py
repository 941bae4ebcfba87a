"""Splitting amounts in two so that nothing is lost: the parts are whole øre and always add up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Parts = tuple[Decimal, Decimal]
"""What A and B get, in kroner."""


def part(amount: Decimal, share: Fraction) -> Parts:
    """A's share of an amount, rounded half up to the øre, and the rest for B."""
    return parts([amount], share)[0]


def parts(amounts: Sequence[Decimal], share: Fraction) -> list[Parts]:
    """The amounts in two, each to the øre, and A's sum equal to A's share of the sum rounded once.

    The workbook rounds the shared amounts of a budget line as one sum; so running totals are rounded, not each amount.
    """
    result, total, given = [], Fraction(0), Fraction(0)
    for amount in amounts:
        total += Fraction(amount)
        upto = _ore(total * share)
        mine = upto - given
        given = upto
        a = Decimal(int(mine * 100)) / 100
        result.append((a, amount - a))
    return result


def _ore(value: Fraction) -> Fraction:
    """To whole øre, half away from zero; the amounts here are never negative."""
    return Fraction((value * 200 + 1) // 2, 100)


def plain(value: float) -> Decimal:
    """A computed amount as øre."""
    return Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
