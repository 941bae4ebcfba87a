"""The print copy as a file: frozen values, hidden rows and columns, and which sheets are on paper."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from printed_books import CASES, book, copy_of, package, part_of, typed, with_part

from okosos_xl.engine import CellValue, ExcelError, get_engine
from okosos_xl.utskrift.charts import shortened
from okosos_xl.utskrift.fresh import PrintRefused
from okosos_xl.utskrift.printcopy import frozen, with_areas, with_hidden
from okosos_xl.workbook.guard import read_vetted

SHEET = (
    b'<worksheet><cols><col min="1" max="1" width="9"/><col min="2" max="9" width="11" customWidth="1"/></cols>'
    b"<sheetData>"
    b'<row r="1" ht="24"><c r="A1"><v>1</v></c></row><row r="3" hidden="1"/><row r="5"/></sheetData></worksheet>'
)


def test_rows_and_columns_are_hidden_and_those_that_are_not_written_are_put_in() -> None:
    made = with_hidden(SHEET, {1, 2, 4, 5, 7}, {1, 4, 5, 12})
    assert (
        made == b'<worksheet><cols><col min="1" max="1" width="9" hidden="1"/>'
        b'<col min="2" max="3" width="11" customWidth="1"/>'
        b'<col min="4" max="4" width="11" customWidth="1" hidden="1"/>'
        b'<col min="5" max="5" width="11" customWidth="1" hidden="1"/><col min="6" max="9" width="11" customWidth="1"/>'
        b'<col min="12" max="12" width="9" hidden="1"/></cols><sheetData>'
        b'<row r="1" ht="24" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"/><row r="3" hidden="1"/>'
        b'<row r="4" hidden="1"/><row r="5" hidden="1"/><row r="7" hidden="1"/></sheetData></worksheet>'
    )


def test_a_prefix_and_rows_without_numbers_are_understood() -> None:
    content = b"<x:worksheet><x:sheetData><x:row><x:c/></x:row><x:row/></x:sheetData></x:worksheet>"
    made = with_hidden(content, {2, 3}, {2})
    assert made == (
        b'<x:worksheet><x:cols><x:col min="2" max="2" width="9" hidden="1"/></x:cols><x:sheetData><x:row><x:c/></x:row>'
        b'<x:row hidden="1"/><x:row r="3" hidden="1"/></x:sheetData></x:worksheet>'
    )
    assert with_hidden(content, (), ()) == content


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (1.5, '<c r="B2" s="3"><f>1.5</f><v>1.5</v></c>'),
        ("", '<c r="B2" s="3" t="str"><f>""</f><v></v></c>'),
        ('a "b" & c', '<c r="B2" s="3" t="str"><f>"a ""b"" &amp; c"</f><v>a "b" &amp; c</v></c>'),
        (True, '<c r="B2" s="3" t="b"><f>TRUE()</f><v>1</v></c>'),
        (ExcelError("#N/A"), '<c r="B2" s="3" t="e"><f>#N/A</f><v>#N/A</v></c>'),
    ],
)
@pytest.mark.parametrize("formula", ["<f>A1</f>", '<f t="shared" si="0"/>', '<f t="array" ref="B2">A1</f>'])
def test_a_formula_becomes_the_one_that_is_its_value(value: CellValue, cell: str, formula: str) -> None:
    before, after = '<row r="2"><c r="A2" s="3"/><c r="A3"><v>7</v></c>', '<c r="C2"><f>B2</f><v>8</v></c></row>'
    old = f'{before}<c r="B2" s="3" t="str">{formula}<v>old</v></c>{after}'
    assert frozen(old.encode(), {(2, 2): value}).decode() == before + cell + after


def test_a_long_text_is_put_together_and_a_longer_one_is_no_formula() -> None:
    cell = b'<c r="A1"><f>B1</f><v>x</v></c>'
    assert b'"&amp;"' in frozen(cell, {(1, 1): "a" * 300})
    assert b"<f>" not in frozen(cell, {(1, 1): "a" * 9_000})
    assert b"<f>" not in frozen(cell, {(1, 1): "a"}, as_formulas=False)


def test_sheets_that_are_not_printed_are_hidden_and_have_no_area() -> None:
    workbook = (
        b'<workbook><bookViews><workbookView activeTab="2"/></bookViews><sheets><sheet name="A" sheetId="1"/>'
        b'<sheet name="B" sheetId="2" state="veryHidden"/><sheet name="C" sheetId="3"/></sheets><definedNames>'
        b'<definedName name="_xlnm.Print_Area" localSheetId="0">A!$A$1</definedName>'
        b'<definedName name="x">A!$A$1</definedName></definedNames></workbook>'
    )
    made = with_areas(workbook, {1: "B!$A$1:$B$2", 2: "'C & D'!$A$1"}).decode()
    assert '<sheet name="A" sheetId="1" state="hidden"/><sheet name="B" sheetId="2"/>' in made
    assert 'activeTab="1"' in made
    assert "A!$A$1</definedName><definedName" in made
    assert made.count("_xlnm.Print_Area") == 2
    assert "'C &amp; D'!$A$1" in made
    without_names = re.sub(rb"<definedNames>.*</definedNames>", b"", workbook)
    assert b"</sheets><definedNames><definedName" in with_areas(without_names, {0: "A!$A$1"})


def test_everything_but_the_sheets_and_the_list_of_them_is_byte_for_byte_as_it_was() -> None:
    before, after = read_vetted(book("dividende")).parts, read_vetted(copy_of(book("dividende")).data).parts
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert all(name.startswith(("xl/worksheets/", "xl/workbook.xml", "xl/charts/")) for name in changed)
    for name in (n for n in changed if n.startswith("xl/worksheets/")):
        assert before[name].split(b"</sheetData>")[1] == after[name].split(b"</sheetData>")[1], name


@pytest.mark.parametrize("template", CASES)
def test_every_value_on_paper_is_the_one_in_the_file_and_any_program_computes_it(template: str) -> None:
    copy, original = copy_of(book(template)), package(book(template))
    assert copy.fresh.tried
    assert not copy.fresh.count
    computed = get_engine().evaluate(copy.data)
    for sheet in copy.sheets:
        for (row, col), value in original.sheet(sheet).values.items():
            line = computed[sheet][row - 1] if row <= len(computed[sheet]) else []
            assert value == "" or line[col - 1] == value or line[col - 1] == pytest.approx(value), (sheet, row, col)


def test_stale_values_are_computed_before_they_are_printed() -> None:
    data = typed(book("dividende"), {"Krav!G12": 50_000.0})  # nothing has computed it
    copy = copy_of(data)
    assert copy.fresh.count > 100
    assert not copy.fresh.unsure
    assert package(copy.data).sheet("Krav").values[5, 2] == 80_100.0


def test_a_file_without_stored_values_is_computed() -> None:
    data = book("dividende")
    part = part_of(data, "Plan")
    content = read_vetted(data).parts[part]
    bare = re.sub(rb"(</f>|<f [^<>]*/>)<v>[^<]*</v>", rb"\1", content)
    copy = copy_of(with_part(data, part, (content, bare)))
    assert package(copy.data).sheet("Plan").values == package(copy_of(data).data).sheet("Plan").values


def _with_formula(data: bytes, formula: str, stored: str) -> bytes:
    cell = f'<c r="C6"><f>{formula}</f>{stored}</c></row><row r="7"'.encode()
    return with_part(data, part_of(data, "Forside"), (b'</row><row r="7"', cell))


def test_what_cannot_be_computed_here_is_printed_as_stored_and_said() -> None:
    data = _with_formula(book("dividende"), "_xlfn.FILTERXML(A1,B1)", "<v>12</v>")
    copy = copy_of(data)
    assert copy.fresh.unsure == ("Forside!C6",)
    assert package(copy.data).sheet("Forside").values[6, 3] == 12.0
    stale = typed(data, {"Krav!G12": 50_000.0})
    copy = copy_of(stale)
    assert copy.fresh.unsure[0] == "Forside!C6"
    assert len(copy.fresh.unsure) > 100
    assert package(copy.data).sheet("Krav").values[5, 2] == 67_500.0


def test_what_nobody_has_computed_and_cannot_be_computed_here_is_refused() -> None:
    with pytest.raises(
        PrintRefused, match=r"^sak\.xlsx: formlene har ingen lagrede verdier \(blant annet Forside!C6\)"
    ):
        copy_of(_with_formula(book("dividende"), "_xlfn.FILTERXML(A1,B1)", ""))


def test_chance_is_not_taken_for_a_value_that_is_old() -> None:
    assert copy_of(_with_formula(book("dividende"), "RAND()", "<v>0.5</v>")).fresh.unsure == ("Forside!C6",)


def test_today_is_today() -> None:
    copy = copy_of(_with_formula(book("dividende"), "TODAY()", "<v>40000</v>"))
    days = (datetime.now() - datetime(1899, 12, 30)).days
    assert copy.fresh.values["Forside"][6, 3] in (float(days), float(days - 1))  # midnight may have passed


CHART = (
    b"<c:ser><c:cat><c:strRef><c:f>Plan!$B$7:$B$12</c:f></c:strRef></c:cat>"
    b"<c:val><c:numRef><c:f>Plan!$G$7:$G$12</c:f></c:numRef></c:val></c:ser>"
)


@pytest.mark.parametrize(
    ("values", "last"),
    [
        ({(7, 2): "a", (8, 2): "b", (8, 7): 5.0}, 8),
        ({(7, 2): "a", (10, 7): 0.5}, 10),
        ({(12, 2): "x"}, 12),
        ({}, 7),
    ],
)
def test_a_chart_ends_where_the_names_and_the_amounts_do(values: dict[tuple[int, int], CellValue], last: int) -> None:
    made = shortened(CHART, lambda _, cell: values.get(cell))
    assert re.findall(rb"<c:f>([^<]*)", made) == [b"Plan!$B$7:$B$%d" % last, b"Plan!$G$7:$G$%d" % last]


def test_a_chart_that_is_not_understood_is_left() -> None:
    for odd in (CHART.replace(b"$B$7:$B$12", b"$B$7:$C$12"), CHART.replace(b"$G$12", b"$G$11"), b"<c:ser/>"):
        assert shortened(odd, lambda *_: None) == odd
