"""Refuse formulas no Excel would have saved, for engines that do not defend themselves.

A recursive parser written in Rust ends the whole process when its stack is full; no ``except`` can catch that.
"""

from __future__ import annotations

import io
import re
from zipfile import ZipFile

MAX_LENGTH = 8192
"""Excel's own limit on the characters of a formula."""
MAX_NESTING = 128
"""Parentheses open at once; Excel allows 64 levels of functions."""
MAX_POWERS = 256
"""``2^1^1^…`` nests as deep as it is long."""

_FORMULA = re.compile(rb"<(?:\w+:)?(?:f|definedName)(?:\s[^>]*[^/>])?>([^<]*)<")
_PARENTHESIS = re.compile(rb"[()]")


def check_formulas(package: bytes) -> None:
    """ValueError when a formula or defined name in the package is longer or deeper than Excel allows."""
    with ZipFile(io.BytesIO(package)) as parts:
        for part in parts.namelist():
            if part.endswith(".xml") and part.startswith(("xl/worksheets/", "xl/workbook")):
                for formula in _FORMULA.findall(parts.read(part)):
                    _check(formula)


def _check(formula: bytes) -> None:
    if len(formula) > 4 * MAX_LENGTH:  # bytes and escapes: a character may take several
        raise ValueError("formula too long")
    if formula.count(b"^") > MAX_POWERS:
        raise ValueError("formula with too many powers")
    if formula.count(b"(") <= MAX_NESTING:
        return
    depth = 0
    for parenthesis in _PARENTHESIS.findall(formula):
        depth += 1 if parenthesis == b"(" else -1
        if depth > MAX_NESTING:
            raise ValueError("formula nested too deeply")
