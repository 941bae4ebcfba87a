"""What changed formulas mean in kroner, and the register of overrides: two claims, worked out in the head."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from mutable import Good, Mutable, good, made

from okosos_xl import api
from okosos_xl.kontroll.effect import Difference, Effect
from okosos_xl.kontroll.effect_words import effect_words, in_words
from okosos_xl.kontroll.finding import Finding
from okosos_xl.sak.dump import dumps_case
from okosos_xl.sak.load import case_from_data, loads_case
from okosos_xl.template.compile import load_spec
from okosos_xl.template.layout import cell_name
from okosos_xl.template.spec import Item
from okosos_xl.workbook.overridesheet import NAME

CASE = {
    "startmaaned": "2026-12",
    "disponibelt": 1000,
    "dato": "2026-11-22",
    "saldodato": "2026-11-22",
    "krav": [{"kreditor": "A", "saldo": 6000}, {"kreditor": "B", "saldo": 4000}],
}
"""10 000 kr and 1 000 kr a month: ten months."""


@pytest.fixture(scope="module")
def simple() -> Good:
    sak = case_from_data(CASE, load_spec("dividende"))
    layout, data = made(sak)
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {m.filename: archive.read(m) for m in archive.infolist()}
    return Good("dividende", sak, layout, data, parts, frozenset())


def place(source: Good, id: str, row: int = 0) -> tuple[str, tuple[int, int]]:
    region = source.layout.regions[id]
    return region.sheet, (region.row + row, region.col)


def spoiled(source: Good, **cells: float | str | None) -> bytes:
    """``id__row=number``, ``"=formula"``, or None for an empty cell."""
    import random

    m = Mutable(source, random.Random(0))
    for name, value in cells.items():
        id, _, row = name.replace("__", ":").partition(":")
        sheet, cell = place(source, id.replace("krav_", "krav."), int(row or 0))
        if value is None:
            m.sheet(sheet).empty(cell)
        elif isinstance(value, str):
            m.sheet(sheet).write_formula(cell, value.removeprefix("="))
        else:
            m.sheet(sheet).number(cell, value)
    return m.data()


def found(data: bytes, code: str) -> Finding:
    (finding,) = [f for f in api.validate(data, name="sak.xlsx").findings if f.code == code]
    return finding


def test_a_balance_typed_over_is_told_in_kroner_and_months(simple: Good) -> None:
    finding = found(spoiled(simple, krav_saldo_brukt__0=9000), "OKX210")
    assert finding.message == (
        "«Saldo i planen»: formelen er erstattet med 9 000. Malen gir 6 000; sum gjeld blir 3 000 kr høyere, "
        "måneder til alt er betalt blir 3 høyere og 2 nøkkeltall til blir andre."
    )
    assert finding.kroner == 3000
    assert finding.samples == (finding.cell,)


def test_a_change_without_effect_says_so(simple: Good) -> None:
    finding = found(spoiled(simple, krav_saldo_brukt__0=6000), "OKX210")
    assert finding.message == "«Saldo i planen»: formelen er erstattet med 6 000. Malen gir det samme, 6 000."
    assert finding.kroner is None


def test_changes_are_told_one_by_one_and_together(simple: Good) -> None:
    """Each by itself and what they do together: 1 000 less of one, 500 more of the other."""
    _, cell = place(simple, "krav.saldo_brukt", 1)
    typed = cell_name(cell[0], cell[1] - 1)
    data = spoiled(simple, krav_saldo_brukt__0=5000, krav_saldo_brukt__1=f"={typed}+500")
    one, two, together = (found(data, code) for code in ("OKX210", "OKX212", "OKX215"))
    assert "Malen gir 6 000; sum gjeld blir 1 000 kr lavere" in one.message
    assert "Malen gir 4 000; sum gjeld blir 500 kr høyere" in two.message
    assert "sum gjeld blir 500 kr lavere" in together.message
    assert (one.kroner, two.kroner, together.kroner) == (1000, 500, 500)


def test_two_changes_that_outweigh_one_another_have_no_effect_together(simple: Good) -> None:
    _, cell = place(simple, "krav.saldo_brukt", 1)
    typed = cell_name(cell[0], cell[1] - 1)
    data = spoiled(simple, krav_saldo_brukt__0=5000, krav_saldo_brukt__1=f"={typed}+1000")
    codes = {f.code for f in api.validate(data, name="sak.xlsx").findings}
    assert {"OKX210", "OKX212"} <= codes
    assert "OKX215" not in codes


def test_a_deleted_formula_is_given_back(simple: Good) -> None:
    finding = found(spoiled(simple, krav_saldo_brukt__0=None), "OKX211")
    assert finding.message.startswith("«Saldo i planen»: formelen er slettet. Malen gir 6 000; sum gjeld blir 6 000 kr")
    assert finding.kroner == 6000


def test_nothing_is_computed_twice_when_nothing_has_been_changed(simple: Good, monkeypatch: pytest.MonkeyPatch) -> None:
    from okosos_xl.engine.formualizer_engine import FormualizerEngine

    asked = []
    evaluate = FormualizerEngine.evaluate
    monkeypatch.setattr(FormualizerEngine, "evaluate", lambda self, data: asked.append(1) or evaluate(self, data))
    assert api.validate(simple.data, name="sak.xlsx").clean
    assert len(asked) == 1


def test_a_workbook_that_cannot_be_computed_is_judged_all_the_same(simple: Good) -> None:
    data = spoiled(simple, krav_saldo_brukt__0="=[1]Ark1!$A$1")
    report = api.validate(data, name="sak.xlsx")
    assert {f.code for f in report.findings} == {"OKX212", "OKX222"}
    (finding,) = [f for f in report.findings if f.code == "OKX212"]
    assert "Malen gir det samme, 6 000." in finding.message  # the value stored beside it was right


def test_read_gives_the_value_of_the_template_and_the_register_shows_both(simple: Good) -> None:
    reading = api.read_full(spoiled(simple, krav_saldo_brukt__0=9000))
    api.register_overrides(reading)
    (override,) = reading.sak.overrides
    assert (override.cell, override.value, override.template_value) == ("Krav!H12", Decimal(9000), Decimal(6000))
    text = dumps_case(reading.sak, "yaml")
    assert "malens_verdi: 6000" in text
    again = loads_case(text.encode(), load_spec("dividende"))
    data = made(again)[1]
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    row = [cell.value for cell in book[NAME][6]]
    assert row[:5] == ["Krav!H12", "Saldo i planen", 6000, 9000, 3000]
    report = api.validate(data, name="sak.xlsx")
    assert [f.code for f in report.findings if f.sheet == NAME] == []
    assert api.read(data).overrides == reading.sak.overrides
    assert api.read(data).extras == []


def test_without_overrides_there_is_no_register(simple: Good) -> None:
    assert NAME not in openpyxl.load_workbook(io.BytesIO(simple.data)).sheetnames


@pytest.mark.parametrize(
    ("type", "value", "words"),
    [
        ("kr", 1412.5, "1 412,50"),
        ("prosent", 0.125, "12,50 %"),
        ("maaned", 46357.0, "desember 2026"),
        ("dato", 46357.0, "01.12.2026"),
        ("heltall", 52.0, "52"),
        ("tekst", "aldri", "«aldri»"),
        ("kr", "", "ingenting"),
    ],
)
def test_values_in_words(type: str, value: float | str, words: str) -> None:
    assert in_words(Item("x", "X", type, formula="1"), value) == words


def test_a_month_is_told_as_a_month() -> None:
    item = Item("siste_maaned", "Siste måned", "maaned", formula="1")
    cell = Difference(Item("x", "X", "kr", formula="1"), 1.0, 2.0)
    effect = Effect({("Plan", (4, 5)): cell}, (Difference(item, 46357.0, 46388.0),))
    words = effect_words(effect, "Plan", (4, 5))
    assert words == " Malen gir 2; siste måned blir desember 2026, ikke januar 2027."
    assert effect.kroner == 1


def test_the_good_workbooks_have_key_figures() -> None:
    for template in ("dividende", "gjeldsradgivning"):
        assert good(template).layout.spec.key_figures
