"""Fees for kindergarten and after-school care, and advance maintenance, from the regulations.

Kindergarten (FOR-2005-12-16-1478 §§ 3 a–3 c): first 6 % of the household's income, then the reduction for siblings of
what that leaves (the oldest child pays in full), then the 20 free hours. After-school care (FOR-2024-06-03-900 § 2-4):
6 %. Amounts are kr per month that is paid for. Advance maintenance (forskotteringsloven § 5): by income and children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okosos_xl.satser.errors import SatsLookupError
from okosos_xl.satser.snapshot import Satssnapshot

from .husstand import NULL, ore

BARNEHAGE, REGLER, FORSKUDD = "barnehage_foreldrebetaling", "barnehage_moderasjon_regler", "bidragsforskudd"


@dataclass(frozen=True, slots=True)
class Barnehagebarn:
    """A child in kindergarten. ``pris``: the full price of the place, None for the maximum price."""

    fodt: date
    pris: Decimal | None = None
    timer: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Betaling:
    """What one child costs per month after each reduction."""

    pris: Decimal
    etter_seks: Decimal
    etter_sosken: Decimal
    etter_kjernetid: Decimal


def _verdi(satser: Satssnapshot, familie: str, nokkel: str) -> Decimal | None:
    try:
        return satser.value(familie, nokkel)
    except SatsLookupError:
        return None


def barnehage(barn: Sequence[Barnehagebarn], inntekt: Decimal, satser: Satssnapshot) -> list[Betaling]:
    """The fee of every child, in the order they are given. Without a known income limit there are no free hours."""
    maks, maaneder = satser.value(BARNEHAGE, "maks_per_maaned"), satser.value(BARNEHAGE, "betalingsmaaneder")
    tak = ore(inntekt * satser.value(REGLER, "maks_andel_av_inntekt_prosent") / 100 / maaneder)
    grense = _verdi(satser, BARNEHAGE, "inntektsgrense_gratis_kjernetid")
    eldst_forst = sorted(range(len(barn)), key=lambda i: (barn[i].fodt, i))
    rabatter = [
        NULL,
        satser.value(REGLER, "soeskenmoderasjon_barn_2_prosent"),
        satser.value(REGLER, "soeskenmoderasjon_barn_3_pluss_prosent"),
    ]
    svar = []
    for i, ett in enumerate(barn):
        pris = maks if ett.pris is None else min(ett.pris, maks)
        seks = min(pris, tak)
        sosken = ore(seks * (100 - rabatter[min(2, eldst_forst.index(i))]) / 100)
        gammel_nok = satser.dato >= date(ett.fodt.year + int(satser.value(REGLER, "gratis_kjernetid_fra_alder")), 8, 1)
        timer = ett.timer or satser.value(REGLER, "heltid_min_timer_per_uke")
        gratis = NULL
        if grense is not None and inntekt < grense and gammel_nok:
            gratis = ore(sosken * min(Decimal(1), satser.value(REGLER, "gratis_kjernetid_timer_per_uke") / timer))
        svar.append(Betaling(pris, seks, sosken, ore(sosken - gratis)))
    return svar


def trinn(fodt: date, dato: date) -> int:
    """The grade a child is in: the first from the August of the year it turns six; 0 before that."""
    skoleaar = dato.year - (dato.month < 8)
    return max(0, skoleaar - fodt.year - 5)


def sfo(pris: Decimal, klasse: int, inntekt: Decimal, maaneder: Decimal, satser: Satssnapshot) -> Decimal:
    """The price after the 6 % rule, which holds for grade 1–4."""
    if not 1 <= klasse <= 4:
        return pris
    return min(pris, ore(inntekt * satser.value("sfo", "maks_andel_av_inntekt_prosent") / 100 / maaneder))


def forskudd(alder: int, barn: int, inntekt: Decimal, satser: Satssnapshot, *, enslig: bool) -> Decimal:
    """The advance for one child under 18, kr per month, before what is paid in maintenance."""

    def sats(nokkel: str) -> Decimal:
        return satser.value(FORSKUDD, nokkel)

    if inntekt <= sats("inntektsgrense_forhoeyet"):
        return sats("forhoeyet_fra_11" if alder >= 11 else "forhoeyet_under_11")
    if enslig:
        grense = sats(f"inntektsgrense_ordinaer_enslig.{barn if barn < 3 else '3_pluss'}")
    else:
        grense = sats(f"inntektsgrense_ordinaer_samboer.{barn if barn < 4 else '4_pluss'}")
    if inntekt <= grense:
        return sats("ordinaert")
    return sats("redusert") if inntekt <= sats("inntektsgrense_oevre") else NULL
