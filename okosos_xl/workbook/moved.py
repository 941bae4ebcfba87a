"""What inserted rows make of the template's formulas: every reference follows the cell it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from okosos_xl.template.layout import Formula, Layout, Ref, Region, cell_name, quoted_sheet
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.r1c1 import normalise
from okosos_xl.workbook.sheetcells import SheetCells

Cells = Callable[[str], SheetCells]


@dataclass
class _Sheet:
    """A sheet as it was made → what it is called now, and where its rows and columns are."""

    name: str
    rows: dict[int, int] = field(default_factory=dict)
    cols: dict[int, int] = field(default_factory=dict)


class Moves:
    """Where every cell of the original layout stands now. ``inserted``: table → its new rows, from 0."""

    def __init__(self, original: Layout, layout: Layout, inserted: Mapping[str, list[int]]) -> None:
        self._original = original
        self._sheets: dict[str, _Sheet] = {}
        self._kept: dict[str, list[int]] = {}
        for id, old in original.regions.items():
            new = layout.regions[id]
            sheet = self._sheets.setdefault(old.sheet, _Sheet(new.sheet))
            kept = self.kept(new, inserted.get(new.owner, ()) if new.kind in ("column", "rows") else ())
            for i, now in zip(range(old.nrows), kept, strict=False):
                sheet.rows[old.row + i] = new.row + now
            for j in range(min(old.ncols, new.ncols)):
                sheet.cols[old.col + j] = new.col + j
            self._kept[id] = kept

    @staticmethod
    def kept(region: Region, new: list[int] | tuple[int, ...]) -> list[int]:
        """The rows of a region, from 0, that it had from the start."""
        return [i for i in range(region.nrows) if i not in new]

    def is_new(self, region: Region, i: int) -> bool:
        """Whether the i-th row of a region (from 0) has been inserted."""
        return i not in self._kept[region.id]

    def r1c1(self, region: Region, i: int, j: int) -> str | None:
        """As :meth:`formula`, in R1C1-normal form."""
        text = self.formula(region, i, j)
        return None if text is None else normalise(text, region.row + i, region.col + j)

    def formula(self, region: Region, i: int, j: int) -> str | None:
        """The formula a cell had from the start, as it reads now; None for a cell that is new."""
        kept = self._kept[region.id]
        if i not in kept:
            return None
        old = self._original.regions[region.id]
        first = kept.index(i)
        if first >= old.nrows or j >= old.ncols:
            return None
        return self.text(old.formula_at(first, j), old.sheet, (old.row + first, old.col + j))

    def text(self, formula: Formula, sheet: str, cell: Cell) -> str | None:
        """The formula of a cell of the original layout as it reads now."""
        parts = [part if isinstance(part, str) else self._reference(part, sheet, cell) for part in formula.parts]
        return None if None in parts else "".join(p for p in parts if p)

    def _reference(self, ref: Ref, home: str, cell: Cell) -> str | None:
        there = self._sheets.get(_plain_name(ref.sheet) if ref.sheet else home)
        if there is None:
            return None
        corners = [(ref.row_abs, ref.row, ref.col_abs, ref.col)]
        if ref.is_range:
            corners.append((ref.row2_abs, ref.row2, ref.col2_abs, ref.col2))
        names = []
        for row_abs, row, col_abs, col in corners:
            at = there.rows.get(row if row_abs else cell[0] + row), there.cols.get(col if col_abs else cell[1] + col)
            if at[0] is None or at[1] is None:
                return None
            names.append(_dollars(cell_name(at[0], at[1]), row_abs, col_abs))
        return (f"{quoted_sheet(there.name)}!" if ref.sheet else "") + ":".join(names)


def inserted_rows(original: Layout, layout: Layout, gained: dict[str, int], cells: Cells) -> dict[str, list[int]]:
    """The rows (from 0, inside the table) that the advisor has inserted in each table that has grown."""
    result: dict[str, list[int]] = {}
    for table, count in gained.items():
        if count > 0:
            rows = (
                _not_followed(original, layout, table, count, cells)
                or _without_labels(original, layout, table, count, cells)
                or _without_formulas(layout, table, count, cells)
            )
            if rows:
                result[table] = rows
    return result


def _not_followed(original: Layout, layout: Layout, table: str, count: int, cells: Cells) -> list[int]:
    """The rows that no row of a table following this one speaks of; nothing when that cannot be told."""
    height = next(r.nrows for r in layout.regions.values() if r.owner == table and r.kind in ("column", "rows"))
    followers = [
        r
        for r in layout.regions.values()
        if r.kind == "column" and r.owner != table and r.formula and layout.owners[r.owner].root == table
    ]
    shifted = [Moves(original, layout, {table: list(range(shift))}) for shift in range(count + 1)]
    for region in followers:
        spoken_of = {_row_spoken_of(region, i, shifted, cells) for i in range(region.nrows)}
        if None not in spoken_of and len(spoken_of) == height - count:
            return [i for i in range(height) if i not in spoken_of]
    return []


def _row_spoken_of(region: Region, i: int, shifted: list[Moves], cells: Cells) -> int | None:
    """Which row of the followed table the i-th row of a following one speaks of, or None when that is not clear."""
    cell = (region.row + i, region.col)
    formulas = cells(region.sheet).formulas
    if cell not in formulas:
        return None
    actual = formulas.r1c1(cell)
    matching = [i + shift for shift, moves in enumerate(shifted) if moves.r1c1(region, i, 0) == actual]
    return matching[0] if len(matching) == 1 else None


def _without_labels(original: Layout, layout: Layout, table: str, count: int, cells: Cells) -> list[int]:
    """The rows of a grid with none of the labels its rows had from the start; nothing when that cannot be told."""
    old = next(r for r in original.regions.values() if r.owner == table and r.kind in ("column", "rows"))
    new = layout.regions[old.id]
    rows = range(old.row, old.row + old.nrows)
    sheet = next(s for s in original.sheets if s.spec.name == old.sheet)
    labels = {label.text for label in sheet.labels if label.col == 1 and label.row in rows}
    if len(labels) < old.nrows:
        return []
    first, values = 1 + new.col - old.col, cells(new.sheet).values
    bare = [i for i in range(new.nrows) if values.get((new.row + i, first)) not in labels]
    return bare if len(bare) == count else []


def _without_formulas(layout: Layout, table: str, count: int, cells: Cells) -> list[int]:
    """The rows where no computed column has a formula; those without any value first, as many as have been gained."""
    kinds = ("column", "rows")
    computed = [r for r in layout.regions.values() if r.owner == table and r.kind in kinds and not r.is_input]
    computed = [r for r in computed if not r.fixed]
    if not computed:
        return []
    bare = [
        i for i in range(computed[0].nrows) if not any((r.row + i, r.col) in cells(r.sheet).formulas for r in computed)
    ]
    bare.sort(key=lambda i: any(cells(r.sheet).values.get((r.row + i, r.col)) not in (None, "") for r in computed))
    return sorted(bare[:count]) if len(bare) >= count else []


def _plain_name(prefix: str) -> str:
    name = prefix.removesuffix("!")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _dollars(name: str, row_abs: bool, col_abs: bool) -> str:
    letters = name.rstrip("0123456789")
    return ("$" if col_abs else "") + letters + ("$" if row_abs else "") + name[len(letters) :]
