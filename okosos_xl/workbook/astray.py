"""Names that speak of something else than they did: shortened, or moved to another column or field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from okosos_xl.template.layout import Layout, Region
from okosos_xl.workbook.areas import Area
from okosos_xl.workbook.manifest import Manifest
from okosos_xl.workbook.sheetcells import CellValue

Look = Callable[[str, int, int], CellValue | None]
"""The value of a cell by sheet, row and column."""


def corrected(original: Layout, manifest: Manifest, found: Mapping[str, Area | None], look: Look) -> dict[str, Area]:
    """The regions whose names have gone astray, and where they stand by all other signs.

    ``original`` is the layout the workbook was made with, ``found`` where the names say that the regions are now.
    """
    made = {id: manifest.area(id) for id in found}
    moved = {id: area for id, area in found.items() if area is not None and area != made[id]}
    if not moved:
        return {}
    wrong = _out_of_step(original, found)
    together = Counter(_way(area, made[id]) for id, area in moved.items())
    for id, area in moved.items():
        region, old = original.regions[id], made[id]
        anchor = _anchor(original, region)
        # what has been moved by inserted rows and columns moves together with its neighbours
        if id in wrong or old is None or anchor is None or together[_way(area, old)] > 1:
            continue
        text, up, left = anchor
        here = look(area.sheet, area.row1 - up, area.col1 - left)
        there = look(old.sheet, old.row1 - up, old.col1 - left)
        if here != text and there == text:
            wrong[id] = old
    return wrong


def _way(area: Area, old: Area | None) -> tuple[str, int, int]:
    """How far an area has moved, and on which sheet."""
    return (area.sheet, area.row1 - old.row1, area.col1 - old.col1) if old is not None else (area.sheet, 0, 0)


def _out_of_step(original: Layout, found: Mapping[str, Area | None]) -> dict[str, Area]:
    """Columns that do not have the rows that the others in their table have, put in step with them."""
    tables: dict[tuple[str, str], list[str]] = {}
    for id, region in original.regions.items():
        if region.owner and region.kind in ("column", "rows") and found.get(id) is not None:
            tables.setdefault((region.owner, region.sheet), []).append(id)
    wrong: dict[str, Area] = {}
    for ids in tables.values():
        areas = {id: area for id in ids if (area := found[id]) is not None}
        spans = Counter((a.sheet, a.row1, a.row2) for a in areas.values())
        (sheet, row1, row2), most = spans.most_common(1)[0]
        if len(spans) == 1 or 2 * most <= len(areas):
            continue
        for id, area in areas.items():
            if (area.sheet, area.row1, area.row2) != (sheet, row1, row2):
                wrong[id] = Area(sheet, row1, area.col1, row2, area.col2)
    return wrong


def _anchor(original: Layout, region: Region) -> tuple[str, int, int] | None:
    """The label that tells what a region is: its text, and how many rows up and columns to the left it stands."""
    sheet = next(s for s in original.sheets if s.spec.name == region.sheet)
    if region.kind in ("column", "rows"):
        above = [la for la in sheet.labels if la.col == region.col and la.row < region.row and la.style == "header"]
        heading = max(above, key=lambda la: la.row, default=None)
        return None if heading is None else (heading.text, region.row - heading.row, 0)
    if region.kind in ("field", "scalar"):
        beside = [la for la in sheet.labels if la.row == region.row and la.col < region.col and la.text]
        nearest = max(beside, key=lambda la: la.col, default=None)
        return None if nearest is None else (nearest.text, 0, region.col - nearest.col)
    return None
