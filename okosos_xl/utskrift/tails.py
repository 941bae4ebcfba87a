"""The rows at the end of a table, and the months at the end of a plan, that hold nothing: what the print copy hides."""

from __future__ import annotations

from collections.abc import Iterable

from okosos_xl.template.layout import Region
from okosos_xl.utskrift.seen import Sheet, columns_in_use, rows_in_use, visible
from okosos_xl.utskrift.styles import Styles

_COLUMN_BLOCKS = ("scalar", "cell")


def empty_tails(sheet: Sheet, styles: Styles) -> tuple[set[int], set[int]]:
    """The rows and columns of a sheet to hide. Never one with anything to see in it, also outside the form."""
    if sheet.around.fixed or not sheet.regions:
        return set(), set()
    seen = visible(sheet, styles)
    rows = _ends(((r.row, r.nrows) for r in sheet.regions if _is_long(r)), rows_in_use(sheet, seen))
    months = [(r.col, r.ncols) for r in sheet.regions if r.kind in _COLUMN_BLOCKS and r.ncols > 1]
    return rows, _ends(months, columns_in_use(sheet, seen, styles)) if months else set()


def _is_long(region: Region) -> bool:
    return region.kind in ("column", "cell", "rows") and region.nrows > 1


def _ends(blocks: Iterable[tuple[int, int]], in_use: set[int]) -> set[int]:
    """What is not in use at the end of each block (first and number of); the first of a block stays."""
    found: set[int] = set()
    for first, count in set(blocks):
        at = first + count - 1
        while at > first and at not in in_use:
            found.add(at)
            at -= 1
    return found
