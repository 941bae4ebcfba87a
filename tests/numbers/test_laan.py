"""Refinansiering, Startlån and Sammenligning in the whole workbook: worked examples, the oracle, and bad input."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from husstand_book import HouseBook, spec
from oracle.laan import SERIAL, Loan, largest_loan, ore, remaining_cost

from okosos_xl import api, strict_yaml
from okosos_xl.engine import Engine, get_engine, installed_engines
from okosos_xl.resources import examples_root
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout
from okosos_xl.workbook.write import build

EXAMPLE: Path = examples_root() / "par-nytt-laan.yaml"
ONE_ADULT: dict[str, Any] = {
    "mal": "gjeldsradgivning",
    "dato": date(2026, 11, 22),
    "voksne": [{"navn": "A", "fodt": date(1985, 5, 5), "kjonn": "kvinne"}],
    "inntekter": [{"type": "lønn", "brutto": 40000, "trekk": 9000}],
    "boutgifter": {"husleie": {"belop": 9000}},
}
BY_HAND = {"refi_laan": 150000, "refi_rente": 0.09, "refi_lopetid": 84, "refi_termingebyr": 50, "refi_etablering": 1200}
"""Example I of the domain description."""


@cache
def small() -> Layout:
    """The workbook with room for no more than these cases have: a tenth of the formulas."""
    return compile_template(spec(), exact={"inntekter": 3, "krav": 4})


def compute(case: dict[str, Any], engine: Engine) -> HouseBook:
    sak = case_from_data(case, spec())
    return HouseBook(small(), build(small(), sak, engine, rates=api._rates(spec(), sak, api.Making()))[1])


@cache
def book(engine: str, changes: tuple[tuple[str, Any], ...] = ()) -> HouseBook:
    return compute(ONE_ADULT | BY_HAND | dict(changes), get_engine(engine))


def number(made: HouseBook, id: str, row: int = 0) -> Decimal:
    value = made.cell(id, row)
    assert isinstance(value, float), (id, value)
    return Decimal(repr(value))


def sentence(made: HouseBook, sheet: str) -> str:
    return str(made._values[sheet][1][0])


@pytest.mark.parametrize("engine", ["formualizer", "ironcalc"])
def test_the_loan_worked_by_hand(engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(f"{engine} is not installed")
    made = book(engine, (("refi_betale", 2600),))
    wanted = {
        "refinansiering_termin": "2413.36",
        "refi_termin_gebyr": "2463.36",
        "refinansiering_effektiv": "0.1037",
        "refinansiering_renter": "52722.39",
        "refi_maks": "158492.61",
    }
    assert {id: number(made, id) for id in wanted} == {id: Decimal(v) for id, v in wanted.items()}
    assert "effektiv rente 10,37 %" in sentence(made, "Refinansiering")
    made = book(engine, (("refi_type", "serielån"),))
    wanted = {"refinansiering_termin": "2910.71", "refi.siste": "1799.11", "refinansiering_renter": "47812.5"}
    assert {id: number(made, id) for id in wanted} == {id: Decimal(v) for id, v in wanted.items()}
    assert abs(sum(number(made, "refi_aar.renter", y) for y in range(7)) - Decimal("47812.5")) == 0


def test_what_can_be_paid_gives_the_time() -> None:
    made = book("formualizer", (("refi_lopetid", None), ("refi_betale", 2600)))
    months = int(number(made, "refinansiering_maaneder"))
    paid = Decimal(2600) - 50
    assert remaining_cost(Decimal(150000), Decimal("0.09"), paid) is not None
    shorter, chosen = (ore(Loan(Decimal(150000), Decimal("0.09"), n).terms()[0].paid) for n in (months - 1, months))
    assert chosen <= paid < shorter
    assert number(made, "refi_maks") == largest_loan(Decimal(2600), Decimal(50), Decimal("0.09"), months)


def test_the_first_months_and_the_years_are_the_oracle() -> None:
    made = book("formualizer", (("refi_type", "serielån"),))
    terms = Loan(Decimal(150000), Decimal("0.09"), 84, SERIAL, fee=Decimal(50)).terms()
    for month in range(12):
        assert abs(number(made, "refi_maaneder.rest", month) - ore(terms[month].left)) <= Decimal("0.01")
        assert abs(number(made, "refi_maaneder.betalt", month) - ore(terms[month].paid)) <= Decimal("0.02")
    first_year = sum(number(made, "refi_maaneder.betalt", m) for m in range(12))
    assert first_year == number(made, "refi_aar.betalt")


@cache
def example() -> HouseBook:
    return compute(strict_yaml.load(EXAMPLE), get_engine())


def test_the_rules_of_the_example() -> None:
    made = example()
    assert [made.cell("refi_regler.vurdering", n) for n in range(6)] == [
        "innfridd", "innfridd", "ikke innfridd", "ikke innfridd", "innfridd", "innfridd",
    ]  # fmt: skip
    rules = [made.cell("bolig_regler.vurdering", n) for n in range(14)]
    assert rules[:5] == ["innfridd"] * 5
    assert rules[8] == "ikke innfridd"
    assert rules[9:] == ["gjelder ikke"] * 5


def test_the_comparison_adds_up() -> None:
    made = example()
    for column, total in (
        ("dividende", "sml.h.betalt"),
        ("akkord", "akkord_sum"),
        ("gjeldsordning", "gjeldsordning_betalt"),
    ):
        assert sum(number(made, f"sml_kreditorer.{column}", n) for n in range(4)) == number(made, total)
    plan = [number(made, "sml_kreditorer.plan", n) for n in range(4)]
    assert plan[0] == 420000  # in full from two plans, and never more than the claim
    assert sum(plan) == number(made, "plan_f_betalt") == number(made, "losninger.betalt", 2)
    assert "Refinansiering" in sentence(made, "Sammenligning")
    assert [made.cell("losninger.med", n) for n in range(10)] == [1.0] * 10


WRONG: dict[str, tuple[dict[str, Any], set[str], str]] = {
    "never repaid": ({"refi_lopetid": None, "refi_betale": 1100}, {"GL103"}, "blir aldri nedbetalt"),
    "a fee as large as the loan, for someone who is not there": (
        {"refi_etablering": 150000, "refi_hvem": "B", "refi_krav": [{"innfris": "ja"}]},
        {"GL104", "GL106", "GL109", "GL111"},
        "Lånet på 150 000 kr",
    ),
    "dearer than today, and today not known": (
        {
            "refi_laan": 60500, "refi_rente": 0.3, "bolig_verdi": 1000000, "bolig_rente": 0.05, "bolig_lopetid": 10,
            "bolig_avdragsfri": 10, "bolig_belop": 3000000,
            "krav": [{"saldo": 50000, "rente": 0.1}], "refi_krav": [{"innfris": "ja"}],
            "refi_engang": 10000, "akkord_belop": 500,
        },
        {"GL105", "GL108", "GL110", "GL112", "GL203", "GL204", "GL207"},
        "Lånet på 60 500 kr",
    ),
    "home loan without rate, living costs or income": (
        {"refi_rente": None, "bolig_formaal": "kjøp av bolig", "inntekter": [], "voksne": [{"navn": "A"}]},
        {"GL102", "GL202", "GL205", "GL206"},
        "Skriv renten",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_flagged(name: str) -> None:
    changes, codes, said = WRONG[name]
    made = compute(ONE_ADULT | BY_HAND | changes, get_engine())
    found = {code for code, status in made.checks().items() if code.startswith("GL") and status != "i orden"}
    assert codes <= found, (found, codes)
    assert said in sentence(made, "Refinansiering")


def test_text_and_negative_numbers_typed_in_the_workbook_are_flagged() -> None:
    sak = case_from_data(ONE_ADULT, spec())
    layout = small()
    package = build(layout, sak, get_engine(), rates=api._rates(spec(), sak, api.Making()))[0]
    typed = {
        "refi_rente": "9 prosent", "refi_laan": -5, "refi_type": "flytende", "bolig_verdi": "to millioner",
        "bolig_belop": -1, "bolig_lopetid": 60,
    }  # fmt: skip
    open_book = openpyxl.load_workbook(io.BytesIO(package))
    for id, value in typed.items():
        place = layout.regions[id]
        open_book[place.sheet].cell(place.row, place.col).value = value
    changed = io.BytesIO()
    open_book.save(changed)
    found = {f.code for f in api.validate(changed.getvalue()).findings}
    assert {"GL100", "GL101", "GL107", "GL200", "GL201", "GL208"} <= found


def test_an_empty_form_says_what_to_do() -> None:
    made = compute({"mal": "gjeldsradgivning", "dato": date(2026, 11, 22)}, get_engine())
    assert sentence(made, "Refinansiering").startswith("Velg kravene")
    assert sentence(made, "Startlån").startswith("Fyll inn boligen")
    assert sentence(made, "Sammenligning").startswith("Før kravene")
    assert not [code for code, s in made.checks().items() if code.startswith("GL") and s != "i orden"]


@pytest.mark.parametrize("engine", ["ironcalc", pytest.param("libreoffice", marks=pytest.mark.libreoffice)])
def test_the_sheets_are_the_same_in_every_engine(engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(f"{engine} is not installed")
    other = compute(strict_yaml.load(EXAMPLE), get_engine(engine))
    for id in small().regions:
        if small().regions[id].sheet not in ("Refinansiering", "Startlån", "Sammenligning", "Beregning lån"):
            continue
        for ours, theirs in zip(example().rows(id), other.rows(id), strict=True):
            for one, two in zip(ours, theirs, strict=True):
                if isinstance(one, float) and isinstance(two, float):
                    assert abs(one - two) <= 1e-9 * max(1, abs(one)), id
                else:
                    assert (one or "") == (two or ""), id
