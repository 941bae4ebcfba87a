"""formualizer: a Rust engine that loads a package straight from memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import isfinite
from typing import Any

from okosos_xl.engine.packages import installed_version
from okosos_xl.engine.protocol import FIXED_CLOCK, failed, is_rust_panic
from okosos_xl.engine.values import (
    NOT_A_NUMBER,
    CellValue,
    ExcelError,
    Grid,
    Values,
    cell_position,
    check_size,
    trimmed,
)

_ERRORS = {
    "Div": "#DIV/0!",
    "Na": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "Spill": "#SPILL!",
    "Calc": "#CALC!",
    "Circ": "#CIRC!",
}

_WHOLE_RANGES_FROM = 16
_AS_THEY_ARE = frozenset({str, bool, type(None)})


class FormualizerEngine:
    """Evaluates with formualizer; TODAY() and NOW() answer ``clock``."""

    name = "formualizer"

    def __init__(self, clock: datetime = FIXED_CLOCK) -> None:
        self._clock = clock

    def version(self) -> str | None:
        """Version of the installed package, or None."""
        return installed_version("formualizer")

    def evaluate(self, package: bytes) -> Values:
        """See ``Engine.evaluate``."""
        return Opened(package, self._clock).values()


class Opened:
    """A computed workbook whose inputs can be changed again and again: only what leans on them is computed anew."""

    def __init__(self, package: bytes, clock: datetime = FIXED_CLOCK) -> None:
        import formualizer

        self._address = formualizer.RangeAddress
        with _failing("lese arbeidsboken"):
            self._book = formualizer.Workbook.from_bytes(package, config=_config(formualizer))
            self._book.set_temporal_egress("serial")
            self._book.set_deterministic_clock(clock)
        self.compute()

    def put(self, sheet: str, row: int, col: int, value: str | float | None) -> None:
        """Write a text or a number in a cell, or empty it; ``compute`` then finds what follows from it."""
        with _failing("endre arbeidsboken"):
            self._book.sheet(sheet).set_value(row, col, value)

    def compute(self) -> None:
        """Compute what the changed cells lead to."""
        with _failing("regne ut arbeidsboken"):
            self._book.evaluate_all()

    def grid(self, sheet: str) -> Grid:
        """The values of a sheet from A1."""
        with _failing("regne ut arbeidsboken"):
            return _grid(self._book, sheet, self._address)

    def values(self) -> Values:
        """The values of all sheets."""
        with _failing("regne ut arbeidsboken"):
            return {name: _grid(self._book, name, self._address) for name in self._book.sheet_names}


@contextmanager
def _failing(step: str) -> Iterator[None]:
    """Whatever the engine says goes out as one clear line."""
    try:
        yield
    except Exception as problem:
        raise failed(FormualizerEngine.name, step) from problem
    except BaseException as problem:
        if is_rust_panic(problem):
            raise failed(FormualizerEngine.name, step) from problem
        raise


def _config(formualizer: Any) -> Any:
    """One thread, and ranges kept whole: our sheets are deep chains of thin layers, where threads cost more than they
    give and a range of 50 cells is cheaper as one dependency than as 50."""
    evaluation = formualizer.EvaluationConfig()
    evaluation.enable_parallel = False
    evaluation.range_expansion_limit = _WHOLE_RANGES_FROM
    return formualizer.WorkbookConfig(eval_config=evaluation)


def _grid(book: Any, sheet: str, address: Any) -> Grid:
    height, width = _used(book, sheet)
    if not height:
        return []
    check_size(height, width)
    rows = book.sheet(sheet).get_values(address(sheet, 1, 1, height, width))
    return trimmed([[value if value.__class__ in _AS_THEY_ARE else _normal(value) for value in row] for row in rows])


def _used(book: Any, sheet: str) -> tuple[int, int]:
    """Rows and columns in use; the engine tells them only as what an open range came to (``'Plan'!A1:XFD1640``)."""
    quoted = "'" + sheet.replace("'", "''") + "'"
    whole_columns = book.range_page(f"{quoted}!A:XFD", limit=1, include_values=False).resolved
    whole_rows = book.range_page(f"{quoted}!1:1048576", limit=1, include_values=False).resolved
    if whole_columns is None or whole_rows is None:
        return 0, 0
    return cell_position(_end(whole_columns))[0], cell_position(_end(whole_rows))[1]


def _end(area: str) -> str:
    return area.rpartition("!")[2].rpartition(":")[2]


def _normal(value: Any) -> CellValue:
    if value.__class__ is float:
        return value if isfinite(value) else NOT_A_NUMBER
    if isinstance(value, dict):
        kind = str(value.get("kind"))
        return ExcelError(_ERRORS.get(kind, f"#{kind.upper()}!"))
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int):
        return float(value)
    raise ValueError(f"unexpected {type(value).__name__}")


def with_new_values(package: bytes) -> bytes:
    """The same package with every formula's stored value recomputed; all other parts are left as they are.

    Raises EngineError.
    """
    import formualizer

    with _failing("skrive nye verdier"):
        result = formualizer.recalculate_xlsx_bytes(
            package, deterministic_timestamp_utc=FIXED_CLOCK, external_links="cached"
        )
        return bytes(result["bytes"])
