"""Workbooks of every released version are read completely, judged without false alarms, and made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from advisor import edited
from openpyxl.comments import Comment

from okosos_xl.api import read_full, validate
from okosos_xl.regenerate import DONE, How, regenerate
from okosos_xl.regenerate.own import own_things
from okosos_xl.sak.load import parse_case
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.workbook.older import OLDER

WORKBOOKS = Path(__file__).parents[1] / "workbooks"
EXAMPLES = WORKBOOKS.parents[1] / "examples"
OF = {
    "dividende-1": "ola-og-renter", "forvaltning-1": "forvaltning-tone", "gjeldsradgivning-1": "par-fire-barn",
    "gjeldsradgivning-2": "par-fire-barn",
    "manedsbudsjett-1": "manedsbudsjett-mona", "sosialhjelp-1": "sosial-enslig-tre-barn",
    "statistikk-1": "statistikk-kontor",
}  # fmt: skip


def test_every_template_has_a_workbook_of_every_version_before_its_own() -> None:
    for name in ("dividende", "forvaltning", "gjeldsradgivning", "manedsbudsjett", "sosialhjelp", "statistikk"):
        for version in range(1, load_spec(name).version):
            assert (WORKBOOKS / f"{name}-{version}.xlsx").is_file()


@pytest.mark.parametrize("book", sorted(OF))
def test_an_old_workbook_is_read_completely(book: str) -> None:
    reading = read_full(WORKBOOKS / f"{book}.xlsx")
    assert (reading.missing_names, reading.missing_sheets, reading.changes, reading.unsure) == ([], [], [], [])
    assert reading.problems == []
    assert reading.sak.extras == []
    case = parse_case((EXAMPLES / f"{OF[book]}.yaml").read_bytes())
    for id, rows in case.items():
        if isinstance(rows, list) and id in reading.sak.tables:
            wanted = [row for row in rows if row] if id in reading.layout.capacity else rows
            assert len(reading.sak.tables[id]) == len(wanted), id
    assert all(r.item.style != OLDER for r in reading.layout.inputs() if r.id.strip() in case)


@pytest.mark.parametrize("book", sorted(OF))
def test_an_old_workbook_is_judged_without_other_errors_than_that_it_is_old(book: str) -> None:
    report = validate(WORKBOOKS / f"{book}.xlsx")
    codes = Counter(f.code for f in report.findings if f.code.startswith("OKX") and f.severity != "opplysning")
    codes.pop("OKX330", None)
    codes.pop("OKX410", None)  # the rate files may have been given newer values
    assert codes == {}


@pytest.mark.parametrize("book", sorted(OF))
def test_an_old_workbook_is_made_anew(book: str) -> None:
    source = (WORKBOOKS / f"{book}.xlsx").read_bytes()
    outcome = regenerate(source, book, How(date(2027, 1, 1)))
    assert (outcome.status, outcome.reasons) == (DONE, ())
    assert outcome.data is not None
    new = read_full(outcome.data, name="ny.xlsx")
    assert (outcome.from_version, outcome.to_version) == (int(book[-1]), load_spec(outcome.template).version)
    assert new.manifest.template_version == outcome.to_version
    assert own_things(new).obstacles == []


@pytest.mark.parametrize("row", [6, 19])
def test_a_row_far_down_in_an_old_table_is_moved_up_where_gaps_would_count(row: int) -> None:
    """In version 1 only the order of the claims counts; in version 2 each has its place, for the sheets beside it."""
    source = (WORKBOOKS / "gjeldsradgivning-1.xlsx").read_bytes()

    def change(_: object, cell: Callable[..., Any]) -> None:
        cell("krav.minstebelop", row).value = 150

    old = edited(source, read_full(source, name="a.xlsx").layout, change)
    outcome = regenerate(old, "sak.xlsx", How(date(2027, 1, 1)))
    assert (outcome.status, outcome.reasons) == (DONE, ())
    assert outcome.data is not None
    assert read_full(outcome.data, name="ny.xlsx").sak.tables == read_full(old, name="a.xlsx").sak.tables


def test_a_note_where_the_new_version_has_a_text_gives_way_and_is_still_found() -> None:
    """Below the form of version 1 there is now more form: the note must not cover it, nor take over its link."""
    source = (WORKBOOKS / "gjeldsradgivning-1.xlsx").read_bytes()
    old_layout = read_full(source, name="a.xlsx").layout
    forside = next(s for s in compile_template(load_spec("gjeldsradgivning")).sheets if s.spec.name == "Forside")
    last = max((label for label in forside.labels if label.col == 1 and label.text), key=lambda label: label.row)

    def change(book: Any, cell: Callable[..., Any]) -> None:
        there = book["Forside"].cell(last.row, 1)
        assert there.value is None
        there.value = 4
        there.comment = Comment("om notatet", "Kari")
        book.create_sheet("Mitt")["A1"] = f"=Forside!A{last.row}*2"

    outcome = regenerate(edited(source, old_layout, change), "sak.xlsx", How(date(2027, 1, 1)))
    assert (outcome.status, outcome.reasons) == (DONE, ())
    assert outcome.data is not None
    new = read_full(outcome.data, name="ny.xlsx")
    assert new.package.sheet("Forside").values[last.row, 1] == last.text
    own = own_things(new)
    [(place, added)] = own.cells["Forside"].items()
    assert added.value == 4
    assert list(own.notes["Forside"]) == [place]
    assert new.package.sheet("Mitt").values[1, 1] == 8
    assert regenerate(outcome.data, "ny.xlsx", How(date(2027, 1, 1))).data == outcome.data
