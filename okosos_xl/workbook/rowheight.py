"""How tall a row must be for the long texts that its formulas give: a spreadsheet does not see to that on opening."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from okosos_xl.engine import Values
    from okosos_xl.template.layout import Layout, Region, SheetLayout

_LINE = 15.0
_LEAST = 8


def text_rows(layout: Layout) -> dict[str, set[int]]:
    """By sheet, the rows whose height may follow a text."""
    found: dict[str, set[int]] = {}
    for sheet, region in _wrapping(layout):
        found.setdefault(sheet.spec.name, set()).update(range(region.row, region.row + region.nrows))
    return found


def text_heights(layout: Layout, values: Values) -> dict[str, dict[int, float]]:
    """By sheet, the rows of tables and grids whose computed texts need more than one line, and their heights."""
    found: dict[str, dict[int, float]] = {}
    for sheet, region in _wrapping(layout):
        grid = values.get(sheet.spec.name, [])
        width = max(_LEAST, int(sheet.widths.get(region.col, _LEAST)) - 2)
        for row in range(region.row, region.row + region.nrows):
            line = grid[row - 1] if row <= len(grid) else []
            text = line[region.col - 1] if region.col <= len(line) else None
            if not isinstance(text, str) or (len(text) <= width and text.isprintable()):
                continue
            lines = len(textwrap.wrap(text, width))
            if lines > 1:
                heights = found.setdefault(sheet.spec.name, {})
                heights[row] = max(heights.get(row, 0.0), _LINE * lines)
    return found


def _wrapping(layout: Layout) -> Iterator[tuple[SheetLayout, Region]]:
    return ((sheet, region) for sheet in layout.sheets for region in sheet.regions if _wraps(region))


def _wraps(region: Region) -> bool:
    item = region.item
    return item.type == "langtekst" and not item.style and not region.is_input and region.kind in ("column", "rows")
