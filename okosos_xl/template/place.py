"""Places the blocks of each sheet: top to bottom, tables and matrices with their headers. Decides no formulas."""

from __future__ import annotations

import dataclasses
import re

from okosos_xl.template import arial, rates
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.formula import CELL_LIKE
from okosos_xl.template.layout import Label, Layout, Owner, Region, SheetLayout, sheet_link
from okosos_xl.template.owners import add_owners
from okosos_xl.template.place_checks import CheckSheet
from okosos_xl.template.place_rates import RateSheet
from okosos_xl.template.spec import (
    Binding,
    Block,
    Chart,
    Check,
    Fields,
    Grid,
    Item,
    Matrix,
    Note,
    SheetSpec,
    Special,
    Table,
    TemplateSpec,
    Text,
    column_number,
)
from okosos_xl.template.widths import LABEL_WIDTH, WIDTHS, header_height

FIRST_ROW = 5
LEGEND = (
    ("input", "Gult felt", "Her fyller du inn"),
    ("formula", "Hvitt felt", "Regnes ut (låst, uten passord)"),
    ("key", "Blått felt", "Nøkkeltall"),
    ("override", "Oransje felt", "Overstyrt: tallet er skrevet over en formel, og er merket med ordet «overstyrt»"),
)
_MAX_NAME = 200
_CONCLUSION_LINES, _CONCLUSION_POINTS = 3, 12
_LOWEST_FROZEN = 18
"""Headings further down than this are not frozen: on a laptop there would be no room left under them."""
_EXCEL_ROWS = 1_048_576


def place(spec: TemplateSpec, capacity: dict[str, int], exact: dict[str, int]) -> Layout:
    """Give every block its cells. ``capacity`` is the number of rows wanted per growing table, ``exact`` overrules it.

    Raises :class:`TemplateError` for an id used twice or that Excel cannot use, and for rows that follow no table.
    """
    layout = Layout(spec, [], {}, {}, [*all_rate_checks(spec), *(c for s in spec.sheets for c in s.checks)], {})
    groups = rates.groups(spec)
    add_owners(spec, layout, capacity, exact)
    for group in groups:
        layout.owners[group.owner] = Owner(group.owner, "table", group.owner, len(group.keys))
    if groups:
        layout.owners[rates.FAMILIES] = Owner(rates.FAMILIES, "table", rates.FAMILIES, len(groups))
    taken = {id.lower() for id in layout.owners}
    for sheet in spec.sheets:
        layout.sheets.append(Placer(sheet, layout, taken, groups).run())
    return layout


def all_rate_checks(spec: TemplateSpec) -> list[Check]:
    """The checks on the rates; a template that uses rates must show them."""
    sheets = [s for s in spec.sheets for b in s.blocks if isinstance(b, Special) and b.kind == "satser"]
    if bool(spec.rates) != (len(sheets) == 1):
        problem = "malen bruker satser, men viser dem ikke på ett ark." if spec.rates else "malen bruker ingen satser."
        raise TemplateError(f"{spec.id}/mal.yaml", "", "satser", problem, "satser i mal.yaml, og én - special: satser")
    return rates.rate_checks(spec, sheets[0].name, sheets[0].file) if sheets else []


class Placer:
    """Places one sheet: ``row`` is where the next block begins."""

    def __init__(self, spec: SheetSpec, layout: Layout, taken: set[str], groups: list[rates.Group]) -> None:
        self.spec, self.layout, self.sheet = spec, layout, SheetLayout(spec)
        self.taken = taken
        self.groups = groups
        self.row = FIRST_ROW
        self.points = arial.LARGE_POINTS if spec.large else arial.POINTS

    def run(self) -> SheetLayout:
        self.label(1, 1, self.spec.title, "title")
        if self.spec.conclusion:
            item = Item(
                "konklusjon", "", "langtekst", None, self.spec.conclusion, style="konklusjon", file=self.spec.file
            )
            self.region(self.conclusion_id(), item, "field", (2, 1))
            if self.spec.letter:
                self.merge(2, 1)
                self.sheet.tall_rows[2] = arial.height(_CONCLUSION_LINES, _CONCLUSION_POINTS)
        self.sheet.freeze = (4, 1)
        for name, _ in self.spec.widths:
            self.grow(1, column_number(name))
        beside = [block for block in self.spec.blocks if isinstance(block, Fields) and block.beside]
        for block in self.spec.blocks:
            if block in beside:
                continue
            first = self.row
            self.block(block)
            self.row += 1
            if getattr(block, "only", ""):
                self.sheet.full_rows |= set(range(first, self.row))
        self.sheet.paper_col, self.row = self.sheet.last_col, FIRST_ROW
        for aside in beside:
            self.fields(aside, self.sheet.paper_col + 2)
            self.row += 1
        self.full_columns()
        for name, width in self.spec.widths:
            self.sheet.widths[column_number(name)] = width
        if self.sheet.last_row > _EXCEL_ROWS:
            raise TemplateError(self.spec.file, self.spec.name, "", "arket blir for langt for Excel.", "færre rader")
        return self.sheet

    def full_columns(self) -> None:
        """The columns where every computed or typed cell belongs to the full version."""
        mixed: dict[int, bool] = {}
        for region in self.sheet.regions:
            for col in range(region.col, region.col + region.ncols):
                mixed[col] = mixed.get(col, True) and (bool(region.item.only) or region.row in self.sheet.full_rows)
        self.sheet.full_columns = {col for col, full in mixed.items() if full and col > 1}

    def conclusion_id(self) -> str:
        """The id of the sheet's conclusion: its name in plain letters, numbered if two names become the same."""
        plain = f"konklusjon.{_ascii(self.spec.name)}"
        return next(id for id in (plain, *(f"{plain}_{n}" for n in range(2, 999))) if id not in self.taken)

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

    def block(self, block: Block) -> None:
        match block:
            case Fields():
                self.fields(block)
            case Table():
                self.table(block)
            case Matrix():
                self.matrix(block)
            case Grid():
                self.grid(block)
            case Chart():
                self.sheet.charts.append((block, self.row))
                self.row += block.height
                self.grow(self.row, 6)
            case Note():
                self.heading(block.title)
                for line in block.lines:
                    self.label(self.row, 1, line, "note")
                    self.row += 1
            case Text():
                self.text(block)
            case Special():
                self.special(block)

    def fields(self, block: Fields, col: int = 1) -> None:
        self.heading(block.title, col)
        self.width(col, LABEL_WIDTH)
        for item in block.items:
            words = item.type in ("tekst", "langtekst")
            on_letter = self.spec.letter and words and not block.beside
            self.label(self.row, col, item.label, "toplabel" if item.lines > 1 else "label")
            if on_letter or (item.lines > 1 and words and item.input is None):
                item = dataclasses.replace(item, style=item.style or "avsnitt")  # noqa: PLW2901
            self.region(item.id, item, "field", (self.row, col + 1))
            wide = block.beside and words
            self.width(col + 1, LABEL_WIDTH if wide else WIDTHS["dato" if item.type == "langtekst" else item.type])
            if item.unit:
                self.label(self.row, col + 2, item.unit, "unit")
            if item.only:
                self.sheet.full_rows.add(self.row)
            if on_letter:
                self.merge(self.row, col + 1)
            if block.beside:  # the rows have the heights of the text on the paper
                self.sheet.merged += [(self.row, col + 1, self.row + item.lines - 1, col + 1)] * (item.lines > 1)
                self.row += item.lines
                continue
            if item.lines > 1:
                self.sheet.tall_rows[self.row] = arial.height(item.lines, self.points)
            self.row += 1

    def text(self, block: Text) -> None:
        """Paragraphs, each in a row of its own over the width of the paper, as tall as what it has to hold."""
        self.heading(block.title)
        for paragraph in block.paragraphs:
            if isinstance(paragraph, str):
                self.label(self.row, 1, paragraph, "paragraph")
                lines = arial.lines_needed(paragraph, self.pixels(1), self.points)
            else:
                item = dataclasses.replace(paragraph, style=paragraph.style or "avsnitt")
                self.region(item.id, item, "field", (self.row, 1))
                lines = item.lines
            self.merge(self.row, 1)
            self.sheet.tall_rows[self.row] = arial.height(lines, self.points)
            self.row += 1

    def table(self, block: Table) -> None:
        self.heading(block.title)
        if block.help:
            self.label(self.row, 1, block.help, "note")
            self.row += 1
        owner = self.layout.owners[block.id]
        head = self.row
        self.sheet.tall_rows[head] = header_height(block.items, self.spec.widths)
        first = head + (2 if block.sums else 1)
        for index, item in enumerate(block.items):
            col = index + 1
            if self.spec.letter and item.type in ("tekst", "langtekst") and item.input is None and not item.style:
                item = dataclasses.replace(item, style="avsnitt")  # noqa: PLW2901
            self.label(head, col, item.label + (f"\n{item.unit}" if item.unit else ""), "header")
            lined = [dict(line).get(item.id) for line in block.lines]
            region = self.region(
                f"{block.id}.{item.id}", item, "rows" if any(lined) else "column", (first, col),
                size=(owner.nrows, 1), owner=block.id,
            )  # fmt: skip
            if any(lined):
                region.row_items = tuple(dataclasses.replace(item, formula=formula) for formula in lined)
            self.width(col, item.width or WIDTHS[item.type])
        self.sums(block, head + 1)
        if block.shown_by:
            key = [item.id for item in block.items].index(block.shown_by) + 1
            self.sheet.filled_rows.append((first, 1, owner.nrows, len(block.items), key))
        if owner.nrows > 15:
            # With two long tables, the headings of the last: they are repeated on the pages after it alone.
            self.sheet.repeat_rows = (head, first - 1)
            if self.sheet.freeze == (4, 1) and head <= _LOWEST_FROZEN:
                self.sheet.freeze = (first, 2)
        self.row = first + owner.nrows

    def sums(self, block: Table | Grid, row: int) -> None:
        """The row of sums under the headings."""
        if not block.sums:
            return
        self.label(row, 1, "Sum", "sumlabel")
        start = 2 if isinstance(block, Grid) else 1
        for col, item in enumerate(block.items, start):
            if item.id in block.sums:
                total = Item(
                    f"sum_{item.id}", f"Sum {item.label.lower()}", item.type, formula=f"SUM({block.id}.{item.id})",
                    style="sum", file=self.spec.file, only=item.only,
                )  # fmt: skip
                self.region(f"{block.id}.sum_{item.id}", total, "field", (row, col))

    def matrix(self, block: Matrix) -> None:
        self.heading(block.title)
        owner = self.layout.owners[block.id]
        self.width(1, 26.0)
        head = self.row
        for item in block.scalars:
            self.label(self.row, 1, item.label, "label")
            self.region(f"{block.id}.{item.id}", item, "scalar", (self.row, 2), size=(1, block.periods), owner=block.id)
            self.row += 1
        for item in block.cells:
            self.label(self.row, 1, item.label, "subheading")
            self.row += 1
            if block.row_label_formula is not None:
                label = block.row_label_formula
                self.region(
                    f"{block.id}.{item.id}_rad", label, "column", (self.row, 1), size=(owner.nrows, 1), owner=block.id
                )
            size = (owner.nrows, block.periods)
            self.region(f"{block.id}.{item.id}", item, "cell", (self.row, 2), size=size, owner=block.id)
            if block.row_label_formula is not None and self.spec.kind in ("resultat", "utskrift"):
                self.sheet.filled_rows.append((self.row, 1, owner.nrows, block.periods + 1, 1))
            self.row += owner.nrows
        for item in (*block.scalars, *block.cells):
            for col in range(2, block.periods + 2):
                self.width(col, item.width or WIDTHS[item.type])
        if self.spec.periods_per_page:
            per = self.spec.periods_per_page
            self.sheet.page_breaks = list(range(1 + per, 1 + block.periods, per))
            if block.scalars:
                top = head + min(len(block.scalars), 3)
                self.sheet.repeat_rows, self.sheet.freeze = (head, top - 1), (top, 2)

    def grid(self, block: Grid) -> None:
        self.heading(block.title)
        if block.help:
            self.label(self.row, 1, block.help, "note")
            self.row += 1
        self.sheet.tall_rows[self.row] = max(32.0, header_height((Item("", "", "tekst", width=30), *block.items), ()))
        self.label(self.row, 1, block.corner, "header")
        head, self.row = self.row, self.row + (2 if block.sums else 1)
        for index, row in enumerate(block.rows):
            self.label(self.row + index, 1, row.label, "sumlabel" if row.style == "sum" else "label")
            if row.only:
                self.sheet.full_rows.add(self.row + index)
        for col, item in enumerate(block.items, 2):
            self.label(head, col, item.label + (f"\n{item.unit}" if item.unit else ""), "header")
            self.width(col, item.width or WIDTHS[item.type])
            size = (len(block.rows), 1)
            region = self.region(f"{block.id}.{item.id}", item, "rows", (self.row, col), size=size, owner=block.id)
            prefix = item.scopes[0].prefix if item.scopes else ""
            region.row_items = tuple(
                dataclasses.replace(
                    item,
                    scopes=(Binding(prefix, row.bind), *item.scopes),
                    style=row.style or item.style,
                    file=row.file or item.file,
                )
                for row in block.rows
            )
            region.cell_ids = tuple(f"{block.id}.{row.id}.{item.id}" for row in block.rows)
        self.sums(block, head + 1)
        self.row += len(block.rows)

    def special(self, block: Special) -> None:
        if block.kind == "kontroll":
            CheckSheet(self, self.layout.checks).foremost()
        self.heading(block.title)
        if block.kind == "lenker":
            for other in self.layout.spec.sheets:
                if other.name != self.spec.name:
                    self.label(self.row, 1, other.name, "link", sheet_link(other.name))
                    self.label(self.row, 2, other.title, "note")
                    self.row += 1
        elif block.kind == "forklaring":
            for style, name, text in LEGEND:
                self.label(self.row, 1, name, f"legend_{style}")
                self.label(self.row, 2, text, "note")
                self.row += 1
        elif block.kind == "satser":
            RateSheet(self, self.groups).place()
        else:
            CheckSheet(self, self.layout.checks).all()


def _ascii(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", name.lower().translate(str.maketrans("æøå", "aoa")))
