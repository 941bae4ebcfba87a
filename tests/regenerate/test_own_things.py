"""What the advisor has put in herself is carried, translated, or named and left for a person; never lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from advisor import edited, place
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from okosos_xl.api import generate, read_full, recalc, validate
from okosos_xl.regenerate import DONE, MANUAL, REFUSED, How, Outcome, regenerate
from okosos_xl.regenerate.own import own_things
from okosos_xl.template.layout import Layout
from okosos_xl.workbook.reading import Reading

NEW = How(date(2027, 1, 1))
FAMILY = Path(__file__).parents[2] / "examples" / "sosial-enslig-tre-barn.yaml"
"""With the same sheets for the household and its budget as a case with debts, which is ten times as large."""


@cache
def package() -> bytes:
    return generate("sosialhjelp", FAMILY)


@cache
def layout() -> Layout:
    return read_full(package(), name="a.xlsx").layout


def after(change: Callable[[Any, Any], None]) -> Outcome:
    return regenerate(edited(package(), layout(), change), "sak.xlsx", NEW)


def done(change: Callable[[Any, Any], None]) -> tuple[Outcome, Reading]:
    outcome = after(change)
    assert (outcome.status, outcome.reasons) == (DONE, ())
    assert outcome.data is not None
    assert recalc(outcome.data).stale == []
    return outcome, read_full(outcome.data, name="ny.xlsx")


def test_overrides_are_put_back_as_overrides_with_their_reasons() -> None:
    def change(_: Any, cell: Any) -> None:
        cell("betalingsevne").value = 1234.5
        cell("betalingsevne").comment = Comment("Avtalt med bruker", "R")
        cell("disponibelt").value = f"={place(cell('sum_inntekt'))}-100"
        cell("disponibelt").comment = Comment("overstyrt: egen formel", "R")

    outcome, reading = done(change)
    assert outcome.carried == ("2 overstyringer",)
    found = {o.id: (o.value if not o.formula else o.formula, o.reason) for o in reading.sak.overrides}
    assert found["betalingsevne"] == (1234.5, "Avtalt med bruker")
    assert found["disponibelt"][1] == "egen formel"
    assert str(found["disponibelt"][0]).endswith("-100")
    assert own_things(reading).authors == {o.cell: "R" for o in reading.sak.overrides}
    codes = {f.code for f in validate(outcome.data or b"").findings}
    assert {"OKX210", "OKX212"} <= codes


def test_comments_notes_own_formulas_sheets_names_and_looks_are_carried() -> None:
    def change(book: Any, cell: Any) -> None:
        cell("saksnummer").comment = Comment("Husk å ringe", "Rådgiver")
        cell("inntekter.brutto", 1).value = "=1000*32+5"
        beside = cell("saksnummer").parent.cell(4, 30)
        beside.value = "Notat ved siden av"
        beside.parent.cell(5, 30).value = "=sum_inntekt*2"
        own = book.create_sheet("Mine notater")
        own["A1"], own["B1"], own["C1"], own["D1"] = "Beløp", 100.25, True, date(2026, 12, 24)
        own["A1"].font, own["A1"].fill = Font(bold=True, color="FFFF0000"), PatternFill("solid", fgColor="FF00FF00")
        own["B1"].number_format = "#,##0.00"
        own["B2"] = f"=B1*2+{place(cell('sum_inntekt'))}"
        own["B3"] = "=TODAY()"
        own["A9"].comment = Comment("på eget ark", "meg")
        own.merge_cells("A5:C5")
        own.column_dimensions["A"].width = 33
        book.defined_names["mitt_navn"] = DefinedName("mitt_navn", attr_text="'Mine notater'!$B$1")

    outcome, reading = done(change)
    assert outcome.carried == (
        "1 egen formel i et felt", "1 kommentar", "2 celler utenfor skjemaet", "1 eget ark", "1 eget navn",
    )  # fmt: skip
    own = own_things(reading)
    [sheet] = own.sheets
    assert {c: v.value for c, v in sheet.cells.items() if not v.formula} == {
        (1, 1): "Beløp", (1, 2): 100.25, (1, 3): True, (1, 4): 46380.0,
    } | {c: None for c, v in sheet.cells.items() if v.value is None and not v.formula}  # fmt: skip
    assert sheet.cells[2, 2].formula.startswith("B1*2+")
    assert sheet.cells[3, 2].formula == "TODAY()"
    assert dict(sheet.cells[1, 1].look)["bg_color"] == "#00FF00"
    assert dict(sheet.cells[1, 2].look)["num_format"] in (4, "#,##0.00")
    assert sheet.widths[1, 1][0] == pytest.approx(33, abs=1)
    assert sheet.notes[9, 1].text == "på eget ark"
    assert [(a.row1, a.col1, a.row2, a.col2) for a in sheet.merged] == [(5, 1, 5, 3)]
    assert own.names == {"mitt_navn": "'Mine notater'!$B$1"}
    notes = {cell: note for cells in own.notes.values() for cell, note in cells.items()}
    assert [note.text for note in notes.values()] == ["Husk å ringe"]
    assert list(reading.input_formulas.values()) == ["=1000*32+5"]
    assert reading.sak.tables["inntekter"][1]["brutto"] == 32005


def test_a_formula_alone_in_its_row_holds_the_row_also_before_anything_has_computed_it() -> None:
    """A library that computes nothing saves the formula without a value; the rows below must keep their places."""
    form = read_full(generate("manedsbudsjett"), name="tom.xlsx").layout
    table = next(r.owner for r in form.inputs() if r.id.startswith("maaned2.") and r.id.endswith(".dag"))
    given = generate("manedsbudsjett", {table: [{}, {"dag": 3, "ut": 100}, {"dag": 4, "ut": 200}]})
    where = read_full(given, name="a.xlsx").layout

    def change(_: Any, cell: Any) -> None:
        cell(f"{table}.dag").value = "=7+0"

    outcome = regenerate(edited(given, where, change), "budsjett.xlsx", NEW)
    assert (outcome.status, outcome.reasons) == (DONE, ())
    assert outcome.data is not None
    reading = read_full(outcome.data, name="ny.xlsx")
    assert [row.get("dag") for row in reading.sak.tables[table]] == [7, 3, 4]
    assert list(reading.input_formulas.values()) == ["=7+0"]


def test_a_label_typed_over_and_a_label_text_typed_elsewhere_are_both_kept() -> None:
    def change(_: Any, cell: Any) -> None:
        sheet = cell("saksnummer").parent
        sheet.cell(cell("saksnummer").row, 1).value = "Vårt saksnummer"
        sheet.cell(40, 20).value = "Saksnummer"

    _, reading = done(change)
    own = own_things(reading)
    assert "Vårt saksnummer" in {v.value for v in own.cells["Forside"].values()}
    assert "Saksnummer" in {v.value for v in own.cells["Forside"].values()}


def _chart(book: Any, _: Any) -> None:
    sheet = book.create_sheet("Bilde")
    for i in range(1, 4):
        sheet.cell(i, 1).value = i
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=3))
    sheet.add_chart(chart, "C3")


def _validation(book: Any, _: Any) -> None:
    sheet = book.create_sheet("Liste")
    rule = DataValidation(type="list", formula1='"ja,nei"')
    rule.add("A1")
    sheet.add_data_validation(rule)


def _colours(book: Any, _: Any) -> None:
    rule = ColorScaleRule(start_type="min", start_color="FF0000", end_type="max", end_color="00FF00")
    book.create_sheet("Farger").conditional_formatting.add("A1:A9", rule)


def _colours_on_the_form(_: Any, cell: Any) -> None:
    rule = ColorScaleRule(start_type="min", start_color="FF0000", end_type="max", end_color="00FF00")
    cell("inntekter.brutto").parent.conditional_formatting.add("A1:A9", rule)


def _formula_colour_on_the_form(_: Any, cell: Any) -> None:
    rule = FormulaRule(formula=["A1>7"], fill=PatternFill("solid", bgColor="FFFF0000"))
    cell("inntekter.brutto").parent.conditional_formatting.add(cell("inntekter.brutto").coordinate, rule)


def _list_on_the_form(_: Any, cell: Any) -> None:
    rule = DataValidation(type="list", formula1='"Ola,Kari"')
    rule.add(cell("raadgiver").coordinate)
    cell("raadgiver").parent.add_data_validation(rule)


def _table(book: Any, _: Any) -> None:
    sheet = book.create_sheet("Tabell")
    sheet["A1"], sheet["A2"] = "navn", "x"
    sheet.add_table(Table(displayName="T1", ref="A1:A2"))


def _chart_on_the_form(_: Any, cell: Any) -> None:
    sheet = cell("saksnummer").parent
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3))
    sheet.add_chart(chart, "Z3")


def _array(book: Any, _: Any) -> None:
    from openpyxl.worksheet.formula import ArrayFormula

    book.create_sheet("Matrise")["A1"] = ArrayFormula("A1:A3", "=ROW(1:3)")


def _error(_: Any, cell: Any) -> None:
    cell("inntekter.brutto", 0).value = "#REF!"
    cell("inntekter.brutto", 0).data_type = "e"


def _deleted_sheet(book: Any, cell: Any) -> None:
    del book[cell("inntekter.brutto").parent.title]


def _broken_own_formula(book: Any, _: Any) -> None:
    book.create_sheet("Feil")["A1"] = "=SUM(A2:[2]Ark1!B3)"


def _link_on_a_number(book: Any, _: Any) -> None:
    cell = book.create_sheet("Lenker")["A1"]
    cell.value, cell.hyperlink = 5, "https://www.nav.no"


def _text_that_is_an_address(book: Any, cell: Any) -> None:
    book.create_sheet("Peker")["A1"] = '=INDIRECT("Inntekt!I16")'
    cell("inntekter.beskrivelse", 15).value = "Så langt nede at tabellen får flere rader"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (_chart, "et diagram"), (_validation, "regler for inntasting"), (_colours, "betinget formatering"),
        (_colours_on_the_form, "betinget formatering"),
        (_formula_colour_on_the_form, "en regel for farger"), (_list_on_the_form, "en regel for farger"),
        (_table, "en Excel-tabell"), (_array, "matriseformler"),
        (_chart_on_the_form, "et diagram"), (_error, "en feilverdi"), (_deleted_sheet, "er slettet"),
        (_broken_own_formula, "viser til noe"), (_link_on_a_number, "lenker på tall"),
        (_text_that_is_an_address, "INDIREKTE"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_is_named_and_left_for_a_person(change: Any, word: str) -> None:
    outcome = after(change)
    assert (outcome.status, outcome.data) == (MANUAL, None)
    assert any(word in reason for reason in outcome.reasons), outcome.reasons


@pytest.mark.parametrize(
    ("extension", "word"),
    [
        ("<x14:sparklineGroups><x14:sparklineGroup/></x14:sparklineGroups>", "sparklines"),
        ("<x14:dataValidations><x14:dataValidation/></x14:dataValidations>", "regler for inntasting"),
        ("<x14:conditionalFormattings/>", "betinget formatering"),
    ],
)
def test_what_newer_versions_of_excel_put_on_the_form_is_named(extension: str, word: str) -> None:
    uri = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    added = f'<extLst><ext xmlns:x14="{uri}" uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}">{extension}</ext></extLst>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package())) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</worksheet>", added.encode() + b"</worksheet>")
            new.writestr(name, content)
    outcome = regenerate(buffer.getvalue(), "sak.xlsx", NEW)
    assert outcome.status == MANUAL
    assert word in outcome.reasons[0]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "tom"), (b"PK\x03\x04" + b"x" * 90, "«sak.xlsx»"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "passordbeskyttet"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_one_line(data: bytes, word: str) -> None:
    outcome = regenerate(data, "sak.xlsx", NEW)
    assert (outcome.status, outcome.data) == (REFUSED, None)
    assert len(outcome.reasons) == 1
    assert word in outcome.reasons[0]
    assert "\n" not in outcome.reasons[0]


def test_a_workbook_that_is_not_ours_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package())) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b"<t>okosos_xl</t>", b"<t>noe annet</t>")
            new.writestr(name, content)
    outcome = regenerate(buffer.getvalue(), "sak.xlsx", NEW)
    assert outcome.status == REFUSED
    assert "ikke laget med okosos_xl" in outcome.reasons[0]


def test_the_own_rates_of_a_municipality_are_not_lost_without_its_file() -> None:
    kommune = FAMILY.parent / "kommune-eksempel.yaml"
    own = generate("sosialhjelp", FAMILY, kommune=kommune)
    outcome = regenerate(own, "sak.xlsx", NEW)
    assert outcome.status == MANUAL
    assert "--kommune" in outcome.reasons[0]
    assert regenerate(own, "sak.xlsx", How(date(2027, 1, 1), kommune)).status == DONE
