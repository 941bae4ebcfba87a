"""The old file's key figures, computed in the sheets that lead to them alone, are those of the whole file."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from advisor import edited, place, random_case

from okosos_xl.api import generate, read_full
from okosos_xl.engine import CellValue, Engine, Values, get_engine
from okosos_xl.regenerate import DONE, How, Outcome, making, regenerate
from okosos_xl.regenerate.asitwas import as_it_was
from okosos_xl.template.compile import load_spec
from okosos_xl.template.layout import Region
from okosos_xl.workbook.reading import Reading

CASES = int(os.environ.get("OKOSOS_FORMS", "2"))
MADE, MOVED = date(2026, 2, 3), date(2026, 11, 22)
Change = Callable[[Any, Callable[..., Any]], None]


class Asked:
    """An engine that remembers what it was asked to compute."""

    name = "formualizer"

    def __init__(self) -> None:
        self.engine = get_engine(self.name)
        self.packages: list[bytes] = []

    def version(self) -> str | None:
        return self.engine.version()

    def evaluate(self, package: bytes) -> Values:
        self.packages.append(package)
        return self.engine.evaluate(package)


def key_regions(reading: Reading) -> list[Region]:
    cells = reading.layout.cells()
    return [reading.layout.regions.get(id) or cells[id] for id in reading.layout.spec.key_figures]


def shown(values: Values, regions: list[Region]) -> list[CellValue]:
    """What stands in the regions' first cells; a zero is a zero, whatever its sign."""
    found = [values[r.sheet][r.row - 1][r.col - 1] for r in regions]
    return [0.0 if isinstance(value, float) and value == 0 else value for value in found]


def both_ways(data: bytes) -> tuple[list[CellValue], list[CellValue], bool]:
    """The key figures as they are found, as the whole workbook has them, and whether all of it was computed."""
    reading, engine = read_full(data, name="sak.xlsx"), Asked()
    regions = key_regions(reading)
    found = as_it_was(reading, regions, engine)
    whole = get_engine().evaluate(data)
    return shown(found, regions), shown(whole, regions), engine.packages == [data]


@pytest.mark.parametrize("template", ["dividende", "forvaltning", "gjeldsradgivning", "manedsbudsjett", "sosialhjelp"])
@pytest.mark.parametrize("seed", range(max(1, CASES // 2)))
def test_the_sheets_that_lead_to_the_key_figures_are_enough(template: str, seed: int) -> None:
    spec = load_spec(template)
    found, whole, everything = both_ways(generate(spec.id, random_case(spec, seed, MADE)))
    assert found == whole
    assert not everything


def an_override_that_leans_on_another_sheet(book: Any, cell: Any) -> None:
    book["Søk om"]["Z90"] = "=10*100"
    cell("sos_belop").value = f"={place(book['Søk om']['Z90'])}"


def an_input_that_is_computed_on_a_sheet_of_the_advisors_own(book: Any, cell: Any) -> None:
    own = book.create_sheet("Min utregning")
    own["A1"], own["A2"] = 4_000, "=A1*2"
    cell("inntekter.brutto").value = f"={place(own['A2'])}"


def a_note_beside_the_form_that_is_computed_elsewhere(book: Any, cell: Any) -> None:
    book["Søk om"]["Z90"] = "=10*100"
    book["Budsjett"]["Z90"] = f"={place(book['Søk om']['Z90'])}"


@pytest.mark.parametrize(
    "change",
    [
        an_override_that_leans_on_another_sheet,
        an_input_that_is_computed_on_a_sheet_of_the_advisors_own,
        a_note_beside_the_form_that_is_computed_elsewhere,
    ],
)
def test_the_whole_workbook_is_computed_where_formulas_of_the_advisors_own_may_lead_anywhere(change: Change) -> None:
    spec = load_spec("sosialhjelp")
    data = generate(spec.id, random_case(spec, 3, MADE))
    found, whole, everything = both_ways(edited(data, read_full(data, name="sak.xlsx").layout, change))
    assert found == whole
    assert everything


@pytest.mark.parametrize("seed", range(max(1, CASES // 2)))
def test_the_key_figures_and_their_reasons_are_those_of_a_full_computation(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = load_spec("gjeldsradgivning")
    before = generate(spec.id, random_case(spec, seed, MADE))
    quick = regenerate(before, "sak.xlsx", How(MOVED))

    def fully(reading: Reading, _regions: list[Region], engine: Engine) -> Values:
        return engine.evaluate(reading.package.vetted.data)

    monkeypatch.setattr(making, "as_it_was", fully)
    full = regenerate(before, "sak.xlsx", How(MOVED))
    assert quick.status == full.status == DONE
    assert told(quick) == told(full)
    assert any("satser" in change.why for change in full.key_figures)
    assert full.data == quick.data


def told(outcome: Outcome) -> list[tuple[object, ...]]:
    return [(c.id, c.before, c.after, c.why) for c in outcome.key_figures]
