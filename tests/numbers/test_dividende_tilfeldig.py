"""Random cases: the Dividende workbook computed by the engines against the oracle, in every cell of the plan.

``OKOSOS_CASES`` says how many cases (40 when it is not set, 1 000 in ``make test-long``); one in ten comes from
hypothesis, the others from seeds. A failure names its seed; ``OKOSOS_SEED=123`` runs that one alone.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
from dividende_book import PREFIXES, compute, differences, own_checks, small_template, unequal
from hypothesis import HealthCheck, given, seed, settings
from oracle import nedbetaling as oracle
from oracle.strategies import cases, random_case, staircase_case

from okosos_xl.engine import DEFAULT_ENGINE, get_engine, installed_engines
from okosos_xl.sak.case import Override

Case = dict[str, Any]

CASES = int(os.environ.get("OKOSOS_CASES", "40"))
DRAWN = CASES // 10
SEEDS = [int(os.environ["OKOSOS_SEED"])] if "OKOSOS_SEED" in os.environ else list(range(CASES - DRAWN))
CHUNK = 25

needs_formulas = pytest.mark.skipif(
    "formulas" not in installed_engines(), reason="the optional extra okosos-xl[formulas] is not installed"
)
needs_libreoffice = pytest.mark.skipif(
    "libreoffice" not in installed_engines(), reason="LibreOffice (soffice) is not installed"
)


def seeded(number: int) -> Case:
    return random_case(random.Random(number))


def complaints(case: Case, engine: str = DEFAULT_ENGINE, root: Path | None = None) -> list[str]:
    """What is wrong with the workbook of this case, at most ten lines; its own checks must agree with the oracle."""
    book = compute(case, get_engine(engine), root)
    return (differences(book, case) + own_checks(book))[:10]


# --- the default engine: every case -----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "numbers", [SEEDS[i : i + CHUNK] for i in range(0, len(SEEDS), CHUNK)], ids=lambda n: f"{n[0]}"
)
def test_seeded_cases_in_every_cell(numbers: list[int]) -> None:
    wrong = {number: found for number in numbers if (found := complaints(seeded(number)))}
    assert not wrong, "\n".join(f"seed {number}: {line}" for number, found in wrong.items() for line in found)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(-(-DRAWN // CHUNK)))
def test_drawn_cases_in_every_cell(chunk: int) -> None:
    @seed(chunk)
    @settings(max_examples=CHUNK, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(cases())
    def run(case: Case) -> None:
        assert complaints(case) == []

    run()


@pytest.mark.parametrize("steps", [1, 4, 9])
def test_a_staircase_of_claims_paid_in_one_month(steps: int) -> None:
    assert complaints(staircase_case(steps)) == []


# --- the other engines: a sample --------------------------------------------------------------------------------------


def sample(count: int, most_claims: int, first: int = 2_000) -> list[int]:
    """Seeds from ``first`` on, of cases that are not too large, the methods taken in turn."""
    found: list[int] = []
    number = first
    while len(found) < count:
        case = seeded(number)
        wanted = oracle.METHODS[(len(found) + 1) % len(oracle.METHODS)]
        if 2 <= len(case["krav"]) <= most_claims and case["metode"] == wanted:
            found.append(number)
        number += 1
    return found


@pytest.mark.parametrize("number", sample(10, 40))
def test_ironcalc_agrees(number: int) -> None:
    assert complaints(seeded(number), "ironcalc") == []


@needs_libreoffice
@pytest.mark.libreoffice
@pytest.mark.parametrize("number", sample(3, 12))
def test_libreoffice_agrees(number: int) -> None:
    assert complaints(seeded(number), "libreoffice") == []


FEW_MONTHS = 5


@needs_formulas
@pytest.mark.slow
@pytest.mark.parametrize("number", sample(1, 4))
def test_formulas_agrees(number: int, tmp_path: Path) -> None:
    """The first five months with all four methods: the whole plan would take ``formulas`` minutes per case."""
    case = seeded(number)
    root = small_template(tmp_path, FEW_MONTHS)
    book = compute(case, get_engine("formulas"), root)
    wrong: list[str] = []
    for method, prefix in PREFIXES.items():
        plan = oracle.run(oracle.read_case(case, method))
        wrong += unequal(book, f"{prefix}.r.o", list(zip(*plan.owed[:FEW_MONTHS], strict=True)))
        wrong += unequal(book, f"{prefix}.r.rest", [[sum(row) for row in plan.closing[:FEW_MONTHS]]])
    paid = zip(*oracle.plan(case).paid[:FEW_MONTHS], strict=True)
    wrong += unequal(book, "fordeling.belop", [[ore / 100 for ore in row] for row in paid])
    assert wrong == []
    assert own_checks(book) == []


# --- the workbook's own checks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(3_000, 3_004))
def test_own_checks_see_a_payment_that_was_typed_over(number: int) -> None:
    """The checks that are in order in every random case are not in order when one cell is wrong."""
    case = next(case for n in range(number, number + 99) if oracle.plan(case := seeded(n)).paid[0][0])
    paid = oracle.plan(case).paid[0][0]
    typed = Override("fordeling.belop", value=(paid + 1) / 100, row=1, period=1)  # type: ignore[arg-type]
    said = compute(case, get_engine(), overrides=[typed]).checks()
    assert (said["DIV400"], said["DIV401"], said["DIV402"]) == ("i orden", "i orden", "feil")


@pytest.mark.parametrize("method", oracle.METHODS)
def test_own_checks_see_a_balance_that_was_typed_over(method: str) -> None:
    """An øre gone from what a claim owes after a payment, in any of the methods: the month does not add up."""
    case = {
        "metode": method,
        "disponibelt": 1_000,
        "startmaaned": "2027-01",
        "krav": [{"kreditor": "K1", "saldo": 20_000, "rente": 0.1}, {"kreditor": "K2", "saldo": 9_000, "rente": 0}],
    }
    closing = oracle.plan(case).closing[1][0]
    id = f"{PREFIXES[method]}.r.c"
    typed = Override(id, value=float(closing - 1), row=1, period=2)  # type: ignore[arg-type]
    assert compute(case, get_engine(), overrides=[typed]).checks()["DIV400"] == "feil"
