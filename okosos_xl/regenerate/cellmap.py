"""Where every cell of the old workbook stands in the new one: by region and offset, by sheet beside the form."""

from __future__ import annotations

from collections.abc import Mapping

from okosos_xl.template.layout import Layout, Region
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.r1c1 import rewritten

Place = tuple[str, int, int]
"""Sheet, row and column."""


class CellMap:
    """``old_names`` are ids of an older template and what they are called now, empty when they are gone.

    ``rows`` gives, for a table whose rows have moved, the old rows (from 0) in their new order. ``sheets`` are the
    advisor's own sheets, and what they are called now.
    """

    def __init__(
        self,
        old: Layout,
        new: Layout,
        rows: Mapping[str, list[int]],
        sheets: Mapping[str, str],
        old_names: Mapping[str, str] | None = None,
    ) -> None:
        self.new, self._rows, self._own = new, rows, sheets
        self.displaced: dict[tuple[str, Cell], Place] = {}
        """Cells beside the form, by old sheet, that had to be put elsewhere than where they belong."""
        self._old_names = {old.casefold(): now for old, now in (old_names or {}).items()}
        self._owners = old.owners
        self._regions: dict[str, list[Region]] = {}
        for region in old.regions.values():
            self._regions.setdefault(region.sheet, []).append(region)
        self._ids = {id.casefold(): id for id in old.regions}
        self._new_sheets = {sheet: self._counterpart(regions) for sheet, regions in self._regions.items()}
        self._unmoved = {sheet: all(self._stays(r) for r in regions) for sheet, regions in self._regions.items()}

    @property
    def nothing_moved(self) -> bool:
        """Whether every cell stands where it stood, on a sheet of the same name."""
        names = (*self._new_sheets.items(), *self._own.items())
        return all(self._unmoved.values()) and all(old == new for old, new in names)

    def _counterpart(self, regions: list[Region]) -> str:
        """The sheet that most of the regions of an old sheet are on now."""
        found = [self.new.regions[id].sheet for r in regions if (id := r.id) in self.new.regions]
        return max(dict.fromkeys(found), key=found.count, default="")

    def _stays(self, region: Region) -> bool:
        new = self.new.regions.get(region.id)
        if new is None:
            return False
        place = (new.row, new.col, new.nrows, new.ncols)
        order = self._rows.get(self._root(region.owner))
        in_order = order is None or order == list(range(len(order)))
        return in_order and place == (region.row, region.col, region.nrows, region.ncols)

    def _root(self, owner: str) -> str:
        return self._owners[owner].root if owner in self._owners else owner

    def sheet(self, name: str) -> str:
        """What an old sheet is called now; empty when it is gone."""
        return self._own.get(name) or self._new_sheets.get(name, "")

    def cell(self, sheet: str, cell: Cell) -> Place | None:
        """Where a cell of the old workbook stands now; None when it is gone."""
        name = self.sheet(sheet)
        if not name:
            return None
        if (sheet, cell) in self.displaced:
            return self.displaced[sheet, cell]
        if sheet in self._own or self._unmoved.get(sheet):
            return name, *cell
        region = self.region(sheet, cell)
        return self._inside(region, cell) if region is not None else self._beside(sheet, name, cell)

    def region(self, sheet: str, cell: Cell) -> Region | None:
        """The old region a cell belongs to."""
        for r in self._regions.get(sheet, ()):
            if r.row <= cell[0] < r.row + r.nrows and r.col <= cell[1] < r.col + r.ncols:
                return r
        return None

    def _inside(self, region: Region, cell: Cell) -> Place | None:
        new = self.new.regions.get(region.id)
        i, j = cell[0] - region.row, cell[1] - region.col
        if new is None or j >= new.ncols:
            return None
        row = self._row(region, new, i)
        return None if row is None or row >= new.nrows else (new.sheet, new.row + row, new.col + j)

    def _row(self, region: Region, new: Region, i: int) -> int | None:
        if region.cell_ids and new.cell_ids:
            id = region.cell_ids[i] if i < len(region.cell_ids) else ""
            return new.cell_ids.index(id) if id in new.cell_ids else None
        order = self._rows.get(self._root(region.owner))
        if order is None or region.kind not in ("column", "rows", "cell"):
            return i
        return order.index(i) if i in order else None

    def _beside(self, sheet: str, name: str, cell: Cell) -> Place | None:
        """A cell outside the form follows the regions in its row, else the nearest one above it."""
        beside = self._in_row(sheet, cell)
        if beside is not None:
            return beside
        regions = [(r, self.new.regions[id]) for r in self._regions[sheet] if (id := r.id) in self.new.regions]
        regions = [(old, new) for old, new in regions if new.sheet == name]
        above = [(old, new) for old, new in regions if old.row <= cell[0]]
        left = [(old, new) for old, new in regions if old.col <= cell[1]]
        if not above:
            return name, *cell
        old, new = max(above, key=lambda pair: (pair[0].row, -pair[0].col))
        offset = cell[0] - old.row
        row = new.row + offset + (new.nrows - old.nrows if offset >= old.nrows else 0)
        if not left:
            return name, row, cell[1]
        old, new = max(left, key=lambda pair: pair[0].col + pair[0].ncols)
        return name, row, max(1, cell[1] + new.col + new.ncols - old.col - old.ncols)

    def _in_row(self, sheet: str, cell: Cell) -> Place | None:
        """Beside a row of the form: as far from the regions of that row as before."""
        found = []
        for old in self._regions[sheet]:
            new, i = self.new.regions.get(old.id), cell[0] - old.row
            row = self._row(old, new, i) if new is not None and 0 <= i < old.nrows else None
            if new is not None and row is not None and row < new.nrows:
                found.append((old, new, new.row + row))
        if not found:
            return None
        nearest = min(found, key=lambda one: (abs(one[0].col + one[0].ncols - 1 - cell[1]), one[0].col))
        _, new, row = nearest
        here = [(old, now) for old, now, at in found if now.sheet == new.sheet and at == row]
        last = max(old.col + old.ncols for old, _ in here)
        if cell[1] >= last:
            return new.sheet, row, cell[1] - last + max(now.col + now.ncols for _, now in here)
        return new.sheet, row, max(1, cell[1] + new.col - nearest[0].col)

    def area(self, sheet: str, first: Cell, last: Cell) -> tuple[str, Cell, Cell] | None:
        """A rectangle of the old workbook in the new one; one that holds all of a region holds all of it still."""
        name = self.sheet(sheet)
        if not name:
            return None
        if any(on == sheet and _between(first, cell, last) for on, cell in self.displaced):
            moved = self.displaced.get((sheet, first)) if first == last else None
            return None if moved is None else (moved[0], moved[1:], moved[1:])
        if sheet in self._own or self._unmoved.get(sheet):
            return name, first, last
        if 0 in (*first, *last):
            return None
        region = self.region(sheet, first)
        if region is not None and self.region(sheet, last) is region and first != last:
            whole = first[0] == region.row and last[0] == region.row + region.nrows - 1
            new = self.new.regions.get(region.id)
            if whole and new is not None and last[1] - region.col < new.ncols:
                left, right = new.col + first[1] - region.col, new.col + last[1] - region.col
                return new.sheet, (new.row, left), (new.row + new.nrows - 1, right)
        one, two = self.cell(sheet, first), self.cell(sheet, last)
        if one is None or two is None or one[0] != two[0]:
            return None
        if (two[1] - one[1], two[2] - one[2]) != (last[0] - first[0], last[1] - first[1]):
            return None
        return one[0], one[1:], two[1:]

    def formula(self, text: str, home: str) -> str | None:
        """A formula on the old sheet ``home`` (without ``=``) as it must read now; None when that cannot be told."""
        new_home = self.sheet(home)

        def area(sheet: str, first: Cell, last: Cell) -> tuple[str, Cell, Cell] | None:
            found = self.area(sheet or home, first, last)
            if found is None:
                return None
            return ("" if not sheet and found[0] == new_home else found[0]), found[1], found[2]

        return rewritten(text, area, self.name)

    def name(self, text: str) -> str | None:
        """A defined name as it is called now; names that are not the template's stay."""
        if text.casefold() in self._old_names:
            return self._old_names[text.casefold()] or None
        id = self._ids.get(text.casefold())
        return text if id is None or id in self.new.regions else None


def _between(first: Cell, cell: Cell, last: Cell) -> bool:
    """Whether a cell lies in a rectangle; 0 means all rows or columns."""
    return all(one <= at and (at <= other or other == 0) for one, at, other in zip(first, cell, last, strict=True))
