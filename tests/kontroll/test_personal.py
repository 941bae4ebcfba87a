"""Identity numbers are seen, judged and never told. All numbers here are of the kind made for tests (month + 80)."""

from __future__ import annotations

import random

import pytest
from mutable import Mutable, good
from mutations import PERSON

from okosos_xl import api
from okosos_xl.kontroll.personal import is_personal_number, masked


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        (PERSON, True),
        (PERSON[:-1] + "1", False),  # second check digit
        (PERSON[:9] + "40", False),  # first check digit
        ("31028010030", False),  # 31 February
        ("158880 1003", False),
        ("15888010030 ", False),
        ("00000000000", False),  # right in both check digits, and no day
        ("１５８８８０１００３０", False),  # full-width digits
        ("", False),
    ],
)
def test_check_digits_and_date(digits: str, right: bool) -> None:
    assert is_personal_number(digits) is right


def test_d_numbers_count() -> None:
    weights = ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
    for serial in range(100, 120):
        digits = f"5588{80}{serial}"
        for line in weights:
            rest = -sum(w * int(d) for w, d in zip(line, digits, strict=True)) % 11
            digits += str(rest)
            if rest == 10:
                break
        else:
            assert is_personal_number(digits)
            return
    raise AssertionError("no number in the series has check digits")


def test_the_number_is_hidden_in_any_spelling() -> None:
    assert masked(f"Født {PERSON[:6]} {PERSON[6:]}, ring") == "Født •••, ring"
    assert masked("KID 12345678901") == "KID 12345678901"
    assert masked("1.234.567.890,10") == "1.234.567.890,10"
    assert masked(f"9{PERSON}") == f"9{PERSON}"


def test_a_number_is_never_told_whatever_it_is_taken_for() -> None:
    """In an amount, in a formula's place, beside the form: every message leaves it out."""
    m = Mutable(good("dividende"), random.Random(1))
    krav, plan = m.layout.regions["krav.saldo"], m.layout.regions["plan.betalt"]
    m.sheet(krav.sheet).words((krav.row, krav.col), PERSON)
    m.sheet(krav.sheet).words((krav.row + 1, krav.col), f"{PERSON[:6]} {PERSON[6:]} kr")
    m.sheet(plan.sheet).words((plan.row, plan.col), f"se {PERSON}")
    m.sheet(krav.sheet).words((90, 30), PERSON)
    report = api.validate(m.data(), name="sak.xlsx")
    assert {"OKX120", "OKX132", "OKX210"} <= {f.code for f in report.findings}
    for finding in report.findings:
        told = (finding.message + finding.action).replace(" ", "").replace("\u00a0", "")
        assert PERSON not in told
        assert PERSON[6:] not in told
