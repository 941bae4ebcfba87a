"""What a formula leans on, and what that leans on in turn, down to what is typed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from okosos_xl.template.layout import Layout, Region, quoted_sheet

Block = tuple[str, int, int, int, int]
"""Sheet, first row and column, last row and column."""


def leads_to(layout: Layout, regions: Iterable[Region]) -> list[Region]:
    """The regions of a layout that some cells are computed from, those they stand in among them.

    Found by where the compiled formulas point, so it also holds after regions have been moved.
    """
    columns: dict[tuple[str, int], list[Region]] = defaultdict(list)
    for region in layout.regions.values():
        for col in range(region.col, region.col + region.ncols):
            columns[region.sheet, col].append(region)
    sheets = {quoted_sheet(name) + "!": name for name, _ in columns}
    found: dict[str, Region] = {}
    waiting = [(r.sheet, r.row, r.col, r.row + r.nrows - 1, r.col + r.ncols - 1) for r in regions]
    while waiting:
        sheet, row1, col1, row2, col2 = waiting.pop()
        for col in range(col1, col2 + 1):
            for region in columns.get((sheet, col), ()):
                if region.id not in found and region.row <= row2 and row1 < region.row + region.nrows:
                    found[region.id] = region
                    waiting += set(_blocks(region, sheets))
    return list(found.values())


def _blocks(region: Region, sheets: Mapping[str, str]) -> Iterator[Block]:
    """The cells that the formulas of a region point at, a block for each reference."""
    if region.formula is None and not region.row_formulas:
        return
    for formula, row, col, nrows, ncols in region.fills():
        for ref in formula.parts:
            if isinstance(ref, str) or not (nrows and ncols):
                continue
            end = ref
            if not ref.is_range:
                end = ref._replace(row2=ref.row, row2_abs=ref.row_abs, col2=ref.col, col2_abs=ref.col_abs)
            yield (
                sheets.get(ref.sheet, region.sheet),
                ref.row if ref.row_abs else row + ref.row,
                ref.col if ref.col_abs else col + ref.col,
                end.row2 if end.row2_abs else row + nrows - 1 + end.row2,
                end.col2 if end.col2_abs else col + ncols - 1 + end.col2,
            )
