"""``okosos satser changes``: what other rates would do to a case, counted by hand; nothing is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from book_edit import Edit
from click.testing import Result

from okosos_xl import api
from okosos_xl.template.compile import compile_template, load_spec

TESTS = Path(__file__).parents[1]
MALER = TESTS / "satser" / "maler_prove"
KOMMUNE = TESTS.parent / "examples" / "kommune-eksempel.yaml"
TEMPLATES = ("--templates", str(MALER))
Run = Callable[..., Result]

CASE: dict[str, Any] = {
    "dato": "2026-06-30",
    "versjon": "Full",
    "lonn": 250000,
    "bolig": {"husleie": {"belop": 9000}},
}


def made(data: dict[str, Any], **how: Any) -> bytes:
    return api.generate("prove", data, templates=MALER, **how)


@pytest.fixture
def saken(tmp_path: Path) -> Path:
    path = tmp_path / "sak.xlsx"
    path.write_bytes(made(CASE))
    return path


def figures(result: Result) -> dict[str, tuple[Any, Any]]:
    return {f["id"]: (f["gammel"], f["ny"]) for f in json.loads(result.stdout)["nokkeltall"]}


def changed(result: Result) -> dict[str, tuple[str, str]]:
    return {s["id"]: (s["gammel"], s["ny"]) for s in json.loads(result.stdout)["satser"]}


@pytest.mark.usefixtures("saken")
def test_nokkeltallene_for_og_etter_1_juli(run: Run) -> None:
    """11 046 becomes 11 388; the tax is 1.7 % of 250 000 - 226 100 on both dates."""
    result = run("satser", "changes", "sak.xlsx", "--date", "2026-07-01", *TEMPLATES, "--format", "json", code=0)
    data = json.loads(result.stdout)
    assert (data["fil"], data["fra"], data["til"]) == ("sak.xlsx", "2026-06-30", "2026-07-01")
    assert figures(result) == {
        "livsopphold": (11046, 11388),
        "sosialhjelp": (7850, 7850),
        "trinnskatt": (406, 406),
        "bolig.husleie.brukt": (9000, 9000),
        "bolig.sum_brukt": (9000, 9000),
    }
    rates = changed(result)
    assert rates["sats.livsopphold_gjeldsordning.enslig"] == ("11 046", "11 388")
    assert rates["sats.livsopphold_gjeldsordning.samvaer.klasse_1.barn_0_5"] == ("332", "386")
    assert {id.split(".")[1] for id in rates} == {"livsopphold_gjeldsordning"}
    assert len(rates) == 7 + 16


@pytest.mark.usefixtures("saken")
def test_teksten_sier_det_samme_med_forskjell(run: Run) -> None:
    lines = run("satser", "changes", "sak.xlsx", "--date", "2026-07-01", *TEMPLATES, code=0).stdout.splitlines()
    assert lines[0] == "sak.xlsx: satsene per 30.06.2026 mot 01.07.2026"
    assert [" ".join(line.split()) for line in lines[2:5]] == [
        "Livsopphold 11 046 → 11 388 (+342)",
        "Sosialhjelp 7 850 → 7 850",
        "Trinnskatt 406 → 406",
    ]
    assert "23 satser er andre:" in lines
    assert "  Livsopphold ved gjeldsordning og utleggstrekk: Enslig: 11 046 → 11 388" in lines


@pytest.mark.usefixtures("saken")
def test_bakover_i_tid_gir_de_gamle_satsene(run: Run) -> None:
    """10 724 from July 2024; 1.7 % of 250 000 - 217 400 in 2025."""
    result = run("satser", "changes", "sak.xlsx", "--date", "2025-03-01", *TEMPLATES, "--format", "json", code=0)
    assert figures(result)["livsopphold"] == (11046, 10724)
    assert figures(result)["trinnskatt"] == (406, 554)


@pytest.mark.usefixtures("saken")
def test_samme_dato_endrer_ingenting(run: Run) -> None:
    result = run("satser", "changes", "sak.xlsx", "--date", "2026-06-30", *TEMPLATES, code=0)
    assert result.stdout.splitlines()[1:] == ["Ingen av satsene i saken endres."]
    result = run("satser", "changes", "sak.xlsx", "--date", "2026-06-29", *TEMPLATES, "--format", "json", code=0)
    assert json.loads(result.stdout)["satser"] == []


def test_ingenting_skrives(run: Run, saken: Path, files: Callable[[], list[str]]) -> None:
    before = saken.read_bytes()
    run("satser", "changes", "sak.xlsx", "--date", "2026-07-01", *TEMPLATES, code=0)
    assert (files(), saken.read_bytes()) == (["sak.xlsx"], before)


def test_en_egen_verdi_star_fast_nar_satsen_endres(run: Run, tmp_path: Path) -> None:
    own = {"livsopphold_gjeldsordning": {"enslig": {"verdi": 12000, "grunn": "Avtalt"}}}
    (tmp_path / "sak.xlsx").write_bytes(made(CASE | {"egne_satser": own}))
    result = run("satser", "changes", "sak.xlsx", "--date", "2026-07-01", *TEMPLATES, "--format", "json", code=0)
    assert figures(result)["livsopphold"] == (12000, 12000)
    assert changed(result)["sats.livsopphold_gjeldsordning.enslig"] == ("11 046", "11 388")


def test_radgiverens_egne_tall_i_arbeidsboken_er_med(run: Run, saken: Path) -> None:
    edit = Edit(saken.read_bytes(), compile_template(load_spec("prove", MALER)))
    edit("lonn", number=326100)
    edit("livsopphold", number=5)
    saken.write_bytes(edit.data())
    result = run("satser", "changes", "sak.xlsx", "--date", "2026-07-01", *TEMPLATES, "--format", "json", code=0)
    assert figures(result)["trinnskatt"] == (1567, 1567), "1.7 % of 318 300 - 226 100, though the file said 406"
    assert figures(result)["livsopphold"] == (5, 5), "overridden"


def test_saken_med_kommunens_satser_trenger_filen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sak.xlsx").write_bytes(made(CASE, kommune=KOMMUNE))
    args = ("satser", "changes", "sak.xlsx", "--date", "2027-01-01", *TEMPLATES)
    result = run(*args, code=2)
    assert result.stderr == "sak.xlsx: saken bruker satsene til Eksempel kommune. Oppgi filen deres med --kommune.\n"
    result = run(*args, "--kommune", str(KOMMUNE), "--format", "json", code=0)
    assert figures(result)["sosialhjelp"] == (8500, 8800)
    assert figures(result)["livsopphold"] == (11046 + 325, 11388 + 325)
    assert changed(result)["kommune.sosialhjelp_veiledende.enslig"] == ("8 500", "8 800")


@pytest.mark.usefixtures("saken")
def test_en_kommunefil_kan_proves_pa_en_sak_uten(run: Run) -> None:
    args = ("satser", "changes", "sak.xlsx", "--date", "2026-06-30", *TEMPLATES, "--kommune", str(KOMMUNE))
    result = run(*args, "--format", "json", code=0)
    assert figures(result)["sosialhjelp"] == (7850, 8500)
    assert changed(result)["kommune.lokale_gebyrer.vann"] == ("", "3 900")


def test_uten_satser_uten_fil_og_med_gale_felt(run: Run, tmp_path: Path, saken: Path) -> None:
    args = ("--date", "2026-07-01", *TEMPLATES)
    assert run("satser", "changes", "borte.xlsx", *args, code=2).stderr.startswith("OKX001: «borte.xlsx» ")
    (tmp_path / "tekst.xlsx").write_text("ikke en arbeidsbok")
    assert run("satser", "changes", "tekst.xlsx", *args, code=2).stderr.startswith("OKX005: ")
    edit = Edit(saken.read_bytes(), compile_template(load_spec("prove", MALER)))
    edit("lonn", text="mye")
    (tmp_path / "gal.xlsx").write_bytes(edit.data())
    said = run("satser", "changes", "gal.xlsx", *args, code=2).stderr
    assert said == "gal.xlsx: «Lønn per år» er ikke riktig fylt inn. Kjør okosos validate og rett saken først.\n"
    run("satser", "changes", "sak.xlsx", *TEMPLATES, code=2)
    assert "er ikke en dato" in run("satser", "changes", "sak.xlsx", "--date", "1.7.2026", *TEMPLATES, code=2).stderr


def test_en_mal_uten_satser(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "maler" / "uten"
    folder.mkdir(parents=True)
    (folder / "mal.yaml").write_text("id: uten\ntittel: Uten\nversjon: 1\nom: x\nark: [ark]\n", "utf-8")
    (folder / "ark.yaml").write_text("sheet: A\ntitle: A\nkind: resultat\nblocks: [{note: Hei}]\n", "utf-8")
    (tmp_path / "bok.xlsx").write_bytes(api.generate("uten", templates=tmp_path / "maler"))
    result = run("satser", "changes", "bok.xlsx", "--date", "2026-07-01", "--templates", "maler", code=2)
    assert result.stderr == "bok.xlsx: malen «uten» bruker ingen satser, så nye satser endrer ingenting.\n"


def test_filen_det_leses_fra_kan_ligge_i_en_annen_mappe(run: Run, saken: Path, tmp_path: Path) -> None:
    (tmp_path / "saker").mkdir()
    shutil.move(saken, tmp_path / "saker" / "sak.xlsx")
    result = run("satser", "changes", "saker/sak.xlsx", "--date", "2026-07-01", *TEMPLATES, code=0)
    assert result.stdout.startswith("saker/sak.xlsx: satsene per ")


def test_generate_med_kommune_og_versjon(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sak.yaml").write_text(json.dumps(CASE), "utf-8")
    args = ("generate", "prove", "sak.yaml", "-o", "ut.xlsx", *TEMPLATES)
    run(*args, "--kommune", str(KOMMUNE), "--versjon", "forenklet", code=0)
    reading = api.read_full(tmp_path / "ut.xlsx", templates=MALER)
    assert (reading.manifest.municipality, reading.sak.fields["versjon"]) == ("Eksempel kommune", "Forenklet")
    assert {s.name: s.state for s in reading.package.sheets}["Detaljer"] == "hidden"
    said = run(*args, "--versjon", "halv", code=2).stderr
    assert said == "--versjon: «halv» finnes ikke. Velg en av: Forenklet, Full.\n"
