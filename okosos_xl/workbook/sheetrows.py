"""The rows of a worksheet, values taken out, read the direct way into a :class:`SheetShape`.

One expression must cover the cells of each row end to end; if a single character is left over, the whole sheet goes to
the parser instead. Rows that differ from one before in nothing but the row's number are not gone through again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import repeat
from typing import Any, NamedTuple

from okosos_xl.workbook.areas import MAX_ROW, Cell, column_number
from okosos_xl.workbook.plainxml import NotPlainError, decoded
from okosos_xl.workbook.sheetcells import BadCellError, CellValue, SheetBuilder, value_of
from okosos_xl.workbook.sheetshape import SheetShape

_ATTRIBUTES = re.compile(r'(?: [A-Za-z][\w.-]*+="[^"<>&]*+")*+')
_ATTRIBUTE = re.compile(r' ([^=]+)="([^"]*)"')
_ROW_END = "</row>"
_ROW = re.compile(r'<row r="([1-9][0-9]{0,6}+)"([^<>]*+)>')
_NUMBER = "\0"
"""Stands for the row's number in the cells of a row; no sheet that is XML holds such a character."""
_CELL = re.compile(
    r'(<c r="([A-Z]{1,3}+)\0"([^<>/]*+)'
    r"(?:/>|>"
    r"(?:(<f[^<>/]*+)(?:/>|>([^<]*+)</f>))?+"
    r'(?:(<v>)|<v/>|<is><t(?: xml:space="preserve")?(?:/>|>([^<]*+)</t>)</is>)?+'
    r"</c>))"
)


class _Memory(dict[str, Any]):
    """Remembers what a function said of each text; the same few attributes stand on thousands of cells."""

    def __init__(self, function: Callable[[str], object]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> object:
        found = self[text] = self._function(text)
        return found


class _Known(NamedTuple):
    """A row that says the same in every place."""

    filled: list[int]
    kinds: bytes
    sharing: list[int]
    origins: list[tuple[Cell, str]]


class Rows:
    """Reads what stands between ``<sheetData>`` and its end, row after row."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._builder = SheetBuilder([])
        self._filled: list[Cell] = []
        self._kinds = bytearray()
        self._kind_names: list[str] = []
        self._constants: dict[Cell, CellValue] = {}
        self._order: list[Cell] | None = None
        self._attributes: dict[str, str] = {}
        self._height = self._width = 0
        self.depends_on_inputs = False
        """Whether a text that stands in the cell itself is part of the shape."""
        self._known: dict[str, _Known] = {}
        self._columns = _Memory(column_number)
        # none of these may hold on to self: it would stay, with the whole text, until somebody looks for garbage
        names = self._kind_names
        self._kind_of = _Memory(lambda text: _number_in(names, _attributes(text).get("t", "n")))
        said = self._formula_attributes = _Memory(lambda start: _attributes(start[2:]))
        self._is_plain = _Memory(lambda start: said[start].keys() <= {"aca", "ca"})
        self._group = _Memory(lambda start: said[start].get("si", "") if said[start].get("t") == "shared" else None)

    def read(self) -> SheetShape:
        """The shape of the sheet. NotPlainError, or ValueError, when it is not written in the plain way."""
        text, at = self._text, 0
        while (end := text.find(_ROW_END, at)) >= 0:
            start, number = self._opened(at, end)
            if not number:
                raise NotPlainError
            if start < end:
                self._row(text[start:end], number)
            at = end + len(_ROW_END)
        if self._opened(at, len(text)) != (len(text), ""):
            raise NotPlainError
        cells = self._builder.cells
        return SheetShape(
            cells.formulas, cells.arrays, cells.data_tables, self._filled, bytes(self._kinds), self._kind_names,
            self._constants, self._filled if self._order is None else self._order, self._height, self._width,
        )  # fmt: skip

    def skeleton(self) -> tuple[str, int]:
        """A row for every kind of row, with an empty cell in each that is open, for a parser to prove; and those."""
        rows = [
            f'<row r="{number}"{said}>' + ("" if said.endswith("/") else "<c/></row>")
            for said, number in self._attributes.items()
        ]
        return "".join(rows), sum(not said.endswith("/") for said in self._attributes)

    def _opened(self, at: int, end: int) -> tuple[int, str]:
        """Where the cells of a row begin, and its number; none when no row is open there."""
        while (opening := _ROW.match(self._text, at, end)) is not None:
            number, said = opening.groups()
            if said not in self._attributes:
                self._attributes[said] = number
            if int(number) > MAX_ROW:
                raise NotPlainError
            at = opening.end()
            if not said.endswith("/"):
                return at, number
        return at, ""

    def _row(self, text: str, number: str) -> None:
        row = int(number)
        if row <= self._height:  # twice, or not in order
            raise NotPlainError
        self._height = row
        pattern = text.replace(f'{number}"', f'{_NUMBER}"')
        known = self._known.get(pattern)
        if known is None:
            self._new_row(pattern, row, number)
            return
        cells = list(zip(repeat(row), known.filled))
        self._filled += cells
        self._kinds += known.kinds
        if self._order is not None:
            self._order += cells
        formulas = self._builder.cells.formulas
        if known.sharing:
            sharing = cells if known.sharing == known.filled else zip(repeat(row), known.sharing)
            formulas.shared.update(zip(sharing, known.origins, strict=True))

    def _new_row(self, pattern: str, row: int, number: str) -> None:
        """Read the cells of a row; ``pattern`` is their text with ``_NUMBER`` for the row's number."""
        builder, columns, kind_of, group_of, is_plain = (
            self._builder, self._columns, self._kind_of, self._group, self._is_plain
        )  # fmt: skip
        formulas, origins = builder.cells.formulas, builder.origins
        filled: list[int] = []
        kinds = bytearray()
        sharing: list[int] = []
        shared: list[tuple[Cell, str]] = []
        covered = column = 0
        # whether the number stands in the addresses only, else it may be a style, a group or part of a formula
        alike = only_addresses = pattern.count(_NUMBER) == pattern.count("<c ")
        for whole, letters, attributes, before_formula, text, value, inline in _CELL.findall(pattern):
            covered += len(whole)
            before, column = column, columns[letters]
            if column <= before:  # twice, or not in order
                raise NotPlainError
            cell = (row, column)
            if before_formula:
                start, formula = before_formula, text
                if not only_addresses:
                    start, formula = start.replace(_NUMBER, number), formula.replace(_NUMBER, number)
                if formula and is_plain[start]:
                    alike = False  # such a row seldom comes again
                    formulas.written[cell] = decoded(formula) if "&" in formula else formula
                elif not formula and (group := group_of[start]) in origins:  # a cell that shares another's formula
                    formulas.shared[cell] = origin = origins[group]
                    sharing.append(column)
                    shared.append(origin)
                else:
                    alike = False
                    self._formula(cell, start, decoded(formula))
            kind = kind_of[attributes]
            if value:
                filled.append(column)
                kinds.append(kind)
                self._filled.append(cell)
                if self._order is not None:
                    self._order.append(cell)
            elif inline or self._kind_names[kind] != "n":
                alike = False
                self._constant(cell, self._kind_names[kind], decoded(inline))
        if covered != len(pattern):
            raise NotPlainError
        self._kinds += kinds
        self._width = max(self._width, column)
        if alike:
            self._known[pattern] = _Known(filled, bytes(kinds), sharing, shared)

    def _formula(self, cell: Cell, start: str, text: str) -> None:
        """A formula that others may share, or of some other kind."""
        said = self._formula_attributes[start]
        if said.get("si", "") in self._builder.origins:
            self._known.clear()  # those that share this group have another formula from here on
        try:
            self._builder.formula(cell, said, text)
        except BadCellError:
            raise NotPlainError from None

    def _constant(self, cell: Cell, kind: str, inline: str) -> None:
        """A cell without ``<v>`` that may have a value all the same."""
        if kind not in ("str", "inlineStr") and inline:
            raise NotPlainError
        try:
            value = value_of(kind, inline, [])
        except BadCellError:
            raise NotPlainError from None
        if value is not None:
            if self._order is None:
                self._order = list(self._filled)
            self._order.append(cell)
            self._constants[cell] = value
        self.depends_on_inputs = self.depends_on_inputs or bool(inline)


def _number_in(names: list[str], name: str) -> int:
    """Where a name stands in a list, at the end if it is new."""
    if name not in names:
        names.append(name)
    return names.index(name)


def _attributes(text: str) -> dict[str, str]:
    """Attributes written in the plain way, each once."""
    if not _ATTRIBUTES.fullmatch(text):
        raise NotPlainError
    pairs: list[tuple[str, str]] = _ATTRIBUTE.findall(text)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotPlainError
    return found
