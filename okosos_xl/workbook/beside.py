"""Which cells of a sheet belong to the form, and which stand beside it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from okosos_xl.template.layout import Layout
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.sheetcells import SheetCells

Rectangle = tuple[int, int, int, int]
"""First row and column, last row and column."""

_BESIDE = "cells beside the form"


def form_areas(layout: Layout) -> dict[str, tuple[Rectangle, ...]]:
    """Sheet → the rectangles of its regions."""
    found: dict[str, list[Rectangle]] = {}
    for r in layout.regions.values():
        found.setdefault(r.sheet, []).append((r.row, r.col, r.row + r.nrows - 1, r.col + r.ncols - 1))
    return {sheet: tuple(areas) for sheet, areas in found.items()}


def cells_beside(cells: SheetCells, form: tuple[Rectangle, ...]) -> list[Cell]:
    """The cells outside the form with a value or a formula, in order; found once for all sheets of one shape."""
    learned = cells.shape.learned if cells.shape is not None else {}
    known = learned.get((_BESIDE, form))
    if known is None:
        filled = cells.values.keys() if cells.shape is None else dict.fromkeys(cells.shape.order).keys()
        outside = filled | cells.formulas.written.keys() | cells.formulas.shared.keys()
        for row1, col1, row2, col2 in form:
            outside.difference_update(product(range(row1, row2 + 1), range(col1, col2 + 1)))
        known = learned[_BESIDE, form] = tuple(sorted(outside))
    assert isinstance(known, tuple)
    return [cell for cell in known if cell in cells.values or cell in cells.formulas]


def is_within(area: Rectangle, form: Iterable[Rectangle]) -> bool:
    """Whether every cell of a rectangle lies in some of the others."""
    form = [r for r in form if r[0] <= area[2] and area[0] <= r[2] and r[1] <= area[3] and area[1] <= r[3]]
    if _size(area) > sum(map(_size, form)):
        return False
    left = [area]
    for row1, col1, row2, col2 in form:
        rest: list[Rectangle] = []
        for one in left:
            top, first, bottom, last = one
            if row2 < top or bottom < row1 or col2 < first or last < col1:
                rest.append(one)
                continue
            upper, lower = max(top, row1), min(bottom, row2)
            pieces = (
                (top, first, row1 - 1, last), (row2 + 1, first, bottom, last),
                (upper, first, lower, col1 - 1), (upper, col2 + 1, lower, last),
            )  # fmt: skip
            rest += [piece for piece in pieces if piece[0] <= piece[2] and piece[1] <= piece[3]]
        left = rest
        if not left:
            return True
    return False


def _size(area: Rectangle) -> int:
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)
