"""A municipality's own rates on top of the state's, and every file that is not one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from okosos_xl.satser import Satser, SatsError, SatsFileError, SatsLookupError

EXAMPLE = Path(__file__).parents[2] / "examples" / "kommune-eksempel.yaml"
NOVEMBER_2026 = date(2026, 11, 22)
SOSIALHJELP = "sosialhjelp_veiledende"

HEAD = "kommune: Prøve kommune\nkilde: {tittel: Vedtak 1/26}\nsatser:\n"
RATE = "  sosialhjelp_veiledende:\n    - gyldig_fra: 2026-01-01\n      verdier: {enslig: 8500}\n"


@pytest.fixture(scope="module")
def satser() -> Satser:
    return Satser.load()


def test_kommunens_egne_satser_gar_foran_og_resten_er_statens(satser: Satser) -> None:
    per = satser.with_overlay(EXAMPLE).at(NOVEMBER_2026)
    own, state = per.sats(SOSIALHJELP, "enslig"), per.sats(SOSIALHJELP, "barn_0_5")
    assert (own.tall, own.kommune, own.mulig_utdatert) == (8500, "Eksempel kommune", False)
    assert own.kilde.tittel.startswith("Eksempel kommune")
    assert (state.tall, state.kommune, state.mulig_utdatert) == (3850, None, True)
    assert per.kommune == "Eksempel kommune"
    assert per.value("grunnbelop", "G") == 136549


def test_kunngjorte_satser_gjelder_forst_fra_sin_dato_og_har_sin_egen_kilde(satser: Satser) -> None:
    kommune = satser.with_overlay(EXAMPLE)
    assert kommune.at(date(2026, 12, 31)).value(SOSIALHJELP, "enslig") == 8500
    announced = kommune.at(date(2027, 1, 1)).sats(SOSIALHJELP, "enslig")
    assert announced.tall == 8800
    assert "2027" in announced.kilde.tittel


def test_normer_og_gebyrer_finnes_bare_med_kommunefil(satser: Satser) -> None:
    per = satser.with_overlay(EXAMPLE).at(NOVEMBER_2026)
    assert per.value("boutgiftsnorm_kommune", "par_hoy") == 13000
    assert per.value("lokale_gebyrer", "slamtomming") == 1875
    assert per.sats("lokale_gebyrer", "slamtomming").nokkel.navn == "Slamtømming"
    assert {"boutgiftsnorm_kommune", "lokale_gebyrer"} <= set(per.familier)
    assert "lokale_gebyrer" not in satser.at(NOVEMBER_2026).familier
    with pytest.raises(SatsLookupError, match="ukjent nøkkel"):
        satser.at(NOVEMBER_2026).value("lokale_gebyrer", "slamtomming")


def test_kommunens_sats_blir_ogsa_mulig_utdatert(satser: Satser) -> None:
    per = satser.with_overlay(EXAMPLE).at(date(2027, 3, 1))
    assert per.sats("boutgiftsnorm_kommune", "enslig").mulig_utdatert_fra == date(2027, 1, 1)
    assert per.sats("lokale_gebyrer", "vann").mulig_utdatert_fra == date(2027, 1, 1)


def test_fremtidige_satser_i_en_familie_lar_statens_gjelde_sa_lenge(satser: Satser, tmp_path: Path) -> None:
    path = tmp_path / "k.yaml"
    path.write_text(
        HEAD + RATE.replace("2026-01-01", "2027-01-01") + "  lokale_gebyrer:\n    - gyldig_fra: 2026-01-01\n"
        "      verdier: {vann: 1}\n"
    )
    per = satser.with_overlay(path).at(NOVEMBER_2026)
    assert per.sats(SOSIALHJELP, "enslig").kommune is None


def test_bare_fremtidige_satser_er_en_feil_pa_sakens_dato(satser: Satser, tmp_path: Path) -> None:
    path = tmp_path / "k.yaml"
    path.write_text(HEAD + RATE.replace("2026-01-01", "2027-01-01"))
    with pytest.raises(SatsError) as caught:
        satser.with_overlay(path).at(NOVEMBER_2026)
    assert str(caught.value).endswith(
        "k.yaml: ingen av satsene gjelder per 2026-11-22 (første gjelder fra 2027-01-01)"
        "; forventet minst én som gjelder på sakens dato"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            HEAD + RATE.replace("sosialhjelp_v", "sosialhelp_v"),
            "satser.sosialhelp_veiledende: ukjent familie (mente du sos",
        ),
        (
            HEAD + RATE.replace("sosialhjelp_veiledende", "trinnskatt"),
            "er statens satser og kan ikke endres av kommunen",
        ),
        (HEAD + RATE.replace("enslig", "aleine"), "verdier.aleine: ukjent nøkkel; forventet en av enslig, ektepar"),
        (HEAD + RATE.replace("8500", "'8 500'"), "verdier.enslig: er teksten «8 500»; forventet et tall"),
        ("kommune: Prøve kommune\nsatser:\n" + RATE, "kilde: mangler"),
        ("kilde: {tittel: Vedtak}\nsatser:\n" + RATE, "kommune: mangler"),
        (HEAD.replace("Vedtak 1/26", "''") + RATE, "kilde.tittel: er tomt; forventet tekst"),
        (HEAD.replace("26}", "26, adresse: intranett}") + RATE, "forventet en adresse som begynner med https://"),
        (HEAD, "satser: er tomt; forventet n"),
        (HEAD.replace("satser:", "satser: {}"), "satser: er tom; forventet minst én familie"),
        (HEAD + "  sosialhjelp_veiledende: []\n", "er tom; forventet minst én årgang"),
        (HEAD + RATE + "sats: 1\n", "sats: ukjent nøkkel; forventet en av kommune, kilde, satser, egne_nokler"),
        (HEAD + RATE + "egne_nokler: {sfo: {kost: Kost}}\n", "egne_nokler.sfo: familien tar ikke egne nøkler"),
        (HEAD + RATE + "egne_nokler: {lokale_gebyrer: {vann: Vann}}\n", "vann: nøkkelen finnes fra før"),
        (HEAD + RATE + "egne_nokler: {lokale_gebyrer: {bom: Bom}}\n", "familien har ingen satser i filen"),
        (HEAD + "  a: [\n", "kan ikke leses som YAML"),
        ("", "er tomt; forventet n"),
    ],
)
def test_en_darlig_kommunefil_gir_en_klar_linje(satser: Satser, text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "kommune.yaml"
    path.write_text(text)
    with pytest.raises(SatsFileError) as caught:
        satser.with_overlay(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_eksemplene_i_veiledningen_kan_brukes_som_de_star(satser: Satser, tmp_path: Path) -> None:
    guide = (EXAMPLE.parents[1] / "docs" / "satser.md").read_text(encoding="utf-8")
    vintage, overlay = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    path = tmp_path / "k.yaml"
    path.write_text(overlay, encoding="utf-8")
    assert satser.with_overlay(path).at(NOVEMBER_2026).value("lokale_gebyrer", "slamtomming") == 1875
    rates = tmp_path / "livsopphold_gjeldsordning.yaml"
    real = Path(dict(satser.files)["livsopphold_gjeldsordning"]).read_text(encoding="utf-8")
    rates.write_text(real[: real.index("  - gyldig_fra: 2026-07-01")] + vintage, encoding="utf-8")
    assert Satser.load(tmp_path).at(NOVEMBER_2026).value("livsopphold_gjeldsordning", "enslig") == 11388


def test_mappe_og_manglende_fil_er_ikke_en_kommunefil(satser: Satser, tmp_path: Path) -> None:
    with pytest.raises(SatsFileError, match="er en mappe; forventet en YAML-fil"):
        satser.with_overlay(tmp_path)
    with pytest.raises(SatsFileError, match="filen finnes ikke"):
        satser.with_overlay(tmp_path / "borte.yaml")
