"""Composition (akkord): a sum shared on the creditors, or the sum a wanted percentage takes. In øre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .deling import foss

PRIORITERT, SMAATT, ANDEL = 1, 2, 3


@dataclass(frozen=True)
class Akkordkrav:
    saldo: int
    prioritert: bool = False


@dataclass(frozen=True)
class Akkord:
    grupper: list[int | None]
    tilbud: list[int]
    behov: int
    """What must be found in all, with costs."""
    prosent: Fraction
    """Of the claims that share."""
    til_overs: int

    @property
    def betalt(self) -> int:
        return sum(self.tilbud)


def grupper(krav: Sequence[Akkordkrav], grense: int, prioritert_fullt: bool = True) -> list[int | None]:
    """Prioritised claims and claims below the threshold are paid in full; the others share."""
    return [
        None
        if k.saldo <= 0
        else PRIORITERT
        if k.prioritert and prioritert_fullt
        else SMAATT
        if k.saldo < grense
        else ANDEL
        for k in krav
    ]


def _akkord(krav: Sequence[Akkordkrav], groups: list[int | None], pott: int, kostnader: int, kroner: bool) -> Akkord:
    balances = [k.saldo for k in krav]
    offers = foss(pott, groups, balances, hele_kroner=kroner)
    shared = sum(b for b, g in zip(balances, groups, strict=True) if g == ANDEL)
    given = sum(o for o, g in zip(offers, groups, strict=True) if g == ANDEL)
    total = sum(balances)
    share = Fraction(given, shared) if shared else Fraction(sum(offers), total) if total else Fraction(0)
    return Akkord(groups, offers, pott + kostnader, share, max(0, pott - total))


def fra_sum(krav: Sequence[Akkordkrav], sum_: int, kostnader: int = 0, grense: int = 0, *, kroner: bool) -> Akkord:
    return _akkord(krav, grupper(krav, grense), max(0, sum_ - kostnader), kostnader, kroner)


def fra_prosent(
    krav: Sequence[Akkordkrav], milliondeler: int, kostnader: int = 0, grense: int = 0, *, kroner: bool
) -> Akkord:
    """``milliondeler``: the wanted share in millionths. To the nearest øre; in whole kroner it is rounded up."""
    groups = grupper(krav, grense)
    full = sum(k.saldo for k, g in zip(krav, groups, strict=True) if g in (PRIORITERT, SMAATT))
    shared = sum(k.saldo for k, g in zip(krav, groups, strict=True) if g == ANDEL)
    part = milliondeler * shared
    wanted = -(-part // 100_000_000) * 100 if kroner else (part + 500_000) // 1_000_000
    return _akkord(krav, groups, full + min(shared, wanted), kostnader, kroner)


def femaarig_dividende(total: int, per_maaned: int, maaneder: int) -> Fraction:
    """What a plain pro rata dividend would give of everything."""
    return min(Fraction(1), Fraction(maaneder * per_maaned, total)) if total else Fraction(0)
