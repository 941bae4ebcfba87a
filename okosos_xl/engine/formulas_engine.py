"""formulas: a pure Python engine, slow but independent of the others; an optional extra."""

from __future__ import annotations

import contextlib
import io
import logging
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from okosos_xl.engine.packages import installed_version, on_disk, worksheet_names
from okosos_xl.engine.protocol import FIXED_CLOCK, failed
from okosos_xl.engine.rounding import excel_round, excel_rounddown, excel_roundup
from okosos_xl.engine.values import CellValue, ExcelError, Values, grid_of

_EXCEL_EPOCH = 693594  # date(1899, 12, 30).toordinal()


class FormulasEngine:
    """Evaluates with the ``formulas`` package, with two corrections to its function registry.

    ROUND, ROUNDUP and ROUNDDOWN are decimal-correct (the package rounds the binary fraction, so ROUND(1.005,2) is
    1.00 and a share of ROUNDUP/ROUNDDOWN of two-decimal amounts are a hundredth off), and TODAY() and NOW() answer
    a fixed day. One formula the package cannot parse makes it refuse the whole workbook.
    """

    name = "formulas"

    def version(self) -> str | None:
        """Version of the installed package, or None."""
        return installed_version("formulas")

    def evaluate(self, package: bytes) -> Values:
        """See ``Engine.evaluate``."""
        step = "lese arbeidsboken"
        try:
            names = worksheet_names(package)
            with on_disk(package) as path, _quiet():
                model = _model_class()()
                model.load(str(path))
                model.finish()
                step = "regne ut arbeidsboken"
                solution = model.calculate()
                return _values(model, solution, names)
        except Exception as problem:
            raise failed(self.name, step) from problem


@cache
def _model_class() -> Any:
    """The package's workbook model with corrected functions, and unable to open any file but the first."""
    import formulas
    from formulas.functions import wrap_ufunc

    class OneBookModel(formulas.ExcelModel):  # type: ignore[misc]
        def add_book(self, book: Any = None, context: Any = None, data_only: bool = False) -> Any:
            if self.books and book is not None and str(book).upper() not in self.books:
                raise PermissionError("links to other workbooks are not followed")
            return super().add_book(book, context=context, data_only=data_only)

    registry = formulas.get_functions()
    registry["ROUND"] = wrap_ufunc(excel_round)
    registry["ROUNDUP"] = wrap_ufunc(excel_roundup)
    registry["ROUNDDOWN"] = wrap_ufunc(excel_rounddown)
    serial = FIXED_CLOCK.toordinal() - _EXCEL_EPOCH
    registry["TODAY"] = registry["NOW"] = lambda: serial
    return OneBookModel


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the progress bar on stderr and without log lines, which quote cells."""
    previous = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.disable(previous)


def _values(model: Any, solution: Any, names: list[str]) -> Values:
    sheets: dict[str, list[tuple[int, int, CellValue]]] = defaultdict(list)
    for key, cell in model.cells.items():
        area = getattr(cell, "range", None)
        if area is None:
            continue
        place = area.ranges[0]
        if key not in solution:  # waits for itself
            sheets[place["sheet"]].append((int(place["r1"]), int(place["n1"]), ExcelError("#CIRC!")))
            continue
        for row_offset, row in enumerate(solution[key].value):
            for column_offset, value in enumerate(row):
                position = int(place["r1"]) + row_offset, int(place["n1"]) + column_offset
                sheets[place["sheet"]].append((*position, _normal(value)))
    return {name: grid_of(sheets[name.upper()]) for name in names}


def _normal(value: Any) -> CellValue:
    import numpy
    import schedula  # type: ignore[import-untyped, import-not-found, unused-ignore]
    from formulas.tokens.operand import XlError

    if value is schedula.EMPTY or value is None:
        return None
    if isinstance(value, XlError):
        return ExcelError(str(value))
    if isinstance(value, bool | numpy.bool_):
        return bool(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, numpy.ndarray) and value.size == 1:
        return _normal(value.ravel()[0])
    return float(value)
