"""Edited and saved by LibreOffice, then made anew: nothing typed is lost, nothing invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from okosos_xl.api import generate, read_full, validate
from okosos_xl.regenerate import DONE, MANUAL, How, regenerate
from okosos_xl.regenerate.own import own_things
from okosos_xl.regenerate.proof import inputs
from okosos_xl.template.layout import Layout, cell_name

pytestmark = pytest.mark.libreoffice

Edit = Callable[..., bytes]
WORKBOOKS = Path(__file__).parents[1] / "workbooks"
EXAMPLES = WORKBOOKS.parents[1] / "examples"
NEW = How(date(2027, 1, 1))


@cache
def book(name: str) -> bytes:
    stored = WORKBOOKS / f"{name}.xlsx"
    return stored.read_bytes() if stored.exists() else generate(name, EXAMPLES / "par-fire-barn.yaml")


@cache
def layout(name: str) -> Layout:
    return read_full(book(name), name="a.xlsx").layout


def at(name: str, id: str, row: int = 0) -> str:
    region = layout(name).regions.get(id) or layout(name).cells()[id]
    return f"{region.sheet}!{cell_name(region.row + row, region.col)}"


@pytest.mark.parametrize("name", sorted(p.stem for p in WORKBOOKS.glob("*-1.xlsx")))
def test_opened_and_saved_gives_the_same_bytes_as_the_file_itself(edit: Edit, name: str) -> None:
    saved = edit(book(name))
    assert saved != book(name)
    outcome = regenerate(saved, "sak.xlsx", NEW)
    assert (outcome.status, outcome.reasons, outcome.carried) == (DONE, (), ())
    assert outcome.data == regenerate(book(name), "sak.xlsx", NEW).data


def test_edited_in_many_ways_everything_is_carried(edit: Edit) -> None:
    name = "gjeldsradgivning"
    sheet = at(name, "krav.saldo").split("!")[0]
    row = layout(name).regions["krav.saldo"].row
    saved = edit(
        book(name),
        ["unprotect"],
        ["insert_row", sheet, row + 1],
        ["text", f"{sheet}!A{row + 1}", "Satt inn midt i"],
        ["number", f"{sheet}!{cell_name(row + 1, layout(name).regions['krav.saldo'].col)}", 1234.5],
        ["number", at(name, "betalingsevne"), 4000],
        ["comment", at(name, "betalingsevne"), "avtalt på telefon"],
        ["comment", at(name, "saksnummer"), "husk"],
        ["text", f"{at(name, 'saksnummer').split('!')[0]}!Z5", "ved siden av"],
        ["add_sheet", "Mitt ark"],
        ["text", "Mitt ark!A1", "Beløp"],
        ["formula", "Mitt ark!B1", f"={at(name, 'sum_inntekt').replace('!', '.')}*2"],
    )
    before = read_full(saved, name="a.xlsx")
    outcome = regenerate(saved, "sak.xlsx", NEW)
    assert (outcome.status, outcome.reasons) == (DONE, ())
    assert outcome.data is not None
    after = read_full(outcome.data, name="b.xlsx")
    assert inputs(after.sak) == inputs(before.sak)
    assert any(r.get("saldo") == Decimal("1234.5") for r in after.sak.tables["krav"])
    assert [(o.id, o.value, o.reason) for o in after.sak.overrides] == [
        ("betalingsevne", Decimal(4000), "avtalt på telefon")
    ]
    assert after.inserted_rows == {}
    own = own_things(after)
    assert [s.name for s in own.sheets] == ["Mitt ark"]
    assert own.sheets[0].cells[1, 2].formula.endswith("*2")
    assert {n.text for cells in own.notes.values() for n in cells.values()} == {"husk"}
    assert {v.value for cells in own.cells.values() for v in cells.values()} == {"ved siden av"}
    assert [f.code for f in validate(outcome.data).findings if f.code.startswith("OKX2") and f.severity == "feil"] == []


@pytest.mark.parametrize("row", [0, 14])
def test_a_deleted_row_that_other_sheets_followed_is_left_for_a_person(edit: Edit, row: int) -> None:
    """Put back one by one, the formulas below would count some incomes twice."""
    given = generate("sosialhjelp", EXAMPLES / "sosial-enslig-tre-barn.yaml")
    region = read_full(given, name="a.xlsx").layout.regions["inntekter.netto"]
    saved = edit(given, ["unprotect"], ["delete_row", region.sheet, region.row + row])
    outcome = regenerate(saved, "sak.xlsx", NEW)
    assert (outcome.status, outcome.data) == (MANUAL, None)
    assert "rader er slettet i tabellen på arket «Inntekt»" in outcome.reasons[0]
    assert regenerate(edit(given), "sak.xlsx", NEW).status == DONE
