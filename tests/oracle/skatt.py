"""A year's tax for one person: every post of the assessment in whole kroner, by the rates of the year.

Skatteloven §§ 6-30 to 6-32 and 16-1, folketrygdloven § 23-3 and the year's tax resolutions, as the rate files have
them. Products first, the division by 100 last, then half a krone up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from okosos_xl.satser.errors import SatsLookupError
from okosos_xl.satser.snapshot import Satssnapshot

from .husstand import NULL, kroner, ore


@dataclass(frozen=True, slots=True)
class Minstefradrag:
    """Rate in percent and upper limit."""

    sats: Decimal
    ovre_grense: Decimal


@dataclass(frozen=True, slots=True)
class Pensjonsfradrag:
    """Skattefradrag for pensjonsinntekt: the largest deduction and its two steps down."""

    maks: Decimal
    trinn_1_over: Decimal
    trinn_1_prosent: Decimal
    trinn_2_over: Decimal
    trinn_2_prosent: Decimal


@dataclass(frozen=True, slots=True)
class Skattesatser:
    """The rates of a year in percent and kroner per year. None where the rate files have nothing for the year."""

    minstefradrag_lonn: Minstefradrag
    minstefradrag_pensjon: Minstefradrag | None
    samlet_tak: Decimal | None
    personfradrag: Decimal
    alminnelig: Decimal
    alminnelig_tiltakssonen: Decimal
    finnmarksfradrag: Decimal | None
    trygd_lonn: Decimal
    trygd_pensjon: Decimal
    trygd_naering: Decimal
    trygd_ung_eller_gammel: Decimal
    trygd_nedre_grense: Decimal
    trygd_opptrapping: Decimal
    trinn: tuple[tuple[Decimal, Decimal], ...]
    """Per step: income over, percent."""
    pensjonsfradrag: Pensjonsfradrag | None

    @classmethod
    def fra(cls, satser: Satssnapshot) -> Skattesatser | None:
        """The rates at a date; None before the first tax year in the rate files: then nothing can be worked out."""

        def mulig(familie: str, nokkel: str) -> Decimal | None:
            try:
                return satser.value(familie, nokkel)
            except SatsLookupError:
                return None

        def alle(familie: str, *nokler: str) -> list[Decimal] | None:
            verdier = [mulig(familie, nokkel) for nokkel in nokler]
            kjente = [verdi for verdi in verdier if verdi is not None]
            return kjente if len(kjente) == len(nokler) else None

        pensjon = alle("minstefradrag_pensjon", "sats_prosent", "ovre_grense", "samlet_tak_ved_lonn_og_pensjon")
        fradrag = alle(
            "skattefradrag_pensjon", "maks", "trinn_1_over", "trinn_1_prosent", "trinn_2_over", "trinn_2_prosent"
        )
        try:
            trygd_pensjon = satser.value("trygdeavgift", "pensjon_prosent")
            aldersats = mulig("trygdeavgift", "under_17_og_over_69_prosent")
            trinn = []
            tabell = satser.table("trinnskatt", "trinn")
            while f"{len(trinn) + 1}.over" in tabell:
                k = len(trinn) + 1
                trinn.append((tabell[f"{k}.over"], tabell[f"{k}.sats_prosent"]))
            return cls(
                minstefradrag_lonn=Minstefradrag(
                    satser.value("minstefradrag_lonn", "sats_prosent"),
                    satser.value("minstefradrag_lonn", "ovre_grense"),
                ),
                minstefradrag_pensjon=Minstefradrag(pensjon[0], pensjon[1]) if pensjon else None,
                samlet_tak=pensjon[2] if pensjon else None,
                personfradrag=satser.value("personfradrag", "klasse_1"),
                alminnelig=satser.value("skatt_alminnelig_inntekt", "sats_prosent"),
                alminnelig_tiltakssonen=satser.value("skatt_alminnelig_inntekt", "sats_tiltakssonen_prosent"),
                finnmarksfradrag=mulig("finnmarksfradrag", "maks"),
                trygd_lonn=satser.value("trygdeavgift", "lonn_prosent"),
                trygd_pensjon=trygd_pensjon,
                trygd_naering=satser.value("trygdeavgift", "naering_prosent"),
                trygd_ung_eller_gammel=trygd_pensjon if aldersats is None else aldersats,
                trygd_nedre_grense=satser.value("trygdeavgift", "nedre_grense"),
                trygd_opptrapping=satser.value("trygdeavgift", "opptrapping_prosent"),
                trinn=tuple(trinn),
                pensjonsfradrag=Pensjonsfradrag(*fradrag) if fradrag else None,
            )
        except SatsLookupError:
            return None


@dataclass(frozen=True, slots=True)
class Skatt:
    """The posts of a year, kroner. ``alminnelig_inntekt`` is a basis and keeps its øre; the others are whole kroner."""

    minstefradrag: Decimal
    alminnelig_inntekt: Decimal
    skatt_alm: Decimal
    trygdeavgift: Decimal
    trinnskatt: Decimal
    skattefradrag: Decimal

    @property
    def sum(self) -> Decimal:
        """The tax of the year; the deduction for pensions cannot make it negative."""
        return max(NULL, self.skatt_alm + self.trygdeavgift + self.trinnskatt - self.skattefradrag)

    @property
    def benyttet_skattefradrag(self) -> Decimal:
        """The part of the deduction that there is tax to take it from."""
        return min(self.skattefradrag, self.skatt_alm + self.trygdeavgift + self.trinnskatt)

    @property
    def per_maaned(self) -> Decimal:
        """A twelfth, to the øre."""
        return ore(self.sum / 12)


def minstefradrag(lonn: Decimal, pensjon: Decimal, satser: Skattesatser) -> Decimal:
    """Skatteloven § 6-32: the lower of percent and limit, per kind of income; both together within the common limit.

    Without rates for pensions (2024, 2025) the pension gives none.
    """

    def av(inntekt: Decimal, regel: Minstefradrag) -> Decimal:
        return min(kroner(inntekt * regel.sats / 100), regel.ovre_grense)

    av_lonn = av(lonn, satser.minstefradrag_lonn)
    if satser.minstefradrag_pensjon is None or satser.samlet_tak is None:
        return av_lonn
    av_pensjon = av(pensjon, satser.minstefradrag_pensjon)
    if lonn > 0 and pensjon > 0:
        return min(av_lonn + av_pensjon, satser.samlet_tak)
    return av_lonn + av_pensjon


def trygdeavgift(lonn: Decimal, pensjon: Decimal, naering: Decimal, satser: Skattesatser, alder: int | None) -> Decimal:
    """Folketrygdloven § 23-3: nothing up to the lower limit, then at most 25 % of what is above it.

    ``alder`` is the age at the end of the year: under 17 and over 69 have the low rate on wages and business income.
    """
    inntekt = lonn + pensjon + naering
    if inntekt <= satser.trygd_nedre_grense:
        return NULL
    lav = alder is not None and (alder < 17 or alder > 69)
    av_lonn = satser.trygd_ung_eller_gammel if lav else satser.trygd_lonn
    av_naering = satser.trygd_ung_eller_gammel if lav else satser.trygd_naering
    full = kroner((lonn * av_lonn + pensjon * satser.trygd_pensjon + naering * av_naering) / 100)
    return min(full, kroner((inntekt - satser.trygd_nedre_grense) * satser.trygd_opptrapping / 100))


def trinnskatt(inntekt: Decimal, satser: Skattesatser) -> Decimal:
    """Percent of the part of the income inside each step; the sum is rounded, not the steps."""
    hundredeler = NULL
    for k, (over, prosent) in enumerate(satser.trinn):
        til = satser.trinn[k + 1][0] if k + 1 < len(satser.trinn) else inntekt
        hundredeler += max(NULL, min(inntekt, til) - over) * prosent
    return kroner(hundredeler / 100)


def skattefradrag(pensjon: Decimal, satser: Skattesatser) -> Decimal:
    """Skatteloven § 16-1: a full year's deduction with a full pension, stepped down by the size of the pension."""
    regel = satser.pensjonsfradrag
    if regel is None or pensjon <= 0:
        return NULL
    mellom = max(NULL, min(pensjon, regel.trinn_2_over) - regel.trinn_1_over)
    over = max(NULL, pensjon - regel.trinn_2_over)
    ned = mellom * regel.trinn_1_prosent + over * regel.trinn_2_prosent
    return kroner(max(NULL, (regel.maks * 100 - ned) / 100))


def skatt(
    lonn: Decimal,
    pensjon: Decimal,
    naering: Decimal,
    satser: Skattesatser,
    *,
    andre_fradrag: Decimal = NULL,
    alder: int | None = None,
    tiltakssone: bool = False,
) -> Skatt:
    """All posts of a year's tax on wages and benefits, pensions and business income (gross per year)."""
    inntekt = lonn + pensjon + naering
    fradrag = minstefradrag(lonn, pensjon, satser)
    sone = (satser.finnmarksfradrag or NULL) if tiltakssone else NULL
    grunnlag = max(NULL, inntekt - fradrag - andre_fradrag - sone)
    prosent = satser.alminnelig_tiltakssonen if tiltakssone else satser.alminnelig
    return Skatt(
        minstefradrag=fradrag,
        alminnelig_inntekt=grunnlag,
        skatt_alm=kroner(max(NULL, grunnlag - satser.personfradrag) * prosent / 100),
        trygdeavgift=trygdeavgift(lonn, pensjon, naering, satser, alder),
        trinnskatt=trinnskatt(inntekt, satser),
        skattefradrag=skattefradrag(pensjon, satser),
    )
