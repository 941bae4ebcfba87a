"""Every allowed function gives Excel's answer in every installed engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from input_sheet import ASKED, Case, excel_answer, load_cases, workbook_of

from okosos_xl.engine import CellValue, Engine, ExcelError, Values, value_at
from okosos_xl.engine.compare import same
from okosos_xl.engine.functions import ALLOWED

CASES = [case for case in load_cases() if not case.avoid and case.subject in ALLOWED]


def agrees(found: CellValue, expected: CellValue) -> bool:
    """Which error it is does not matter: templates only ask whether there is one."""
    return same(found, expected) or (isinstance(found, ExcelError) and isinstance(expected, ExcelError))


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_function(function: str, engine: Engine, evaluated: Callable[[Engine, str, bytes], Values]) -> None:
    values = evaluated(engine, "functions", workbook_of([case.formula for case in CASES]))
    wrong = [
        f"{case.formula} gives {found!r}, Excel {case.expected!r}"
        for row, case in enumerate(CASES, 1)
        if case.subject == function and not agrees(found := value_at(values, ASKED, f"A{row}"), excel_answer(case))
    ]
    assert wrong == []


def test_every_allowed_function_has_several_cases() -> None:
    counts = Counter(case.subject for case in CASES)
    assert {name: counts[name] for name in ALLOWED if counts[name] < 2} == {}


def test_cases_are_well_formed() -> None:
    cases: list[Case] = load_cases()
    assert len({case.id for case in cases}) == len(cases)
    assert len({case.subject for case in cases if case.subject.isupper()}) >= 100
    assert all(case.formula.startswith("=") for case in cases)
    assert all(f"{case.subject}(" in case.formula for case in cases if case.subject.isupper())
