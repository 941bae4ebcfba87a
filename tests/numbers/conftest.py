"""The Dividende workbook against the oracle; ``tests/`` is put on the path so that the oracle can be imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from okosos_xl.engine import Engine, get_engine, installed_engines

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

MISSING = {
    "libreoffice": "LibreOffice (soffice) is not installed",
    "formulas": "the optional extra okosos-xl[formulas] is not installed",
}


@pytest.fixture(
    scope="session",
    params=["formualizer", "ironcalc", "formulas", pytest.param("libreoffice", marks=pytest.mark.libreoffice)],
)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn; a missing one is skipped with a clear word."""
    name: str = request.param
    if name not in installed_engines():
        pytest.skip(MISSING.get(name, f"{name} is not installed"))
    return get_engine(name)
