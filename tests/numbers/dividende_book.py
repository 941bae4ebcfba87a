"""A Dividende workbook with no more rows than the case has claims (but two), computed, and held against the oracle."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from oracle import nedbetaling as oracle

from okosos_xl.engine import CellValue, Engine, Values
from okosos_xl.resources import templates_root
from okosos_xl.sak.case import Override
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout, cell_name
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.write import build

Case = dict[str, Any]

PREFIXES = dict(zip(oracle.METHODS, ("uten", "med", "minst", "hoyest"), strict=True))
"""The name of each method's part of the sheet Beregning."""


class Book:
    """The computed values of one workbook, by the ids of the template."""

    def __init__(self, layout: Layout, values: Values) -> None:
        self.layout = layout
        self._values = values

    def cell(self, id: str, row: int = 0, col: int = 0) -> CellValue:
        """The value ``row`` down and ``col`` to the right in the region ``id``."""
        return self.rows(id)[row][col]

    def rows(self, id: str) -> list[list[CellValue]]:
        """All values of the region, row by row."""
        region = self.layout.regions[id]
        first, last = region.col - 1, region.col - 1 + region.ncols
        grid = self._values[region.sheet][region.row - 1 : region.row - 1 + region.nrows]
        grid = grid + [[]] * (region.nrows - len(grid))
        return [(row[first:last] + [None] * region.ncols)[: region.ncols] for row in grid]

    def line(self, id: str) -> list[CellValue]:
        """The values of a column or of a row of months."""
        rows = self.rows(id)
        return rows[0] if len(rows) == 1 else [row[0] for row in rows]

    def place(self, id: str, row: int, col: int) -> str:
        region = self.layout.regions[id]
        return f"{region.sheet}!{cell_name(region.row + row, region.col + col)}"

    def checks(self) -> dict[str, CellValue]:
        """What Kontroll says, check by check."""
        return dict(zip((c.id for c in self.layout.checks), self.line("kontroll.status"), strict=True))


class _NotAgain(Exception):  # noqa: N818
    pass


class _Bare:
    """Stands in for an engine to get hold of the bare package; the second one, with values, is not needed here."""

    name = "bare"
    package = b""

    def version(self) -> str:
        return "1"

    def evaluate(self, package: bytes) -> Values:
        self.package = package
        raise _NotAgain


@cache
def _spec(root: Path | None) -> TemplateSpec:
    return load_spec("dividende", root)


@cache
def layout_for(claims: int, root: Path | None = None) -> Layout:
    """The template with room for exactly so many claims, and never less than two.

    A column of one row is a single cell, and ironcalc takes no single cell in COUNTIF and SUMIFS.
    """
    return compile_template(_spec(root), exact={"krav": max(2, claims)})


def bare_package(case: Case, root: Path | None = None, overrides: list[Override] | None = None) -> bytes:
    """The workbook of the case with formulas and no values."""
    sak = case_from_data(case, _spec(root))
    sak.overrides.extend(overrides or [])
    bare = _Bare()
    with contextlib.suppress(_NotAgain):
        build(layout_for(len(case["krav"]), root), sak, bare, root)
    return bare.package


def compute(case: Case, engine: Engine, root: Path | None = None, overrides: list[Override] | None = None) -> Book:
    """The workbook of the case as the engine computes it."""
    return Book(layout_for(len(case["krav"]), root), engine.evaluate(bare_package(case, root, overrides)))


# --- a smaller template for the slowest engine ------------------------------------------------------------------------


def small_template(root: Path, months: int, method: str | None = None) -> Path:
    """A copy of the templates in ``root`` with fewer months, for ``formulas``, which needs more than 10 ms per formula.

    The formulas are the template's own; 120 and 119 are replaced everywhere. With ``method`` the three other methods
    are left out, and what asks for them gets this one.
    """
    for name in ("dividende", "moduler"):
        shutil.copytree(templates_root() / name, root / name)
    for file in [*root.glob("dividende/*.yaml"), *root.glob("moduler/*.yaml")]:
        text = re.sub(r"\b120\b", str(months), file.read_text(encoding="utf-8"))
        text = re.sub(r"\b119\b", str(months - 1), text)
        if method is not None:
            text = _only(PREFIXES[method], text)
        file.write_text(text, encoding="utf-8")
    return root


def _only(kept: str, text: str) -> str:
    for other in PREFIXES.values():
        if other != kept:
            # A block begins with "  - " and goes on as long as lines are indented deeper.
            text = re.sub(rf"(?m)^  - \{{?include: \w+,?\s+prefix: {other}\b.*\n(?:    .*\n)*", "", text)
            text = re.sub(rf"\b{other}\.", f"{kept}.", text)
            text = re.sub(rf"\brun: {other}\b", f"run: {kept}", text)
    return text


# --- against the oracle -----------------------------------------------------------------------------------------------


def differences(book: Book, case: Case) -> list[str]:
    """Every cell of the plan that is not what the oracle says, in all four methods; øre for øre."""
    plans = {method: oracle.run(oracle.read_case(case, method)) for method in oracle.METHODS}
    chosen = plans[case["metode"]]
    empty = [[0] * oracle.TERMS] * (book.layout.regions["fordeling.belop"].nrows - len(case["krav"]))
    want: dict[str, Sequence[Sequence[float]]] = {
        "fordeling.belop": _kroner(_by_claim(chosen.paid) + empty),
        "plan.renter": _kroner(_down(map(sum, chosen.interest))),
        "plan.betalt": _kroner(_down(map(sum, chosen.paid))),
        "plan.restgjeld": _kroner(_down(map(sum, chosen.closing))),
        "plan.prioritert": _kroner(
            _down(sum(x for x, tier in zip(row, chosen.tier, strict=True) if tier < 3) for row in chosen.paid)
        ),
        "plan.disponibelt": _kroner(_down(_shown(case, chosen))),
        "resultat.rest": _kroner(_down(chosen.closing[-1] + [0] * len(empty))),
        "antall_maaneder": [[chosen.months or 0]],
        "sum_betalt": _kroner([[chosen.total_paid]]),
        "sum_renter": _kroner([[chosen.total_interest]]),
        "sum_avskrevet": _kroner([[chosen.written_off if case.get("lopetid") else 0]]),
    }
    for method, plan in plans.items():
        prefix = PREFIXES[method]
        want |= {
            f"{prefix}.r.o": _by_claim(plan.owed) + empty,
            f"{prefix}.r.belop": [list(map(sum, plan.paid))],
            f"{prefix}.r.renter": [list(map(sum, plan.interest))],
            f"{prefix}.r.rest": [list(map(sum, plan.closing))],
            f"{prefix}.maaneder": [[plan.months or 0]],
            f"{prefix}.betalt": [[plan.total_paid]],
            f"{prefix}.renter": [[plan.total_interest]],
            f"{prefix}.igjen": [[plan.written_off]],
        }
    return [line for id, rows in want.items() for line in unequal(book, id, rows)]


def unequal(book: Book, id: str, want: Sequence[Sequence[float]]) -> list[str]:
    """The cells of a region that are not numbers, or not exactly these: øre / 100 has one nearest number."""
    got = book.rows(id)
    if got == want and all(value.__class__ is float for row in got for value in row):
        return []
    return [
        f"{id} {book.place(id, r, c)}: {cell!r}, not {expected!r}"
        for r, (cells, row) in enumerate(zip(got, want, strict=True))
        for c, (cell, expected) in enumerate(zip(cells, row, strict=True))
        if cell.__class__ is not float or cell != expected
    ]


def _by_claim(terms: list[list[int]]) -> list[list[int]]:
    return [list(row) for row in zip(*terms, strict=True)]


def _down(column: Iterable[int]) -> list[list[int]]:
    return [[value] for value in column]


def _kroner(rows: list[list[int]]) -> list[list[float]]:
    return [[ore / 100 for ore in row] for row in rows]


def _shown(case: Case, plan: oracle.Plan) -> list[int]:
    """What is available month by month, as Plan shows it: nothing once everything is paid."""
    terms = plan.months or int(case.get("lopetid") or oracle.TERMS)
    return [amount if term < terms else 0 for term, amount in enumerate(plan.disponibelt)]


def own_checks(book: Book) -> list[str]:
    """What the workbook says against itself; a case without mistakes must give nothing here."""
    said = book.checks()
    wrong = [f"{id}: {said[id]}" for id in ("DIV400", "DIV401", "DIV402") if said[id] != "i orden"]
    return wrong + [f"{id}: {word}" for id, word in said.items() if word not in ("i orden", "advarsel", "opplysning")]
