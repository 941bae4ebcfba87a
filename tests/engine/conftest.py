"""Engines for the tests: every engine is asked for; a missing one is skipped with a clear word."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from okosos_xl.engine import Engine, Values, get_engine, installed_engines

sys.path.insert(0, str(Path(__file__).parent))  # input_sheet.py, shared with bench/

MISSING = {
    "libreoffice": "LibreOffice (soffice) is not installed",
    "formulas": "the optional extra okosos-xl[formulas] is not installed",
}


@pytest.fixture(
    scope="session",
    params=["formualizer", "ironcalc", "formulas", pytest.param("libreoffice", marks=pytest.mark.libreoffice)],
)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    name: str = request.param
    if name not in installed_engines():
        pytest.skip(MISSING.get(name, f"{name} is not installed"))
    return get_engine(name)


@pytest.fixture(scope="session")
def evaluated() -> Callable[[Engine, str, bytes], Values]:
    """Evaluate a package once per engine and keep the answer: ``evaluated(engine, key, package)``."""
    known: dict[tuple[str, str], Values] = {}

    def once(engine: Engine, key: str, package: bytes) -> Values:
        if (engine.name, key) not in known:
            known[engine.name, key] = engine.evaluate(package)
        return known[engine.name, key]

    return once
