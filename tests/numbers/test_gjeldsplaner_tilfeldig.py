"""Random cases: the plans of Gjeldsrådgivning computed by the engines against the oracle, in every month.

``OKOSOS_PLANS`` says how many cases (6 when it is not set); ``OKOSOS_SEED=123`` runs that one alone.
"""

from __future__ import annotations

import os
import random
from decimal import Decimal
from typing import Any

import pytest
from avtale_book import compute, ore
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import gjeldsplan as g
from oracle import nedbetaling as n
from test_gjeldsplaner import TWO, plans

from okosos_xl.engine import DEFAULT_ENGINE, installed_engines

Case = dict[str, Any]
PLANS = int(os.environ.get("OKOSOS_PLANS", "6"))
SEEDS = [int(os.environ["OKOSOS_SEED"])] if "OKOSOS_SEED" in os.environ else list(range(PLANS))
BUDGET = {g.A: "disponibelt_a", g.B: "disponibelt_b", g.JOINT: "disponibelt_felles"}


def random_case(rng: random.Random) -> Case:
    """Two adults, some joint claims, any method, periods and rules."""
    count = rng.randint(2, 9)
    found = []
    for i in range(count):
        claim: Case = {"kreditor": f"K{i}", "saldo": rng.choice([rng.randint(1, 900), rng.randint(1000, 120000)])}
        if rng.random() < 0.5:
            claim["saldo"] += rng.randint(1, 99) / 100
        claim["eier"] = rng.choice(["A", "B", "felles"])
        if claim["eier"] == "felles" and rng.random() < 0.6:
            claim[rng.choice(["andel_a", "andel_b"])] = rng.choice([0.3, 0.25, 0.6, 1, 0])
        if rng.random() < 0.7:
            claim["rente"] = rng.choice([0, 0.0975, 0.18, 0.2399, 0.1])
        if rng.random() < 0.2:
            claim["rentetype"] = "forsinkelsesrente"
        for key, choice, odds in (("rente_loper", "nei", 0.2), ("prioritert", "ja", 0.25), ("med", "nei", 0.1)):
            if rng.random() < odds:
                claim[key] = choice
        if rng.random() < 0.5:
            claim["avtalt"] = rng.choice([150, 333.33, 500, 1200])
        if rng.random() < 0.5:
            claim["minstebelop"] = rng.choice([50, 100.5, 250])
        found.append(claim)
    made = plans(voksne=TWO, krav=found, planform=rng.choice(["hver sin plan", "hver sin plan", "felles plan"]))
    made["felles_krav"] = rng.choice(["fullt i begge", "etter andel"])
    if rng.random() < 0.4:
        rule = rng.choice(["betales først", "som andre krav"])
        made |= {"smaakravgrense": rng.choice([500, 2000]), "smaakravregel": rule}
    made["losning"] = {who: _options(rng) for who in ("a", "b", "felles")}
    for key in ("perioder_a", "perioder_b", "perioder_f"):
        month, rows = 2026 * 12 + rng.randint(9, 20), []
        for _ in range(rng.choice([0, 0, 2, 8])):
            rows.append({"fra": f"{month // 12}-{month % 12 + 1:02}", "belop": rng.choice([0, 500, 2500.5, 6000])})
            month += rng.randint(1, 12)
        if rows:
            made[key] = rows
    return made


def _options(rng: random.Random) -> Case:
    method, money = rng.choice([*g.METHODS, *n.METHODS]), rng.choice([0, 900, 2500, 4321.09, 12000])
    options: Case = {"metode": method, "belop": money}
    for key, values, odds in (
        ("lopetid", [1, 24, 60, 120], 0.4),
        ("andelsgrunnlag", ["startsaldo", "løpende saldo"], 0.5),
        ("avrunding", ["øre", "hele kroner"], 0.5),
        ("prioriterte", ["helt betalt først", "etter avtale"], 0.5),
        ("engangsbelop", [5000, 33333.33], 0.8),
    ):
        if rng.random() < odds:
            options[key] = rng.choice(values)
    return options


def complaints(made: Case, engine: str = DEFAULT_ENGINE) -> list[str]:
    """Every amount of the plans that is not the oracle's, at most ten lines."""
    book = compute(made, engine)
    late = Decimal(str(book.cell("sats.forsinkelsesrente.rente_prosent_pa"))) / 100
    rows = len(made["krav"])
    joint = made["planform"] == "felles plan"
    wrong: list[str] = []

    def same(what: str, got: Any, want: Any) -> None:
        if got != want:
            wrong.append(f"{what}: {got}, not {want}")

    results: dict[str, g.Result] = {}
    for run, who in (("plan_en", g.JOINT if joint else g.A), ("plan_to", None if joint else g.B)):
        if who is None:
            continue
        left = ore(book, BUDGET[who])
        plan = results[who] = g.plan(made, who, left, late)
        grid_o, grid_c = book.rows(f"{run}.k.r.o"), book.rows(f"{run}.k.r.c")
        at = {c.row: i for i, c in enumerate(plan.claims)}
        for row in range(rows):
            want_o = [m[at[row]] for m in plan.owed] if row in at else [0] * n.TERMS
            want_c = [m[at[row]] for m in plan.closing] if row in at else [0] * n.TERMS
            got = zip(grid_o[row], grid_c[row], strict=True)
            pairs = zip(got, zip(want_o, want_c, strict=True), strict=True)
            first = next((month for month, (have, want) in enumerate(pairs) if have != want), None)
            if first is not None:
                wrong.append(
                    f"{run} claim {row + 1} month {first + 1}: owed {grid_o[row][first]} left {grid_c[row][first]}, "
                    f"not {want_o[first]} and {want_c[first]}"
                )
        letter = "f" if joint else who.lower()
        same(f"{letter} months", book.cell(f"plan_{letter}_maaneder"), plan.months)
        same(f"{letter} paid", ore(book, f"plan_{letter}_betalt"), sum(map(sum, plan.paid)))
        same(f"{letter} left", ore(book, f"plan_{letter}_rest"), sum(plan.closing[-1]))
        same(f"{letter} months paid", ore(book, f"maanedsplan_{letter}.betalt", n.TERMS), list(map(sum, plan.paid)))
        offers = [plan.total_paid(row) for row in range(rows)]
        same(f"{letter} offer", ore(book, f"tilbud_{letter}.betalt", rows), offers)
    if not joint:
        for row, claim in enumerate(made["krav"]):
            if claim["eier"] != "felles" or claim.get("med") == "nei":
                continue
            a, b = (results[x].total_paid(row) for x in (g.A, g.B))
            if made["felles_krav"] == "etter andel":
                whole = a + b + sum(r.left(row) for r in results.values())
            else:
                whole = n.ore(claim["saldo"]) + max(results[x].interest(row) for x in (g.A, g.B))
            due = g.settle_joint(whole, a, b, g.share_of_a(claim))
            have = [ore(book, f"felles_oppgjor.{x}", rows)[row] for x in ("krav", "overskudd", "baerer_a", "baerer_b")]
            same(f"joint {row + 1}", have, [due.claim, due.surplus, due.carries_a, due.carries_b])
            assert due.carries_a + due.carries_b <= whole
    wrong += [f"{id}: {word}" for id, word in book.checks().items() if id in ("GR970", "GR975") and word != "i orden"]
    return wrong[:10]


@pytest.mark.slow
@pytest.mark.parametrize("number", SEEDS)
def test_random_plans_in_every_month(number: int) -> None:
    assert not complaints(random_case(random.Random(number)))


@pytest.mark.parametrize(
    ("engine", "count"),
    [(e, c) for e, c in (("ironcalc", 2), ("libreoffice", 1)) if e in installed_engines()],
)
@pytest.mark.slow
def test_other_engines_agree(engine: str, count: int) -> None:
    for number in range(5_000, 5_000 + count):
        assert not complaints(random_case(random.Random(number)), engine), number


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 10**8), st.integers(0, 10**8), st.integers(0, 10**8), st.sampled_from([0, 25, 50, 60, 100]))
def test_joint_debt_never_pays_more_than_the_claim(claim: int, a: int, b: int, share: int) -> None:
    a, b = min(a, claim), min(b, claim)
    joint = g.settle_joint(claim, a, b, Decimal(share) / 100)
    assert joint.carries_a + joint.carries_b == min(claim, a + b)
    assert 0 <= joint.carries_a <= a and 0 <= joint.carries_b <= b
