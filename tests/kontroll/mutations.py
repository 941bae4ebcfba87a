"""Kinds of mistakes in a filled-in workbook, each told generically over what the template lays out.

A mutation spoils a :class:`Mutable` and gives what must be found, or None when the workbook has nothing it applies to.
New sheets and templates are covered by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from mutable import Mutable

from okosos_xl.template.layout import Region, cell_name
from okosos_xl.template.spec import NUMERIC
from okosos_xl.workbook.areas import Cell

PERSON = "15888010030"
"""Right in both check digits, and of the kind made for tests (80 is added to the month): it belongs to nobody."""


@dataclass(frozen=True)
class Expected:
    """A finding that must be there: its code, and the cell it must name (or a sheet, or nothing)."""

    code: str
    sheet: str = ""
    cell: str = ""
    count: int = 1


@dataclass(frozen=True)
class Refused:
    """The workbook must not be read at all."""

    code: str


@dataclass(frozen=True)
class Nothing:
    """No error and no warning more than the good workbook has."""


Outcome = Expected | Refused | Nothing | None
Mutation = Callable[[Mutable], Outcome]
MUTATIONS: dict[str, Mutation] = {}
AMOUNTS = ("kr", "kr_ore")


def mutation(function: Mutation) -> Mutation:
    MUTATIONS[function.__name__] = function
    return function


def at(code: str, region: Region, cell: Cell, count: int = 1) -> Expected:
    return Expected(code, region.sheet, cell_name(*cell), count)


def numeric(m: Mutable) -> list[Region]:
    return m.shuffled([r for r in m.layout.formulas() if r.item.type in NUMERIC])


def inside(m: Mutable, region: Region) -> Cell:
    return region.row + m.rnd.randrange(region.nrows), region.col + m.rnd.randrange(region.ncols)


def tab_of(m: Mutable, name: str) -> str:
    found = re.search(rf'<sheet name="{re.escape(escape(name))}"[^>]*/>', m.names())
    assert found is not None
    return found[0]


def any_sheet(m: Mutable) -> str:
    return m.rnd.choice([s.spec.name for s in m.layout.sheets[1:] if not s.spec.only])


def without_scopes(m: Mutable) -> None:
    """Names that belong to one sheet count the sheets; they are dropped when a sheet goes."""
    text = re.sub(r'<definedName [^>]*localSheetId="\d+"[^>]*>[^<]*</definedName>', "", m.names())
    m.parts["xl/workbook.xml"] = text.encode()
