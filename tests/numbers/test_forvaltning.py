"""The Forvaltning workbook against its oracle: random cases, the examples of the domain text, paydays, a whole year.

``OKOSOS_MANAGED`` says how many seeded cases (15 when it is not set); ``OKOSOS_SEED=12`` runs that one alone.
"""

from __future__ import annotations

import os
import random
import time
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from forvaltning_book import MISTAKES, YEAR_ROWS, Case, a_year, compare, compute, number, seeded, spec
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from oracle import forvaltning as o

from okosos_xl import api
from okosos_xl.engine import DEFAULT_ENGINE, get_engine, installed_engines
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import compile_template
from okosos_xl.workbook.write import draft

CASES = int(os.environ.get("OKOSOS_MANAGED", "15"))
SEEDS = [int(os.environ["OKOSOS_SEED"])] if "OKOSOS_SEED" in os.environ else list(range(CASES))
CHUNK = 20


def complaints(case: Case, engine: str = DEFAULT_ENGINE) -> list[str]:
    """What is wrong with the workbook of this case, at most ten lines."""
    found = compare(compute(case, get_engine(engine)), case)
    assert found.cells > 200
    return found.wrong[:10]


def report(wrong: dict[int, list[str]]) -> str:
    return "\n".join(f"seed {number}: {line}" for number, found in wrong.items() for line in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "numbers", [SEEDS[i : i + CHUNK] for i in range(0, len(SEEDS), CHUNK)], ids=lambda n: f"{n[0]}"
)
def test_seeded_cases_in_every_amount(numbers: list[int]) -> None:
    wrong = {n: found for n in numbers if (found := complaints(seeded(n)))}
    assert not wrong, report(wrong)


@pytest.mark.slow
@seed(20261122)
@settings(max_examples=max(5, CASES // 6), deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(number=st.integers(100_000, 10_000_000))
def test_drawn_cases_in_every_amount(number: int) -> None:
    assert not complaints(seeded(number))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "numbers"),
    [
        ("ironcalc", (3_000, 3_003)),
        pytest.param("libreoffice", (3_000, 3_003), marks=pytest.mark.libreoffice),
        ("formulas", (1, 5)),
    ],
)
def test_the_other_engines_agree(engine: str, numbers: tuple[int, ...]) -> None:
    if engine not in installed_engines():
        pytest.skip(f"{engine} is not installed")
    if engine == "formulas" and len(SEEDS) <= 60:
        pytest.skip("two minutes in pure Python: OKOSOS_MANAGED above 60 runs it")
    wrong = {n: found for n in numbers if (found := complaints(seeded(n), engine))}
    assert not wrong, report(wrong)


# --- the examples of the domain text ----------------------------------------------------------------------------------

EXAMPLE_L: Case = {
    "mal": "forvaltning",
    "dato": date(2026, 1, 1),
    "startmaaned": date(2026, 1, 1),
    "inngaaende": 0,
    "formaal": [
        {"navn": "Husleie", "belop": 8_000, "frekvens": "hver måned", "prioritet": 1},
        {"navn": "Strøm", "belop": 1_500, "frekvens": "hver 2. måned", "forste": date(2026, 1, 1), "prioritet": 1},
        {"navn": "Forsikring", "belop": 1_920, "frekvens": "hvert år", "forste": date(2026, 6, 1), "prioritet": 4},
        {"navn": "Avgifter", "belop": 3_300, "frekvens": "hvert kvartal", "forste": date(2026, 3, 1), "prioritet": 1},
    ],
}
EXAMPLE_M: Case = {
    "mal": "forvaltning",
    "dato": date(2026, 10, 1),
    "startmaaned": date(2026, 10, 1),
    "inngaaende": 640,
    "inntekter": [{"navn": "AAP", "belop": 17_850, "frekvens": "per måned", "utbetales": date(2026, 10, 15)}],
    "formaal": [
        {"navn": "Husleie", "belop": 8_200, "frekvens": "hver måned", "prioritet": 1},
        {"navn": "Strøm", "belop": 1_100, "frekvens": "hver måned", "prioritet": 1},
        {"navn": "SFO", "belop": 950, "frekvens": "hver måned", "prioritet": 2},
        {"navn": "Fast oppdrag", "belop": 1_400, "frekvens": "hver uke", "ukedag": "torsdag", "prioritet": 3},
        {"navn": "Telefon", "belop": 349, "frekvens": "hver måned", "prioritet": 4},
        {"navn": "Gjeld", "belop": 1_500, "frekvens": "hver måned", "prioritet": 6},
    ],
}


def test_example_l() -> None:
    case = EXAMPLE_L | {"formaal": [row | {"avsettes": "ja"} for row in EXAMPLE_L["formaal"]]}
    for each in (EXAMPLE_L, case):
        book = compute(each, get_engine())
        assert book.cell("aar_ut") == 120_120 and book.cell("jevnt_maaned") == 10_010
        assert [book.cell("aar.jevnt", 0, m) for m in range(12)] == [10_010] * 12
        assert not compare(book, each).wrong
    cash = [9_500, 8_000, 12_800, 8_000, 9_500, 13_220, 9_500, 8_000, 12_800, 8_000, 9_500, 11_300]
    assert sum(cash) == 120_120
    assert [book.cell("aar.forfall", 0, m) for m in range(12)] == cash
    fund = [sum(10_010 - c for c in cash[: m + 1]) for m in range(12)]
    assert [book.cell("aar.fond", 0, m) for m in range(12)] == fund
    assert book.cell("avsetning_laveste") == min(fund) == -1_230 and fund[-1] == 0
    assert book.cell("avsetning_trengs") == 1_230 and book.checks()["FO600"] == "advarsel"


def test_example_m() -> None:
    book = compute(EXAMPLE_M, get_engine())
    assert book.cell("planlagt_maaned") == 19_099 and book.cell("tilgjengelig_maaned") == 18_490
    assert book.cell("mangler_maaned") == 609 and book.cell("rest_maaned") == 0
    assert [book.cell("status.dekning", row) for row in range(6)] == [8_200, 1_100, 950, 7_000, 349, 891]
    assert not compare(book, EXAMPLE_M).wrong


def test_example_m_paid_as_planned_ends_at_nothing() -> None:
    days = [date(2026, 10, d) for d in (1, 8, 15, 22, 29)]
    ledger: list[Case] = [
        {"dato": date(2026, 10, 15), "formaal": "AAP", "inn": 17_850},
        *({"dato": date(2026, 10, 20), "formaal": n, "ut": b} for n, b in
          (("Husleie", 8_200), ("Strøm", 1_100), ("SFO", 950), ("Telefon", 349), ("Gjeld", 891))),
        *({"dato": day, "formaal": "Fast oppdrag", "ut": 1_400} for day in days),
    ]  # fmt: skip
    case = EXAMPLE_M | {"kladd": ledger, "dato": date(2026, 10, 31), "valgt_maaned": date(2026, 10, 1)}
    book = compute(case, get_engine())
    assert book.cell("saldo_naa") == 0 and book.cell("mangler_maaned") == 609
    assert [book.cell("status.svar", row) for row in range(6)] == ["dekket"] * 5 + ["delvis"]
    assert not compare(book, case).wrong


def test_the_set_aside_fund_is_only_used_when_it_is_chosen() -> None:
    case = EXAMPLE_M | {"avsetning_inngaaende": 500}
    assert compute(case, get_engine()).cell("mangler_maaned") == 1_109
    assert compute(case | {"bruk_avsetning": "ja"}, get_engine()).cell("mangler_maaned") == 609


def test_equal_priority_by_due_day_or_in_proportion() -> None:
    purposes = [
        {"navn": "Sent", "belop": 300, "frekvens": "hver måned", "forfallsdag": 20, "prioritet": 5},
        {"navn": "Tidlig", "belop": 600, "frekvens": "hver måned", "forfallsdag": 5, "prioritet": 5},
    ]
    case = EXAMPLE_M | {"inngaaende": 500, "inntekter": [], "formaal": purposes}
    book = compute(case, get_engine())
    assert [book.cell("status.dekning", row) for row in (0, 1)] == [0, 500]
    book = compute(case | {"likt_valg": "forholdsmessig"}, get_engine())
    assert [book.cell("status.dekning", row) for row in (0, 1)] == [166.67, 333.33]


# --- frequencies and paydays ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a_month", "often", "payout", "rest"),
    [
        ("5200", "hver uke", 1_200, "0"),
        ("5200", "hver 14. dag", 2_400, "0"),
        ("5416.67", "hver uke", 1_250, "0.04"),
        ("5000", "hver uke", 1_153, "44"),
        ("5000", "hver 14. dag", 2_307, "18"),
        ("5001", "to ganger i måneden", 2_500, "12"),
        ("5000.50", "hver måned", 5_000, "6"),
    ],
)
def test_the_amount_follows_how_often(a_month: str, often: str, payout: int, rest: str) -> None:
    assert o.per_payout(Decimal(a_month), often) == payout
    assert Decimal(a_month) * 12 - payout * o.PER_YEAR[often] == Decimal(rest)
    case = {
        "mal": "forvaltning", "dato": date(2026, 1, 1), "startmaaned": date(2026, 1, 1), "inngaaende": 0,
        "formaal": [{"navn": "Fast oppdrag", "prioritet": 3}],
        "oppdrag_belop": Decimal(a_month), "oppdrag_frekvens": often, "oppdrag_forste": date(2026, 1, 2),
    }  # fmt: skip
    book = compute(case, get_engine())
    assert book.cell("oppdrag_utbetaling") == payout
    assert book.cell("oppdrag_antall") == o.PER_YEAR[often]
    assert round(number(book, "oppdrag_buffer"), 2) == float(rest)
    lines = {"hver uke": 0, "hver 14. dag": 1, "to ganger i måneden": 2, "hver måned": 3}
    assert book.cell("omregning.utbetaling", lines[often]) == payout


@pytest.mark.parametrize("year", range(2024, 2031))
def test_counted_paydays(year: int) -> None:
    """Every weekday, weekly and every 14 days: the calendar counted day by day."""
    start = date(year, 1, 1)
    names = [(often, day) for often in ("hver uke", "hver 14. dag") for day in o.WEEKDAYS]
    case = {
        "mal": "forvaltning", "dato": start, "startmaaned": start, "inngaaende": 0,
        "formaal": [
            {"navn": f"{often} {day}", "belop": 1, "frekvens": often, "ukedag": day, "prioritet": 3}
            for often, day in names
        ],
    }  # fmt: skip
    book = compute(case, get_engine())
    days = [start + timedelta(days=n) for n in range((date(year + 1, 1, 1) - start).days)]
    for row, (often, weekday) in enumerate(names):
        those = [d for d in days if o.WEEKDAYS[d.weekday()] == weekday]
        paid = those if often == "hver uke" else those[::2]
        want = [sum(d.month == month for d in paid) for month in range(1, 13)]
        assert [book.cell("forfall.antall", row, m) for m in range(12)] == want
        if often == "hver uke":
            assert sum(want) == (53 if weekday in fifty_three(year) else 52)


def fifty_three(year: int) -> set[str]:
    """The weekday of 1 January, and in a leap year the one after it, come 53 times."""
    first = date(year, 1, 1).weekday()
    leap = date(year, 12, 31).timetuple().tm_yday == 366
    return {o.WEEKDAYS[(first + n) % 7] for n in range(1 + leap)}


def test_2026_has_53_thursdays_and_2027_53_fridays() -> None:
    assert fifty_three(2026) == {"torsdag"} and fifty_three(2027) == {"fredag"}
    case = {
        "mal": "forvaltning", "dato": date(2026, 1, 1), "startmaaned": date(2026, 1, 1), "inngaaende": 0,
        "formaal": [{"navn": "Fast oppdrag", "prioritet": 3}],
        "oppdrag_belop": 5_200, "oppdrag_frekvens": "hver uke", "oppdrag_ukedag": "torsdag",
    }  # fmt: skip
    book = compute(case, get_engine())
    assert (book.cell("oppdrag_antall"), book.cell("oppdrag_buffer")) == (53, -1_200)
    assert book.checks()["FO402"] == "advarsel"


# --- what is free now -------------------------------------------------------------------------------------------------


def test_a_krone_is_counted_once() -> None:
    """A bill that money is set aside for is not taken away both as a bill and as money set aside."""
    case: Case = {
        "mal": "forvaltning", "dato": date(2026, 6, 10), "startmaaned": date(2026, 1, 1), "inngaaende": 10_000,
        "inntekter": [{"navn": "Trygd", "belop": 1, "frekvens": "per måned", "utbetales": date(2026, 1, 20)}],
        "formaal": [
            {"navn": "Forsikring", "belop": 1_200, "frekvens": "hvert år", "forste": date(2026, 6, 1),
             "forfallsdag": 15, "prioritet": 4, "avsettes": "ja"},
        ],
    }  # fmt: skip
    book = compute(case, get_engine())
    assert (book.cell("avsatt_naa"), book.cell("ubetalt_avsatt")) == (600, 1_200)
    assert book.cell("disponibelt_naa") == 10_000 - 1_200
    paid = case | {"kladd": [{"dato": date(2026, 6, 9), "formaal": "Forsikring", "ut": 1_200}]}
    assert compute(paid, get_engine()).cell("disponibelt_naa") == 10_000 - 1_200
    later = case | {"dato": date(2026, 5, 10)}
    assert compute(later, get_engine()).cell("disponibelt_naa") == 10_000 - 500


def test_the_order_of_the_rows_does_not_matter() -> None:
    case = a_year(mistakes=False)
    mixed = case | {"kladd": random.Random(1).sample(case["kladd"], YEAR_ROWS), "dato": date(2026, 7, 14)}
    book = compute(mixed, get_engine())
    assert book.checks()["FO710"] == "i orden"
    assert not compare(book, mixed).wrong


# --- a whole year, and what Kontroll finds ----------------------------------------------------------------------------


def test_a_year_of_six_hundred_rows_is_in_order() -> None:
    case = a_year(mistakes=False)
    assert len(case["kladd"]) == YEAR_ROWS
    book = compute(case, get_engine())
    assert not compare(book, case).wrong
    assert [id for id, word in book.checks().items() if word == "feil"] == []


def test_three_mistakes_in_a_year_are_found_and_nothing_else() -> None:
    case = a_year()
    package, _ = api.generate_with_values("forvaltning", case_from_data(case, spec()))
    found = {f.code: f.message for f in api.validate(package).findings if f.severity == "feil"}
    assert set(found) == set(MISTAKES)
    assert "31.08.2026" in found["FO710"] and "100,00 kr mer" in found["FO710"]
    assert not compare(compute(case, get_engine()), case).wrong


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("FO100", {"dato": None}),
        ("FO101", {"startmaaned": None}),
        ("FO102", {"inngaaende": None}),
        ("FO103", {"dato": date(2028, 1, 1)}),
        ("FO104", {"avsetning_inngaaende": 99_999}),
        ("FO202", {"formaal": [{"navn": "X", "belop": 1, "prioritet": 1}]}),
        ("FO203", {"formaal": [{"navn": "X", "belop": 1, "frekvens": "hver måned"}]}),
        ("FO204", {"formaal": [{"navn": "X", "belop": 1, "frekvens": "hver måned", "prioritet": 1}] * 2}),
        ("FO205", {"formaal": [{"belop": 1, "frekvens": "hver måned", "prioritet": 1}]}),
        ("FO206", {"formaal": [{"navn": "X*", "belop": 1, "frekvens": "hver måned", "prioritet": 1}]}),
        ("FO208", {"formaal": [{"navn": "AAP", "belop": 1, "frekvens": "hver måned", "prioritet": 1}]}),
        ("FO302", {"inntekter": [{"navn": "X", "belop": 1}]}),
        ("FO303", {"inntekter": [{"navn": "X", "belop": 1, "frekvens": "per måned"}]}),
        (
            "FO304",
            {"inntekter": [{"navn": "X", "belop": 1, "frekvens": "hver 14. dag", "utbetales": date(2026, 1, 8)}]},
        ),
        ("FO400", {"formaal": []}),
        ("FO401", {"oppdrag_frekvens": None}),
        ("FO402", {"oppdrag_ukedag": "torsdag", "oppdrag_forste": date(2026, 1, 1)}),
        ("FO403", {"oppdrag_belop": 40_000}),
        ("FO500", {"avtale_konto": None}),
        ("FO501", {"kontor": None}),
        ("FO502", {"formaal": [{"navn": "X", "belop": 1, "frekvens": "hver måned", "prioritet": 1}]}),
        ("FO503", {"avtale_til": date(2025, 1, 1)}),
        ("FO600", {"avsetning_inngaaende": 0}),
        ("FO601", {"inntekter": []}),
        ("FO602", {"inngaaende": -90_000}),
        ("FO700", {"kladd": [{"dato": date(2026, 1, 2), "inn": 1, "bilag": "7"}] * 2}),
        ("FO701", {"kladd": [{"dato": date(2026, 1, 2), "inn": 1, "ut": 2}]}),
        ("FO702", {"kladd": [{"dato": date(2026, 1, 2), "inn": -1}]}),
        ("FO703", {"kladd": [{"dato": date(2026, 1, 2), "ut": 1, "formaal": "finnes ikke"}]}),
        ("FO704", {"kladd": [{"dato": date(2025, 12, 31), "inn": 1}]}),
        ("FO704", {"kladd": [{"dato": date(2027, 1, 1), "inn": 1}]}),
        ("FO706", {"kladd": [{"inn": 1}]}),
        ("FO707", {"kladd": [{"dato": date(2026, 1, 2), "ut": 1}]}),
        ("FO708", {"kladd": [{"dato": date(2026, 1, 2), "tekst": "x"}]}),
        ("FO710", {"saldoer": [{"dato": date(2026, 1, 2), "saldo": 1}]}),
        ("FO712", {"saldoer": [{"dato": date(2026, 1, 2)}]}),
        ("FO720", {"regler": [{"inneholder": "x", "formaal": "finnes ikke"}]}),
        ("FO721", {"regler": [{"inneholder": "x"}]}),
        ("FO800", {"valgt_maaned": date(2028, 1, 1)}),
        ("FO801", {"inngaaende": -90_000, "dato": date(2026, 1, 2)}),
        ("FO803", {"kladd": [], "dato": date(2026, 3, 1)}),
        ("FO804", {"inngaaende": -90_000}),
    ],
)
def test_a_mistake_has_its_check(code: str, change: dict[str, Any]) -> None:
    assert checks_of_few()[code] == ("opplysning" if code == "FO304" else "i orden")
    case = {id: value for id, value in (few() | change).items() if value is not None}
    assert compute(case, get_engine()).checks()[code] != "i orden"


def few() -> Case:
    """The first weeks of the year, all in order."""
    whole = a_year(mistakes=False)
    rows = [row for row in whole["kladd"] if row["dato"] <= date(2026, 1, 20)]
    rules = [{"inneholder": "Nord", "formaal": "Mat"}]
    return whole | {"kladd": rows, "saldoer": [], "regler": rules, "dato": date(2026, 1, 20)}


@cache
def checks_of_few() -> dict[str, Any]:
    return compute(few(), get_engine()).checks()


# --- the workbook itself ----------------------------------------------------------------------------------------------


def big() -> Case:
    """1 500 ledger rows over 40 purposes."""
    rnd = random.Random(40)
    case = a_year(mistakes=False)
    case["formaal"] = [
        {"navn": f"Formål {n}", "belop": 100 + n, "frekvens": "hver måned", "prioritet": n % 7 + 1} for n in range(40)
    ]
    case["kladd"] = [
        {"dato": date(2026, 1, 1) + timedelta(days=rnd.randrange(365)), "tekst": "Noe", "bilag": str(n),
         "formaal": f"Formål {rnd.randrange(40)}", "ut": Decimal(rnd.randint(100, 90_000)) / 100}
        for n in range(1_500)
    ]  # fmt: skip
    return case


@pytest.mark.slow
def test_a_large_case_is_small_and_quick() -> None:
    """Within the limits, with room for a busy machine (4 s to make, 0.5 s of computing, 2 MB)."""
    case = big()
    before = time.process_time()
    package, _ = api.generate_with_values("forvaltning", case_from_data(case, spec()))
    making = time.process_time() - before
    book = draft(compile_template(spec(), {"kladd": 1_500}), case_from_data(case, spec()))
    before = time.process_time()
    book.values(get_engine())
    computing = time.process_time() - before
    assert len(package) <= 2_000_000
    assert making <= 8 and computing <= 2


def test_a_case_comes_back_as_it_was() -> None:
    case = case_from_data(a_year(), spec())
    package, _ = api.generate_with_values("forvaltning", case)
    reading = api.read_full(package, name="sak.xlsx")
    assert (reading.sak.fields, reading.sak.tables) == (case.fields, case.tables)
    assert (reading.problems, reading.changes, reading.sak.overrides, reading.sak.extras) == ([], [], [], [])
