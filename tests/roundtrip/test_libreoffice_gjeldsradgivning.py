"""A Gjeldsrådgivning workbook edited and saved by LibreOffice is read back with everything, and nothing invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from okosos_xl.api import generate, read_full, validate
from okosos_xl.sak.case import Extra, Override
from okosos_xl.template.layout import cell_name
from okosos_xl.workbook.reading import Reading

pytestmark = pytest.mark.libreoffice

Edit = Callable[..., bytes]
CASE = Path(__file__).parents[2] / "examples" / "par-fire-barn.yaml"


@cache
def workbook() -> bytes:
    return generate("gjeldsradgivning", CASE)


@cache
def original() -> Reading:
    return read_full(workbook(), name="sak.xlsx")


def place(id: str, row: int = 0) -> str:
    """Where a cell stands: of a region (row from 0), or one with an id of its own."""
    layout = original().layout
    region = layout.regions.get(id) or layout.cells()[id]
    return f"{region.sheet}!{cell_name(region.row + row, region.col)}"


def codes(data: bytes) -> Counter[str]:
    return Counter(f.code for f in validate(data, name="ut.xlsx").findings if f.code.startswith("OKX"))


def test_opened_and_saved_is_the_same_case_and_nothing_is_wrong(edit: Edit) -> None:
    after = edit(workbook())
    reading = read_full(after, name="ut.xlsx")
    assert reading.sak == original().sak
    assert (reading.changes, reading.problems, reading.missing_names, reading.altered_rates) == ([], [], [], [])
    said = [(f.code, f.place, f.message) for f in validate(after, name="ut.xlsx").findings]
    assert said == [(f.code, f.place, f.message) for f in validate(workbook(), name="inn.xlsx").findings]


def test_an_advisors_morning_loses_nothing(edit: Edit) -> None:
    fast = place("satser_livsopphold_gjeldsordning.fast")
    package = edit(
        workbook(),
        ["unprotect"],
        ["number", place("boutgifter.belop", 2), 4321.5],
        ["text", place("boutgifter.grunn", 2), "nytt lån & avtale"],
        ["number", place("egne_satser.trygdeavgift.lonn_prosent.verdi"), 7.5],
        ["text", place("egne_satser.trygdeavgift.lonn_prosent.grunn"), "prøve"],
        ["number", fast, 11111],
        ["number", place("budsjett.betalingsevne.i_dag"), 5000],
        ["comment", place("budsjett.betalingsevne.i_dag"), "avtalt med nemnda"],
        ["number", place("barn.fodt", 9), 44197],  # 01.01.2021
        ["text", place("barn.navn", 9), "Nyfødt"],
        ["number", place("livsopphold_barn.justering", 9), -100],
        ["rename", "Husstand", "Familien"],
        ["add_sheet", "Notater"],
        ["text", "Notater!A1", "Husk legeattest"],
    )
    reading = read_full(package, name="ut.xlsx")
    sak, source = reading.sak, original().sak
    change = {
        "boutgifter.boliglan_renter.belop": Decimal("4321.5"),
        "boutgifter.boliglan_renter.grunn": "nytt lån & avtale",
        "egne_satser.trygdeavgift.lonn_prosent.verdi": Decimal("7.5"),
        "egne_satser.trygdeavgift.lonn_prosent.grunn": "prøve",
        "egne_satser.livsopphold_gjeldsordning.enslig.verdi": Decimal(11111),
    }
    assert sak.fields == source.fields | change
    assert sak.tables["barn"][9] == {"navn": "Nyfødt", "fodt": date(2021, 1, 1)}
    assert sak.tables["barn"][: len(source.tables["barn"])] == source.tables["barn"]
    assert sak.tables["livsopphold_barn"][9] == {"justering": Decimal(-100)}
    betalingsevne = list(original().layout.regions["budsjett.i_dag"].cell_ids).index("budsjett.betalingsevne.i_dag")
    assert sak.overrides == [
        Override("budsjett.i_dag", Decimal(5000), row=betalingsevne + 1, reason="avtalt med nemnda")
    ]
    assert Extra("ark", "Notater", text="1 celler, 0 formler") in sak.extras
    assert reading.renamed_sheets == {"Husstand": "Familien"}
    assert codes(package) == Counter({"OKX210": 1, "OKX411": 1, "OKX311": 1, "OKX320": 1, "OKX350": 1})
    again = read_full(generate("gjeldsradgivning", sak), name="ny.xlsx").sak
    assert (again.fields, again.tables, again.overrides) == (sak.fields, sak.tables, sak.overrides)
