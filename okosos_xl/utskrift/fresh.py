"""Whether the values stored in a file are those its formulas give now, and which are to be printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from okosos_xl.engine import CellValue, Engine, EngineError, ExcelError
from okosos_xl.kontroll.stale import Stale, stale_cells
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.package import Package

_CHANCE = re.compile(r"\b(?:RAND|RANDBETWEEN|RANDARRAY|CELL|INFO)\s*\(", re.I)
"""Functions that give another answer each time or in each program. TODAY and NOW are not: the engine has a clock."""


class PrintRefused(Exception):  # noqa: N818 - a refusal, as elsewhere
    """The workbook cannot be printed as it is. The message is one Norwegian line with the way out."""


@dataclass(frozen=True)
class Fresh:
    """``values``: by sheet, the values of formulas that are to be printed in place of the stored ones, ``count`` how
    many of them are others. ``unsure``: places whose stored value is printed although it could not be confirmed;
    ``tried`` is whether the workbook could be computed at all."""

    values: Mapping[str, Mapping[Cell, CellValue]] = field(default_factory=dict)
    count: int = 0
    unsure: tuple[str, ...] = ()
    tried: bool = True


def fresh_values(package: Package, engine: Engine) -> Fresh:
    """Compute the workbook and compare. Raises :class:`PrintRefused` when there is nothing stored to fall back on.

    What differs is printed as computed. Where the engine cannot tell (a function that only Excel knows, a formula
    that gives another answer each time) a wrong value may lie behind any other: then everything is printed as it is
    stored, and it is said.
    """
    package.read_all()
    missing = [(info.name, cell) for info in package.sheets for cell in _without_value(package, info.name)]
    try:
        computed = engine.evaluate(package.vetted.data)
    except EngineError:
        if missing:
            raise _refused(package, *missing[0]) from None
        return Fresh(tried=False)
    found = stale_cells(package, computed)
    unknown = [one for one in found if isinstance(one.computed, ExcelError) and not isinstance(one.stored, ExcelError)]
    if unknown or (found and _leans_on_chance(package)):
        if missing:
            raise _refused(package, *missing[0])
        first = {(one.sheet, one.cell) for one in unknown}
        rest = [one for one in found if (one.sheet, one.cell) not in first]
        return Fresh(unsure=tuple(map(_place, [*unknown, *rest])))
    values: dict[str, dict[Cell, CellValue]] = {}
    for sheet, cell in missing:
        values.setdefault(sheet, {})[cell] = ""
    for one in found:
        values.setdefault(one.sheet, {})[one.cell] = one.computed
    return Fresh(values, len(found))


def _leans_on_chance(package: Package) -> bool:
    formulas = (package.sheet(info.name).formulas.written.values() for info in package.sheets)
    return any(_CHANCE.search(text) for texts in formulas for text in set(texts))


def _place(one: Stale) -> str:
    return f"{one.sheet}!{address(one.cell)}"


def _without_value(package: Package, sheet: str) -> list[Cell]:
    """Formulas with nothing stored, as in a file saved by a program that does not compute."""
    cells = package.sheet(sheet)
    return [cell for cell in cells.formulas if cell not in cells.values]


def _refused(package: Package, sheet: str, cell: Cell) -> PrintRefused:
    return PrintRefused(
        f"{package.vetted.name}: formlene har ingen lagrede verdier (blant annet {sheet}!{address(cell)}), og kan ikke "
        "regnes ut her. Åpne og lagre arbeidsboken i Excel, og skriv ut på nytt."
    )
