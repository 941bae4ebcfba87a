"""A workbook is read the same whichever program wrote it, and whichever way its sheets are parsed."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.worksheet.formula import ArrayFormula
from raw_package import MAIN, parts, relationships, workbook, worksheet, zipped

from okosos_xl.engine.values import ExcelError
from okosos_xl.workbook import sharedstrings
from okosos_xl.workbook.areas import Area
from okosos_xl.workbook.guard import WorkbookRefused, read_vetted
from okosos_xl.workbook.package import Package, SheetInfo
from okosos_xl.workbook.plainxml import NotPlainError
from okosos_xl.workbook.sheetcells import SheetCells
from okosos_xl.workbook.sheetexpat import read_by_parser
from okosos_xl.workbook.sheetxml import read_directly
from okosos_xl.workbook.xmlguard import local, parse_small


def contents(cells: SheetCells) -> tuple[object, ...]:
    return cells.values, dict(cells.formulas), cells.arrays, cells.data_tables


def opened(data: bytes, *, plain: bool | None = None) -> Package:
    """The package, after reading every sheet both ways; ``plain`` says whether the direct way must manage it."""
    package = Package(read_vetted(data))
    for sheet in package.sheets:
        content = package.vetted.part(sheet.part)
        assert content is not None
        if sheet.kind != "worksheet":
            continue
        direct = read_directly(content, package.strings, 64)
        if plain is not None:
            assert (direct is not None) == plain, sheet.name
        if direct is not None:
            assert contents(direct) == contents(read_by_parser(content, package.strings, 64))
    return package


def cells_of(rows: str, *, plain: bool | None = None, strings: str = "") -> SheetCells:
    return opened(zipped(parts(rows, strings=strings)), plain=plain).sheet("Krav")


def refusal_of(rows: str = "", **changed: str) -> WorkbookRefused:
    with pytest.raises(WorkbookRefused) as caught:
        package = Package(read_vetted(zipped(parts(rows, **changed)), name="sak.xlsx"))
        package.sheet("Krav")
    assert "\n" not in caught.value.message
    return caught.value


# --- every kind of cell ------------------------------------------------------------------------------------------


def test_every_kind_of_value_is_read() -> None:
    cells = cells_of(
        '<row r="1"><c r="A1"><v>12.5</v></c><c r="B1" s="2" t="n"><v>-1E-3</v></c><c r="C1" t="s"><v>1</v></c>'
        '<c r="D1" t="str"><f>A1&amp;"&lt;"</f><v>a &amp; b</v></c><c r="E1" t="b"><v>1</v></c>'
        '<c r="F1" t="e"><v>#DIV/0!</v></c><c r="G1" s="4"/><c r="H1" t="inlineStr"><is><t>inni</t></is></c>'
        '<c r="I1" t="d"><v>2026-11-22</v></c><c r="J1" t="str"><f>""</f><v></v></c><c r="K1"><f>A1</f></c></row>'
        '<row r="2"/><row r="3" spans="1:2" x="y"><c r="XFD3"><v>0</v></c></row>',
        strings="<si><t>null</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space='preserve'>k </t></r>"
        "<rPh sb='0' eb='1'><t>ikke</t></rPh></si>",
        plain=True,
    )
    assert cells.values == {
        (1, 1): 12.5,
        (1, 2): -0.001,
        (1, 3): "rik ",
        (1, 4): "a & b",
        (1, 5): True,
        (1, 6): ExcelError("#DIV/0!"),
        (1, 8): "inni",
        (1, 9): 46348.0,
        (1, 10): "",
        (3, 16384): 0.0,
    }
    assert dict(cells.formulas) == {(1, 4): 'A1&"<"', (1, 10): '""', (1, 11): "A1"}
    assert cells.dimensions == Area("", 1, 1, 3, 16384)
    assert cells.values[1, 5] is True


def test_escaped_characters_are_decoded_in_texts() -> None:
    cells = cells_of(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>_x0041_x_xD800_</v></c></row>',
        strings="<si><t>en_x000D_to_x005F_x000D_ _xlfn</t></si>",
    )
    assert cells.values == {(1, 1): "en\rto_x000D_ _xlfn", (1, 2): "Ax_xD800_"}


def test_shared_formulas_are_expanded_and_share_one_form() -> None:
    cells = cells_of(
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*$C$1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"></f><v>3</v></c><c r="B3"><f>C3*$C$1</f><v>3</v></c></row>',
        plain=True,
    )
    assert dict(cells.formulas) == {(1, 1): "B1*$C$1", (2, 1): "B2*$C$1", (3, 1): "B3*$C$1", (3, 2): "C3*$C$1"}
    assert {cells.formulas.r1c1(cell) for cell in cells.formulas} == {"RC[1]*R1C3"}
    assert (2, 1) in cells.formulas
    assert (9, 9) not in cells.formulas
    assert len(cells.formulas) == 4
    with pytest.raises(KeyError):
        cells.formulas[9, 9]


def test_array_formulas_and_data_tables_are_flagged() -> None:
    cells = cells_of(
        '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">B1:B2*2</f><v>1</v></c>'
        '<c r="C1"><f t="dataTable" ref="C1:C9" dt2D="0" dtr="0" r1="A1"/><v>7</v></c></row>',
        plain=True,
    )
    assert cells.arrays == {(1, 1): "A1:A2"}
    assert dict(cells.formulas) == {(1, 1): "B1:B2*2"}
    assert cells.data_tables == {(1, 3): "C1:C9"}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c s="1" r="B2"><f>A1</f><v>5</v></c></row>',
        '<row r="2">\n  <c r="B2"><f>A1</f><v>5</v></c>\n</row>',
        '<row r="2"><c r="B2"><f>A1</f><v><![CDATA[5]]></v></c></row>',
        '<row r="2"><c r="B2"><!-- A9 --><f><![CDATA[A]]>1</f><v>5</v></c></row>',
        '<row r="2"><c r="B2"><f>&#65;1</f><v>5</v></c></row>',
        "<row r='2'><c r='B2'><f>A1</f><v>5</v></c></row>",
        '<row r="2"><c r="A2"/><c><f>A1</f><v>5</v></c></row>',
        "<row/><row><c/><c ><f>A1</f ><v>5</v></c></row>",
        '<row r="2"><c r="B2"><v>5</v><f>A1</f></c></row>',
        '<row r="2"><c r="B2"><f>A1</f><v>5</v><extLst><v>9</v></extLst></c></row>',
        '<row r="3"/><row r="2"><c r="B2"><f>A1</f><v>5</v></c></row>',
    ],
)
def test_the_same_cell_is_found_however_it_is_written(rows: str) -> None:
    cells = cells_of(rows)
    assert cells.values == {(2, 2): 5.0}
    assert dict(cells.formulas) == {(2, 2): "A1"}


def test_prefixes_and_other_namespaces_are_understood() -> None:
    rows = '<x:row r="1"><x:c r="A1"><x:f>1+1</x:f><x:v>2</x:v><y:v xmlns:y="urn:y">3</y:v></x:c></x:row>'
    text = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    cells = opened(zipped(parts(sheet=text)), plain=False).sheet("Krav")
    assert (cells.values, dict(cells.formulas)) == ({(1, 1): 2.0}, {(1, 1): "1+1"})


@pytest.mark.parametrize(
    "data", ["<sheetData/>", "<sheetData></sheetData>", '<sheetData><row r="1"></row></sheetData>']
)
def test_an_empty_sheet_is_empty(data: str) -> None:
    cells = opened(zipped(parts(sheet=f'<worksheet xmlns="{MAIN}">{data}</worksheet>'))).sheet("Krav")
    assert (cells.values, len(cells.formulas), cells.dimensions) == ({}, 0, None)


def test_rows_hidden_in_a_comment_are_not_cells() -> None:
    text = worksheet("").replace("<sheetData>", '<!--<sheetData><row r="1"><c r="A1"><v>1</v></c></row>--><sheetData>')
    assert opened(zipped(parts(sheet=text))).sheet("Krav").values == {}


ROWS = (
    '<row r="1" spans="1:3"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1"><f aca="false">A1&lt;2</f><v>2</v></c></row>'
    '<row r="2"/><row r="3"><c r="A3" t="str"><f>"x"</f><v>x</v></c><c r="B3" t="inlineStr"><is><t>y</t></is></c></row>'
)
MARKUP = st.sampled_from(
    ["<", ">", "/", '"', "&", "&amp;", " ", "=", "A1", "<v>", "</v>", "<c>", "</c>", '<c r="A9">', "</row>", "<row>",
     '<row r="9">', "<v/>", "<f>", "</f>", "<!--", "-->", "]]>", "s", "\n", "\r", "\x00", ' t="b"', "9", "0", "x:", "é"]
)  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(ROWS)), st.integers(0, 12), MARKUP), min_size=1, max_size=4))
def test_the_direct_way_never_sees_anything_else_than_the_parser(changes: list[tuple[int, int, str]]) -> None:
    rows = ROWS
    for place, removed, inserted in changes:
        rows = rows[:place] + inserted + rows[place + removed :]
    content = worksheet(rows).encode()
    direct = read_directly(content, ["null"], 64)
    if direct is not None:
        assert contents(direct) == contents(read_by_parser(content, ["null"], 64))


STRINGS = '<si><t>a</t></si><si><t xml:space="preserve"> b&lt;c_x000D_ </t></si><si><r><t>d</t></r></si><si><t/></si>'


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(STRINGS)), st.integers(0, 9), MARKUP), max_size=3), st.integers(0, 60))
def test_shared_texts_are_the_same_the_direct_way(changes: list[tuple[int, int, str]], kept: int) -> None:
    text = STRINGS[:kept]
    for place, removed, inserted in changes:
        text = text[:place] + inserted + text[place + removed :]
    content = f'<sst xmlns="{MAIN}">{text}</sst>'.encode()
    try:
        direct = sharedstrings._read_plain(content)
    except (NotPlainError, ValueError):
        return
    assert direct == [sharedstrings.flat_text(item) for item in parse_small(content) if local(item.tag) == "si"]


@pytest.mark.parametrize("text", ["<si><t>æ&amp;å</t></si>", '<si><t xml:space="preserve"> b </t></si>' * 3])
def test_plain_shared_texts_go_the_direct_way(text: str) -> None:
    content = f'<sst xmlns="{MAIN}">{text}</sst>'.encode()
    assert sharedstrings._read_plain(content) == sharedstrings.read_strings(content) != []


# --- what is wrong is named ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ('<row r="1"><c r="B1"><v>tolv</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="B1"><v>1e999</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="B1"><v>nan</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="B1" t="s"><v>7</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="B1" t="b"><v>2</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="B1" t="q"><v>2</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="B1" t="d"><v>i går</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="B1"><f t="shared" si="4"/><v>1</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="B1"><v>2</v></c></row>', "Krav!B1"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "arket «Krav»"),
        ('<row r="1"><c r="A1048577"><v>1</v></c></row>', "arket «Krav»"),
        (f'<row r="{"9" * 5000}"><c><v>1</v></c></row>', "arket «Krav»"),
        ('<row r="1"><c r="A1"><v>1</c></row>', "arket «Krav»"),
        ('<row r="1"><c r="A1"><v>&nix;</v></c></row>', "arket «Krav»"),
        ('<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>', "arket «Krav»"),
        ('<row r="1"><c r="A1" t="str"><v>]]></v></c></row>', "arket «Krav»"),
        ('<row r="1"><c r="A1" s="1" s="2"><v>1</v></c></row>', "arket «Krav»"),
        ('<row r="1"><c r="A1"><v>1</v></c></row></row>', "arket «Krav»"),
        ('<row r="1"><c r="A1"><v>1</v></c>', "arket «Krav»"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(rows: str, place: str) -> None:
    error = refusal_of(rows)
    assert error.code == "OKX022"
    assert place in error.message
    assert error.message.startswith("«sak.xlsx» kan ikke leses, for ")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"workbook": workbook(sheets="")}, "OKX021"),
        ({"workbook": workbook(sheets='<sheet name="Krav" sheetId="1" r:id="rId9"/>')}, "OKX021"),
        ({"workbook": workbook(sheets='<sheet name="Krav" sheetId="1" r:id="rId1"/>' * 2)}, "OKX022"),
        ({"workbook": workbook(sheets='<sheet name="Krav" state="borte" r:id="rId1"/>')}, "OKX022"),
        ({"workbook": workbook('<definedNames><definedName name="a" localSheetId="7">1</definedName></definedNames>')},
         "OKX022"),
        ({"sheet": "<worksheet>"}, "OKX022"),
        ({"strings": "<si>"}, "OKX022"),
    ],
)  # fmt: skip
def test_a_broken_workbook_is_refused(changed: dict[str, str], code: str) -> None:
    assert refusal_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', **changed).code == code


def test_an_unknown_sheet_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        Package(read_vetted(zipped(parts()))).sheet("Ukjent")


# --- the workbook part --------------------------------------------------------------------------------------------


def test_names_are_read_with_scope_and_broken_ones_reported() -> None:
    names = (
        '<workbookPr date1904="1"/><definedNames><definedName name="krav.saldo">Krav!$C$2:$C$9</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0" hidden="1">Krav!$A:$C</definedName>'
        '<definedName name="borte">Krav!#REF!</definedName><definedName name="sats">0.25</definedName></definedNames>'
    )
    package = opened(zipped(parts(workbook=workbook(names))))
    assert list(package.defined_names) == ["krav.saldo", "Krav!_xlnm.Print_Area", "borte", "sats"]
    assert package.defined_names["krav.saldo"].area == Area("Krav", 2, 3, 9, 3)
    scoped = package.defined_names["Krav!_xlnm.Print_Area"]
    assert (scoped.name, scoped.sheet, scoped.hidden) == ("_xlnm.Print_Area", "Krav", True)
    assert [name.name for name in package.broken_names] == ["borte"]
    assert package.defined_names["sats"].area is None
    assert package.date1904


def test_a_chart_sheet_is_listed_and_has_no_cells() -> None:
    found = parts(workbook=workbook(sheets='<sheet name="Graf" state="veryHidden" r:id="rId1"/>'))
    found["xl/_rels/workbook.xml.rels"] = relationships(("rId1", "chartsheet", "chartsheets/sheet1.xml"))
    found["xl/chartsheets/sheet1.xml"] = f'<chartsheet xmlns="{MAIN}"/>'
    package = opened(zipped(found))
    assert package.sheets == [SheetInfo("Graf", "xl/chartsheets/sheet1.xml", "veryHidden", "chartsheet")]
    assert package.sheet("Graf").values == {}


# --- files from real programs --------------------------------------------------------------------------------------


def by_xlsxwriter() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, hidden = book.add_worksheet("Krav"), book.add_worksheet("Mitt ark")
    hidden.very_hidden()
    kroner = book.add_format({"num_format": "#,##0"})
    sheet.write_row(0, 0, ["Kreditor", "Saldo", " mellomrom ", "a<b & «æøå»\r\n"])
    for row in range(1, 6):
        sheet.write(row, 0, f"Kreditor {row}")
        sheet.write(row, 1, 1000.5 * row, kroner)
        sheet.write_formula(row, 2, f'=IF(AND(B{row + 1}<=$B$2,TRUE),0.10*B{row + 1},"nei & nei")', kroner, 100 * row)
        sheet.write_blank(row, 3, None, kroner)
    sheet.write_formula(6, 0, '=A1&"x"', None, "Kreditorx")
    sheet.write_formula(6, 1, "=1/0", None, "#DIV/0!")
    sheet.write_boolean(6, 2, False)
    sheet.write_array_formula("E2:E3", "{=B2:B3*2}", None, 2001)
    sheet.write_comment("B2", "Ringt 3. mars\nto linjer", {"author": "rådgiver"})
    book.define_name("krav.saldo", "=Krav!$B$2:$B$6")
    book.define_name("saldo_æøå", "='Mitt ark'!$A$1")
    book.close()
    return stream.getvalue()


def by_openpyxl() -> bytes:
    book: Any = openpyxl.load_workbook(io.BytesIO(by_xlsxwriter()))
    book["Krav"]["B3"].comment = Comment("lagt til", "noen")
    book["Krav"]["H1"] = ArrayFormula("H1:H2", "=B2:B3")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_libreoffice(folder: Path) -> bytes:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) er ikke installert")
    (folder / "sak.xlsx").write_bytes(by_xlsxwriter())
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "ut")]
    subprocess.run([*command, str(folder / "sak.xlsx")], check=True, capture_output=True, timeout=120)
    return (folder / "ut" / "sak.xlsx").read_bytes()


def check_the_same(package: Package, original: Package) -> None:
    mine, theirs = package.sheet("Krav"), original.sheet("Krav")
    assert [(one.name, one.state != "visible") for one in package.sheets] == [("Krav", False), ("Mitt ark", True)]
    for cell in theirs.formulas:
        assert mine.formulas.r1c1(cell) == theirs.formulas.r1c1(cell), cell
    assert {cell: mine.values.get(cell) for cell in theirs.values if cell not in theirs.formulas and cell[1] < 4} == {
        cell: value for cell, value in theirs.values.items() if cell not in theirs.formulas and cell[1] < 4
    }
    for name in ("krav.saldo", "saldo_æøå"):
        assert package.defined_names[name].area == original.defined_names[name].area
    assert mine.comments[2, 2] == "Ringt 3. mars\nto linjer"
    assert mine.arrays[2, 5] == "E2:E3"


def test_a_file_from_xlsxwriter_is_read_the_direct_way() -> None:
    package = opened(by_xlsxwriter(), plain=None)
    cells = package.sheet("Krav")
    assert cells.values[1, 4] in ("a<b & «æøå»\r\n", "a<b & «æøå»\n")
    assert cells.values[1, 3] == " mellomrom "
    assert cells.values[7, 2] == ExcelError("#DIV/0!")
    assert cells.values[7, 3] is False
    assert cells.formulas[2, 3] == 'IF(AND(B2<=$B$2,TRUE),0.10*B2,"nei & nei")'
    assert len({cells.formulas.r1c1((row, 3)) for row in range(2, 7)}) == 1
    assert package.sheets[1].state == "veryHidden"
    assert package.sheet("Krav") is cells
    content = package.vetted.part("xl/worksheets/sheet1.xml")
    assert content is not None
    assert read_directly(content, package.strings, 64) is not None
    check_the_same(package, package)


def test_a_file_saved_by_openpyxl_is_read_alike() -> None:
    package = opened(by_openpyxl())
    check_the_same(package, opened(by_xlsxwriter()))
    assert package.sheet("Krav").comments[3, 2] == "lagt til"
    assert package.sheet("Krav").arrays[1, 8] == "H1:H2"


@pytest.mark.libreoffice
def test_a_file_saved_by_libreoffice_is_read_alike(tmp_path: Path) -> None:
    package = opened(by_libreoffice(tmp_path))
    check_the_same(package, opened(by_xlsxwriter()))
    content = package.vetted.part("xl/worksheets/sheet1.xml")
    assert content is not None
    assert read_directly(content, package.strings, 64) is not None, "LibreOffice sheets should go the direct way"


@pytest.mark.parametrize("make", [by_xlsxwriter, by_openpyxl])
def test_other_readers_see_the_same_values(make: Callable[[], bytes]) -> None:
    data = make()
    book: Any = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    ours = opened(data).sheet("Krav").values
    for row in book["Krav"].iter_rows(max_col=3):
        for cell in row:
            if cell.value is not None and not str(cell.value).startswith("#"):
                assert ours[cell.row, cell.column] == cell.value
