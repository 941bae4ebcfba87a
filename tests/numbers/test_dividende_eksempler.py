"""The worked examples of docs/regneregler.md to the øre, in the Dividende workbook, in every installed engine.

The figures are written out here, not taken from the oracle; ``tests/oracle`` holds the oracle to the same ones.
``formulas`` needs about 10 ms per formula, so it gets a copy of the template with just the months the example takes
and one more, and only the example's own method; the formulas in it are the template's. Of all the examples but H it
computes the first five months only (B takes 81 months, which is a minute each), unless OKOSOS_FORMULAS is set.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dividende_book import PREFIXES, Book, compute, own_checks, small_template

from okosos_xl.engine import Engine, get_engine, installed_engines

Case = dict[str, Any]


def case_of(money: float, method: str, claims: list[Case], **options: object) -> Case:
    krav = [{"kreditor": f"K{i}", **claim} for i, claim in enumerate(claims, start=1)]
    return {"disponibelt": money, "startmaaned": "2027-01", "metode": method, "krav": krav, **options}


def balances(*amounts: float) -> list[Case]:
    return [{"saldo": amount, "rente": 0} for amount in amounts]


def every(first: int, last: int, amounts: list[float]) -> dict[int, list[float]]:
    """The same payments in every term from ``first`` to ``last``."""
    return dict.fromkeys(range(first, last + 1), amounts)


@dataclass(frozen=True)
class Example:
    """A case and what its plan says.

    ``paid``: term → kroner to each claim; ``last``: term of each claim's last payment; ``closing``: term → debt left.
    """

    case: Case
    months: int
    paid: dict[int, list[float]]
    last: list[int]
    interest: float = 0
    closing: dict[int, float] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return str(self.case["metode"])


A = balances(37_400, 18_250.50, 9_100, 2_749.50)
B = balances(50_000, 20_000, 11_000)
C: list[Case] = [{"saldo": 40_000, "rente": 0.18}, {"saldo": 10_000, "rente": 0}]
D = [*({"prioritert": "ja", **claim} for claim in balances(7_000, 2_000)), *balances(50_000, 30_000, 10_000)]
H: list[Case] = [
    {"saldo": 1_800, "rente": 0, "minstebelop": 100},
    {"saldo": 9_500, "rente": 0.20, "minstebelop": 250},
    {"saldo": 22_000, "rente": 0.14, "minstebelop": 450},
]

EXAMPLES = {
    "A": Example(
        case_of(1_850, "dividende uten rente", A),
        months=37,
        paid=every(1, 36, [1_025.04, 500.20, 249.41, 75.35]) | {37: [498.56, 243.30, 121.24, 36.90]},
        last=[37] * 4,
    ),
    "A-hele-kroner": Example(
        case_of(1_850, "dividende uten rente", A, avrunding="hele kroner"),
        months=37,
        paid=every(1, 36, [1_025, 500, 250, 75]) | {37: [500, 250.50, 100, 49.50]},
        last=[37] * 4,
    ),
    "B-lik-hver-maaned": Example(
        case_of(1_000, "dividende uten rente", B),
        months=81,
        paid=every(1, 80, [617.29, 246.91, 135.80]) | {81: [616.80, 247.20, 136.00]},
        last=[81] * 3,
    ),
    "B-jevnet-ut": Example(
        case_of(1_000, "dividende uten rente", B, orefordeling="jevnes ut over tid"),
        months=81,
        paid={
            1: [617.29, 246.91, 135.80],
            2: [617.28, 246.92, 135.80],
            3: [617.28, 246.91, 135.81],
            4: [617.29, 246.91, 135.80],
            81: [617.29, 246.91, 135.80],
        },
        last=[81] * 3,
    ),
    "C-startsaldo": Example(
        case_of(1_500, "dividende med rente", C),
        months=44,
        paid={1: [1_200, 300], 33: [1_200, 300], 34: [1_400, 100], 35: [1_500, 0], 44: [1_043.77, 0]},
        last=[44, 34],
        interest=15_543.77,
        closing={1: 39_400 + 9_700},
    ),
    "C-lopende-saldo": Example(
        case_of(1_500, "dividende med rente", C, andelsgrunnlag="løpende saldo"),
        months=44,
        paid={1: [1_203.56, 296.44], 44: [418.98, 54.41]},
        last=[44, 44],
        interest=14_973.39,
        closing={1: 39_396.44 + 9_703.56},
    ),
    "C-ett-krav": Example(
        case_of(1_200, "dividende med rente", C[:1]),
        months=47,
        paid={1: [1_200], 47: [668.82]},
        last=[47],
        interest=15_868.82,
    ),
    "D": Example(
        case_of(2_500, "dividende uten rente", D),
        months=40,
        paid=every(1, 3, [1_944.44, 555.56, 0, 0, 0])
        | {4: [1_166.68, 333.32, 555.56, 333.33, 111.11]}
        | every(5, 39, [0, 0, 1_388.89, 833.33, 277.78])
        | {40: [0, 0, 833.29, 500.12, 166.59]},
        last=[4, 4, 40, 40, 40],
    ),
    "H-minste-forst": Example(
        case_of(2_000, "minste krav først", H),
        months=19,
        paid={1: [1_300, 250, 450], 2: [500, 1_050, 450]},
        last=[2, 8, 19],
        interest=4_200.81,
    ),
    "H-hoyeste-rente-forst": Example(
        case_of(2_000, "høyeste rente først", H),
        months=19,
        paid={1: [100, 1_450, 450]},
        last=[18, 7, 19],
        interest=3_945.67,
    ),
}


SHORT = {} if "OKOSOS_FORMULAS" in os.environ else {name: 5 for name in EXAMPLES if name != "H-minste-forst"}


def said_of(book: Book, example: Example) -> None:
    """Every figure of the example, on the sheets that show it; the last ones only where the plan has so many months."""
    paid = book.rows("fordeling.belop")[: len(example.last)]
    size = len(paid[0])
    assert 1 in example.paid
    for term, amounts in example.paid.items():
        if term <= size:
            assert [row[term - 1] for row in paid] == amounts, f"termin {term}"
    assert own_checks(book) == []
    if example.months <= size:
        ends_as_said(book, example, paid)


def ends_as_said(book: Book, example: Example, paid: list[list[Any]]) -> None:
    """When and how the plan ends, and the totals."""
    assert [max(term for term, value in enumerate(row, 1) if value) for row in paid] == example.last
    months, start = example.months, sum(claim["saldo"] for claim in example.case["krav"])
    assert book.cell("antall_maaneder") == months
    assert book.cell("sum_renter") == example.interest
    assert book.cell("sum_betalt") == pytest.approx(start + example.interest, abs=1e-6)
    assert book.line("plan.betalt")[: months - 1] == [example.case["disponibelt"]] * (months - 1)
    left = book.line("plan.restgjeld")
    assert (left[months - 2] != 0, left[months - 1]) == (True, 0)
    assert all(left[term - 1] == amount for term, amount in example.closing.items())
    prefix = PREFIXES[example.method]
    assert (book.cell(f"{prefix}.maaneder"), book.cell(f"{prefix}.igjen")) == (months, 0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example_to_the_ore(name: str, engine: Engine, tmp_path: Path) -> None:
    example = EXAMPLES[name]
    root = None
    if engine.name == "formulas":
        root = small_template(tmp_path, SHORT.get(name, example.months + 1), example.method)
    said_of(compute(example.case, engine, root), example)


@pytest.mark.parametrize("method", PREFIXES)
def test_the_small_copy_says_what_the_template_says(method: str, tmp_path: Path) -> None:
    """What ``formulas`` is given is the same calculation: checked with the default engine."""
    case = EXAMPLES["H-minste-forst"].case | {"metode": method}
    small = compute(case, get_engine(), small_template(tmp_path, 20, method))
    whole = compute(case, get_engine())
    assert small.rows("fordeling.belop") == [row[:20] for row in whole.rows("fordeling.belop")]
    assert (small.cell("sum_renter"), small.cell("antall_maaneder")) == (
        whole.cell("sum_renter"),
        whole.cell("antall_maaneder"),
    )


def test_engines_are_found() -> None:
    """The two engines that are always installed are; the tests above are not skipped for them."""
    assert {"formualizer", "ironcalc"} <= set(installed_engines())
