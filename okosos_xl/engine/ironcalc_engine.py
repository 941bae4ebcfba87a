"""ironcalc: a Rust engine that loads a package from a file."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any

from okosos_xl.engine.formula_limits import check_formulas
from okosos_xl.engine.packages import installed_version, on_disk
from okosos_xl.engine.protocol import failed, is_rust_panic
from okosos_xl.engine.values import NOT_A_NUMBER, CellValue, ExcelError, Values, grid_of


class IroncalcEngine:
    """Evaluates with ironcalc in English and UTC. Its clock cannot be set: TODAY() is the real day.

    Its parser recurses: a formula beyond Excel's own limits would end the process, and is refused instead.
    """

    name = "ironcalc"

    def version(self) -> str | None:
        """Version of the installed package, or None."""
        return installed_version("ironcalc")

    def evaluate(self, package: bytes) -> Values:
        """See ``Engine.evaluate``."""
        import ironcalc

        step = "lese arbeidsboken"
        try:
            check_formulas(package)
            with on_disk(package) as path, _without_its_talk():
                model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
            step = "regne ut arbeidsboken"
            model.evaluate()
            return _values(model, ironcalc.CellType.ErrorValue)
        except Exception as problem:
            raise failed(self.name, step) from problem
        except BaseException as problem:
            if is_rust_panic(problem):
                raise failed(self.name, step) from problem
            raise


@contextmanager
def _without_its_talk() -> Iterator[None]:
    """Nothing on standard output meanwhile: ironcalc notes each cell without a value there, past Python's stream."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # there is no standard output
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _values(model: Any, error_type: Any) -> Values:
    sheets: dict[int, list[tuple[int, int, CellValue]]] = defaultdict(list)
    value_of = model.get_cell_value
    for sheet, row, column in model.get_all_cells():
        value = value_of(sheet, row, column)
        if isinstance(value, str) and value.startswith("#") and model.get_cell_type(sheet, row, column) == error_type:
            value = ExcelError(value)
        elif value.__class__ is float and not isfinite(value):
            value = NOT_A_NUMBER
        sheets[sheet].append((row, column, value))
    names = [properties["name"] for properties in model.get_worksheets_properties()]
    return {name: grid_of(sheets[index]) for index, name in enumerate(names)}
