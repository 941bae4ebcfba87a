"""The cells of one sheet as they stand in a file: values, formulas, comments. Rows and columns count from 1."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from okosos_xl.engine.values import ExcelError
from okosos_xl.workbook.areas import MAX_COLUMN, MAX_ROW, Area, Cell, address, column_number
from okosos_xl.workbook.r1c1 import normalise, translate

if TYPE_CHECKING:
    from okosos_xl.workbook.sheetshape import SheetShape

CellValue = float | str | bool | ExcelError
"""A cached or typed value; dates are Excel serial numbers, an empty cell has no value at all."""

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class BadCellError(ValueError):
    """A cell that cannot be read; the text is its address, or empty when it is unknown."""


class Formulas(Mapping[Cell, str]):
    """Cell → formula text without ``=``. A formula that the file writes once for many cells is expanded when read."""

    def __init__(self) -> None:
        self.written: dict[Cell, str] = {}
        """Formulas with a text of their own."""
        self.shared: dict[Cell, tuple[Cell, str]] = {}
        """Cells that share another cell's formula: that cell and its text."""

    def __getitem__(self, cell: Cell) -> str:
        text = self.written.get(cell)
        if text is None:
            origin, written = self.shared[cell]
            text = translate(written, origin, cell)
        return text

    def __contains__(self, cell: object) -> bool:
        return cell in self.written or cell in self.shared

    def __iter__(self) -> Iterator[Cell]:
        yield from self.written
        yield from self.shared

    def __len__(self) -> int:
        return len(self.written) + len(self.shared)

    def r1c1(self, cell: Cell) -> str:
        """The formula in R1C1-normal form, equal for all cells filled from one another. KeyError if there is none."""
        origin, text = self.shared[cell] if cell in self.shared else (cell, self.written[cell])
        return normalise(text, *origin)


@dataclass(frozen=True)
class SheetCells:
    """Everything in a sheet's cells."""

    values: dict[Cell, CellValue] = field(default_factory=dict)
    formulas: Formulas = field(default_factory=Formulas)
    arrays: dict[Cell, str] = field(default_factory=dict)
    """Array formulas (also in ``formulas``) and the range each fills, as written: ``"B2:B9"``."""
    data_tables: dict[Cell, str] = field(default_factory=dict)
    """What-if tables: first cell → the range. They have no formula text and are not in ``formulas``."""
    comments: dict[Cell, str] = field(default_factory=dict)
    """Notes by cell; who wrote them is left out."""
    shape: SheetShape | None = field(default=None, repr=False, compare=False)
    """What this sheet has in common with others, if it was written in the plain way."""

    @cached_property
    def dimensions(self) -> Area | None:
        """From the first to the last row and column with a value or a formula, sheet name empty; None when empty."""
        cells = self.values.keys() | self.formulas.written.keys() | self.formulas.shared.keys()
        if not cells:
            return None
        rows, columns = {cell[0] for cell in cells}, {cell[1] for cell in cells}
        return Area("", min(rows), min(columns), max(rows), max(columns))


def position(reference: str) -> Cell:
    """``"C7"`` → ``(7, 3)``. BadCellError outside the sheet or for anything else."""
    match = _ADDRESS.fullmatch(reference)
    try:
        cell = (int(match[2]), column_number(match[1])) if match else (0, 0)
    except ValueError:
        cell = (0, 0)
    if not 1 <= cell[0] <= MAX_ROW:
        raise BadCellError
    return cell


def shown(cell: Cell) -> str:
    """The address of a cell for a message, or nothing for a place outside the sheet."""
    return address(cell) if 1 <= cell[0] <= MAX_ROW and 1 <= cell[1] <= MAX_COLUMN else ""


def value_of(kind: str, text: str, strings: Sequence[str]) -> CellValue | None:
    """The value of a cell whose ``t`` is ``kind`` and whose content is ``text``; None when it holds nothing.

    Raises BadCellError (without address) for a kind, number or string index that does not exist.
    """
    if kind in ("str", "inlineStr"):
        return unescaped(text)
    if not text:
        return None
    if kind == "s":
        index = int(text) if text.isdecimal() and len(text) < 10 else -1
        if not 0 <= index < len(strings):
            raise BadCellError
        return strings[index]
    if kind == "n":
        return _number(text)
    if kind == "b":
        if text not in ("0", "1", "true", "false"):
            raise BadCellError
        return text in ("1", "true")
    if kind == "e":
        return ExcelError(text)
    if kind == "d":
        return _serial(text)
    raise BadCellError


def unescaped(text: str) -> str:
    """``_x000D_`` and its like as the characters they stand for."""
    return _ESCAPE.sub(_escaped_character, text) if "_x" in text else text


def _escaped_character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise BadCellError from None
    if not math.isfinite(number):
        raise BadCellError
    return number


def _serial(text: str) -> float:
    """An ISO date, as some strict writers store it, as an Excel serial number (1900 system)."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise BadCellError from None
    passed = moment - datetime(1899, 12, 30)
    return passed.days + passed.seconds / 86_400


class SheetBuilder:
    """Collects the cells of one sheet, whichever way they were found in the XML."""

    def __init__(self, strings: list[str]) -> None:
        self.cells = SheetCells()
        self._strings = strings
        self.origins: dict[str, tuple[Cell, str]] = {}
        """Group of formulas that are written once → the cell that has the text, and the text."""

    def value(self, cell: Cell, kind: str, text: str) -> None:
        """Record a value. BadCellError, with the address, if it cannot be one."""
        try:
            found = value_of(kind, text, self._strings)
        except BadCellError:
            raise BadCellError(shown(cell)) from None
        if found is not None:
            self.cells.values[cell] = found

    def formula(self, cell: Cell, attributes: Mapping[str, str], text: str) -> None:
        """Record what an ``<f>`` element says. BadCellError if it shares a formula that no cell before it has."""
        kind = attributes.get("t", "normal")
        if kind == "dataTable":
            self.cells.data_tables[cell] = attributes.get("ref", "")
            return
        if kind == "shared":
            group = attributes.get("si", "")
            if not text:
                if group not in self.origins:
                    raise BadCellError(shown(cell))
                self.cells.formulas.shared[cell] = self.origins[group]
                return
            self.origins[group] = (cell, text)
        elif kind == "array":
            self.cells.arrays[cell] = attributes.get("ref", "")
        if text:
            self.cells.formulas.written[cell] = text
