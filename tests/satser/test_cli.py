"""``okosos satser``: Norwegian text and JSON on stdout, talk on stderr, exit codes 0, 1 and 2, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from okosos_xl.commands.satser import satser

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "kommune-eksempel.yaml")
RATES = Path(__file__).parents[2] / "templates" / "satser"


def run(*args: str, code: int = 0) -> Result:
    result = CliRunner().invoke(satser, list(args))
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_diff_viser_nye_livsoppholdssatser_1_juli_2026() -> None:
    lines = squeezed(run("diff", "2026-06-30", "2026-07-01").stdout)
    assert "Livsopphold ved gjeldsordning og utleggstrekk" in lines
    assert "Enslig 11 046 → 11 388 +3,1 % kr per måned" in lines
    assert "Gift eller samboende (per skyldner) 9 354 → 9 644 +3,1 % kr per måned" in lines
    assert "Barn under 6 år 332 → 386 +16,3 % kr per måned" in lines
    assert "Forsinkelsesrente per år 12 → 12,25 +2,1 % prosent" in lines
    assert "Standardkompensasjon for næringskrav 460 → – ikke kjent etter kr" in lines


def test_diff_som_json() -> None:
    data = json.loads(run("diff", "2026-06-30", "2026-07-01", "--format", "json").stdout)
    enslig = next(
        c for c in data["endringer"] if (c["familie"], c["nokkel"]) == ("livsopphold_gjeldsordning", "enslig")
    )
    assert (enslig["gammel"], enslig["ny"], enslig["prosent"], enslig["hva"]) == (11046, 11388, 3.1, "endret")
    rente = next(c for c in data["endringer"] if c["nokkel"] == "rente_prosent_pa")
    assert (rente["gammel"], rente["ny"]) == (12, 12.25)


def test_diff_bakover_og_uten_endring() -> None:
    assert "Enslig 11 388 → 11 046 −3 % kr per måned" in squeezed(run("diff", "2026-07-01", "2026-06-30").stdout)
    assert run("diff", "2026-07-02", "2026-07-03").stdout == "Ingen satser endres fra 2026-07-02 til 2026-07-03.\n"


def test_list_uten_dato_viser_nyeste_argang_av_alle() -> None:
    out = run("list").stdout
    assert len(out.splitlines()) == 1 + len(list(RATES.glob("*.yaml")))
    assert "årlig 1. juli" in out
    data = json.loads(run("list", "--format", "json").stdout)
    livsopphold = next(row for row in data if row["familie"] == "livsopphold_gjeldsordning")
    assert livsopphold["nyeste_fra"] >= "2026-07-01"


def test_list_med_dato_merker_det_som_er_mulig_utdatert_og_ikke_offisielt() -> None:
    lines = squeezed(run("list", "--date", "2026-11-22").stdout)
    assert any(line.startswith("sosialhjelp_veiledende") and line.endswith("mulig utdatert") for line in lines)
    assert any(line.startswith("rettsgebyr") and line.endswith("6 ikke offisielle") for line in lines)


def test_show_pa_en_dato_viser_verdi_kilde_og_forbehold() -> None:
    out = run("show", "sosialhjelp_veiledende", "--date", "2026-11-22").stdout
    assert "Enslig 7 850 kr/md 2024-01-01 enslig" in squeezed(out)
    assert "Kilde: Rundskriv A-3/2023" in out
    assert "Mulig utdatert: nyeste kjente gjelder fra 2024-01-01, ny ventet 2025-01-01" in out
    assert "12,25 %" in run("show", "forsinkelsesrente", "--date", "2026-11-22").stdout


def test_show_uten_dato_viser_alle_arganger() -> None:
    out = run("show", "forsinkelsesrente").stdout
    assert all(day in out for day in ("2022-01-01", "2024-07-01", "2026-07-01"))
    data = json.loads(run("show", "forsinkelsesrente", "--format", "json").stdout)
    assert [v["verdier"]["rente_prosent_pa"] for v in data["arganger"]][:3] == [8.5, 9.25, 10.75]
    assert all(v["kilde"]["adresse"].startswith("https://") for v in data["arganger"])


def test_alle_familier_kan_vises_pa_alle_mater() -> None:
    for path in RATES.glob("*.yaml"):
        run("show", path.stem, "--kommune", EXAMPLE)
        shown = run("show", path.stem, "--date", "2026-11-22", "--kommune", EXAMPLE, "--format", "json")
        assert json.loads(shown.stdout)
        assert run("show", path.stem, "--date", "2026-11-22", "--kommune", EXAMPLE).stdout.strip()


def test_show_med_kommunefil_sier_hvem_satsen_er_fra() -> None:
    out = run("show", "sosialhjelp_veiledende", "--date", "2026-11-22", "--kommune", EXAMPLE).stdout
    assert "Enslig 8 500 kr/md 2026-01-01 enslig Eksempel kommunes egen" in squeezed(out)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["show", "trinnskat"], "Feil: ukjent satsfamilie «trinnskat»; mente du trinnskatt"),
        (["show", "trinnskatt", "--date", "2020-01-01"], "nærmeste etter gjelder fra 2024-01-01"),
        (["show", "lokale_gebyrer", "--date", "2026-01-01"], "familien fylles av en kommunefil"),
        (["list", "--date", "2026-02-30"], "«2026-02-30» er ikke en dato; skriv den som 2026-07-01"),
        (["list", "--date", "1. juli"], "er ikke en dato"),
        (["diff", "2026-06-30", "i morgen"], "er ikke en dato"),
        (["list", "--kommune", "finnes-ikke.yaml"], "Feil: finnes-ikke.yaml: filen finnes ikke"),
        (["check", "finnes-ikke"], "mappen med satser finnes ikke"),
        (["check", __file__], "er en fil, ikke en mappe med satser. En kommunefil kontrolleres med --kommune"),
        (["check", "--kommune", "finnes-ikke.yaml"], "Feil: finnes-ikke.yaml: filen finnes ikke"),
    ],
)
def test_det_som_ikke_kan_kjores_gir_kode_2_og_en_linje_pa_stderr(args: list[str], expected: str) -> None:
    result = run(*args, code=2)
    assert expected in result.stderr
    assert result.stdout == ""


def test_check_er_taus_pa_stdout_nar_alt_er_i_orden() -> None:
    for args in ([], [str(RATES)], ["--kommune", EXAMPLE]):
        result = run("check", *args)
        assert result.stdout == ""
        assert "satsfiler i orden" in result.stderr


def test_check_gir_kode_1_og_en_linje_per_feil(tmp_path: Path) -> None:
    folder = tmp_path / "satser"
    folder.mkdir()
    for name in ("grunnbelop", "trinnskatt"):
        text = (RATES / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / f"{name}.yaml").write_text(
            text.replace("konfidens: offisiell", "konfidens: trygg", 1), encoding="utf-8"
        )
    result = run("check", str(folder), code=1)
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        "satser/grunnbelop.yaml",
        "satser/trinnskatt.yaml",
    ]
    assert result.stderr == "2 feil\n"


def test_check_av_en_darlig_kommunefil_gir_kode_1(tmp_path: Path) -> None:
    path = tmp_path / "k.yaml"
    path.write_text("kommune: Prøve kommune\n", encoding="utf-8")
    assert "kilde: mangler" in run("check", "--kommune", str(path), code=1).stdout


@pytest.mark.parametrize("command", [[], ["list"], ["show"], ["diff"], ["check"]])
def test_hjelpen_har_et_eksempel(command: list[str]) -> None:
    assert "Eksempel:  okosos satser" in run(*command, "--help").stdout
