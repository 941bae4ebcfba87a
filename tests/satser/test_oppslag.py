"""Dates at the edges, what is possibly outdated, what is only secondary, and questions without an answer."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal

import pytest

from okosos_xl.satser import Konfidens, Satser, SatsError, SatsLookupError

LIVSOPPHOLD = "livsopphold_gjeldsordning"
NOVEMBER_2026 = date(2026, 11, 22)


@pytest.fixture(scope="module")
def satser() -> Satser:
    return Satser.load()


@pytest.mark.parametrize(
    ("dato", "enslig"),
    [
        (date(2021, 7, 1), 9232),  # the first day of the first vintage
        (date(2026, 6, 30), 11046),  # the day before a change
        (date(2026, 7, 1), 11388),  # the day of
        (date(2026, 7, 2), 11388),  # the day after
        (date(2099, 1, 1), 11388),  # after the last
    ],
)
def test_satsen_skifter_pa_dagen(satser: Satser, dato: date, enslig: int) -> None:
    assert satser.at(dato).value(LIVSOPPHOLD, "enslig") == enslig


def test_for_forste_argang_er_en_feil_som_nevner_familien_og_den_neste(satser: Satser) -> None:
    with pytest.raises(SatsLookupError) as caught:
        satser.at(date(2021, 6, 30)).value(LIVSOPPHOLD, "enslig")
    assert str(caught.value) == (
        "livsopphold_gjeldsordning: ingen verdi for «enslig» per 2021-06-30; ingen eldre, "
        "nærmeste etter gjelder fra 2021-07-01 (Eldre satser er ikke tatt inn)"
    )
    assert caught.value.etter is not None
    assert caught.value.foer is None


def test_en_nokkel_som_mangler_i_nyeste_argang_er_en_feil_med_nermeste_argang_og_grunn(satser: Satser) -> None:
    with pytest.raises(SatsLookupError) as caught:
        satser.at(NOVEMBER_2026).value("forsinkelsesrente", "standardkompensasjon_naeringskrav")
    assert "nærmeste før gjelder 2026-01-01–2026-06-30, ingen nyere" in str(caught.value)
    assert "andre halvår 2026 er ikke funnet" in str(caught.value)


def test_etter_utlopet_er_satsen_mulig_utdatert_eller_en_feil_om_man_vil(satser: Satser) -> None:
    found = satser.at(NOVEMBER_2026).sats("sosialhjelp_veiledende", "enslig")
    assert (found.tall, found.gyldig_fra, found.mulig_utdatert_fra) == (7850, date(2024, 1, 1), date(2025, 1, 1))
    assert found.forbehold == ("mulig utdatert: nyeste kjente gjelder fra 2024-01-01, ny ventet 2025-01-01",)
    with pytest.raises(SatsLookupError, match=r"sosialhjelp_veiledende.*nærmeste før gjelder 2024-01-01–2024-12-31"):
        satser.at(NOVEMBER_2026, carry_forward=False).value("sosialhjelp_veiledende", "enslig")


@pytest.mark.parametrize(
    ("familie", "nokkel", "dato", "utdatert_fra"),
    [
        (LIVSOPPHOLD, "enslig", date(2027, 6, 30), None),
        (LIVSOPPHOLD, "enslig", date(2027, 7, 1), date(2027, 7, 1)),
        (LIVSOPPHOLD, "enslig", date(2029, 1, 1), date(2027, 7, 1)),
        (LIVSOPPHOLD, "enslig", date(2026, 6, 30), None),  # replaced later, but known to hold then
        ("grunnbelop", "G", date(2027, 4, 30), None),
        ("grunnbelop", "G", date(2027, 5, 1), date(2027, 5, 1)),
        ("forsinkelsesrente", "rente_prosent_pa", date(2026, 12, 31), None),
        ("forsinkelsesrente", "rente_prosent_pa", date(2027, 1, 1), date(2027, 1, 1)),
        ("personfradrag", "klasse_1", date(2026, 12, 31), None),
        ("personfradrag", "klasse_1", date(2027, 1, 1), date(2027, 1, 1)),
        ("sosialhjelp_veiledende", "enslig", date(2024, 12, 31), None),
        ("barnetrygd", "utvidet", date(2027, 1, 31), None),  # irregular: looked at again after 12 months
        ("barnetrygd", "utvidet", date(2027, 2, 1), date(2027, 2, 1)),
        ("engangsstonad", "per_barn", date(2025, 6, 1), date(2024, 1, 1)),  # open end: nobody knows that it held
        ("barnehage_foreldrebetaling", "maks_per_maaned", NOVEMBER_2026, date(2026, 8, 1)),
        ("utlaansforskriften", "rente_minst_prosent", date(2040, 1, 1), None),  # a rule without a timetable
    ],
)
def test_mulig_utdatert_folger_familiens_oppdatering(
    satser: Satser, familie: str, nokkel: str, dato: date, utdatert_fra: date | None
) -> None:
    assert satser.at(dato).sats(familie, nokkel).mulig_utdatert_fra == utdatert_fra


def test_oversikten_over_mulig_utdaterte_i_november_2026(satser: Satser) -> None:
    assert {s.familie for s in satser.at(NOVEMBER_2026).possibly_outdated()} == {
        "barnehage_foreldrebetaling",
        "sfo",
        "sosialhjelp_veiledende",
    }


def test_oversikten_over_ikke_offisielle(satser: Satser) -> None:
    per = satser.at(date(2024, 6, 1))
    assert [s.nokkel.id for s in per.unofficial("trygdeavgift")] == ["naering_prosent"]
    assert per.sats("trygdeavgift", "lonn_prosent").konfidens is Konfidens.OFFISIELL
    assert per.sats("grunnbelop", "G_maaned").konfidens is Konfidens.UTLEDET
    assert per.sats("personfradrag", "klasse_1").forbehold == ("sekundær, ikke offisiell",)


def test_en_verdi_baerer_kilde_enhet_og_argang(satser: Satser) -> None:
    found = satser.at(NOVEMBER_2026).sats(LIVSOPPHOLD, "samvaer.klasse_1.barn_0_5")
    assert found.tall == 386
    assert (found.enhet, found.konfidens, found.kommune) == ("kr per måned", "offisiell", None)
    assert found.gyldig_fra == date(2026, 7, 1)
    assert found.kilde.adresse == "https://lovdata.no/dokument/LTI/forskrift/2026-06-24-1259"
    assert found.nokkel.fullt_navn.startswith("Samvær, Klasse 1")


def test_prosent_kan_leses_som_andel(satser: Satser) -> None:
    per = satser.at(NOVEMBER_2026)
    assert per.sats("forsinkelsesrente", "rente_prosent_pa").andel == Decimal("0.1225")
    with pytest.raises(SatsLookupError, match="ikke prosent"):
        _ = per.sats("grunnbelop", "G").andel


def test_viderefort_verdi_beholder_sin_egen_kilde(satser: Satser) -> None:
    found = satser.at(NOVEMBER_2026).sats("sfo", "gratis_timer_per_uke")
    assert (found.tall, found.gyldig_fra, found.konfidens) == (12, date(2024, 8, 1), Konfidens.OFFISIELL)


@pytest.mark.parametrize(
    ("familie", "nokkel", "melding"),
    [
        ("trinnskat", "trinn.1.over", "ukjent satsfamilie «trinnskat»; mente du trinnskatt"),
        ("grunnbelop", "g", "grunnbelop: ukjent nøkkel «g»"),
        (LIVSOPPHOLD, "samvaer.klasse_1.barn_0_6", "mente du samvaer.klasse_1.barn_0_5"),
        (LIVSOPPHOLD, "samvaer.klasse_1", "er en gruppe; be om en av nøklene: samvaer.klasse_1.barn_0_5"),
        ("bostotte", "egenandel_modell.type", "er ikke ett tall (tekst)"),
        ("utleggstrekk_regler", "prioritet", "er ikke ett tall (liste)"),
        ("boutgiftsnorm_kommune", "enslig", "familien fylles av en kommunefil"),
    ],
)
def test_sporsmal_uten_svar_gir_en_klar_linje(satser: Satser, familie: str, nokkel: str, melding: str) -> None:
    with pytest.raises(SatsLookupError) as caught:
        satser.at(NOVEMBER_2026).value(familie, nokkel)
    assert melding in str(caught.value)
    assert "\n" not in str(caught.value)


def test_ukjent_tabell_er_en_feil(satser: Satser) -> None:
    with pytest.raises(SatsLookupError, match="ukjent nøkkel"):
        satser.at(NOVEMBER_2026).table("trinnskatt", "trappetrinn")


def test_alt_er_frosset(satser: Satser) -> None:
    per = satser.at(NOVEMBER_2026)
    with pytest.raises(FrozenInstanceError):
        per.dato = date(2020, 1, 1)  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        per.sats("grunnbelop", "G").verdi = Decimal(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        satser.familie("grunnbelop").vintages[0].verdier["G"] = Decimal(1)  # type: ignore[index]


def test_mappen_ma_finnes_og_ha_satsfiler(tmp_path) -> None:
    with pytest.raises(SatsError, match="mappen med satser finnes ikke"):
        Satser.load(tmp_path / "borte")
    with pytest.raises(SatsError, match="mappen har ingen satsfiler"):
        Satser.load(tmp_path)
