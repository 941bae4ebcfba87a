"""Social assistance by § 18 against the oracle, old rates and the municipality's own, bad input, and the workbook of its
own: the same sheets give the same answers, in every engine.
"""
# ruff: noqa: E501 - the cases are tables

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from husstand_book import HouseBook, compute
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from oracle.sosialhjelp import Behov, Formaal
from test_rettigheter import ADULT, amount

from okosos_xl import api
from okosos_xl.api import Making
from okosos_xl.engine import get_engine, installed_engines, value_at
from okosos_xl.kontroll.finding import Report
from okosos_xl.resources import examples_root
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import cell_name

DRAWN = int(os.environ.get("OKOSOS_RIGHTS", "8"))
many = settings(
    max_examples=DRAWN,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
DAY = date(2024, 5, 15)
"""The newest state rates that are known hold on this day."""
INSIDE = {
    "husleie": True,
    "strom": True,
    "helse": True,
    "boliglan_avdrag": False,
    "fagforening": False,
    "samvaer": False,
}
ONCE = {"tannlege": True, "husleierestanse": False}
EXAMPLES = ("sosial-enslig-tre-barn", "sosial-ung-uten-inntekt", "sosial-par-ung-ufor")


def made(how: Making | None = None, engine: str | None = None, **case: Any) -> HouseBook:
    return compute({"mal": "gjeldsradgivning", **case}, get_engine(engine), how)


money = st.integers(0, 20_000).map(Decimal)


@st.composite
def needs(draw: st.DrawFn) -> tuple[dict[str, Any], Behov]:
    """A case, and the same need for the oracle. One adult is 7 850 kr in 2024, a child of three years 3 850."""
    kids = draw(st.integers(0, 2))
    purposes: dict[str, Formaal] = {}
    entered: dict[str, dict[str, Any]] = {}
    for id, inside in draw(st.lists(st.sampled_from([*INSIDE.items(), *ONCE.items()]), unique=True)):
        asked = draw(money)
        approved = draw(st.none() | money)
        purposes[id] = Formaal(asked, inside, approved, id in ONCE)
        entered[id] = {"sokt": asked, **({"godkjent": approved, "grunn": "vurdert"} if approved is not None else {})}
    types = ["lønn", "barnetrygd", "utvidet barnetrygd", "sosialhjelp", "grunnstønad og hjelpestønad", "kontantstøtte"]
    rows = draw(st.lists(st.tuples(st.sampled_from(types), money, st.sampled_from([None, True, False])), max_size=3))
    adjusted = Decimal(draw(st.integers(-9_000, 3_000)))
    wealth, kept, support = draw(money), draw(money), draw(money)
    answer = {True: "ja", False: "nei"}
    case = {
        "dato": DAY,
        "voksne": [ADULT],
        "barn": [{"navn": f"B{n}", "fodt": date(2021, 2, 1 + n), "bidrag_mottatt": support} for n in range(kids)],
        "inntekter": [{"type": t, "netto": b} for t, b, _ in rows],
        "sos_inntekt": [{} if a is None else {"med": answer[a], "grunn": "vurdert"} for _, _, a in rows],
        "sos_formaal": entered,
        "sos_justering": adjusted,
        "sos_justering_grunn": "vurdert",
        "sos_bank": wealth,
        "sos_formue_unntak": kept,
        "sos_formue_grunn": "vurdert",
    }
    need = Behov(Decimal(7_850 + 3_850 * kids), adjusted, purposes, rows, support * kids, wealth, kept)
    return case, need


@seed(20)
@many
@given(pair=needs())
def test_the_need_line_by_line(pair: tuple[dict[str, Any], Behov]) -> None:
    case, need = pair
    book = made(**case)
    assert amount(book, "sos_linjer.voksne.belop") + amount(book, "sos_linjer.barn.belop") == need.livsopphold
    assert amount(book, "sos_behov") == need.behov
    assert amount(book, "sos_linjer.inntekt.belop") == need.inntekt
    assert amount(book, "sos_belop") == need.belop()
    assert amount(book, "sos_engang") == need.engang
    more, lower = _granted(book), amount(book, "sos_lavere_regninger")
    assert amount(book, "sos_belop_etter") == need.belop(mer_inntekt=more, lavere_regninger=lower)


def _granted(book: HouseBook) -> Decimal:
    column = book.line("rett_regn.til_sosialhjelp")
    return sum((Decimal(repr(value)) for value in column if isinstance(value, float)), Decimal(0))


@pytest.mark.parametrize(("over", "left"), [(-1, 1), (0, 0), (1, 0)])
def test_the_edge_where_income_covers_the_need(over: int, left: int) -> None:
    """7 850 for one adult and 9 000 in rent is 16 850: a krone less in pay leaves a krone."""
    book = made(
        dato=DAY, voksne=[ADULT], boutgifter={"husleie": {"belop": 9_000}},
        inntekter=[{"type": "lønn", "netto": 16_850 + over}],
    )  # fmt: skip
    assert amount(book, "sos_belop") == left
    assert (amount(book, "rett_sosialhjelp") > 0) == (left > 0 and amount(book, "sos_belop_etter") > 0)


def test_power_and_home_insurance_are_outside_the_rate_here_but_inside_it_in_debt() -> None:
    energy = {"strom": {"belop": 1_000}, "innboforsikring": {"belop": 150}}
    book = made(dato=DAY, voksne=[ADULT], energi=energy)
    assert amount(book, "sos_linjer.strom.belop") == 1_150
    assert amount(book, "sum_energi") == 0


# --- old rates ------------------------------------------------------------------------------------------------------

OWN = {
    "enslig": 9_000, "ektepar_samboere": 15_000, "person_i_bofellesskap": 7_500, "barn_0_5": 4_400, "barn_6_10": 4_500,
    "barn_11_17": 5_900,
}  # fmt: skip
NOW: dict[str, Any] = {
    "mal": "sosialhjelp", "dato": date(2026, 11, 28), "voksne": [ADULT], "sos_vurderes": "ja",
    "barn": [{"navn": "B", "fodt": date(2023, 2, 1)}],
}  # fmt: skip


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


def overlay(folder: Path, values: dict[str, int]) -> Path:
    file = folder / "kommune.yaml"
    rates = {"sosialhjelp_veiledende": [{"gyldig_fra": "2026-01-01", "verdier": values}]}
    data = {"kommune": "Prøve kommune", "kilde": {"tittel": "Vedtak"}, "satser": rates}
    text = yaml.safe_dump(data, allow_unicode=True).replace("'2026-01-01'", "2026-01-01")
    file.write_text(text, "utf-8")
    return file


def test_old_rates_are_told_and_the_municipality_s_own_make_it_current(tmp_path: Path) -> None:
    old = api.generate("sosialhjelp", NOW)
    assert {"GS101", "SATS2"} <= codes(api.validate(old))
    said = api.recalc(old).values
    assert said["sos_satser_tekst"] == "statens veiledende. Kan være utdatert"
    assert said["sos_belop"] == 7_850 + 3_850

    new = api.generate("sosialhjelp", NOW, kommune=overlay(tmp_path, OWN))
    assert not {"GS101", "SATS2", "SATS3"} & codes(api.validate(new))
    said = api.recalc(new).values
    assert (said["sos_satser_tekst"], said["sos_belop"]) == ("kommunens egne", 9_000 + 4_400)

    half = api.generate("sosialhjelp", NOW, kommune=overlay(tmp_path, {"enslig": 9_000}))
    assert {"GS101", "SATS2"} <= codes(api.validate(half))
    assert api.recalc(half).values["sos_belop"] == 9_000 + 3_850


def test_the_state_s_rates_can_be_chosen_although_the_municipality_has_its_own(tmp_path: Path) -> None:
    case = {**NOW, "sos_satser": "statens veiledende"}
    book = api.generate("sosialhjelp", case, kommune=overlay(tmp_path, OWN))
    assert api.recalc(book).values["sos_belop"] == 7_850 + 3_850
    assert "GS101" in codes(api.validate(book))


def test_the_municipality_s_own_without_any_is_told() -> None:
    report = api.validate(api.generate("sosialhjelp", {**NOW, "sos_satser": "kommunens egne"}))
    assert "GS102" in codes(report)


# --- bad input ------------------------------------------------------------------------------------------------------

BAD: dict[str, dict[str, Any]] = {
    "GS100": {"dato": date(2021, 1, 1)},
    "GS103": {"sos_formaal": {"husleie": {"sokt": 9_000, "godkjent": 8_000}}},
    "GS104": {"sos_formaal": {"samvaer": {"sokt": 900}}},
    "GS105": {"sos_inntekt": [{"med": "nei"}]},
    "GS106": {"inntekter": [{"type": "barnetrygd", "netto": 2_012}], "sos_inntekt": [{"med": "ja", "grunn": "feil"}]},
    "GS107": {"sos_justering": 500},
    "GS108": {"sos_bank": 900, "sos_formue_unntak": 900},
    "GS109": {"sos_bank": 100, "sos_formue_unntak": 900, "sos_formue_grunn": "Husleie"},
    "GS112": {"sos_formaal": {"tannlege": {"sokt": 900, "godkjent": 1_900, "grunn": "Overslag"}}},
    "GR804": {"barnetilbud": [{"barnehage": "ja", "sfo": "ja", "sfo_pris": 100}]},
    "GR805": {"barnetilbud": [{"sfo": "ja", "sfo_pris": 100}]},
    "GR806": {"barnetilbud": [{}, {"barnehage": "ja"}]},
    "GR807": {"barnetilbud": [{"barnehage": "ja"}]},
    "GR808": {"ung_ufor": "ja"},
    "GR809": {"bostotte_boligverdi": 900_000},
    "GR810": {"rettigheter": {"barnetrygd": {"soekt": "innvilget"}}},
}


@pytest.mark.parametrize("code", BAD)
def test_bad_input_is_told(code: str) -> None:
    fine: dict[str, Any] = {**NOW, "mal": "gjeldsradgivning", "inntekter": [{"type": "lønn", "netto": 9_000}]}
    assert compute(fine, get_engine()).checks()[code] == "i orden" if code in ("GS106", "GS109", "GR806") else True
    assert compute({**fine, **BAD[code]}, get_engine()).checks()[code] != "i orden"


# --- the workbook of its own ----------------------------------------------------------------------------------------


def test_a_case_of_debt_counselling_becomes_one_of_social_assistance() -> None:
    """And the answers are the same: the sheets are the same files."""
    case = examples_root() / "enslig-to-barn.yaml"
    theirs = api.recalc(api.generate("gjeldsradgivning", case)).values
    ours = api.recalc(api.generate("sosialhjelp", case)).values
    for id in (
        "sos_behov",
        "sos_belop",
        "sos_belop_etter",
        "rett_sum",
        "rettigheter.svar",
        "bostotte_maaned",
        "sum_inntekt",
    ):
        assert ours[id] == theirs[id], id


def test_a_case_of_social_assistance_becomes_one_of_debt_counselling() -> None:
    case = examples_root() / f"{EXAMPLES[0]}.yaml"
    sak = api.read(api.generate("gjeldsradgivning", case))
    assert sak.fields["sos_formaal.barn_fritid.godkjent"] == 400
    assert sak.tables["barnetilbud"][1] == {"barnehage": "ja"}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("engine", [e for e in ("ironcalc", "libreoffice") if e in installed_engines()])
def test_every_engine_gives_the_examples_the_same(name: str, engine: str) -> None:
    if engine == "libreoffice" and name != EXAMPLES[0]:
        pytest.skip("one example is enough for the slow engine")
    path = examples_root() / f"{name}.yaml"
    package, values = api.generate_with_values("sosialhjelp", path)
    theirs = get_engine(engine).evaluate(package)
    sak = api.read(package)
    layout = compile_template(load_spec("sosialhjelp"), {id: len(rows) for id, rows in sak.tables.items()})
    wrong = []
    for region in layout.regions.values():
        for row in range(region.row, region.row + region.nrows):
            for col in range(region.col, region.col + region.ncols):
                place = (region.sheet, cell_name(row, col))
                one, other = value_at(values, *place), value_at(theirs, *place)
                same = abs(one - other) < 1e-6 if isinstance(one, float) and isinstance(other, float) else one == other
                if not same and (one or None) != (other or None):
                    wrong.append(f"{region.id} {place}: {one!r}, {other!r}")
    assert wrong == []


def test_the_sheets_add_fewer_than_four_thousand_formulas() -> None:
    added = {"Opplysninger", "Rettigheter", "Anslag", "Søk om", "Sosialhjelp", "Vedlegg sosialhjelp", "Beregning rett"}
    layout = compile_template(load_spec("gjeldsradgivning"))
    counted = [
        r.nrows * r.ncols for r in layout.regions.values() if r.sheet in added and not r.is_input and not r.fixed
    ]
    assert 1_000 < sum(counted) < 4_000
