"""Grids that are filled in, tables that follow others, fixed lines, and the simple version of a case."""
# ruff: noqa: E501 - the cases are tables

from __future__ import annotations

import importlib.util
import io
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from tiny_template import compiled, write

from okosos_xl import api
from okosos_xl.sak.case import Sak
from okosos_xl.sak.dump import dumps_case
from okosos_xl.sak.load import case_from_data, loads_case
from okosos_xl.sak.problems import CaseError
from okosos_xl.sak.schema import json_schema
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Layout, cell_name, column_name
from okosos_xl.template.parse import parse_template
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.reading import Reading

TESTS = Path(__file__).parents[1]
MALER = TESTS / "satser" / "maler_prove"

_spec = importlib.util.spec_from_file_location("roundtrip_office", TESTS / "roundtrip" / "conftest.py")
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
office, edit = _module.office, _module.edit

Case = dict[str, Any]
Edit = Callable[..., bytes]

FILLED: Case = {
    "dato": date(2026, 11, 22),
    "versjon": "Full",
    "ekstra": 50,
    "merknad": "Bare i den fulle",
    "bolig": {
        "husleie": {"belop": 9000, "hvem": "A", "grunn": "Leiekontrakt"},
        "avgifter": {"belop": 3000.5, "hvem": "Felles"},
        "forsikring": {"belop": 1200},
    },
    "notat": {"en": {"tall": 1}, "to": {"tall": 2, "tekst": "to"}, "tre": {"tall": 3}},
    "folk": [{"navn": "En"}, {}, {"navn": "Tre", "tillegg": 5}],
    "folk_til": [{}, {"just": 3}, {"just": -4}],
}


@cache
def spec() -> TemplateSpec:
    return load_spec("prove", MALER)


@cache
def layout() -> Layout:
    return compile_template(spec())


@cache
def filled() -> bytes:
    return made(FILLED)


def made(data: Case | Sak, **how: Any) -> bytes:
    return api.generate("prove", data, templates=MALER, **how)


def sak(data: Case) -> Sak:
    return case_from_data(data, spec())


def reading(package: bytes) -> Reading:
    return api.read_full(package, templates=MALER)


def values(package: bytes) -> dict[str, Any]:
    return api.recalc(package, templates=MALER).values


def place(id: str, row: int = 0) -> str:
    region = layout().regions.get(id) or layout().cells()[id]
    return f"{region.sheet}!{cell_name(region.row + row, region.col)}"


# Grids


def test_rutenettet_regner_rad_for_rad_med_radens_egne_navn() -> None:
    """9 000 whole, 3 000.50 in three, 1 200 in twelve."""
    found = values(filled())
    assert found["bolig.brukt"] == [9000, 1000.17, 100]
    assert found["bolig.sa_langt"] == [9000, 10000.17, 10100.17]
    assert (found["bolig.sum_belop"], found["bolig.sum_brukt"]) == (13200.5, 10100.17)
    assert found["andre_rad"] == 10000.17
    assert found["notatsum"] == 6 + 3


def test_en_celle_en_kolonne_og_hakeparenteser_peker_dit_de_skal() -> None:
    regions, cells = layout().regions, layout().cells()
    assert cells["bolig.avgifter.brukt"].area == place("bolig.brukt", 1).replace("!D", "!$D$")
    assert regions["andre_rad"].formula is not None
    text = regions["andre_rad"].formula.at(1, 1)
    first = cell_name(regions["bolig.brukt"].row, 4)
    assert text == f"INDEX($D${first[1:]}:$D${int(first[1:]) + 2},2)+$D${first[1:]}"
    brukt = regions["bolig.brukt"]
    row = brukt.row + 1
    assert brukt.formula_at(1, 0).at(row, 4) == f'IF($C{row}="B",0,ROUND($B{row}/3,2))'


def test_saken_er_nostet_og_kommer_tilbake_som_den_var() -> None:
    case = sak(FILLED)
    assert case.fields["bolig.avgifter.belop"] == Decimal("3000.5")
    assert api.read(filled(), templates=MALER) == case
    text = dumps_case(case)
    assert yaml.safe_load(text)["bolig"] == FILLED["bolig"]
    assert loads_case(text, spec()) == case
    assert loads_case(dumps_case(case, "json"), spec()) == case
    assert sak({"bolig.husleie.belop": 9}).fields == {"bolig.husleie.belop": Decimal(9)}


def test_skjemaet_for_saken_er_nostet_pa_samme_mate() -> None:
    schema = json_schema(spec())["properties"]
    bolig = schema["bolig"]["properties"]["husleie"]
    assert (bolig["additionalProperties"], list(bolig["properties"])) == (False, ["belop", "hvem", "grunn"])
    assert bolig["properties"]["hvem"]["enum"] == ["A", "B", "Felles", None]
    assert bolig["properties"]["belop"]["minimum"] == 0
    rate = schema["egne_satser"]["properties"]["trinnskatt"]["properties"]["trinn"]["properties"]["1"]["properties"][
        "over"
    ]
    assert list(rate["properties"]) == ["verdi", "grunn"]
    assert schema["folk_til"]["maxItems"] == 3


@pytest.mark.parametrize(("data", "expected"), [
    ({"bolig": {"husleie": {"belop": "9 000"}}}, "bolig.husleie.belop: «9 000» er ikke et tall. Mente du 9000?"),
    ({"bolig": {"husleie": {"belop": -1}}}, "bolig.husleie.belop: -1 er mindre enn 0"),
    ({"bolig": {"husleie": {"brukt": 1}}}, "bolig.husleie.brukt: ukjent felt."),
    ({"bolig": {"husleye": {"belop": 1}}}, "bolig.husleye.belop: ukjent felt. Mente du «bolig.husleie.belop»?"),
    ({"bolig": {"husleie": 9000}}, "bolig.husleie: ukjent felt."),
    ({"bolig": [{"belop": 9000}]}, "bolig: ukjent felt."),
    ({"bolig": {"husleie": {"hvem": "C"}}}, "bolig.husleie.hvem: «C» er ikke et valg. Velg en av: A, B, Felles."),
    ({"folk": [{}] * 4}, "folk: har 4 rader, men det er plass til 3."),
    ({"folk_til": [{}] * 4}, "folk_til: har 4 rader, men det er plass til 3."),
    ({"folk_til": [{"navn": "x"}]}, "folk_til, rad 1: ukjent kolonne «navn»."),
    ({"band": [{}]}, "band: ukjent felt."),
])  # fmt: skip
def test_en_gal_verdi_i_et_rutenett_er_en_klar_linje(data: Case, expected: str) -> None:
    with pytest.raises(CaseError) as caught:
        sak(data)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_et_tomt_rutenett_er_null_og_ikke_i_saken() -> None:
    package = made({"dato": "2026-11-22", "bolig": {"husleie": {"belop": None}}, "notat": {}})
    assert api.read(package, templates=MALER).fields == {"dato": date(2026, 11, 22)}
    assert values(package)["bolig.sum_brukt"] == 0


def test_hjelp_valgliste_og_grenser_star_i_cellene() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(filled()))["Inn"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    row = layout().regions["bolig.belop"].row
    amount, who = rules[f"B{row}:B{row + 2}"], rules[f"C{row}:C{row + 2}"]
    assert (amount.prompt, float(amount.formula1), who.formula1) == ("Beløpet som betales.", 0, '"A,B,Felles"')
    assert "Skriv bare det som betales i dag." in [c.value for c in sheet["A"]]


Change = Callable[[dict[str, Any]], object]


def grid(**changes: Any) -> Change:
    base = {
        "grid": "nett",
        "rows": [{"id": "en", "label": "En", "bind": {"n": "1"}}, {"id": "to", "label": "To", "bind": {"n": "2"}}],
        "columns": [
            {"id": "inn", "label": "Inn", "type": "kr", "input": {}},
            {"id": "ut", "label": "Ut", "type": "kr", "formula": "[inn]*n"},
        ],
    }
    return lambda f: f["skjema"]["blocks"].append(base | changes)


def column(formula: str) -> Change:
    columns = [
        {"id": "inn", "label": "Inn", "type": "kr", "input": {}},
        {"id": "ut", "label": "Ut", "type": "kr", "formula": formula},
    ]
    return grid(columns=columns)


@pytest.mark.parametrize(
    ("formula", "texts"),
    [
        ("[inn]*n", ["{one}*1", "{two}*2"]),
        ("[inn]+nett.en.inn", ["{one}+{fixed}", "{two}+{fixed}"]),
        ("SUM(nett.inn)", ["SUM({all})", "SUM({all})"]),
        ("SUM([inn alle])", ["SUM({all})", "SUM({all})"]),
        ("IF(n=1,[inn],[inn]+inntekt)", ["IF(1=1,{one},{one}+{other})", "IF(2=1,{two},{two}+{other})"]),
    ],
)
def test_et_rutenett_kan_bygge_pa_sine_egne_celler(formula: str, texts: list[str], tmp_path: Path) -> None:
    layout = compiled(tmp_path, column(formula))
    typed, other = layout.regions["nett.inn"], layout.regions["inntekt"]
    letter, first = column_name(typed.col), typed.row
    places = {
        "one": f"${letter}{first}",
        "two": f"${letter}{first + 1}",
        "fixed": f"${letter}${first}",
        "all": f"${letter}${first}:${letter}${first + 1}",
        "other": f"${column_name(other.col)}${other.row}",
    }
    assert layout.regions["nett.ut"].columns_of_text() == [[text.format(**places) for text in texts]]


@pytest.mark.parametrize(("change", "expected"), [
    (grid(sums=["inn", "utt"]), "«utt» kan ikke summeres."),
    (grid(rows=[{"id": "en", "label": "En"}, {"id": "EN", "label": "En"}]), "to rader har samme id."),
    (grid(rows=[]), "rows"),
    (grid(rows=[{"id": "en", "label": "En", "bind": {"m": "1"}}]), "ukjent id «n»"),
    (grid(hjelp="x"), "hjelp"),
    (grid(only="alle"), "alle"),
    (grid(grid="krav"), "brukt to ganger"),
    (grid(columns=[{"id": "inn", "label": "I", "type": "kr", "input": {"default": 1}}]), "en kolonne kan ikke ha «default»"),
    (grid(columns=[{"id": "inn", "label": "I", "type": "kr", "input": {}}]), "ingen formel eller kontroll bruker"),
    (grid(columns=[{"id": "inn", "label": "I", "type": "kr"}]), "må ha enten «input» eller «formula»"),
    (column("[inn]*[ut]"), "formlene går i ring"),
    (column("[inn]+SUM(nett.ut)"), "formlene går i ring"),
    (column("[inn]+nett.en.ut"), "formlene går i ring"),
    (column("[inn]+krav[saldo]"), "«krav» følger ikke de samme radene"),
    (column("[inn]+nett.tre.inn"), "ukjent id «nett.tre.inn». Ventet: for eksempel"),
    (column("[inn]+[innn]"), "«nett» har ikke «innn»"),
])  # fmt: skip
def test_et_galt_rutenett_er_en_klar_linje(change: Change, expected: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        compiled(tmp_path, change)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


# Fixed lines


def test_faste_rader_har_hver_sin_formel_og_kan_slas_opp_i() -> None:
    found = values(filled())
    assert found["band.navn"] == ["Spedbarn", "Barn"]
    assert (found["band.belop"], found["band.dobbelt"]) == ([3645, 9670], [7290, 19340])
    assert found["oppslag"] == 9670


def lines(*rows: dict[str, str], **more: Any) -> Change:
    block = {
        "table": "trapp",
        "lines": list(rows),
        "columns": [
            {"id": "fra", "label": "Fra", "type": "tall"},
            {"id": "to", "label": "To", "type": "tall", "formula": "[fra]*2"},
        ],
    }
    return lambda f: f["skjema"]["blocks"].append(block | more)


@pytest.mark.parametrize(("change", "expected"), [
    (lines({"fra": "1"}, {"til": "2"}), "til"),
    (lines({"fra": "1", "to": "3"}), "to"),
    (lines(), "lines"),
    (lines({"fra": "1"}, rows=3), "enten «rows», «over» eller «lines»"),
    (lines({"fra": "1"}, over="krav"), "enten «rows», «over» eller «lines»"),
    (lines({"fra": "ukjent_id"}), "ukjent id «ukjent_id»"),
    (lines({"fra": "1"}, columns=[{"id": "fra", "label": "F", "type": "tall", "input": {}}]), "her kan det ikke fylles inn"),
])  # fmt: skip
def test_gale_faste_rader_er_en_klar_linje(change: Change, expected: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        compiled(tmp_path, change)
    assert expected in str(caught.value)


VINTAGE_COLUMNS = [{"id": "fra", "label": "Fra", "type": "dato"}, {"id": "verdi", "label": "Prosent", "type": "tall"}]


def test_a_table_has_a_row_for_every_vintage_of_a_rate(tmp_path: Path) -> None:
    rate = {"satser": "forsinkelsesrente.rente_prosent_pa"}
    made = compiled(tmp_path, lines(lines=rate, columns=VINTAGE_COLUMNS))
    since, value = made.regions["trapp.fra"], made.regions["trapp.verdi"]
    texts = [(r.formula_at(row, 0).at(1, 1)) for row in (0, since.nrows - 1) for r in (since, value)]
    assert texts[:2] == ["DATE(2022,1,1)", "8.5"]
    assert since.nrows == value.nrows >= 10


@pytest.mark.parametrize(("rate", "columns", "expected"), [
    ("finnes_ikke.noe", VINTAGE_COLUMNS, "finnes_ikke"),
    ("forsinkelsesrente.noe", VINTAGE_COLUMNS, "har ingen tall"),
    ("forsinkelsesrente.rente_prosent_pa", VINTAGE_COLUMNS[:1], "fra og verdi"),
])  # fmt: skip
def test_a_wrong_table_of_vintages_is_one_clear_line(rate: str, columns: Any, expected: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        compiled(tmp_path, lines(lines={"satser": rate}, columns=columns))
    assert expected in str(caught.value) and "\n" not in str(caught.value)


# Tables that follow others


def test_inndata_i_en_tabell_som_folger_en_annen_holder_plassen_sin() -> None:
    found = values(filled())
    assert found["folk_til.navn"] == ["En", "", "Tre"]
    assert found["folk_til.just"] == [None, 3, -4]
    assert found["sum_just"] == 5 + 3 - 4


@pytest.mark.parametrize("gap", [None, {}], ids=["null", "{}"])
def test_tomme_rader_holder_plassen_i_begge_tabellene(gap: Any) -> None:
    data = FILLED | {"folk": [gap, gap, {"navn": "Tre"}], "folk_til": [gap, {"just": 1}]}
    case = sak(data)
    assert case.tables["folk"] == [{}, {}, {"navn": "Tre"}]
    assert api.read(made(case), templates=MALER) == case
    assert loads_case(dumps_case(case), spec()) == case


# Rows the advisor puts in between


def inserted(edit: Edit, id: str, before: int, *more: list[object]) -> Reading:
    sheet, row = layout().regions[id].sheet, layout().regions[id].row
    return reading(edit(filled(), ["unprotect"], ["insert_row", sheet, row + before], *more))


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("id", "before"), [("bolig.belop", 1), ("bolig.belop", 2), ("notat.tall", 1), ("notat.tall", 2)]
)
def test_en_innsatt_rad_i_et_rutenett_flytter_ingen_verdier(edit: Edit, id: str, before: int) -> None:
    found = inserted(edit, id, before)
    assert found.sak == sak(FILLED)
    assert found.inserted_rows == {id.partition(".")[0]: [before]}
    assert {c.kind for c in found.changes} <= {"ny_rad"}
    assert found.problems == []


@pytest.mark.libreoffice
def test_det_som_skrives_i_den_innsatte_raden_blir_et_notat(edit: Edit) -> None:
    found = inserted(
        edit, "bolig.belop", 1, ["number", place("bolig.belop", 1), 77], ["text", place("bolig.grunn", 1), "Båt"]
    )
    assert found.sak.fields == sak(FILLED).fields
    assert {(e.kind, e.cell, e.text) for e in found.sak.extras} == {
        ("notat", place("bolig.belop", 1).partition("!")[2], "77"),
        ("notat", place("bolig.grunn", 1).partition("!")[2], "Båt"),
    }


@pytest.mark.libreoffice
def test_en_innsatt_rad_pa_satsarket_flytter_ingen_egne_satser(edit: Edit) -> None:
    own = {"trinnskatt": {"trinn": {"2": {"over": {"verdi": 1, "grunn": "x"}}}}}
    data = FILLED | {"egne_satser": own}
    region = layout().regions["satser_trinnskatt.verdi"]
    found = reading(edit(made(data), ["unprotect"], ["insert_row", "Satser", region.row + 1]))
    assert found.sak == sak(data)
    assert found.altered_rates == []


@pytest.mark.libreoffice
def test_en_innsatt_rad_i_tabellen_som_folges_skiller_ikke_radene(edit: Edit) -> None:
    """The adjustment of -4 belongs to Tre, wherever she stands."""
    found = inserted(edit, "folk.tillegg", 1)
    names = [row.get("navn") for row in found.sak.tables["folk"]]
    assert found.sak.tables["folk_til"][names.index("Tre")] == {"just": Decimal(-4)}
    assert api.read(made(found.sak), templates=MALER).tables == found.sak.tables


@pytest.mark.libreoffice
@pytest.mark.parametrize(("id", "row", "gone"), [
    ("bolig.belop", 1, "bolig.avgifter."),
    ("notat.tall", 1, "notat.to."),
    ("satser_livsopphold_gjeldsordning.verdi", 1, "egne_satser.livsopphold_gjeldsordning.gift_samboer."),
])  # fmt: skip
def test_en_slettet_rad_tar_bare_med_seg_sine_egne_verdier(edit: Edit, id: str, row: int, gone: str) -> None:
    region = layout().regions[id]
    found = reading(edit(filled(), ["unprotect"], ["delete_row", region.sheet, region.row + row]))
    assert found.sak.fields == {k: v for k, v in sak(FILLED).fields.items() if not k.startswith(gone)}


# The simple version of a case


@pytest.fixture(scope="module")
def simple() -> bytes:
    return made(FILLED, version="forenklet")


def test_forenklet_skjuler_ark_rader_og_kolonner_som_hoerer_til_den_fulle(simple: bytes) -> None:
    book, regions = openpyxl.load_workbook(io.BytesIO(simple)), layout().regions
    assert {s.title: s.sheet_state for s in book if s.title != "_okosos"} == {
        "Inn": "visible", "Detaljer": "hidden", "Satser": "visible", "Kontroll": "visible"
    }  # fmt: skip
    sheet = book["Inn"]
    hidden = {row for row, d in sheet.row_dimensions.items() if d.hidden}
    assert hidden == {regions["ekstra"].row, regions["bolig.belop"].row + 2}
    columns = {letter for letter, d in sheet.column_dimensions.items() if d.hidden}
    assert columns == set(), "column E holds nothing else, but band has a column there"


def test_den_fulle_skjuler_ingenting() -> None:
    for package in (filled(), made(FILLED, version="full"), made(FILLED | {"versjon": "forenklet"})):
        book = openpyxl.load_workbook(io.BytesIO(package))
        assert {s.sheet_state for s in book if s.title != "_okosos"} == {"visible"}
        assert not [row for row, d in book["Inn"].row_dimensions.items() if d.hidden]


def test_en_kolonne_som_bare_horer_til_den_fulle_skjules(tmp_path: Path) -> None:
    shutil.copytree(MALER, tmp_path / "maler")
    path = tmp_path / "maler" / "prove" / "inn.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("      - {id: dobbelt, ", "      - {only: full, id: dobbelt, "), "utf-8")
    package = api.generate("prove", FILLED, templates=tmp_path / "maler", version="forenklet")
    sheet = openpyxl.load_workbook(io.BytesIO(package))["Inn"]
    assert sheet.column_dimensions["E"].hidden
    assert not sheet.column_dimensions["D"].hidden


def test_ingenting_gar_tapt_nar_saken_gjores_forenklet_og_full_igjen(simple: bytes) -> None:
    case = api.read(simple, templates=MALER)
    assert case.fields == sak(FILLED).fields | {"versjon": "Forenklet"}
    assert case.tables == sak(FILLED).tables
    assert values(simple)["bolig.sum_brukt"] == values(filled())["bolig.sum_brukt"]
    assert made(case, version="Full") == made(FILLED, version="Full")
    assert api.read(made(case, version="full"), templates=MALER) == sak(FILLED)


def test_feltet_som_velger_versjon_trenger_ingen_formel(tmp_path: Path) -> None:
    def change(files: dict[str, Any]) -> None:
        files["mal"] |= {"forenklet": {"felt": "utgave", "valg": "rød"}}
        utgave = {"id": "utgave", "label": "Utgave", "type": "valg", "choices": "farge", "input": {}}
        files["skjema"]["blocks"].append({"fields": [utgave]})

    assert compiled(tmp_path, change).spec.version_id == "utgave"


def test_ukjent_versjon_og_mal_med_bare_en_versjon(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"--versjon: «halv» finnes ikke\. Velg en av: Forenklet, Full\."):
        made(FILLED, version="halv")
    from tiny_template import tiny

    write(tmp_path, tiny())
    with pytest.raises(CaseError, match="malen har bare én versjon"):
        api.generate("prove", templates=tmp_path, version="full")


# Choices


@pytest.mark.parametrize("typed", ["felles", "FELLES", "Felles", " felles "])
def test_valg_leses_uten_hensyn_til_store_bokstaver_og_skrives_som_i_listen(typed: str) -> None:
    case = sak(FILLED | {"bolig": {"husleie": {"belop": 1, "hvem": typed}}})
    assert case.fields["bolig.husleie.hvem"] == "Felles"
    cell = openpyxl.load_workbook(io.BytesIO(made(case)))["Inn"][place("bolig.hvem").partition("!")[2]]
    assert cell.value == "Felles"


def test_like_valg_med_ulik_skrivemate_er_en_feil(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="valgene må være ulike"):
        compiled(tmp_path, lambda f: f["mal"]["valg"].update(farge=["rød", "Rød"]))


def test_malen_i_testene_er_i_orden() -> None:
    assert parse_template(MALER / "prove") == spec()


# The guide


def test_eksemplene_i_veiledningen_kan_brukes_som_de_star(tmp_path: Path) -> None:
    """The grid, the fixed lines and the case of docs/maler.md, in a template that has a field for what they need."""
    guide = (TESTS.parent / "docs" / "maler.md").read_text("utf-8")
    pieces = [piece.split("```", 1)[0] for piece in guide.split("```yaml\n")[1:]]
    blocks = [yaml.safe_load(p)[0] for p in pieces if p.startswith(("- grid: boliger", "- table: aldersband"))]
    rates = next(yaml.safe_load(p) for p in pieces if p.startswith("# i mal.yaml"))
    case = next(yaml.safe_load(p) for p in pieces if "\nboliger:\n" in p)
    assert (len(blocks), set(rates)) == (2, {"dato", "satser"})
    shutil.copytree(MALER, tmp_path / "maler")
    folder = tmp_path / "maler" / "prove"
    sheet = yaml.safe_load((folder / "inn.yaml").read_text("utf-8"))
    norm = {"id": "norm", "label": "Norm", "type": "tekst", "input": {}}
    sheet["blocks"] += [*blocks, {"fields": [norm]}]
    (folder / "inn.yaml").write_text(yaml.safe_dump(sheet, allow_unicode=True), "utf-8")
    mal = yaml.safe_load((folder / "mal.yaml").read_text("utf-8"))
    (folder / "mal.yaml").write_text(yaml.safe_dump(mal | {"satser": mal["satser"] | rates["satser"]}), "utf-8")
    package = api.generate(
        "prove", {"dato": "2026-11-22", "norm": "Statens satser"} | case, templates=tmp_path / "maler"
    )
    found = api.recalc(package, templates=tmp_path / "maler").values
    assert found["boliger.per_md"] == [9000, 1066.67, 0]
    assert found["boliger.sum_per_md"] == 10066.67
    assert found["aldersband.sats"] == [3645, 4835]
    assert "SATS2" in {f.code for f in api.validate(package, templates=tmp_path / "maler").findings}


def test_en_kolonne_kan_vaere_listen_det_velges_fra(tmp_path: Path) -> None:
    shutil.copytree(MALER, tmp_path / "maler")
    path = tmp_path / "maler" / "prove" / "inn.yaml"
    text = path.read_text("utf-8")
    path.write_text(
        text + "  - table: kjop\n    rows: 3\n    columns:\n"
        "      - {id: hva, label: Hva, type: tekst, choices_from: folk.navn, input: {}}\n", "utf-8"
    )  # fmt: skip
    package = api.generate("prove", FILLED, templates=tmp_path / "maler")
    sheet = openpyxl.load_workbook(io.BytesIO(package))["Inn"]
    rule = next(v for v in sheet.data_validations.dataValidation if v.formula1 == "folk.navn")
    assert (rule.type, rule.errorStyle) == ("list", "warning")
    path.write_text(path.read_text("utf-8").replace("folk.navn, input", "folk.navnet, input"), "utf-8")
    with pytest.raises(TemplateError, match="choices_from"):
        api.generate("prove", FILLED, templates=tmp_path / "maler")
