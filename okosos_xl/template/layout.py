"""Where everything stands: regions of cells, labels and blocks, sheet by sheet. Rows and columns count from 1."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from okosos_xl.template.spec import Chart, Check, Item, SheetSpec, TemplateSpec


class Ref(NamedTuple):
    """A reference that moves with its cell: absolute parts are fixed, relative parts are offsets."""

    sheet: str
    row_abs: bool
    row: int
    col_abs: bool
    col: int
    row2_abs: bool = False
    row2: int = 0
    col2_abs: bool = False
    col2: int = 0
    is_range: bool = False


_LONGEST_RANGE = len("$XFD$1048576:$XFD$1048576")


@dataclass(frozen=True)
class Formula:
    """A compiled formula: literal text and references, the same for every cell of a region."""

    parts: tuple[str | Ref, ...]

    @property
    def on_one_sheet(self) -> bool:
        """Whether the formula speaks only of cells on its own sheet."""
        return all(isinstance(part, str) or not part.sheet for part in self.parts)

    @property
    def at_most(self) -> int:
        """A number of characters that the formula's text has no more than, wherever it stands; quickly told."""
        return sum(len(part) if isinstance(part, str) else len(part.sheet) + _LONGEST_RANGE for part in self.parts)

    def at(self, row: int, col: int) -> str:
        """The formula's text, without ``=``, for the cell at ``row``, ``col``."""
        return "".join(p if isinstance(p, str) else _ref_text(p, row, col) for p in self.parts)

    def column(self, row: int, col: int, count: int) -> list[str]:
        """The texts for ``count`` cells downwards from ``row``, ``col``: one pass, no work per reference and cell."""
        pattern: list[str] = []
        offsets: list[int] = []

        def endpoint(row_abs: bool, r: int, col_abs: bool, c: int) -> None:
            name = column_name(c if col_abs else col + c)
            pattern.append(("$" if col_abs else "") + name)
            if row_abs:
                pattern.append(f"${r}")
            else:
                pattern.append("%d")
                offsets.append(r)

        for part in self.parts:
            if isinstance(part, str):
                pattern.append(part.replace("%", "%%"))
                continue
            pattern.append(part.sheet.replace("%", "%%"))
            endpoint(part.row_abs, part.row, part.col_abs, part.col)
            if part.is_range:
                pattern.append(":")
                endpoint(part.row2_abs, part.row2, part.col2_abs, part.col2)
        text = "".join(pattern)
        if not offsets:
            return [text % ()] * count
        return [text % tuple([r + o for o in offsets]) for r in range(row, row + count)]


class Fill(NamedTuple):
    """A rectangle of cells with one formula: its first row and column, and its size."""

    formula: Formula
    row: int
    col: int
    nrows: int
    ncols: int


def _ref_text(ref: Ref, row: int, col: int) -> str:
    def endpoint(row_abs: bool, r: int, col_abs: bool, c: int) -> str:
        name = column_name(c if col_abs else col + c)
        return ("$" if col_abs else "") + name + (f"${r}" if row_abs else str(row + r))

    text = ref.sheet + endpoint(ref.row_abs, ref.row, ref.col_abs, ref.col)
    if ref.is_range:
        text += ":" + endpoint(ref.row2_abs, ref.row2, ref.col2_abs, ref.col2)
    return text


_COLUMNS: list[str] = [""]


def column_name(number: int) -> str:
    """Column letters of a 1-based column number."""
    while len(_COLUMNS) <= number:
        n, name = len(_COLUMNS), ""
        while n:
            n, rest = divmod(n - 1, 26)
            name = chr(65 + rest) + name
        _COLUMNS.append(name)
    return _COLUMNS[number]


def sheet_link(sheet: str) -> str:
    """A link to the first cell of a sheet of the same workbook, as XlsxWriter wants it."""
    return "internal:'" + sheet.replace("'", "''") + "'!A1"


def cell_name(row: int, col: int) -> str:
    return f"{column_name(col)}{row}"


def quoted_sheet(name: str) -> str:
    """The sheet name as it stands in a formula."""
    plain = name.replace("_", "a").isalnum() and not name[0].isdigit()
    return name if plain else "'" + name.replace("'", "''") + "'"


@dataclass
class Region:
    """A block of cells that is one thing: a field, a table column, a period row, or a matrix.

    ``kind``: field, column, scalar, cell, or rows (a column whose rows have formulas of their own).
    ``owner`` is the table or matrix it belongs to. ``formula`` holds one formula for the whole region
    (``first`` replaces it in the first row of a column or the first period), or ``row_formulas`` one per row,
    compiled from ``row_items``. ``cell_ids`` name the cells one by one (``boutgifter.husleie.belop``), in the file
    too when ``named_cells``; ``lost_ids`` are those whose row has been deleted, and a new row has an empty one.
    ``fixed`` cells hold rates: neither typed nor computed.
    """

    id: str
    item: Item
    kind: str
    sheet: str
    row: int
    col: int
    nrows: int = 1
    ncols: int = 1
    owner: str = ""
    formula: Formula | None = None
    first: Formula | None = None
    row_formulas: tuple[Formula, ...] = ()
    row_items: tuple[Item, ...] = ()
    cell_ids: tuple[str, ...] = ()
    lost_ids: tuple[str, ...] = ()
    named_cells: bool = False
    fixed: bool = False

    @property
    def is_input(self) -> bool:
        return self.item.input is not None

    @property
    def area(self) -> str:
        """Absolute address with sheet, as a defined name holds it."""
        text = f"{quoted_sheet(self.sheet)}!${column_name(self.col)}${self.row}"
        if self.nrows * self.ncols > 1:
            text += f":${column_name(self.col + self.ncols - 1)}${self.row + self.nrows - 1}"
        return text

    def formula_at(self, i: int, j: int) -> Formula:
        """The formula of the cell ``i`` rows down and ``j`` columns into the region (from 0)."""
        if self.row_formulas:
            return self.row_formulas[i]
        assert self.formula is not None
        if self.first is not None and (i if self.kind == "column" else j) == 0:
            return self.first
        return self.formula

    def fills(self) -> list[Fill]:
        """The rectangles that one formula fills."""
        row, col, nrows, ncols = self.row, self.col, self.nrows, self.ncols
        if self.row_formulas:
            return [Fill(formula, row + i, col, 1, 1) for i, formula in enumerate(self.row_formulas)]
        assert self.formula is not None
        if self.first is None:
            return [Fill(self.formula, row, col, nrows, ncols)]
        if self.kind == "column":
            return [Fill(self.first, row, col, 1, 1), Fill(self.formula, row + 1, col, nrows - 1, ncols)]
        return [Fill(self.first, row, col, nrows, 1), Fill(self.formula, row, col + 1, nrows, ncols - 1)]

    def columns_of_text(self) -> list[list[str]]:
        """Every formula text of the region, column by column."""
        if self.row_formulas:
            return [[f.at(self.row + i, self.col) for i, f in enumerate(self.row_formulas)]]
        assert self.formula is not None
        result = [self.formula.column(self.row, self.col + j, self.nrows) for j in range(self.ncols)]
        if self.first is not None:
            if self.kind == "column":
                result[0] = [self.first.at(self.row, self.col), *result[0][1:]]
            else:
                result[0] = self.first.column(self.row, self.col, self.nrows)
        return result


@dataclass(frozen=True)
class Label:
    row: int
    col: int
    text: str
    style: str
    link: str = ""


@dataclass(frozen=True)
class Owner:
    """A table or matrix as formulas see it: which rows it follows, how many, and how many periods."""

    id: str
    kind: str
    root: str
    nrows: int
    periods: int = 0

    @property
    def from_data(self) -> bool:
        """Whether the rows are those of a folder of data files (its name ends with ``/``)."""
        return self.kind == "grid" and self.root.endswith("/")


@dataclass(frozen=True)
class RateRow:
    """One rate on the sheet of rates: which it is, its label and unit, and the row it stands in.

    ``own`` are the municipality's values, empty when it has none.
    """

    family: str
    key: str
    own: bool
    label: str
    unit: str
    sheet: str
    row: int

    @property
    def id(self) -> str:
        """The id formulas use: ``sats.trinnskatt.trinn.1.over``."""
        return f"{'kommune' if self.own else 'sats'}.{self.family}.{self.key}"

    @property
    def owner(self) -> str:
        """The table the row belongs to."""
        return f"{'kommunesatser' if self.own else 'satser'}_{self.family}"


@dataclass
class SheetLayout:
    """One sheet with everything on it in its place."""

    spec: SheetSpec
    labels: list[Label] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    charts: list[tuple[Chart, int]] = field(default_factory=list)
    repeat_rows: tuple[int, int] | None = None
    freeze: tuple[int, int] | None = None
    last_row: int = 3
    last_col: int = 2
    paper_col: int = 0
    """The last column that is printed; what stands beside the paper is to the right of it."""
    page_breaks: list[int] = field(default_factory=list)
    tall_rows: dict[int, float] = field(default_factory=dict)
    filled_rows: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    """Blocks of rows (row, column, rows, columns) and the column that is empty in a row with nothing to show."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Cells that are one, for running text: first row and column, last row and column."""
    full_rows: set[int] = field(default_factory=set)
    full_columns: set[int] = field(default_factory=set)
    """Rows and columns with nothing but what belongs to the full version of a case."""


@dataclass
class Layout:
    """A compiled template: everything the writer, the reader and the checks need."""

    spec: TemplateSpec
    sheets: list[SheetLayout]
    regions: dict[str, Region]
    owners: dict[str, Owner]
    checks: list[Check]
    capacity: dict[str, int]
    rates: list[RateRow] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """The fingerprints of formula regions as far as they have been made; the same wherever a region stands."""

    @property
    def size(self) -> int:
        """How many cells its regions have."""
        return sum(region.nrows * region.ncols for region in self.regions.values())

    def copy(self) -> Layout:
        """The same layout with regions of its own, which can be moved about."""
        regions = {id: copy(region) for id, region in self.regions.items()}
        sheets = [replace(sheet, regions=[regions[r.id] for r in sheet.regions]) for sheet in self.sheets]
        return replace(self, sheets=sheets, regions=regions)

    def cells(self) -> dict[str, Region]:
        """The cells that have ids of their own inside larger regions, as regions of one cell."""
        found: dict[str, Region] = {}
        for region in self.regions.values():
            rows = [(id, region.row + offset) for offset, id in enumerate(region.cell_ids) if id]
            for id, row in (*rows, *((id, region.row) for id in region.lost_ids)):
                found[id] = replace(
                    region, id=id, kind="field", row=row, nrows=1, owner="", cell_ids=(), lost_ids=(), row_items=()
                )
        return found

    def rows_have_places(self, table: str) -> bool:
        """Whether each row of a table has its place, also when it is empty; else only their order counts."""
        owner = self.owners[table]
        followed = any(self.owners[r.owner].root == table != r.owner for r in self.inputs() if r.owner)
        return owner.root != table or table not in self.capacity or followed

    def inputs(self) -> list[Region]:
        """All input regions, in sheet order."""
        return [r for s in self.sheets for r in s.regions if r.is_input]

    def formulas(self) -> list[Region]:
        """All formula regions, in sheet order."""
        return [r for s in self.sheets for r in s.regions if not r.is_input and not r.fixed]
