"""A workbook edited and saved by LibreOffice is read back with everything that is in it, and nothing invented."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from okosos_xl.api import generate, read_full, validate
from okosos_xl.kontroll.finding import Report
from okosos_xl.sak.case import Extra, Override
from okosos_xl.workbook.reading import Reading

pytestmark = pytest.mark.libreoffice

Edit = Callable[..., bytes]
OLA = Path(__file__).parents[2] / "examples" / "ola-og-renter.yaml"


@cache
def workbook() -> bytes:
    return generate("dividende", OLA)


@cache
def original() -> Reading:
    return read_full(workbook(), name="ola.xlsx")


@cache
def large() -> bytes:
    claims = [{"kreditor": f"Kreditor {i}", "saldo": 1000 + 17.5 * i, "rente": 0.01 * (i % 20)} for i in range(70)]
    return generate(
        "dividende",
        {"dato": "2026-11-01", "saldodato": "2026-10-31", "startmaaned": "2026-12", "disponibelt": 9000,
         "metode": "dividende med rente", "krav": claims},
    )  # fmt: skip


def place(id: str, row: int = 0, period: int = 0) -> str:
    """Where the cell of a region stood when the workbook was made; row and period from 0."""
    region = original().layout.regions[id]
    letters = ""
    column = region.col + period
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{region.sheet}!{letters}{region.row + row}"


def row_of(id: str, row: int) -> int:
    return original().layout.regions[id].row + row


def codes(report: Report) -> Counter[str]:
    """What the toolkit itself has to say; the template's own checks (DIV…) answer for the numbers."""
    return Counter(f.code for f in report.findings if f.code.startswith("OKX"))


@pytest.mark.parametrize("package", [large, lambda: generate("dividende")], ids=["70 krav", "tom"])
def test_opened_and_saved_is_the_same_case_and_nothing_is_wrong(edit: Edit, package: Callable[[], bytes]) -> None:
    before = package()
    after = edit(before)
    assert after != before
    started = time.process_time()
    reading = read_full(after, name="ut.xlsx")
    seconds = time.process_time() - started
    formulas = sum(len(reading.package.sheet(s.name).formulas) for s in reading.package.sheets)
    assert formulas > 50_000
    assert seconds * 70_000 / formulas < 3
    assert reading.sak == read_full(before, name="inn.xlsx").sak
    assert (reading.changes, reading.problems, reading.missing_names, reading.inserted_rows) == ([], [], [], {})
    said = [(f.code, f.place, f.message) for f in validate(after, name="ut.xlsx").findings]
    assert said == [(f.code, f.place, f.message) for f in validate(before, name="inn.xlsx").findings]
    assert {code for code, _, _ in said} <= {"DIV200"}


def test_an_advisors_afternoon_loses_nothing(edit: Edit) -> None:
    second = row_of("krav.kreditor", 3)
    package = edit(
        workbook(),
        ["unprotect"],
        ["text", place("navn"), "Ola Endret"],
        ["number", place("disponibelt"), 4800],
        ["text", place("krav.kreditor", 7), "Åses Øl & Ærlighet"],
        ["number", place("krav.saldo", 7), 2500.5],
        ["insert_row", "Krav", second],
        ["text", place("krav.kreditor", 3), "Innsatt AS"],
        ["text", place("krav.referanse", 3), "0047"],
        ["number", place("krav.saldo", 3), 3333.25],
        ["number", place("krav.rente", 3), 0.11],
        ["text", place("krav.rente_loper", 3), "nei"],
        ["number", place("krav.saldo_brukt", 1), 6000],
        ["number", place("plan.betalt", 3), 4000],
        ["comment", place("plan.betalt", 3), "Avtalt på telefon"],
        ["add_sheet", "Mine notater"],
        ["text", "Mine notater!A1", "Husleie"],
        ["number", "Mine notater!B1", 9000],
        ["formula", "Mine notater!B2", "=B1*12"],
        ["formula", "Mine notater!B3", "=$Krav.B5"],
        ["rename", "Oversikt", "Resultat av alt"],
        ["text", "Forside!E7", "Ring banken på mandag"],
        ["protect", "Krav", "Plan"],
    )
    reading = read_full(package, name="ut.xlsx")
    sak, source = reading.sak, original().sak

    assert sak.fields == source.fields | {"navn": "Ola Endret", "disponibelt": Decimal(4800)}
    assert sak.tables["perioder"] == source.tables["perioder"]
    new = {"kreditor": "Innsatt AS", "referanse": "0047", "saldo": Decimal("3333.25"), "rente": Decimal("0.11"),
           "rente_loper": "nei"}  # fmt: skip
    last = {"kreditor": "Åses Øl & Ærlighet", "saldo": Decimal("2500.5")}
    claims = source.tables["krav"]
    assert sak.tables["krav"] == [*claims[:3], new, *claims[3:], last]
    assert sak.overrides == [
        Override("krav.saldo_brukt", Decimal(6000), row=2),
        Override("plan.betalt", Decimal(4000), row=4, reason="Avtalt på telefon"),
    ]
    assert sak.extras == [
        Extra("ark", "Mine notater", text="4 celler, 2 formler"),
        Extra("notat", "Forside", "E7", "Ring banken på mandag"),
    ]
    assert reading.renamed_sheets == {"Oversikt": "Resultat av alt"}
    assert reading.inserted_rows == {"krav": [3]}
    assert (reading.problems, reading.missing_names, reading.missing_sheets) == ([], [], [])

    report = validate(package, name="ut.xlsx")
    assert codes(report) == Counter(
        {"OKX210": 2, "OKX214": 1, "OKX215": 1, "OKX311": 1, "OKX320": 1, "OKX321": 1, "OKX350": 1}
    )
    assert "DIV402" in {f.code for f in report.findings}
    places = {f.code + f.severity: f.place for f in report.findings}
    assert places["OKX210opplysning"] == place("plan.betalt", 3)
    assert places["OKX210advarsel"] == place("krav.saldo_brukt", 1)
    assert places["OKX214feil"] == place("krav.kreditor", 3)
    assert places["OKX321opplysning"] == "Forside!E7"
    assert "Avtalt på telefon" in next(f.message for f in report.findings if f.place == place("plan.betalt", 3))

    again = read_full(generate("dividende", sak), name="ny.xlsx").sak
    assert (again.fields, again.tables, again.overrides) == (sak.fields, sak.tables, sak.overrides)


def test_overrides_keep_to_their_claim_when_rows_are_inserted(edit: Edit) -> None:
    """Two rows inserted, one of them with the formula filled in; a month changed by hand for the claim after them."""
    third, saldo = row_of("krav.kreditor", 2), place("krav.saldo_brukt", 2).partition("!")[2]
    package = edit(
        workbook(),
        ["unprotect"],
        ["number", place("fordeling.belop", 3, 5), 111.5],
        ["insert_row", "Krav", third, 2],
        ["text", place("krav.kreditor", 2), "Først AS"],
        ["number", place("krav.saldo", 2), 100],
        ["formula", place("krav.saldo_brukt", 2), f"=MAX(0;{saldo.replace('H', 'G')})"],
        ["text", place("krav.kreditor", 3), "Så AS"],
        ["number", place("krav.saldo_brukt", 3), 77],
    )
    reading = read_full(package, name="ut.xlsx")
    assert reading.inserted_rows == {"krav": [2, 3]}
    names = [row["kreditor"] for row in reading.sak.tables["krav"]]
    assert names == [r["kreditor"] for r in original().sak.tables["krav"][:2]] + ["Først AS", "Så AS"] + [
        r["kreditor"] for r in original().sak.tables["krav"][2:]
    ]
    found = {(o.id, o.row, o.period): o for o in reading.sak.overrides}
    assert set(found) == {("krav.saldo_brukt", 3, 0), ("krav.saldo_brukt", 4, 0), ("fordeling.belop", 6, 6)}
    assert found["krav.saldo_brukt", 3, 0].formula.startswith("=MAX(0,")
    assert found["krav.saldo_brukt", 4, 0].value == Decimal(77)
    assert names[5] == original().sak.tables["krav"][3]["kreditor"]
    assert found["fordeling.belop", 6, 6].value == Decimal("111.5")
    said = codes(validate(package, name="ut.xlsx"))
    assert said == Counter({"OKX210": 2, "OKX212": 1, "OKX214": 1, "OKX215": 1, "OKX350": 1})


def test_sheets_moved_and_renamed_rows_above_and_periods(edit: Edit) -> None:
    """The claims' sheet renamed and moved, a column and a row inserted above the table, a period put between two."""
    package = edit(
        workbook(),
        ["unprotect"],
        ["insert_row", "Krav", 4],
        ["insert_column", "Krav", 3],
        ["rename", "Krav", "Kari's krav"],
        ["move_sheet", "Kari's krav", 0],
        ["insert_row", "Perioder", row_of("perioder.fra", 1)],
        ["number", place("perioder.fra", 1), 46631],  # 01.09.2027
        ["number", place("perioder.belop", 1), 5900],
    )
    reading = read_full(package, name="ut.xlsx")
    periods = original().sak.tables["perioder"]
    between = {"fra": date(2027, 9, 1), "belop": Decimal(5900)}
    assert reading.sak.tables["perioder"] == [periods[0], between, *periods[1:]]
    assert reading.sak.tables["krav"] == original().sak.tables["krav"]
    assert reading.sak.fields == original().sak.fields
    assert (reading.sak.overrides, reading.sak.extras) == ([], [])
    assert reading.inserted_rows == {"perioder": [1]}
    assert codes(validate(package, name="ut.xlsx")) == Counter({"OKX311": 1, "OKX214": 1, "OKX350": 1})


def test_a_deleted_formula_a_changed_one_and_a_text_amount_are_told(edit: Edit) -> None:
    package = edit(
        workbook(),
        ["unprotect"],
        ["clear", place("plan.renter", 4)],
        ["text", place("krav.saldo", 2), "12 500,50 kr"],
        ["formula", place("krav.saldo", 3), "=40000+8210.4"],
        ["formula", place("sum_betalt"), "=1+1"],
    )
    reading = read_full(package, name="ut.xlsx")
    assert reading.sak.tables["krav"][2]["saldo"] == "12 500,50 kr"
    assert reading.sak.tables["krav"][3]["saldo"] == Decimal("48210.4")
    assert codes(validate(package, name="ut.xlsx")) == Counter(
        {"OKX211": 1, "OKX120": 1, "OKX212": 1, "OKX215": 1, "OKX322": 1, "OKX350": 1}
    )
