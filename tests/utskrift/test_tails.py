"""What is hidden in the print copy: the empty end of tables and plans, and nothing a person could see."""

from __future__ import annotations

import os
import random
import re

import pytest
from printed_books import CASES, book, copy_of, hidden, package, part_of, typed, with_part

from okosos_xl import api
from okosos_xl.utskrift.around import read_around
from okosos_xl.utskrift.make import PrintCopy
from okosos_xl.utskrift.seen import places
from okosos_xl.utskrift.styles import is_shown, read_styles
from okosos_xl.workbook.areas import Cell, address, parse_cell
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package

RANDOM = int(os.environ.get("OKOSOS_CASES", "40")) // 20
"""How many workbooks with random contents: 2 when it is not set, 50 in ``make test-long``."""


def test_the_ledger_ends_where_it_has_been_written_to() -> None:
    rows, columns = hidden(copy_of(book("forvaltning")).data, "Kladderegnskap")
    assert len(rows) == 1475
    assert not columns
    assert rows == set(range(min(rows), max(rows) + 1))


def test_the_months_after_the_plan_are_gone_and_those_of_it_are_there() -> None:
    copy = copy_of(book("dividende"))
    rows, columns = hidden(copy.data, "Fordeling")
    assert columns == set(range(39, 122))  # 37 months from column B
    assert rows == set(range(13, 49))  # four creditors
    assert hidden(copy.data, "Plan")[0] == set(range(44, 127))


@pytest.mark.parametrize(
    ("place", "content", "sheet", "row"),
    [
        ("Krav!A40", "En kreditor langt nede", "Krav", 40),
        ("Krav!M33", "bare en merknad", "Krav", 33),
        ("Krav!P45", "et notat utenfor skjemaet", "Krav", 45),
        ("Krav!I30", 0.0, "Krav", 30),
    ],
)
def test_a_row_with_something_in_it_is_printed_and_so_are_those_above(
    place: str, content: str | float, sheet: str, row: int
) -> None:
    rows = hidden(copy_of(typed(book("dividende"), {place: content}), sheet).data, sheet)[0]
    assert min(rows) == row + 1
    assert max(rows) == 51


@pytest.mark.parametrize(("shown", "row"), [("", 16), ("avklares", 35)])
def test_spaces_are_nothing_to_see_nor_a_formula_that_shows_nothing(shown: str, row: int) -> None:
    data = typed(book("dividende"), {"Krav!M33": "  "})
    part = part_of(data, "Krav")
    rest = package(data).vetted.parts[part].split(b'<c r="M34"')[1].split(b"/>")[0]
    cell = b'<c r="M34"' + rest + f' t="str"><f>"{shown}"</f><v>{shown}</v></c>'.encode()
    data = with_part(data, part, (b'<c r="M34"' + rest + b"/>", cell))
    assert min(hidden(copy_of(data, "Krav").data, "Krav")[0]) == row


def test_a_formula_that_has_been_deleted_is_marked_in_colour_and_stays() -> None:
    data = typed(book("dividende"), {"Plan!D90": None})
    assert min(hidden(copy_of(data, "Plan").data, "Plan")[0]) == 91


def test_an_override_in_a_month_after_the_plan_keeps_the_months_up_to_it() -> None:
    data = typed(book("dividende"), {"Fordeling!AR9": 12.0})
    columns = hidden(copy_of(data, "Fordeling").data, "Fordeling")[1]
    assert min(columns) == 45


def test_a_colour_of_the_advisors_own_keeps_the_row() -> None:
    data = book("dividende")
    content = package(data).vetted.parts[part_of(data, "Krav")]
    look = content.split(b'<c r="B5" s="')[1].split(b'"')[0]
    start = content.split(b'<c r="A40"')[1].split(b"/>")[0]
    coloured = with_part(data, part_of(data, "Krav"), (b'<c r="A40"' + start, b'<c r="A40" s="' + look + b'"'))
    assert min(hidden(copy_of(coloured, "Krav").data, "Krav")[0]) == 41


def test_rules_for_colours_that_are_not_ours_keep_their_rows() -> None:
    data = book("dividende")
    rule = (
        b'<conditionalFormatting sqref="G12:G38"><cfRule type="cellIs" operator="lessThan" dxfId="0" priority="99">'
        b"<formula>100</formula></cfRule></conditionalFormatting><conditionalFormatting"
    )
    marked = with_part(data, part_of(data, "Krav"), (b"<conditionalFormatting", rule))
    assert min(hidden(copy_of(marked, "Krav").data, "Krav")[0]) == 39


def test_an_input_in_a_row_that_the_form_makes_blank_keeps_the_row() -> None:
    data = typed(book("gjeldsradgivning", "enslig-to-barn"), {"Brevopplysninger!C50": "Storgata 1"})
    assert min(hidden(copy_of(data, "Brevopplysninger").data, "Brevopplysninger")[0]) == 51


ANCHOR = re.compile(rb"<xdr:twoCellAnchor.*?</xdr:from>(<xdr:to>.*?</xdr:to>)", re.S)
CORNER = "<xdr:col>{}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{}</xdr:row><xdr:rowOff>0</xdr:rowOff>"


@pytest.mark.parametrize(
    ("anchor", "first"),
    [
        ("<xdr:twoCellAnchor><xdr:from>{at}</xdr:from><xdr:to>{to}</xdr:to>", 67),
        (
            '<xdr:oneCellAnchor><xdr:from>{at}</xdr:from><xdr:ext cx="100" cy="190500"/>',
            64,
        ),  # 15 points: two low rows, and one more
        ('<xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="9" cy="9"/>', 0),
    ],
)
def test_rows_under_a_picture_stay_and_none_is_hidden_where_a_picture_would_not_follow(anchor: str, first: int) -> None:
    data = book("dividende")
    old = read_vetted(data).parts["xl/drawings/drawing1.xml"]
    start = ANCHOR.search(old)
    assert start is not None
    kind = re.search(r"xdr:\w+", anchor)
    assert kind is not None
    new = anchor.format(at=CORNER.format(0, 60), to=CORNER.format(3, 65))
    moved = old.replace(start[0], new.encode()).replace(b"</xdr:twoCellAnchor>", f"</{kind[0]}>".encode())
    changed = with_part(data, "xl/drawings/drawing1.xml", (old, moved))
    rows = hidden(copy_of(changed, "Oversikt").data, "Oversikt")[0]
    assert min(rows, default=0) == first


def test_rows_that_the_advisor_has_hidden_stay_hidden() -> None:
    data = with_part(book("dividende"), part_of(book("dividende"), "Krav"), (b'<row r="13"', b'<row hidden="1" r="13"'))
    assert 13 in hidden(copy_of(data, "Krav").data, "Krav")[0]


def test_a_table_without_rows_keeps_its_headings_and_one_row() -> None:
    data = api.generate("dividende", {"disponibelt": 1850, "startmaaned": "2026-12"})
    assert hidden(copy_of(data, "Krav").data, "Krav")[0] == set(range(13, 52))


def _style_numbers(book: Package, sheet: str) -> dict[Cell, int]:
    from okosos_xl.workbook.sheetparts import styles_and_rows

    info = next(s for s in book.sheets if s.name == sheet)
    return styles_and_rows(book.vetted.parts[info.part])[0]


@pytest.mark.parametrize("template", CASES)
def test_nothing_that_is_hidden_holds_anything(template: str) -> None:
    """Told by other means than the code's own: typed cells, notes, and what the template shows in an unused row."""
    data = book(template)
    _check(data, copy_of(data))


@pytest.mark.parametrize("seed", range(RANDOM))
def test_nothing_typed_anywhere_is_hidden(seed: int) -> None:
    chance = random.Random(seed)
    template = chance.choice(["dividende", "forvaltning", "gjeldsradgivning"])
    data = book(template)
    original = package(data)
    reading = api.read_full(data)
    contents: dict[str, str | float] = {}
    sheets = [s for s in reading.layout.sheets if s.spec.kind != "beregning"]
    for _ in range(chance.randint(1, 12)):
        sheet = chance.choice(sheets)
        row, col = chance.randint(5, sheet.last_row + 5), chance.randint(1, sheet.last_col + 3)
        merged = any(r1 <= row <= r2 and c1 <= col <= c2 for r1, c1, r2, c2 in sheet.merged)
        if (row, col) not in original.sheet(sheet.spec.name).formulas and not merged:
            contents[f"{sheet.spec.name}!{address((row, col))}"] = chance.choice(["notat", 12.5, 0.0, "–", "x"])
    changed = typed(data, contents)
    copy = copy_of(changed)
    _check(changed, copy)
    for place, content in contents.items():
        sheet_name, _, at = place.rpartition("!")
        assert sheet_name in copy.sheets, place
        rows, columns = hidden(copy.data, sheet_name)
        if content != 0.0:
            row, col = parse_cell(at)
            assert row not in rows, place
            assert col not in columns, place


def _check(data: bytes, copy: PrintCopy) -> None:
    original, reading = package(data), api.read_full(data)
    styles = read_styles(original)
    inputs = {(r.sheet, *cell) for r in reading.layout.inputs() for cell in places(r)}
    for sheet in copy.sheets:
        cells, numbers = original.sheet(sheet), _style_numbers(original, sheet)
        rules = read_around(original, next(s for s in original.sheets if s.name == sheet), styles).hiding
        before = hidden(data, sheet)
        rows, columns = (now - was for now, was in zip(hidden(copy.data, sheet), before, strict=True))
        values = cells.values | dict(copy.fresh.values.get(sheet, {}))
        regions = [r for r in reading.layout.regions.values() if r.sheet == sheet]
        standing = {cell: region for region in regions for cell in places(region)}
        for cell, value in values.items():
            if cell[0] not in rows and cell[1] not in columns:
                continue
            if not is_shown(value, styles[numbers.get(cell, 0)].code):
                continue
            # what is left is computed by the template: the number of a row, or the same as in the table's last row
            assert cell in cells.formulas, (sheet, cell, value)
            assert (sheet, *cell) not in inputs, (sheet, cell)
            region = standing[cell]
            counted = "forrige]+1" in (region.item.formula or "")
            last = values.get((region.row + region.nrows - 1, cell[1]))
            blank = any(  # the form shows nothing of a row whose key is empty
                cell in rule.area and values.get((cell[0] + rule.offset, rule.key)) in (None, "", 0.0) for rule in rules
            )
            assert counted or blank or value == last, (sheet, cell, value)
        assert not {cell for cell in cells.comments if cell[0] in rows or cell[1] in columns}
