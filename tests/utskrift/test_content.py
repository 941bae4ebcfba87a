"""Which sheets are printed."""

from __future__ import annotations

from datetime import date

import pytest
from printed_books import book, copy_of, package, typed, with_part

from okosos_xl import api
from okosos_xl.utskrift.fresh import PrintRefused
from okosos_xl.workbook.areas import address

NO_CLAIMS = "enslig-to-barn"


def test_sheets_about_debts_are_left_out_of_a_case_without_debts() -> None:
    copy = copy_of(book("gjeldsradgivning", NO_CLAIMS))
    assert {"Gjeld", "Trekkplan", "Plan A", "Plan B", "Plan felles", "Akkord"} <= set(copy.empty)
    assert {"Forside", "Husstand", "Livsopphold", "Inntekt", "Budsjett", "Resultat", "Satser", "Kontroll"} <= set(
        copy.sheets
    )
    assert not {name for name in copy.sheets if name.startswith("Beregning")} | {"_okosos"} & set(copy.sheets)
    tabs = [sheet.name for sheet in package(copy.data).sheets if sheet.state == "visible"]
    assert tuple(tabs) == copy.sheets


def test_letters_are_printed_when_somebody_is_chosen() -> None:
    data = book("gjeldsradgivning")
    assert "Brev forslag" in copy_of(data).letters
    reading = api.read_full(data)
    chosen = reading.layout.regions["brev_forslag.valgt"]
    copy = copy_of(typed(data, {f"Brev forslag!{address((chosen.row, chosen.col))}": "1 Fjordbanken"}))
    assert "Brev forslag" in copy.sheets
    assert "Brev purring" in copy.letters


def test_a_note_is_enough_to_be_printed_and_one_beside_the_paper_is_named() -> None:
    copy = copy_of(typed(book("gjeldsradgivning", NO_CLAIMS), {"Plan B!C3": "husk", "Plan B!P90": "ring"}))
    assert "Plan B" in copy.sheets
    assert "Plan A" in copy.empty
    assert copy.outside == ("Plan B!P90",)


def test_sheets_are_chosen_by_name_in_any_case_and_printed_in_the_order_of_the_tabs() -> None:
    copy = copy_of(book("gjeldsradgivning", NO_CLAIMS), "PLAN B", "husstand")
    assert copy.sheets == ("Husstand", "Plan B")
    assert not copy.empty
    left = copy_of(book("dividende"), without=("kontroll", "Plan"))
    assert left.sheets == ("Forside", "Krav", "Perioder", "Fordeling", "Oversikt", "Kreditorer", "Periodebeløp")
    everything = copy_of(book("gjeldsradgivning", NO_CLAIMS), everything=True)
    assert {"Plan B", "Brev purring"} <= set(everything.sheets)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Plan Q", "sak.xlsx: det er ikke noe ark som heter «Plan Q». Velg blant: Forside, Krav, "),
        ("beregning", "sak.xlsx: arket «beregning» er mellomregninger, og skrives ikke ut."),
        ("_okosos", "sak.xlsx: arket «_okosos» er mellomregninger, og skrives ikke ut."),
    ],
)
def test_a_sheet_that_cannot_be_printed_is_said(name: str, line: str) -> None:
    with pytest.raises(PrintRefused) as refused:
        copy_of(book("dividende"), name)
    assert str(refused.value).startswith(line)


def test_nothing_left_to_print_is_said() -> None:
    with pytest.raises(PrintRefused, match="det er ingen ark igjen å skrive ut"):
        copy_of(book("dividende"), "Krav", without=("krav",))


def test_a_hidden_sheet_is_printed_only_when_it_is_asked_for() -> None:
    data = with_part(
        book("dividende"), "xl/workbook.xml", (b'name="Plan" sheetId', b'name="Plan" state="hidden" sheetId')
    )
    assert "Plan" not in copy_of(data).sheets
    assert copy_of(data, "plan").sheets == ("Plan",)


@pytest.mark.parametrize("template", ["dividende", "statistikk"])
def test_an_empty_form_is_printed_as_it_is(template: str) -> None:
    copy = copy_of(api.generate(template, case_date=date(2026, 11, 22)))
    assert copy.as_it_stands
    assert not copy.empty
    assert not copy.letters
    assert not any(paper.rows or paper.columns for paper in copy.plan.sheets.values())


def test_a_print_area_of_the_advisors_own_is_kept() -> None:
    data = with_part(book("dividende"), "xl/workbook.xml", (b">Plan!$A$1:$G$126<", b">Plan!$A$1:$G$20<"))
    assert copy_of(data).plan.sheets["Plan"].area == "Plan!$A$1:$G$20"
