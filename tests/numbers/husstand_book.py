"""A Gjeldsrådgivning workbook, computed, and held against the oracles in every amount a case leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from dividende_book import Book
from oracle import bostotte as b
from oracle import budsjett as o
from oracle import husstand as h
from oracle import livsopphold as lo
from oracle.husstand_strategier import sak_fra_data

from okosos_xl.api import Making, _prepared, _rates
from okosos_xl.engine import CellValue, Engine
from okosos_xl.sak.load import case_from_data
from okosos_xl.satser import Satser
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.write import Draft, draft

Case = dict[str, Any]
Want = Decimal | None
"""An amount in kr, or None for a cell that shows nothing (an empty text, or no value)."""

BUDGET_LINES = {
    "inntekt": "inntekt",
    "livsopphold": "livsopphold",
    "boutgifter": "boutgifter",
    "energi": "energi",
    "andre": "andre",
    "bidrag": "bidrag_betalt",
    "betalingsevne": "betalingsevne",
    "trekk": "trekk",
    "sikret_gjeld": "sikret_gjeld",
    "prioriterte_avtaler": "prioriterte_avtaler",
    "disponibelt": "disponibelt",
}
"""The rows of the budget on the sheet, and what the oracle calls them."""


@cache
def spec() -> TemplateSpec:
    return load_spec("gjeldsradgivning")


@cache
def layout_for(incomes: int, claims: int) -> Layout:
    """Room for little more than a case has: the plans cost a thousand formulas per claim."""
    return compile_template(spec(), exact={"inntekter": incomes, "krav": claims})


def room(rows: int) -> int:
    """A size that other cases have too, so that one layout serves many."""
    return next((size for size in (2, 4, 8, 16) if rows <= size), rows)


def _layout_of(case: Case) -> Layout:
    return layout_for(room(len(case.get("inntekter", []))), room(len(case.get("krav", []))))


def draft_of(case: Case, how: Making | None = None) -> Draft:
    """The workbook of the case with formulas and no values."""
    how = how or Making()
    sak = _prepared(case_from_data(case, spec()), spec(), how)
    return draft(_layout_of(case), sak, rates=_rates(spec(), sak, how))


def compute(case: Case, engine: Engine, how: Making | None = None) -> HouseBook:
    """The workbook of the case as the engine computes it."""
    return HouseBook(_layout_of(case), draft_of(case, how).values(engine))


class HouseBook(Book):
    """A book whose cells inside grids have ids of their own."""

    @cached_property
    def _inner(self) -> dict[str, Region]:
        return self.layout.cells()

    def cell(self, id: str, row: int = 0, col: int = 0) -> CellValue:
        inner = self._inner.get(id)
        if inner is None:
            return super().cell(id, row, col)
        return self._values[inner.sheet][inner.row - 1][inner.col - 1]


@dataclass
class Comparison:
    """What differs between a workbook and the oracle, one line per cell."""

    book: HouseBook
    wrong: list[str]

    def cell(self, id: str, want: Want, row: int = 0) -> None:
        got = self.book.cell(id, row)
        blank = got is None or got == ""
        same = want is not None and isinstance(got, float) and abs(Decimal(repr(got)) - want) < Decimal("0.000001")
        if not (blank if want is None else same):
            place = f"{id}[{row + 1}]" if row or want is None else id
            self.wrong.append(f"{place}: {got!r}, not {want}")

    def column(self, id: str, wants: Iterable[Want]) -> None:
        for row, want in enumerate(wants):
            self.cell(id, want, row)


def differences(book: HouseBook, case: Case, state: Satser, overlay: Satser | None = None) -> list[str]:
    """Every amount of the workbook that is not what the oracle says."""
    sak = sak_fra_data(case)
    satser = state.at(sak.dato)
    kommune = overlay.at(sak.dato) if overlay is not None else None
    found = Comparison(book, [])
    _livsopphold(found, sak, satser, kommune)
    _budget(found, o.budsjett(sak, satser, kommune), sak, satser)
    found.cell("boutgiftsnorm", o.boutgiftsnorm(sak, kommune))
    found.cell("over_norm", o.over_boutgiftsnormen(sak, kommune))
    _rights(found, sak, satser)
    return found.wrong


def _livsopphold(found: Comparison, sak: h.Sak, satser: Any, kommune: Any) -> None:
    living = lo.livsopphold(sak, satser, kommune)
    for column, name in (
        ("gjeldsordning", h.GJELDSORDNING),
        ("sifo", h.SIFO),
        ("sosialhjelp", h.SOSIALHJELP),
        ("kommune", h.KOMMUNE),
    ):
        norm = living.normer[name]
        found.column(f"livsopphold_voksne.{column}", norm.voksne)
        found.column(f"livsopphold_barn.{column}", norm.barn)
    found.cell("sifo_husholdning", living.normer[h.SIFO].husholdningen)
    _sums(found, "livsopphold_voksne.brukt", living.brukt.voksne)
    _sums(found, "livsopphold_barn.brukt", living.brukt.barn)
    found.cell("hus_brukt", living.brukt.husholdningen)
    found.cell("sum_livsopphold", living.brukt.sum)


def _sums(found: Comparison, id: str, wants: Iterable[Decimal]) -> None:
    """As a column, where a cell may show nothing for 0."""
    for row, want in enumerate(wants):
        if want != 0 or found.book.cell(id, row) not in (None, ""):
            found.cell(id, want, row)


def _budget(found: Comparison, budget: o.Budsjett, sak: h.Sak, satser: Any) -> None:
    for row, line in enumerate(budget.inntekter):
        found.cell("inntekter.netto_maaned", line.i_dag, row)
        found.cell("inntekter.etter", line.etter_tiltak, row)
    for row, who in enumerate((h.A, h.B)):
        tax = budget.skatt[who]
        if tax is None:
            continue
        for column, value in (
            ("minstefradrag", tax.minstefradrag),
            ("alminnelig_inntekt", tax.alminnelig_inntekt),
            ("skatt_alminnelig", tax.skatt_alm),
            ("trygdeavgift", tax.trygdeavgift),
            ("trinnskatt", tax.trinnskatt),
            ("skattefradrag", tax.skattefradrag),
            ("sum_skatt", tax.sum),
            ("per_maaned", tax.per_maaned),
        ):
            found.cell(f"skatt.{column}", value, row)
        withheld = o.trekk(sak, who, satser)
        found.cell("skatt.faktisk_trekk", withheld.faktisk, row)
        found.cell("skatt.beregnet_trekk", withheld.beregnet, row)
        found.cell("skatt.forskjell", withheld.forskjell, row)
    for row, name in BUDGET_LINES.items():
        found.cell(f"budsjett.{row}.i_dag", getattr(budget.i_dag.husstand, name))
        found.cell(f"budsjett.{row}.etter", getattr(budget.etter_tiltak.husstand, name))
        found.cell(f"budsjett.{row}.a", getattr(budget.i_dag.a, name))
        found.cell(f"budsjett.{row}.b", getattr(budget.i_dag.b, name))
    found.cell("disponibelt", budget.i_dag.husstand.disponibelt)
    found.cell("disponibelt_til_kreditorer", budget.i_dag.husstand.disponibelt_til_kreditorer)


def _rights(found: Comparison, sak: h.Sak, satser: Any) -> None:
    support = b.bostotte(sak, satser)
    if support is not None:
        for id, value in (
            ("bostotte_vekt", support.vekt),
            ("bostotte_omregnet", support.omregnet_inntekt),
            ("bostotte_tak", support.boutgiftstak),
            ("bostotte_egenandel", support.egenandel),
            ("bostotte_aar", support.bostotte),
            ("bostotte_maaned", support.utbetalt_maaned),
        ):
            found.cell(id, value)
    child = b.barnetrygd(sak, satser)
    if child is not None:
        found.cell("barnetrygd_etter_sats", child.ordinaer)
        found.cell("utvidet_etter_sats", child.utvidet)
