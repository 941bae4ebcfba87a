"""Every engine gives the same values in the same shape."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
import xlsxwriter

from okosos_xl.engine import CellValue, Engine, EngineError, ExcelError, Values, value_at

Once = Callable[[Engine, str, bytes], Values]
LEAP_DAY = 45351.0


def small_workbook() -> bytes:
    """Values and formulas of every kind; every cached value is a wrong 999."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    sheet, _, other = book.add_worksheet("Års & tall"), book.add_worksheet("Tomt"), book.add_worksheet("Krav")
    chart_sheet = book.add_chartsheet("Graf")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='Års & tall'!$A$1:$A$2"})
    chart_sheet.set_chart(chart)
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    clock = book.add_format({"num_format": "hh:mm"})
    sheet.write_number("A1", 5)
    sheet.write_number("A2", 0.1)
    sheet.write_datetime("A3", date(2024, 2, 29), day)
    sheet.write_datetime("A4", datetime(2024, 2, 29, 12), day)
    sheet.write_datetime("A5", time(12), clock)
    sheet.write_string("A6", "blåbær & ærfugl <Ø>")
    sheet.write_string("A7", "007")
    sheet.write_string("A8", "#N/A")
    sheet.write_boolean("A9", True)
    book.define_name("beløp.i_år", "='Års & tall'!$A$1")
    book.define_name("tall", "='Års & tall'!$A$1:$A$2")
    for row, (formula, _) in enumerate(FORMULAS, 1):
        sheet.write_formula(f"C{row}", formula, None, 999)
    sheet.write_formula("F40", '=""', None, 999)
    sheet.write_blank("J60", None, day)
    other.write_formula("B2", "='Års & tall'!A1*2", None, 999)
    book.close()
    return memory.getvalue()


FORMULAS: list[tuple[str, CellValue]] = [
    ("=A1*2", 10.0),
    ("=ROUND(1/3,4)", 0.3333),
    ("=beløp.i_år+1", 6.0),
    ("=SUM(tall)", 5.1),
    ("=DATE(2024,2,29)", LEAP_DAY),
    ("=A3+1", LEAP_DAY + 1),
    ('=IF(A1=5,"æøå","")', "æøå"),
    ('=""', ""),
    ('="007"', "007"),
    ('="1e5"', "1e5"),
    ('="#N/A"', "#N/A"),
    ("=A1=5", True),
    ("=AND(A1>5,TRUE)", False),
    ("=1/0", ExcelError("#DIV/0!")),
    ('=MATCH("x",A6:A7,0)', ExcelError("#N/A")),
    ('="x"+1', ExcelError("#VALUE!")),
    ("=B99", 0.0),
    ("=C14+1", ExcelError("#DIV/0!")),
    ("=IFERROR(C14,7)", 7.0),
    ("=Krav!B2+1", 11.0),
]

PACKAGE = small_workbook()


@pytest.fixture
def values(engine: Engine, evaluated: Once) -> Values:
    return evaluated(engine, "small", PACKAGE)


def test_worksheets_in_order_and_no_chart_sheet(values: Values) -> None:
    assert list(values) == ["Års & tall", "Tomt", "Krav"]


def test_every_formula_is_recomputed(values: Values) -> None:
    found = [value_at(values, "Års & tall", f"C{row}") for row in range(1, len(FORMULAS) + 1)]
    assert [normal(value) for value in found] == [normal(expected) for _, expected in FORMULAS]


def normal(value: CellValue) -> object:
    """With its type, so that 1, TRUE and "1" are told apart; numbers to 12 digits."""
    return type(value).__name__, round(value, 12) if isinstance(value, float) else value


def test_typed_values(values: Values) -> None:
    found = [value_at(values, "Års & tall", f"A{row}") for row in range(1, 10)]
    expected = [5.0, 0.1, LEAP_DAY, LEAP_DAY + 0.5, 0.5, "blåbær & ærfugl <Ø>", "007", "#N/A", True]
    assert [normal(value) for value in found] == [normal(value) for value in expected]


def test_the_grid_is_a_rectangle_to_the_last_value(values: Values) -> None:
    grid = values["Års & tall"]
    assert len(grid) == 40
    assert {len(row) for row in grid} == {6}
    assert grid[39][5] == ""


def test_empty_sheet_and_cells(values: Values) -> None:
    assert values["Tomt"] == []
    assert values["Krav"] == [[None, None], [None, 10.0]]
    assert value_at(values, "Tomt", "A1") is None
    assert value_at(values, "Års & tall", "J60") is None


def test_numbers_are_always_floats(values: Values) -> None:
    kinds = {type(value) for grid in values.values() for row in grid for value in row}
    assert int not in kinds
    assert kinds <= {float, str, bool, ExcelError, type(None)}


def test_a_workbook_with_nothing_in_it(engine: Engine) -> None:
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.add_worksheet("Ark")
    book.close()
    assert engine.evaluate(memory.getvalue()) == {"Ark": []}


def test_a_sheet_name_with_an_apostrophe(engine: Engine) -> None:
    if engine.name == "formulas":
        pytest.skip("formulas cannot refer to such a sheet")
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.add_worksheet("Ola's ark").write_formula("B2", "=1+1")
    book.add_worksheet("Ark").write_formula("A1", "='Ola''s ark'!B2+1")
    book.close()
    values = engine.evaluate(memory.getvalue())
    assert values == {"Ola's ark": [[None, None], [None, 2.0]], "Ark": [[3.0]]}


def test_a_circle_is_an_error_value_and_the_rest_is_computed(engine: Engine) -> None:
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    sheet = book.add_worksheet("Ark")
    for cell, formula in {"A1": "=B1+1", "B1": "=A1+1", "C1": "=1+1"}.items():
        sheet.write_formula(cell, formula)
    book.close()
    values = engine.evaluate(memory.getvalue())
    assert isinstance(value_at(values, "Ark", "A1"), ExcelError)
    assert value_at(values, "Ark", "C1") == 2.0


@pytest.mark.parametrize("package", [b"", b"not a workbook", PACKAGE[:2000]], ids=["empty", "text", "cut"])
def test_what_is_not_a_workbook_is_an_engine_error_on_one_line(engine: Engine, package: bytes) -> None:
    with pytest.raises(EngineError) as caught:
        engine.evaluate(package)
    assert engine.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_twenty_thousand_formulas(engine: Engine) -> None:
    """No timing: it finishes, and every value is right."""
    if engine.name in ("formulas", "libreoffice"):
        pytest.skip(f"{engine.name} is not made for this size")
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    sheet = book.add_worksheet("Plan")
    for column in range(20):
        sheet.write_number(0, column, column)
        for row in range(1, 1001):
            sheet.write_formula(row, column, f"={chr(65 + column)}{row}+1")
    book.close()
    grid = engine.evaluate(memory.getvalue())["Plan"]
    assert grid[1000] == [1000.0 + column for column in range(20)]
