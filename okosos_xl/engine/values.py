"""What an engine gives back: cell values in one shape, whichever engine computed them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExcelError:
    """An Excel error value such as ``#DIV/0!``; never a string, so ``="#N/A"`` cannot be mistaken for one."""

    code: str

    def __str__(self) -> str:
        return self.code


NOT_A_NUMBER = ExcelError("#NUM!")
"""What Excel says where arithmetic gives infinity or NaN; engines hand those over as numbers."""

CellValue = float | str | bool | ExcelError | None
"""Numbers and dates are floats (dates as Excel serials), an empty cell is None, an empty text result is ``""``."""

Grid = list[list[CellValue]]
"""``grid[row - 1][column - 1]``: a rectangle from A1 to the last row and column with a value; ``[]`` when empty."""

Values = dict[str, Grid]
"""Sheet name to grid, worksheets only, in workbook order."""

MAX_CELLS = 10_000_000
"""Largest grid given back; a single stray cell at XFD1048576 would otherwise ask for 17 billion cells."""

_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]*)")


def cell_position(address: str) -> tuple[int, int]:
    """Row and column, both from 1, of an A1 address (``"C7"`` → ``(7, 3)``); ValueError for anything else."""
    match = _A1.fullmatch(address)
    if match is None:
        raise ValueError(f"not a cell address: {address!r}")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def value_at(values: Values, sheet: str, address: str) -> CellValue:
    """The value of one cell; None for an empty cell, also outside the grid. KeyError when the sheet is unknown."""
    grid = values[sheet]
    row, column = cell_position(address)
    if row > len(grid) or column > len(grid[0]):
        return None
    return grid[row - 1][column - 1]


def check_size(height: int, width: int) -> None:
    """ValueError when a grid would be larger than any form; the engines turn it into an EngineError."""
    if height * width > MAX_CELLS:
        raise ValueError(f"grid of {height} rows and {width} columns is too large")


def grid_of(cells: Iterable[tuple[int, int, CellValue]]) -> Grid:
    """The smallest rectangle from A1 that holds the given ``(row, column, value)`` cells; rows and columns from 1."""
    known = [cell for cell in cells if cell[2] is not None]
    if not known:
        return []
    height = max(row for row, _, _ in known)
    width = max(column for _, column, _ in known)
    check_size(height, width)
    grid: Grid = [[None] * width for _ in range(height)]
    for row, column, value in known:
        grid[row - 1][column - 1] = value
    return grid


def trimmed(grid: Grid) -> Grid:
    """The same grid without empty rows at the bottom and empty columns to the right."""
    height = len(grid)
    while height and all(value is None for value in grid[height - 1]):
        height -= 1
    rows = grid[:height]
    width = max((len(row) for row in rows), default=0)
    while width and all(len(row) < width or row[width - 1] is None for row in rows):
        width -= 1
    return [row[:width] + [None] * (width - len(row)) for row in rows]
