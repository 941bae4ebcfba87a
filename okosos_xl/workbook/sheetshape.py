"""The shape of a sheet: everything in its cells but the values. Sheets of one template share it, and it is read once.

A shape is what is left of a worksheet when the content of every ``<v>``, and the words of headers and footers, are
taken out: which cells there are, of which
kind, and their formulas. The values are then filled in kind by kind, with the same checks for a shape seen before as
for a new one.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress

from okosos_xl.engine.values import ExcelError
from okosos_xl.remembered import Remembered
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.plainxml import NotPlainError, decoded
from okosos_xl.workbook.sheetcells import BadCellError, CellValue, Formulas, unescaped, value_of

_TRUTHS: dict[str, CellValue] = {"0": False, "1": True, "false": False, "true": True}
_INDEX_DIGITS = 9
_KEPT_BYTES = 16_000_000
"""So much XML of shapes is remembered: some two large cases, which take four times as much memory as objects."""


@dataclass(frozen=True, eq=False)
class SheetShape:
    """What sheets of one shape share. Nothing in it is changed after it has been made, but for ``learned``."""

    formulas: Formulas
    arrays: dict[Cell, str]
    data_tables: dict[Cell, str]
    filled: list[Cell]
    """The cells with a ``<v>``, in the order of the sheet."""
    kinds: bytes
    """The kind of each of them, as a number in ``names``."""
    names: list[str]
    constants: dict[Cell, CellValue]
    """The values of cells without a ``<v>``: empty texts."""
    order: list[Cell]
    """The cells of ``filled`` and ``constants`` in the order of the sheet."""
    height: int
    width: int
    """No cell stands further down, or further to the right."""
    learned: dict[object, object] = field(default_factory=dict)
    """What has been found out about all sheets of this shape, by whoever asked; it goes when the shape does."""
    by_kind: list[tuple[str, bytes]] = field(init=False)
    """Kind, and 1 for those in ``filled`` that are of that kind, 0 for the others."""

    def __post_init__(self) -> None:
        found = []
        for number, kind in enumerate(self.names):
            here = self.kinds.translate(bytes(number) + b"\1" + bytes(255 - number))
            if any(here):
                found.append((kind, here))
        object.__setattr__(self, "by_kind", found)

    def values(self, texts: list[str], strings: Sequence[str]) -> dict[Cell, CellValue]:
        """The values of a sheet of this shape; ``texts`` are what its ``<v>`` hold, entities and all.

        NotPlainError when one of them cannot be a value.
        """
        found: dict[Cell, CellValue]
        try:
            if len(self.by_kind) == 1 and not self.constants:
                return dict(zip(self.filled, _converted(self.by_kind[0][0], texts, strings), strict=True))
            found = dict.fromkeys(self.order, "")
            for kind, here in self.by_kind:
                values = _converted(kind, list(compress(texts, here)), strings)
                found.update(zip(compress(self.filled, here), values, strict=True))
        except ValueError:
            return self._one_by_one(texts, strings)
        found.update(self.constants)
        return found

    def _one_by_one(self, texts: list[str], strings: Sequence[str]) -> dict[Cell, CellValue]:
        """The same for sheets with cells that hold nothing."""
        kinds = map(self.names.__getitem__, self.kinds)
        said = dict(zip(self.filled, zip(kinds, texts, strict=True), strict=True))
        found: dict[Cell, CellValue] = {}
        for cell in self.order:
            try:
                value = value_of(said[cell][0], decoded(said[cell][1]), strings) if cell in said else None
            except BadCellError:
                raise NotPlainError from None  # the parser says where
            value = self.constants.get(cell, value)
            if value is not None:
                found[cell] = value
        return found


def _converted(kind: str, texts: list[str], strings: Sequence[str]) -> list[CellValue]:
    """The values of many cells of one kind. ValueError when some of them must be looked at one by one."""
    if kind == "n":
        numbers = list(map(float, texts))
        if not all(map(math.isfinite, numbers)):  # which no spreadsheet writes
            raise ValueError(kind)
        return [*numbers]
    if kind == "s":
        if not (
            "".join(texts).isdecimal() and 0 < len(min(texts, key=len)) <= len(max(texts, key=len)) <= _INDEX_DIGITS
        ):
            raise ValueError(kind)
        indexes = list(map(int, texts))
        if max(indexes) >= len(strings):
            raise ValueError(kind)
        return list(map(strings.__getitem__, indexes))
    if kind == "str":
        return [unescaped(decoded(text)) if "&" in text or "_x" in text else text for text in texts]
    if kind == "b" and set(texts) <= _TRUTHS.keys():
        return list(map(_TRUTHS.__getitem__, texts))
    if kind == "e" and all(texts):
        return [ExcelError(decoded(text)) for text in texts]
    raise ValueError(kind)


Key = tuple[object, ...]


known_shapes: Remembered[SheetShape] = Remembered(_KEPT_BYTES)


def remember(key: Key, shape: SheetShape, size: int) -> None:
    """Keep a shape for the next sheet, unless it would drive out most of the others. ``size``: its bytes of XML."""
    if size <= known_shapes.limit // 2:
        known_shapes.put(key, shape, size)


def shape_key(before: bytes, structure: bytes, after: bytes, values: int, max_depth: int) -> Key:
    """What tells one shape from another: every byte but the values and the words of footers, and how many values."""
    digest = hashlib.sha256(before)
    digest.update(structure)
    digest.update(after)
    return digest.digest(), len(before), len(structure), len(after), values, max_depth
