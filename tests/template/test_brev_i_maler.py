"""Running text, letters and fields beside the paper in the template language, and the kinds of letters in mal.yaml."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tiny_template import compiled, write

from okosos_xl import api
from okosos_xl.sak.case import Sak
from okosos_xl.template import arial
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Layout, Region

LETTER: dict[str, Any] = {
    "sheet": "Brev",
    "title": "Et brev",
    "kind": "utskrift",
    "letter": True,
    "conclusion": '"Kravet er {valgt_saldo:kr}."',
    "widths": {"A": 20, "B": 30, "C": 30},
    "blocks": [
        {"fields": [{"id": "valgt", "label": "Krav", "type": "tekst", "choices_from": "krav.navn", "input": {}},
                    {"id": "egne", "label": "Egne ord", "type": "langtekst", "lines": 4, "input": {}}],
         "title": "Utenfor", "beside": True},
        {"fields": [{"id": "til", "label": "Til", "type": "langtekst", "lines": 2, "formula": 'valgt&""'},
                    {"id": "valgt_saldo", "label": "Saldo", "type": "kr_ore",
                     "formula": "SUMIFS(krav.saldo,krav.navn,valgt)"}]},
        {"text": "Hva det gjelder",
         "paragraphs": ["En fast setning.", {"id": "ord", "lines": 3, "formula": 'egne&""'}, "Ord " * 60]},
    ],
}  # fmt: skip
KIND = {"ark": "Brev", "velg": ["valgt"], "fra": "krav.navn", "passer": "krav.dobbel"}


def with_letter(files: dict[str, Any]) -> None:
    files["brev"] = LETTER
    files["mal"]["ark"] = ["skjema", "brev", "kontroll"]
    files["mal"]["brev"] = {"krav": dict(KIND)}


def book(root: Path, **case: Any) -> tuple[Layout, Any]:
    layout = compiled(root, with_letter)
    package = api.generate("prove", {"mal": "prove", **case}, templates=root)
    assert isinstance(package, bytes)
    return layout, openpyxl.load_workbook(io.BytesIO(package), data_only=True)["Brev"]


def at(layout: Layout, id: str) -> Region:
    return layout.regions[id]


def test_running_text_goes_over_the_width_of_the_paper(tmp_path: Path) -> None:
    layout, ws = book(tmp_path, krav=[{"navn": "A", "saldo": 1234.5}], valgt="A", egne="Hei.")
    merged = {str(area) for area in ws.merged_cells.ranges}
    row = at(layout, "ord").row
    assert {f"A{row}:C{row}", "A2:C2"} <= merged
    assert ws["A2"].value == "Kravet er 1 235 kr."
    assert ws.cell(row, 1).value == "Hei."
    assert ws.cell(row, 1).alignment.wrap_text
    assert ws.row_dimensions[row].height == arial.height(3)


def test_a_fixed_paragraph_is_as_tall_as_its_words(tmp_path: Path) -> None:
    layout, ws = book(tmp_path)
    row = at(layout, "ord").row + 1
    lines = arial.lines_needed("Ord " * 60, arial.columns_pixels([20, 30, 30]))
    assert lines == 4
    assert ws.row_dimensions[row].height == arial.height(lines)
    assert ws.row_dimensions[row - 2].height == arial.height(1)


def test_the_texts_of_fields_wrap_over_the_rest_of_the_paper(tmp_path: Path) -> None:
    layout, ws = book(tmp_path)
    merged = {str(area) for area in ws.merged_cells.ranges}
    assert f"B{at(layout, 'til').row}:C{at(layout, 'til').row}" in merged
    row = at(layout, "valgt_saldo").row
    assert not any(str(area).endswith(str(row)) for area in ws.merged_cells.ranges)


def test_what_stands_beside_the_paper_is_not_printed(tmp_path: Path) -> None:
    layout, ws = book(tmp_path)
    sheet = next(s for s in layout.sheets if s.spec.name == "Brev")
    assert sheet.paper_col == 3
    assert at(layout, "valgt").col == 6
    assert at(layout, "egne").col == 6
    last = max(r.row for r in sheet.regions if r.col <= 3)
    assert ws.print_area == f"'Brev'!$A$1:$C${max(last, sheet.last_row)}"
    rows = at(layout, "egne").row
    assert f"F{rows}:F{rows + 3}" in {str(area) for area in ws.merged_cells.ranges}


def test_what_is_typed_beside_the_paper_is_read_back(tmp_path: Path) -> None:
    compiled(tmp_path, with_letter)
    case = {"mal": "prove", "krav": [{"navn": "A", "saldo": 5}], "valgt": "A", "egne": "Til dere\nto linjer"}
    sak = api.read(api.generate("prove", case, templates=tmp_path), templates=tmp_path)
    assert isinstance(sak, Sak)
    assert sak.fields["valgt"] == "A"
    assert sak.fields["egne"] == "Til dere\nto linjer"
    assert sak.extras == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"ark": "Brevet"}, "arket «Brevet» finnes ikke"),
        ({"vedlegg": ["Mangler"]}, "arket «Mangler» finnes ikke"),
        ({"velg": ["til"]}, "«til» er ikke et felt som fylles inn"),
        ({"velg": ["krav.navn"]}, "«krav.navn» er ikke et felt som fylles inn"),
        ({"fra": "annen.a"}, "ikke kolonner med de samme radene"),
        ({"passer": "finnes_ikke"}, "ikke kolonner med de samme radene"),
        ({"vanlig": "kanskje"}, "«vanlig» må være true eller false"),
        ({"ukjent": 1}, "ukjent"),
    ],
)
def test_a_kind_of_letter_that_hangs_loose_is_refused(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    def wrong(files: dict[str, Any]) -> None:
        with_letter(files)
        files["mal"]["brev"]["krav"] |= change

    with pytest.raises(TemplateError) as caught:
        compiled(tmp_path, wrong)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("paragraphs", "problem"),
    [
        ([{"id": "uten"}], "formula"),
        ([{"id": "uten", "formula": "1", "input": {}}], "ukjent"),
        ([{"id": "uten", "formula": "1", "lines": 0}], "heltall fra 1 til"),
        ([], "må være en liste"),
    ],
)
def test_a_paragraph_is_fixed_or_computed(tmp_path: Path, paragraphs: list[Any], problem: str) -> None:
    def wrong(files: dict[str, Any]) -> None:
        files["skjema"]["blocks"].append({"text": "", "paragraphs": paragraphs})

    with pytest.raises(TemplateError) as caught:
        compiled(tmp_path, wrong)
    assert problem in str(caught.value)


def test_a_module_can_hold_text(tmp_path: Path) -> None:
    module = {
        "module": "hilsen",
        "parameters": ["hvem"],
        "blocks": [
            {"fields": [{"id": "valg", "label": "Valg", "type": "tekst", "input": {}}], "beside": True},
            {"text": "", "paragraphs": ["Hilsen", {"id": "linje", "formula": 'hvem&": "&valg'}]},
        ],
    }

    def change(files: dict[str, Any]) -> None:
        files["moduler/hilsen"] = module
        files["skjema"]["blocks"].append({"include": "hilsen", "prefix": "h", "bind": {"hvem": '"Oss"'}})

    layout = compiled(tmp_path, change)
    assert layout.regions["h.valg"].col > layout.regions["h.linje"].col
    assert "h.linje" in layout.regions
    write(tmp_path, {})


def test_words_are_counted_in_lines_as_arial_is_wide() -> None:
    assert arial.lines_needed("", 100) == 1
    assert arial.lines_needed("to\nlinjer", 1000) == 2
    assert arial.lines_needed("m" * 100, 100) > arial.lines_needed("i" * 100, 100)
    assert arial.lines_needed("ett to tre", arial.text_pixels("ett to") / 0.95) == 2
    assert arial.text_pixels("1 000 kr") == arial.text_pixels("1\u00a0000\u00a0kr")
