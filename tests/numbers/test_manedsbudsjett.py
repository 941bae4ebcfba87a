"""The Månedsbudsjett workbook against its oracle, cell by cell: random cases, worked months, and what its checks say.

``OKOSOS_MONTHS`` says how many seeded cases (15 when it is not set); ``OKOSOS_SEED=12`` runs that one alone.
"""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from manedsbudsjett_book import Case, compare, compute, seeded, small_form
from oracle import manedsbudsjett as o

from okosos_xl import api
from okosos_xl.engine import DEFAULT_ENGINE, get_engine, installed_engines
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import load_spec

CASES = int(os.environ.get("OKOSOS_MONTHS", "15"))
SEEDS = [int(os.environ["OKOSOS_SEED"])] if "OKOSOS_SEED" in os.environ else list(range(CASES))
CHUNK = 20


def complaints(case: Case, engine: str = DEFAULT_ENGINE, *, small: bool = False) -> list[str]:
    """What is wrong with the workbook of this case, at most ten lines."""
    found = compare(compute(case, get_engine(engine), small_form(case) if small else None), case)
    assert found.cells > 3_000
    return found.wrong[:10]


def report(wrong: dict[int, list[str]]) -> str:
    return "\n".join(f"seed {number}: {line}" for number, found in wrong.items() for line in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "numbers", [SEEDS[i : i + CHUNK] for i in range(0, len(SEEDS), CHUNK)], ids=lambda n: f"{n[0]}"
)
def test_seeded_budgets_in_every_cell(numbers: list[int]) -> None:
    wrong = {n: found for n in numbers if (found := complaints(seeded(n)))}
    assert not wrong, report(wrong)


@pytest.mark.slow
@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(name, marks=pytest.mark.libreoffice if name == "libreoffice" else ())
        for name in ("ironcalc", "libreoffice")
    ],
)
def test_the_other_engines_agree(engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(f"{engine} is not installed")
    wrong = {n: found for n in range(3_000, 3_003) if (found := complaints(seeded(n), engine, small=True))}
    assert not wrong, report(wrong)


# --- when fixed items fall due ----------------------------------------------------------------------------------------


def days_of(item: Case, start: date) -> list[date]:
    """The days the workbook puts a fixed item on."""
    case = {"mal": "manedsbudsjett", "startmaaned": start, "faste": [{"tekst": "X", "ut": 1, **item}]}
    book = compute(case, get_engine())
    found: list[date] = []
    for nr in range(1, 13):
        month = o.months_later(start, nr - 1)
        for row, value in enumerate(book.line(f"maaned{nr}.dager.faste_ut")):
            if value == 1:
                found.append(month.replace(day=row + 1))
    return found


def dates(text: str) -> list[date]:
    return [date.fromisoformat(word) for word in text.split()]


def test_the_31st_is_the_last_day_of_shorter_months_also_in_a_leap_year() -> None:
    want = dates(
        "2027-08-31 2027-09-30 2027-10-31 2027-11-30 2027-12-31 2028-01-31 "
        "2028-02-29 2028-03-31 2028-04-30 2028-05-31 2028-06-30 2028-07-31"
    )
    assert days_of({"hvor_ofte": "hver måned", "forste": date(2026, 1, 31)}, date(2027, 8, 1)) == want


def test_the_last_of_february_stays_on_the_28th() -> None:
    """What falls due on the 28th falls due on the 28th, also in months with more days."""
    found = days_of({"hvor_ofte": "hver måned", "forste": date(2027, 2, 28)}, date(2028, 1, 1))
    assert found == [date(2028, month, 28) for month in range(1, 13)]


def test_a_yearly_item_on_leap_day() -> None:
    item = {"hvor_ofte": "hvert år", "forste": date(2024, 2, 29)}
    assert days_of(item, date(2027, 1, 1)) == [date(2027, 2, 28)]
    assert days_of(item, date(2027, 3, 1)) == [date(2028, 2, 29)]


@pytest.mark.parametrize(
    ("often", "want"),
    [
        ("annenhver måned", "2026-11-15 2027-01-15 2027-03-15 2027-05-15 2027-07-15 2027-09-15"),
        ("hvert kvartal", "2026-12-15 2027-03-15 2027-06-15 2027-09-15"),
        ("hvert halvår", "2027-03-15 2027-09-15"),
        ("hvert år", "2027-09-15"),
    ],
)
def test_items_that_began_before_the_first_month(often: str, want: str) -> None:
    assert days_of({"hvor_ofte": often, "forste": date(2025, 9, 15)}, date(2026, 11, 1)) == dates(want)


def test_once_and_until_the_last_day() -> None:
    assert days_of({"hvor_ofte": "én gang", "forste": date(2027, 2, 3)}, date(2027, 1, 1)) == [date(2027, 2, 3)]
    assert days_of({"hvor_ofte": "én gang", "forste": date(2026, 12, 31)}, date(2027, 1, 1)) == []
    stops = {"hvor_ofte": "hver måned", "forste": date(2027, 1, 20), "siste": date(2027, 3, 20)}
    assert days_of(stops, date(2027, 1, 1)) == dates("2027-01-20 2027-02-20 2027-03-20")


@pytest.mark.parametrize(
    ("often", "first", "start", "count"),
    [
        ("hver uke", date(2026, 1, 1), date(2026, 1, 1), 53),  # 2026 has 53 Thursdays
        ("hver uke", date(2026, 1, 2), date(2026, 1, 1), 52),
        ("hver uke", date(2026, 1, 2), date(2027, 1, 1), 53),  # 2027 has 53 Fridays
        ("hver 14. dag", date(2026, 1, 1), date(2026, 1, 1), 27),
        ("hver 14. dag", date(2026, 1, 8), date(2026, 1, 1), 26),
    ],
)
def test_weeks_are_counted(often: str, first: date, start: date, count: int) -> None:
    found = days_of({"hvor_ofte": often, "forste": first}, start)
    assert len(found) == count and {day.weekday() for day in found} == {first.weekday()}


# --- worked by hand ---------------------------------------------------------------------------------------------------

HAND: Case = {
    "mal": "manedsbudsjett",
    "startmaaned": date(2028, 2, 1),
    "startsaldo": Decimal("3000"),
    "idag": date(2028, 2, 20),
    "faste": [
        {"tekst": "Lønn", "kategori": "lønn", "inn": 20000, "hvor_ofte": "hver måned", "forste": date(2028, 1, 15)},
        {"tekst": "Leie", "kategori": "husleie og boliglån", "ut": 8000, "hvor_ofte": "hver måned",
         "forste": date(2027, 12, 31)},
        {"tekst": "Lommepenger", "kategori": "barn og fritid", "ut": 100, "hvor_ofte": "hver uke",
         "forste": date(2028, 2, 4)},
    ],
    "plan": {"mat": {"hver_maaned": 4000, "maaned1": 3500}},
    "maaned1": {
        "dager": [{}, {"ut": Decimal("450.50"), "kategori": "mat og dagligvarer"}],
        "poster": [
            {"dag": 2, "ut": Decimal("49.50"), "kategori": "mat og dagligvarer"},
            {"dag": 2, "inn": 30, "kategori": "mat og dagligvarer"},
            {"dag": 14, "ut": 2700},
        ],
    },
}  # fmt: skip


def test_a_month_worked_by_hand() -> None:
    """February 2028 (29 days): 3 000 on 1 February.

    2. −450,50 −49,50 +30 = −470 → 2 530. Fridays 4., 11., 18. and 25.: −100. 14.: −2 700. 15.: +20 000. 29.: −8 000.
    4. 2 430; 11. 2 330; 14. −370 (lowest); 15. 19 630; 18. 19 530; 25. 19 430; 29. 11 430.
    In 20 030, out 500 + 2 700 + 400 + 8 000 = 11 600; 3 000 + 20 030 − 11 600 = 11 430.
    On 20 February there is 19 530. Next income 15 March, 24 days on. Before that: 25 Feb 100, 29 Feb 8 000,
    3 March 100, 10 March 100 = 8 300. 19 530 − 8 300 = 11 230; 11 230 / 24 = 467,9 → 467.
    """
    book = compute(HAND, get_engine())
    saldo = book.line("maaned1.dager.saldo")
    want = [3000, *[2530] * 2, *[2430] * 7, *[2330] * 3, -370, *[19630] * 3, *[19530] * 7, *[19430] * 4, 11430, "", ""]
    assert saldo == want
    assert book.line("maaned1.dager.flere")[1] == Decimal("-19.5") and book.line("maaned1.dager.flere")[13] == -2700
    figures = {"inngaende": 3000, "inn": 20030, "ut": 11600, "utgaende": 11430, "lavest": -370, "dager_til_inntekt": 24,
               "ubetalt": 8300, "igjen_per_dag": 467, "saldo_idag": 19530}  # fmt: skip
    assert {name: book.cell(f"maaned1.tall.maaned.{name}") for name in figures} == figures
    assert book.cell("saldo_foer_inntekt") == 11230
    # March starts with 11 430: 3 000 is not typed again. Fridays 3, 10, 17, 24, 31: 500. 11 430 + 20 000 − 8 500.
    assert book.cell("maaned2.tall.maaned.inngaende") == 11430
    assert book.cell("maaned2.tall.maaned.utgaende") == 22930
    mat, barn, lonn = o.CATEGORIES.index("mat og dagligvarer"), o.CATEGORIES.index("barn og fritid"), 0
    columns = ("plan", "faktisk", "igjen")
    assert [book.cell(f"maaned1.kategorier.{c}", mat) for c in columns] == [3500, 470, 3030]
    assert [book.cell(f"maaned1.kategorier.{c}", barn) for c in columns] == [400, 400, 0]
    assert [book.cell(f"maaned2.kategorier.{c}", barn) for c in columns] == [500, 500, 0]
    assert [book.cell(f"maaned1.kategorier.{c}", lonn) for c in columns] == [20000, 20000, 0]
    # The plan for food: 3 500 + 11 · 4 000. Without a category: −2 700.
    assert book.cell("plan.mat.aar") == 47500
    # Food not yet bought: 3 030 in February and 4 000 in March.
    assert [book.cell(f"aar.m{n}.med_plan") for n in (1, 2)] == [11430 - 3030, 22930 - 3030 - 4000]
    assert book.cell("resultat.uten.faktisk_valgt") == -2700
    assert book.cell("resultat.overs.faktisk_valgt") == 20030 - 11600
    said = book.checks()
    assert {id for id, word in said.items() if word != "i orden"} == {"MB403", "MB412"}
    assert complaints(HAND) == []


@pytest.mark.slow
@pytest.mark.skipif("OKOSOS_FORMULAS" not in os.environ, reason="five minutes: set OKOSOS_FORMULAS=1 to run it")
@pytest.mark.skipif("formulas" not in installed_engines(), reason="formulas is not installed")
def test_the_worked_month_in_formulas() -> None:
    assert complaints(HAND, "formulas", small=True) == []


# --- what the checks say ----------------------------------------------------------------------------------------------


def said(**case: Any) -> dict[str, object]:
    return {
        id: word
        for id, word in compute({"mal": "manedsbudsjett", **case}, get_engine()).checks().items()
        if word != "i orden"
    }


START = {"startmaaned": date(2027, 2, 1), "startsaldo": 1000, "idag": date(2027, 2, 2)}
PAY = {"tekst": "Lønn", "kategori": "lønn", "inn": 100, "hvor_ofte": "hver måned", "forste": date(2027, 1, 5)}


def test_an_empty_workbook_is_in_order() -> None:
    assert said() == {}


def test_without_a_start_month_nothing_is_shown_and_the_check_says_so() -> None:
    case = {"faste": [PAY], "startsaldo": 1000, "idag": date(2027, 2, 2), "maaned1": {"dager": [{"ut": 5}]}}
    assert said(**case) == {"MB100": "feil", "MB412": "advarsel"}
    book = compute({"mal": "manedsbudsjett", **case}, get_engine())
    assert set(book.line("maaned1.dager.saldo")) == {""}
    assert book.cell("saldo_idag") == "" and book.cell("aar.m3.utgaende") == ""


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"faste": [PAY, {"ut": 5, "kategori": "sparing", "forste": date(2027, 1, 1)}]}, "MB200"),
        ({"faste": [PAY, {"ut": 5, "kategori": "sparing", "hvor_ofte": "hver uke"}]}, "MB200"),
        ({"faste": [PAY | {"ut": 1}]}, "MB201"),
        ({"faste": [PAY, {"tekst": "Strøm"}]}, "MB202"),
        ({"faste": [PAY, PAY | {"siste": date(2027, 1, 4)}]}, "MB203"),
        ({"faste": [PAY, {k: v for k, v in PAY.items() if k != "kategori"}]}, "MB206"),
        ({"faste": [PAY], "plan": {"mat": {"hver_maaned": 500}}}, "MB300"),
        ({"faste": [PAY], "maaned1": {"poster": [{"ut": 5, "kategori": "sparing"}]}}, "MB413"),
        ({"faste": [PAY], "maaned1": {"poster": [{"dag": 29, "ut": 5, "kategori": "sparing"}]}}, "MB413"),
        ({"faste": [PAY], "maaned1": {"dager": [{}] * 28 + [{"ut": 5, "kategori": "sparing"}]}}, "MB413"),
        ({"faste": [PAY], "maaned1": {"dager": [{"ut": 5}]}}, "MB412"),
        ({"faste": [PAY], "maaned1": {"dager": [{"inn": 5}]}}, "MB412"),
        ({}, "MB104"),
        ({"faste": [PAY], "idag": date(2028, 2, 1)}, "MB103"),
        ({"faste": [PAY], "idag": None}, "MB102"),
        ({"faste": [PAY], "startsaldo": None}, "MB101"),
    ],
)
def test_each_mistake_is_said_once(case: Case, code: str) -> None:
    assert set(said(**{**START, **case})) == {code}


def test_below_zero_is_said_with_the_day() -> None:
    case = {"mal": "manedsbudsjett", **START, "faste": [PAY], "maaned2": {"poster": [{"dag": 3, "ut": 1200}]}}
    report = api.validate(api.generate("manedsbudsjett", case_from_data(case, load_spec("manedsbudsjett"))))
    found = {f.code: f.message for f in report.findings}
    assert "03.03.2027" in found["MB403"] and "100,00 kr" in found["MB403"]


@pytest.mark.parametrize(("value", "code"), [("5 kr", "MB410"), (Decimal(-5), "MB411")])
@pytest.mark.parametrize("table", ["maaned1.dager", "maaned1.poster"])
def test_text_and_negative_amounts_are_said_and_stop_nothing(table: str, value: Any, code: str) -> None:
    """Typed into the workbook: the case reader would not have let them in."""
    row = {"ut": 5, "kategori": "sparing"}
    months = {"maaned1": {"dager": [row], "poster": [row | {"dag": 1}]}}
    case = {"mal": "manedsbudsjett", **START, "faste": [PAY], **months}
    book = compute(case, get_engine(), typed=(table, "ut", 1, value))
    assert [id for id, word in book.checks().items() if word != "i orden"] == [code]
    assert book.cell("maaned1.dager.saldo", 3) == (995 if value == "5 kr" else 1000)


@pytest.mark.parametrize(("value", "code"), [("5 kr", "MB204"), (Decimal(-5), "MB205")])
def test_a_fixed_amount_that_is_no_amount_is_left_out_and_said(value: Any, code: str) -> None:
    case = {"mal": "manedsbudsjett", **START, "faste": [PAY, PAY | {"inn": 7}]}
    book = compute(case, get_engine(), typed=("faste", "inn", 2, value))
    said = {id for id, word in book.checks().items() if word != "i orden"}
    assert code in said and said <= {code, "MB202"}
    assert book.cell("maaned1.dager.saldo", 4) == 1100
