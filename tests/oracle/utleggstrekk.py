"""Attachment of earnings: what may be taken, and how a running deduction pays its claims month by month. In øre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .deling import storste_rest

SISTE_I_REKKEN = 99
"""Claims without a number of their own come after those that have one, and share."""
MAANEDER_GAMMELT = 24


@dataclass(frozen=True)
class Trekkrav:
    """A claim the deduction covers: what is owed, class 1–5 (a–e), own order inside the class, and date decided."""

    saldo: int
    klasse: int = 5
    intern: int | None = None
    besluttet: date | None = None


@dataclass(frozen=True)
class Forlop:
    """What each claim gets in each month the deduction runs, and what of the deduction is left over in the last."""

    maaneder: list[list[int]]
    trekk: int

    @property
    def antall(self) -> int:
        return len(self.maaneder)

    @property
    def betalt(self) -> list[int]:
        return [sum(row) for row in self.maaneder]

    @property
    def siste(self) -> int:
        return self.betalt[-1] if self.maaneder else 0

    def til_krav(self, i: int, antall: int | None = None) -> int:
        return sum(row[i] for row in self.maaneder[:antall])


def kan_trekkes(inntekt: int, kostnader: int, egen_inntekt: int) -> int:
    """What is above the needs, but never more than the debtor's own income can bear."""
    return max(0, min(inntekt - kostnader, egen_inntekt))


def tak_i_naering(egne: int, netto_naering: int, brutto_naering: int, prosent: int) -> int:
    """The most that can be taken of own income when only ``prosent`` of gross fees may be taken."""
    if netto_naering == 0 or brutto_naering == 0:
        return egne
    fees = (2 * brutto_naering * prosent + 100) // 200
    return min(egne, egne - netto_naering + min(netto_naering, fees))


def _grupper(krav: Sequence[Trekkrav], trekk: int) -> dict[tuple[int, int, bool], list[int]]:
    """The rows that share with each other. One that would get less than an øre a month goes before its equals."""
    equal: dict[tuple[int, int], list[int]] = {}
    for i, k in enumerate(krav):
        if k.saldo > 0:
            equal.setdefault((k.klasse, SISTE_I_REKKEN if k.intern is None else k.intern), []).append(i)
    groups: dict[tuple[int, int, bool], list[int]] = {}
    for (klasse, intern), members in equal.items():
        total = sum(krav[i].saldo for i in members)
        for i in members:
            groups.setdefault((klasse, intern, trekk * krav[i].saldo >= total), []).append(i)
    return groups


def nye_regler(krav: Sequence[Trekkrav], trekk: int) -> Forlop:
    """One deduction for all: class by class, own order inside a class, equals by size when it was decided.

    Every claim has at any time got its exact share of what its equals have got in all, to within one øre.
    """
    rows = _grupper(krav, trekk)
    groups = sorted(rows)
    got, months = [0] * len(krav), []
    left = {g: sum(krav[i].saldo for i in rows[g]) for g in groups}
    given = dict.fromkeys(groups, 0)
    while trekk > 0 and any(left.values()):
        month, rest = [0] * len(krav), trekk
        for g in groups:
            part = min(rest, left[g])
            if part == 0:
                continue
            left[g] -= part
            rest -= part
            given[g] += part
            for i, total in zip(rows[g], storste_rest(given[g], [krav[i].saldo for i in rows[g]]), strict=True):
                month[i] = total - got[i]
                got[i] = total
        months.append(month)
    return Forlop(months, trekk)


def _slutt(besluttet: date | None, start: date, aar: int) -> int:
    """How many months from ``start`` a deduction lasts that may last ``aar`` years from when it was decided."""
    if besluttet is None:
        return MAANEDER_GAMMELT
    months = (besluttet.year + aar - start.year) * 12 + besluttet.month - start.month + (besluttet.day > 1)
    return max(0, min(MAANEDER_GAMMELT, months))


def gamle_regler(krav: Sequence[Trekkrav], trekk: int, start: date, aar: int) -> Forlop:
    """One deduction per claim: better class first, then the one decided first, each for at most ``aar`` years."""
    order = sorted(range(len(krav)), key=lambda i: (krav[i].klasse, krav[i].besluttet or date.max, i))
    left, months = [k.saldo for k in krav], []
    for number in range(1, MAANEDER_GAMMELT + 1):
        month, rest = [0] * len(krav), trekk
        for i in order:
            if number <= _slutt(krav[i].besluttet, start, aar):
                month[i] = min(rest, left[i])
                left[i] -= month[i]
                rest -= month[i]
        if sum(month) == 0:
            break
        months.append(month)
    return Forlop(months, trekk)
