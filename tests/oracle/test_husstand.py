"""The oracle for «gjeldsradgivning» itself: the published cases, worked examples and what must hold in every case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okosos_xl.satser import Satser
from okosos_xl.satser.snapshot import Satssnapshot

from . import bostotte as bo
from . import husstand as h
from .budsjett import LINJER, boutgiftsnorm, budsjett, over_boutgiftsnormen, skatt_for
from .budsjett import trekk as trekk_for
from .husstand import NULL, Sak, husstand
from .husstand_strategier import barnerader, datoer, sak_fra_data, saker, tilfeldig_sak
from .livsopphold import gjeldsordning, livsopphold, sifo, sifo_baand, sosialhjelp
from .skatt import Skattesatser, skatt

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "satser"
KOMMUNEFIL = ROOT / "examples" / "kommune-eksempel.yaml"
Data = dict[str, Any]

quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def _alle() -> Satser:
    return Satser.load()


@cache
def satser(dato: date) -> Satssnapshot:
    return _alle().at(dato)


@cache
def _kommunens() -> Satser:
    return _alle().with_overlay(KOMMUNEFIL)


def kommune(dato: date) -> Satssnapshot | None:
    """The example municipality, which has rates from 2026 only."""
    return _kommunens().at(dato) if dato >= date(2026, 1, 1) else None


def tilfeller(fil: str) -> list[Data]:
    """The cases of a file."""
    innhold: dict[str, list[Data]] = yaml.safe_load((CASES / f"{fil}.yaml").read_text(encoding="utf-8"))
    return innhold["tilfeller"]


def dec(verdi: object) -> Decimal:
    return Decimal(str(verdi))


def naer(faktisk: Decimal, ventet: object, toleranse: str) -> bool:
    return abs(faktisk - dec(ventet)) <= Decimal(toleranse)


def ids(fil: str) -> list[str]:
    return [f"{t['navn']} {t['gyldig_fra']}" for t in tilfeller(fil)]


# --- the published cases --------------------------------------------------------------------------------------------

GRUPPE = {
    "lonn": (1, 0, 0),
    "alderspensjon": (0, 1, 0),
    "alderspensjon_publisert_eksempel": (0, 1, 0),
    "naeringsinntekt_enkeltperson": (0, 0, 1),
}


def regler(aar: int) -> Skattesatser:
    funnet = Skattesatser.fra(satser(date(aar, 7, 1)))
    assert funnet is not None
    return funnet


@pytest.mark.parametrize("tilfelle", tilfeller("skatt"), ids=ids("skatt"))
def test_skatt_tilfeller(tilfelle: Data) -> None:
    ventet = tilfelle["forventet"]
    av_aaret = regler(tilfelle["gyldig_fra"].year)
    if tilfelle["type"] == "endring_2025_2026_publisert":
        # Only direction and size can be tested: the same real income, 4 % higher wages in 2026.
        for inntekt, endring in ventet["endring_i_skatt"].items():
            foer = skatt(dec(inntekt) / Decimal("1.04"), NULL, NULL, regler(2025)).sum * Decimal("1.04")
            etter = skatt(dec(inntekt), NULL, NULL, av_aaret).sum
            assert etter < foer and naer(etter - foer, endring, "600")
        return
    if tilfelle["type"] == "marginalskatt_maks_lonn":
        lav, hoy = (skatt(dec(lonn), NULL, NULL, av_aaret).sum for lonn in (2_000_000, 2_100_000))
        assert naer((hoy - lav) / 1000, ventet["prosent"], "0.01")
        return
    inntekt = dec(tilfelle["inntekt_aar"])
    lonn, pensjon, naering = (inntekt * andel for andel in GRUPPE[tilfelle["type"]])
    s = skatt(lonn, pensjon, naering, av_aaret)
    par = {
        "minstefradrag": s.minstefradrag,
        "alminnelig_inntekt": s.alminnelig_inntekt,
        "skatt_alminnelig_inntekt": s.skatt_alm,
        "trygdeavgift": s.trygdeavgift,
        "trinnskatt": s.trinnskatt,
        "skattefradrag": s.benyttet_skattefradrag,
        "sum_skatt": s.sum,
        "netto_aar": inntekt - s.sum,
        "sum_skatt_med_skattefradrag_39100": s.sum,
    }
    if "trinnskatt_1" in ventet:
        assert s.trinnskatt == ventet["trinnskatt_1"] + ventet["trinnskatt_2"]
        assert av_aaret.pensjonsfradrag is not None
        forslaget = replace(av_aaret, pensjonsfradrag=replace(av_aaret.pensjonsfradrag, maks=Decimal(37_100)))
        sum_forslaget = skatt(lonn, pensjon, naering, forslaget).sum
        assert naer(sum_forslaget, ventet["sum_skatt_med_skattefradrag_37100"], "2")
    proevd = [navn for navn in ventet if navn in par]
    assert len(proevd) >= 5
    assert {navn: par[navn] for navn in proevd if not naer(par[navn], ventet[navn], "2")} == {}


def fodt(dato: date, aar: int) -> date:
    """A date of birth half a year past the birthday."""
    return date(dato.year - aar - 1, 12, 31) if dato.month >= 12 else date(dato.year - aar, 1, 15)


@pytest.mark.parametrize("tilfelle", tilfeller("livsopphold"), ids=ids("livsopphold"))
def test_livsopphold_tilfeller(tilfelle: Data) -> None:
    dato = tilfelle["gyldig_fra"]
    inn, ventet = tilfelle["inndata"], tilfelle["forventet"]
    samliv = {
        "enslig": h.ENSLIG,
        "gift_samboer": h.GIFT,
        "forsorger_ektefelle_samboer": h.FORSORGER,
    }[inn["stilling"]]
    barn = [{"fodt": fodt(dato, aar)} for aar in inn["barn_alder"]]
    barn += [{"fodt": fodt(dato, a), "bosted": "samvær", "klasse": k} for a, k in inn["samvaer_alder_klasse"]]
    sak = sak_fra_data({"dato": dato, "samliv": samliv, "voksne": [{"navn": "A"}], "barn": barn})
    linjer = gjeldsordning(sak, satser(dato))
    hus = husstand(sak)
    assert linjer.voksne == (dec(ventet["grunnsats"]), None)
    for felt, med in (("tillegg", "her"), ("samvaertillegg", "samv")):
        rader = [rad for rad, status in enumerate(hus.barn) if getattr(status, med)]
        rader.sort(key=lambda rad: sak.barn[rad].fodt or date.max)
        assert [linjer.barn[rad] for rad in rader] == [dec(kr) for kr in ventet[felt]]
    assert livsopphold(sak, satser(dato)).brukt.sum == dec(ventet["sum_maaned"])


@pytest.mark.parametrize("tilfelle", tilfeller("bostotte"), ids=ids("bostotte"))
def test_bostotte_tilfeller(tilfelle: Data) -> None:
    inn, ventet = tilfelle["inndata"], tilfelle["forventet"]
    b = bo.beregn(
        inn["voksne"],
        inn["barn_under_18"],
        dec(inn["inntekt_aar"]),
        dec(inn["godkjente_boutgifter_aar"]),
        satser(tilfelle["gyldig_fra"]),
        tillegg=dec(inn["boutgiftstillegg_aar"]),
    )
    assert b is not None
    regnet = {
        "vekt": b.vekt,
        "omregnet_inntekt": b.omregnet_inntekt,
        "boutgiftstak": b.boutgiftstak,
        "egenandel_aar": b.egenandel,
        "bostotte_aar": b.bostotte,
        "bostotte_maaned_for_minstekrav": b.per_maaned,
        "utbetalt_maaned": b.utbetalt_maaned,
    }
    assert set(regnet) == set(ventet)
    assert {navn: kr for navn, kr in regnet.items() if not naer(kr, ventet[navn], "0.01")} == {}


# --- worked examples ------------------------------------------------------------------------------------------------

JULI_2025 = date(2025, 7, 1)


def sak(dato: date = JULI_2025, **felt: object) -> Sak:
    return sak_fra_data({"dato": dato, "voksne": [{"navn": "A"}], **felt})


def test_par_med_fire_barn() -> None:
    s = sak(
        voksne=[{"navn": "A"}, {"navn": "B"}],
        barn=[{"fodt": fodt(JULI_2025, aar)} for aar in (14, 10, 7, 3)],
    )
    assert s.stilling == h.GIFT
    linjer = gjeldsordning(s, satser(JULI_2025))
    assert [int(kr or 0) for kr in linjer.barn[:4]] == [5919, 3752, 3752, 2828]
    assert livsopphold(s, satser(JULI_2025)).brukt.sum == 34_959


def test_enslig_med_ett_barn() -> None:
    assert livsopphold(sak(barn=[{"fodt": fodt(JULI_2025, 11)}]), satser(JULI_2025)).brukt.sum == 16_965


def test_felles_boutgifter_etter_inntekt() -> None:
    s = sak(
        voksne=[{"navn": "A"}, {"navn": "B"}],
        inntekter=[{"hvem": "A", "type": "lønn", "netto": 27_000}, {"hvem": "B", "type": "lønn", "netto": 18_000}],
        boutgifter={"husleie": {"belop": 13_000}},
    )
    i_dag = budsjett(s, satser(JULI_2025)).i_dag
    assert (i_dag.a.boutgifter, i_dag.b.boutgifter) == (7_800, 5_200)
    assert i_dag.andel.verdi == Decimal("0.6")


def test_sifos_eksempelfamilie() -> None:
    """By hand from the tables of 2026, and near SIFO's own control sum (a car is added on its own).

    The rate file's control sum is 418 kr lower than its own tables add up to. Which of them is off is not known.
    """
    dato = date(2026, 3, 1)
    s = sak(
        dato,
        voksne=[
            {"navn": "A", "fodt": date(1988, 1, 1), "kjonn": "kvinne"},
            {"navn": "B", "fodt": date(1985, 1, 1), "kjonn": "mann"},
        ],
        barn=[
            {"fodt": fodt(dato, 5), "kjonn": "gutt"},
            {"fodt": fodt(dato, 11), "kjonn": "jente"},
        ],
        norm=h.SIFO,
    )
    bil = satser(dato).value("sifo_referansebudsjett", "bil.bensin_1_4_personer")
    ventet = satser(dato).value("sifo_referansebudsjett", "kontroll_eksempelfamilie.maanedssum_excel")
    kvinne, mann = 4280 + 1090 + 1020 + 1080 + 1019, 4760 + 1120 + 820 + 1080 + 1019
    gutt, jente = 2585 + 900 + 240 + 810, 3750 + 880 + 520 + 1570 + 338
    linjer = livsopphold(s, satser(dato)).brukt
    assert (linjer.voksne, linjer.barn[:2], linjer.husholdningen) == ((kvinne, mann), (gutt, jente), 5_520)
    assert naer(linjer.sum + bil, ventet, "500")


def test_skuddaarsbarn_fyller_aar_1_mars() -> None:
    assert h.alder(date(2020, 2, 29), date(2026, 2, 28)) == 5
    assert h.alder(date(2020, 2, 29), date(2026, 3, 1)) == 6
    assert h.alder_mnd(date(2025, 2, 28), date(2026, 2, 27)) == 11
    assert h.alder_mnd(date(2025, 2, 28), date(2026, 2, 28)) == 12


def test_like_fodselsdatoer_raden_forst() -> None:
    dag = date(2015, 5, 5)
    s = sak(barn=[{"fodt": date(2018, 1, 1)}, {"fodt": dag}, {"fodt": dag}, {"fodt": date(2012, 1, 1)}])
    assert [status.person_nr for status in husstand(s).barn[:4]] == [5, 3, 4, 2]


def test_netto_paa_fire_maater() -> None:
    dato = date(2026, 5, 1)
    s = sak(
        dato,
        inntekter=[
            {"type": "lønn", "brutto": 300_000, "frekvens": "per år"},
            {"type": "dagpenger", "brutto": 4_000, "trekk": 1_000, "frekvens": "hver 14. dag"},
            {"type": "AAP", "brutto": 9_000, "netto": 100, "frekvens": "per uke"},
            {"type": "barnetrygd", "brutto": 2_012, "hvem": "husholdningen"},
            {"hvem": "husholdningen", "brutto": 1_000},
            {"netto": 500},
        ],
    )
    # The tax is of all that is gross: 300 000 + 104 000 + 468 000 + 12 000.
    av_aaret = skatt_for(s, "A", satser(dato))
    assert av_aaret == skatt(Decimal(884_000), NULL, NULL, regler(2026))
    b = budsjett(s, satser(dato))
    lonn = h.ore((300_000 - av_aaret.sum * 300_000 / 884_000) / 12)
    tusen = h.ore((12_000 - av_aaret.sum * 12_000 / 884_000) / 12)
    assert [rad.i_dag for rad in b.inntekter] == [lonn, 6_500, dec("433.33"), 2_012, tusen, 500]
    assert [rad.eier for rad in b.inntekter] == ["A", "A", "A", "husholdningen", "A", "A"]
    t = trekk_for(s, "A", satser(dato))
    assert t.faktisk == h.ore(dec(1_000 * 26 + 8_900 * 52) / 12)
    assert t.beregnet == h.ore(av_aaret.sum * 572_000 / 884_000 / 12)


def test_uten_skattesatser_er_netto_blank() -> None:
    dato = date(2023, 5, 1)
    s = sak(dato, inntekter=[{"type": "lønn", "brutto": 30_000}, {"type": "lønn", "brutto": 9_000, "trekk": 2_000}])
    b = budsjett(s, satser(dato))
    assert [rad.i_dag for rad in b.inntekter] == [None, 7_000]
    assert b.i_dag.husstand.inntekt == 7_000


def test_kommunens_satser_og_boutgiftsnorm() -> None:
    dato = date(2026, 5, 1)
    s = sak(
        dato,
        norm=h.KOMMUNE,
        barn=[{"fodt": fodt(dato, 7), "bosted": "delt bosted"}],
        boutgifter={"husleie": {"belop": 9_000}, "kommunale_avgifter": {"belop": 3_000, "frekvens": "per kvartal"}},
        energi={"strom": {"belop": 1_200, "godkjent": 0}, "innboforsikring": {"belop": 1_200, "frekvens": "per år"}},
    )
    assert (boutgiftsnorm(s, None), boutgiftsnorm(s, kommune(dato))) == (None, 6_600)
    assert over_boutgiftsnormen(s, kommune(dato)) == 3_400
    i_dag = budsjett(s, satser(dato), kommune(dato)).i_dag.husstand
    assert (i_dag.livsopphold_voksne, i_dag.livsopphold_barn) == (8_500, 1_975)
    assert i_dag.energi == 100
    assert sosialhjelp(s, satser(dato)).voksne == (7_850, None)


def test_barnetrygd() -> None:
    dato = date(2026, 5, 1)
    delt = [{"fodt": fodt(dato, 3), "bosted": "delt bosted"}]
    assert bo.barnetrygd(sak(dato, barn=delt), satser(dato)) == bo.Barnetrygd(Decimal(1_006), Decimal(1_286), NULL)
    begge = [*delt, {"fodt": fodt(dato, 8)}, {"fodt": fodt(dato, 9), "bosted": "samvær", "klasse": 2}]
    sone = sak(dato, barn=begge, tiltakssone="ja")
    assert bo.barnetrygd(sone, satser(dato)) == bo.Barnetrygd(Decimal(3_018), Decimal(2_572), Decimal(768))


# --- what must hold in every case -----------------------------------------------------------------------------------


def _hele_oere(belop: Decimal) -> bool:
    return belop == h.ore(belop)


def _kontroller(data: Data) -> None:
    s = sak_fra_data(data)
    b = budsjett(s, satser(s.dato), kommune(s.dato))
    for side in (b.i_dag, b.etter_tiltak):
        for linje in (*LINJER, "inntekt", "livsopphold", "betalingsevne", "disponibelt"):
            hus, a, ektefelle = (getattr(kolonne, linje) for kolonne in (side.husstand, side.a, side.b))
            assert a + ektefelle == hus, linje
            assert all(map(_hele_oere, (hus, a, ektefelle))), linje
            if linje not in ("betalingsevne", "disponibelt"):
                assert min(hus, a, ektefelle) >= 0, linje
        assert 0 <= side.andel.verdi <= 1
        assert side.husstand.disponibelt_til_kreditorer >= 0
    for av_aaret in b.skatt.values():
        assert av_aaret is None or av_aaret.sum == h.kroner(av_aaret.sum) >= 0
    linjer = livsopphold(s, satser(s.dato), kommune(s.dato))
    for norm in linjer.normer.values():
        assert all(kr is None or (kr >= 0 and _hele_oere(kr)) for kr in (*norm.voksne, *norm.barn, norm.husholdningen))
    assert linjer.brukt.sum == b.i_dag.husstand.livsopphold
    stotte = bo.bostotte(s, satser(s.dato))
    assert (stotte is None) == (s.dato < date(2022, 6, 1))
    assert stotte is None or 0 <= stotte.utbetalt_maaned <= stotte.per_maaned
    assert bo.barnetrygd(s, satser(s.dato)).sum >= 0


@quick
@given(saker())
def test_a_og_b_er_husstanden(data: Data) -> None:
    _kontroller(data)


def test_mange_saker_fra_generatoren() -> None:
    alle = [tilfeldig_sak(seed) for seed in range(300)]
    for data in alle:
        _kontroller(data)
    assert alle[7] == tilfeldig_sak(7)
    lest = [sak_fra_data(data) for data in alle]
    assert {len(data.get("barn", [])) for data in alle} >= {0, 1, 2, 3, 4, 5, 7, 10}
    assert {s.norm for s in lest} == set(h.NORMER)
    assert {s.dato.year for s in lest} == {2023, 2024, 2025, 2026}
    assert {rad.type for s in lest for rad in s.inntekter} == {None, *h.INNTEKTSTYPER}
    assert {rad.frekvens for s in lest for rad in s.inntekter} == set(h.UTBETALINGER_PER_AAR)
    aldre = {h.alder(rad.fodt, s.dato) for s in lest for rad in s.barn if rad.fodt is not None}
    assert aldre >= set(range(21)) and min(aldre) < 0
    stillinger = {(s.stilling, husstand(s).antall_registrerte) for s in lest}
    assert stillinger == {(stilling, antall) for stilling in h.SAMLIV for antall in (1, 2)}


@quick
@given(st.data())
def test_flere_barn_gir_aldri_lavere_norm(utvalg: st.DataObject) -> None:
    """One more child who lives here all the time, wherever in the order."""
    dato = utvalg.draw(datoer())
    data: Data = {
        "dato": dato,
        "samliv": utvalg.draw(st.sampled_from(h.SAMLIV)),
        "voksne": [
            {"navn": "A", "fodt": date(1980, 1, 1), "kjonn": "kvinne"},
            {"navn": "B", "fodt": date(1980, 1, 1), "kjonn": "mann"},
        ],
        "barn": utvalg.draw(st.lists(barnerader(dato, fast=True), max_size=9)),
    }
    plass = utvalg.draw(st.integers(0, len(data["barn"])))
    flere = [*data["barn"]]
    flere.insert(plass, utvalg.draw(barnerader(dato, fast=True)))
    for norm in h.NORMER:
        foer, etter = (
            livsopphold(sak_fra_data({**data, "norm": norm, "barn": barn}), satser(dato), kommune(dato)).brukt.sum
            for barn in (data["barn"], flere)
        )
        assert etter >= foer, norm


@pytest.mark.parametrize("dato", [date(2025, 3, 1), date(2026, 3, 1)])
def test_sifos_baand_dekker_alle_aldre(dato: date) -> None:
    """Every table has one band for every age and sex, but those that are known to have gaps."""
    hull = {"reisekostnader": range(72), "mat_og_drikke": range(6) if dato.year == 2025 else range(0)}
    for gruppe in ("mat_og_drikke", "klaer_og_sko", "personlig_pleie", "lek_og_mediebruk", "reisekostnader"):
        tabell = satser(dato).table("sifo_referansebudsjett", f"individ.{gruppe}")
        baand = [funnet for nokkel in tabell if (funnet := sifo_baand(nokkel)) is not None and "student" not in nokkel]
        for mnd in range(12 * 100):
            for kjonn in (h.KVINNE, h.MANN):
                treff = [b for b in baand if b[1] <= mnd < b[2] and b[0] in (None, kjonn)]
                assert len(treff) == (mnd not in hull.get(gruppe, range(0))), (gruppe, mnd, kjonn)


def test_sifo_uten_kjonn_og_foer_2025() -> None:
    dato = date(2026, 3, 1)
    barn = [{"fodt": fodt(dato, 9)}, {"fodt": fodt(dato, 10)}, {"fodt": fodt(dato, 4), "bosted": "samvær", "klasse": 1}]
    linjer = sifo(sak(dato, barn=barn), satser(dato))
    assert linjer.voksne == (None, None)
    assert [kr is None for kr in linjer.barn[:3]] == [False, True, True]
    assert sifo(sak(date(2025, 1, 31)), satser(date(2025, 1, 31))).husholdningen is None
