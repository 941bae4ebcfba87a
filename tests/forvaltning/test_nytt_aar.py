"""``okosos forvaltning nytt-aar``: the same agreement twelve months on, with the balances and without the ledger."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from liten_forvaltning import CASE, TEMPLATES, Run, made

from okosos_xl import api
from okosos_xl.forvaltning.importing import ImportRefused
from okosos_xl.forvaltning.ledger import months_on
from okosos_xl.forvaltning.nextyear import next_year

D = Decimal


def read(data: bytes) -> Any:
    return api.read(data, templates=TEMPLATES)


def new_year(**changes: Any) -> Any:
    return next_year(api.generate("forvaltning", CASE | changes, templates=TEMPLATES), templates=TEMPLATES)


def test_the_agreement_goes_on_and_the_ledger_begins_empty(run: Run) -> None:
    before = Path("sak.xlsx").read_bytes()
    said = run("nytt-aar", "sak.xlsx", "-o", "2027.xlsx", code=0)
    assert said.stdout == ""
    assert said.stderr == (
        "Gjaldt bare det gamle året, og er tatt bort: Depositum\n"
        "Laget 2027.xlsx (fra 01.2027, inngående saldo 899 kr, avsetningsfond 1 700 kr).\n"
    )
    assert Path("sak.xlsx").read_bytes() == before
    old, new = read(before), read(Path("2027.xlsx").read_bytes())
    assert new.fields == old.fields | {
        "startmaaned": date(2027, 1, 1), "valgt_maaned": date(2027, 11, 1), "dato": date(2027, 1, 1),
        "inngaaende": D(899), "avsetning_inngaaende": D(1700),
    }  # fmt: skip
    assert "kladd" not in new.tables
    assert "saldoer" not in new.tables
    assert {id: new.tables[id] for id in ("inntekter", "regler", "krav")} == {
        id: old.tables[id] for id in ("inntekter", "regler", "krav")
    }
    assert [row["navn"] for row in new.tables["formaal"]] == ["Husleie", "Strøm", "Flytting", "SFO", "Barnehage"]
    assert new.tables["formaal_merknad"] == [{"merknad": "om husleien"}, {}, {"merknad": "om flytting"}]
    assert api.recalc("2027.xlsx", templates=TEMPLATES).values["saldo_slutt"] == 899
    assert api.validate("2027.xlsx", templates=TEMPLATES).findings == ()


def test_two_years_on_the_purpose_for_once_in_the_second_is_gone_too() -> None:
    second = next_year(new_year().data, templates=TEMPLATES)
    assert second.start == date(2028, 1, 1)
    assert second.dropped == ("Flytting",)
    assert (second.opening, second.fund) == (D(899), D(3200))


def test_incomes_for_once_are_gone_when_their_day_is_over() -> None:
    incomes = [
        {"navn": "Skatt til gode", "belop": 1, "frekvens": "én gang", "utbetales": "2026-06-25"},
        {"navn": "Arv", "belop": 1, "frekvens": "én gang", "utbetales": "2027-06-25"},
        {"navn": "Gave", "belop": 1, "frekvens": "én gang"},
        {"navn": "Lønn", "belop": 1, "frekvens": "hver måned", "utbetales": "2026-01-12"},
    ]
    found = new_year(inntekter=incomes)
    assert found.dropped == ("Skatt til gode", "Gave", "Depositum")
    assert [row["navn"] for row in read(found.data).tables["inntekter"]] == ["Arv", "Lønn"]


@pytest.mark.parametrize(
    ("start", "wanted"), [("2026-01", date(2027, 1, 1)), ("2026-07", date(2027, 7, 1)), ("2027-12", date(2028, 12, 1))]
)
def test_the_year_may_start_in_any_month(start: str, wanted: date) -> None:
    found = new_year(startmaaned=start, valgt_maaned=None, dato=None)
    assert found.start == read(found.data).fields["startmaaned"] == wanted
    assert "valgt_maaned" not in read(found.data).fields


def test_a_day_and_a_month_already_in_the_new_year_stay() -> None:
    fields = read(new_year(dato="2027-02-03", valgt_maaned="2027-02").data).fields
    assert (fields["dato"], fields["valgt_maaned"]) == (date(2027, 2, 3), date(2027, 2, 1))


@settings(max_examples=15, deadline=None)
@given(
    st.decimals(-(10**6), 10**6, places=2),
    st.lists(st.tuples(st.booleans(), st.decimals(D("0.01"), 10**5, places=2)), max_size=8),
)
def test_what_the_new_year_opens_with_is_what_the_old_one_closed_with(
    opening: Decimal, rows: list[tuple[bool, Decimal]]
) -> None:
    ledger = [{"dato": "2026-05-05", "tekst": "x", "inn" if into else "ut": amount} for into, amount in rows]
    found = new_year(inngaaende=opening, kladd=ledger)
    wanted = opening + sum(amount if into else -amount for into, amount in rows)
    assert found.opening == read(found.data).fields["inngaaende"] == wanted


def test_the_balance_is_computed_anew_whatever_the_file_has_stored() -> None:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made())) as old, zipfile.ZipFile(stream, "w") as archive:
        for member in old.infolist():
            content = old.read(member)
            archive.writestr(member.filename, re.sub(rb"<v>899</v>", b"<v>12345</v>", content))
    assert next_year(stream.getvalue(), templates=TEMPLATES).opening == D(899)


def test_overrides_own_sheets_and_notes_are_left_behind_and_told_of() -> None:
    case = deepcopy(CASE) | {"overstyringer": [{"id": "kladd.saldo", "rad": 1, "verdi": 5, "grunn": "x"}]}
    found = next_year(api.generate("forvaltning", case, templates=TEMPLATES), templates=TEMPLATES)
    assert found.notes == ("Overstyrte formler følger ikke med: 1 (Kladderegnskap!F7).",)
    assert read(found.data).overrides == []


def test_what_the_controls_of_the_old_year_say_is_told() -> None:
    found = new_year(inngaaende=-2_000_000)
    assert found.notes == ("Kontrollen i den gamle sier: Se under.",)


def test_without_a_balance_or_a_start_there_is_no_new_year(run: Run) -> None:
    with pytest.raises(ImportRefused, match="startmåneden mangler"):
        new_year(startmaaned=None)
    with pytest.raises(ImportRefused, match="ikke har noe kladderegnskap"):
        next_year(api.generate("dividende"))
    case = CASE | {"overstyringer": [{"id": "saldo_slutt", "verdi": "ukjent"}]}
    Path("rar.xlsx").write_bytes(api.generate("forvaltning", case, templates=TEMPLATES))
    said = run("nytt-aar", "rar.xlsx", "-o", "ny.xlsx", code=2).stderr
    assert said == "rar.xlsx: «Utgående saldo» kan ikke regnes ut. Kjør okosos validate og rett det først.\n"
    assert not Path("ny.xlsx").exists()


def test_the_old_file_is_never_written_over(run: Run) -> None:
    before = Path("sak.xlsx").read_bytes()
    assert "dette er filen det leses fra" in run("nytt-aar", "sak.xlsx", "-o", "sak.xlsx", code=2).stderr
    assert Path("sak.xlsx").read_bytes() == before
    assert "finnes ikke" in run("nytt-aar", "borte.xlsx", "-o", "ny.xlsx", code=2).stderr


def test_months_are_counted_across_years() -> None:
    assert months_on(date(2026, 1, 31), 12) == date(2027, 1, 1)
    assert months_on(date(2026, 12, 5), 1) == date(2027, 1, 1)
    assert months_on(date(2026, 12, 5), 12) == date(2027, 12, 1)
