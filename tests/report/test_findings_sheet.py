"""``--report``: a copy of the advisor's own file, byte for byte, but for the sheet Funn and the lines that name it."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from openxml_audit import FileFormat, OpenXmlValidator
from python_calamine import CalamineWorkbook

from okosos_xl import api
from okosos_xl.engine.libreoffice_engine import LibreofficeEngine, find_soffice
from okosos_xl.kontroll.finding import Report
from okosos_xl.report.findings_sheet import with_findings
from okosos_xl.report.judged import judged
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.refusal import WorkbookRefused

TOUCHED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {m.filename: archive.read(m) for m in archive.infolist()}


def look(cell) -> tuple[object, ...]:
    font, fill = cell.font, cell.fill
    return cell.value, font.b, font.sz, font.color and font.color.rgb, fill.fgColor.rgb, cell.number_format


def reported(data: bytes, report: Report) -> bytes:
    package = Package(read_vetted(data, name="sak.xlsx"))
    return with_findings(package, report, judged([report], frozenset({"feil"})))


@pytest.fixture(scope="module")
def copy(package, reports) -> bytes:
    return reported(package, reports[0])


def test_everything_but_the_new_sheet_is_untouched(package, copy) -> None:
    before, after = members(package), members(copy)
    assert set(after) - set(before) == {"xl/worksheets/funn1.xml"}
    assert {name for name in before if before[name] != after[name]} == TOUCHED
    for name in TOUCHED:  # lines are put in; nothing is taken away but the counts
        kept = re.sub(rb' count="\d+"', b"", before[name])
        pieces = iter(re.sub(rb' count="\d+"', b"", after[name]))
        assert all(byte in pieces for byte in kept)
    old = openpyxl.load_workbook(io.BytesIO(package))
    new = openpyxl.load_workbook(io.BytesIO(copy))
    for sheet in old.sheetnames:
        for row, other in zip(old[sheet].iter_rows(max_row=30), new[sheet].iter_rows(max_row=30), strict=True):
            for a, b in zip(row, other, strict=True):
                assert look(a) == look(b)


def test_the_sheet_says_what_where_why_and_what_to_do(copy) -> None:
    book = openpyxl.load_workbook(io.BytesIO(copy))
    sheet = book["Funn"]
    assert sheet["A1"].value == "Funn i arbeidsboken"
    assert sheet["A2"].value == "2 feil, 1 advarsel, 1 opplysning."
    assert [cell.value for cell in sheet[4]] == [
        "Alvorlighet", "Kode", "Sted", "Hva", "Hvorfor det betyr noe", "Hva du gjør", "Kroner",
    ]  # fmt: skip
    first = [cell.value for cell in sheet[5]]
    assert first[:3] == ["feil", "OKX210", "Plan!F14"]
    assert first[3] == "Formelen er erstattet med 1 200. (F14, F15, F16 …)"
    assert first[5:] == ["Slett tallet.", 1412.5]
    assert sheet["C5"].hyperlink.location == "'Plan'!F14"
    assert sheet["C6"].hyperlink.location == "'Bob''s ark'!D7"
    assert sheet["C7"].hyperlink.location == "'Perioder'!A1"
    assert sheet["C8"].hyperlink is None
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$1:$4"
    assert sheet["A5"].font.b
    assert sheet["A5"].fill.fgColor.rgb == "FFF9D6D5"


def test_text_that_looks_like_a_formula_stays_text(copy) -> None:
    cell = openpyxl.load_workbook(io.BytesIO(copy))["Funn"]["D6"]
    assert cell.data_type == "s"
    assert cell.value.startswith('=1+1 <script>alert("x")</script> &')
    assert cell.quotePrefix
    assert b"<f>" not in members(copy)["xl/worksheets/funn1.xml"]
    with CalamineWorkbook.from_filelike(io.BytesIO(copy)) as book:
        rows = book.get_sheet_by_name("Funn").to_python()
    assert rows[5][3] == cell.value


def test_the_copy_opens_without_repair(copy, tmp_path) -> None:
    file = tmp_path / "kopi.xlsx"
    file.write_bytes(copy)
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=20).validate(file)
    assert result.is_valid, [str(error) for error in result.errors]


@pytest.mark.libreoffice
@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_copy(copy) -> None:
    assert LibreofficeEngine().evaluate(copy)["Funn"][4][1] == "OKX210"


def test_the_copy_reads_as_the_original_and_gives_the_same_findings(package, copy) -> None:
    assert api.read(copy) == api.read(package)
    assert api.validate(copy, name="x").findings == api.validate(package, name="x").findings


def test_a_second_report_takes_the_place_of_the_first(copy, reports) -> None:
    again = reported(copy, reports[0])
    assert members(again) == members(copy)
    fewer = reported(copy, Report("sak.xlsx", ()))
    assert [s.name for s in Package(read_vetted(fewer)).sheets].count("Funn") == 1
    assert openpyxl.load_workbook(io.BytesIO(fewer))["Funn"]["A2"].value == "I orden. Det er ingen funn."
    assert {n for n, c in members(fewer).items() if c != members(copy)[n]} == {"xl/worksheets/funn1.xml"}


def test_an_own_sheet_with_the_name_is_left_alone(package, reports) -> None:
    named = members(package)
    named["xl/workbook.xml"] = named["xl/workbook.xml"].replace(b'name="Kreditorer"', b'name="funn"')
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in named.items():
            archive.writestr(name, content)
    names = [s.name for s in Package(read_vetted(reported(stream.getvalue(), reports[0]))).sheets]
    assert names[-1] == "Funn 2"
    assert "funn" in names


def test_a_signed_workbook_is_not_touched(package, reports) -> None:
    stream = io.BytesIO(package)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    with pytest.raises(WorkbookRefused) as caught:
        reported(stream.getvalue(), reports[0])
    assert caught.value.code == "OKX027"


def test_the_same_findings_give_the_same_bytes(package, copy, reports) -> None:
    assert reported(package, reports[0]) == copy


def test_styles_that_are_not_xml_are_one_clear_refusal(package, reports) -> None:
    spoiled = members(package) | {"xl/styles.xml": b"<styleSheet><fonts></styleSheet>"}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in spoiled.items():
            archive.writestr(name, content)
    with pytest.raises(WorkbookRefused) as caught:
        reported(stream.getvalue(), reports[0])
    assert caught.value.code == "OKX027"
