"""A municipality's own folder of templates: checked, generated from, and read back."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from openpyxl import load_workbook
from tiny_template import tiny, write

from okosos_xl import read
from okosos_xl.commands import main
from okosos_xl.engine import get_engine
from okosos_xl.resources import templates_root
from okosos_xl.template.compile import compile_template
from okosos_xl.template.parse import parse_template

LABEL = "label: Disponibelt per måned"
OWN_FIELD = "\n      - {id: barn, label: Antall barn, type: heltall, input: {min: 0}, help: Egen linje for kommunen.}"
OWN_CHECK = (
    '\n  - {id: KOM1, label: Barn, severity: opplysning, formula: "OR(barn=\\"\\",barn<=10)", '
    "message: Mange barn., action: Se over.}"
)


@pytest.fixture
def municipal(tmp_path: Path) -> Path:
    """A copy of Dividende with another label, one more field and one more check; no modules and no theme."""
    root = tmp_path / "maler"
    shutil.copytree(templates_root() / "dividende", root / "dividende")
    sheet = root / "dividende" / "perioder.yaml"
    text = sheet.read_text("utf-8")
    assert LABEL in text
    text = text.replace(LABEL, "label: Til fordeling hver måned")
    first, rest = text.split("  - fields:\n", 1)
    line, rest = rest.split("\n", 1)
    sheet.write_text(f"{first}  - fields:\n{line}{OWN_FIELD}\n{rest.rstrip()}{OWN_CHECK}\n", "utf-8")
    return root


def test_own_copy_generates_and_is_read_back(municipal: Path, tmp_path: Path) -> None:
    case = tmp_path / "sak.yaml"
    case.write_text(
        "mal: dividende\nstartmaaned: 2026-12\ndisponibelt: 4500\nbarn: 2\nkrav: [{kreditor: Banken, saldo: 9000}]\n",
        "utf-8",
    )
    out = tmp_path / "plan.xlsx"
    args = ["generate", "dividende", str(case), "-o", str(out), "--date", "2026-11-01", "--templates", str(municipal)]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    book = load_workbook(out)
    sheet = book["Perioder"]
    labels = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=1, max_row=12, max_col=2)}
    assert labels["Til fordeling hver måned"] == 4500
    assert labels["Antall barn"] == 2
    values = get_engine().evaluate(out.read_bytes())
    assert any("KOM1 Barn" in str(row[0]) and row[1] == "i orden" for row in values["Kontroll"])
    case_back = read(out, templates=municipal)
    assert str(case_back.fields["barn"]) == "2"


def test_own_folder_is_checked(municipal: Path) -> None:
    result = CliRunner().invoke(main, ["templates", "check", str(municipal)])
    assert result.exit_code == 0
    assert result.output.startswith("dividende: i orden (")


def test_check_of_one_template_from_inside_its_folder(municipal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(municipal / "dividende")
    result = CliRunner().invoke(main, ["templates", "check", os.curdir])
    assert (result.exit_code, result.output[:17]) == (0, "dividende: i orde")


def test_broken_folder_names_every_broken_template(municipal: Path) -> None:
    sheet = municipal / "dividende" / "krav.yaml"
    sheet.write_text(sheet.read_text("utf-8").replace("SUM(krav.saldo_brukt)", "SUM(krav.saldo_burkt)", 1), "utf-8")
    files = tiny()
    files["mal"]["ark"].append("mangler")
    write(municipal, files)
    result = CliRunner().invoke(main, ["templates", "check", str(municipal)])
    assert result.exit_code == 1
    first, second = result.output.splitlines()
    assert first.startswith("dividende/krav.yaml: ark «Krav», id «sum_gjeld»: ukjent id «krav.saldo_burkt». Ventet: ")
    assert "krav.saldo_brukt" in first
    assert second == "prove/mal.yaml: id «mangler»: arkfilen finnes ikke. Ventet: filen prove/mangler.yaml"


def test_generate_from_a_broken_template_writes_nothing(municipal: Path, tmp_path: Path) -> None:
    (municipal / "dividende" / "plan.yaml").write_text("sheet: [", "utf-8")
    out = tmp_path / "plan.xlsx"
    result = CliRunner().invoke(main, ["generate", "dividende", "-o", str(out), "--templates", str(municipal)])
    assert result.exit_code == 2
    assert "dividende/plan.yaml: linje " in result.output
    assert not out.exists()


def test_empty_folder_and_no_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["templates", "check", str(tmp_path)])
    assert (result.exit_code, "fant ingen maler" in result.output) == (2, True)
    result = CliRunner().invoke(main, ["templates", "check", str(tmp_path / "borte")])
    assert (result.exit_code, "finnes ikke" in result.output) == (2, True)


def test_own_module_wins_over_the_toolkits(municipal: Path) -> None:
    own = municipal / "moduler"
    own.mkdir()
    text = (templates_root() / "moduler" / "rekkefolge.yaml").read_text("utf-8")
    (own / "rekkefolge.yaml").write_text(text.replace("title: ", "title: Vår ", 1), "utf-8")
    layout = compile_template(parse_template(municipal / "dividende"))
    headings = [label.text for sheet in layout.sheets for label in sheet.labels if label.style == "heading"]
    assert any(text.startswith("Minste krav først: Vår ") for text in headings)


def test_documented_template_compiles_and_generates(tmp_path: Path) -> None:
    """The complete template of docs/maler.md, as it stands there."""
    folder = tmp_path / "hjemmelaan"
    folder.mkdir()
    docs = (Path(__file__).parents[2] / "docs" / "maler.md").read_text("utf-8")
    example = docs.split("## En hel, liten mal", 1)[1]
    for piece in example.split("```yaml\n# hjemmelaan/")[1:]:
        name, rest = piece.split("\n", 1)
        (folder / name.strip()).write_text(rest.split("```", 1)[0], "utf-8")
    assert sorted(p.name for p in folder.iterdir()) == ["avdrag.yaml", "kontroll.yaml", "lan.yaml", "mal.yaml"]
    sak = example.split("```yaml\n# sak.yaml\n", 1)[1].split("```", 1)[0]
    (tmp_path / "sak.yaml").write_text(sak, "utf-8")
    assert yaml.safe_load(sak)["mal"] == "hjemmelaan"
    args = ["generate", "hjemmelaan", str(tmp_path / "sak.yaml"), "-o", "-", "--templates", str(tmp_path)]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    book = load_workbook(io.BytesIO(result.stdout_bytes), data_only=True)
    assert book.sheetnames[:3] == ["Lån", "Avdrag", "Kontroll"]
    assert book["Lån"]["A2"].value == example.split("Da står det på arket Lån:\n\n> ", 1)[1].split("\n", 1)[0]
