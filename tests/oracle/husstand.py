"""The household of a case in «gjeldsradgivning»: the inputs as typed data, ages, who counts and in which order.

Nothing here is shared with the code that builds the workbooks. Blank cells are ``None``; a cell with 0 is not blank.
Amounts are ``Decimal`` kroner as they are written in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NULL = Decimal(0)

ENSLIG = "enslig"
GIFT = "gift eller samboende"
FORSORGER = "forsørger ektefelle eller samboer"
SAMLIV = (ENSLIG, GIFT, FORSORGER)

GJELDSORDNING = "gjeldsordning og utleggstrekk"
SIFO = "SIFO referansebudsjett"
SOSIALHJELP = "statlige sosialhjelpssatser"
KOMMUNE = "kommunens egne satser"
NORMER = (GJELDSORDNING, SIFO, SOSIALHJELP, KOMMUNE)

ETTER_INNTEKT = "etter inntekt"
HALVPARTEN = "halvparten hver"
EGNE_ANDELER = "egne andeler"
FORDELINGER = (ETTER_INNTEKT, HALVPARTEN, EGNE_ANDELER)

KVINNE, MANN = "kvinne", "mann"
JENTE, GUTT = "jente", "gutt"
IKKE_GRAVID, GRAVID, AMMENDE = "nei", "gravid", "ammende"

A, B = "A", "B"
HUSHOLDNINGEN = "husholdningen"
FELLES = "felles"
SAERKULL_A, SAERKULL_B = "særkull A", "særkull B"

BOR_HER, DELT_BOSTED, SAMVAER = "bor her", "delt bosted", "samvær"

LONNSTYPER = (
    "lønn",
    "dagpenger",
    "AAP",
    "uføretrygd",
    "sykepenger",
    "overgangsstønad",
    "kvalifiseringsstønad",
    "annet skattepliktig",
)
PENSJONSTYPER = ("alderspensjon", "AFP")
NAERINGSTYPER = ("næring",)
ANNET_SKATTEFRITT = "annet skattefritt"
SKATTEFRIE_TYPER = (
    "barnetrygd",
    "utvidet barnetrygd",
    "kontantstøtte",
    "barnebidrag",
    "bostøtte",
    "sosialhjelp",
    "grunnstønad og hjelpestønad",
    ANNET_SKATTEFRITT,
)
INNTEKTSTYPER = LONNSTYPER + PENSJONSTYPER + NAERINGSTYPER + SKATTEFRIE_TYPER

PER_MAANED = "per måned"
UTBETALINGER_PER_AAR = {"per uke": 52, "hver 14. dag": 26, PER_MAANED: 12, "per år": 1}
MAANEDER_MELLOM = {PER_MAANED: 1, "per kvartal": 3, "per halvår": 6, "per år": 12}

BOUTGIFTER = (
    "husleie",
    "felleskostnader",
    "boliglan_renter",
    "boliglan_avdrag",
    "kommunale_avgifter",
    "eiendomsskatt",
    "boligforsikring",
    "festeavgift",
    "vedlikehold",
    "annen_bolig",
)
ENERGI = ("strom", "innboforsikring")
ANDRE = (
    "barnehage",
    "sfo",
    "helse",
    "arbeidsreise",
    "fagforening",
    "studielan",
    "annet_1",
    "annet_2",
    "annet_3",
)
ANTALL_VOKSNE, ANTALL_BARN = 2, 10


def ore(belop: Decimal) -> Decimal:
    """To whole øre, half an øre away from zero (``ROUND(x, 2)``)."""
    return belop.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def kroner(belop: Decimal) -> Decimal:
    """To whole kroner, half a krone away from zero (``ROUND(x, 0)``); the tax office rounds every post like this."""
    return belop.quantize(Decimal(1), rounding=ROUND_HALF_UP)


# --- the inputs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voksen:
    """A row of ``voksne``: the debtor (A) or the spouse or partner (B)."""

    navn: str = ""
    fodt: date | None = None
    kjonn: str | None = None
    egen_andel: Decimal | None = None
    student: bool = False
    gravid: str = IKKE_GRAVID
    andre_fradrag: Decimal | None = None

    @property
    def registrert(self) -> bool:
        """Whether the row is in use: a name or a date of birth."""
        return bool(self.navn) or self.fodt is not None


@dataclass(frozen=True, slots=True)
class Barn:
    """A row of ``barn``. ``forsorges``: over 18 and still provided for, as in upper secondary school."""

    navn: str = ""
    fodt: date | None = None
    kjonn: str | None = None
    hvem: str = FELLES
    bosted: str = BOR_HER
    klasse: int | None = None
    forsorges: bool = False
    bidrag_betalt: Decimal | None = None
    bidrag_mottatt: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Justering:
    """A row of ``livsopphold_voksne`` or ``livsopphold_barn``: the advisor's own discretion, up or down."""

    justering: Decimal | None = None
    grunn: str = ""


@dataclass(frozen=True, slots=True)
class Inntekt:
    """A row of ``inntekter``. ``type`` None is blank; ``etter_tiltak`` is net per month."""

    hvem: str = A
    type: str | None = None
    beskrivelse: str = ""
    brutto: Decimal | None = None
    trekk: Decimal | None = None
    netto: Decimal | None = None
    frekvens: str = PER_MAANED
    utbetales: date | None = None
    etter_tiltak: Decimal | None = None
    merknad: str = ""


@dataclass(frozen=True, slots=True)
class Utgift:
    """A row of one of the grids ``boutgifter``, ``energi`` and ``andre`` (only ``andre`` has ``hvem``)."""

    belop: Decimal | None = None
    frekvens: str = PER_MAANED
    godkjent: Decimal | None = None
    etter_tiltak: Decimal | None = None
    grunn: str = ""
    hvem: str = FELLES


@dataclass(frozen=True, slots=True)
class Sak:
    """Everything the advisor can enter. The tables have all their rows, empty ones too (``inntekter`` as given)."""

    dato: date
    saksnummer: str = ""
    navn: str = ""
    raadgiver: str = ""
    kontor: str = ""
    kontakt: str = ""
    soknadsdato: date | None = None
    vedtaksdato: date | None = None
    startdato: date | None = None
    oppfolgingsdato: date | None = None
    nivaa: str | None = None
    versjon: str = "full"
    sakstype: str | None = None
    norm: str = GJELDSORDNING
    samliv: str | None = None
    bofellesskap: bool = False
    delt_andel: Decimal = Decimal("0.5")
    fordeling: str = ETTER_INNTEKT
    tiltakssone: bool = False
    voksne: tuple[Voksen, ...] = (Voksen(),) * ANTALL_VOKSNE
    barn: tuple[Barn, ...] = (Barn(),) * ANTALL_BARN
    livsopphold_voksne: tuple[Justering, ...] = (Justering(),) * ANTALL_VOKSNE
    livsopphold_barn: tuple[Justering, ...] = (Justering(),) * ANTALL_BARN
    hus_justering: Decimal | None = None
    hus_grunn: str = ""
    inntekter: tuple[Inntekt, ...] = ()
    boutgifter: Mapping[str, Utgift] = field(default_factory=dict)
    energi: Mapping[str, Utgift] = field(default_factory=dict)
    andre: Mapping[str, Utgift] = field(default_factory=dict)
    bostotte_inntekt: Decimal | None = None
    bostotte_boutgifter: Decimal | None = None
    bostotte_tillegg: Decimal | None = None
    bostotte_formue: Decimal | None = None
    sted: str | None = None
    trekk_a: Decimal | None = None
    trekk_b: Decimal | None = None
    sikret_gjeld: Decimal | None = None
    prioriterte_avtaler: Decimal | None = None
    startmaaned: date | None = None

    def __post_init__(self) -> None:
        assert len(self.voksne) == len(self.livsopphold_voksne) == ANTALL_VOKSNE
        assert len(self.barn) == len(self.livsopphold_barn) == ANTALL_BARN

    @property
    def stilling(self) -> str:
        """``samliv``; when that is blank, what the registered adults say."""
        if self.samliv is not None:
            return self.samliv
        return GIFT if self.voksne[1].registrert else ENSLIG


# --- ages and places ------------------------------------------------------------------------------------------------


def alder(fodt: date, dato: date) -> int:
    """Completed years; who is born on 29 February has a birthday on 1 March in other years."""
    return dato.year - fodt.year - ((dato.month, dato.day) < (fodt.month, fodt.day))


def alder_mnd(fodt: date, dato: date) -> int:
    """Completed months."""
    return 12 * (dato.year - fodt.year) + dato.month - fodt.month - (dato.day < fodt.day)


@dataclass(frozen=True, slots=True)
class Barnestatus:
    """A row of ``barn`` on the date of the case. ``alder`` and ``alder_mnd`` are None when the row does not count.

    ``her``: counts and lives here, wholly or partly. ``samv``: counts and has access in class 1–4.
    ``person_nr`` is the place in the household (adults first, then the oldest child), ``samv_nr`` the place among
    those with access, ``andel`` how much of the rate this household has.
    """

    teller: bool
    alder: int | None
    alder_mnd: int | None
    her: bool
    samv: bool
    person_nr: int | None
    samv_nr: int | None
    andel: Decimal

    @property
    def under_18(self) -> bool:
        """Counts and is under 18."""
        return self.alder is not None and self.alder < 18


@dataclass(frozen=True, slots=True)
class Husstand:
    """Who the household is on the date of the case."""

    stilling: str
    registrert: tuple[bool, ...]
    alder_voksne: tuple[int | None, ...]
    alder_mnd_voksne: tuple[int | None, ...]
    antall_voksne: int
    barn: tuple[Barnestatus, ...]

    @property
    def antall_registrerte(self) -> int:
        """Adults with a row in use."""
        return sum(self.registrert)

    @property
    def antall_her(self) -> int:
        """Children of all ages who live here, wholly or partly."""
        return sum(barn.her for barn in self.barn)

    @property
    def antall_her_under_18(self) -> int:
        """Of them those under 18."""
        return sum(barn.her and barn.under_18 for barn in self.barn)


def teller(barn: Barn, dato: date) -> bool:
    """Whether the child counts: is born, and under 18 or still provided for."""
    return barn.fodt is not None and barn.fodt <= dato and (alder(barn.fodt, dato) < 18 or barn.forsorges)


def _plasser(sak: Sak, rader: list[int]) -> dict[int, int]:
    """Places from 1, the oldest first; with the same date of birth the upper row first."""
    eldste_forst = sorted(rader, key=lambda rad: (sak.barn[rad].fodt or date.max, rad))
    return {rad: plass for plass, rad in enumerate(eldste_forst, start=1)}


def husstand(sak: Sak) -> Husstand:
    """The household of a case."""
    dato = sak.dato
    registrert = tuple(voksen.registrert for voksen in sak.voksne)
    antall_voksne = max(sum(registrert), 1 if sak.stilling == ENSLIG else 2)
    fodt = [voksen.fodt if voksen.fodt is not None and voksen.fodt <= dato else None for voksen in sak.voksne]

    som_teller = [rad for rad, barn in enumerate(sak.barn) if teller(barn, dato)]
    her = _plasser(sak, [rad for rad in som_teller if sak.barn[rad].bosted != SAMVAER])
    klasser = (1, 2, 3, 4)
    samv = _plasser(
        sak, [rad for rad in som_teller if sak.barn[rad].bosted == SAMVAER and sak.barn[rad].klasse in klasser]
    )
    status = []
    for rad, barn in enumerate(sak.barn):
        counts = rad in som_teller
        born = barn.fodt if counts else None
        status.append(
            Barnestatus(
                teller=counts,
                alder=None if born is None else alder(born, dato),
                alder_mnd=None if born is None else alder_mnd(born, dato),
                her=rad in her,
                samv=rad in samv,
                person_nr=antall_voksne + her[rad] if rad in her else None,
                samv_nr=samv.get(rad),
                andel=sak.delt_andel if barn.bosted == DELT_BOSTED else Decimal(1),
            )
        )
    return Husstand(
        stilling=sak.stilling,
        registrert=registrert,
        alder_voksne=tuple(None if f is None else alder(f, dato) for f in fodt),
        alder_mnd_voksne=tuple(None if f is None else alder_mnd(f, dato) for f in fodt),
        antall_voksne=antall_voksne,
        barn=tuple(status),
    )
