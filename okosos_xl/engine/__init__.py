"""Calculation engines behind one protocol: formulas are computed outside Excel.

``get_engine(name)`` gives an engine, ``engine.evaluate(package)`` the value of every cell. What the engines do
differently is measured in ``docs/engines.md``; what they all do alike is ``okosos_xl.engine.functions.ALLOWED``.
"""

from __future__ import annotations

from importlib import import_module

from okosos_xl.engine.protocol import Engine, EngineError
from okosos_xl.engine.values import CellValue, ExcelError, Grid, Values, value_at

__all__ = [
    "DEFAULT_ENGINE",
    "CellValue",
    "Engine",
    "EngineError",
    "ExcelError",
    "Grid",
    "Values",
    "engine_names",
    "get_engine",
    "installed_engines",
    "value_at",
]

DEFAULT_ENGINE = "formualizer"

_CLASSES = {
    "formualizer": ("okosos_xl.engine.formualizer_engine", "FormualizerEngine"),
    "ironcalc": ("okosos_xl.engine.ironcalc_engine", "IroncalcEngine"),
    "formulas": ("okosos_xl.engine.formulas_engine", "FormulasEngine"),
    "libreoffice": ("okosos_xl.engine.libreoffice_engine", "LibreofficeEngine"),
}


def engine_names() -> tuple[str, ...]:
    """The engines the toolkit can use, installed or not, the default first."""
    return tuple(_CLASSES)


def installed_engines() -> tuple[str, ...]:
    """The engines that can be used on this machine."""
    return tuple(name for name in _CLASSES if _make(name).version() is not None)


def get_engine(name: str | None = None) -> Engine:
    """The engine called ``name``, or the default. EngineError, naming the choices, if unknown or not installed."""
    wanted = DEFAULT_ENGINE if name is None else name
    if wanted not in _CLASSES:
        raise EngineError(f"Ukjent regnemotor «{wanted}». Velg en av: {', '.join(_CLASSES)}.")
    engine = _make(wanted)
    if engine.version() is None:
        choices = ", ".join(installed_engines()) or "ingen"
        raise EngineError(f"Regnemotoren «{wanted}» er ikke installert. Installert her: {choices}.")
    return engine


def _make(name: str) -> Engine:
    module, class_name = _CLASSES[name]
    engine: Engine = getattr(import_module(module), class_name)()
    return engine
