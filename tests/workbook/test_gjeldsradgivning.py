"""The Gjeldsrådgivning workbook as a file: read back, both versions, wrong input, and a case shared with Dividende."""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openxml_audit import OpenXmlValidator

from okosos_xl.api import Making, generate, generate_with_values, read_full, validate
from okosos_xl.sak.dump import dumps_case
from okosos_xl.sak.load import loads_case
from okosos_xl.sak.problems import CaseError
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout

Case = dict[str, Any]

FAMILY: Case = {
    "mal": "gjeldsradgivning",
    "saksnummer": "2026-0117",
    "navn": "Kari og Ola",
    "raadgiver": "R",
    "kontor": "Kontoret",
    "dato": "2026-11-22",
    "soknadsdato": "2026-10-01",
    "vedtaksdato": "2026-10-15",
    "startdato": "2026-10-20",
    "nivaa": "II",
    "versjon": "full",
    "voksne": [
        {"navn": "Kari", "fodt": "1985-03-05", "kjonn": "kvinne", "andre_fradrag": 20000},
        {"navn": "Ola", "fodt": "1982-07-01", "kjonn": "mann"},
    ],
    "barn": [
        {"navn": "Per", "fodt": "2011-12-10", "kjonn": "gutt"},
        {},
        {"navn": "Ida", "fodt": "2014-05-05", "kjonn": "jente", "bosted": "samvær", "klasse": 2,
         "hvem": "særkull B", "bidrag_betalt": 2500},
    ],
    "livsopphold_barn": [{}, {}, {"justering": 250, "grunn": "reise til samvær"}],
    "inntekter": [
        {"hvem": "A", "type": "lønn", "beskrivelse": "Butikken", "brutto": 32000, "trekk": 7000, "etter_tiltak": 26000},
        {"hvem": "B", "type": "AAP", "brutto": 12000, "frekvens": "hver 14. dag", "utbetales": "2026-11-20"},
    ],
    "boutgifter": {
        "husleie": {"belop": 13500},
        "kommunale_avgifter": {"belop": 6000, "frekvens": "per halvår", "godkjent": 800, "grunn": "deles"},
    },
    "energi": {"strom": {"belop": 1800}},
    "andre": {"barnehage": {"belop": 1200, "hvem": "A"}, "helse": {"belop": 300, "hvem": "B", "etter_tiltak": 0}},
    "egne_satser": {"livsopphold_gjeldsordning": {"barn_11_14": {"verdi": 6500, "grunn": "særlig kostnad"}}},
    "trekk_a": 600,
    "regime_a": "ett trekk, nye regler fra 2026",
    "sikret_gjeld": 2500,
    "krav": [
        {"kreditor": "Banken", "saldo": 120000, "rente": 0.18, "eier": "felles"},
        {"kreditor": "Kommunen", "hovedstol": 5000, "trekk": "ja", "klasse": "d", "eier": "A", "med": "nei"},
    ],
}  # fmt: skip


@cache
def package() -> bytes:
    return generate("gjeldsradgivning", FAMILY)


@cache
def layout() -> Layout:
    return compile_template(load_spec("gjeldsradgivning"), {"inntekter": 2, "krav": 2, "barn": 3})


def with_change(**changes: Any) -> Case:
    case = deepcopy(FAMILY)
    case.update(changes)
    return case


def codes(data: bytes) -> dict[str, str]:
    """The findings that ask for something, by code."""
    return {f.code: f.severity for f in validate(data, name="sak.xlsx").findings if f.severity != "opplysning"}


def figure(case: Case, id: str, how: Making | None = None) -> float:
    values = generate_with_values("gjeldsradgivning", case, how)[1]
    regions = compile_template(load_spec("gjeldsradgivning"), {k: len(v) for k, v in case.items() if k == "krav"})
    region = regions.regions.get(id) or regions.cells()[id]
    value = values[region.sheet][region.row - 1][region.col - 1]
    assert isinstance(value, float), value
    return value


def test_the_case_is_read_back_as_it_was_given() -> None:
    spec = load_spec("gjeldsradgivning")
    given = loads_case(str(FAMILY).replace("'", '"'), spec)
    found = read_full(package(), name="sak.xlsx")
    assert (found.sak.fields, found.sak.tables) == (given.fields, given.tables)
    assert (found.problems, found.changes, found.altered_rates) == ([], [], [])
    assert loads_case(dumps_case(found.sak), spec) == found.sak


def test_a_right_case_says_nothing_that_asks_for_anything() -> None:
    assert codes(package()) == {"GR452": "advarsel"}  # more tax is withheld than the case should pay


def test_the_package_is_sound_and_the_same_every_time(tmp_path: Path) -> None:
    assert generate("gjeldsradgivning", FAMILY) == package()
    file = tmp_path / "sak.xlsx"
    file.write_bytes(package())
    result = OpenXmlValidator().validate(file)
    assert result.is_valid, result.errors[:5]


@pytest.mark.parametrize("date_of_form", [date(2023, 1, 1), date(2024, 7, 1), date(2026, 12, 31)])
def test_an_empty_form_is_in_order(date_of_form: date) -> None:
    data, values = generate_with_values("gjeldsradgivning", None, Making(case_date=date_of_form))
    asks = {f.code for f in validate(data, name="tom.xlsx").findings if f.severity == "feil"}
    assert not asks
    errors = [cell for grid in values.values() for row in grid for cell in row if type(cell).__name__ == "ExcelError"]
    assert not errors
    shown = {cell for grid in values.values() for row in grid for cell in row if isinstance(cell, bool)}
    assert not shown  # neither TRUE nor FALSE on any sheet


# --- the two versions -------------------------------------------------------------------------------------------------


def test_the_simple_version_hides_and_loses_nothing() -> None:
    simple = generate("gjeldsradgivning", FAMILY, version="forenklet")
    found = read_full(simple, name="enkel.xlsx").sak
    assert found.fields["versjon"] == "forenklet"
    back = generate("gjeldsradgivning", found, version="full")
    assert read_full(back, name="full.xlsx").sak.fields == read_full(package(), name="sak.xlsx").sak.fields
    assert read_full(back, name="full.xlsx").sak.tables == read_full(package(), name="sak.xlsx").sak.tables
    book = _part(simple, "xl/workbook.xml")
    hidden = re.findall(r'<sheet name="([^"]+)" sheetId="\d+" state="hidden"', book)
    assert set(hidden) >= {"Skatt", "Måneder", "Anslag", "Utleggstrekk", "Akkord", "Gjeldsordning"}
    assert "OKX312" not in codes(simple)
    assert 'state="hidden"' not in _part(package(), "xl/workbook.xml")


def test_what_is_only_full_does_not_count_in_the_simple_version() -> None:
    simple = with_change(versjon="forenklet")
    assert figure(simple, "budsjett.disponibelt.i_dag") == figure(FAMILY, "budsjett.disponibelt.i_dag")
    assert figure(FAMILY, "budsjett.disponibelt.etter") != figure(FAMILY, "budsjett.disponibelt.i_dag")
    assert figure(simple, "budsjett.disponibelt.etter") == figure(simple, "budsjett.disponibelt.i_dag")


def _part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


# --- wrong input ------------------------------------------------------------------------------------------------------

ADULTS_AS_CHILDREN = [{"navn": "X", "fodt": "2000-01-01"}, {"navn": "Y", "fodt": "2003-01-01"}]
WRONG: dict[str, tuple[Case, dict[str, str]]] = {
    "two people over 18 in the list of children": ({"barn": ADULTS_AS_CHILDREN}, {"GR204": "advarsel"}),
    "a birth date in the future": ({"barn": [{"fodt": "2027-01-01"}]}, {"GR203": "feil"}),
    "a child older than a parent": ({"barn": [{"fodt": "1980-01-01", "forsorges": "ja"}]}, {"GR205": "feil"}),
    "a parent of eleven": ({"barn": [{"fodt": "1996-01-01", "forsorges": "ja"}]}, {"GR206": "advarsel"}),
    "the same child twice": ({"barn": [{"navn": "P", "fodt": "2015-01-01"}] * 2}, {"GR207": "feil"}),
    "visits without a class": ({"barn": [{"fodt": "2015-01-01", "bosted": "samvær"}]}, {"GR208": "advarsel"}),
    "a class without visits": ({"barn": [{"fodt": "2015-01-01", "klasse": 2}]}, {"GR209": "advarsel"}),
    "gross and net both given": (
        {"inntekter": [{"type": "lønn", "brutto": 30000, "netto": 24000}]}, {"GR403": "advarsel"}),
    "net above gross": (
        {"inntekter": [{"type": "lønn", "brutto": 24000, "netto": 30000}]}, {"GR401": "feil"}),
    "gross less withheld is not net": (
        {"inntekter": [{"type": "lønn", "brutto": 30000, "trekk": 5000, "netto": 24000}]}, {"GR402": "advarsel"}),
    "an income for a B who is not there": (
        {"voksne": [{"navn": "A", "fodt": "1985-01-01"}], "barn": [], "inntekter": [{"hvem": "B", "netto": 9000}]},
        {"GR407": "feil"}),
    "single with two adults": ({"samliv": "enslig"}, {"GR210": "advarsel"}),
    "an adjustment without a reason": ({"livsopphold_barn": [{"justering": 100}]}, {"GR302": "advarsel"}),
    "a decision before the application": ({"vedtaksdato": "2026-09-01"}, {"GR101": "advarsel"}),
    "a norm without rates on the date": (
        {"dato": "2024-05-01", "norm": "SIFO referansebudsjett"}, {"GR300": "feil"}),
    "the municipality's norm without its file": ({"norm": "kommunens egne satser"}, {"GR301": "advarsel"}),
    "an own rate without a reason": (
        {"egne_satser": {"livsopphold_gjeldsordning": {"enslig": {"verdi": 12000}}}}, {"SATS4": "advarsel"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_found(name: str) -> None:
    change, want = WRONG[name]
    found = codes(generate("gjeldsradgivning", with_change(**change)))
    assert want.items() <= found.items(), found


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"norm": "husbankens"}, "norm: «husbankens» er ikke et valg. Velg en av: gjeldsordning og utleggstrekk, SIFO"),
        ({"boutgifter": {"husleie": {"belop": "ni tusen"}}}, "boutgifter.husleie.belop: «ni tusen» er ikke et tall."),
        ({"boutgifter": {"husleige": {"belop": 1}}}, "boutgifter.husleige.belop: ukjent felt. Mente du «bout"),
        ({"barn": [{"fodt": "31.02.2015"}]}, "barn, rad 1, fodt: «31.02.2015» er ikke en dato."),
        ({"barn": [{}] * 11}, "barn: har 11 rader, men det er plass til 10."),
        ({"livsopphold_barn": [{}] * 11}, "livsopphold_barn: har 11 rader, men det er plass til 10."),
        ({"egne_satser": {"trinnskatt": {"trinn": {"9": {"over": {"verdi": 1}}}}}}, "egne_satser.trinnskatt.trinn.9"),
        ({"dato": None}, "saken: dato: datoen mangler, og satsene følger den. Skriv den i saken, eller oppgi --date."),
        ({"dato": "2019-05-01"}, None),
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_used_gives_one_clear_line(change: Case, line: str | None) -> None:
    if line is None:  # before every rate: the form says so itself
        assert codes(generate("gjeldsradgivning", with_change(**change)))["GR300"] == "feil"
        return
    with pytest.raises(CaseError) as caught:
        generate("gjeldsradgivning", with_change(**change))
    assert line in str(caught.value) and "\n" not in str(caught.value)


# --- one case, two workbooks ------------------------------------------------------------------------------------------


def test_the_debts_flow_into_dividende_with_what_is_left(tmp_path: Path) -> None:
    plan = read_full(generate("dividende", with_change(startmaaned="2027-01")), name="plan.xlsx").sak
    assert plan.fields["saksnummer"] == "2026-0117"
    assert plan.tables["krav"][0] == {"kreditor": "Banken", "saldo": Decimal(120000), "rente": Decimal("0.18")}
    left = figure(with_change(startmaaned="2027-01"), "disponibelt_til_kreditorer")
    assert plan.fields["disponibelt"] == Decimal(repr(left))
    back = read_full(generate("gjeldsradgivning", plan), name="sak.xlsx").sak
    assert back.tables["krav"] == plan.tables["krav"]


def test_what_the_case_says_itself_goes_before_what_is_computed() -> None:
    claims = [{"kreditor": "Banken", "saldo": 120000}, {"kreditor": "Kommunen", "hovedstol": 5000}]
    other = {"mal": "dividende", "disponibelt": 900, "krav": claims, "dato": "2026-11-22"}
    found = read_full(generate("gjeldsradgivning", other), name="sak.xlsx").sak
    assert found.tables["krav"][1]["hovedstol"] == 5000
    with pytest.raises(CaseError, match="saken er for malen «statistikk»"):
        generate("dividende", {"mal": "statistikk"})
