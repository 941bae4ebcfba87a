"""Bostøtte (forskrift om bustøtte, FOR-2012-11-29-1283): the linear model from 1 July 2024 and the progressive one
before it, as Husbanken's guide for the municipalities words it. And barnetrygd by rate.

Kr per year in bostøtte until the monthly amount; every amount to the øre where it arises.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okosos_xl.satser.errors import SatsLookupError
from okosos_xl.satser.snapshot import Satssnapshot

from .budsjett import SKATTEFRI, gruppe, per_aar, per_maaned
from .husstand import BOUTGIFTER, DELT_BOSTED, ENSLIG, NULL, Sak, Utgift, husstand, ore

LINEAER, PROGRESSIV = "lineaer_to_trinn", "progressiv"
UNG_UFOER, PENSJONIST = "_ung_ufoer", "_enslig_alderspensjonist"
STEDER = {
    "oslo": ("Oslo",),
    "bergen_trondheim_tromsoe_stavanger_baerum": ("Bergen", "Trondheim", "Tromsø", "Stavanger", "Bærum"),
    "kristiansand_lillestroem_frogn_loerenskog_nordre_follo_asker_nesodden_sola_sandnes": (
        "Kristiansand",
        "Lillestrøm",
        "Frogn",
        "Lørenskog",
        "Nordre Follo",
        "Asker",
        "Nesodden",
        "Sola",
        "Sandnes",
    ),
}


@dataclass(frozen=True, slots=True)
class Bostotte:
    """The steps of the calculation, kr per year. ``utbetalt_maaned`` is 0 when the support is below the least paid."""

    vekt: Decimal
    omregnet_inntekt: Decimal
    boutgiftstak: Decimal
    egenandel: Decimal
    bostotte: Decimal
    per_maaned: Decimal
    utbetalt_maaned: Decimal


def beregn(
    voksne: int,
    barn: int,
    inntekt: Decimal,
    boutgifter: Decimal,
    satser: Satssnapshot,
    *,
    tillegg: Decimal = NULL,
    formue: Decimal = NULL,
    grenser: str = "",
    boligverdi: Decimal | None = None,
) -> Bostotte | None:
    """Bostøtte for a household; None where no rates are known.

    ``grenser`` is the end of the names of the income limits, for those who have limits of their own (the young disabled
    have only the second). ``boligverdi`` is what the dwelling counts as in the tax return, for those who own it.
    """

    def sats(nokkel: str) -> Decimal:
        return satser.value("bostotte", nokkel)

    try:
        modell = satser.sats("bostotte", "egenandel_modell.type").verdi
    except SatsLookupError:
        return None
    assert voksne >= 1
    vekt = (
        sats("husstandsvekt_foerste_person")
        + sats("husstandsvekt_voksen_18_pluss") * (voksne - 1)
        + sats("husstandsvekt_barn_under_18") * barn
    )
    fribelop = (
        sats("formue_fribeloep_leid_bolig")
        if boligverdi is None
        else min(boligverdi, sats("formue_fribeloep_eid_bolig_maks"))
    )
    over = max(NULL, formue - fribelop)
    omregnet = ore((inntekt + over * sats("formuestillegg_prosent") / 100) / vekt)
    personer = voksne + barn
    tak = sats(f"boutgiftstak_per_aar.{personer if personer < 5 else '5_pluss'}") + tillegg
    grense_1 = sats("egenandel_modell.grense_1" + (grenser if grenser != UNG_UFOER else ""))
    grense_2 = sats("egenandel_modell.grense_2" + grenser)
    egenandel = sats("minste_egenandel_per_aar")
    egenandel += max(NULL, omregnet - grense_1) * sats("egenandel_modell.sats_1_prosent") / 100
    if modell == LINEAER:
        egenandel += max(NULL, omregnet - grense_2) * sats("egenandel_modell.sats_2_tillegg_prosent") / 100
    elif omregnet > grense_2:
        egenandel += omregnet * _progressiv_prosent(omregnet, grense_2, satser) / 100
    egenandel = ore(egenandel)
    stotte = ore(max(NULL, min(boutgifter, tak) - egenandel) * sats("dekningsprosent") / 100)
    maaned = ore(stotte / 12)
    utbetalt = NULL if maaned < sats("minste_utbetaling_per_maaned") else maaned
    return Bostotte(vekt, omregnet, tak, egenandel, stotte, maaned, utbetalt)


def _progressiv_prosent(omregnet: Decimal, grense_2: Decimal, satser: Satssnapshot) -> Decimal:
    """Per cent of the whole converted income: from the first krone over the limit, and as much again per step."""
    start = satser.value("bostotte", "egenandel_modell.progressiv_start_prosent")
    okning = satser.value("bostotte", "egenandel_modell.progressiv_oekning_prosentpoeng")
    try:
        til = satser.sats("bostotte", "egenandel_modell.midlertidig_progressiv_sats.til").verdi
        assert isinstance(til, date)
        if satser.dato <= til:
            start = okning = satser.value("bostotte", "egenandel_modell.midlertidig_progressiv_sats.progressiv_prosent")
    except SatsLookupError:
        pass  # this vintage has no temporary rate
    trinn = satser.value("bostotte", "egenandel_modell.progressiv_trinn_kr")
    hele_trinn = max(0, int((omregnet - grense_2 - 1) // trinn))
    return start + okning * hele_trinn


def inntekt(sak: Sak) -> Decimal:
    """Per year: as entered, else taxable gross (net for taxable rows without gross); tax-free benefits do not count."""
    if sak.bostotte_inntekt is not None:
        return sak.bostotte_inntekt
    alt = NULL
    for rad in sak.inntekter:
        if gruppe(rad) != SKATTEFRI:
            belop = rad.brutto if rad.brutto is not None else rad.netto
            alt += per_aar(belop or NULL, rad.frekvens)
    return alt


def boutgifter(sak: Sak) -> Decimal:
    """Per year: as entered, else twelve times the housing expenses per month (what they cost, not what is approved)."""
    if sak.bostotte_boutgifter is not None:
        return sak.bostotte_boutgifter
    return 12 * sum((per_maaned(sak.boutgifter.get(rad, Utgift())) or NULL for rad in BOUTGIFTER), NULL)


def tillegg(sak: Sak, satser: Satssnapshot) -> Decimal:
    """The supplement to the limit: as entered, else by the place named."""
    if sak.bostotte_tillegg is not None:
        return sak.bostotte_tillegg
    sted = (sak.sted or "").lower()
    for nokkel, navn in STEDER.items():
        if any(kommune.lower() in sted for kommune in navn):
            return satser.value("bostotte", f"tillegg_tak_per_aar.{nokkel}")
    return NULL


def bostotte(sak: Sak, satser: Satssnapshot) -> Bostotte | None:
    """Bostøtte for the case; None without an adult or without rates.

    A child over 18 who is provided for and lives here is an adult in this regulation. A child with shared residence
    counts in full, at both its homes. Who lives alone on a retirement pension has other income limits.
    """
    hus = husstand(sak)
    if hus.antall_registrerte == 0:
        return None
    barn = hus.antall_her_under_18
    voksne = hus.antall_registrerte + hus.antall_her - barn
    alene = voksne == 1 and barn == 0 and any(rad.type == "alderspensjon" for rad in sak.inntekter)
    return beregn(
        voksne,
        barn,
        inntekt(sak),
        boutgifter(sak),
        satser,
        tillegg=tillegg(sak, satser),
        formue=sak.bostotte_formue or NULL,
        grenser=PENSJONIST if alene else "",
    )


@dataclass(frozen=True, slots=True)
class Barnetrygd:
    """Kr per month by rate, to hold up against what is entered as income."""

    ordinaer: Decimal
    utvidet: Decimal
    sonetillegg: Decimal

    @property
    def sum(self) -> Decimal:
        """All of it."""
        return self.ordinaer + self.utvidet + self.sonetillegg


def barnetrygd(sak: Sak, satser: Satssnapshot) -> Barnetrygd:
    """Barnetrygdloven §§ 2, 9, 10 and 12: per child under 18 who lives here, and once more for who is alone with them.

    With shared residence each home has half; the extended part is halved too when all the children share their
    residence (§ 12 third paragraph). The supplement in Finnmark and Nord-Troms is from October 2025.
    """
    hus = husstand(sak)
    try:
        sone = satser.value("barnetrygd", "finnmark_nordtroms_svalbard_tillegg") if sak.tiltakssone else NULL
    except SatsLookupError:
        sone = NULL
    ordinaer = sonetillegg = storste_del = NULL
    for barn, status in zip(sak.barn, hus.barn, strict=True):
        if not (status.her and status.under_18):
            continue
        assert status.alder is not None
        andel = Decimal("0.5") if barn.bosted == DELT_BOSTED else Decimal(1)
        sats = satser.value("barnetrygd", "ordinaer_under_6" if status.alder < 6 else "ordinaer_6_17")
        ordinaer += ore(sats * andel)
        sonetillegg += ore(sone * andel)
        storste_del = max(storste_del, andel)
    utvidet = ore(satser.value("barnetrygd", "utvidet") * storste_del) if hus.stilling == ENSLIG else NULL
    return Barnetrygd(ordinaer, utvidet, sonetillegg)
