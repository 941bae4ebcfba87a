"""Rates inside a workbook: on their own sheet, from the date of the case, overridden with a reason, and watched."""
# ruff: noqa: E501 - the cases are tables

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import FileFormat, OpenXmlValidator

from okosos_xl import api
from okosos_xl.commands import main
from okosos_xl.engine import get_engine, installed_engines, value_at
from okosos_xl.kontroll.finding import Finding
from okosos_xl.sak.case import Sak
from okosos_xl.sak.dump import dumps_case
from okosos_xl.sak.load import case_from_data, loads_case
from okosos_xl.sak.problems import CaseError
from okosos_xl.satser import Satser, Satssnapshot
from okosos_xl.template import rates as template_rates
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Layout, Region, cell_name
from okosos_xl.workbook import ratesheet
from okosos_xl.workbook.manifest import parse_manifest

TESTS = Path(__file__).parents[1]
MALER = Path(__file__).parent / "maler_prove"
KOMMUNE = TESTS.parent / "examples" / "kommune-eksempel.yaml"
NOVEMBER, JUNE, JULY = date(2026, 11, 22), date(2026, 6, 30), date(2026, 7, 1)
LIVSOPPHOLD, SOSIALHJELP = "livsopphold_gjeldsordning", "sosialhjelp_veiledende"
ENGINES = ["formualizer", "ironcalc", "formulas", pytest.param("libreoffice", marks=pytest.mark.libreoffice)]

Case = dict[str, Any]


def case(day: date = NOVEMBER, **more: Any) -> Case:
    return {"dato": day.isoformat(), "versjon": "Full", "lonn": 300000} | more


def own(family: str, key: str, **cells: Any) -> Case:
    """``egne_satser`` with one value."""
    inner: Case = cells
    for part in reversed(key.split(".")):
        inner = {part: inner}
    return {"egne_satser": {family: inner}}


def made(data: Case | Sak, **how: Any) -> bytes:
    return api.generate("prove", data, templates=MALER, **how)


@cache
def workbook(day: date = NOVEMBER, *, kommune: bool = False) -> bytes:
    return made(case(day), kommune=KOMMUNE if kommune else None)


@cache
def layout() -> Layout:
    return compile_template(load_spec("prove", MALER))


@cache
def snapshot(day: date, *, kommune: bool = False) -> Satssnapshot:
    rates = Satser.load()
    return (rates.with_overlay(KOMMUNE) if kommune else rates).at(day)


def findings(package: bytes) -> list[Finding]:
    return list(api.validate(package, name="sak.xlsx", templates=MALER).findings)


def codes(package: bytes) -> set[str]:
    return {finding.code for finding in findings(package)}


def said(package: bytes, code: str) -> Finding:
    (found,) = (f for f in findings(package) if f.code == code)
    return found


def value(package: bytes, id: str) -> Any:
    return api.recalc(package, templates=MALER).values[id]


def edited(package: bytes, *changes: tuple[str, int, Any]) -> bytes:
    """The workbook with other contents in cells: (region, row from 1, number, text or None)."""
    sys.path.insert(0, str(TESTS / "commands"))
    try:
        from book_edit import Edit
    finally:
        sys.path.pop(0)
    edit = Edit(package, layout())
    for id, row, content in changes:
        kind = {"empty": True} if content is None else {"text" if isinstance(content, str) else "number": content}
        edit(id, row, **kind)
    return edit.data()


def place(key: str, family: str = LIVSOPPHOLD) -> int:
    """The row of a rate inside its family, from 1."""
    return [row.key for row in layout().rates if row.family == family and not row.own].index(key) + 1


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)

    def call(*args: str, code: int, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(main, list(args), input=stdin, prog_name="okosos")
        assert result.exit_code == code, (result.stdout[:2000], result.stderr[:2000])
        assert "Noe uventet" not in result.stdout + result.stderr
        return result

    return call


def refused(run: Callable[..., Result], tmp_path: Path, *args: str, case_text: str = "") -> str:
    """The one line ``generate`` says when it makes nothing."""
    (tmp_path / "sak.yaml").write_text(case_text or yaml.safe_dump(case(), allow_unicode=True), "utf-8")
    result = run("generate", "prove", "sak.yaml", "-o", "ut.xlsx", "--templates", str(MALER), *args, code=2)
    (line,) = result.stderr.splitlines()
    assert not (tmp_path / "ut.xlsx").exists()
    assert result.stdout == ""
    return line


# The sheet of rates


def in_openpyxl(package: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(package), data_only=True)


@pytest.mark.parametrize(("day", "theirs_count"), [
    (NOVEMBER, 0), (JUNE, 0), (JULY, 0), (date(2025, 3, 1), 0), (NOVEMBER, 3), (JUNE, 3), (date(2027, 2, 1), 3)
])  # fmt: skip
def test_hver_sats_star_pa_arket_med_verdi_enhet_dato_og_lenke_til_kilden(day: date, theirs_count: int) -> None:
    kommune = theirs_count > 0
    sheet = in_openpyxl(workbook(day, kommune=kommune))["Satser"]
    state, theirs = snapshot(day), snapshot(day, kommune=kommune)
    seen: Counter[str] = Counter()
    for row in layout().rates:
        source = theirs if row.own else state
        found = next((s for s in source.satser(row.family) if s.nokkel.id == row.key), None)
        if row.own and (found is None or found.kommune is None):
            found = None
        cells = [sheet.cell(row.row, col) for col in range(1, 10)]
        label, fast, verdi, grunn, brukes, enhet, fra, forbehold, kilde = (c.value for c in cells)
        assert (label, enhet) == (row.label, row.unit)
        assert (verdi, grunn) == (None, None)
        if found is None:
            assert (fast, brukes or None, fra, kilde) == (None, None, None, None), row.id
            assert (forbehold or "") == ("" if row.own else "ingen verdi på denne datoen")
            seen["tom"] += 1
            continue
        expected = float(found.verdi) if isinstance(found.verdi, Decimal) else found.verdi
        assert (fast, brukes) == (expected, expected), row.id
        assert fra == datetime(found.gyldig_fra.year, found.gyldig_fra.month, found.gyldig_fra.day)
        assert kilde == found.kilde.tittel
        assert (cells[8].hyperlink.target if cells[8].hyperlink else "") == (found.kilde.adresse or "")
        late, unsure = found.mulig_utdatert_fra, found.konfidens != "offisiell"
        assert (f"ny ventet {late:%d.%m.%Y}" if late else "utdatert") in (forbehold or "") or not late
        assert ("ikke offisiell" in (forbehold or ""), "utdatert" in (forbehold or "")) == (unsure, late is not None)
        assert (f"{found.kommune}s egen" in (forbehold or "")) == row.own
        seen["kommunens" if row.own else "statens"] += 1
    assert seen["statens"] > 35
    assert seen["kommunens"] == theirs_count


def test_alle_satser_malen_ber_om_er_der_og_ingen_andre() -> None:
    wanted = {f"sats.{LIVSOPPHOLD}.{k.nokkel.id}" for k in snapshot(NOVEMBER).satser(LIVSOPPHOLD)}
    social = [sats.nokkel.id for sats in snapshot(NOVEMBER).satser(SOSIALHJELP)]
    wanted |= {f"{owner}.{SOSIALHJELP}.{key}" for key in social for owner in ("sats", "kommune")}
    wanted |= {f"sats.trinnskatt.trinn.{k}" for k in ("1.over", "1.sats_prosent", "2.over")}
    wanted |= {"sats.fagforeningsfradrag.maks", "kommune.lokale_gebyrer.vann"}
    wanted |= {f"sats.gjeldsordning_regler.{k}" for k in ("periode_regnes_fra", "periode_aar_normal")}
    assert {row.id for row in layout().rates} == wanted
    assert len(layout().rates) == len(wanted)


def test_hver_sats_har_et_navn_som_viser_til_verdien_som_brukes() -> None:
    book = in_openpyxl(workbook(kommune=True))
    state, theirs = snapshot(NOVEMBER), snapshot(NOVEMBER, kommune=True)
    for row in layout().rates:
        ((sheet, address),) = book.defined_names[row.id].destinations
        assert (sheet, address) == ("Satser", f"$E${row.row}")
        if row.own:
            found = {s.nokkel.id: s for s in theirs.satser(row.family) if s.kommune}.get(row.key)
        else:
            found = next(s for s in state.satser(row.family) if s.nokkel.id == row.key)
        shown = book[sheet][address.replace("$", "")].value or None
        expected = found.verdi if found else None
        assert shown == (float(expected) if isinstance(expected, Decimal) else expected)


def test_formlene_regner_med_satsene() -> None:
    """11 388; 8 500 from the municipality, else 7 850; 1.7 % of 300 000 - 226 100; 3 900 a year for water."""
    state, theirs = workbook(), workbook(kommune=True)
    assert value(state, "livsopphold") == 11388
    assert value(theirs, "livsopphold") == 11388 + 325
    assert (value(state, "sosialhjelp"), value(theirs, "sosialhjelp")) == (7850, 8500)
    assert value(state, "trinnskatt") == 1256
    assert value(state, "regnes_fra") == "aapning_av_gjeldsforhandling"
    assert value(state, "band.belop") == [3645, 9670]


@pytest.mark.parametrize(("day", "enslig", "since", "until"), [
    (JUNE, 11046, date(2026, 1, 1), JUNE),
    (JULY, 11388, JULY, date(2026, 12, 31)),
])  # fmt: skip
def test_satsene_skifter_pa_dagen(day: date, enslig: int, since: date, until: date) -> None:
    package = workbook(day)
    assert value(package, "livsopphold") == enslig
    sheet, top = in_openpyxl(package)["Satser"], layout().regions
    shown = [sheet.cell(top[id].row, top[id].col).value for id in ("satser.dato", "satser.fra", "satser.til")]
    assert [d.date() for d in shown] == [day, since, until]
    assert "SATS1" not in codes(package)


def test_bunnteksten_sier_hvilken_dato_satsene_er_fra() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(JUNE))) as archive:
        footers = [
            re.search(rb"<oddFooter>(.*?)</oddFooter>", archive.read(name))
            for name in archive.namelist()
            if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)
        ]
    texts = [f[1].decode() for f in footers if f]
    assert len(texts) == 4
    assert all("satser per 30.06.2026" in text for text in texts)


def without_rates(root: Path, blocks: str = "[{note: Hei}]") -> Path:
    """A folder with one template, that uses no rates."""
    folder = root / "uten"
    folder.mkdir(parents=True)
    (folder / "mal.yaml").write_text("id: uten\ntittel: Uten\nversjon: 1\nom: x\nark: [ark]\n", "utf-8")
    (folder / "ark.yaml").write_text(f"sheet: A\ntitle: A\nkind: resultat\nblocks: {blocks}\n", "utf-8")
    return root


def test_en_mal_uten_satser_nevner_dem_ikke(tmp_path: Path) -> None:
    package = api.generate("uten", templates=without_rates(tmp_path))
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert b"satser" not in archive.read("xl/worksheets/sheet1.xml")
    assert (manifest_of(package).rates_date, manifest_of(package).rates) == ("", {})


def test_arket_har_ingen_feil_og_samme_sak_gir_samme_fil() -> None:
    again = made(case(), kommune=KOMMUNE)
    assert again == workbook(kommune=True)
    for sheet in in_openpyxl(again):
        values = [cell.value for row in sheet.iter_rows() for cell in row]
        assert not [v for v in values if isinstance(v, str) and v.startswith("#")]


# The manifest


def manifest_of(package: bytes) -> Any:
    book = openpyxl.load_workbook(io.BytesIO(package))
    rows = [tuple(str(c.value or "") for c in row) for row in book["_okosos"].iter_rows(min_col=1, max_col=3)]
    return parse_manifest(rows)  # type: ignore[arg-type]


def test_arbeidsboken_baerer_med_seg_hver_sats_den_er_laget_med() -> None:
    found = manifest_of(workbook(kommune=True))
    assert (found.rates_date, found.municipality) == ("2026-11-22", "Eksempel kommune")
    assert list(found.rates) == [row.id for row in layout().rates]
    assert found.rates[f"sats.{LIVSOPPHOLD}.enslig"] == ("11388", "2026-07-01")
    assert found.rates[f"kommune.{SOSIALHJELP}.enslig"] == ("8500", "2026-01-01")
    assert found.rates[f"kommune.{SOSIALHJELP}.barn_0_5"] == ("", "")
    assert found.rates["sats.trinnskatt.trinn.1.sats_prosent"] == ("1.7", "2026-01-01")
    assert found.rates["sats.gjeldsordning_regler.periode_regnes_fra"] == ("aapning_av_gjeldsforhandling", "2025-01-01")
    assert manifest_of(workbook()).municipality == ""


# Own values


def test_egen_verdi_med_grunn_gar_foran_og_leses_tilbake() -> None:
    data = case(**own(LIVSOPPHOLD, "enslig", verdi=12000.5, grunn="Avtalt med namsmannen"))
    package = made(data)
    assert value(package, "livsopphold") == 12000.5
    assert value(package, f"satser_{LIVSOPPHOLD}.fast")[0] == 11388
    read = api.read(package, templates=MALER)
    assert read.fields[f"egne_satser.{LIVSOPPHOLD}.enslig.verdi"] == Decimal("12000.5")
    assert read.fields[f"egne_satser.{LIVSOPPHOLD}.enslig.grunn"] == "Avtalt med namsmannen"
    assert read == case_from_data(data, load_spec("prove", MALER))
    assert loads_case(dumps_case(read), load_spec("prove", MALER)) == read
    assert yaml.safe_load(dumps_case(read))["egne_satser"] == data["egne_satser"]
    assert (codes(package) & {"SATS4", "OKX410", "OKX411"}, "SATS5" in codes(package)) == (set(), True)


def test_null_er_en_egen_verdi_og_tomt_er_ikke() -> None:
    assert value(made(case(**own(LIVSOPPHOLD, "enslig", verdi=0, grunn="Bor gratis"))), "livsopphold") == 0
    assert value(made(case(**own(LIVSOPPHOLD, "enslig", verdi=None))), "livsopphold") == 11388


def test_egen_verdi_i_kommunens_satser_virker_uten_kommunefil() -> None:
    data = case(egne_kommunesatser={SOSIALHJELP: {"enslig": {"verdi": 9000, "grunn": "Vedtak 3/26"}}})
    package = made(data)
    assert value(package, "sosialhjelp") == 9000
    assert api.read(package, templates=MALER) == case_from_data(data, load_spec("prove", MALER))


@pytest.mark.parametrize(("data", "expected"), [
    (own(LIVSOPPHOLD, "enslg", verdi=1), f"egne_satser.{LIVSOPPHOLD}.enslg.verdi: ukjent felt. Mente du «egne_satser"),
    (own("trinskatt", "trinn", verdi=1), "egne_satser.trinskatt.trinn.verdi: ukjent felt."),
    (own(LIVSOPPHOLD, "enslig", verdi="12 000"), "enslig.verdi: «12 000» er ikke et tall. Mente du 12000?"),
    (own(LIVSOPPHOLD, "enslig", verdi=True), "enslig.verdi: verdien er ikke et tall."),
    (own(LIVSOPPHOLD, "enslig", belop=1), "enslig.belop: ukjent felt."),
    ({"egne_satser": {LIVSOPPHOLD: {"enslig": 5}}}, f"egne_satser.{LIVSOPPHOLD}.enslig: ukjent felt."),
    ({"egne_kommunesatser": {LIVSOPPHOLD: {"enslig": {"verdi": 5}}}}, "egne_kommunesatser."),
])  # fmt: skip
def test_en_gal_egen_verdi_er_en_klar_linje(data: Case, expected: str) -> None:
    with pytest.raises(CaseError) as caught:
        made(case(**data))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


RATE_IDS = [f"{row.family}.{row.key}" for row in layout().rates if not row.own]
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(lambda d: d + 0)
REASONS = st.text("abcæøå ÆØÅ«»=+-@'\"<&%0123456789", min_size=1, max_size=40).filter(lambda t: t.strip() == t)


@given(st.dictionaries(st.sampled_from(RATE_IDS), st.tuples(AMOUNTS, REASONS), min_size=1, max_size=6))
@settings(max_examples=12, deadline=None)
def test_tilfeldige_egne_verdier_kommer_tilbake_som_de_var(values: dict[str, tuple[Decimal, str]]) -> None:
    sak = case_from_data(case(), load_spec("prove", MALER))
    for id, (amount, reason) in values.items():
        sak.fields[f"egne_satser.{id}.verdi"] = amount
        sak.fields[f"egne_satser.{id}.grunn"] = reason
    package = made(sak)
    assert api.read(package, templates=MALER).fields == sak.fields
    assert loads_case(dumps_case(sak), load_spec("prove", MALER)).fields == sak.fields
    grids = get_engine().evaluate(package)
    for row in layout().rates:
        if f"{row.family}.{row.key}" in values and not row.own:
            assert value_at(grids, "Satser", f"E{row.row}") == float(values[f"{row.family}.{row.key}"][0])


# What the workbook says of its rates


def test_sats1_sier_fra_nar_datoen_er_endret_over_et_skifte_og_bare_da() -> None:
    june = workbook(JUNE)
    serial = {day: (day - date(1899, 12, 30)).days for day in (date(2026, 6, 1), JULY, date(2025, 12, 31))}
    assert "SATS1" not in codes(june)
    assert "SATS1" not in codes(edited(june, ("dato", 1, serial[date(2026, 6, 1)])))
    for day in (JULY, date(2025, 12, 31)):
        found = said(edited(june, ("dato", 1, serial[day])), "SATS1")
        assert (found.severity, found.sheet) == ("feil", "Satser")
        assert "satsene er hentet for 30.06.2026" in found.message
        assert "OKX410" in codes(edited(june, ("dato", 1, serial[day])))
    assert "SATS1" not in codes(edited(june, ("dato", 1, None)))


def test_sats2_nevner_bare_utdaterte_satser_saken_bruker() -> None:
    found = said(workbook(), "SATS2")
    assert found.severity == "advarsel"
    assert found.message == "Mulig utdatert: Økonomisk stønad, statens veiledende satser (fra 01.01.2024)."
    assert "SATS2" not in codes(made(case(versjon="Forenklet")))
    assert "SATS2" not in codes(made(case(date(2024, 8, 1))))
    assert "SATS2" in codes(edited(made(case(versjon="Forenklet")), ("versjon", 1, "Full")))


def test_sats3_nevner_bare_uoffisielle_satser_saken_bruker() -> None:
    assert "SATS3" not in codes(workbook())
    found = said(made(case(fagforening="ja")), "SATS3")
    assert found.severity == "opplysning"
    assert "Fradrag for fagforeningskontingent (fra 01.01.2026)" in found.message
    assert found.message.count("(fra ") == 1


def test_flere_utdaterte_satser_nevnes_med_komma() -> None:
    """In March 2027 the tax rates of 2026 have ended too."""
    message = said(made(case(date(2027, 3, 1))), "SATS2").message
    assert "Økonomisk stønad, statens veiledende satser (fra 01.01.2024), Trinnskatt (fra 01.01.2026)" in message
    assert not message.endswith(", .")


def test_sats4_og_sats5_teller_egne_verdier_uten_grunn_og_alle() -> None:
    values = {"enslig": {"verdi": 1, "grunn": "x"}, "barn_0_5": {"verdi": 2}, "barn_6_10": {"verdi": 3}}
    package = made(case(egne_satser={LIVSOPPHOLD: values}))
    assert said(package, "SATS4").message == "Egne satser uten grunn: 2."
    assert said(package, "SATS4").severity == "advarsel"
    assert said(package, "SATS5").message == "Satser som er erstattet med en egen verdi: 3."
    assert said(package, "SATS5").severity == "opplysning"
    assert codes(workbook()) & {"SATS4", "SATS5"} == set()
    alone = made(case(**own(LIVSOPPHOLD, "enslig", grunn="bare en grunn")))
    assert codes(alone) & {"SATS4", "SATS5"} == set()


def test_uten_noe_a_si_er_alle_fem_kontrollene_i_orden() -> None:
    package = made(case(date(2024, 8, 1)))
    assert findings(package) == []
    status = value(package, "kontroll.status")
    assert status == ["i orden"] * 5
    assert value(package, "status") == "Alt i orden"


# Rates typed over, and workbooks with other rates than the date's


def test_en_overskrevet_sats_meldes_og_blir_en_egen_verdi_i_saken() -> None:
    row = place("enslig")
    package = edited(workbook(), (f"satser_{LIVSOPPHOLD}.fast", row, 12345.5))
    found = said(package, "OKX411")
    assert found.severity == "advarsel"
    assert found.place == f"Satser!B{layout().regions[f'satser_{LIVSOPPHOLD}.fast'].row + row - 1}"
    assert found.message == "«Enslig»: satsen er skrevet over. Den er 11 388, og her står 12 345,50."
    read = api.read(package, templates=MALER)
    assert read.fields[f"egne_satser.{LIVSOPPHOLD}.enslig.verdi"] == Decimal("12345.5")
    again = made(read)
    assert value(again, "livsopphold") == 12345.5
    assert value(again, f"satser_{LIVSOPPHOLD}.fast")[0] == 11388
    assert codes(again) & {"OKX411", "SATS4"} == {"SATS4"}


def test_flere_overskrevne_satser_er_ett_funn_per_familie() -> None:
    fast = f"satser_{LIVSOPPHOLD}.fast"
    package = edited(workbook(), (fast, 1, 1), (fast, 3, None), (fast, 4, "tekst"), ("satser_trinnskatt.fast", 1, 9))
    found = [f for f in findings(package) if f.code == "OKX411"]
    assert [f.count for f in found] == [3, 1]
    assert "Det samme gjelder 2 satser til i gruppen." in found[0].message
    fields = api.read(package, templates=MALER).fields
    own_values = {k: v for k, v in fields.items() if k.startswith("egne_")}
    assert own_values == {
        f"egne_satser.{LIVSOPPHOLD}.enslig.verdi": Decimal(1),
        "egne_satser.trinnskatt.trinn.1.over.verdi": Decimal(9),
    }


def test_egen_verdi_ved_siden_av_en_overskrevet_sats_vinner_i_saken() -> None:
    package = edited(made(case(**own(LIVSOPPHOLD, "enslig", verdi=5, grunn="x"))), (f"satser_{LIVSOPPHOLD}.fast", 1, 7))
    assert "OKX411" in codes(package)
    assert api.read(package, templates=MALER).fields[f"egne_satser.{LIVSOPPHOLD}.enslig.verdi"] == Decimal(5)


def test_en_tom_plass_for_kommunens_sats_som_fylles_ut_er_en_egen_verdi() -> None:
    package = edited(workbook(), (f"kommunesatser_{SOSIALHJELP}.fast", 1, 9100))
    assert "ingen verdi, og her står 9 100" in said(package, "OKX411").message
    read = api.read(package, templates=MALER)
    assert read.fields[f"egne_kommunesatser.{SOSIALHJELP}.enslig.verdi"] == Decimal(9100)
    assert value(package, "sosialhjelp") == 9100


def test_tekst_eller_formel_som_egen_verdi_meldes_og_gar_ikke_tapt() -> None:
    own_values = f"satser_{LIVSOPPHOLD}.verdi"
    package = edited(workbook(), (own_values, 1, "12 000"))
    assert "Mente du 12 000?" in said(package, "OKX120").message
    assert api.read(package, templates=MALER).fields[f"egne_satser.{LIVSOPPHOLD}.enslig.verdi"] == "12 000"
    assert value(package, "livsopphold") == 11388, "a text is no value"


def test_formelen_i_brukes_kan_overstyres_som_andre_formler() -> None:
    package = edited(workbook(), ("kommunesatser_lokale_gebyrer.brukes", 1, 1200))
    assert "OKX210" in codes(package)
    read = api.read(package, templates=MALER)
    assert [(o.id, o.value) for o in read.overrides] == [("kommunesatser_lokale_gebyrer.brukes", Decimal(1200))]
    assert value(made(read), "livsopphold") == 11488


@pytest.fixture
def older_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toolkit as it was before the rates of 1 July were known."""
    real = ratesheet.found_rates

    def before(lay: Layout, per: Satssnapshot) -> Any:
        return real(lay, Satssnapshot(JUNE, per.rates, per.carry_forward))

    monkeypatch.setattr(ratesheet, "found_rates", before)


@pytest.mark.usefixtures("older_rates")
def test_en_arbeidsbok_med_gamle_satser_meldes_nar_nye_er_kjent(monkeypatch: pytest.MonkeyPatch) -> None:
    package = made(case())
    monkeypatch.undo()
    found = said(package, "OKX410")
    assert found.severity == "feil"
    assert found.message.startswith(
        "«Enslig»: arbeidsboken bruker 11 046, men 22.11.2026 gjelder 11 388 (fra 01.07.2026)."
    )
    assert "Det samme gjelder" in found.message
    assert found.place.startswith("Satser!B")
    assert "OKX410" not in codes(workbook())
    assert "OKX411" not in codes(package)
    renewed = made(api.read(package, templates=MALER))
    assert renewed == workbook()


def test_en_arbeidsbok_med_andre_satsers_dato_meldes() -> None:
    package = made(case(), rates_date=JUNE)
    assert {"OKX410", "SATS1"} <= codes(package)
    assert value(package, "livsopphold") == 11046


def test_kommunens_egne_satser_meldes_ikke_som_gamle() -> None:
    assert codes(workbook(kommune=True)) & {"OKX410", "OKX411"} == set()


# One clear line


def test_for_den_forste_argangen_star_arket_tomt_og_sier_det() -> None:
    package = made(case(date(2000, 1, 1)))
    sheet = in_openpyxl(package)["Satser"]
    rows = [row for row in layout().rates if not row.own]
    assert {sheet.cell(r.row, 2).value for r in rows} == {None}
    assert {sheet.cell(r.row, 8).value for r in rows} == {"ingen verdi på denne datoen"}


def test_uten_dato_er_det_en_klar_linje(run: Callable[..., Result], tmp_path: Path) -> None:
    line = refused(run, tmp_path, case_text="mal: prove\nlonn: 1\n")
    assert line == "saken: dato: datoen mangler, og satsene følger den. Skriv den i saken, eller oppgi --date."
    result = run("generate", "prove", "-o", "tomt.xlsx", "--templates", str(MALER), code=2)
    assert result.stderr.strip() == line


def test_et_tomt_skjema_med_dato_har_satsene(run: Callable[..., Result], tmp_path: Path) -> None:
    run("generate", "prove", "-o", "tomt.xlsx", "--date", "2026-06-30", "--templates", str(MALER), code=0)
    package = (tmp_path / "tomt.xlsx").read_bytes()
    assert value(package, "livsopphold") == 11046
    assert api.read(package, templates=MALER).fields == {"dato": JUNE}


HEAD = "kommune: Prøve kommune\nkilde: {tittel: Vedtak 1/26}\nsatser:\n"
RATE = "  sosialhjelp_veiledende:\n    - gyldig_fra: 2026-01-01\n      verdier: {enslig: 8500}\n"


@pytest.mark.parametrize(("text", "expected"), [
    (HEAD + RATE.replace("2026-01-01", "2027-01-01"), "ingen av satsene gjelder per 2026-11-22 (første gjelder fra 2027"),
    (HEAD + RATE.replace("sosialhjelp_v", "sosialhelp_v"), "ukjent familie (mente du sosialhjelp_veiledende?)"),
    (HEAD + RATE.replace("sosialhjelp_veiledende", "trinnskatt"), "er statens satser og kan ikke endres av kommunen"),
    (HEAD + RATE.replace("8500", "'8 500'"), "verdier.enslig: er teksten «8 500»; forventet et tall"),
    ("kommune: Prøve kommune\nsatser:\n" + RATE, "kilde: mangler"),
    (HEAD + "  a: [\n", "kan ikke leses som YAML"),
    ("", "er tomt"),
])  # fmt: skip
def test_en_darlig_kommunefil_er_en_klar_linje(
    text: str, expected: str, run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "k.yaml").write_text(text, "utf-8")
    line = refused(run, tmp_path, "--kommune", "k.yaml")
    assert line.startswith("k.yaml: ")
    assert expected in line


def test_kommunefil_som_ikke_finnes_og_mal_uten_satser(run: Callable[..., Result], tmp_path: Path) -> None:
    assert "filen finnes ikke" in refused(run, tmp_path, "--kommune", "borte.yaml")
    args = ("-o", "x.xlsx", "--kommune", str(KOMMUNE), "--templates", str(without_rates(tmp_path / "maler")))
    assert "malen «uten» bruker ingen satser." in run("generate", "uten", *args, code=2).stderr


# A template that asks for what there is not


@pytest.fixture
def own_templates(tmp_path: Path) -> Path:
    shutil.copytree(MALER, tmp_path / "maler")
    return tmp_path / "maler"


def changed(folder: Path, file: str, old: str, new: str) -> str:
    path = folder / "prove" / f"{file}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(TemplateError) as caught:
        compile_template(load_spec("prove", folder))
    line = str(caught.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(("file", "old", "new", "expected"), [
    ("mal", "  trinnskatt:", "  trinskatt:", "prove/mal.yaml: id «trinskatt»: ukjent satsfamilie «trinskatt»; mente du trinnskatt"),
    ("mal", "trinn.2.over", "trinn.2.ovr", "id «trinnskatt.trinn.2.ovr»: ukjent nøkkel i satsene. Ventet: trinn.2.over"),
    ("mal", "livsopphold_gjeldsordning: alle", "livsopphold_gjeldsordning: []", "livsopphold_gjeldsordning"),
    ("mal", "livsopphold_gjeldsordning: alle", "livsopphold_gjeldsordning: noen", "livsopphold_gjeldsordning"),
    ("mal", "nokler: [maks], ", "", "mangler"),
    ("mal", "  trinnskatt: [", "  trekkfordeling: [boeter]\n  trinnskatt: [", "id «trekkfordeling»: ingen av nøklene er én verdi."),
    ("inn", "sats.livsopphold_gjeldsordning.enslig", "sats.livsopphold_gjeldsordning.enslg", "ukjent id «sats.livsopphold_gjeldsordning.enslg». Ventet: for eksempel sats.livsopphold_gjeldsordning.enslig"),
    ("inn", "sats.trinnskatt.trinn.2.over", "sats.trinnskatt.trinn.3.over", "ukjent id «sats.trinnskatt.trinn.3.over»"),
    ("inn", "kommune.lokale_gebyrer.vann)", "sats.lokale_gebyrer.vann)", "ukjent id «sats.lokale_gebyrer.vann»"),
    ("mal", "naar: 'fagforening=\"ja\"'", "naar: 'fagforenin=\"ja\"'", "ukjent id «fagforenin»"),
    ("satser", "blocks:\n  - special: satser", "blocks: []", "prove/mal.yaml: id «satser»: malen bruker satser, men viser dem ikke på ett ark."),
    ("satser", "  - special: satser", "  - special: satser\n  - special: satser", "men viser dem ikke på ett ark."),
    ("mal", "forenklet: {felt: versjon,", "forenklet: {felt: versj,", "«forenklet»: id-en finnes ikke i malen."),
])  # fmt: skip
def test_en_mal_som_ber_om_noe_som_ikke_finnes_far_en_klar_linje(
    file: str, old: str, new: str, expected: str, own_templates: Path
) -> None:
    assert expected in changed(own_templates, file, old, new)


def test_special_satser_i_en_mal_uten_satser_er_en_feil(tmp_path: Path) -> None:
    folder = without_rates(tmp_path, "[{special: satser}]")
    with pytest.raises(TemplateError, match="malen bruker ingen satser"):
        compile_template(load_spec("uten", folder))


def test_kommunens_egen_satsmappe_ved_siden_av_malen_brukes(own_templates: Path) -> None:
    shutil.copytree(TESTS.parent / "templates" / "satser", own_templates / "satser")
    file = own_templates / "satser" / f"{LIVSOPPHOLD}.yaml"
    file.write_text(file.read_text("utf-8").replace("enslig: 11388", "enslig: 11999"), "utf-8")
    package = api.generate("prove", case(), templates=own_templates)
    assert api.recalc(package, templates=own_templates).values["livsopphold"] == 11999
    assert template_rates.rates_of(load_spec("prove", own_templates)).files[0][1].parent == own_templates / "satser"
    assert "OKX410" in codes(package)  # with the toolkit's own rates this is another value


# Read and computed by others


@pytest.mark.parametrize("name", ENGINES)
def test_alle_motorene_regner_likt(name: str) -> None:
    if name not in installed_engines():
        pytest.skip(f"{name} is not installed")
    data = case(
        fagforening="ja",
        bolig={"husleie": {"belop": 9000, "hvem": "a"}, "avgifter": {"belop": 1000, "hvem": "B"}},
        folk=[{"navn": "En"}, None, {"tillegg": 5}],
        folk_til=[{}, {"just": 3}],
        **own(LIVSOPPHOLD, "enslig", verdi=12000.5),
    )
    package = made(data, kommune=KOMMUNE)
    grids = get_engine(name).evaluate(package)
    stored = api.read_full(package, templates=MALER).package
    for region in layout().formulas():
        for cell in cells(region):
            computed = value_at(grids, region.sheet, cell_name(*cell))
            kept = stored.sheet(region.sheet).values.get(cell)
            if isinstance(kept, float):
                assert computed == pytest.approx(kept, abs=1e-9), (region.id, cell)
            else:
                assert (computed or "") == (kept or ""), (region.id, cell)


def cells(region: Region) -> Iterator[tuple[int, int]]:
    for i in range(region.nrows):
        for j in range(region.ncols):
            yield region.row + i, region.col + j


@pytest.mark.slow
def test_openxml_audit_finner_ingenting(tmp_path: Path) -> None:
    path = tmp_path / "prove.xlsx"
    path.write_bytes(made(case(**own(LIVSOPPHOLD, "enslig", verdi=1)), kommune=KOMMUNE, version="forenklet"))
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=20).validate(path)
    assert [str(error) for error in result.errors] == []


def test_samme_fil_i_en_annen_prosess(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from okosos_xl import api; "
        "sys.stdout.buffer.write(api.generate('prove', {'dato': '2026-11-22', 'versjon': 'Full', 'lonn': 300000}, "
        f"templates=Path({str(MALER)!r})))"
    )
    env = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, timeout=60, check=True)
    assert done.stdout == workbook()


@pytest.mark.parametrize("id", ["satser.dato", "satser.fra", "satser.til", "satser_livsopphold_gjeldsordning.fra"])
def test_det_som_er_sagt_om_satsene_kan_ikke_endres_usett(id: str) -> None:
    found = said(edited(workbook(), (id, 1, 45000)), "OKX413")
    assert found.severity == "advarsel" and found.id == id
    assert "OKX413" not in codes(workbook())
