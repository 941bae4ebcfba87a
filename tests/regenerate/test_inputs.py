"""Inputs before and after: zero differences, whatever is filled in, and the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from advisor import random_case

from okosos_xl.api import generate, read_full
from okosos_xl.regenerate import DONE, How, regenerate
from okosos_xl.regenerate.proof import inputs
from okosos_xl.template.compile import load_spec

CASES = int(os.environ.get("OKOSOS_REGEN", "1"))
TEMPLATES = ("dividende", "forvaltning", "gjeldsradgivning", "manedsbudsjett", "statistikk")
MADE, MOVED = date(2025, 11, 3), date(2026, 11, 22)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("seed", range(CASES))
def test_every_input_of_a_random_case_is_the_same_after_as_before(template: str, seed: int) -> None:
    spec = load_spec(template)
    sak = random_case(spec, seed, MADE)
    before = generate(template, sak)
    old = read_full(before, name="sak.xlsx").sak
    outcome = regenerate(before, "sak.xlsx", How(MOVED))
    assert (outcome.status, outcome.reasons) == (DONE, ())
    assert outcome.data is not None
    new = read_full(outcome.data, name="ny.xlsx").sak
    one, other = inputs(old), inputs(new)
    if spec.rates:  # the date of the calculation follows the rates, and nothing else does
        assert other.pop((spec.date_id, 0, "")) == MOVED
        assert one.pop((spec.date_id, 0, "")) == MADE
        assert outcome.rates_after == MOVED
    assert one == other
    assert regenerate(outcome.data, "ny.xlsx", How(MOVED)).data == outcome.data


def test_the_same_bytes_in_another_process_with_other_hashes(tmp_path: Path) -> None:
    source = ROOT / "tests" / "workbooks" / "gjeldsradgivning-1.xlsx"
    outcome = regenerate(source.read_bytes(), "a.xlsx", How(date(2027, 1, 1)))
    assert outcome.data is not None
    script = (
        "import sys, hashlib; from datetime import date; from pathlib import Path;"
        "from okosos_xl.regenerate import How, regenerate;"
        "d = regenerate(Path(sys.argv[1]).read_bytes(), 'a.xlsx', How(date(2027, 1, 1))).data;"
        "print(hashlib.sha256(d).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(source)], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == hashlib.sha256(outcome.data).hexdigest()


def test_a_field_with_a_default_that_has_been_emptied_stays_empty() -> None:
    spec = load_spec("dividende")
    package = generate("dividende", ROOT / "examples" / "kari.yaml")
    reading = read_full(package, name="a.xlsx")
    defaults = [
        r.id for r in reading.layout.inputs() if r.kind == "field" and r.item.input and r.item.input.default is not None
    ]
    if not defaults:
        pytest.skip(f"{spec.id} has no field with a default")
    from advisor import edited

    emptied = edited(package, reading.layout, lambda _, cell: setattr(cell(defaults[0]), "value", None))
    outcome = regenerate(emptied, "a.xlsx", How())
    assert outcome.data is not None, outcome.reasons
    assert defaults[0] not in read_full(outcome.data, name="b.xlsx").sak.fields


def test_rows_stay_where_the_advisor_has_them_also_with_gaps_between() -> None:
    from advisor import edited

    package = generate("dividende", ROOT / "examples" / "kari.yaml")
    layout = read_full(package, name="a.xlsx").layout

    def move(_: object, cell: object) -> None:
        for column in ("kreditor", "saldo"):
            cell(f"krav.{column}", 11).value = cell(f"krav.{column}", 1).value  # type: ignore[operator]

    outcome = regenerate(edited(package, layout, move), "a.xlsx", How())
    assert outcome.data is not None, outcome.reasons
    reading = read_full(outcome.data, name="b.xlsx")
    assert reading.filled_rows["krav"] == [0, 1, 2, 3, 11]


def test_a_newer_case_is_not_set_back_and_one_with_the_same_rates_keeps_its_date() -> None:
    case = {"dato": "2026-11-22", "versjon": "full", "navn": "A"}
    package = generate("gjeldsradgivning", case)
    outcome = regenerate(package, "a.xlsx", How(date(2025, 1, 1)))
    assert (outcome.rates_after, outcome.carried) == (date(2026, 11, 22), ())
    outcome = regenerate(package, "a.xlsx", How(date(2026, 11, 23)))
    assert (outcome.rates_after, outcome.carried) == (date(2026, 11, 23), ())
    assert outcome.data is not None
    assert read_full(outcome.data, name="b.xlsx").sak.fields["dato"] == date(2026, 11, 22)
