"""The rights of a household: estimates against the oracles at every threshold, and the three-valued answers.

``OKOSOS_RIGHTS`` says how many cases hypothesis draws of each kind (8 when it is not set).
"""
# ruff: noqa: E501 - the cases are tables

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from husstand_book import HouseBook, compute, spec
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from oracle import bostotte as bo
from oracle import rettigheter as ro
from oracle.husstand import NULL

from okosos_xl.engine import get_engine
from okosos_xl.satser import Satser
from okosos_xl.satser.snapshot import Satssnapshot
from okosos_xl.template.spec import Grid

DRAWN = int(os.environ.get("OKOSOS_RIGHTS", "8"))
STATE = Satser.load()
many = settings(
    max_examples=DRAWN,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
ADULT = {"navn": "A", "fodt": date(1985, 5, 5)}
VINTAGES = [
    date(2022, 8, 1), date(2023, 5, 31), date(2023, 8, 1), date(2024, 3, 31), date(2024, 4, 1), date(2024, 6, 15),
    date(2024, 7, 1), date(2025, 8, 1), date(2026, 11, 28),
]  # fmt: skip
PLACES = {"Oslo": "oslo", "Tromsø": "bergen_trondheim_tromsoe_stavanger_baerum", "et annet sted": ""}
FACTS = (
    "bolig_selvstendig", "full_overgangsstonad", "bidrag_fastsatt", "barn_saerskilt", "sykdom", "merutgifter", "pleie",
    "tapt_arbeid", "nedsatt_arbeidsevne", "kort_botid", "ikke_banklan", "maa_tilpasse", "ubetalt_kommune",
    "hoye_egenandeler", "trenger_advokat",
)  # fmt: skip


def made(**case: Any) -> HouseBook:
    return compute({"mal": "gjeldsradgivning", **case}, get_engine())


def amount(book: HouseBook, id: str, row: int = 0) -> Decimal:
    value = book.cell(id, row)
    assert isinstance(value, float), (id, value)
    return Decimal(repr(value))


def shown(book: HouseBook, id: str, row: int = 0) -> Decimal | None:
    value = book.cell(id, row)
    return None if value in (None, "") else amount(book, id, row)


def rights() -> list[str]:
    grid = next(b for s in spec().sheets for b in s.blocks if isinstance(b, Grid) and b.id == "rettigheter")
    return [row.id for row in grid.rows]


def answers(book: HouseBook) -> dict[str, str]:
    return {id: str(book.cell(f"rettigheter.{id}.svar")) for id in rights()}


def rates(day: date) -> Satssnapshot:
    return STATE.at(day)


# --- housing support ------------------------------------------------------------------------------------------------


def support_case(day: date, income: Decimal, kind: str, place: str, costs: Decimal) -> dict[str, Any]:
    case: dict[str, Any] = {
        "dato": day, "voksne": [ADULT], "bostotte_inntekt": income, "bostotte_boutgifter": costs, "sted": place,
    }  # fmt: skip
    if kind == bo.UNG_UFOER:
        case |= {"ung_ufor": "ja", "inntekter": [{"type": "uføretrygd", "netto": 15000}]}
    if kind == bo.PENSJONIST:
        case["inntekter"] = [{"type": "alderspensjon", "netto": 15000}]
    return case


def check_support(day: date, income: Decimal, kind: str, place: str, costs: Decimal) -> None:
    book = made(**support_case(day, income, kind, place, costs))
    extra = rates(day).value("bostotte", f"tillegg_tak_per_aar.{PLACES[place]}") if PLACES[place] else NULL
    want = bo.beregn(1, 0, income, costs, rates(day), tillegg=extra, grenser=kind)
    assert want is not None
    got = [amount(book, f"bostotte_{x}") for x in ("omregnet", "tak", "egenandel", "aar", "maaned")]
    steps = [want.omregnet_inntekt, want.boutgiftstak, want.egenandel, want.bostotte, want.utbetalt_maaned]
    assert got == steps, (day, income, kind, place, costs)


@seed(10)
@many
@given(
    day=st.sampled_from(VINTAGES),
    kind=st.sampled_from(["", bo.UNG_UFOER, bo.PENSJONIST]),
    limit=st.sampled_from(["grense_1", "grense_2", "trinn"]),
    off=st.sampled_from([-1, 0, 1]),
    place=st.sampled_from(list(PLACES)),
    costs=st.sampled_from([60_000, 90_000, 140_000]),
)
def test_housing_support_at_every_threshold(day: date, kind: str, limit: str, off: int, place: str, costs: int) -> None:
    def of(name: str) -> Decimal:
        own = "" if name == "grense_1" and kind == bo.UNG_UFOER else kind
        return rates(day).value("bostotte", f"egenandel_modell.{name}{own}")

    edge = of("grense_2") if limit == "trinn" else of(limit)
    if limit == "trinn" and day < date(2024, 7, 1):
        edge += 1 + 7 * rates(day).value("bostotte", "egenandel_modell.progressiv_trinn_kr")
    check_support(day, edge + off, kind, place, Decimal(costs))


@pytest.mark.parametrize("day", VINTAGES)
def test_housing_support_of_every_vintage(day: date) -> None:
    """One krone over the second limit, in Oslo, with costs over the cap: every vintage and every rate takes part."""
    check_support(day, rates(day).value("bostotte", "egenandel_modell.grense_2") + 1, "", "Oslo", Decimal(200_000))


def test_the_progressive_part_by_hand() -> None:
    """Husbanken's own words, August 2022: 0.12 % of 195 221 is 234.27 kr; 22 487 + 16.44 % of 84 355 = 36 354.96."""
    book = made(dato=date(2022, 8, 1), voksne=[ADULT], bostotte_inntekt=195_221, bostotte_boutgifter=70_000)
    assert amount(book, "bostotte_egenandel") == Decimal("36589.23")  # 22 487 + 13 867.96 + 234.27


@pytest.mark.parametrize(
    ("more", "costs"),
    [
        ({}, 12 * 9_000),
        ({"bostotte_oppvarming": "ja"}, 12 * 9_000 + 7_631),
        ({"bolig": "leier privat"}, 12 * 9_000),
        ({"bolig": "eier"}, 12 * (9_000 - 700 - 300) + 15_262),  # insurance and upkeep are in the standard amount
        ({"bolig": "eier", "bostotte_oppvarming": "ja", "bostotte_boutgifter": 50_000}, 50_000),
    ],
)
def test_what_counts_as_housing_costs(more: dict[str, Any], costs: int) -> None:
    bolig = {"boliglan_renter": {"belop": 8_000}, "boligforsikring": {"belop": 700}, "vedlikehold": {"belop": 300}}
    book = made(dato=date(2026, 11, 28), voksne=[ADULT], boutgifter=bolig, **more)
    assert amount(book, "bostotte_boutgifter_brukt") == costs


def test_heating_was_only_for_pensioners_before_september_2024() -> None:
    case = {"voksne": [ADULT], "boutgifter": {"husleie": {"belop": 6_000}}, "bostotte_oppvarming": "ja"}
    disabled = {"inntekter": [{"type": "uføretrygd", "netto": 15_000}]}
    assert amount(made(dato=date(2024, 8, 31), **case), "bostotte_oppvarming_brukt") == 0
    assert amount(made(dato=date(2024, 8, 31), **case, **disabled), "bostotte_oppvarming_brukt") == 7_076
    assert amount(made(dato=date(2024, 9, 1), **case), "bostotte_oppvarming_brukt") == 7_076


def test_wealth_in_an_owned_dwelling() -> None:
    case = {"dato": date(2026, 11, 28), "voksne": [ADULT], "bolig": "eier", "bostotte_formue": 900_000}
    assert amount(made(**case, bostotte_boligverdi=600_000), "bostotte_formue_over") == 300_000
    assert amount(made(**case, bostotte_boligverdi=800_000), "bostotte_formue_over") == 900_000 - 722_883


# --- fees -----------------------------------------------------------------------------------------------------------

FEE_DAYS = [date(2024, 9, 1), date(2025, 7, 31), date(2026, 11, 28)]


def child(born: date, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"navn": f"Barn {born}", "fodt": born}, more


@seed(11)
@many
@given(
    day=st.sampled_from(FEE_DAYS),
    births=st.lists(st.sampled_from([(1, 2), (2, 9), (3, 5), (4, 1)]), min_size=1, max_size=3, unique=True),
    price=st.sampled_from([None, 900, 1_500, 5_000]),
    hours=st.sampled_from([None, 20, 30]),
    edge=st.sampled_from(["seks", "kjernetid", "lav", "hoy"]),
    off=st.sampled_from([-1, 0, 1]),
)
def test_the_fee_in_kindergarten_in_its_order(
    day: date, births: list[tuple[int, int]], price: int | None, hours: int | None, edge: str, off: int
) -> None:
    now = rates(day)
    full = now.value(ro.BARNEHAGE, "maks_per_maaned")
    free = 642_700 if day < date(2026, 2, 1) else 692_465
    income = {"seks": full * 11 / Decimal("0.06"), "kjernetid": Decimal(free), "lav": Decimal(90_000)}.get(
        edge, Decimal(900_000)
    )
    income = Decimal(round(income)) + off
    kids = [ro.Barnehagebarn(date(day.year - y, m, 3), Decimal(price) if price else None, hours and Decimal(hours))
            for y, m in births]  # fmt: skip
    offers = [{"barnehage": "ja", **({"pris": price} if price else {}), **({"timer": hours} if hours else {})}] * len(
        kids
    )
    book = made(
        dato=day, voksne=[ADULT], barn=[child(k.fodt)[0] for k in kids], barnetilbud=offers, foreldre_inntekt=income
    )
    for row, want in enumerate(ro.barnehage(kids, income, now)):
        got = [
            amount(book, f"foreldrebetaling.{c}", row)
            for c in ("pris", "etter_seks", "etter_sosken", "etter_kjernetid")
        ]
        assert got == [want.pris, want.etter_seks, want.etter_sosken, want.etter_kjernetid]
    over = "sannsynlig" if full > ro.ore(income * 6 / 100 / 11) else "lite sannsynlig"
    assert answers(book)["redusert_barnehage"] == over


def test_the_order_of_reductions_by_hand() -> None:
    """Income 198 000 in September 2024: 6 % is 1 080.00 a month. Child two: 30 % off, 756.00. Then 20 of 41 hours."""
    book = made(
        dato=date(2024, 9, 1), voksne=[ADULT], foreldre_inntekt=198_000,
        barn=[{"navn": "Eldst", "fodt": date(2020, 3, 3)}, {"navn": "Yngst", "fodt": date(2022, 3, 3)}],
        barnetilbud=[{"barnehage": "ja"}, {"barnehage": "ja"}],
    )  # fmt: skip
    assert amount(book, "barnehage_tak") == Decimal("1080.00")
    assert [amount(book, "foreldrebetaling.etter_sosken", i) for i in (0, 1)] == [1080, 756]
    # 1 080 x 20/41 = 526.83 and 756 x 20/41 = 368.78 are free
    assert [amount(book, "foreldrebetaling.etter_kjernetid", i) for i in (0, 1)] == [
        Decimal("553.17"),
        Decimal("387.22"),
    ]
    assert amount(book, "rett_regn.redusert_barnehage.regnet") == Decimal("1433.67")  # (920 + 644) x 11/12


@seed(12)
@many
@given(
    off=st.sampled_from([-1, 0, 1]), price=st.sampled_from([1_200, 2_950, 3_834]), klasse=st.sampled_from([0, 1, 4, 5]),
    months=st.sampled_from([10, 11, 12]),
)  # fmt: skip
def test_after_school_care_at_six_per_cent(off: int, price: int, klasse: int, months: int) -> None:
    day, income = date(2026, 11, 28), Decimal(price * months) / Decimal("0.06") + off
    book = made(
        dato=day, voksne=[ADULT], barn=[{"navn": "Barn", "fodt": date(2018, 4, 4)}], foreldre_inntekt=income,
        sfo_maaneder=months, barnetilbud=[{"sfo": "ja", "sfo_pris": price, "trinn": klasse}],
    )  # fmt: skip
    assert amount(book, "sfo_betaling.etter_seks") == ro.sfo(
        Decimal(price), klasse, income, Decimal(months), rates(day)
    )


@pytest.mark.parametrize(
    ("born", "day"),
    [
        (date(2020, 12, 31), date(2026, 8, 1)),
        (date(2020, 1, 1), date(2026, 7, 31)),
        (date(2018, 4, 4), date(2026, 11, 28)),
    ],
)
def test_the_grade_by_year_of_birth(born: date, day: date) -> None:
    book = made(dato=day, voksne=[ADULT], barn=[{"navn": "Barn", "fodt": born}])
    assert amount(book, "barn_rett.trinn") == ro.trinn(born, day)


@seed(13)
@many
@given(
    edge=st.sampled_from([388_200, 580_400, 662_900, 479_200, 561_700, 644_200, 686_400]), off=st.sampled_from([-1, 0, 1]),
    ages=st.lists(st.sampled_from([3, 10, 11, 16]), min_size=1, max_size=4), single=st.booleans(),
)  # fmt: skip
def test_advance_maintenance_at_every_limit(edge: int, off: int, ages: list[int], single: bool) -> None:
    day, income = date(2026, 11, 28), Decimal(edge + off)
    adults = [ADULT] if single else [ADULT, {"navn": "B", "fodt": date(1986, 5, 5)}]
    kids = [
        {"navn": f"Barn {n}", "fodt": date(day.year - a, 1, 1 + n), "hvem": "særkull A", "bidrag_mottatt": 500}
        for n, a in enumerate(ages)
    ]
    book = made(
        dato=day, voksne=adults, barn=kids,
        inntekter=[{"type": "lønn", "hvem": "A", "brutto": income, "frekvens": "per år", "netto": 100}],
    )  # fmt: skip
    for row, age in enumerate(ages):
        want = ro.forskudd(age, len(ages), income, rates(day), enslig=single)
        assert shown(book, "forskudd.sats", row) == want
        assert shown(book, "forskudd.mer", row) == max(NULL, want - 500)


# --- three values ---------------------------------------------------------------------------------------------------

yes_no = st.sampled_from(["ja", "nei"])
HOMES = ["eier", "leier privat", "kommunal bolig"]


@st.composite
def households(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A household with much unknown, and the same with every fact answered."""
    kids = draw(st.lists(st.sampled_from([1, 2, 4, 7, 9, 12]), max_size=3))
    base: dict[str, Any] = {
        "dato": date(2026, 11, 28),
        "voksne": [ADULT, *([{"navn": "B", "fodt": date(1955, 1, 1)}] if draw(st.booleans()) else [])],
        "barn": [{"navn": f"Barn {n}", "fodt": date(2026 - a, 2, 1 + n)} for n, a in enumerate(kids)],
    }
    if draw(st.booleans()):
        base["nivaa"] = draw(st.sampled_from(["I", "III"]))
    full = {name: draw(yes_no) for name in FACTS}
    known = draw(st.sets(st.sampled_from(FACTS)))
    offers = [
        {"barnehage": draw(yes_no)} if age < 6 else {"barnehage": "nei", "sfo": draw(yes_no), "sfo_pris": 2_000}
        for age in kids
    ]
    shown_offers = draw(st.booleans())
    money = {
        "inntekter": [
            {"type": draw(st.sampled_from(["lønn", "AAP", "sosialhjelp"])), "brutto": 15_000, "netto": 14_000}
        ],
        "boutgifter": {"husleie": {"belop": 9_000}},
        "energi": {"strom": {"belop": 800}},
        "bolig": draw(st.sampled_from(HOMES)),
    }
    part = {**base, **{k: v for k, v in full.items() if k in known}}
    if shown_offers:
        part["barnetilbud"] = offers
    part |= {k: v for k, v in money.items() if draw(st.booleans())}
    return part, {"nivaa": "II", **base, **full, **money, "barnetilbud": offers}


@seed(14)
@many
@given(pair=households())
def test_an_answer_that_is_given_stays_when_more_is_known(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """The three values: an unknown fact names itself, and what is likely or not already never turns."""
    part, full = (answers(made(**case)) for case in pair)
    computed = {
        "sosialhjelp",
        "saerlige_tilfeller",
        "laanelettelse",
        "fritid",
    }  # new income moves the amounts themselves
    for id, before in part.items():
        if before.startswith("mangler opplysning"):
            assert len(before) > len("mangler opplysning: "), id
        elif id not in computed:
            assert full[id] == before or full[id] == "er ført i saken", id
    left = {id for id, answer in full.items() if answer.startswith("mangler")}
    assert left <= {"kjernetid", "skattekort"}, {id: full[id] for id in left}  # no limit is known, no tax is withheld


def test_an_empty_form_answers_nothing() -> None:
    book = made(dato=date(2026, 11, 28))
    assert set(answers(book).values()) == {""}
    assert amount(book, "rett_antall_ja") == 0 and amount(book, "rett_antall_mangler") == 0


def test_an_unknown_fact_names_itself() -> None:
    book = made(dato=date(2026, 11, 28), voksne=[ADULT], barn=[{"navn": "Barn", "fodt": date(2023, 4, 4)}])
    got = answers(book)
    assert got["bostotte"] == "mangler opplysning: om boligen er selvstendig, inntekten, boutgiftene"
    assert got["redusert_barnehage"] == "mangler opplysning: om barna går i barnehage, inntekten"
    assert got["gjeldsordning"] == "mangler opplysning: nivået i saken"
    assert got["barnetrygd"] == "sannsynlig" and got["redusert_sfo"] == "lite sannsynlig"


def test_housing_support_counts_in_all_but_itself() -> None:
    """Entered as income it changes the budget and social assistance by its amount, but not the estimate of itself."""
    case: dict[str, Any] = {
        "dato": date(2026, 11, 28), "voksne": [ADULT], "bolig": "leier privat", "bolig_selvstendig": "ja",
        "boutgifter": {"husleie": {"belop": 11_000}},
    }  # fmt: skip
    income = [{"type": "lønn", "brutto": 9_000, "netto": 8_500}]
    without = made(**case, inntekter=income)
    support = amount(without, "bostotte_maaned")
    granted = made(**case, inntekter=[*income, {"type": "bostøtte", "netto": support}])
    assert amount(granted, "bostotte_maaned") == support > 0
    assert amount(granted, "disponibelt") - amount(without, "disponibelt") == support
    assert amount(without, "sos_belop") - amount(granted, "sos_belop") == support
    assert amount(without, "sos_belop_etter") == amount(granted, "sos_belop_etter") == amount(granted, "sos_belop")
    assert answers(granted)["bostotte"] == "er ført i saken"
    steps = [amount(without, "rekkefolge.kr", i) for i in range(6)]
    assert steps[2] == support and steps[5] == amount(without, "sos_belop_etter")
    assert amount(without, "rekkefolge.etter", 5) == amount(without, "rett_disponibelt")


@pytest.mark.parametrize("status", ["avslått", "ikke aktuelt"])
def test_a_right_that_is_refused_is_neither_counted_nor_listed(status: str) -> None:
    case: dict[str, Any] = {
        "dato": date(2026, 11, 28),
        "voksne": [ADULT],
        "barn": [{"navn": "B", "fodt": date(2015, 1, 1)}],
    }
    before = made(**case)
    after = made(**case, rettigheter={"barnetrygd": {"soekt": status}})
    assert amount(before, "rett_sum") - amount(after, "rett_sum") == 2_012
    listed = [str(after.cell("sok_liste.navn", i)) for i in range(len(rights()))]
    assert "Barnetrygd" not in listed and "Utvidet barnetrygd" in listed
