"""Two cases from one registration: everything goes somewhere, and what is shared adds up to the øre.

``OKOSOS_SPLITS`` says how many random households (1 when it is not set).
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.husstand_strategier import tilfeldig_sak

from okosos_xl import api, strict_yaml
from okosos_xl.commands import main
from okosos_xl.resources import examples_root
from okosos_xl.sak.case import Extra, Override
from okosos_xl.sak.load import case_from_data, loads_case
from okosos_xl.sak.problems import CaseError
from okosos_xl.splitting.choices import Choices
from okosos_xl.splitting.report import Split
from okosos_xl.splitting.shares import part, parts
from okosos_xl.template.compile import load_spec

EXAMPLES: Path = examples_root()
TEMPLATE = "gjeldsradgivning"
HOUSEHOLDS = int(os.environ.get("OKOSOS_SPLITS", "1"))


@cache
def split_example(name: str, choices: Choices | None = None) -> Split:
    return api.split(EXAMPLES / f"{name}.yaml", choices)


def line(result: Split, id: str) -> tuple[Decimal, Decimal, Decimal]:
    found = next(x for x in result.lines if x.id == f"budsjett.{id}")
    return found.household, found.a, found.b


def lost(data: dict[str, Any], result: Split) -> list[str]:
    """Every input of the case that the report does not mention."""
    sak = case_from_data(data, load_spec(TEMPLATE))
    said = {e.id for e in result.entries}
    rows = {(e.id, e.row) for e in result.entries}
    missing = [id for id in sak.fields if id not in said and id.rpartition(".")[0] not in said]
    for table, lines in sak.tables.items():
        missing += [f"{table} {n}" for n, row in enumerate(lines, 1) if row and not {(table, n), (table, 0)} & rows]
    return missing


# --- amounts --------------------------------------------------------------------------------------------------------

kroner = st.decimals("0", "1000000", places=2)


@given(amounts=st.lists(kroner, max_size=12), share=st.fractions(0, 1))
@settings(deadline=None, max_examples=200)
def test_parts_lose_nothing(amounts: list[Decimal], share: Fraction) -> None:
    split = parts(amounts, share)
    assert [a + b for a, b in split] == amounts
    assert all(a >= 0 and b >= 0 and a == round(a, 2) for a, b in split)
    total = sum(amounts, Decimal(0))
    assert sum((a for a, _ in split), Decimal(0)) == part(total, share)[0]
    assert abs(Fraction(part(total, share)[0]) - Fraction(total) * share) <= Fraction(1, 200)


@given(amount=kroner, low=st.fractions(0, 1), high=st.fractions(0, 1))
@settings(deadline=None, max_examples=100)
def test_a_larger_share_is_never_less(amount: Decimal, low: Fraction, high: Fraction) -> None:
    low, high = sorted((low, high))
    assert part(amount, low)[0] <= part(amount, high)[0]


# --- whole cases ----------------------------------------------------------------------------------------------------


def test_the_family_worked_by_hand() -> None:
    """The figures for A and B in examples/nokkeltall/par-fire-barn.yaml."""
    result = split_example("par-fire-barn")
    assert line(result, "betalingsevne.i_dag")[1] == Decimal("813.04")
    assert line(result, "disponibelt.i_dag") == (Decimal("-381.60"), Decimal("-2618.04"), Decimal("2236.44"))
    assert not result.gaps
    names = [[child["navn"] for child in case.tables["barn"]] for case in (result.a, result.b)]
    assert names == [["Jonas", "Sara", "Ella", "Oliver", "Marius"], ["Jonas", "Sara", "Ella", "Oliver"]]
    assert result.a.fields["trekk_a"] == 2000
    assert "trekk_a" not in result.b.fields
    assert result.b.fields["andre.fagforening.belop"] == 520
    assert "andre.fagforening.belop" not in result.a.fields
    assert not lost(strict_yaml.load(EXAMPLES / "par-fire-barn.yaml"), result)


def test_joint_debt_in_full_and_by_share() -> None:
    full = split_example("par-nytt-laan")
    assert [c["saldo"] for c in full.a.tables["krav"]] == [420000, 160000]
    assert [c["saldo"] for c in full.b.tables["krav"]] == [420000, 95000, 6000]
    assert full.a.tables["refi_krav"] == [{"innfris": "ja"}, {"innfris": "ja"}]
    shared = split_example("par-nytt-laan", Choices("andel", apart=True))
    assert [c["saldo"] for c in shared.a.tables["krav"]] == [252000, 160000]
    assert [c["saldo"] for c in shared.b.tables["krav"]] == [168000, 95000, 6000]
    assert [shared.a.tables["krav"][0]["avtalt"], shared.b.tables["krav"][0]["avtalt"]] == [3900, 2600]
    assert not lost(strict_yaml.load(EXAMPLES / "par-nytt-laan.yaml"), full)


def test_maintenance_when_the_parents_live_apart() -> None:
    choices = Choices(apart=True, child_home="a", contact_class=2, maintenance=Decimal(2500))
    result = split_example("par-nytt-laan", choices)
    with_a = {c["navn"]: c for c in result.a.tables["barn"]}
    with_b = {c["navn"]: c for c in result.b.tables["barn"]}
    assert set(with_a) == {"Alma", "Tobias"}
    assert set(with_b) == {"Alma", "Live"}
    assert with_a["Alma"].get("bosted") is None
    assert with_a["Alma"]["bidrag_mottatt"] == with_b["Alma"]["bidrag_betalt"] == 2500
    assert (with_b["Alma"]["bosted"], with_b["Alma"]["klasse"]) == ("samvær", 2)
    assert with_a["Tobias"]["bidrag_betalt"] == 2000  # the child of one partner keeps what was agreed
    assert with_b["Live"] | {"hvem": "særkull A"} == with_b["Live"]
    assert result.a.fields["samliv"] == result.b.fields["samliv"] == "enslig"
    assert not result.lines


def test_contact_as_the_registration_says_and_shared_residence() -> None:
    child = {"navn": "Alma", "fodt": "2018-04-10", "bosted": "samvær", "klasse": 3, "bidrag_betalt": 1800}
    both = {"navn": "Noa", "fodt": "2016-04-10", "bosted": "delt bosted", "bidrag_mottatt": 500}
    case = {
        "dato": "2026-11-22", "saldodato": "2026-11-01", "barn": [child, both],
        "voksne": [{"navn": "A", "fodt": "1985-01-01"}, {"navn": "B", "fodt": "1986-01-01"}],
    }  # fmt: skip
    result = api.split(case, Choices(apart=True))
    assert result.a.tables["barn"][0]["bidrag_betalt"] == result.b.tables["barn"][0]["bidrag_mottatt"] == 1800
    assert result.a.tables["barn"][0]["klasse"] == 3
    assert "bosted" not in result.b.tables["barn"][0]
    assert result.a.tables["barn"][1]["bosted"] == result.b.tables["barn"][1]["bosted"] == "delt bosted"
    assert result.b.tables["barn"][1]["bidrag_betalt"] == 500


def test_own_plans_follow_their_owner_and_the_joint_plan_is_reported() -> None:
    case = {
        "dato": "2026-11-22",
        "voksne": [{"navn": "A", "fodt": "1985-01-01"}, {"navn": "B", "fodt": "1986-01-01"}],
        "losning": {"a": {"lopetid": 48}, "b": {"lopetid": 60}, "felles": {"lopetid": 36}},
        "perioder_b": [{"fra": "2027-01", "belop": 900}],
        "perioder_f": [{"fra": "2027-01", "belop": 2000}],
        "planform": "felles plan",
        "akkord_hvem": "B",
        "gjo_hvem": "A",
        "forslag": [{"godta": "ja"}],
    }
    sak = case_from_data(case, load_spec(TEMPLATE))
    sak.overrides.append(Override("sum_gjeld", Decimal(5)))
    sak.extras.append(Extra("celle", "Gjeld", "Z9", "en lapp"))
    result = api.split(sak, Choices(apart=True))
    assert (result.a.fields["losning.a.lopetid"], result.b.fields["losning.a.lopetid"]) == (48, 60)
    assert "perioder_a" not in result.a.tables
    assert result.b.tables["perioder_a"][0]["belop"] == 900
    assert result.b.fields["akkord_hvem"] == result.a.fields["gjo_hvem"] == "A"
    assert not {"akkord_hvem"} & set(result.a.fields) | {"gjo_hvem"} & set(result.b.fields)
    assert result.a.fields["planform"] == result.b.fields["planform"] == "hver sin plan"
    left_out = {"losning.felles.lopetid", "perioder_f", "forslag", "sum_gjeld", "tillegg Gjeld!Z9"}
    assert {e.id for e in result.left_out} == left_out
    assert not result.clean


def two_adults(count: int) -> list[int]:
    found = (n for n in range(1000) if len(tilfeldig_sak(n).get("voksne", [])) > 1)
    return [next(found) for _ in range(count)]


@pytest.mark.parametrize("seed", two_adults(HOUSEHOLDS))
def test_random_households_add_up(seed: int) -> None:
    case = {"mal": TEMPLATE} | tilfeldig_sak(seed)
    try:
        result = api.split(case)
    except CaseError as error:
        assert "to voksne" in str(error)
        return
    assert not result.gaps
    assert not lost(case, result)


# --- the command ----------------------------------------------------------------------------------------------------


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["split", *arguments])


def test_the_command_writes_two_cases_and_tells(tmp_path: Path) -> None:
    done = run(str(EXAMPLES / "par-nytt-laan.yaml"), "-o", str(tmp_path / "ny"), "--format", "json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["i_orden"] is True
    assert all(abs(x["a"] + x["b"] - x["husstanden"]) < 0.005 for x in report["summer"])
    spec = load_spec(TEMPLATE)
    cases = [loads_case(Path(file).read_bytes(), spec) for file in report["filer"]]
    assert [case.fields["navn"] for case in cases] == ["Nora", "Emil"]
    assert [case.fields["saksnummer"] for case in cases] == ["2026-0410 A", "2026-0410 B"]


def test_workbooks_in_give_workbooks_out(tmp_path: Path) -> None:
    book = tmp_path / "sak.xlsx"
    book.write_bytes(api.generate(TEMPLATE, EXAMPLES / "par-nytt-laan.yaml"))
    done = run(str(book), "-o", str(tmp_path), "--hver-for-seg")
    assert done.exit_code == 0, done.output
    assert "Laget" in done.stderr
    from_book = api.read(tmp_path / "sak-B.xlsx")
    assert from_book.fields == split_example("par-nytt-laan", Choices(apart=True)).b.fields


@pytest.mark.parametrize(
    ("case", "options", "said"),
    [
        ("enslig-to-barn.yaml", [], "ikke to voksne"),
        ("finnes-ikke.yaml", [], "filen finnes ikke"),
        ("statistikk-kontor.yaml", [], "saken er for"),
        ("par-fire-barn.yaml", ["--bidrag", "2000"], "--hver-for-seg"),
        ("par-fire-barn.yaml", ["--hver-for-seg", "--bidrag", "mye"], "ikke et beløp"),
        ("par-fire-barn.yaml", ["--hver-for-seg", "--felles-barn", "delt", "--bidrag", "5"], "delt bosted"),
    ],
)
def test_what_cannot_be_split_gives_one_clear_line(tmp_path: Path, case: str, options: list[str], said: str) -> None:
    done = run(str(EXAMPLES / case), "-o", str(tmp_path / "ut"), *options)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert not (tmp_path / "ut").exists()
