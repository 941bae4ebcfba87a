"""The old file's key figures, computed in the new workbook that is held open, are those of the old file itself."""

from __future__ import annotations

import os
import random
import sys
from datetime import date
from pathlib import Path

import pytest
from advisor import random_case

from okosos_xl.api import generate
from okosos_xl.engine import CellValue, EngineError, Values, get_engine
from okosos_xl.engine.formualizer_engine import FormualizerEngine, Opened
from okosos_xl.regenerate import DONE, How, Outcome, making, regenerate
from okosos_xl.sak.case import Sak
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.rates import rates_of
from okosos_xl.workbook import kept
from okosos_xl.workbook.areas import Area
from okosos_xl.workbook.openbook import blocks, can_be_put
from okosos_xl.workbook.write import compute

sys.path.append(str(Path(__file__).parents[1] / "workbook"))
from typed_cases import small, typed_case

CASES = int(os.environ.get("OKOSOS_FORMS", "2"))
MADE, MOVED = date(2026, 2, 3), date(2026, 11, 22)


@pytest.mark.parametrize("template", ["dividende", "forvaltning", "gjeldsradgivning", "manedsbudsjett", "sosialhjelp"])
def test_a_workbook_held_open_gives_what_one_computed_from_the_beginning_gives(template: str) -> None:
    spec, chance = load_spec(template), random.Random(template)
    layout = small(spec)
    rates = [rates_of(spec).at(day) if spec.rates else None for day in (MADE, MOVED)]
    cases = [typed_case(layout, chance) for _ in range(CASES)]
    for first, then in [(Sak(template, 1), cases[0]), *zip(cases, [*cases[1:], Sak(template, 1)], strict=True)]:
        held = compute(layout, first, FormualizerEngine(), rates=rates[0], hold=True).held
        wanted = compute(layout, then, FormualizerEngine(), rates=rates[1], hold=True)
        assert held is not None
        assert wanted.held is not None
        sheets = [name for name in wanted.made.changing if name != "_okosos"]
        typed = {s: {**wanted.made.fixed.get(s, {}), **wanted.case.cells.get(s, {})} for s in sheets}
        if can_be_put(typed):
            found = held.grids(typed, sheets)
            assert _without_sign(found) == _without_sign({s: wanted.values[s] for s in sheets})


def _without_sign(values: Values) -> dict[str, list[list[CellValue]]]:
    """A zero is a zero, whatever its sign; everything else must be the same to the last bit."""
    return {
        name: [[0.0 if isinstance(v, float) and v == 0 else v for v in row] for row in g] for name, g in values.items()
    }


@pytest.mark.parametrize("seed", range(max(1, CASES // 2)))
def test_the_key_figures_and_their_reasons_are_those_of_a_full_computation(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = load_spec("gjeldsradgivning")
    before = generate(spec.id, random_case(spec, seed, MADE))
    asked: list[int] = []
    evaluate = FormualizerEngine.evaluate
    monkeypatch.setattr(FormualizerEngine, "evaluate", lambda s, p: asked.append(1) or evaluate(s, p))
    quick = regenerate(before, "sak.xlsx", How(MOVED))
    assert (quick.status, asked) == (DONE, [])
    monkeypatch.setattr(making, "typed_in", lambda _reading, _cells: None)
    full = regenerate(before, "sak.xlsx", How(MOVED))
    assert asked == [1]
    assert _told(full) == _told(quick)
    assert any("satser" in change.why for change in full.key_figures)
    assert full.data == quick.data


def _told(outcome: Outcome) -> list[tuple[object, ...]]:
    return [(c.id, c.before, c.after, c.why) for c in outcome.key_figures]


def test_an_engine_that_cannot_hold_a_workbook_open_computes_the_old_file() -> None:
    spec = load_spec("dividende")
    layout = compile_template(spec, exact={"krav": 2})
    assert compute(layout, Sak(spec.id, 1), get_engine("ironcalc"), hold=True).held is None


def test_what_an_open_workbook_cannot_do_is_one_clear_line() -> None:
    kept.forget()
    made = compute(small(load_spec("dividende")), Sak("dividende", 1), FormualizerEngine()).package()
    with pytest.raises(EngineError):
        Opened(made).put_block("Finnes ikke", 0, 0, [[1.0]])


@pytest.mark.parametrize(("text", "plain"), [("Ola", True), ("a\nb", True), ("a\x01", False), ("_x0041_", False)])
def test_only_texts_that_a_file_would_give_are_put_in_an_open_workbook(text: str, plain: bool) -> None:
    assert can_be_put({"Ark": {(1, 1): text, (2, 1): 4.0}}) is plain


def test_blocks_are_just_the_cells() -> None:
    cells = {(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (5, 3)}
    found = blocks("Ark", cells)
    covered = [(r, c) for a in found for r in range(a.row1, a.row2 + 1) for c in range(a.col1, a.col2 + 1)]
    assert sorted(covered) == sorted(cells)
    assert Area("Ark", 1, 1, 2, 2) in found
