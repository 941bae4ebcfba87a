"""Places the blocks of each sheet: top to bottom, tables and matrices with their headers. Decides no formulas."""

from __future__ import annotations

import re

from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Label, Layout, Owner, Region, SheetLayout
from okosos_xl.template.spec import (
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
)

FIRST_ROW = 5
WIDTHS = {
    "tekst": 18.0, "langtekst": 40.0, "kr": 13.0, "kr_ore": 14.0, "prosent": 10.0,
    "heltall": 10.0, "tall": 12.0, "dato": 12.0, "maaned": 17.0, "ja_nei": 9.0, "valg": 24.0,
}  # fmt: skip
LABEL_WIDTH = 34.0
CHECK_COLUMNS = (("Kode", 34.0), ("Status", 14.0), ("Hva som er galt", 52.0), ("Hvor", 14.0), ("Hva du kan gjøre", 52.0))
LEGEND = (
    ("input", "Her fyller du inn"),
    ("formula", "Regnes ut (låst, uten passord)"),
    ("key", "Nøkkeltall"),
    ("override", "Overstyrt: tallet er skrevet over en formel, og er merket med ordet «overstyrt»"),
)
_CELL_LIKE = re.compile(r"^([A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[RrCc])$")


def place(spec: TemplateSpec, capacity: dict[str, int], exact: dict[str, int]) -> Layout:
    """Give every block its cells. ``capacity`` is the number of rows wanted per growing table, ``exact`` overrules it."""
    layout = Layout(spec, [], {}, {}, [c for s in spec.sheets for c in s.checks], {})
    _owners(spec, layout, capacity, exact)
    for sheet in spec.sheets:
        layout.sheets.append(_Placer(sheet, layout).run())
    return layout


def _owners(spec: TemplateSpec, layout: Layout, capacity: dict[str, int], exact: dict[str, int]) -> None:
    """Tables with rows of their own first, then those that follow them."""
    blocks = [(s, b) for s in spec.sheets for b in s.blocks]
    for sheet, b in blocks:
        if isinstance(b, Table) and not b.over:
            rows = b.rows
            wanted = capacity.get(b.id, 0)
            if b.grows and wanted > 0:
                rows = max(rows, -(-(wanted + b.margin) // 10) * 10)
            if b.grows:
                rows = exact.get(b.id, rows)
            _add_owner(layout, sheet, Owner(b.id, "table", b.id, rows))
            if b.grows:
                layout.capacity[b.id] = rows
    for sheet, b in blocks:
        if isinstance(b, Table | Matrix) and b.over:
            if b.over not in layout.owners:
                raise TemplateError(sheet.file, sheet.name, b.id, f"ukjent tabell «{b.over}».", "id-en til en tabell")
            rows = layout.owners[b.over].nrows
            periods = b.periods if isinstance(b, Matrix) else 0
            _add_owner(layout, sheet, Owner(b.id, "matrix" if periods else "table", b.over, rows, periods))
        elif isinstance(b, Matrix):
            _add_owner(layout, sheet, Owner(b.id, "matrix", b.id, 0, b.periods))


def _add_owner(layout: Layout, sheet: SheetSpec, owner: Owner) -> None:
    if owner.id in layout.owners:
        raise TemplateError(sheet.file, sheet.name, owner.id, "id-en er brukt to ganger.", "en ny id")
    layout.owners[owner.id] = owner


class _Placer:
    def __init__(self, spec: SheetSpec, layout: Layout) -> None:
        self.spec, self.layout, self.sheet = spec, layout, SheetLayout(spec)
        self.row = FIRST_ROW

    def run(self) -> SheetLayout:
        self.label(1, 1, self.spec.title, "title")
        if self.spec.conclusion:
            item = Item("konklusjon", "", "langtekst", formula=self.spec.conclusion, style="konklusjon", file=self.spec.file)
            self.region(f"konklusjon.{_ascii(self.spec.name)}", item, "field", 2, 1)
        self.sheet.freeze = (4, 1)
        for block in self.spec.blocks:
            self.block(block)
            self.row += 1
        for name, width in self.spec.widths:
            self.sheet.widths[_column_number(name)] = width
        return self.sheet

    def label(self, row: int, col: int, text: str, style: str, link: str = "") -> None:
        self.sheet.labels.append(Label(row, col, text, style, link))
        self.grow(row, col)

    def grow(self, row: int, col: int) -> None:
        self.sheet.last_row, self.sheet.last_col = max(self.sheet.last_row, row), max(self.sheet.last_col, col)

    def width(self, col: int, width: float) -> None:
        self.sheet.widths[col] = max(self.sheet.widths.get(col, 0.0), width)

    def region(
        self, id: str, item: Item, kind: str, row: int, col: int, nrows: int = 1, ncols: int = 1, owner: str = ""
    ) -> Region:
        if id in self.layout.regions or id in self.layout.owners:
            raise TemplateError(item.file, self.spec.name, id, "id-en er brukt to ganger.", "en ny id")
        if _CELL_LIKE.match(id):
            raise TemplateError(item.file, self.spec.name, id, "id-en ser ut som en celleadresse.", "et lengre navn")
        region = Region(id, item, kind, self.spec.name, row, col, nrows, ncols, owner)
        self.layout.regions[id] = region
        self.sheet.regions.append(region)
        self.grow(row + nrows - 1, col + ncols - 1)
        return region

    def heading(self, title: str) -> None:
        if title:
            self.label(self.row, 1, title, "heading")
            self.row += 1

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
            case Special():
                self.special(block)

    def fields(self, block: Fields) -> None:
        self.heading(block.title)
        self.width(1, LABEL_WIDTH)
        for item in block.items:
            self.label(self.row, 1, item.label, "label")
            self.region(item.id, item, "field", self.row, 2)
            self.width(2, WIDTHS["dato"] if item.type == "langtekst" else WIDTHS[item.type])
            if item.unit:
                self.label(self.row, 3, item.unit, "unit")
            self.row += 1

    def table(self, block: Table) -> None:
        self.heading(block.title)
        if block.help:
            self.label(self.row, 1, block.help, "note")
            self.row += 1
        owner = self.layout.owners[block.id]
        head = self.row
        self.sheet.tall_rows[head] = 32.0
        first = head + (2 if block.sums else 1)
        for index, item in enumerate(block.items):
            col = index + 1
            self.label(head, col, item.label + (f"\n{item.unit}" if item.unit else ""), "header")
            self.region(f"{block.id}.{item.id}", item, "column", first, col, owner.nrows, 1, block.id)
            self.width(col, item.width or WIDTHS[item.type])
        if block.sums:
            self.label(head + 1, 1, "Sum", "sumlabel")
            for index, item in enumerate(block.items):
                if item.id in block.sums:
                    total = Item(
                        f"sum_{item.id}", f"Sum {item.label.lower()}", item.type, formula=f"SUM({block.id}.{item.id})",
                        style="sum", file=self.spec.file,
                    )  # fmt: skip
                    self.region(f"{block.id}.sum_{item.id}", total, "field", head + 1, index + 1)
        if self.sheet.repeat_rows is None and owner.nrows > 15:
            self.sheet.repeat_rows = (head, first - 1)
            self.sheet.freeze = (first, 2)
        self.row = first + owner.nrows

    def matrix(self, block: Matrix) -> None:
        self.heading(block.title)
        owner = self.layout.owners[block.id]
        self.width(1, 26.0)
        head = self.row
        for item in block.scalars:
            self.label(self.row, 1, item.label, "label")
            self.region(f"{block.id}.{item.id}", item, "scalar", self.row, 2, 1, block.periods, block.id)
            self.row += 1
        for item in block.cells:
            self.label(self.row, 1, item.label, "subheading")
            self.row += 1
            if block.row_label_formula is not None:
                self.region(
                    f"{block.id}.{item.id}_rad", block.row_label_formula, "column", self.row, 1, owner.nrows, 1, block.id
                )
            self.region(f"{block.id}.{item.id}", item, "cell", self.row, 2, owner.nrows, block.periods, block.id)
            self.row += owner.nrows
        for item in (*block.scalars, *block.cells):
            for col in range(2, block.periods + 2):
                self.width(col, item.width or WIDTHS[item.type])
        if self.spec.periods_per_page:
            per = self.spec.periods_per_page
            self.sheet.page_breaks = list(range(1 + per, 1 + block.periods, per))
            self.sheet.repeat_rows = (head, head + min(len(block.scalars), 3) - 1)
            self.sheet.freeze = (head + min(len(block.scalars), 3), 2)

    def grid(self, block: Grid) -> None:
        self.heading(block.title)
        self.sheet.tall_rows[self.row] = 32.0
        self.label(self.row, 1, block.corner, "header")
        for index, item in enumerate(block.items):
            self.label(self.row, index + 2, item.label + (f"\n{item.unit}" if item.unit else ""), "header")
            self.width(index + 2, item.width or WIDTHS[item.type])
        for row in block.rows:
            self.row += 1
            self.label(self.row, 1, row.label, "label")
            for index, item in enumerate(block.items):
                bound = Item(**{**item.__dict__, "bind": row.bind})
                self.region(f"{block.id}.{row.id}.{item.id}", bound, "field", self.row, index + 2)
        self.row += 1

    def special(self, block: Special) -> None:
        self.heading(block.title)
        if block.kind == "lenker":
            for other in self.layout.spec.sheets:
                if other.name != self.spec.name:
                    self.label(self.row, 1, other.name, "link", f"internal:'{other.name}'!A1")
                    self.label(self.row, 2, other.title, "note")
                    self.row += 1
        elif block.kind == "forklaring":
            for style, text in LEGEND:
                self.label(self.row, 1, {"input": "Gult felt", "formula": "Hvitt felt", "key": "Blått felt"}.get(style, "Oransje felt"), f"legend_{style}")
                self.label(self.row, 2, text, "note")
                self.row += 1
        else:
            self.checks(self.layout.checks)

    def checks(self, checks: list[Check]) -> None:
        """One row per check: status, what is wrong, where, what to do. The formulas are the template's own."""
        for col, (title, width) in enumerate(CHECK_COLUMNS, 1):
            self.label(self.row, col, title, "header")
            self.width(col, width)
        self.row += 1
        first = self.row
        for check in checks:
            self.label(self.row, 1, f"{check.id} {check.label}", "checktext")
            self.label(self.row, 4, check.sheet, "link", f"internal:'{check.sheet}'!A1")
            self.label(self.row, 5, check.action, "checktext")
            self.row += 1
        n = len(checks)
        self.layout.owners["kontroll"] = Owner("kontroll", "table", "kontroll", n)
        for name, col, kind in (("status", 2, "tekst"), ("melding", 3, "langtekst")):
            item = Item(name, name.capitalize(), kind, formula="", style="check", file=self.spec.file)
            self.region(f"kontroll.{name}", item, "rows", first, col, n, 1, "kontroll")
        self.sheet.freeze = (first, 2)


def _ascii(name: str) -> str:
    return name.lower().translate(str.maketrans("æøå ", "aoa_"))


def _column_number(name: str) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number
