"""A computed workbook that is held open, to see what it gives with other things typed in its cells.

Loading a workbook and finding out which formula leans on which costs more than computing it. An engine that can change
cells in a workbook it has computed need not do that twice for the same formulas.

The answer is that of a workbook computed from the beginning, but for one thing: formualizer keeps equal neighbours as
one value, and to it 0 and -0 are equal, so which of the two a cell holds follows from which cells were computed
together. So nothing computed here goes into a workbook; it is for comparing amounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from okosos_xl.engine import Values
from okosos_xl.engine.protocol import OpenBook
from okosos_xl.workbook.areas import Area, Cell
from okosos_xl.workbook.form import Plain
from okosos_xl.workbook.rows import looks_escaped

Typed = Mapping[str, Mapping[Cell, Plain]]
"""What stands in cells without formulas, by sheet."""


class Held:
    """An open workbook and what is typed in it. ``cells``: the cells without formulas that can be changed."""

    def __init__(self, book: OpenBook, cells: Mapping[str, Iterable[Cell]], typed: Typed) -> None:
        self._book = book
        self.cells = cells
        self._typed: dict[str, dict[Cell, Plain]] = {sheet: dict(typed.get(sheet, {})) for sheet in cells}

    def grids(self, typed: Typed, sheets: Iterable[str]) -> Values:
        """The values of some sheets with ``typed`` in the cells, and nothing in the others. Raises EngineError.

        A sheet that is not in ``typed`` stays as it is.
        """
        for sheet, wanted in typed.items():
            held = self._typed[sheet]
            changed = {at for at in {**held, **wanted} if _differ(held.get(at), wanted.get(at))}
            if changed:
                for area in blocks(sheet, self.cells[sheet]):
                    self._put(sheet, [at for at in changed if at in area], wanted)
                self._typed[sheet] = dict(wanted)
        self._book.compute()
        return {sheet: self._book.grid(sheet) for sheet in sheets}

    def _put(self, sheet: str, changed: list[Cell], wanted: Mapping[Cell, Plain]) -> None:
        """The block of all changed cells; an engine finds out once for each block what leans on it."""
        if not changed:
            return
        rows, cols = [row for row, _ in changed], [col for _, col in changed]
        across, down = range(min(cols), max(cols) + 1), range(min(rows), max(rows) + 1)
        block = [[_as_loaded(wanted.get((row, col))) for col in across] for row in down]
        self._book.put_block(sheet, down[0], across[0], block)


def can_be_put(typed: Typed) -> bool:
    """Whether an engine takes the values as it would from a file: plain texts and numbers."""
    texts = {value for cells in typed.values() for value in cells.values() if isinstance(value, str)}
    return all(text.replace("\n", "").isprintable() and not looks_escaped(text) for text in texts)


def _differ(a: Plain | None, b: Plain | None) -> bool:
    return a != b or a.__class__ is not b.__class__


def _as_loaded(value: Plain | None) -> Plain | None:
    """A value as it would be read from a file, where a number is a number and zero has no sign."""
    if value is None or isinstance(value, str):
        return value
    return float(value) if value else 0.0


def blocks(sheet: str, cells: Iterable[Cell]) -> list[Area]:
    """Rectangles that together are just these cells."""
    columns: dict[int, list[int]] = defaultdict(list)
    for row, col in sorted(set(cells)):
        columns[col].append(row)
    runs: dict[tuple[int, int], list[int]] = defaultdict(list)
    for col in sorted(columns):
        for first, last in _runs(columns[col]):
            runs[first, last].append(col)
    return [
        Area(sheet, first, left, last, right) for (first, last), cols in runs.items() for left, right in _runs(cols)
    ]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """First and last of every stretch of numbers without a gap."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found
