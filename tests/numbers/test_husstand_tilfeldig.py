"""Random households: the Gjeldsrådgivning workbook computed by the engines against the oracles, amount by amount.

``OKOSOS_HOUSEHOLDS`` says how many seeded cases (20 when it is not set, 1 000 in ``make test-long``); hypothesis draws
a tenth as many. A failure
names its seed; ``OKOSOS_SEED=123`` runs that one alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from husstand_book import compute, differences
from hypothesis import HealthCheck, given, seed, settings
from oracle.husstand_strategier import saker, tilfeldig_sak

from okosos_xl.api import Making
from okosos_xl.engine import DEFAULT_ENGINE, get_engine, installed_engines
from okosos_xl.resources import examples_root
from okosos_xl.satser import Satser

CASES = int(os.environ.get("OKOSOS_HOUSEHOLDS", "20"))
SEEDS = [int(os.environ["OKOSOS_SEED"])] if "OKOSOS_SEED" in os.environ else list(range(CASES))
CHUNK = 10
STATE = Satser.load()
OVERLAY_FILE: Path = examples_root() / "kommune-eksempel.yaml"
OVERLAY = STATE.with_overlay(OVERLAY_FILE)


def complaints(case: dict[str, Any], engine: str = DEFAULT_ENGINE, *, municipality: bool = False) -> list[str]:
    """What is wrong with the workbook of this case, at most ten lines; its own sums must agree too."""
    how = Making(kommune=OVERLAY_FILE) if municipality else None
    book = compute(case, get_engine(engine), how)
    own = [f"{id}: {word}" for id, word in book.checks().items() if id == "GR600" and word != "i orden"]
    return (differences(book, case, STATE, OVERLAY if municipality else None) + own)[:10]


def report(wrong: dict[int, list[str]]) -> str:
    return "\n".join(f"seed {number}: {line}" for number, found in wrong.items() for line in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "numbers", [SEEDS[i : i + CHUNK] for i in range(0, len(SEEDS), CHUNK)], ids=lambda n: f"{n[0]}"
)
def test_seeded_households_in_every_amount(numbers: list[int]) -> None:
    wrong = {n: found for n in numbers if (found := complaints(tilfeldig_sak(n)))}
    assert not wrong, report(wrong)


@pytest.mark.slow
@seed(20261122)
@settings(max_examples=max(5, CASES // 10), deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(case=saker())
def test_drawn_households_in_every_amount(case: dict[str, Any]) -> None:
    assert not complaints(case)


@pytest.mark.slow
def test_households_with_a_municipality_s_own_rates() -> None:
    """The municipality's file has values from 2026 on: the later cases alone."""
    late = [n for n in range(5_000, 5_400) if tilfeldig_sak(n)["dato"].year == 2026][: max(6, CASES // 10)]
    wrong = {n: found for n in late if (found := complaints(tilfeldig_sak(n), municipality=True))}
    assert len(late) >= 6 and not wrong, report(wrong)


FORMULAS = pytest.param(
    "formulas",
    marks=pytest.mark.skipif(
        "OKOSOS_FORMULAS" not in os.environ or "formulas" not in installed_engines(),
        reason="twelve minutes: install okosos-xl[formulas] and set OKOSOS_FORMULAS=1 to run it",
    ),
)


@pytest.mark.slow
@pytest.mark.parametrize("engine", [*(e for e in ("ironcalc", "libreoffice") if e in installed_engines()), FORMULAS])
def test_every_engine_gives_the_oracle_s_amounts(engine: str) -> None:
    count = {"ironcalc": max(4, CASES // 5), "libreoffice": 3, "formulas": 1}[engine]
    numbers = range(7_000, 7_000 + count)
    wrong = {n: found for n in numbers if (found := complaints(tilfeldig_sak(n), engine))}
    assert not wrong, report(wrong)
