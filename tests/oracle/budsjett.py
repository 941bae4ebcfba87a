"""The budget of a case: net income per row, expenses, what is left, and how it is split between A and B.

Kr per month, to the øre where an amount arises. «I dag» and «etter tiltak» are the same sum over two sets of amounts.
The picture of twelve months is not part of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from okosos_xl.satser.errors import SatsLookupError
from okosos_xl.satser.snapshot import Satssnapshot

from .husstand import (
    ANDRE,
    ANNET_SKATTEFRITT,
    BOUTGIFTER,
    EGNE_ANDELER,
    ENERGI,
    FELLES,
    GJELDSORDNING,
    HALVPARTEN,
    HUSHOLDNINGEN,
    LONNSTYPER,
    MAANEDER_MELLOM,
    NAERINGSTYPER,
    NULL,
    PENSJONSTYPER,
    SAERKULL_A,
    SAERKULL_B,
    UTBETALINGER_PER_AAR,
    A,
    B,
    Inntekt,
    Sak,
    Utgift,
    husstand,
    ore,
)
from .livsopphold import livsopphold
from .skatt import Skatt, Skattesatser, skatt

LONN, PENSJON, NAERING, SKATTEFRI = "L", "P", "N", "skattefri"


# --- income ---------------------------------------------------------------------------------------------------------


def gruppe(rad: Inntekt) -> str:
    """L, P, N or tax-free. Without a type an income entered net counts as tax-free, any other as wages."""
    rad_type = rad.type
    if rad_type is None:
        rad_type = LONNSTYPER[0] if rad.netto is None else ANNET_SKATTEFRITT
    if rad_type in LONNSTYPER:
        return LONN
    if rad_type in PENSJONSTYPER:
        return PENSJON
    return NAERING if rad_type in NAERINGSTYPER else SKATTEFRI


def eier(rad: Inntekt) -> str:
    """Whose the income is: A, B or the household. Taxable income is always someone's, so then the household is A."""
    return A if rad.hvem == HUSHOLDNINGEN and gruppe(rad) != SKATTEFRI else rad.hvem


def per_aar(belop: Decimal, frekvens: str) -> Decimal:
    """The amount times the payments in a year (52, 26, 12 or 1)."""
    return belop * UTBETALINGER_PER_AAR[frekvens]


def brutto_per_aar(sak: Sak, hvem: str, grupper: tuple[str, ...] = (LONN, PENSJON, NAERING)) -> Decimal:
    """Gross per year of the adult's rows with a gross amount, in the groups asked for."""
    rader = [rad for rad in sak.inntekter if eier(rad) == hvem and gruppe(rad) in grupper and rad.brutto is not None]
    return sum((per_aar(rad.brutto or NULL, rad.frekvens) for rad in rader), NULL)


def skatt_for(sak: Sak, hvem: str, satser: Satssnapshot) -> Skatt | None:
    """The year's tax of A or B; None when the rate files have no tax rates at the date."""
    regler = Skattesatser.fra(satser)
    if regler is None:
        return None
    voksen = sak.voksne[0 if hvem == A else 1]
    lonn, pensjon, naering = (brutto_per_aar(sak, hvem, (slag,)) for slag in (LONN, PENSJON, NAERING))
    return skatt(
        lonn,
        pensjon,
        naering,
        regler,
        andre_fradrag=voksen.andre_fradrag or NULL,
        alder=None if voksen.fodt is None else sak.dato.year - voksen.fodt.year,
        tiltakssone=sak.tiltakssone,
    )


def netto(sak: Sak, rad: Inntekt, skatter: Mapping[str, Skatt | None]) -> Decimal | None:
    """Net per month of one row. None when there is nothing to go by, or the tax of the year is not known.

    As entered net; else tax-free gross; else gross less what is withheld; else gross less the row's part of the tax.
    """
    if rad.netto is not None:
        return ore(per_aar(rad.netto, rad.frekvens) / 12)
    if rad.brutto is None:
        return None
    brutto = per_aar(rad.brutto, rad.frekvens)
    if gruppe(rad) == SKATTEFRI:
        return ore(brutto / 12)
    if rad.trekk is not None:
        return ore((brutto - per_aar(rad.trekk, rad.frekvens)) / 12)
    skatt_i_aar = skatter[eier(rad)]
    if skatt_i_aar is None:
        return None
    return ore((brutto - _del_av_skatten(sak, eier(rad), brutto, skatt_i_aar)) / 12)


def _del_av_skatten(sak: Sak, hvem: str, brutto: Decimal, skatt_i_aar: Skatt) -> Decimal:
    alt = brutto_per_aar(sak, hvem)
    return skatt_i_aar.sum * brutto / alt if alt else NULL


@dataclass(frozen=True, slots=True)
class Trekk:
    """What is withheld against what the tax should be, kr per month, for the rows where both can be told."""

    faktisk: Decimal
    beregnet: Decimal | None

    @property
    def forskjell(self) -> Decimal | None:
        """Above 0: more is withheld than the tax."""
        return None if self.beregnet is None else self.faktisk - self.beregnet


def trekk(sak: Sak, hvem: str, satser: Satssnapshot) -> Trekk:
    """Tax withheld by the taxable rows that have gross and either withholding or net."""
    rader = [
        rad
        for rad in sak.inntekter
        if eier(rad) == hvem
        and gruppe(rad) != SKATTEFRI
        and rad.brutto is not None
        and not (rad.trekk is None and rad.netto is None)
    ]
    faktisk = brutto = NULL
    for rad in rader:
        assert rad.brutto is not None
        trukket = rad.trekk if rad.trekk is not None else rad.brutto - (rad.netto or NULL)
        faktisk += per_aar(trukket, rad.frekvens)
        brutto += per_aar(rad.brutto, rad.frekvens)
    skatt_i_aar = skatt_for(sak, hvem, satser)
    beregnet = None if skatt_i_aar is None else ore(_del_av_skatten(sak, hvem, brutto, skatt_i_aar) / 12)
    return Trekk(ore(faktisk / 12), beregnet)


# --- expenses -------------------------------------------------------------------------------------------------------


def per_maaned(utgift: Utgift) -> Decimal | None:
    """The amount spread over its months; None when there is none."""
    return None if utgift.belop is None else ore(utgift.belop / MAANEDER_MELLOM[utgift.frekvens])


def brukt(utgift: Utgift) -> Decimal:
    """What the budget uses today: as approved, else as it is. An approved 0 is 0."""
    return utgift.godkjent if utgift.godkjent is not None else per_maaned(utgift) or NULL


def etter_tiltak(utgift: Utgift) -> Decimal:
    """What the budget uses after measures: as entered, else as today."""
    return utgift.etter_tiltak if utgift.etter_tiltak is not None else brukt(utgift)


def boutgiftsnorm(sak: Sak, kommune: Satssnapshot | None) -> Decimal | None:
    """The municipality's norm for housing: the base for one or two adults, so much per child, at most the limit.

    No norm without a municipal file, or without its base. No supplement or limit where the municipality has none.
    """
    if kommune is None:
        return None

    def sats(nokkel: str) -> Decimal | None:
        try:
            return kommune.value("boutgiftsnorm_kommune", nokkel)
        except SatsLookupError:
            return None

    hus = husstand(sak)
    grunn = sats("par" if hus.antall_voksne >= 2 else "enslig")
    if grunn is None:
        return None
    norm = grunn + (sats("per_barn") or NULL) * hus.antall_her
    maks = sats("maks")
    return norm if maks is None else min(norm, maks)


def over_boutgiftsnormen(sak: Sak, kommune: Satssnapshot | None) -> Decimal | None:
    """How much today's housing expenses are above the norm; None when there is no norm."""
    norm = boutgiftsnorm(sak, kommune)
    if norm is None:
        return None
    return max(NULL, sum((brukt(sak.boutgifter.get(rad, Utgift())) for rad in BOUTGIFTER), NULL) - norm)


# --- the budget -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kolonne:
    """A column of the budget: the household, A or B."""

    inntekter: Decimal = NULL
    bidrag_mottatt: Decimal = NULL
    livsopphold_voksne: Decimal = NULL
    livsopphold_barn: Decimal = NULL
    livsopphold_husholdningen: Decimal = NULL
    boutgifter: Decimal = NULL
    energi: Decimal = NULL
    andre: Decimal = NULL
    bidrag_betalt: Decimal = NULL
    trekk: Decimal = NULL
    sikret_gjeld: Decimal = NULL
    prioriterte_avtaler: Decimal = NULL

    @property
    def inntekt(self) -> Decimal:
        """All income."""
        return self.inntekter + self.bidrag_mottatt

    @property
    def livsopphold(self) -> Decimal:
        """All living expenses."""
        return self.livsopphold_voksne + self.livsopphold_barn + self.livsopphold_husholdningen

    @property
    def betalingsevne(self) -> Decimal:
        """What is left when the household has lived. Below 0 is a deficit."""
        utgifter = self.livsopphold + self.boutgifter + self.energi + self.andre + self.bidrag_betalt
        return self.inntekt - utgifter

    @property
    def disponibelt(self) -> Decimal:
        """What is left after attachments, secured debt and agreements that come first. Below 0 is a deficit."""
        return self.betalingsevne - self.trekk - self.sikret_gjeld - self.prioriterte_avtaler

    @property
    def disponibelt_til_kreditorer(self) -> Decimal:
        """What can be offered: never below 0."""
        return max(NULL, self.disponibelt)


LINJER = tuple(linje.name for linje in fields(Kolonne))


@dataclass(frozen=True, slots=True)
class Andel:
    """A's part of what is common, as a fraction so that no share is rounded before it is used."""

    teller: Decimal
    nevner: Decimal

    def av(self, belop: Decimal) -> Decimal:
        """A's amount, to the øre; the rest is B's."""
        return ore(belop * self.teller / self.nevner)

    @property
    def verdi(self) -> Decimal:
        """The part as a number 0–1."""
        return self.teller / self.nevner


@dataclass(frozen=True, slots=True)
class Side:
    """The budget at one time: the household, and A and B, which add up to it exactly."""

    husstand: Kolonne
    a: Kolonne
    b: Kolonne
    andel: Andel


@dataclass(frozen=True, slots=True)
class Inntektsrad:
    """A row of income: whose it is, its group, and net per month in both columns (None is blank)."""

    eier: str
    gruppe: str
    i_dag: Decimal | None
    etter_tiltak: Decimal | None


@dataclass(frozen=True, slots=True)
class Budsjett:
    """The whole budget."""

    inntekter: tuple[Inntektsrad, ...]
    skatt: Mapping[str, Skatt | None]
    i_dag: Side
    etter_tiltak: Side


_EIER_AV_BARN = {FELLES: FELLES, SAERKULL_A: A, SAERKULL_B: B}


def andel_a(sak: Sak, netto_a: Decimal, netto_b: Decimal) -> Andel:
    """A's part of what is common. Without a B everything is A's.

    ``etter inntekt`` goes by the adults' own net income of the column; child support belongs to the child and is left
    out. ``egne andeler`` goes by A's row; what B's row says is not used.
    """
    if not sak.voksne[1].registrert:
        return Andel(Decimal(1), Decimal(1))
    halvparten = Andel(Decimal(1), Decimal(2))
    if sak.fordeling == HALVPARTEN:
        return halvparten
    if sak.fordeling == EGNE_ANDELER:
        egen = sak.voksne[0].egen_andel
        return halvparten if egen is None else Andel(egen, Decimal(1))
    return Andel(netto_a, netto_a + netto_b) if netto_a + netto_b > 0 else halvparten


def fordel(felles: Kolonne, egne_a: Kolonne, egne_b: Kolonne, andel: Andel) -> Side:
    """Split what is common line by line: A to the øre, B the rest."""
    hus, a, b = {}, {}, {}
    for linje in LINJER:
        x, av_a, av_b = (getattr(kolonne, linje) for kolonne in (felles, egne_a, egne_b))
        til_a = andel.av(x)
        hus[linje] = x + av_a + av_b
        a[linje] = av_a + til_a
        b[linje] = av_b + x - til_a
    return Side(Kolonne(**hus), Kolonne(**a), Kolonne(**b), andel)


def budsjett(sak: Sak, satser: Satssnapshot, kommune: Satssnapshot | None = None) -> Budsjett:
    """The budget today and after measures. ``kommune`` is the snapshot with the municipality's file, if any."""
    skatter = {hvem: skatt_for(sak, hvem, satser) for hvem in (A, B)}
    rader = []
    for rad in sak.inntekter:
        i_dag = netto(sak, rad, skatter)
        etter = rad.etter_tiltak if rad.etter_tiltak is not None else i_dag
        rader.append(Inntektsrad(eier(rad), gruppe(rad), i_dag, etter))
    faste = _livsopphold_og_bidrag(sak, satser, kommune)

    def side(belop: Callable[[Inntektsrad], Decimal | None], utgift: Callable[[Utgift], Decimal]) -> Side:
        linjer: dict[str, dict[str, Decimal]] = {hvem: dict(faste[hvem]) for hvem in (FELLES, A, B)}

        def til(hvem: str, linje: str, kr: Decimal) -> None:
            linjer[hvem][linje] = linjer[hvem].get(linje, NULL) + kr

        for rad in rader:
            til(FELLES if rad.eier == HUSHOLDNINGEN else rad.eier, "inntekter", belop(rad) or NULL)
        for navn in BOUTGIFTER:
            til(FELLES, "boutgifter", utgift(sak.boutgifter.get(navn, Utgift())))
        if sak.norm != GJELDSORDNING:  # § 3 has electricity, heating and contents insurance in the rate
            for navn in ENERGI:
                til(FELLES, "energi", utgift(sak.energi.get(navn, Utgift())))
        for navn in ANDRE:
            andre = sak.andre.get(navn, Utgift())
            til(andre.hvem, "andre", utgift(andre))
        felles, egne_a, egne_b = (Kolonne(**linjer[hvem]) for hvem in (FELLES, A, B))
        return fordel(felles, egne_a, egne_b, andel_a(sak, egne_a.inntekter, egne_b.inntekter))

    return Budsjett(
        inntekter=tuple(rader),
        skatt=skatter,
        i_dag=side(lambda rad: rad.i_dag, brukt),
        etter_tiltak=side(lambda rad: rad.etter_tiltak, etter_tiltak),
    )


def _livsopphold_og_bidrag(
    sak: Sak, satser: Satssnapshot, kommune: Satssnapshot | None
) -> dict[str, dict[str, Decimal]]:
    """The lines that are the same in both columns, by who has them."""
    hus = husstand(sak)
    linjer = livsopphold(sak, satser, kommune).brukt
    barn = {hvem: {"livsopphold_barn": NULL, "bidrag_mottatt": NULL, "bidrag_betalt": NULL} for hvem in (FELLES, A, B)}
    for rad, status, kr in zip(sak.barn, hus.barn, linjer.barn, strict=True):
        egne = barn[_EIER_AV_BARN[rad.hvem]]
        egne["livsopphold_barn"] += kr
        if status.teller:
            egne["bidrag_mottatt"] += rad.bidrag_mottatt or NULL
            egne["bidrag_betalt"] += rad.bidrag_betalt or NULL
    return {
        FELLES: {
            **barn[FELLES],
            "livsopphold_husholdningen": linjer.husholdningen,
            "sikret_gjeld": sak.sikret_gjeld or NULL,
            "prioriterte_avtaler": sak.prioriterte_avtaler or NULL,
        },
        A: {**barn[A], "livsopphold_voksne": linjer.voksne[0], "trekk": sak.trekk_a or NULL},
        B: {**barn[B], "livsopphold_voksne": linjer.voksne[1], "trekk": sak.trekk_b or NULL},
    }
