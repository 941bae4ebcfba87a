"""A sheet of a shape seen before is read as if it had never been seen: the same values, formulas and refusals."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from fuzz_packages import CASE
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_package import parts, worksheet, zipped

from okosos_xl.engine import get_engine
from okosos_xl.engine.values import ExcelError
from okosos_xl.regenerate.own import own_things
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Formula
from okosos_xl.workbook.beside import Rectangle, cells_beside, form_areas, is_within
from okosos_xl.workbook.compare import formula_changes
from okosos_xl.workbook.guard import WorkbookRefused, read_vetted
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.read import read_workbook
from okosos_xl.workbook.reading import Reading
from okosos_xl.workbook.sheetcells import BadCellError, SheetCells
from okosos_xl.workbook.sheetexpat import read_by_parser
from okosos_xl.workbook.sheetshape import known_shapes, remember
from okosos_xl.workbook.sheetxml import read_directly, read_sheet
from okosos_xl.workbook.write import build
from okosos_xl.workbook.xmlguard import BadXmlError

OLD_BOOKS = sorted((Path(__file__).parents[1] / "workbooks").glob("*.xlsx"))
STRINGS = ["null", "én", "to"]


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    known_shapes.clear()
    yield
    known_shapes.clear()


def contents(cells: SheetCells) -> tuple[object, ...]:
    formulas = cells.formulas
    return list(cells.values.items()), formulas.written, formulas.shared, cells.arrays, cells.data_tables


def outcome(content: bytes) -> object:
    """What a sheet says, or how it is refused."""
    try:
        return contents(read_sheet(content, STRINGS, 64))
    except (BadXmlError, BadCellError) as problem:
        return type(problem), str(problem)


def by_parser(content: bytes) -> object:
    try:
        return contents(read_by_parser(content, STRINGS, 64))
    except (BadXmlError, BadCellError) as problem:
        return type(problem), str(problem)


# --- whole workbooks -----------------------------------------------------------------------------------------------


@cache
def book() -> bytes:
    spec = load_spec("dividende")
    return build(compile_template(spec, exact={"krav": 2}), case_from_data(CASE, spec), get_engine(), None)[0]


@pytest.mark.parametrize("file", [None, *OLD_BOOKS], ids=lambda file: file.stem if file else "ny")
def test_every_sheet_reads_the_same_the_first_time_the_second_time_and_by_the_parser(file: Path | None) -> None:
    data = book() if file is None else file.read_bytes()
    cold, warm = Package(read_vetted(data)), Package(read_vetted(data))
    for sheet in cold.sheets:
        content = cold.vetted.part(sheet.part)
        assert content is not None
        first, second = cold.sheet(sheet.name), warm.sheet(sheet.name)
        assert first.shape is not None, sheet.name
        assert first.shape is second.shape
        assert first.values is not second.values
        assert contents(first) == contents(second) == contents(read_by_parser(content, cold.strings, 64)), sheet.name


def edited(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with one text in one part replaced, once."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in found[part], old
    found[part] = found[part].replace(old.encode(), new.encode(), 1)
    return zipped(dict(found.items()))


def told(reading: Reading) -> object:
    changes = [(c.kind, c.region.id, c.cell, c.row, c.period, c.found, c.expected) for c in reading.changes]
    problems = [(p.kind, p.region.id, p.cell, p.text, p.meant) for p in reading.problems]
    return reading.sak, changes, problems, reading.input_formulas, reading.damage, reading.extra_sheets


def own(reading: Reading) -> object:
    found = own_things(reading)
    return found.notes, found.cells, found.formulas, found.names, found.widths, found.rules, found.obstacles


@cache
def spoiled() -> list[bytes]:
    """Workbooks that differ from ours, and from one another, in little more than one cell."""
    data = book()
    package = Package(read_vetted(data))
    computed = next(s for s in package.sheets if len(package.sheet(s.name).formulas) > 50 and s.state == "visible")
    text = (package.vetted.part(computed.part) or b"").decode()
    numbers = re.findall(r'<c r="[A-Z]+[0-9]+"[^<>]*><f>[^<]*</f><v>[0-9.]+</v></c>', text)
    first, second = numbers[0], numbers[len(numbers) // 2]
    formula, value = re.findall(r"<f>[^<]*</f>", second)[0], re.findall(r"<v>[^<]*</v>", second)[0]
    part = computed.part
    row = re.findall(r'<row r="3"[^<>]*>', text)[0]
    return [
        data,
        edited(data, part, second, second.replace(formula, "<f>1+1</f>")),
        edited(data, part, second, second.replace(formula, "<f>1+2</f>")),
        edited(data, part, second, second.replace(formula, "")),
        edited(data, part, second, second.replace(value, "<v>77</v>")),
        edited(data, part, second, second.replace(formula, "").replace(value, "<v>77</v>")),
        edited(data, part, second, second.replace(formula, "").replace("><v>", ' t="str"><v>')),
        edited(data, part, second, second.replace(value, "<v></v>")),
        edited(data, part, second, ""),
        edited(data, part, first, first.replace("<f>", "<f>0+")),
        edited(data, part, row, f'<row r="2"><c r="ZZ2"><v>5</v></c></row>{row}'),  # a row that stands twice
        edited(data, part, "</sheetData>", '<row r="4000"><c r="C4000"><v>5</v></c></row></sheetData>'),
        edited(data, part, "</sheetData>", '<row r="4000"><c r="C4000"><v>6</v></c></row></sheetData>'),
        edited(data, part, "</sheetData>", '<row r="4000"><c r="C4000" s="1"/></row></sheetData>'),
    ]


def test_workbooks_that_differ_in_one_cell_are_told_apart_in_whatever_order_they_are_read() -> None:
    books = spoiled()
    alone = []
    for data in books:
        known_shapes.clear()
        alone.append(everything(data))
    assert (
        len({repr(one) for one in alone}) == len(books) - 3
    )  # other computed values, and a coloured cell, say nothing
    known_shapes.clear()
    order = [0, *range(len(books)), *reversed(range(len(books))), 0, 1, 0, 2, 1]
    for i in order:
        assert everything(books[i]) == alone[i], i


def everything(data: bytes) -> object:
    """All that is read of a workbook, or why it is not."""
    try:
        reading = read_workbook(data)
        return told(reading), own(reading)
    except WorkbookRefused as error:
        return error.message


def test_a_cell_that_stands_twice_is_refused_after_a_good_one_of_its_kind() -> None:
    good = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>2</v></c></row>'
    for _ in range(2):
        assert Package(read_vetted(zipped(parts(good)))).sheet("Krav").values == {(1, 1): 2.0, (1, 2): 2.0}
        with pytest.raises(WorkbookRefused, match="Krav!A1"):
            Package(read_vetted(zipped(parts(good.replace("B1", "A1"))))).sheet("Krav")


def test_formulas_known_to_be_right_are_held_against_another_template_again() -> None:
    """What is known of a sheet is known for these formulas in these places, and for no others."""
    reading = read_workbook(book())
    sheet, other = reading.package.sheet, reading.layout.copy()
    assert formula_changes(reading.layout, sheet, None) == []
    region = next(r for r in other.formulas() if r.nrows > 1 and r.formula is not None and not r.row_formulas)
    right, region.formula = region.formula, Formula(("1+1",))
    assert {c.region.id for c in formula_changes(other, sheet, None)} == {region.id}
    region.formula = right
    assert formula_changes(other, sheet, None) == []
    region.formula = replace(right)
    assert formula_changes(other, sheet, None) == []
    region.row += 1
    assert {c.region.id for c in formula_changes(other, sheet, None)} == {region.id}


def test_a_template_that_is_another_now_is_compared_anew() -> None:
    spec = load_spec("dividende")
    layout = compile_template(spec, exact={"krav": 3})
    cells = Package(read_vetted(book())).sheet
    assert formula_changes(read_workbook(book()).layout, cells, None) == []
    assert formula_changes(layout, cells, None) != []


# --- values --------------------------------------------------------------------------------------------------------

ROWS = (
    '<row r="1"><c r="A1" t="s"><v>{}</v></c><c r="B1"><f>A1&lt;2</f><v>{}</v></c><c r="C1" t="b"><v>{}</v></c></row>'
    '<row r="2"/><row r="3"><c r="A3" t="str"><f>"x"</f><v>{}</v></c><c r="B3" t="e"><v>{}</v></c><c r="C3" t="str"/>'
    '<c r="D3"><v>{}</v></c></row>'
)
GOOD = ["0", "1", "0", "tekst", "#N/A", "2.5"]
VALUES = st.sampled_from(
    ["", "0", "1", "2", "3", "-1", "007", "1e3", "1e999", "nan", "inf", "-inf", " 1", "1_0", "١", "true", "false", "ja",
     "#REF!", "&amp;lt;", "&lt;", "&nix;", "&#10;", "]]>", "]]", ">", "\x00", "\x01", "\n", "\r", "é", "_x000D_",
     "_xD83D_", "12345678901", "<x/>", "<v>", "</v>", "99999999999999999999"]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), VALUES), min_size=1, max_size=4))
def test_values_of_every_sort_read_the_same_in_a_known_shape_a_new_one_and_by_the_parser(
    changes: list[tuple[int, str]],
) -> None:
    values = list(GOOD)
    for place, value in changes:
        values[place] = value
    content = worksheet(ROWS.format(*values)).encode()
    known_shapes.clear()
    new = outcome(content)
    known_shapes.clear()
    outcome(worksheet(ROWS.format(*GOOD)).encode())
    known = outcome(content)
    assert new == known == outcome(content) == by_parser(content)


def test_the_values_that_are_no_numbers_are_refused_in_a_known_shape_too() -> None:
    for bad in ("nan", "inf", "1e999", "", "x"):
        good = read_directly(worksheet(ROWS.format(*GOOD)).encode(), STRINGS, 64)
        assert good is not None
        assert good.values == {
            (1, 1): "null", (1, 2): 1.0, (1, 3): False, (3, 1): "tekst", (3, 2): ExcelError("#N/A"), (3, 3): "",
            (3, 4): 2.5,
        }  # fmt: skip
        spoiled = read_directly(worksheet(ROWS.format(*GOOD[:-1], bad)).encode(), STRINGS, 64)
        if bad:
            assert spoiled is None
        else:
            assert spoiled is not None
            assert (3, 4) not in spoiled.values


@pytest.mark.parametrize("strings", [[], ["a"], ["a", "b"]])
def test_shared_texts_are_those_of_the_workbook_at_hand(strings: list[str]) -> None:
    content = worksheet('<row r="1"><c r="A1" t="s"><v>1</v></c></row>').encode()
    read_directly(content, ["x", "y"], 64)
    found = read_directly(content, strings, 64)
    if len(strings) < 2:
        assert found is None
    else:
        assert found is not None
        assert found.values == {(1, 1): "b"}


# --- rows that are like one before them ------------------------------------------------------------------------------

SHARED = '<c r="B{0}"><f t="shared" si="{1}"/><v>1</v></c>'
PIECES = st.sampled_from(
    ['<c r="A{0}"><v>3</v></c>', '<c r="A{0}" s="7"><v>3</v></c>', '<c r="A{0}" s="8"><v>3</v></c>', SHARED,
     '<c r="B{0}"><f t="shared" si="7"/><v>1</v></c>', '<c r="B{0}"><f t="shared" si="8"/><v>1</v></c>',
     '<c r="B{0}"><f t="shared" ref="B1:B9" si="7">A{0}*2</f><v>1</v></c>',
     '<c r="B{0}"><f t="shared" ref="B1:B9" si="8">A{0}*3</f><v>1</v></c>',
     '<c r="C{0}"><f>A{0}&amp;"7"</f><v>1</v></c>', '<c r="C{0}"><f>"8"</f><v>1</v></c>', '<c r="C7"><v>1</v></c>',
     '<c r="D{0}" t="str"><f>"9"</f><v>x</v></c>', '<c r="D{0}" t="inlineStr"><is><t>y{0}</t></is></c>',
     '<c r="E{0}"><f t="array" ref="E7:E8">A7:A8</f><v>1</v></c>', '<c r="F{0}" s="1"/>', '<c r="G{0}" t="str"/>']
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(st.tuples(st.lists(PIECES, max_size=4), st.sampled_from([" ", ' s="7" ', ' ht="8" '])), max_size=9))
def test_rows_that_differ_only_in_their_number_are_read_as_one_by_one(rows: list[tuple[list[str], str]]) -> None:
    """Numbers of rows, styles and groups of formulas are the same digits here: none may be taken for another."""
    text = "".join(
        f'<row r="{n}"{said.rstrip()}>{"".join(sorted(cell.format(n, n) for cell in cells))}</row>'
        for n, (cells, said) in enumerate(rows, 5)
    )
    content = worksheet(text).encode()
    assert outcome(content) == outcome(content) == by_parser(content)


def test_a_group_of_formulas_that_begins_again_is_another_group() -> None:
    row = '<row r="{0}"><c r="B{0}"><f t="shared" si="3"/><v>1</v></c></row>'
    start = '<row r="{0}"><c r="B{0}"><f t="shared" ref="B1:B9" si="3">{1}</f><v>1</v></c></row>'
    text = start.format(1, "A1") + row.format(2) + row.format(3) + start.format(4, "C4") + row.format(5)
    cells = read_directly(worksheet(text).encode(), [], 64)
    assert cells is not None
    assert dict(cells.formulas) == {(1, 2): "A1", (2, 2): "A2", (3, 2): "A3", (4, 2): "C4", (5, 2): "C5"}


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_texts_that_stand_in_the_cells_themselves_are_not_kept() -> None:
    content = worksheet('<row r="1"><c r="A1" t="inlineStr"><is><t>hemmelig</t></is></c></row>').encode()
    first, second = (read_directly(content, [], 64) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.values == second.values == {(1, 1): "hemmelig"}
    assert first.shape is not second.shape


def with_footer(words: str) -> bytes:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    footer = f"<headerFooter><oddFooter>{words}</oddFooter></headerFooter>"
    return worksheet(rows).replace("</worksheet>", f"{footer}</worksheet>").encode()


def test_sheets_with_other_words_in_the_footer_share_a_shape() -> None:
    one, other = (read_directly(with_footer(f"sak {n} &amp;P"), [], 64) for n in (1, 2))
    assert one is not None
    assert other is not None
    assert one.shape is other.shape


@pytest.mark.parametrize("words", ["&nbsp;", "a \x01 b", "]]>", "&"])
def test_words_in_a_footer_that_are_not_plain_are_left_to_the_parser_also_when_the_shape_is_known(words: str) -> None:
    assert read_directly(with_footer("sak 1"), [], 64) is not None
    assert read_directly(with_footer(words), [], 64) is None


def test_a_shape_too_large_to_share_the_room_is_not_kept() -> None:
    cells = read_directly(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>').encode(), [], 64)
    assert cells is not None
    assert cells.shape is not None
    remember(("half",), cells.shape, known_shapes.limit // 2)
    remember(("more",), cells.shape, known_shapes.limit // 2 + 1)
    assert (known_shapes.get(("half",)), known_shapes.get(("more",))) == (cells.shape, None)


# --- beside the form -------------------------------------------------------------------------------------------------

RECTANGLES = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(0, 3), st.integers(0, 3)).map(
    lambda r: (r[0], r[1], r[0] + r[2], r[1] + r[3])
)


def cells_in(area: Rectangle) -> set[tuple[int, int]]:
    return {(row, col) for row in range(area[0], area[2] + 1) for col in range(area[1], area[3] + 1)}


@settings(max_examples=500, deadline=None)
@given(RECTANGLES, st.lists(RECTANGLES, max_size=6))
def test_an_area_is_within_the_form_when_all_its_cells_are(area: Rectangle, form: list[Rectangle]) -> None:
    covered = set().union(*map(cells_in, form)) if form else set()
    assert is_within(area, form) == (cells_in(area) <= covered)


def test_cells_beside_the_form_are_those_not_in_it() -> None:
    reading = read_workbook(book())
    form = form_areas(reading.layout)
    for sheet in reading.package.sheets:
        for _ in range(2):
            cells = reading.package.sheet(sheet.name)
            covered = set().union(*map(cells_in, form.get(sheet.name, ())))
            expected = sorted({*cells.values, *cells.formulas} - covered)
            assert cells_beside(cells, form.get(sheet.name, ())) == expected
