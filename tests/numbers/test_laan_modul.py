"""The module that computes one loan, alone in a small workbook, against the oracle that writes the loan out in months.

``OKOSOS_LOANS`` says how many random loans (40 when it is not set).
"""

from __future__ import annotations

import os
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from dividende_book import Book
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from oracle.laan import ANNUITY, SERIAL, Loan, ore

from okosos_xl import api
from okosos_xl.engine import installed_engines
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout

TEMPLATES = Path(__file__).parent / "maler_laan"
LOANS = int(os.environ.get("OKOSOS_LOANS", "40"))
_CENT = Decimal("0.01")
"""A closed formula in binary fractions and a sum in forty digits may fall on each their side of half an øre."""
POINT = Decimal("0.0001")
"""A hundredth of a percentage point."""


@cache
def layout() -> Layout:
    return compile_template(load_spec("laan_prove", TEMPLATES))


def book(loan: Loan, engine: str | None = None) -> Book:
    case = {
        "belop": loan.amount,
        "rente": loan.rate,
        "terminer": loan.months,
        "fri": loan.free,
        "slag": loan.kind,
        "gebyr": loan.fee,
        "etablering": loan.setup,
    }
    return Book(
        layout(), api.generate_with_values("laan_prove", case, api.Making(templates=TEMPLATES, engine=engine))[1]
    )


def number(book: Book, id: str, row: int = 0) -> Decimal:
    value = book.cell(id, row)
    assert isinstance(value, float), (id, value)
    return Decimal(repr(value))


def complaints(loan: Loan, engine: str | None = None) -> list[str]:
    """What the workbook says of the loan that is not so, to the øre (the effective rate to a hundredth of a point)."""
    made, terms = book(loan, engine), loan.terms()
    wrong = []

    def same(id: str, want: Decimal, row: int = 0, within: Decimal = Decimal("0.0000001")) -> None:
        if abs(number(made, id, row) - want) > within:
            wrong.append(f"{id}[{row}]: {made.cell(id, row)}, not {want} ({loan})")

    first = terms[loan.free]
    same("l.termin", ore(first.interest + first.instalment), within=_CENT)
    same("l.siste", ore(terms[-1].interest + terms[-1].instalment), within=_CENT)
    same("l.renter", ore(sum((t.interest for t in terms), Decimal(0))), within=_CENT)
    same("l.betales", number(made, "l.renter") + loan.amount + loan.months * loan.fee)
    for year in range(50):
        upto = terms[: 12 * (year + 1)]
        same("l.aar.rest", ore(upto[-1].left), year, within=_CENT)
        same("l.aar.renter_hittil", ore(sum((t.interest for t in upto), Decimal(0))), year, within=_CENT * 2)
    same("l.aar.rest", Decimal(0), (loan.months - 1) // 12)
    same("l.aar.renter_hittil", number(made, "l.renter"), 49)
    effective = loan.effective()
    if effective is None:
        if made.cell("l.effektiv") != "":
            wrong.append(f"effektiv: {made.cell('l.effektiv')}, not empty ({loan})")
    elif effective < 1000:
        # the cell shows four digits: half of the last one, and never off by a hundredth of a point
        same("l.effektiv", effective, within=POINT * Decimal("0.51") + effective * Decimal("1e-8"))
    return wrong


amounts = st.decimals("1", "20000000", places=2)
rates = st.one_of(st.just(Decimal(0)), st.decimals("0.0001", "0.6", places=4))


@st.composite
def loans(draw: st.DrawFn) -> Loan:
    months = draw(st.integers(1, 600))
    amount = draw(amounts)
    return Loan(
        amount,
        draw(rates),
        months,
        draw(st.sampled_from([ANNUITY, SERIAL])),
        draw(st.one_of(st.just(0), st.integers(0, months - 1))),
        draw(st.one_of(st.just(Decimal(0)), st.decimals("0", "200", places=2))),
        ore(amount * draw(st.decimals("0", "1.1", places=2))) if draw(st.booleans()) else Decimal(0),
    )


@pytest.mark.parametrize("engine", ["formualizer", "ironcalc"])
@pytest.mark.parametrize(
    ("loan", "effective"),
    [
        (Loan(Decimal(150000), Decimal("0.09"), 84, fee=Decimal(50), setup=Decimal(1200)), "0.1037"),
        (Loan(Decimal(150000), Decimal("0.09"), 84, SERIAL, fee=Decimal(50), setup=Decimal(1200)), "0.1046"),
        (Loan(Decimal(2400000), Decimal("0.0525"), 600, free=96), "0.0538"),
        (Loan(Decimal(12000), Decimal(0), 12), "0"),
        (Loan(Decimal(1000), Decimal("0.2"), 1, fee=Decimal(45), setup=Decimal(500)), "12480.7353"),
    ],
    ids=["annuity", "serial", "eight years without instalments", "free of charge", "one expensive month"],
)
def test_worked_loans(loan: Loan, effective: str, engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(f"{engine} is not installed")
    assert not complaints(loan, engine)
    if Decimal(effective) < 1000:
        assert number(book(loan, engine), "l.effektiv") == Decimal(effective)


@pytest.mark.slow
@seed(20261128)
@settings(max_examples=LOANS, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(loan=loans())
def test_random_loans(loan: Loan) -> None:
    assert not complaints(loan)


@settings(max_examples=max(5, LOANS // 4), deadline=None, database=None)
@given(loan=loans(), more=st.decimals("1", "500", places=2))
def test_a_dearer_fee_never_lowers_the_effective_rate(loan: Loan, more: Decimal) -> None:
    dearer = Loan(loan.amount, loan.rate, loan.months, loan.kind, loan.free, loan.fee + more, loan.setup)
    before, after = book(loan).cell("l.effektiv"), book(dearer).cell("l.effektiv")
    if isinstance(before, float) and isinstance(after, float):
        assert after >= before
    assert number(book(dearer), "l.betales") > number(book(loan), "l.betales")


def test_no_loan_shows_nothing_wrong() -> None:
    made = Book(layout(), api.generate_with_values("laan_prove", {}, api.Making(templates=TEMPLATES))[1])
    assert made.cell("l.effektiv") == ""
    assert {made.cell(id) for id in ("l.termin", "l.siste", "l.renter", "l.betales", "l.gebyrer")} == {0.0}
