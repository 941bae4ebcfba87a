"""Random cases for «gjeldsradgivning» as they are written in a case file, and the way from such a case to the oracle.

``tilfeldig_sak(seed)`` gives cases in bulk; ``saker()`` gives them to hypothesis. One builder serves both.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from . import husstand as h
from .husstand import Barn, Inntekt, Justering, Sak, Utgift, Voksen

Data = dict[str, Any]

FORSTE_DATO, SISTE_DATO = date(2023, 1, 1), date(2026, 12, 31)
SKILLER = (
    date(2023, 1, 1),
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2024, 2, 29),
    date(2024, 6, 30),
    date(2024, 7, 1),
    date(2025, 1, 31),
    date(2025, 2, 1),
    date(2025, 6, 30),
    date(2025, 7, 1),
    date(2026, 1, 31),
    date(2026, 2, 1),
    date(2026, 2, 28),
    date(2026, 3, 1),
    date(2026, 12, 31),
)
"""The days where rates change, and the days around 29 February."""
STEDER = ("Oslo", "Trondheim", "Bærum", "Kristiansand", "Sandnes", "et annet sted")
"""Places with each of the supplements of bostøtte, and one without."""
NAVN = ("Kari", "Ola", "Amira", "Nils", "Per", "Liv", "Aisha", "Jon")


# --- from the case as written to the oracle -------------------------------------------------------------------------


def _blank(verdi: object) -> bool:
    return verdi is None or (isinstance(verdi, str) and not verdi.strip())


def _tall(verdi: object) -> Decimal | None:
    """The number as it is written: a float counts as its shortest decimal text."""
    if _blank(verdi):
        return None
    if isinstance(verdi, bool) or not isinstance(verdi, int | float | Decimal):
        raise ValueError(f"not a number: {verdi!r}")
    return Decimal(str(verdi))


def _dato(verdi: object) -> date | None:
    if _blank(verdi):
        return None
    if isinstance(verdi, str):
        return date.fromisoformat(verdi if len(verdi) > 7 else f"{verdi}-01")
    if isinstance(verdi, date):
        return verdi
    raise ValueError(f"not a date: {verdi!r}")


def _ja(verdi: object) -> bool:
    if isinstance(verdi, bool):
        return verdi
    return _valg(verdi, ("nei", "ja"), "nei") == "ja"


def _valg(verdi: object, mulige: Sequence[str], blank: str | None) -> str | None:
    """One of the choices, in any case of letters; ``blank`` when empty."""
    if _blank(verdi):
        return blank
    for mulig in mulige:
        if str(verdi).strip().lower() == mulig.lower():
            return mulig
    raise ValueError(f"{verdi!r} is none of {mulige}")


def _sikkert(verdi: object, mulige: Sequence[str], blank: str | None = None) -> str:
    valgt = _valg(verdi, mulige, mulige[0] if blank is None else blank)
    assert valgt is not None
    return valgt


def _tekst(verdi: object) -> str:
    return "" if _blank(verdi) else str(verdi)


def _kjente(data: Mapping[str, Any], *typer: type, ogsaa: Sequence[str] = ()) -> None:
    navn = {felt.name for type_ in typer for felt in fields(type_)} | set(ogsaa)
    ukjente = set(data) - navn
    if ukjente:
        raise ValueError(f"unknown: {sorted(ukjente)}")


def _voksen(rad: Mapping[str, Any]) -> Voksen:
    _kjente(rad, Voksen)
    return Voksen(
        navn=_tekst(rad.get("navn")),
        fodt=_dato(rad.get("fodt")),
        kjonn=_valg(rad.get("kjonn"), (h.KVINNE, h.MANN), None),
        egen_andel=_tall(rad.get("egen_andel")),
        student=_ja(rad.get("student")),
        gravid=_sikkert(rad.get("gravid"), (h.IKKE_GRAVID, h.GRAVID, h.AMMENDE)),
        andre_fradrag=_tall(rad.get("andre_fradrag")),
    )


def _barn(rad: Mapping[str, Any]) -> Barn:
    _kjente(rad, Barn)
    klasse = _tall(rad.get("klasse"))
    return Barn(
        navn=_tekst(rad.get("navn")),
        fodt=_dato(rad.get("fodt")),
        kjonn=_valg(rad.get("kjonn"), (h.JENTE, h.GUTT), None),
        hvem=_sikkert(rad.get("hvem"), (h.FELLES, h.SAERKULL_A, h.SAERKULL_B)),
        bosted=_sikkert(rad.get("bosted"), (h.BOR_HER, h.DELT_BOSTED, h.SAMVAER)),
        klasse=None if klasse is None else int(klasse),
        forsorges=_ja(rad.get("forsorges")),
        bidrag_betalt=_tall(rad.get("bidrag_betalt")),
        bidrag_mottatt=_tall(rad.get("bidrag_mottatt")),
    )


def _justering(rad: Mapping[str, Any]) -> Justering:
    _kjente(rad, Justering)
    return Justering(_tall(rad.get("justering")), _tekst(rad.get("grunn")))


def _inntekt(rad: Mapping[str, Any]) -> Inntekt:
    _kjente(rad, Inntekt)
    return Inntekt(
        hvem=_sikkert(rad.get("hvem"), (h.A, h.B, h.HUSHOLDNINGEN)),
        type=_valg(rad.get("type"), h.INNTEKTSTYPER, None),
        beskrivelse=_tekst(rad.get("beskrivelse")),
        brutto=_tall(rad.get("brutto")),
        trekk=_tall(rad.get("trekk")),
        netto=_tall(rad.get("netto")),
        frekvens=_sikkert(rad.get("frekvens"), tuple(h.UTBETALINGER_PER_AAR), h.PER_MAANED),
        utbetales=_dato(rad.get("utbetales")),
        etter_tiltak=_tall(rad.get("etter_tiltak")),
        merknad=_tekst(rad.get("merknad")),
    )


def _utgifter(data: Mapping[str, Any], rutenett: str, rader: Sequence[str]) -> dict[str, Utgift]:
    innhold: Mapping[str, Mapping[str, Any]] = data.get(rutenett) or {}
    if set(innhold) - set(rader):
        raise ValueError(f"unknown: {sorted(set(innhold) - set(rader))}")
    utgifter = {}
    for navn, rad in innhold.items():
        _kjente(rad, Utgift)
        if rutenett != "andre" and "hvem" in rad:
            raise ValueError(f"{rutenett} has no «hvem»")
        utgifter[navn] = Utgift(
            belop=_tall(rad.get("belop")),
            frekvens=_sikkert(rad.get("frekvens"), tuple(h.MAANEDER_MELLOM), h.PER_MAANED),
            godkjent=_tall(rad.get("godkjent")),
            etter_tiltak=_tall(rad.get("etter_tiltak")),
            grunn=_tekst(rad.get("grunn")),
            hvem=_sikkert(rad.get("hvem"), (h.FELLES, h.A, h.B)),
        )
    return utgifter


def sak_fra_data(data: Mapping[str, Any]) -> Sak:
    """The case as the oracle reads it. An unknown field or choice is an error."""
    _kjente(data, Sak, ogsaa=("mal",))

    def rader(tabell: str, antall: int) -> list[Mapping[str, Any]]:
        gitt = list(data.get(tabell) or [])
        if len(gitt) > antall:
            raise ValueError(f"{tabell}: more than {antall} rows")
        return gitt + [{}] * (antall - len(gitt))

    dato = _dato(data["dato"])
    assert dato is not None
    delt_andel = _tall(data.get("delt_andel"))
    return Sak(
        dato=dato,
        **{navn: _tekst(data.get(navn)) for navn in ("saksnummer", "navn", "raadgiver", "kontor", "kontakt")},
        **{
            navn: _dato(data.get(navn))
            for navn in ("soknadsdato", "vedtaksdato", "startdato", "oppfolgingsdato", "startmaaned")
        },
        nivaa=_tekst(data.get("nivaa")) or None,
        versjon=_sikkert(data.get("versjon"), ("forenklet", "full"), "full"),
        sakstype=_tekst(data.get("sakstype")) or None,
        norm=_sikkert(data.get("norm"), h.NORMER),
        samliv=_valg(data.get("samliv"), h.SAMLIV, None),
        bofellesskap=_ja(data.get("bofellesskap")),
        delt_andel=Decimal("0.5") if delt_andel is None else delt_andel,
        fordeling=_sikkert(data.get("fordeling"), h.FORDELINGER),
        tiltakssone=_ja(data.get("tiltakssone")),
        voksne=tuple(map(_voksen, rader("voksne", h.ANTALL_VOKSNE))),
        barn=tuple(map(_barn, rader("barn", h.ANTALL_BARN))),
        livsopphold_voksne=tuple(map(_justering, rader("livsopphold_voksne", h.ANTALL_VOKSNE))),
        livsopphold_barn=tuple(map(_justering, rader("livsopphold_barn", h.ANTALL_BARN))),
        hus_grunn=_tekst(data.get("hus_grunn")),
        inntekter=tuple(map(_inntekt, data.get("inntekter") or [])),
        boutgifter=_utgifter(data, "boutgifter", h.BOUTGIFTER),
        energi=_utgifter(data, "energi", h.ENERGI),
        andre=_utgifter(data, "andre", h.ANDRE),
        sted=_tekst(data.get("sted")) or None,
        **{
            navn: _tall(data.get(navn))
            for navn in (
                "hus_justering",
                "bostotte_inntekt",
                "bostotte_boutgifter",
                "bostotte_tillegg",
                "bostotte_formue",
                "trekk_a",
                "trekk_b",
                "sikret_gjeld",
                "prioriterte_avtaler",
            )
        },
    )


# --- random cases ---------------------------------------------------------------------------------------------------


def _av_hundre(rng: random.Random, prosent: int) -> bool:
    return rng.randrange(100) < prosent


def _kr(rng: random.Random, lav: int, hoy: int) -> int | float:
    """An amount between two numbers of kroner as one would write it: mostly whole, else with øre."""
    if _av_hundre(rng, 70):
        return rng.randint(lav, hoy)
    hele, ore = divmod(rng.randint(100 * lav, 100 * hoy), 100)
    return float(f"{hele}.{ore:02d}") if ore else hele


def _fodt(rng: random.Random, dato: date, aar: int) -> date:
    """A date of birth that makes the age ``aar`` on the date, often on or next to the birthday."""
    skifte = date(dato.year - aar, dato.month, 28 if (dato.month, dato.day) == (2, 29) else dato.day)
    dager = rng.choice((0, 1, 364)) if _av_hundre(rng, 15) else rng.randrange(365)
    return skifte - timedelta(days=dager)


def _uten_blanke(rad: Data) -> Data:
    return {navn: verdi for navn, verdi in rad.items() if verdi is not None}


def _lag_voksen(rng: random.Random, dato: date, nr: int) -> Data:
    aar = rng.choice((17, 18, 19, 20, 24, 25, 29, 30, 31, 50, 51, 60, 61, 66, 67, 69, 70, 71, 74, 75, 90))
    if _av_hundre(rng, 50):
        aar = rng.randint(18, 80)
    kjonn = rng.choice((h.KVINNE, h.MANN)) if _av_hundre(rng, 95) else None
    gravid = rng.choice((h.GRAVID, h.AMMENDE)) if _av_hundre(rng, 10) else None
    return _uten_blanke(
        {
            "navn": f"{rng.choice(NAVN)} {nr}",
            "fodt": _fodt(rng, dato, aar) if _av_hundre(rng, 95) else None,
            "kjonn": kjonn,
            "egen_andel": rng.randint(0, 100) / 100 if _av_hundre(rng, 25) else None,
            "student": rng.choice(("ja", "nei")) if _av_hundre(rng, 15) else None,
            "gravid": gravid,
            "andre_fradrag": _kr(rng, 0, 60_000) if _av_hundre(rng, 25) else None,
        }
    )


def _lag_barn(rng: random.Random, dato: date, nr: int) -> Data:
    """A row of ``barn``: any age 0–20, seldom not yet born or without a date of birth."""
    bosted = rng.choice((None, None, h.BOR_HER, h.BOR_HER, h.DELT_BOSTED, h.SAMVAER))
    klasse = rng.randint(1, 4) if bosted == h.SAMVAER and _av_hundre(rng, 85) else None
    fodt: date | None = _fodt(rng, dato, rng.randint(0, 20))
    uvanlig = rng.randrange(100)
    if uvanlig < 2:
        fodt = dato + timedelta(days=rng.randint(1, 250))
    elif uvanlig < 4:
        fodt = None
    return _uten_blanke(
        {
            "navn": f"Barn {nr}",
            "fodt": fodt,
            "kjonn": rng.choice((h.JENTE, h.GUTT)) if _av_hundre(rng, 93) else None,
            "hvem": rng.choice((None, h.FELLES, h.FELLES, h.SAERKULL_A, h.SAERKULL_B)),
            "bosted": bosted,
            "klasse": klasse,
            "forsorges": rng.choice(("ja", "ja", "nei")) if _av_hundre(rng, 30) else None,
            "bidrag_betalt": _kr(rng, 0, 5_000) if bosted == h.SAMVAER or _av_hundre(rng, 5) else None,
            "bidrag_mottatt": _kr(rng, 0, 5_000) if bosted != h.SAMVAER and _av_hundre(rng, 25) else None,
        }
    )


def _lag_inntekt(rng: random.Random, dato: date, voksne: int) -> Data:
    frekvens = rng.choice((None, h.PER_MAANED, *h.UTBETALINGER_PER_AAR))
    per_aar = rng.choice((30_000, 100_000, 300_000, 600_000, 1_700_000))
    hoy = per_aar // h.UTBETALINGER_PER_AAR[frekvens or h.PER_MAANED]
    brutto: int | float | None = _kr(rng, 0, hoy)
    trekk = netto = None
    maate = rng.choice(("brutto", "brutto", "trekk", "netto", "begge", "alt"))
    if maate == "netto":
        brutto, netto = None, brutto
    elif maate != "brutto":
        assert brutto is not None
        hele = int(brutto)
        trekk = _kr(rng, 0, hele // 2) if maate in ("trekk", "alt") else None
        netto = _kr(rng, hele // 2, hele) if maate in ("begge", "alt") else None
    eiere: tuple[str | None, ...] = (None, h.A, h.HUSHOLDNINGEN)
    if voksne > 1:
        eiere += (h.B, h.B)
    elif _av_hundre(rng, 3):
        eiere = (h.B,)
    bare_etter = _av_hundre(rng, 4)
    if bare_etter:
        brutto = trekk = netto = None
    rad_type = rng.choice(h.INNTEKTSTYPER) if _av_hundre(rng, 92) else None
    return _uten_blanke(
        {
            "hvem": rng.choice(eiere),
            "type": "lønn" if _av_hundre(rng, 25) else rad_type,
            "brutto": brutto,
            "trekk": trekk,
            "netto": netto,
            "frekvens": frekvens,
            "utbetales": date(dato.year, rng.randint(1, 12), rng.randint(1, 28)) if frekvens == "per år" else None,
            "etter_tiltak": _kr(rng, 0, 40_000) if bare_etter or _av_hundre(rng, 20) else None,
        }
    )


def _lag_utgifter(rng: random.Random, rader: Sequence[str], hvem: bool = False) -> Data:
    rutenett: Data = {}
    for navn in rader:
        if not _av_hundre(rng, 40):
            continue
        frekvens = rng.choice((None, *h.MAANEDER_MELLOM))
        hoy = 6_000 * h.MAANEDER_MELLOM[frekvens or h.PER_MAANED]
        rutenett[navn] = _uten_blanke(
            {
                "belop": _kr(rng, 0, hoy) if _av_hundre(rng, 95) else None,
                "frekvens": frekvens,
                "godkjent": _kr(rng, 0, 6_000) if _av_hundre(rng, 20) else None,
                "etter_tiltak": _kr(rng, 0, 6_000) if _av_hundre(rng, 20) else None,
                "hvem": rng.choice((None, h.FELLES, h.A, h.B)) if hvem else None,
            }
        )
    return {navn: rad for navn, rad in rutenett.items() if rad}


def _lag_justering(rng: random.Random) -> Data:
    if not _av_hundre(rng, 15):
        return {}
    kr = _kr(rng, 0, 3_000)
    return {"justering": -kr if _av_hundre(rng, 40) else kr, "grunn": "skjønn"}


def lag_sak(rng: random.Random) -> Data:
    """A case, every choice taken from ``rng``."""
    if _av_hundre(rng, 25):
        dato = rng.choice(SKILLER)
    else:
        dato = FORSTE_DATO + timedelta(days=rng.randint(0, (SISTE_DATO - FORSTE_DATO).days))
    voksne = rng.choice((1, 1, 2, 2, 2))
    antall_barn = rng.choice((0, 0, 1, 1, 2, 2, 3, 4, 5, 7, h.ANTALL_BARN))

    def av_og_til(prosent: int, hoy: int) -> int | float | None:
        return _kr(rng, 0, hoy) if _av_hundre(rng, prosent) else None

    data: Data = {
        "mal": "gjeldsradgivning",
        "navn": "Sak fra generatoren",
        "dato": dato,
        "norm": rng.choice((None, *h.NORMER)),
        "samliv": rng.choice((None, *h.SAMLIV)),
        "bofellesskap": rng.choice((None, "nei", "ja")),
        "delt_andel": rng.choice((0, 0.25, 0.4, 0.5, 0.6, 1)) if _av_hundre(rng, 25) else None,
        "fordeling": rng.choice((None, *h.FORDELINGER)),
        "tiltakssone": rng.choice((None, "nei", "ja")),
        "voksne": [_lag_voksen(rng, dato, nr) for nr in range(1, voksne + 1)],
        "barn": [_lag_barn(rng, dato, nr) for nr in range(1, antall_barn + 1)],
        "livsopphold_voksne": [_lag_justering(rng) for _ in range(voksne)],
        "livsopphold_barn": [_lag_justering(rng) for _ in range(antall_barn)],
        "hus_justering": _lag_justering(rng).get("justering"),
        "inntekter": [_lag_inntekt(rng, dato, voksne) for _ in range(rng.choice((0, 1, 2, 3, 4, 6, 9, 16)))],
        "boutgifter": _lag_utgifter(rng, h.BOUTGIFTER),
        "energi": _lag_utgifter(rng, h.ENERGI),
        "andre": _lag_utgifter(rng, h.ANDRE, hvem=True),
        "bostotte_inntekt": av_og_til(15, 500_000),
        "bostotte_boutgifter": av_og_til(15, 200_000),
        "bostotte_tillegg": av_og_til(15, 30_000),
        "bostotte_formue": av_og_til(20, 900_000),
        "sted": rng.choice(STEDER) if _av_hundre(rng, 40) else None,
        "trekk_a": av_og_til(25, 6_000),
        "trekk_b": av_og_til(25, 6_000) if voksne > 1 else None,
        "sikret_gjeld": av_og_til(25, 9_000),
        "prioriterte_avtaler": av_og_til(25, 3_000),
    }
    return {navn: verdi for navn, verdi in data.items() if verdi is not None and verdi not in ([], {})}


def tilfeldig_sak(seed: int) -> Data:
    """The case number ``seed``; the same every time."""
    return lag_sak(random.Random(seed))


def saker() -> st.SearchStrategy[Data]:
    """Cases for hypothesis, which makes a failing one smaller."""
    return st.randoms(use_true_random=False).map(lag_sak)


def datoer() -> st.SearchStrategy[date]:
    """Dates of cases."""
    return st.one_of(st.sampled_from(SKILLER), st.dates(FORSTE_DATO, SISTE_DATO))


@st.composite
def barnerader(draw: st.DrawFn, dato: date, *, fast: bool = False) -> Data:
    """One row of ``barn``; ``fast``: under 18 and living here all the time, with sex given."""
    rad = lag_barn(draw(st.randoms(use_true_random=False)), dato)
    if fast:
        for navn in ("bosted", "klasse"):
            rad.pop(navn, None)
        dager = draw(st.integers(0, 17 * 365))
        rad["fodt"] = dato - timedelta(days=dager)
        rad.setdefault("kjonn", h.JENTE)
    return rad


def lag_barn(rng: random.Random, dato: date) -> Data:
    """One row of ``barn``."""
    return _lag_barn(rng, dato, rng.randint(1, h.ANTALL_BARN))
