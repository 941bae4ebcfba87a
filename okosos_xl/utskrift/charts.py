"""Charts that follow a plan: in the print copy they end where the plan ends, not where there is room for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from okosos_xl.engine import CellValue
from okosos_xl.template.layout import column_name, quoted_sheet
from okosos_xl.workbook.areas import Area, Cell, parse_area

_SERIES = re.compile(rb"<((?:\w+:)?)ser\b[^<>]*>.*?</\1ser>", re.S)
_PART = re.compile(rb"<((?:\w+:)?)(cat|val)\b[^<>]*>.*?</\1\2>", re.S)
_FORMULA = re.compile(rb"(<(?:\w+:)?f>)([^<]*)(</(?:\w+:)?f>)")

Look = Callable[[str, Cell], CellValue]
"""The value of a cell of a sheet."""


def shortened(chart: bytes, look: Look) -> bytes:
    """A chart without the end where every series has neither a name along the axis nor an amount."""
    lengths = [_length(one[0], look) for one in _SERIES.finditer(chart)]
    if not lengths or 0 in lengths:
        return chart
    length = max(lengths)
    return _SERIES.sub(lambda one: _PART.sub(lambda part: _cut(part[0], length), one[0]), chart)


def _areas(series: bytes) -> dict[bytes, Area | None]:
    found: dict[bytes, Area | None] = {}
    for part in _PART.finditer(series):
        formula = _FORMULA.search(part[0])
        found[part[2]] = parse_area(unescape(formula[2].decode())) if formula is not None else None
    return found


def _length(series: bytes, look: Look) -> int:
    """How many points of a series hold something; 0 when it is not one row or column of names and one of amounts."""
    areas = _areas(series)
    names, amounts = areas.get(b"cat"), areas.get(b"val")
    if names is None or amounts is None:
        return 0
    along, values = _line(names), _line(amounts)
    if not along or len(along) != len(values):
        return 0
    count = len(along)
    while count > 1 and not look(names.sheet, along[count - 1]) and not look(amounts.sheet, values[count - 1]):
        count -= 1
    return count


def _line(area: Area) -> list[Cell]:
    """The cells of one row or column; none for anything else."""
    if area.row1 == area.row2:
        return [(area.row1, col) for col in range(area.col1, area.col2 + 1)]
    return [(row, area.col1) for row in range(area.row1, area.row2 + 1)] if area.col1 == area.col2 else []


def _cut(part: bytes, length: int) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        area = parse_area(unescape(match[2].decode()))
        if area is None:
            return match[0]
        row, col = _line(area)[:length][-1]
        first = f"${column_name(area.col1)}${area.row1}"
        text = f"{quoted_sheet(area.sheet)}!{first}:${column_name(col)}${row}"
        return match[1] + escape(text, quote=False).encode() + match[3]

    return _FORMULA.sub(one, part, count=1)
