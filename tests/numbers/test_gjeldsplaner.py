"""Gjeld and the plans of Gjeldsrådgivning: worked examples to the øre, and bad input."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from avtale_book import case, compute, ore
from husstand_book import HouseBook

Case = dict[str, Any]
TWO = [{"navn": "A", "fodt": "1985-03-05"}, {"navn": "B", "fodt": "1986-04-06"}]


def plans(**given: Any) -> Case:
    return case(saldodato="2026-11-01", plan_start="2026-12", **given)


def claims(*balances: float, **common: Any) -> list[Case]:
    return [{"kreditor": f"K{i}", "saldo": balance} | common for i, balance in enumerate(balances, 1)]


def paid(book: HouseBook, run: str, month: int, rows: int) -> list[int]:
    """What each claim is paid in a month (from 1), in øre."""
    return [
        round(book.cell(f"{run}.k.r.o", row, month - 1) - book.cell(f"{run}.k.r.c", row, month - 1))
        for row in range(rows)
    ]


def column(book: HouseBook, id: str, rows: int) -> list[int]:
    return ore(book, id, rows)


# --- worked examples --------------------------------------------------------------------------------------------------


def test_example_a_dividend_without_interest() -> None:
    book = compute(plans(losning={"a": {"belop": 1850}}, krav=claims(37400, 18250.50, 9100, 2749.50)))
    assert column(book, "tilbud_a.per_maaned", 4) == [102504, 50020, 24941, 7535]
    assert paid(book, "plan_en", 37, 4) == [49856, 24330, 12124, 3690]
    assert book.cell("plan_a_maaneder") == 37
    assert [ore(book, f"plan_a_{x}") for x in ("betalt", "renter", "rest", "belop")] == [6750000, 0, 0, 185000]
    kroner = compute(
        plans(losning={"a": {"belop": 1850, "avrunding": "hele kroner"}}, krav=claims(37400, 18250.50, 9100, 2749.50))
    )
    assert column(kroner, "tilbud_a.per_maaned", 4) == [102500, 50000, 25000, 7500]


def test_example_c_dividend_with_interest() -> None:
    krav = [{"saldo": 40000, "rente": 0.18, "kreditor": "K1"}, {"saldo": 10000, "rente": 0, "kreditor": "K2"}]
    start = compute(plans(losning={"a": {"belop": 1500, "metode": "dividende med rente"}}, krav=krav))
    assert (start.cell("plan_a_maaneder"), ore(start, "plan_a_renter")) == (44, 1554377)
    assert [start.cell("tilbud_a.siste_nr", row) for row in (0, 1)] == [44, 34]
    options = {"belop": 1500, "metode": "dividende med rente", "andelsgrunnlag": "løpende saldo"}
    current = compute(plans(losning={"a": options}, krav=krav))
    assert (current.cell("plan_a_maaneder"), ore(current, "plan_a_renter")) == (44, 1497339)
    assert paid(current, "plan_en", 1, 2) == [120356, 29644]


def test_example_d_prioritised_before_the_rest() -> None:
    krav = claims(7000, 2000, prioritert="ja") + claims(50000, 30000, 10000)
    book = compute(plans(losning={"a": {"belop": 2500}}, krav=krav))
    assert paid(book, "plan_en", 1, 5) == [194444, 55556, 0, 0, 0]
    assert paid(book, "plan_en", 4, 5) == [116668, 33332, 55556, 33333, 11111]
    assert paid(book, "plan_en", 5, 5) == [0, 0, 138889, 83333, 27778]
    assert book.cell("plan_a_maaneder") == 40
    assert ore(book, "maanedsplan_a.prioritert", 5) == [250000, 250000, 250000, 150000, 0]


def test_prioritised_by_agreed_instalments() -> None:
    krav = [{"kreditor": "P", "saldo": 1000, "prioritert": "ja", "avtalt": 300}, *claims(6000, 3000)]
    book = compute(plans(losning={"a": {"belop": 1200, "prioriterte": "etter avtale"}}, krav=krav))
    assert paid(book, "plan_en", 1, 3) == [30000, 60000, 30000]
    assert paid(book, "plan_en", 4, 3) == [10000, 73333, 36667]
    assert paid(book, "plan_en", 5, 3) == [0, 80000, 40000]


def test_example_e_a_deduction_that_ends() -> None:
    krav = [*claims(70000, 20000), {"kreditor": "Trekk", "saldo": 13500, "trekk": "ja", "med": "nei"}]
    book = compute(
        plans(
            losning={"a": {"belop": 2200}}, krav=krav, trekk_a=3000, trekk_fra="2026-12",
            regime_a="ett trekk, nye regler fra 2026", forslag=[{"godta": "ja"}, {"godta": "ja"}],
        )
    )  # fmt: skip
    assert ore(book, "forslag.endring", 2) == [150000, 150000]
    assert ore(book, "maanedsplan_a.betalt", 6) == [220000] * 4 + [370000, 520000]
    assert paid(book, "plan_en", 1, 2) == [171111, 48889]
    assert paid(book, "plan_en", 5, 2) == [287778, 82222]
    assert paid(book, "plan_en", 6, 2) == [404444, 115556]
    assert (book.cell("plan_a_maaneder"), ore(book, "maanedsplan_a.betalt", 20)[-1]) == (20, 470000)


@pytest.mark.parametrize(
    ("metode", "renter", "siste", "forste"),
    [
        ("minste krav først", 420081, [2, 8, 19], [130000, 25000, 45000]),
        ("høyeste rente først", 394567, [18, 7, 19], [10000, 145000, 45000]),
    ],
)
def test_example_h_one_at_a_time(metode: str, renter: int, siste: list[int], forste: list[int]) -> None:
    krav = [
        {"kreditor": "K1", "saldo": 1800, "rente": 0, "minstebelop": 100},
        {"kreditor": "K2", "saldo": 9500, "rente": 0.2, "minstebelop": 250},
        {"kreditor": "K3", "saldo": 22000, "rente": 0.14, "minstebelop": 450},
    ]
    book = compute(plans(losning={"a": {"belop": 2000, "metode": metode}}, krav=krav))
    assert (book.cell("plan_a_maaneder"), ore(book, "plan_a_renter")) == (19, renter)
    assert [book.cell("tilbud_a.siste_nr", row) for row in range(3)] == siste
    assert column(book, "tilbud_a.per_maaned", 3) == forste


def test_example_j_joint_debt_full_in_both() -> None:
    krav = [
        {"kreditor": "Felles", "saldo": 80000, "eier": "felles"},
        {"kreditor": "A", "saldo": 30000, "eier": "A"},
        {"kreditor": "B", "saldo": 10000, "eier": "B"},
    ]
    options = {"a": {"belop": 1200, "lopetid": 60}, "b": {"belop": 900, "lopetid": 60}}
    book = compute(plans(voksne=TWO, losning=options, krav=krav))
    assert Decimal(str(book.cell("plan_a_prosent"))).quantize(Decimal("0.000001")) == Decimal("0.654545")
    # Each month is split for itself: at most an øre a month from the example, which splits the whole at once.
    assert abs(ore(book, "felles_oppgjor.fra_a", 1)[0] - 5236364) <= 60
    assert ore(book, "felles_oppgjor.fra_b", 1) == [4800000]
    total = ore(book, "felles_oppgjor.fra_a", 1)[0] + 4800000
    assert ore(book, "plan_overskudd") == total - 8000000
    assert [ore(book, f"felles_oppgjor.baerer_{x}", 1) for x in "ab"] == [[4000000], [4000000]]
    assert ore(book, "sum_gjeld") == 12000000


def test_joint_debt_by_share_is_the_claim_once() -> None:
    krav = [{"kreditor": "F", "saldo": 999.99, "eier": "felles", "andel_a": 0.6}, *claims(5000, eier="B")]
    book = compute(plans(voksne=TWO, felles_krav="etter andel", krav=krav, losning={"a": {"belop": 100}}))
    assert [ore(book, f"tilbud_{p}.saldo", 1) for p in "abf"] == [[59999], [40000], [99999]]


def test_null_dividend_a_loan_that_never_ends_and_a_lump_sum() -> None:
    krav = claims(100000, rente=0.2)
    null = compute(plans(losning={"a": {"metode": "nulldividende", "revisjon": "2027-06-01"}}, krav=krav))
    assert (ore(null, "plan_a_betalt"), ore(null, "plan_a_renter"), null.cell("plan_a_varighet")) == (
        0, 0, "ingen betaling nå",
    )  # fmt: skip
    assert "01.06.2027" in str(null.cell("plan_a_setning"))
    never = compute(plans(losning={"a": {"metode": "dividende med rente", "belop": 1000}}, krav=krav))
    assert never.cell("plan_a_varighet") == "blir aldri nedbetalt"
    assert (never.cell("plan_a_maaneder"), never.checks()["GR971"]) == (0, "advarsel")
    options = {"metode": "akkord eller engangsoppgjør", "engangsbelop": 30000}
    lump = compute(plans(losning={"a": options}, krav=claims(60000, 40000)))
    assert (column(lump, "tilbud_a.betalt", 2), lump.cell("plan_a_siste")) == ([1800000, 1200000], 46357)
    loan = compute(plans(losning={"a": {"metode": "refinansiering"}}, krav=claims(60000, 40000)))
    assert (ore(loan, "plan_a_betalt"), loan.cell("plan_a_maaneder")) == (10000000, 1)


def test_two_accepted_proposals_in_one_month_merge_and_a_typed_period_goes_first() -> None:
    barn = [{"navn": "Ida", "fodt": "2021-03-05"}, {"navn": "Bo", "fodt": "2021-03-20"}]
    rows: list[Case] = [{}] * 10 + [{"godta": "ja"}, {}, {"godta": "ja"}]
    book = compute(plans(losning={"a": {"belop": 5000}}, barn=barn, krav=claims(900000), forslag=rows))
    change = ore(book, "forslag.endring", 13)
    assert change[10] == change[12] < 0  # living costs rise from six years on
    money = ore(book, "maanedsplan_a.betalt", 6)
    assert money == [500000] * 4 + [500000 + 2 * change[10]] * 2
    typed = compute(
        plans(
            losning={"a": {"belop": 5000}}, barn=barn, krav=claims(900000), forslag=rows,
            perioder_a=[{"fra": "2027-05", "belop": 4000}],
        )
    )  # fmt: skip
    assert ore(typed, "maanedsplan_a.betalt", 6) == [500000] * 4 + [500000 + 2 * change[10], 400000]


# --- Gjeld ------------------------------------------------------------------------------------------------------------


def test_gjeld_shares_security_and_foreldelse() -> None:
    house = {"kravtype": "boliglån", "sikkerhet": "Hus", "sikkerhet_verdi": 2_000_000}
    krav = [
        {"kreditor": "F", "saldo": 1000.01, "eier": "felles", "andel_b": 0.3, "forfall": "2023-11-22"},
        {"kreditor": "Bolig 1", "saldo": 2_000_000} | house,
        {"kreditor": "Bolig 2", "saldo": 500_000} | house,
        {"kreditor": "Bil", "saldo": 90_000, "kravtype": "billån", "sikkerhet": "Bil", "sikkerhet_verdi": 60_000,
         "forfall": "2017-01-01"},
        {"saldo": 50, "erkjent": "2024-01-01", "forfall": "2020-01-01"},
        {"kreditor": "Dom", "hovedstol": 10_000, "rentetype": "forsinkelsesrente", "rente_fra": "2026-05-01",
         "tvangsgrunnlag_dato": "2016-11-22", "med": "nei"},
    ]  # fmt: skip
    book = compute(plans(voksne=TWO, krav=krav))
    assert column(book, "krav.saldo_a", 6)[0] == 70001 and column(book, "krav.saldo_b", 6)[0] == 30000
    assert column(book, "krav.sikret_innenfor", 4) == [0, 200000000, 20000000, 6000000]
    assert column(book, "krav.sikret_utenfor", 4) == [0, 0, 30000000, 3000000]
    flags = [str(book.cell("krav.foreldelse", row) or "") for row in range(6)]
    assert flags == ["sjekk foreldelse: 22.11.2026", "", "", "", "", "sjekk foreldelse: 22.11.2026"]
    assert [book.cell("krav.listenavn", row) for row in (0, 4)] == ["1 F", "5 (uten navn)"]
    assert [book.cell("krav.inngar", row) for row in range(6)] == [1, 1, 1, 1, 1, 0]
    # 61 days at 12 % to 1 July and 123 at 12.25 % to the balance date.
    assert column(book, "krav.rente_beregnet", 6)[5] == round(10_000 * 100 * (61 * 0.12 + 123 * 0.1225) / 365)


# --- bad input --------------------------------------------------------------------------------------------------------

INCOMES = [{"hvem": who, "type": "lønn", "netto": 40000} for who in "AB"]
CLAIMS = claims(9000, 4000, eier="A")
FINE: Case = {"voksne": TWO, "inntekter": INCOMES, "krav": CLAIMS, "losning": {"a": {"belop": 500}}}
ALL_WRONG: list[tuple[Case, dict[str, str]]] = [
    (
        {
            "krav": [
                {"kreditor": "F", "saldo": 900, "eier": "felles", "andel_a": 0.5, "andel_b": 0.4},
                {"kreditor": "G", "saldo": 900, "eier": "A", "andel_a": 0.5, "rente_fra": "2026-11-15"},
                {"kreditor": "H", "saldo": 900, "erkjent": "2027-01-01", "trekk": "ja"},
                {"kreditor": "I", "eier": "A", "svar": "motforslag", "hovedstol": 0, "klasse": "c"},
                {"saldo": 900, "eier": "A"},
            ],
            "trekk_a": 50000,
            "plan_start": "2026-09",
            "perioder_a": [{"fra": "2027-05"}],
            "perioder_b": [{"fra": "2027-05", "belop": 1}, {"fra": "2027-04", "belop": 1}],
            "perioder_f": [{"fra": "2026-05", "belop": 1}],
            "losning": {"a": {"metode": "akkord eller engangsoppgjør"}, "b": {"metode": "nulldividende"}},
        },
        {
            "GR905": "feil", "GR906": "advarsel", "GR907": "advarsel", "GR910": "advarsel", "GR911": "advarsel",
            "GR912": "advarsel", "GR914": "advarsel", "GR918": "advarsel", "GR919": "advarsel", "GR960": "feil",
            "GR961": "advarsel", "GR962": "feil", "GR963": "feil", "GR964": "advarsel", "GR967": "feil",
            "GR968": "advarsel",
        },
    ),
    (
        {
            "voksne": TWO[:1],
            "saldodato": None,
            "krav": [{"kreditor": "F", "saldo": 99_000_000, "eier": "felles", "rente": 0.5, "klasse": "a"}],
            "losning": {"a": {"metode": "dividende med rente", "belop": 90000.5, "avrunding": "hele kroner"}},
        },
        {
            "GR903": "opplysning", "GR908": "feil", "GR915": "opplysning", "GR971": "advarsel", "GR974": "advarsel",
            "GR976": "advarsel", "GR977": "advarsel",
        },
    ),
    (
        {"losning": {"a": {"metode": "faste avdrag", "belop": 500}}, "krav": claims(900_000, eier="A")},
        {"GR969": "advarsel", "GR979": "opplysning"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), ALL_WRONG, ids=["one", "two", "three"])
def test_bad_input_is_said(wrong: Case, said: dict[str, str]) -> None:
    made = {key: value for key, value in (plans(**FINE) | wrong).items() if value is not None}
    checks = compute(made).checks()
    assert {code: checks[code] for code in said} == said


def test_an_empty_form_and_a_plain_case_say_nothing_of_debts() -> None:
    for made in (case(), plans(**FINE)):
        said = compute(made).checks()
        assert {id: word for id, word in said.items() if id.startswith("GR9") and word != "i orden"} == {}
