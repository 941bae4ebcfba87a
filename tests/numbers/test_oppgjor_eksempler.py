"""Worked examples through Utleggstrekk, Akkord and Gjeldsordning: E, F, G and K of the domain description, and what
the sheets say about wrong input.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from avtale_book import Case, case, compute, ore
from husstand_book import HouseBook

from okosos_xl import strict_yaml
from okosos_xl.engine import installed_engines
from okosos_xl.resources import examples_root
from okosos_xl.sak.numbers import serial

NYE, GAMLE = "ett trekk, nye regler fra 2026", "gamle regler, flere trekk"
COUPLE = [{"navn": "A", "fodt": date(1985, 3, 5)}, {"navn": "B", "fodt": date(1984, 7, 1)}]
ENGINES = ("formualizer", "ironcalc")


def findings(book: HouseBook) -> set[str]:
    return {code for code, word in book.checks().items() if code[:2] in ("GT", "GA", "GG") and word != "i orden"}


def made(engine: str = ENGINES[0], **given: Any) -> HouseBook:
    return compute(case(**given), engine)


def attached(*balances: int, **more: Any) -> list[Case]:
    return [{"kreditor": f"K{n}", "saldo": b, "trekk": "ja", **more} for n, b in enumerate(balances, 1)]


@pytest.mark.parametrize("engine", ENGINES)
def test_example_e_the_last_month_leaves_half_of_the_deduction_to_the_dividend(engine: str) -> None:
    book = made(engine, trekk_a=3000, regime_a=NYE, trekk_fra=date(2026, 12, 1), krav=attached(13500))
    assert book.cell("trekk_a_slutt") == serial(date(2027, 4, 1))
    assert (ore(book, "trekk_a_siste"), ore(book, "trekk_a_over"), ore(book, "trekk_a_rest")) == (150_000, 150_000, 0)
    assert ore(book, "trekkplan_a.plan.trekk", 6) == [300_000] * 4 + [150_000, 0]
    assert ore(book, "trekkplan_a.plan.igjen", 5) == [1_050_000, 750_000, 450_000, 150_000, 0]


@pytest.mark.parametrize("engine", ENGINES)
def test_example_f_maintenance_first_then_the_others_by_size(engine: str) -> None:
    krav = [{"kreditor": "Bidrag", "saldo": 2500, "klasse": "a", "trekk": "ja"}, *attached(60000, 25000, 15000)]
    book = made(engine, trekk_a=4100, regime_a=NYE, trekk_fra=date(2026, 12, 1), krav=krav)
    assert ore(book, "trekk_krav.valgt", 4) == [250_000, 96_000, 40_000, 24_000]
    assert ore(book, "trekkplan_a.plan.til_a", 2) == [250_000, 0]
    assert ore(book, "trekkplan_a.plan.til_e", 2) == [160_000, 410_000]
    assert findings(book) == {"GT115"}


@pytest.mark.parametrize("engine", ENGINES)
def test_old_rules_pay_in_order_of_class_and_date_for_two_years_from_the_decision(engine: str) -> None:
    """2 000 a month from December 2026. The tax goes first by class; then the older of two ordinary claims, until its
    two years are over in February 2027 (decided 1 March 2025); then the newer, to October 2028.
    """
    krav = attached(50000, 30000) + attached(3000, klasse="d")
    given = [{"besluttet": date(2025, 3, 1)}, {"besluttet": date(2026, 10, 15)}, {"besluttet": date(2026, 11, 2)}]
    book = made(engine, trekk_a=2000, regime_a=GAMLE, trekk_fra=date(2026, 12, 1), krav=krav, trekk_krav=given)
    assert ore(book, "trekkplan_a.plan.til_d", 3) == [200_000, 100_000, 0]
    # Until February the older gets 1 000 + 2 000, then fifteen months of 2 000 pay the newer in full.
    assert ore(book, "trekk_krav.dekkes", 3) == [300_000, 3_000_000, 300_000]
    assert ore(book, "trekk_a_rest") == 4_700_000
    assert book.cell("trekk_a_slutt") == serial(date(2028, 5, 1))
    assert ore(book, "trekk_a_siste") == 200_000


def test_a_number_of_its_own_decides_inside_a_class() -> None:
    """Principal before late interest in class d: the principal's 3 000 first, then the interest."""
    krav = attached(3000, 900, klasse="d")
    given = [{"intern": 1}, {"intern": 2}]
    book = made(trekk_a=2000, regime_a=NYE, trekk_fra=date(2026, 12, 1), trekk_maaned=2, krav=krav, trekk_krav=given)
    assert ore(book, "trekk_krav.valgt", 2) == [100_000, 90_000]
    assert [book.cell("trekk_krav.ferdig", n) for n in (0, 1)] == [serial(date(2027, 1, 1))] * 2


def test_the_two_methods_differ_when_the_other_adult_earns_more() -> None:
    """A 27 000 and B 18 000 share 60/40; housing 13 000, living 9 644 each (rates of November 2026).

    Household: 45 000 − 13 000 − 19 288 = 12 712. A alone: 27 000 − 7 800 − 9 644 = 9 556; B: 18 000 − 5 200 − 9 644.
    """
    income = [{"hvem": "A", "type": "lønn", "netto": 27000}, {"hvem": "B", "type": "lønn", "netto": 18000}]
    book = made(voksne=COUPLE, inntekter=income, boutgifter={"husleie": {"belop": 13000}})
    assert ore(book, "budsjett.livsopphold.i_dag") == 1_928_800
    assert [ore(book, f"trekk_kan.husstand.{x}") for x in "ab"] == [1_271_200, 1_271_200]
    assert [ore(book, f"trekk_kan.andel.{x}") for x in "ab"] == [955_600, 315_600]
    assert [ore(book, f"trekk_kan.forskjell.{x}") for x in "ab"] == [315_600, 955_600]
    less = made(
        voksne=COUPLE, inntekter=income, boutgifter={"husleie": {"belop": 13000}},
        trekk_grunnlag={"boutgifter": {"godkjent": 10000}},
    )  # fmt: skip
    assert [ore(less, f"trekk_kan.andel.{x}") for x in "ab"] == [1_135_600, 435_600]


def test_own_income_and_gross_fees_bound_what_may_be_taken() -> None:
    """The household could bear more than B earns; and of fees of 20 000 gross only 20 % may be taken, 4 000."""
    rich = [{"hvem": "A", "type": "lønn", "netto": 60000}, {"hvem": "B", "type": "lønn", "netto": 5000}]
    assert ore(made(voksne=COUPLE, inntekter=rich), "trekk_kan.husstand.b") == 500_000
    fees = [{"hvem": "A", "type": "næring", "brutto": 20000, "trekk": 1000}]
    book = made(inntekter=fees)
    assert ore(book, "trekk_kan.tak.a") == 400_000
    assert ore(made(inntekter=fees, trekk_samtykke_a="ja"), "trekk_kan.tak.a") == 1_900_000


OLD: Case = {"trekk_a": 3000, "regime_a": GAMLE, "krav": attached(5000)}
WRONG_ATTACHMENT: list[tuple[str, Case]] = [
    ("GT100", {"trekk_a": 41000, "regime_a": NYE, "krav": attached(90000)}),
    ("GT101", {"trekk_a": 30000, "regime_a": NYE, "krav": attached(90000)}),
    ("GT104", {"trekk_a": 3000, "regime_a": NYE, "krav": [{"kreditor": "X", "saldo": 5000}]}),
    ("GT105", {"krav": attached(5000)}),
    ("GT106", {"trekk_a": 3000, "krav": attached(5000)}),
    ("GT108", OLD),
    ("GT109", OLD | {"trekk_krav": [{"besluttet": date(2027, 1, 5)}]}),
    ("GT110", OLD | {"trekk_krav": [{"besluttet": date(2024, 1, 5)}]}),
    ("GT111", {"voksne": COUPLE, "trekk_a": 3000, "regime_a": NYE, "krav": attached(5000, eier="felles")}),
    ("GT112", {"voksne": COUPLE, "trekk_a": 3000, "krav": attached(5000, eier="B"), "trekk_krav": [{"hos": "A"}]}),
    ("GT113", {"trekk_a": 100, "regime_a": NYE, "krav": attached(50000, rente=0.2)}),
    ("GT119", {"trekk_a": 100, "regime_a": NYE, "krav": attached(1, 900000)}),
    ("GT120", {"trekk_a": 100, "regime_a": NYE, "krav": attached(9000)}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "given"), WRONG_ATTACHMENT, ids=[c for c, _ in WRONG_ATTACHMENT])
def test_what_is_wrong_with_a_deduction_is_said(code: str, given: Case) -> None:
    assert code in findings(made(**given))


def composition(engine: str = ENGINES[0], **more: Any) -> HouseBook:
    krav = [
        {"kreditor": "Kraftlaget", "saldo": 5200, "prioritert": "ja"},
        {"kreditor": "Bokklubben", "saldo": 700},
        *({"kreditor": f"Bank {n}", "saldo": s, "hovedstol": s} for n, s in enumerate((88000, 41500, 23750), 1)),
    ]
    return made(engine, **({"akkord_smaakrav": 1000, "akkord_enhet": "hele kroner", "krav": krav} | more))


@pytest.mark.parametrize("engine", ENGINES)
def test_example_g_the_offer_from_a_sum(engine: str) -> None:
    book = composition(engine, akkord_belop=60000)
    assert ore(book, "akkord_tilbud.tilbud", 5) == [520_000, 70_000, 3_106_600, 1_465_000, 838_400]
    assert (ore(book, "akkord_sum"), ore(book, "akkord_avskrevet")) == (6_000_000, 9_915_000)
    assert round(float(book.cell("akkord_prosent") or 0), 6) == 0.353018
    assert book.cell("akkord_tilbud.av_saldo", 2) == book.cell("akkord_tilbud.av_hovedstol", 2) == 0.353


def test_example_g_the_other_way_the_sum_a_percentage_takes() -> None:
    """30 % of 153 250 is 45 975; with 5 900 in full and 1 000 in costs 52 875."""
    book = composition(akkord_maal=0.3, akkord_kostnader=1000)
    assert ore(book, "akkord_behov") == ore(book, "akkord_prosenten_krever") == 5_287_500
    assert ore(book, "akkord_sum") == 5_187_500
    both = composition(akkord_belop=60000, akkord_maal=0.3)
    assert ore(both, "akkord_sum") == 6_000_000 and ore(both, "akkord_prosenten_krever") == 5_187_500
    assert "GA114" in findings(both)


def test_a_large_sum_is_split_to_the_ore() -> None:
    """Half a million and one øre: the odd øre goes to the largest remainder (0,4875, 0,3663 and 0,1462)."""
    krav = [{"kreditor": "X", "saldo": s} for s in (10_000_000, 7_000_000.01, 3_000_000)]
    book = made(akkord_belop=500_000.01, krav=krav)
    assert ore(book, "akkord_tilbud.tilbud", 3) == [25_000_001, 17_500_000, 7_500_000]
    assert "GA107" not in findings(book)


WRONG_OFFER: list[tuple[str, Case]] = [
    ("GA103", {"akkord_belop": 5000}),
    ("GA104", {"akkord_belop": 200000}),
    ("GA108", {"akkord_belop": 60000, "akkord_frist": date(2026, 11, 1)}),
    ("GA109", {"akkord_belop": 60000}),
    ("GA110", {"akkord_belop": 20000}),
    ("GA111", {"akkord_belop": 60000.55}),
    ("GA112", {"akkord_belop": 60000, "akkord_hvem": "B"}),
    ("GA113", {"akkord_belop": 60000, "krav": []}),
]


@pytest.mark.parametrize(("code", "given"), WRONG_OFFER, ids=[c for c, _ in WRONG_OFFER])
def test_what_is_wrong_with_an_offer_is_said(code: str, given: Case) -> None:
    assert code in findings(composition(**given))


@pytest.mark.parametrize("engine", ENGINES)
def test_example_k_five_years_by_the_act(engine: str) -> None:
    krav = [{"kreditor": "X", "saldo": s} for s in (220000, 130000, 50000, 1200)]
    book = made(engine, gjo_belop=2900, gjo_smaakrav=1500, krav=krav)
    assert ore(book, "gjeldsordning_tilbud.betalt", 4) == [9_504_000, 5_616_000, 2_160_000, 120_000]
    assert ore(book, "gjeldsordning_tilbud.vanlig_maaned", 4) == [159_500, 94_250, 36_250, 0]
    assert (ore(book, "gjeldsordning_betalt"), ore(book, "gjeldsordning_avskrevet")) == (17_400_000, 22_720_000)
    assert book.cell("gjeldsordning_prosent") == pytest.approx(0.432, abs=1e-12)
    assert findings(book) == set()


def test_a_home_loan_stands_inside_the_value_and_ten_per_cent_and_shares_outside() -> None:
    """Home worth 2 000 000: 2 200 000 of the loan stands at 5 % interest (9 166.67), 100 000 shares with 50 000.
    A car loan inside its value is served beside, a fine is paid in full. 1 500 x 60 = 90 000, 8 000 to the fine.
    """
    krav = [
        {"kreditor": "Banken", "saldo": 2300000, "kravtype": "boliglån", "sikkerhet_verdi": 2000000, "rente": 0.05},
        {"kreditor": "Bilfinans", "saldo": 80000, "kravtype": "billån", "sikkerhet_verdi": 90000},
        {"kreditor": "Bot", "saldo": 8000, "kravtype": "bot"},
        {"kreditor": "Kortet", "saldo": 50000},
    ]  # fmt: skip
    book = made(gjo_belop=1500, krav=krav)
    assert ore(book, "gjeldsordning_tilbud.bestaar", 4) == [220_000_000, 8_000_000, 0, 0]
    assert ore(book, "gjeldsordning_tilbud.betalt", 4) == [5_466_667, 0, 800_000, 2_733_333]
    assert ore(book, "gjeldsordning_tilbud.avskrives", 4) == [4_533_333, 0, 0, 2_266_667]
    assert ore(book, "gjeldsordning_boligrente") == 916_667
    assert ore(book, "gjeldsordning_tilbud.vanlig_maaned", 4) == [100_000, 0, 0, 50_000]
    own = made(gjo_belop=1500, krav=krav, gjeldsordning_tilbud=[{"egen": "deles"}, {}, {"egen": "holdes utenfor"}])
    assert ore(own, "gjeldsordning_tilbud.bestaar", 3) == [0, 8_000_000, 800_000]


def test_the_deduction_stops_and_comes_back_to_the_creditors() -> None:
    """40 000 − 11 388 in living expenses = 28 612; a deduction of 3 000 is not lost to the settlement."""
    krav = attached(900_000)
    book = made(trekk_a=3000, regime_a=NYE, krav=krav)
    assert ore(book, "gjo_disponibelt") == 2_561_200
    assert ore(book, "gjeldsordning_per_maaned") == 2_861_200
    kept = made(trekk_a=3000, regime_a=NYE, krav=krav, gjo_trekk_stanser="nei")
    assert ore(kept, "gjeldsordning_per_maaned") == 2_561_200


WRONG_SETTLEMENT: list[tuple[str, Case]] = [
    ("GG103", {"gjo_belop": 100, "krav": [{"kreditor": "Bidrag", "saldo": 9000, "klasse": "a"}]}),
    ("GG105", {"gjo_maaneder": 100}),
    ("GG106", {"gjo_maaneder": 48}),
    ("GG107", {"gjo_belop": 0}),
    ("GG110", {"gjeldsordning_tilbud": [{"egen": "boliglån med pant"}]}),
    ("GG111", {"gjo_hvem": "B"}),
    ("GG112", {"gjo_vilkaar": {"varig": {"svar": "vet ikke"}}}),
    ("GG113", {"gjo_aapnet": date(2026, 12, 24)}),
    ("GG114", {"gjo_belop": 500, "krav": [{"kreditor": "X", "saldo": 5000, "med": "nei"}]}),
]


@pytest.mark.parametrize(("code", "given"), WRONG_SETTLEMENT, ids=[c for c, _ in WRONG_SETTLEMENT])
def test_what_is_wrong_with_a_settlement_is_said(code: str, given: Case) -> None:
    assert code in findings(made(**({"krav": [{"kreditor": "X", "saldo": 5000}]} | given)))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_form_says_nothing(engine: str) -> None:
    book = compute({"mal": "gjeldsradgivning", "dato": date(2026, 11, 22)}, engine)
    assert findings(book) == set()
    for id in ("trekk_a_slutt", "trekk_a_siste", "akkord_sum", "gjeldsordning_betalt"):
        assert book.cell(id) in (0, "")


@pytest.mark.libreoffice
@pytest.mark.skipif("libreoffice" not in installed_engines(), reason="LibreOffice (soffice) is not installed")
def test_libreoffice_shows_the_same_on_the_four_sheets() -> None:
    example = strict_yaml.load(examples_root() / "trekk-akkord-ordning.yaml")
    ours, theirs = compute(example), compute(example, "libreoffice")
    sheets = {"Utleggstrekk", "Trekkplan", "Akkord", "Gjeldsordning"}
    different = []
    for id, region in ours.layout.regions.items():
        if region.sheet in sheets:
            for mine, other in zip(ours.rows(id), theirs.rows(id), strict=True):
                different += [(id, a, b) for a, b in zip(mine, other, strict=True) if not same(a, b)]
    assert different == []
    assert findings(theirs) == findings(ours)


def same(a: Any, b: Any) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) < 1e-9
    return (a or "") == (b or "")
