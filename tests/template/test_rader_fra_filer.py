"""Grids with rows from data files, an office's data on top, and sheets that templates share."""
# ruff: noqa: E501 - the cases are tables

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from tiny_template import tiny, write

from okosos_xl import api
from okosos_xl.commands import main
from okosos_xl.resources import templates_root
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.parse import parse_template
from okosos_xl.template.spec import Grid

ROWS = {
    "forst": {"navn": "Først «1»", "farge": "rød", "sats": "2*2"},
    "sist": {"navn": "Sist", "farge": "blå", "sats": "inntekt+1", "ord": 'sier "hei"'},
}
GRID: dict[str, Any] = {
    "grid": "liste",
    "rows_from": {
        "folder": "ting",
        "texts": ["farge", "ord"],
        "formulas": ["sats"],
        "optional": {"ord": ""},
        "choices": {"farge": ["rød", "blå"]},
    },
    "columns": [
        {"id": "kr", "label": "Kr", "type": "kr", "formula": "sats"},
        {"id": "ord", "label": "Ord", "type": "tekst", "formula": 'navn&", "&farge&ord'},
        {"id": "svar", "label": "Svar", "type": "tekst", "input": {}},
    ],
}


def root(tmp_path: Path, rows: Any = ROWS, grid: dict[str, Any] = GRID) -> Path:
    """The tiny template with a grid whose rows are in ``ting/``."""
    data = tiny()
    data["skjema"]["blocks"].append(grid)
    folder = tmp_path / "maler"
    folder.mkdir()
    write(folder, data)
    put(folder / "ting" / "10-data.yaml", rows)
    return folder


def put(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")


def test_rows_are_read_with_their_texts_and_formulas(tmp_path: Path) -> None:
    folder = root(tmp_path)
    package = api.generate("prove", {"mal": "prove", "inntekt": 5, "liste": {"sist": {"svar": "ja"}}}, templates=folder)
    values = api.recalc(package, templates=folder).values
    assert values["liste.kr"] == [4, 6]
    assert values["liste.ord"] == ["Først «1», rød", 'Sist, blåsier "hei"']
    assert api.read(package, templates=folder).fields["liste.sist.svar"] == "ja"


def test_a_later_file_changes_keys_adds_rows_and_takes_rows_away(tmp_path: Path) -> None:
    folder = root(tmp_path)
    put(folder / "ting" / "90-lokalt.yaml", {"forst": {"farge": "blå"}, "sist": {"utgaar": True}, "ny": ROWS["sist"]})
    package = api.generate("prove", {"mal": "prove", "inntekt": 5}, templates=folder)
    values = api.recalc(package, templates=folder).values
    assert values["liste.ord"] == ["Først «1», blå", 'Sist, blåsier "hei"']
    assert values["liste.kr"] == [4, 6]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({**ROWS, "ny": {"navn": "Ny", "farge": "grønn", "sats": "1"}}, "id «ny»: ukjent farge «grønn». Ventet: en av blå, rød"),
        ({**ROWS, "ny": {"navn": "Ny", "farge": "rød"}}, "id «ny»: nøkkelen «sats» mangler."),
        ({**ROWS, "ny": {"navn": "", "farge": "rød", "sats": "1"}}, "id «ny»: «navn» er tom."),
        ({**ROWS, "ny": {"navn": "Ny", "fage": "rød"}}, "id «ny»: ukjent nøkkel «fage»."),
        ({**ROWS, "ny": ["x"]}, "id «ny»: «blokken» må være nøkler med verdier."),
        ({**ROWS, "ny": {"utgaar": True}}, "id «ny»: raden som skal bort, finnes ikke."),
        ({**ROWS, "æ": {"navn": "Ny"}}, "id-en kan ikke brukes."),
        ({**ROWS, "ny": {"navn": "Ny", "farge": "rød", "sats": "borte+1"}}, "id «liste.ny.kr»: ukjent id «borte»."),
        ({**ROWS, "ny": {"navn": "Ny", "farge": "rød", "sats": "1+"}}, "id «liste.ny.kr»: formelen"),
        ({**ROWS, "ny": {"navn": "Ny", "farge": "{x", "sats": "1"}}, "id «ny»: ukjent farge"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_names_its_file_and_id(tmp_path: Path, rows: Any, said: str) -> None:
    with pytest.raises(TemplateError) as error:
        compile_template(parse_template(root(tmp_path, rows) / "prove"))
    assert str(error.value).startswith("ting/10-data.yaml: ark «Skjema», ") and said in str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"folder": "tom"}, "mappen «tom» har ingen rader."),
        ({"texts": ["farge", "farge"]}, "er brukt to ganger"),
        ({"optional": {"annet": ""}}, "«annet» i «optional» er ikke et av navnene."),
        ({"choices": {"sats": ["1"]}}, "«sats» i «choices» er ikke et av navnene."),
        ({"ukjent": 1}, "ukjent nøkkel «ukjent»."),
    ],
)
def test_what_is_wrong_with_the_grid_is_told(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    grid = {**GRID, "rows_from": {**GRID["rows_from"], **change}}
    with pytest.raises(TemplateError, match=r"skjema\.yaml") as error:
        parse_template(root(tmp_path, grid=grid) / "prove")
    assert said in str(error.value)


def test_rows_and_rows_from_are_not_both(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="enten «rows» eller «rows_from»"):
        parse_template(root(tmp_path, grid={**GRID, "rows": [{"id": "x", "label": "X"}]}) / "prove")


def test_grids_of_the_same_folder_follow_each_other(tmp_path: Path) -> None:
    folder = root(tmp_path)
    file = folder / "prove" / "skjema.yaml"
    data = yaml.safe_load(file.read_text("utf-8"))
    other = {**GRID, "grid": "regnet", "columns": [{"id": "k", "label": "K", "type": "kr", "formula": "liste[kr]*2"}]}
    data["blocks"].append(other)
    put(file, data)
    package = api.generate("prove", {"mal": "prove", "inntekt": 5}, templates=folder)
    assert api.recalc(package, templates=folder).values["regnet.k"] == [8, 12]


def test_a_table_over_a_grid_is_not_filled_in(tmp_path: Path) -> None:
    folder = root(tmp_path)
    file = folder / "prove" / "skjema.yaml"
    data = yaml.safe_load(file.read_text("utf-8"))
    table = {"table": "t", "over": "liste", "columns": [{"id": "a", "label": "A", "type": "tekst", "input": {}}]}
    data["blocks"].append(table)
    put(file, data)
    with pytest.raises(TemplateError, match="en tabell over et rutenett kan ikke fylles ut"):
        compile_template(parse_template(folder / "prove"))


# --- an office's own ------------------------------------------------------------------------------------------------

LOCAL = {
    "fritid": {"navn": "Aktivitetskortet i kommunen", "hvor": "Servicetorget"},
    "strom": {"utgaar": True},
    "kulturskole": {
        "navn": "Friplass i kulturskolen", "hvem": "Familier med sosialhjelp", "hvor": "Kulturskolen",
        "slik": "Send skjemaet innen 1. mai.", "steg": "annet", "test": "MIN(fakta.barn.verdi,fakta.lav_inntekt.verdi)",
        "trenger": "fakta.barn.mangler&fakta.lav_inntekt.mangler",
    },
}  # fmt: skip


def rows(office: Path | None, template: str = "sosialhjelp") -> dict[str, str]:
    spec = load_spec(template, office)
    grid = next(b for s in spec.sheets for b in s.blocks if isinstance(b, Grid) and b.id == "rettigheter")
    return {row.id: row.label for row in grid.rows}


def test_an_office_lays_its_own_rights_on_top(tmp_path: Path) -> None:
    office = tmp_path / "kontor"
    put(office / "rettigheter" / "lokalt.yaml", LOCAL)
    before, after = rows(None), rows(office)
    assert set(before) - set(after) == {"strom"} and set(after) - set(before) == {"kulturskole"}
    assert after["fritid"] == "Aktivitetskortet i kommunen"
    case = tmp_path / "sak.yaml"
    case.write_text("mal: sosialhjelp\ndato: 2026-11-28\nvoksne: [{navn: A}]\n", "utf-8")
    book = tmp_path / "sak.xlsx"
    for args in (
        ["generate", "sosialhjelp", str(case), "-o", str(book), "--templates", str(office)],
        ["validate", str(book), "--templates", str(office)],
        ["templates", "check", str(office)],
    ):
        result = CliRunner().invoke(main, args)
        assert result.exit_code == (1 if args[0] == "validate" else 0), result.output  # the rates are old, nothing else
    said = api.recalc(book, templates=office).values
    assert "Friplass i kulturskolen" in said["rett_regn.tittel"]


def test_a_mistake_in_the_office_s_file_is_told_by_check(tmp_path: Path) -> None:
    office = tmp_path / "kontor"
    put(
        office / "rettigheter" / "lokalt.yaml",
        {"kulturskole": {**LOCAL["kulturskole"], "test": "fakta.finnes_ikke.verdi"}},
    )
    result = CliRunner().invoke(main, ["templates", "check", str(office)])
    assert result.exit_code == 1
    assert "rettigheter/lokalt.yaml: ark «Beregning rett», id «rett_regn.kulturskole.verdi»: ukjent id" in result.output


def test_a_changed_data_file_is_seen_at_once(tmp_path: Path) -> None:
    office = tmp_path / "kontor"
    put(office / "rettigheter" / "lokalt.yaml", {"strom": {"utgaar": True}})
    assert "strom" not in rows(office)
    put(office / "rettigheter" / "lokalt.yaml", {"strom": {"navn": "Strøm"}, "frikort": {"utgaar": True}})
    assert rows(office)["strom"] == "Strøm" and "frikort" not in rows(office)


def test_amounts_stay_with_their_purposes_when_the_data_files_have_changed(tmp_path: Path) -> None:
    """As many rows as before, but one has come in front and another has gone: what was typed is read by the labels."""
    office = tmp_path / "kontor"
    ny = {"navn": "Vask", "plikt": "innenfor", "gruppe": "annet", "losning": "Vaskeri.", "hjemmel": "§ 18"}
    put(office / "formaal" / "lokalt.yaml", {"husleie": {"utgaar": True}, "vask": ny})
    case = {"mal": "sosialhjelp", "dato": date(2026, 11, 28), "voksne": [{"navn": "A"}]}
    typed = {"depositum": {"sokt": 9000}, "tannlege": {"sokt": 700}}
    package = api.generate("sosialhjelp", {**case, "sos_formaal": typed}, templates=office)
    for templates in (office, None):
        fields = api.read(package, templates=templates).fields
        got = {id: value for id, value in fields.items() if id.startswith("sos_formaal.")}
        assert got == {"sos_formaal.depositum.sokt": 9000, "sos_formaal.tannlege.sokt": 700}


# --- shared sheets --------------------------------------------------------------------------------------------------


def shared(tmp_path: Path, **mal: Any) -> Path:
    folder = tmp_path / "maler"
    folder.mkdir()
    data = tiny()
    write(folder, data)
    own = {**data["mal"], "id": "annen", "ark": ["prove/skjema", "prove/kontroll"], **mal}
    put(folder / "annen" / "mal.yaml", {k: v for k, v in own.items() if v is not None})
    return folder


def test_a_template_of_the_sheets_and_lists_of_another(tmp_path: Path) -> None:
    folder = shared(tmp_path, valg=None, valg_fra="prove")
    mine, theirs = (compile_template(load_spec(name, folder)) for name in ("annen", "prove"))
    assert set(mine.regions) == set(theirs.regions)
    assert mine.spec.sheets[0].file == "prove/skjema.yaml"
    values = api.recalc(
        api.generate("annen", {"inntekt": 7, "farge": "rød"}, templates=folder), templates=folder
    ).values
    assert values["rest"] == 7


@pytest.mark.parametrize(
    ("mal", "said"),
    [
        (
            {"ark": ["prove/borte"]},
            "annen/mal.yaml: id «prove/borte»: arkfilen finnes ikke. Ventet: filen prove/borte.yaml",
        ),
        ({"ark": ["../prove/skjema"]}, "annen/mal.yaml: «ark» kan ikke brukes."),
        ({"ark": ["prove/../skjema"]}, "annen/mal.yaml: «ark» kan ikke brukes."),
        (
            {"valg_fra": "borte"},
            "annen/mal.yaml: id «borte»: malen i «valg_fra» finnes ikke. Ventet: filen borte/mal.yaml",
        ),
    ],
)
def test_what_is_wrong_with_a_shared_sheet_is_told(tmp_path: Path, mal: dict[str, Any], said: str) -> None:
    with pytest.raises(TemplateError) as error:
        parse_template(shared(tmp_path, **mal) / "annen")
    assert str(error.value).startswith(said)


def test_the_toolkit_s_sheets_can_be_shared_by_a_template_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "maler" / "lite"
    text = (templates_root() / "sosialhjelp" / "mal.yaml").read_text("utf-8")
    folder.mkdir(parents=True)
    (folder / "mal.yaml").write_text(text.replace("id: sosialhjelp", "id: lite"), "utf-8")
    (folder / "forside.yaml").write_bytes((templates_root() / "sosialhjelp" / "forside.yaml").read_bytes())
    assert "sos_belop" in compile_template(parse_template(folder)).regions
