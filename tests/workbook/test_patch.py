"""Values put into an advisor's own file: the cells asked for, the formulas they reach, and not a byte besides."""
# ruff: noqa: E501 - the cases are pieces of XML

from __future__ import annotations

import io
import re
import struct
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import FileFormat, OpenXmlValidator
from raw_package import MAIN, relationships, workbook, worksheet, zipped
from raw_package import parts as raw_parts

from okosos_xl import api
from okosos_xl.engine import get_engine, value_at
from okosos_xl.engine.compare import same
from okosos_xl.engine.libreoffice_engine import find_soffice
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.patch import Edit, Patched, patch
from okosos_xl.workbook.patch_zip import with_members
from okosos_xl.workbook.refusal import WorkbookRefused

TEMPLATES = Path(__file__).parents[1] / "forvaltning" / "maler"
CASE: dict[str, Any] = {
    "dato": "2026-11-22",
    "startmaaned": "2026-01",
    "inngaaende": 1000,
    "formaal": [{"navn": "Husleie", "belop": 8000}],
    "kladd": [{"dato": f"2026-01-{d:02d}", "tekst": f"Rad {d}", "ut": 10 * d, "bilag": str(d)} for d in range(1, 29)],
}


@cache
def book() -> bytes:
    return api.generate("forvaltning", CASE, templates=TEMPLATES)


def parts(rows: str = "", **changed: str) -> dict[str, str | bytes]:
    """The parts of a small workbook, with the shared strings the engine asks for."""
    return raw_parts(rows, strings="", **changed)


def opened(data: bytes) -> Package:
    return Package(read_vetted(data, name="sak.xlsx"))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {m.filename: archive.read(m) for m in archive.infolist()}


def packed(data: bytes) -> dict[str, tuple[object, ...]]:
    """Every member as it lies in the file: what the directory says, and the packed bytes."""
    found: dict[str, tuple[object, ...]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for m in archive.infolist():
            name, extra = struct.unpack_from("<2H", data, m.header_offset + 26)
            start = m.header_offset + 30 + name + extra
            content = data[start : start + m.compress_size]
            about = (m.date_time, m.external_attr, m.create_system, m.flag_bits, m.compress_type, m.extra, m.comment)
            found[m.filename] = (*about, content)
    return found


def tiny(rows: str, before: str = "", after: str = "", **more: Any) -> Package:
    """A workbook of one sheet, Krav, written by hand."""
    sheet = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return opened(zipped(parts(sheet=sheet, **more)))


def put(package: Package, **cells: float | str | None) -> Patched:
    """Edits to the sheet Krav by address."""
    from okosos_xl.workbook.areas import parse_cell

    return patch(package, {"Krav": {parse_cell(at): Edit(value) for at, value in cells.items()}})


def sheet(data: bytes) -> str:
    return members(data)["xl/worksheets/sheet1.xml"].decode()


def test_every_part_but_the_changed_sheets_lies_in_the_new_file_as_the_same_packed_bytes() -> None:
    package = opened(book())
    region = api.read_full(book(), templates=TEMPLATES).layout.regions["kladd.ut"]
    new = patch(package, {region.sheet: {(region.row + 3, region.col): Edit(4711.5)}}).data
    old_members, new_members = packed(book()), packed(new)
    assert list(old_members) == list(new_members)
    changed = {name for name in old_members if old_members[name] != new_members[name]}
    kladd = next(s.part for s in package.sheets if s.name == "Kladderegnskap")
    forside = next(s.part for s in package.sheets if s.name == "Forside")
    assert kladd in changed
    assert changed <= {kladd, forside, *(s.part for s in package.sheets if s.name in ("Avtale", "Kontroll"))}
    for name in changed:
        assert old_members[name][:7] == new_members[name][:7]


def test_only_the_cells_asked_for_and_the_values_that_follow_differ_in_the_sheet() -> None:
    package = opened(book())
    region = api.read_full(book(), templates=TEMPLATES).layout.regions["kladd.tekst"]
    new = patch(package, {region.sheet: {(region.row + 3, region.col): Edit("Ny tekst")}}).data
    part = next(s.part for s in package.sheets if s.name == region.sheet)
    cells = re.compile(r"<c r[^>]*?(?:/>|>.*?</c>)", re.S)
    before, after = members(book())[part].decode(), members(new)[part].decode()
    assert cells.sub("", before) == cells.sub("", after)
    differing = [(a, b) for a, b in zip(cells.findall(before), cells.findall(after), strict=True) if a != b]
    assert len(differing) == 2  # the text, and the formula that shows it
    assert "Ny tekst" in differing[0][1]
    assert "Ny tekst" in differing[1][1]


def test_the_same_edit_gives_the_same_bytes_and_no_edit_gives_the_file_itself() -> None:
    package = opened(book())
    edits = {"Forside": {(7, 2): Edit("NAV Sør")}}
    assert patch(package, edits).data == patch(opened(book()), edits).data
    assert patch(package, {}).data == book()
    assert patch(package, {"Forside": {}}).data is package.vetted.data


def test_patched_values_are_those_a_workbook_made_from_the_new_case_has() -> None:
    reading = api.read_full(book(), templates=TEMPLATES)
    region = reading.layout.regions["kladd.ut"]
    new = patch(reading.package, {region.sheet: {(region.row, region.col): Edit(99.25)}}).data
    case = {**CASE, "kladd": [CASE["kladd"][0] | {"ut": 99.25}, *CASE["kladd"][1:]]}
    expected = api.generate_with_values("forvaltning", case, api.Making(templates=TEMPLATES))[1]
    package = opened(new)
    for info in package.sheets:
        cells = package.sheet(info.name)
        for cell in cells.formulas:
            grid = expected[info.name]
            value = grid[cell[0] - 1][cell[1] - 1] if cell[0] <= len(grid) and cell[1] <= len(grid[0]) else None
            assert same(cells.values.get(cell), value), (info.name, cell)
    assert api.recalc(new, templates=TEMPLATES).stale == []
    assert (
        api.read(new, templates=TEMPLATES).tables["kladd"][0]["ut"]
        == api.read(api.generate("forvaltning", case, templates=TEMPLATES), templates=TEMPLATES).tables["kladd"][0][
            "ut"
        ]
    )


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "12 500", "01.02.2026", "<b>&amp;", "_x000D_", " a  b ",
             "linje\nskift\tog\rretur", "", "\x01\x1f", "😀 æøå", "]]>", "TRUE", "#N/A"],
)  # fmt: skip
def test_a_text_is_a_text_whatever_it_looks_like(text: str) -> None:
    new = put(
        tiny('<row r="1"><c r="A1" s="0"><v>1</v></c><c r="B1"><f>ISTEXT(A1)</f><v>0</v></c></row>'), A1=text
    ).data
    cells = opened(new).sheet("Krav")
    assert cells.values[(1, 1)] == text
    assert list(cells.formulas) == [(1, 2)]
    if "\x01" not in text and "_x" not in text and "\r" not in text:
        assert (openpyxl.load_workbook(io.BytesIO(new))["Krav"]["A1"].value or "") == text
    if text:
        assert cells.values[(1, 2)] is True


def test_cells_and_rows_that_are_missing_are_made_in_order() -> None:
    rows = '<row r="2" spans="2:3"><c r="B2" s="4"/><c r="C2"><v>3</v></c></row><row r="5"/>'
    package = tiny(rows, before='<dimension ref="B2:C5"/><cols><col min="6" max="6" style="9"/></cols>')
    new = put(package, A1=1.0, A2=2.0, D2=4.0, B2="b", F3=6.0, E5=5.0, G9="slutt", C5=None).data
    text = sheet(new)
    found = re.findall(r'<c r="(\w+)"', text)
    assert found == ["A1", "A2", "B2", "C2", "D2", "F3", "E5", "G9"]
    assert re.findall(r'<row r="(\d+)"', text) == ["1", "2", "3", "5", "9"]
    assert '<dimension ref="A1:G9"/>' in text
    assert 'spans="1:4"' in text
    assert '<c r="B2" s="4" t="inlineStr">' in text
    assert '<c r="F3" s="9">' in text, "the look of the column"
    values = opened(new).sheet("Krav").values
    assert values == {
        (1, 1): 1.0,
        (2, 1): 2.0,
        (2, 2): "b",
        (2, 3): 3.0,
        (2, 4): 4.0,
        (3, 6): 6.0,
        (5, 5): 5.0,
        (9, 7): "slutt",
    }


@pytest.mark.parametrize("empty", ["<sheetData/>", "<sheetData></sheetData>", "<sheetData />"])
def test_a_sheet_without_any_row_gets_its_rows(empty: str) -> None:
    content = f'<worksheet xmlns="{MAIN}">{empty}</worksheet>'
    new = put(opened(zipped(parts(sheet=content))), C3="x", A1=2.0, B3=1.0).data
    assert opened(new).sheet("Krav").values == {(1, 1): 2.0, (3, 2): 1.0, (3, 3): "x"}


def test_a_missing_cell_takes_the_look_of_the_cell_named_or_of_its_row() -> None:
    package = tiny('<row r="1"><c r="A1" s="7"><v>1</v></c></row><row r="2" s="5" customFormat="1"/>')
    new = patch(package, {"Krav": {(3, 1): Edit(2.0, (1, 1)), (2, 1): Edit(3.0)}}).data
    assert '<c r="A3" s="7">' in sheet(new)
    assert '<c r="A2" s="5">' in sheet(new)


def test_other_programs_way_of_writing_xml_is_kept() -> None:
    content = (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<x:worksheet xmlns:x='{MAIN}'>\n <x:sheetData>\n"
        "  <x:row r='1'>\n   <x:c r='A1' s='3'>\n <x:v>1</x:v></x:c>\n   <x:c r='B1' t='str'><x:f>A1&amp;\"\"</x:f>"
        "<x:v>1</x:v></x:c><!-- her -->\n  </x:row>\n  <x:row><x:c><x:v>9</x:v></x:c><x:c s='2'/></x:row>\n"
        " </x:sheetData>\n</x:worksheet>"
    )
    new = put(opened(zipped(parts(sheet=content))), A1=5.0, C1="æ", B2=8.0).data
    text = sheet(new)
    assert text == content.replace(
        "<x:c r='A1' s='3'>\n <x:v>1</x:v></x:c>", '<x:c r="A1" s="3"><x:v>5</x:v></x:c>'
    ).replace("<x:v>1</x:v></x:c><!-- her -->\n  ", '<x:v>5</x:v></x:c><!-- her -->\n  '
              '<x:c r="C1" t="inlineStr"><x:is><x:t xml:space="preserve">æ</x:t></x:is></x:c>').replace(
        "<x:c s='2'/>", '<x:c s="2"><x:v>8</x:v></x:c>'
    )  # fmt: skip


FORMULAS = {
    'IF(A1>1,"tekst",A1)': ("tekst", 1.0),
    "A1>1": (True, False),
    "IF(A1>1,1/0,2)": ("#DIV/0!", 2.0),
    'IF(A1>1,"","full")': ("", "full"),
    "A1*1.5": (3.0, 1.5),
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_value_may_become_of_another_kind_and_back(formula: str) -> None:
    high, low = FORMULAS[formula]
    xml = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    start = tiny(f'<row r="1"><c r="A1"><v>0.5</v></c><c r="B1" s="2"><f>{xml}</f></c></row>')
    for content, wanted in ((1.0, low), (2.0, high), (1.0, low), (2.0, high)):
        start = opened(put(start, A1=content).data)
        found = start.sheet("Krav").values.get((1, 2))
        assert str(found) == str(wanted)
        assert type(found).__name__ in (type(wanted).__name__, "ExcelError")
        assert f"<f>{xml}</f>" in sheet(start.vetted.data)
        assert 'r="B1" s="2"' in sheet(start.vetted.data)


def test_shared_formulas_keep_their_share_and_get_their_values() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*2</f><v>2</v></c></row>'
    rows += "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}"><f t="shared" si="0"/><v>{2 * r}</v></c></row>'
        for r in (2, 3)
    )
    new = put(tiny(rows), A2=50.0, A1=7.0)
    assert new.refreshed == 2
    assert sheet(new.data) == sheet(zipped(parts(rows))).replace(
        '<c r="A1"><v>1</v></c>', '<c r="A1"><v>7</v></c>').replace("</f><v>2</v>", "</f><v>14</v>").replace(
        '<c r="A2"><v>2</v></c>', '<c r="A2"><v>50</v></c>').replace('si="0"/><v>4</v>', 'si="0"/><v>100</v>')  # fmt: skip


def test_a_value_that_was_not_computed_anew_before_is_left_when_the_edit_does_not_reach_it() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>C1*2</f><v>77</v></c><c r="C1"><v>3</v></c><c r="D1"><f>A1+1</f><v>2</v></c></row>'
    new = put(tiny(rows), A1=5.0)
    assert opened(new.data).sheet("Krav").values == {(1, 1): 5.0, (1, 2): 77.0, (1, 3): 3.0, (1, 4): 6.0}
    assert (new.refreshed, new.unsure) == (1, 0)


@pytest.mark.parametrize(
    ("calc", "wanted"),
    [
        ("", '<calcPr fullCalcOnLoad="1"/>'),
        ('<calcPr calcId="191029"/>', '<calcPr calcId="191029" fullCalcOnLoad="1"/>'),
        ('<calcPr calcId="1" fullCalcOnLoad="0" />', '<calcPr calcId="1" fullCalcOnLoad="1"/>'),
        ('<definedNames><definedName name="x">Krav!$A$1</definedName></definedNames>', '</definedNames><calcPr fullCalcOnLoad="1"/>'),
    ],
)  # fmt: skip
def test_a_formula_only_excel_can_compute_is_left_and_excel_is_asked_to_compute_it(calc: str, wanted: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1+TODAY()</f><v>46001</v></c><c r="C1"><f>A1+1</f><v>2</v></c></row>'
    new = put(tiny(rows, workbook=workbook(calc)), A1=5.0)
    assert (new.refreshed, new.unsure) == (1, 1)
    assert opened(new.data).sheet("Krav").values == {(1, 1): 5.0, (1, 2): 46001.0, (1, 3): 6.0}
    assert wanted in members(new.data)["xl/workbook.xml"].decode()


def test_excel_is_asked_nothing_new_and_the_calculation_chain_stays_when_all_is_computed() -> None:
    package = opened(book())
    assert (
        members(patch(package, {"Forside": {(7, 2): Edit("x")}}).data)["xl/workbook.xml"]
        == members(book())["xl/workbook.xml"]
    )
    assert b"fullCalcOnLoad" in members(book())["xl/workbook.xml"]
    raw = parts('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row>')
    raw["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="B1" i="1"/></calcChain>'
    new = put(opened(zipped(raw)), A1=2.0).data
    assert members(new)["xl/calcChain.xml"] == str(raw["xl/calcChain.xml"]).encode()


REFUSED = {
    "formula": ('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', "", {"A1": 1.0}, "formel i cellen Krav!A1"),
    "shared": (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:B1" si="0">1</f></c><c r="B1"><f t="shared" si="0"/></c></row>',
        "", {"B1": 1.0}, "formel i cellen Krav!B1",
    ),
    "array": ('<row r="1"><c r="A1"><f t="array" ref="A1:A3">B1:B3</f><v>0</v></c></row>', "", {"A2": 1.0}, "formel i cellen Krav!A2"),
    "merged": ("", '<mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>', {"B2": 1.0}, "slått sammen celler"),
    "long": ("", "", {"A1": "x" * 32_001}, "ikke plass"),
    "surrogate": ("", "", {"A1": "\ud800"}, "halvt tegn"),
    "infinite": ("", "", {"A1": float("inf")}, "uendelig"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_put_in_without_harm_is_refused_in_one_line(case: str) -> None:
    rows, after, cells, said = REFUSED[case]
    with pytest.raises(WorkbookRefused) as refused:
        put(tiny(rows, after=after), **cells)
    assert refused.value.code == "OKX027"
    assert said in refused.value.message
    assert "\n" not in refused.value.message


def test_the_first_cell_of_a_merged_area_can_be_filled() -> None:
    package = tiny("", after='<mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>')
    assert opened(put(package, A1=2.0).data).sheet("Krav").values == {(1, 1): 2.0}


def test_unknown_sheets_and_signed_files_are_refused() -> None:
    with pytest.raises(WorkbookRefused, match="ikke noe regneark som heter «Borte»"):
        patch(tiny(""), {"Borte": {(1, 1): Edit(1.0)}})
    raw = parts("")
    raw["_xmlsignatures/origin.sigs"] = ""
    with pytest.raises(WorkbookRefused, match="digitalt signert"):
        put(opened(zipped(raw)), A1=1.0)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zips_written_in_a_stream_with_comments_and_folders_keep_all_but_what_is_changed(method: int) -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

        def seek(self, *_: Any) -> int:
            raise io.UnsupportedOperation

    stream = Stream()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.comment = b"hei"
        for name, content in {"a.txt": b"a" * 400, "mappe/": b"", "æ.xml": b"<a/>", "c": b"siste"}.items():
            info = zipfile.ZipInfo(name, (2024, 5, 17, 12, 34, 56))
            info.comment, info.compress_type = b"om " + name.encode("latin-1"), method
            archive.writestr(info, content)
    old = stream.getvalue()
    new = with_members(old, {"æ.xml": b"<b>ny</b>" * 50})
    assert members(new) == members(old) | {"æ.xml": b"<b>ny</b>" * 50}
    for name in ("a.txt", "mappe/", "c"):
        assert packed(new)[name] == packed(old)[name]
    with zipfile.ZipFile(io.BytesIO(new)) as archive:
        assert archive.testzip() is None
        assert archive.comment == b"hei"
        assert all(m.date_time == (2024, 5, 17, 12, 34, 56) for m in archive.infolist())
    assert with_members(new, {}) is new
    with pytest.raises(KeyError):
        with_members(old, {"borte": b""})


VALUES = st.one_of(
    st.none(),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)


@settings(max_examples=60, deadline=None)
@given(
    there=st.sets(st.tuples(st.integers(1, 6), st.integers(1, 5)), max_size=14),
    edits=st.dictionaries(st.tuples(st.integers(1, 8), st.integers(1, 6)), VALUES, min_size=1, max_size=12),
)
def test_random_edits_of_random_sheets_give_exactly_those_values(
    there: set[tuple[int, int]], edits: dict[tuple[int, int], float | str | None]
) -> None:
    letters = "ABCDEFGH"
    rows = ""
    for row in sorted({r for r, _ in there}):
        cells = "".join(
            f'<c r="{letters[c - 1]}{row}" s="0"><v>{10 * r + c}</v></c>' for r, c in sorted(there) if r == row
        )
        rows += f'<row r="{row}">{cells}</row>'
    total, count = sum(10 * r + c for r, c in there), len(there)
    rows += f'<row r="20"><c r="A20"><f>SUM(A1:F8)</f><v>{total}</v></c>'
    rows += f'<c r="B20"><f>COUNT(A1:F8)</f><v>{count}</v></c></row>'
    package = tiny(rows)
    new = patch(package, {"Krav": {cell: Edit(value) for cell, value in edits.items()}}).data
    expected: dict[tuple[int, int], float | str] = {(r, c): float(10 * r + c) for r, c in there}
    for cell, value in edits.items():
        expected.pop(cell, None)
        if value is not None:
            expected[cell] = value
    values = dict(opened(new).sheet("Krav").values)
    stored = values.pop((20, 1)), values.pop((20, 2))
    assert values == expected
    numbers = [v for v in expected.values() if isinstance(v, float)]
    assert same(stored[0], get_engine().evaluate(new)["Krav"][19][0])
    assert stored[0] == pytest.approx(sum(numbers), abs=1e-3)
    assert stored[1] == float(len(numbers))
    order = [(int(r), letters.index(c)) for c, r in re.findall(r'<c r="([A-H])(\d+)"', sheet(new))]
    assert order == sorted(set(order))


def test_openxml_audit_finds_nothing_in_a_patched_file(tmp_path: Path) -> None:
    reading = api.read_full(book(), templates=TEMPLATES)
    region = reading.layout.regions["kladd.tekst"]
    edits = {(region.row + 30 + i, region.col): Edit(text) for i, text in enumerate(["=1+1", "+47", "æ\rø", "@x"])}
    path = tmp_path / "ny.xlsx"
    path.write_bytes(patch(reading.package, {region.sheet: edits}).data)
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=20).validate(path)
    assert not result.errors, result.errors


@pytest.mark.libreoffice
def test_libreoffice_opens_a_patched_file_and_computes_the_stored_values() -> None:
    if find_soffice() is None:
        pytest.skip("LibreOffice is not installed")
    reading = api.read_full(book(), templates=TEMPLATES)
    regions = reading.layout.regions
    edits = {}
    for offset, (day, text, out) in enumerate([(20, "=1+1", 100.5), (21, "Ølsalg & Co <AS>", 99.0)], 28):
        row = regions["kladd.dato"].row + offset
        edits[row, regions["kladd.dato"].col] = Edit(float((date(2026, 2, day) - date(1899, 12, 30)).days))
        edits[row, regions["kladd.tekst"].col] = Edit(text)
        edits[row, regions["kladd.ut"].col] = Edit(out)
    new = patch(reading.package, {"Kladderegnskap": edits}).data
    computed, package = get_engine("libreoffice").evaluate(new), opened(new)
    for info in package.sheets:
        cells = package.sheet(info.name)
        for cell, value in cells.values.items():
            from okosos_xl.workbook.areas import address

            assert same(value_at(computed, info.name, address(cell)), value), (info.name, address(cell))


def test_an_advisors_own_sheet_with_a_picture_and_a_comment_stays_as_it_is() -> None:
    raw = members(book())
    own = worksheet('<row r="1"><c r="A1"><f>Forside!B7</f><v>0</v></c></row>', '<drawing r:id="rId1"/>').replace(
        "<worksheet", '<worksheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    raw["xl/worksheets/sheet99.xml"] = own.encode()
    raw["xl/worksheets/_rels/sheet99.xml.rels"] = relationships(
        ("rId1", "drawing", "../drawings/drawing99.xml")
    ).encode()
    raw["xl/drawings/drawing99.xml"] = b"<wsDr xmlns='x'>  bilde </wsDr>"
    raw["xl/workbook.xml"] = raw["xl/workbook.xml"].replace(
        b"</sheets>", b'<sheet name="Mitt" sheetId="99" r:id="rId99"/></sheets>'
    )
    raw["xl/_rels/workbook.xml.rels"] = raw["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet99.xml"/></Relationships>',
    )
    package = opened(zipped(dict(raw)))
    new = members(patch(package, {"Forside": {(7, 2): Edit(31.0)}}).data)
    assert new["xl/drawings/drawing99.xml"] == raw["xl/drawings/drawing99.xml"]
    assert new["xl/worksheets/sheet99.xml"] == own.replace("<v>0</v>", "<v>31</v>").encode()
    assert {n for n in new if new[n] != raw[n]} <= {"xl/worksheets/sheet99.xml", "xl/worksheets/sheet1.xml"}
