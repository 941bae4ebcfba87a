"""Arithmetic that runs over is an error value as in Excel, never infinity or NaN."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from okosos_xl.engine import ExcelError, get_engine


@pytest.mark.parametrize("engine", ["formualizer", "ironcalc"])
def test_what_is_too_large_is_an_error_value(engine: str) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Ark")
        for row, formula in enumerate(("=1E308*10", "=-1E308*10", "=1E308*10-1E308*10")):
            sheet.write_formula(row, 0, formula)
    values = get_engine(engine).evaluate(stream.getvalue())["Ark"]
    assert all(isinstance(value, ExcelError) for (value,) in values), values
