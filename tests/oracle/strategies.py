"""Random cases for the repayment plan: for hypothesis (``cases``) and in bulk from a seed (``random_case``).

One builder serves both; it only asks its source for a whole number in a range or one of several options.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from .nedbetaling import (
    ACTUAL_DAYS,
    CURRENT_BALANCE,
    DIVIDEND_INTEREST,
    DIVIDEND_NO_INTEREST,
    EVENED_OUT,
    HIGHEST_RATE_FIRST,
    METHODS,
    ORE,
    SAME_EVERY_MONTH,
    SMALLEST_FIRST,
    START_BALANCE,
    TWELFTH,
    WHOLE_KRONER,
    month_interest,
    read_case,
    run,
)

Case = dict[str, Any]
T = TypeVar("T")

EXACT = 9 * 10**15
"""Products of two øre amounts stay below this, so that a workbook can count them exactly."""
LARGEST = 200_000_000
"""The largest claim: 2 000 000 kr in øre."""
MAX_CLAIMS = 70
HIGHEST_RATE = 60_000

BANDS = ((1, 1), (2, 5), (2, 5), (3, 12), (3, 12), (13, 40), (41, MAX_CLAIMS))
MIXES = ("vanlig", "vanlig", "hele kroner", "like", "nesten like", "bitte små og svære", "øre", "enkle forhold")
RATES = ("ingen", "vanlige", "vanlige", "samme", "alt mulig", "ytterpunkter")
MONEY = ("ingenting", "øre", "vanlig", "vanlig", "del", "del", "del", "stor del", "stor del", "renter", "mye", "alt")


class Source(Protocol):
    """Where choices come from."""

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included."""

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""


class _Seeded:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def integer(self, low: int, high: int) -> int:
        return self._rng.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        return self._rng.choice(options)


class _Drawn:
    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(options))


def _sometimes(source: Source, percent: int) -> bool:
    return source.integer(0, 99) >= 100 - percent


def _spread(source: Source, low: int, high: int) -> int:
    """A number whose size (count of binary digits) is even over the range."""
    bits = source.integer(low.bit_length(), high.bit_length())
    return source.integer(max(low, 1 << (bits - 1)), min(high, (1 << bits) - 1))


def kroner(ore: int) -> int | float:
    """Øre as one would write it in YAML: 1850 or 18250.5."""
    return ore // 100 if ore % 100 == 0 else ore / 100


def _balances(source: Source, count: int) -> list[int]:
    mix = source.pick(MIXES)
    if mix == "like":
        return [_spread(source, 1, LARGEST)] * count
    if mix == "nesten like":
        base = _spread(source, 100, LARGEST - 1)
        return [base + source.integer(-1, 1) for _ in range(count)]
    if mix == "bitte små og svære":
        return [
            source.integer(1, 500) if _sometimes(source, 50) else source.integer(LARGEST // 10, LARGEST)
            for _ in range(count)
        ]
    if mix == "øre":
        return [source.integer(1, 300) for _ in range(count)]
    if mix == "enkle forhold":
        base = source.pick((1, 7, 100, 5_000, 123_400, 1_000_000))
        return [base * source.pick((1, 2, 3, 4, 6, 8, 12)) for _ in range(count)]
    amounts = [_spread(source, 30_000, 60_000_000) for _ in range(count)]
    return [amount // 100 * 100 for amount in amounts] if mix == "hele kroner" else amounts


def _rates(source: Source, count: int) -> list[int]:
    """Rates in 1/100000, that is with three decimals in percent."""
    kind = source.pick(RATES)
    if kind == "ingen":
        return [0] * count
    if kind == "vanlige":
        return [source.pick((0, 4_750, 9_250, 12_500, 14_000, 18_000, 20_000, 21_990, 29_900)) for _ in range(count)]
    if kind == "samme":
        return [source.integer(0, HIGHEST_RATE)] * count
    if kind == "ytterpunkter":
        return [source.pick((0, 1, HIGHEST_RATE - 1, HIGHEST_RATE)) for _ in range(count)]
    return [source.integer(0, HIGHEST_RATE) for _ in range(count)]


def _money(source: Source, balances: list[int], rates: list[int]) -> int:
    """An amount available each month, in øre."""
    total = sum(balances)
    kind = source.pick(MONEY)
    if kind == "ingenting":
        return 0
    if kind == "øre":
        return source.integer(1, 300)
    if kind == "vanlig":
        amount = source.integer(50_000, 2_000_000)
    elif kind == "del":
        amount = total // source.integer(20, 110)
    elif kind == "stor del":
        amount = total // source.integer(2, 20)
    elif kind == "renter":
        interest = sum(b * r for b, r in zip(balances, rates, strict=True)) // 1_200_000
        amount = interest * source.integer(80, 140) // 100 + source.integer(0, 2)
    elif kind == "mye":
        amount = source.integer(total // 2, total + total // 2)
    else:
        return total + source.integer(-2, 2)
    return amount // 100 * 100 if _sometimes(source, 60) else amount


def _halve(amount: int) -> int:
    """Half the amount; whole kroner stay whole kroner."""
    return amount // 200 * 100 if amount >= 200 and amount % 100 == 0 else max(1, amount // 2) if amount else 0


def _month_date(months: int, day: int = 1) -> date:
    return date(months // 12, months % 12 + 1, day)


def products(case: Case) -> tuple[int, int]:
    """The two products a workbook must count exactly: Σs · max(s), and max(D) · the largest claim at any time."""
    plans = [run(read_case(case, method)) for method in METHODS]
    start = plans[0].start
    money = max(max(a.disponibelt) for a in plans)
    return sum(start) * max(start, default=0), money * max(max(row, default=0) for a in plans for row in a.owed)


def _clearly_small(case: Case) -> bool:
    """True when even unpaid claims cannot reach the limit, so that no plan needs to be run to know it."""
    terms = read_case(case, DIVIDEND_INTEREST)
    money = max(terms.disponibelt)
    return all(
        money * s * (1 + 31 * r / 36_500_000) ** terms.horizon < EXACT / 2
        for s, r in zip(terms.start, terms.rate, strict=True)
    )


def _claim(source: Source, row: int, balance: int, rate: int, flags: tuple[bool, bool, int]) -> Case:
    has_priority, has_stops, minimum = flags
    claim: Case = {"kreditor": f"Kreditor {row}"}
    if _sometimes(source, 20):
        costs = source.integer(0, balance // 4)
        interest = source.integer(0, balance - costs)
        claim |= {
            "hovedstol": kroner(balance - costs - interest),
            "renter": kroner(interest),
            "omkostninger": kroner(costs),
        }
    else:
        claim["saldo"] = kroner(balance)
    claim["rente"] = rate / 100_000
    if has_stops and _sometimes(source, 40):
        claim["rente_loper"] = "nei"
    elif _sometimes(source, 20):
        claim["rente_loper"] = "ja"
    if has_priority and _sometimes(source, 25):
        claim["prioritert"] = "ja"
    elif _sometimes(source, 20):
        claim["prioritert"] = "nei"
    if minimum:
        claim["minstebelop"] = kroner(minimum)
    return claim


def build_case(source: Source) -> Case:
    """A random case within the amounts a workbook counts exactly."""
    method = source.pick((*METHODS, DIVIDEND_NO_INTEREST, DIVIDEND_INTEREST, DIVIDEND_INTEREST))
    case: Case = {"metode": method}
    for key, options in (
        ("andelsgrunnlag", (START_BALANCE, CURRENT_BALANCE)),
        ("avrunding", (ORE, WHOLE_KRONER)),
        ("orefordeling", (SAME_EVERY_MONTH, EVENED_OUT)),
        ("renteberegning", (TWELFTH, ACTUAL_DAYS)),
    ):
        option = source.pick(options)
        if option != options[0] or _sometimes(source, 50):
            case[key] = option
    first = 2026 * 12 + source.integer(0, 35)
    case["startmaaned"] = _month_date(first) if _sometimes(source, 70) else f"{first // 12}-{first % 12 + 1:02}"

    low, high = source.pick(BANDS)
    count = source.integer(low, high)
    balances = _balances(source, count)
    if case.get("orefordeling") == EVENED_OUT:
        while sum(balances) * max(balances) >= EXACT:
            balances = [_halve(balance) for balance in balances]
    rates = _rates(source, count)

    money = [_money(source, balances, rates)]
    starts: list[date] = []
    month = first + source.integer(-3, 12)
    for _ in range(source.integer(1, 8) if _sometimes(source, 60) else 0):
        # Most changes are entered on the first; a date inside the month means the same month.
        starts.append(_month_date(month, source.integer(2, 28) if _sometimes(source, 5) else 1))
        month += source.integer(1, 30)
        money.append(_money(source, balances, rates))
    if _sometimes(source, 30):
        case["lopetid"] = source.pick((1, 2, 12, 24, 36, 48, 60, 60, 60, 84, 119, 120))
    if _sometimes(source, 35):
        case["smaakravgrense"] = kroner(
            source.pick((100, 50_000, 100_000, 200_000, max(balances), min(balances) + 1, sum(balances) // count))
        )

    has_priority, has_stops = _sometimes(source, 40), _sometimes(source, 40)
    minimums = [0] * count
    if _sometimes(source, 70 if method in (SMALLEST_FIRST, HIGHEST_RATE_FIRST) else 15):
        kind = source.pick(("like", "vanlige", "store"))
        same = source.pick((5_000, 10_000, 25_000))
        for i in range(count):
            if kind == "like":
                minimums[i] = same
            elif kind == "vanlige":
                minimums[i] = source.pick((0, 0, 5_000, 12_550, 25_000, 45_000))
            else:
                minimums[i] = source.integer(0, max(1, sum(balances) // 5))

    shape = [(has_priority, has_stops, minimum) for minimum in minimums]
    case["krav"] = [_claim(source, i + 1, balances[i], rates[i], shape[i]) for i in range(count)]
    case["disponibelt"] = kroner(money[0])
    if starts:
        case["perioder"] = [
            {"fra": start, "belop": kroner(amount), "grunn": f"Endring {i}"}
            for i, (start, amount) in enumerate(zip(starts, money[1:], strict=True), start=1)
        ]
    while not _clearly_small(case) and products(case)[1] >= EXACT:
        _scale_down(case)
    return case


def _scale_down(case: Case) -> None:
    """Halve the claims and what is available, in place."""

    def half(row: Case, *keys: str) -> None:
        for key in keys:
            if key in row:
                row[key] = kroner(_halve(round(row[key] * 100)))

    half(case, "disponibelt")
    for period in case.get("perioder", []):
        half(period, "belop")
    for claim in case["krav"]:
        half(claim, "saldo", "hovedstol", "renter", "omkostninger")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Random cases for hypothesis."""
    return build_case(_Drawn(draw))


def random_case(rng: random.Random) -> Case:
    """A random case from a seeded generator, as varied as ``cases`` and much quicker."""
    return build_case(_Seeded(rng))


def staircase_case(steps: int = 20, wait: int = 24) -> Case:
    """A case built to need ``steps`` rounds of capping in one month (up to about 20).

    Nothing is paid for ``wait`` months while the claims grow at different rates.  Then an amount comes that
    lets the first claim be paid in full; what it leaves over is just enough for the second, and so on.
    Real cases do not look like this, but a workbook that stops after a fixed number of rounds fails here.
    """
    weights = [20_000_000 >> k for k in range(steps)] + [max(1, 20_000_000 >> (steps - 1))]
    goal = 1.0 + 2.0 / (steps + 1)

    def grown(balance: int, rate: int) -> int:
        for _ in range(wait + 1):
            balance += month_interest(balance, rate, 1, 1_200_000)
        return balance

    amount = round(sum(weights) * goal)
    left, total = amount, sum(weights)
    rates: list[int] = []
    before = (0, 1)
    for weight in weights[:-1]:
        # The lowest rate that keeps the claim above the level of the round before.
        low, high = 0, HIGHEST_RATE
        while low < high:
            middle = (low + high) // 2
            if grown(weight, middle) * before[1] > before[0] * weight:
                high = middle
            else:
                low = middle + 1
        rates.append(low)
        before = (left, total)
        left -= grown(weight, low)
        total -= weight
    rates.append(HIGHEST_RATE)
    return {
        "disponibelt": 0,
        "startmaaned": date(2027, 1, 1),
        "metode": DIVIDEND_INTEREST,
        "perioder": [{"fra": _month_date(2027 * 12 + wait), "belop": kroner(amount), "grunn": "Utbetaling"}],
        "krav": [
            {"kreditor": f"Kreditor {i}", "saldo": kroner(weight), "rente": rate / 100_000}
            for i, (weight, rate) in enumerate(zip(weights, rates, strict=True), start=1)
        ],
    }


__all__ = ["EXACT", "build_case", "cases", "kroner", "products", "random_case", "staircase_case"]
