"""The changes Betalingsløsning proposes when a child changes rate: together what the living costs really change.

Each of them is computed with the household as it is by then. A brother who has turned eighteen, or who changes rate in
the same month, is no longer the child he is today, and moves the others up.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from avtale_book import case, compute, ore
from husstand_book import HouseBook, sak_fra_data
from oracle.livsopphold import gjeldsordning

from okosos_xl.sak.numbers import EPOCH
from okosos_xl.satser import Satser

Case = dict[str, Any]
SEEDS = range(int(os.environ.get("OKOSOS_PLANS", "6")))
TODAY = date(2026, 11, 22)
TWO = [{"navn": "A", "fodt": "1985-03-05"}, {"navn": "B", "fodt": "1986-04-06"}]
BEFORE = 10
"""Rows of the list before those of the children."""


def proposals(book: HouseBook, children: int) -> list[tuple[date, int]]:
    """Month and change in øre of each proposed change, also of those that are 0 or too far ahead to be shown."""
    found = []
    for row in range(BEFORE, BEFORE + 2 * children):
        month = book.cell("forslag_kilder.maaned", row)
        if isinstance(month, float):
            found.append(
                (EPOCH + timedelta(days=int(month)), round(float(book.cell("forslag_kilder.endring", row)) * 100))
            )
    return found


def test_a_couple_whose_eldest_turns_eighteen_the_month_after_the_twins_turn_eleven() -> None:
    barn = [
        {"navn": "Ti", "fodt": "2009-01-15", "hvem": "særkull A", "bidrag_mottatt": 1890.50},
        {"navn": "Tvi", "fodt": "2015-12-31"},
        {"navn": "Lling", "fodt": "2015-12-31"},
        {"navn": "Mini", "fodt": "2021-01-02", "bosted": "delt bosted", "hvem": "særkull B"},
        {"navn": "Sam", "fodt": "2016-01-20", "bosted": "samvær", "klasse": 3, "hvem": "særkull B"},
    ]
    incomes = [{"hvem": "A", "type": "lønn", "netto": 40000}, {"type": "barnetrygd", "netto": 7042, "hvem": "A"}]
    book = compute(case(dato="2026-12-15", plan_start="2027-01", voksne=TWO, barn=barn, inntekter=incomes))
    # Ti: 7 020 less; the elder twin is person no. 3 then, and 20 % of 6 102 comes on; barnetrygd 2 012 and bidrag go
    assert ore(book, "forslag.endring", 20)[BEFORE:] == [
        702000 - 122040 - 201200 - 189050, 0,
        -(488160 - 386800), -(702000 - 610200),  # person no. 4 now, no. 3 when he is fifteen
        -(488160 - 386800), -(561600 - 488160),
        -(193400 - 145800), -(244080 - 193400),
        -(289900 - 235700), -(321600 - 289900),
    ]  # fmt: skip


def test_the_second_to_turn_eighteen_moves_the_youngest_up_as_the_first_did() -> None:
    barn = [{"navn": n, "fodt": f"{y}-06-10"} for n, y in (("E", 2009), ("M", 2010), ("Y", 2019))]
    book = compute(case(plan_start="2026-12", voksne=TWO, barn=barn))
    changes = ore(book, "forslag.endring", 16)[BEFORE:]
    # E 18 in July 2027: M is person no. 3 then, 20 % of 7 020 comes on. M 18 a year later: 20 % of Y's 4 835.
    assert changes == [702000 - 140400, 0, 702000 - 96700, 0, -(610200 - 483500), -(702000 - 610200)]


def test_the_third_child_with_access_gets_back_what_was_taken_off_when_the_first_turns_eighteen() -> None:
    barn = [
        {"navn": str(y), "fodt": f"{y}-06-10", "hvem": "særkull A", "bosted": "samvær", "klasse": 4}
        for y in (2009, 2012, 2018)
    ]
    book = compute(case(plan_start="2026-12", barn=barn))
    assert ore(book, "forslag.endring", 11)[BEFORE] == 403800 - round(295900 * 0.2)


def random_children(rng: random.Random) -> list[Case]:
    barn: list[Case] = []
    for number in range(rng.randint(1, 7)):
        born = TODAY - timedelta(days=rng.randint(0, 18 * 365 + 3))
        child: Case = {"navn": f"N{number}", "fodt": born.isoformat()}
        if number and rng.random() < 0.3:
            child["fodt"] = barn[-1]["fodt"]  # twins, and two changes in one month
        kind = rng.random()
        if kind < 0.25:
            child |= {"hvem": "særkull A", "bosted": "samvær", "klasse": rng.randint(1, 4)}
        elif kind < 0.4:
            child["bosted"] = "delt bosted"
        if rng.random() < 0.15:
            child["forsorges"] = "ja"
        barn.append(child)
    return barn


@pytest.mark.parametrize("seed", SEEDS)
def test_all_accepted_the_changes_are_what_the_living_costs_of_the_children_change(seed: int) -> None:
    rng = random.Random(seed)
    barn = random_children(rng)
    given = case(dato=TODAY.isoformat(), voksne=TWO[: rng.randint(1, 2)], barn=barn)
    book = compute(given)
    found = proposals(book, len(barn))
    sak, rates = sak_fra_data(given), Satser.load().at(TODAY)

    def cost(day: date) -> int:
        lines = gjeldsordning(replace(sak, dato=max(day, TODAY)), rates).barn
        return round(sum((line for line in lines if line is not None), Decimal(0)) * 100)

    for month in sorted({month for month, _ in found if month < _third_change(barn)}):
        assert sum(change for when, change in found if when <= month) == cost(TODAY) - cost(month), (barn, month)


@pytest.mark.parametrize("seed", SEEDS)
def test_maaneder_has_the_same_money_as_the_budget_and_the_proposals_together(seed: int) -> None:
    rng = random.Random(1000 + seed)
    barn = random_children(rng)
    for child in barn:
        child[rng.choice(["bidrag_mottatt", "bidrag_betalt"])] = rng.randint(0, 300_000) / 100
    incomes = [{"hvem": "A", "type": "lønn", "netto": 40000}]
    if not any("forsorges" in child for child in barn):
        incomes.append({"hvem": "A", "type": "barnetrygd", "netto": 2012 * len(barn)})
    book = compute(case(dato=TODAY.isoformat(), voksne=TWO[: rng.randint(1, 2)], barn=barn, inntekter=incomes))
    found = proposals(book, len(barn))
    for period in range(12):
        month = EPOCH + timedelta(days=int(float(book.cell("maaneder.maaned", 0, period))))
        if month < _third_change(barn):
            changed = sum(change for when, change in found if when <= month)
            money = round(float(book.cell("maaneder.disponibelt", 0, period)) * 100)
            assert money == ore(book, "disponibelt") + changed, (barn, month)


def _third_change(barn: list[Case]) -> date:
    """The first month in which a child changes for the third time: only two of each are proposed."""
    months = [date(2199, 1, 1)]
    for child in barn:
        born = date.fromisoformat(child["fodt"])
        ahead = []
        for age in (6, 11, 15, 18):
            year, month = born.year + age, born.month + (born.day > 1)
            first = date(year + (month > 12), (month - 1) % 12 + 1, 1)
            if date(born.year + age, born.month, min(born.day, 28)) > TODAY:
                ahead.append(first)
        months += ahead[2:3]
    return min(months)
