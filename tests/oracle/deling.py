"""One exact split of an amount: largest remainder, in whole øre or whole kroner. Integers and fractions only."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def ore(kroner: Decimal | int | float | None) -> int:
    """The amount in øre, half an øre rounded away from zero; nothing is 0."""
    if kroner is None:
        return 0
    return int((Decimal(str(kroner)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def storste_rest(belop: int, vekter: Sequence[int], *, hele_kroner: bool = False) -> list[int]:
    """``belop`` øre shared by weight; a weight is also the most its row can get, so the rest is not shared out.

    Each share is rounded down, and the units that are left go to the largest remainders, then the largest weight, then
    the upper row. Whole kroner are used only when the amount is whole and every row has room for one krone more.
    """
    total = sum(vekter)
    if total == 0:
        return [0] * len(vekter)
    belop = max(0, min(belop, total))
    room = all(w >= Fraction(belop * w, total) + 100 for w in vekter if w > 0)
    unit = 100 if hele_kroner and belop % 100 == 0 and room else 1
    units = belop // unit
    down = [units * w // total for w in vekter]
    left = [(units * w % total, w, -i) for i, w in enumerate(vekter)]
    first = sorted(range(len(vekter)), key=lambda i: left[i], reverse=True)[: units - sum(down)]
    return [unit * (n + (i in first)) for i, n in enumerate(down)]


def foss(belop: int, grupper: Sequence[int | None], vekter: Sequence[int], *, hele_kroner: bool = False) -> list[int]:
    """``belop`` øre to the groups in order, each group full before the next gets anything; ``None`` gets nothing."""
    paid = [0] * len(vekter)
    for number in sorted({g for g in grupper if g is not None}):
        rows = [i for i, g in enumerate(grupper) if g == number]
        shares = storste_rest(belop, [vekter[i] for i in rows], hele_kroner=hele_kroner)
        for i, share in zip(rows, shares, strict=True):
            paid[i] = share
        belop = max(0, belop - sum(vekter[i] for i in rows))
    return paid
