"""Choosing an engine, and what happens when it is not there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from okosos_xl import engine
from okosos_xl.engine import EngineError, engine_names, get_engine, installed_engines, libreoffice_engine
from okosos_xl.engine.formualizer_engine import FormualizerEngine


def test_default_engine_is_one_of_the_required_ones() -> None:
    assert get_engine(None).name == engine.DEFAULT_ENGINE == engine_names()[0]
    assert {"formualizer", "ironcalc"} <= set(installed_engines())


def test_installed_engines_have_a_version() -> None:
    for name in installed_engines():
        version = get_engine(name).version()
        assert version is not None
        assert version[0].isdigit()


def test_unknown_engine_names_the_choices() -> None:
    with pytest.raises(EngineError, match=r"Ukjent regnemotor «excel».*formualizer, ironcalc, formulas, libreoffice"):
        get_engine("excel")


def test_engine_that_is_not_installed_names_the_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FormualizerEngine, "version", lambda self: None)
    with pytest.raises(EngineError, match=r"«formualizer» er ikke installert\. Installert her: .*ironcalc"):
        get_engine("formualizer")


def test_libreoffice_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKOSOS_SOFFICE", "no-such-program")
    assert libreoffice_engine.find_soffice() is None
    assert "libreoffice" not in installed_engines()
    with pytest.raises(EngineError, match="ikke installert"):
        libreoffice_engine.LibreofficeEngine().evaluate(b"")


def test_no_engine_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys; from okosos_xl.engine import installed_engines; installed_engines(); "
        "print([m for m in ('formualizer', 'ironcalc', 'formulas', 'numpy', 'python_calamine') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
