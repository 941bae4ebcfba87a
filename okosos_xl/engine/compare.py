"""Equality of a cached and a recomputed cell value."""

from __future__ import annotations

import math

from okosos_xl.engine.values import CellValue

TOLERANCE = 1e-9


def same(a: CellValue, b: CellValue, tolerance: float = TOLERANCE) -> bool:
    """Whether two cell values show the same thing.

    Numbers are equal within ``tolerance``, relative or absolute, whichever is wider: binary arithmetic in another
    order is not a difference. An empty cell equals an empty text. A truth value is not a number (TRUE is not 1), a
    text is never a number ("1" is not 1), texts are equal letter by letter, and errors are equal by code.
    """
    left, right = "" if a is None else a, "" if b is None else b
    if _is_number(left) and _is_number(right):
        return left == right or math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)  # type: ignore[arg-type]
    return type(left) is type(right) and left == right


def _is_number(value: CellValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
