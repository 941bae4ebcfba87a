"""What spreadsheet programs make of what an advisor types: dates in text fields, names of sheets, computed dates."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from advisor import edited

from okosos_xl.api import generate, read_full, recalc
from okosos_xl.batch.details import Entry
from okosos_xl.batch.summary import summary
from okosos_xl.batch.work import Done
from okosos_xl.regenerate import DONE, MANUAL, How, regenerate
from okosos_xl.regenerate.compare import differences
from okosos_xl.regenerate.gently import UpdateRefused, update_rates
from okosos_xl.regenerate.own import own_things
from okosos_xl.regenerate.words import figure_lines
from okosos_xl.report.batch_html import page
from okosos_xl.report.batch_text import lines
from okosos_xl.report.batch_xlsx import workbook
from okosos_xl.template.layout import Layout

EXAMPLES = Path(__file__).parents[2] / "examples"
MADE, SAME, LATER = date(2025, 9, 1), date(2025, 9, 1), date(2026, 11, 22)


@cache
def package() -> bytes:
    """A small workbook with rates, of a day with others than those of ``LATER``."""
    case = yaml.safe_load((EXAMPLES / "sosial-enslig-tre-barn.yaml").read_text(encoding="utf-8"))
    return generate("sosialhjelp", case | {"dato": MADE.isoformat()})


@cache
def layout() -> Layout:
    return read_full(package(), name="a.xlsx").layout


def test_a_date_a_time_and_a_percentage_in_fields_for_text_say_what_the_advisor_saw() -> None:
    typed = [
        (date(2026, 12, 24), "dd.mm.yyyy", "24.12.2026"), (date(2026, 12, 3), "d\\.mmm", "03.12.2026"),
        (date(2026, 3, 1), "mmm\\.yy", "mars 2026"),
        (datetime(2026, 5, 1, 8, 15), "[$-414]d/m/yyyy hh:mm;@", "01.05.2026 08:15"),
        (time(12, 30), "h:mm", "12:30"), (0.2, "0%", "20 %"), (0.125, "0.0 %", "12,5 %"), (12.5, "General", "12,5"),
        (12345678901, "General", "12345678901"), (500, '"kr" #,##0.00', "500"), (7, "@", "7"),
        (2, '"dager: "0', "2"), (3, "[Red]0", "3"),
    ]  # fmt: skip

    def change(_: Any, cell: Any) -> None:
        for row, (value, code, _text) in enumerate(typed):
            cell("inntekter.merknad", row).value = value
            cell("inntekter.merknad", row).number_format = code
        cell("saksnummer").value = date(2026, 12, 3)  # with the format the library gives it

    outcome = regenerate(edited(package(), layout(), change), "sak.xlsx", How(SAME))
    assert (outcome.status, outcome.reasons) == (DONE, ())
    sak = read_full(outcome.data or b"", name="ny.xlsx").sak
    assert [row.get("merknad") for row in sak.tables["inntekter"]] == [text for _, _, text in typed]
    assert sak.fields["saksnummer"] == "03.12.2026"


@pytest.mark.parametrize("name", ["Ark1", "Q4", "R1C1", "rc", "C", "TRUE", "2026", "a²", "Mitt ark", "O'Hara"])
def test_sheets_with_names_that_are_something_else_too_are_spoken_of_in_apostrophes(name: str) -> None:
    """A new sheet is called «Ark1» in Norwegian, which is also a cell: Excel will not open ``=Ark1!A1`` in a file."""
    quoted = "'" + name.replace("'", "''") + "'!A1"

    def change(book: Any, cell: Any) -> None:
        book.create_sheet(name)["A1"] = 4
        cell("inntekter.netto", 0).value = f"={quoted}*1000"
        cell("inntekter.netto", 0).parent.cell(3, 30).value = f"=2+{quoted}"

    outcome = regenerate(edited(package(), layout(), change), "sak.xlsx", How(SAME))
    assert (outcome.status, outcome.reasons) == (DONE, ())
    reading = read_full(outcome.data or b"", name="ny.xlsx")
    assert list(reading.input_formulas.values()) == [f"={quoted}*1000"]
    assert [one.formula for one in own_things(reading).cells["Inntekt"].values()] == [f"2+{quoted}"]
    assert reading.sak.tables["inntekter"][0]["netto"] == 4000
    assert recalc(outcome.data or b"").stale == []


def _date_by_formula(*, stored: bool) -> bytes:
    def change(_: Any, cell: Any) -> None:
        cell("dato").value = "=DATE(2025,9,1)"

    data = edited(package(), layout(), change)
    if not stored:
        return data
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            without, serial = b"<f>DATE(2025,9,1)</f><v></v>", (MADE - date(1899, 12, 30)).days
            content = old.read(name).replace(b"<f>DATE(2025,9,1)</f><v />", without)
            new.writestr(name, content.replace(without, b"<f>DATE(2025,9,1)</f><v>%d</v>" % serial))
    return buffer.getvalue()


@pytest.mark.parametrize("stored", [True, False])
def test_a_date_computed_by_a_formula_cannot_follow_the_rates(stored: bool) -> None:
    """The formula would give the old date again beside the new rates, and the report would say that it was moved."""
    data = _date_by_formula(stored=stored)
    assert (read_full(data, name="a.xlsx").sak.fields.get("dato") == MADE) is stored
    outcome = regenerate(data, "sak.xlsx", How(LATER))
    assert (outcome.status, outcome.data) == (MANUAL, None)
    assert "regnet ut med en formel" in outcome.reasons[0]
    with pytest.raises(UpdateRefused, match="regnet ut med en formel"):
        update_rates(data, "sak.xlsx", How(LATER))
    assert regenerate(data, "sak.xlsx", How(SAME)).status == DONE


def test_key_figures_that_are_dates_and_parts_are_told_as_such_everywhere() -> None:
    """A month is no number to an advisor: «Siste måned 47 453» says nothing."""
    given = generate("dividende", EXAMPLES / "kari.yaml")
    bare = edited(given, read_full(given, name="a.xlsx").layout, lambda _book, _cell: None)  # stores no values
    outcome = regenerate(bare, "kari.xlsx", How(None))
    entry = Entry.of(Done("kari.xlsx", "", outcome, 0.0))
    said = "\n".join((*lines([entry]), page([entry], summary([entry]), ""), *figure_lines(outcome.key_figures)))
    assert said.count("desember 2029") == 3
    assert said.count("100 %") == 3
    assert "47" + "\u00a0" + "453" not in said
    book = openpyxl.load_workbook(io.BytesIO(workbook([entry], summary([entry]), "")))
    after = {row[1]: row[3] for row in book["Nøkkeltall"].iter_rows(min_row=5, values_only=True)}
    assert (after["Siste måned"], after["Dekning av gjelden"], after["Sum gjeld"]) == ("desember 2029", "100 %", 67500)
    told = [d.line() for d in differences(read_full(bare, name="a.xlsx"), read_full(given, name="b.xlsx"))]
    assert "Siste måned: tomt → desember 2029" in told


def test_rates_of_a_municipality_that_begin_after_the_case_are_that_files_matter() -> None:
    """The file is right, and right for the others: this one is left for a person, with the reason."""
    outcome = regenerate(package(), "sak.xlsx", How(date(2025, 9, 2), EXAMPLES / "kommune-eksempel.yaml"))
    assert outcome.status == MANUAL
    assert "ingen av satsene gjelder per 2025-09-02" in outcome.reasons[0]
