"""The example cases: each becomes a workbook that is in order and gives the case back, and those with a file of key
figures worked out by hand (``examples/nokkeltall``) give exactly those figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from okosos_xl import api, strict_yaml
from okosos_xl.engine import Values
from okosos_xl.kontroll.finding import FEIL
from okosos_xl.resources import examples_root
from okosos_xl.sak.case import Sak
from okosos_xl.sak.load import case_from_data
from okosos_xl.sak.numbers import serial
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout

EXAMPLES = examples_root()
FIGURES = EXAMPLES / "nokkeltall"
HAND_WORKED = ("forvaltning", "gjeldsradgivning", "manedsbudsjett", "sosialhjelp", "statistikk")


def _cases() -> dict[str, dict[str, Any]]:
    """The examples that are cases; the others are files that go with them."""
    found = {path.stem: strict_yaml.load(path) for path in sorted(EXAMPLES.glob("*.yaml"))}
    return {name: data for name, data in found.items() if "mal" in data}


CASES = _cases()
WORKED = [name for name, data in CASES.items() if data["mal"] in HAND_WORKED]


@dataclass(frozen=True)
class Made:
    package: bytes
    values: Values


@cache
def made(name: str) -> Made:
    package, values = api.generate_with_values(CASES[name]["mal"], EXAMPLES / f"{name}.yaml")
    return Made(package, values)


@cache
def case_of(name: str) -> Sak:
    return case_from_data(CASES[name], load_spec(CASES[name]["mal"]), name)


@cache
def layout_of(name: str) -> Layout:
    sak = case_of(name)
    return compile_template(load_spec(sak.template), {id: len(table) for id, table in sak.tables.items()})


def figures(name: str) -> dict[str, Any]:
    data = strict_yaml.load(FIGURES / f"{name}.yaml")
    assert set(data) == {"nokkeltall", "funn"}
    return data  # type: ignore[no-any-return]


def shown(name: str, id: str) -> list[Any]:
    """What stands in the region ``id``: one value, a column, or a row of months."""
    layout = layout_of(name)
    region = layout.regions.get(id) or layout.cells()[id]
    grid = made(name).values[region.sheet]
    return [
        grid[row][col] if row < len(grid) and col < len(grid[row]) else None
        for row in range(region.row - 1, region.row - 1 + region.nrows)
        for col in range(region.col - 1, region.col - 1 + region.ncols)
    ]


def to_the_ore(value: Any) -> Decimal | None:
    """The amount; None for a cell that shows nothing. More than two decimals are kept, so that they do not pass."""
    if value is None or value == "":
        return None
    assert isinstance(value, float | int), value
    return Decimal(str(round(value, 6))).normalize() + Decimal(0)


@pytest.mark.parametrize("name", CASES)
def test_an_example_is_in_order(name: str) -> None:
    report = api.validate(made(name).package, name=name)
    assert [f for f in report.findings if f.severity == FEIL] == []
    if name in WORKED:
        assert sorted(f.code for f in report.findings) == sorted(figures(name)["funn"])


@pytest.mark.parametrize("name", CASES)
def test_an_example_comes_back_as_it_was(name: str) -> None:
    reading = api.read_full(made(name).package, name=name)
    case = case_of(name)
    assert reading.sak.fields == case.fields
    assert reading.sak.tables == case.tables
    assert (reading.problems, reading.changes, reading.sak.overrides, reading.sak.extras) == ([], [], [], [])


@pytest.mark.parametrize("name", WORKED)
def test_the_key_figures_are_those_worked_out_by_hand(name: str) -> None:
    wrong = []
    for id, want in figures(name)["nokkeltall"].items():
        wants = want if isinstance(want, list) else [want]
        values = [to_the_ore(v) for v in shown(name, id)]
        got, rest = values[: len(wants)], values[len(wants) :]
        if got != [Decimal(serial(w) if isinstance(w, date) else w) for w in wants] or any(rest):
            wrong.append(f"{id}: {values}, not {[str(w) for w in wants]}")
    assert wrong == []


def test_every_case_has_key_figures_and_nothing_else_has() -> None:
    assert sorted(path.stem for path in FIGURES.glob("*.yaml")) == sorted(WORKED)


@pytest.mark.parametrize("name", WORKED)
def test_the_figures_of_the_template_are_worked_out(name: str) -> None:
    assert set(load_spec(CASES[name]["mal"]).key_figures) <= set(figures(name)["nokkeltall"])
