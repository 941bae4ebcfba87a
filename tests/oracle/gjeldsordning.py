"""Statutory settlement (gjeldsordning): the act's distribution over the whole period. In øre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .deling import foss, storste_rest

FULLT, MINDRE, DELES = 1, 2, 3
"""The groups, in the order the money goes: paid in full by the act, small claims, and the rest."""


@dataclass(frozen=True)
class Ordningskrav:
    """A claim; ``utenom`` is what is secured inside the value and so stands, or is served, outside the payments."""

    saldo: int
    gruppe: int = DELES
    utenom: int = 0


@dataclass(frozen=True)
class Ordning:
    betalt: list[int]
    avskrevet: list[int]
    vanlig_maaned: list[int]
    prosent: Fraction
    mangler: int
    """What is lacking for the claims to be paid in full."""


def ordning(krav: Sequence[Ordningskrav], per_maaned: int, maaneder: int) -> Ordning:
    """All payments of the period shared: first those paid in full, then small claims, then pro rata by size."""
    weights = [k.saldo - k.utenom for k in krav]
    groups = [k.gruppe if w > 0 else None for k, w in zip(krav, weights, strict=True)]
    pot = per_maaned * maaneder
    paid = foss(pot, groups, weights)
    sizes = {g: sum(w for w, x in zip(weights, groups, strict=True) if x == g) for g in (FULLT, MINDRE, DELES)}
    given = sum(p for p, g in zip(paid, groups, strict=True) if g == DELES)
    month = storste_rest(min(per_maaned, given), [w if g == DELES else 0 for w, g in zip(weights, groups, strict=True)])
    return Ordning(
        betalt=paid,
        avskrevet=[w - p for w, p in zip(weights, paid, strict=True)],
        vanlig_maaned=month,
        prosent=Fraction(given, sizes[DELES]) if sizes[DELES] else Fraction(0),
        mangler=max(0, sizes[FULLT] - pot),
    )


def innenfor(saldo: int, verdi_kroner: int | None, *, bolig: bool, prosent_bolig: int = 110) -> int:
    """The part of a claim inside the value of what secures it; a home counts with the addition the act gives."""
    if verdi_kroner is None:
        return 0
    return min(saldo, verdi_kroner * (prosent_bolig if bolig else 100))
