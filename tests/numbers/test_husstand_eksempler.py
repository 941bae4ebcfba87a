"""Worked cases through the Gjeldsrådgivning workbook: tax, living expenses, housing support, and the two households of
the domain description, with the answers as they were published or worked out by hand.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from husstand_book import HouseBook, compute

from okosos_xl import strict_yaml
from okosos_xl.engine import get_engine

CASES = Path(__file__).parent.parent / "cases" / "satser"
KRONER = Decimal(2)
"""Skatteetaten rounds every post to whole kroner; the worked cases do not round."""
TAX_TYPES = {"lonn": "lønn", "alderspensjon": "alderspensjon", "naeringsinntekt_enkeltperson": "næring"}
TAX_POSTS = {
    "minstefradrag": "minstefradrag",
    "alminnelig_inntekt": "alminnelig_inntekt",
    "skatt_alminnelig_inntekt": "skatt_alminnelig",
    "trygdeavgift": "trygdeavgift",
    "trinnskatt": "trinnskatt",
    "sum_skatt": "sum_skatt",
}
SUPPORT = {
    "vekt": "bostotte_vekt",
    "omregnet_inntekt": "bostotte_omregnet",
    "boutgiftstak": "bostotte_tak",
    "egenandel_aar": "bostotte_egenandel",
    "bostotte_aar": "bostotte_aar",
    "utbetalt_maaned": "bostotte_maaned",
}


def worked(name: str) -> list[dict[str, Any]]:
    return strict_yaml.load(CASES / f"{name}.yaml")["tilfeller"]  # type: ignore[no-any-return]


def amount(book: HouseBook, id: str, row: int = 0) -> Decimal:
    value = book.cell(id, row)
    assert isinstance(value, float), (id, value)
    return Decimal(repr(value))


def made(**case: Any) -> HouseBook:
    return compute({"mal": "gjeldsradgivning", **case}, get_engine())


TAX_CASES = [case for case in worked("skatt") if case.get("type") in TAX_TYPES]


@pytest.mark.parametrize("case", TAX_CASES, ids=lambda c: c["navn"])
def test_worked_tax_cases(case: dict[str, Any]) -> None:
    book = made(
        dato=case["gyldig_fra"],
        voksne=[{"navn": "A", "fodt": date(1980, 5, 5)}],
        inntekter=[{"type": TAX_TYPES[case["type"]], "brutto": case["inntekt_aar"], "frekvens": "per år"}],
    )
    for name, column in TAX_POSTS.items():
        assert abs(amount(book, f"skatt.{column}") - Decimal(case["forventet"][name])) <= KRONER, name
    net = amount(book, "skatt.lonn_aar") + amount(book, "skatt.pensjon_aar") + amount(book, "skatt.naering_aar")
    assert abs(net - amount(book, "skatt.sum_skatt") - Decimal(case["forventet"]["netto_aar"])) <= KRONER


def test_the_published_pension_example() -> None:
    """350 000 kr in pension in 2026 (Pensjonistforbundet), with the deduction that was adopted in the end."""
    case = next(c for c in worked("skatt") if c.get("type") == "alderspensjon_publisert_eksempel")
    book = made(
        dato=date(2026, 3, 1),
        voksne=[{"navn": "A", "fodt": date(1955, 5, 5)}],
        inntekter=[{"type": "alderspensjon", "brutto": 350000, "frekvens": "per år"}],
    )
    for name in ("minstefradrag", "alminnelig_inntekt", "trygdeavgift"):
        assert abs(amount(book, f"skatt.{TAX_POSTS[name]}") - Decimal(case["forventet"][name])) <= KRONER
    steps = Decimal(case["forventet"]["trinnskatt_1"]) + Decimal(case["forventet"]["trinnskatt_2"])
    assert abs(amount(book, "skatt.trinnskatt") - steps) <= KRONER
    want = Decimal(case["forventet"]["sum_skatt_med_skattefradrag_39100"])
    assert abs(amount(book, "skatt.sum_skatt") - want) <= KRONER


def born(on: date, age: int) -> date:
    """A birth date that makes someone ``age`` years on the day, with some months to spare."""
    return date(on.year - age, 1, 15)


@pytest.mark.parametrize("case", worked("livsopphold"), ids=lambda c: f"{c['gyldig_fra']} {c['navn']}")
def test_worked_living_expenses(case: dict[str, Any]) -> None:
    day, given, want = case["gyldig_fra"], case["inndata"], case["forventet"]
    status = {
        "enslig": "enslig",
        "gift_samboer": "gift eller samboende",
        "forsorger_ektefelle_samboer": "forsørger ektefelle eller samboer",
    }
    children: list[dict[str, Any]] = [{"navn": f"Barn {a}", "fodt": born(day, a)} for a in given["barn_alder"]]
    children += [
        {"navn": f"Samvær {a}", "fodt": born(day, int(a)), "bosted": "samvær", "klasse": k}
        for a, k in given["samvaer_alder_klasse"]
    ]
    book = made(
        dato=day,
        samliv=status[given["stilling"]],
        voksne=[{"navn": "A", "fodt": date(1985, 5, 5)}],
        barn=children,
    )
    assert amount(book, "livsopphold_voksne.brukt") == Decimal(want["grunnsats"])
    ages = [*given["barn_alder"], *(a for a, _ in given["samvaer_alder_klasse"])]
    rows = sorted(range(len(given["barn_alder"])), key=lambda i: -ages[i])
    assert [amount(book, "livsopphold_barn.brukt", i) for i in rows] == [Decimal(x) for x in want["tillegg"]]
    visits = sorted(range(len(given["barn_alder"]), len(ages)), key=lambda i: -ages[i])
    got = [amount(book, "livsopphold_barn.brukt", i) for i in visits]
    assert got == [Decimal(x) for x in want["samvaertillegg"]]
    assert amount(book, "sum_livsopphold") == Decimal(want["sum_maaned"])


@pytest.mark.parametrize("case", worked("bostotte"), ids=lambda c: f"{c['gyldig_fra']} {c['navn']}")
def test_worked_housing_support(case: dict[str, Any]) -> None:
    day, given = case["gyldig_fra"], case["inndata"]
    adults = [{"navn": name, "fodt": date(1985, 5, 5)} for name in "AB"[: given["voksne"]]]
    children = [{"navn": f"Barn {n}", "fodt": born(day, 4 + 3 * n)} for n in range(given["barn_under_18"])]
    book = made(
        dato=day,
        voksne=adults,
        barn=children,
        bostotte_inntekt=given["inntekt_aar"],
        bostotte_boutgifter=given["godkjente_boutgifter_aar"],
        bostotte_tillegg=given["boutgiftstillegg_aar"],
    )
    for name, id in SUPPORT.items():
        assert abs(amount(book, id) - Decimal(case["forventet"][name])) <= Decimal("0.01"), name


def test_a_couple_with_four_children_and_one_adult_with_one() -> None:
    """The two households of the domain description, with the rates from 1 July 2025: 34 959 and 16 965."""
    day = date(2025, 7, 1)
    family = made(
        dato=day,
        voksne=[{"navn": "A", "fodt": date(1985, 5, 5)}, {"navn": "B", "fodt": date(1986, 5, 5)}],
        barn=[{"navn": f"Barn {a}", "fodt": born(day, a)} for a in (10, 14, 3, 7)],
    )
    assert amount(family, "sum_livsopphold") == 34_959
    alone = made(dato=day, voksne=[{"navn": "A", "fodt": date(1985, 5, 5)}], barn=[{"fodt": born(day, 11)}])
    assert amount(alone, "sum_livsopphold") == 16_965


def test_housing_is_shared_by_income() -> None:
    """27 000 and 18 000 net is 60 and 40 %: of 13 000 in housing 7 800 and 5 200."""
    book = made(
        dato=date(2025, 7, 1),
        voksne=[{"navn": "A", "fodt": date(1985, 5, 5)}, {"navn": "B", "fodt": date(1986, 5, 5)}],
        inntekter=[{"hvem": "A", "type": "lønn", "netto": 27000}, {"hvem": "B", "type": "lønn", "netto": 18000}],
        boutgifter={"husleie": {"belop": 13000}},
    )
    assert [amount(book, f"budsjett.boutgifter.{who}") for who in "ab"] == [7_800, 5_200]
