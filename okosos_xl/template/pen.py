"""The pen that writes on a sheet's layout: cells, labels and widths, one row at a time. Knows no kinds of blocks."""

from __future__ import annotations

from okosos_xl.template import arial
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.formula import CELL_LIKE
from okosos_xl.template.layout import Label, Layout, Region, SheetLayout
from okosos_xl.template.spec import Item, SheetSpec, column_number
from okosos_xl.template.widths import WIDTHS

FIRST_ROW = 5
_MAX_NAME = 200


class Pen:
    """Writes on one sheet: ``row`` is where the next thing begins, ``taken`` are the ids that are used."""

    def __init__(self, spec: SheetSpec, layout: Layout, taken: set[str]) -> None:
        self.spec, self.layout, self.sheet = spec, layout, SheetLayout(spec)
        self.taken = taken
        self.row = FIRST_ROW
        self.points = arial.LARGE_POINTS if spec.large else arial.POINTS

    def label(self, row: int, col: int, text: str, style: str, link: str = "") -> None:
        self.sheet.labels.append(Label(row, col, text, style, link))
        self.grow(row, col)

    def grow(self, row: int, col: int) -> None:
        self.sheet.last_row, self.sheet.last_col = max(self.sheet.last_row, row), max(self.sheet.last_col, col)

    def width(self, col: int, width: float) -> None:
        self.sheet.widths[col] = max(self.sheet.widths.get(col, 0.0), width)

    def region(
        self, id: str, item: Item, kind: str, at: tuple[int, int], *, size: tuple[int, int] = (1, 1), owner: str = ""
    ) -> Region:
        (row, col), (nrows, ncols) = at, size
        if id.lower() in self.taken:
            raise TemplateError(item.file, self.spec.name, id, "id-en er brukt to ganger.", "en ny id")
        if CELL_LIKE.fullmatch(id) or len(id) > _MAX_NAME:
            raise TemplateError(
                item.file, self.spec.name, id, "id-en ser ut som en celleadresse, eller er for lang.", "et annet navn"
            )
        self.taken.add(id.lower())
        region = Region(id, item, kind, self.spec.name, row, col, nrows, ncols, owner)
        self.layout.regions[id] = region
        self.sheet.regions.append(region)
        self.grow(row + nrows - 1, col + ncols - 1)
        return region

    def heading(self, title: str, col: int = 1) -> None:
        if title:
            self.label(self.row, col, title, "heading")
            self.row += 1

    def merge(self, row: int, col: int, rows: int = 1) -> None:
        """Make the cells from ``col`` to the edge of the paper one, as running text needs."""
        last = max(col, self.spec.paper_columns)
        if last > col or rows > 1:
            self.sheet.merged.append((row, col, row + rows - 1, last))
            self.grow(row + rows - 1, last)

    def pixels(self, col: int) -> float:
        """The room for text from ``col`` to the edge of the paper."""
        wide = {column_number(name): width for name, width in self.spec.widths}
        last = max(col, self.spec.paper_columns)
        return arial.columns_pixels([wide.get(c, WIDTHS["tekst"]) for c in range(col, last + 1)])
