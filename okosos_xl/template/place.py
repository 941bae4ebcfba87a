"""Places the blocks of each sheet: top to bottom, tables and matrices with their headers. Decides no formulas."""

from __future__ import annotations

import dataclasses
import re

from okosos_xl.template import rates
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.formula import CELL_LIKE
from okosos_xl.template.layout import Label, Layout, Owner, Region, SheetLayout
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
)
from okosos_xl.template.widths import LABEL_WIDTH, WIDTHS, check_height, column_number, header_height

FIRST_ROW = 5
CHECK_COLUMNS = (
    ("Kode", 34.0), ("Status", 14.0), ("Hva som er galt", 52.0), ("Hvor", 14.0), ("Hva du kan gjøre", 52.0),
    ("Plass", 9.0),
)  # fmt: skip
_FOREMOST = 6
_IN_ORDER = 9000
_PLACE = (
    'IF([status]="feil",1000,IF([status]="advarsel",2000,IF([status]="opplysning",3000,'
    f"{_IN_ORDER})))+COUNTA([status hittil])"
)
"""What puts the worst first: no two checks have the same place, and those in order come last."""
LEGEND = (
    ("input", "Gult felt", "Her fyller du inn"),
    ("formula", "Hvitt felt", "Regnes ut (låst, uten passord)"),
    ("key", "Blått felt", "Nøkkeltall"),
    ("override", "Oransje felt", "Overstyrt: tallet er skrevet over en formel, og er merket med ordet «overstyrt»"),
)
_MAX_NAME = 200
_EXCEL_ROWS = 1_048_576


def place(spec: TemplateSpec, capacity: dict[str, int], exact: dict[str, int]) -> Layout:
    """Give every block its cells. ``capacity`` is the number of rows wanted per growing table, ``exact`` overrules it.

    Raises :class:`TemplateError` for an id used twice or that Excel cannot use, and for rows that follow no table.
    """
    layout = Layout(spec, [], {}, {}, [*all_rate_checks(spec), *(c for s in spec.sheets for c in s.checks)], {})
    groups = rates.groups(spec)
    _owners(spec, layout, capacity, exact)
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


def _owners(spec: TemplateSpec, layout: Layout, capacity: dict[str, int], exact: dict[str, int]) -> None:
    """Tables with rows of their own first, then those that follow them."""
    blocks = [(s, b) for s in spec.sheets for b in s.blocks]
    for sheet, b in blocks:
        if isinstance(b, Grid):
            _add_owner(layout, sheet, Owner(b.id, "grid", b.id, len(b.rows)))
        if isinstance(b, Table) and not b.over:
            rows = len(b.lines) or b.rows
            wanted = capacity.get(b.id, 0)
            if b.grows and wanted > 0:
                rows = max(rows, -(-(wanted + b.margin) // 5) * 5)
            if b.grows:
                rows = max(1, exact.get(b.id, rows))
            _add_owner(layout, sheet, Owner(b.id, "table", b.id, rows))
            if b.grows:
                layout.capacity[b.id] = rows
    waiting = [(s, b) for s, b in blocks if isinstance(b, Matrix) or (isinstance(b, Table) and b.over)]
    while waiting:
        ready = [(s, b) for s, b in waiting if not b.over or b.over in layout.owners]
        if not ready:
            sheet, b = waiting[0]
            known = ", ".join(sorted(layout.owners)) or "id-en til en tabell"
            raise TemplateError(sheet.file, sheet.name, b.id, f"ukjent tabell «{b.over}».", known)
        for sheet, b in ready:
            _add_follower(layout, sheet, b)
        waiting = [(s, b) for s, b in waiting if b.id not in layout.owners]


def _add_follower(layout: Layout, sheet: SheetSpec, block: Table | Matrix) -> None:
    periods = block.periods if isinstance(block, Matrix) else 0
    kind = "matrix" if periods else "table"
    if not block.over:
        _add_owner(layout, sheet, Owner(block.id, kind, block.id, 0, periods))
        return
    followed = layout.owners[block.over]
    if not followed.nrows:
        raise TemplateError(sheet.file, sheet.name, block.id, f"«{block.over}» har ingen rader.", "id-en til en tabell")
    _add_owner(layout, sheet, Owner(block.id, kind, followed.root, followed.nrows, periods))


def _add_owner(layout: Layout, sheet: SheetSpec, owner: Owner) -> None:
    if owner.id.lower() in {id.lower() for id in layout.owners} or owner.id == "kontroll":
        raise TemplateError(sheet.file, sheet.name, owner.id, "id-en er brukt to ganger.", "en ny id")
    if CELL_LIKE.fullmatch(owner.id):
        raise TemplateError(sheet.file, sheet.name, owner.id, "id-en ser ut som en celleadresse.", "et lengre navn")
    layout.owners[owner.id] = owner


class Placer:
    """Places one sheet: ``row`` is where the next block begins."""

    def __init__(self, spec: SheetSpec, layout: Layout, taken: set[str], groups: list[rates.Group]) -> None:
        self.spec, self.layout, self.sheet = spec, layout, SheetLayout(spec)
        self.taken = taken
        self.groups = groups
        self.row = FIRST_ROW

    def run(self) -> SheetLayout:
        self.label(1, 1, self.spec.title, "title")
        if self.spec.conclusion:
            item = Item(
                "konklusjon", "", "langtekst", None, self.spec.conclusion, style="konklusjon", file=self.spec.file
            )
            self.region(self.conclusion_id(), item, "field", (2, 1))
        self.sheet.freeze = (4, 1)
        for block in self.spec.blocks:
            first = self.row
            self.block(block)
            self.row += 1
            if getattr(block, "only", ""):
                self.sheet.full_rows |= set(range(first, self.row))
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
            self.region(item.id, item, "field", (self.row, 2))
            self.width(2, WIDTHS["dato"] if item.type == "langtekst" else WIDTHS[item.type])
            if item.unit:
                self.label(self.row, 3, item.unit, "unit")
            if item.only:
                self.sheet.full_rows.add(self.row)
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
        if self.sheet.repeat_rows is None and owner.nrows > 15:
            self.sheet.repeat_rows = (head, first - 1)
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
                    item, scopes=(Binding(prefix, row.bind), *item.scopes), style=row.style or item.style
                )
                for row in block.rows
            )
            region.cell_ids = tuple(f"{block.id}.{row.id}.{item.id}" for row in block.rows)
        self.sums(block, head + 1)
        self.row += len(block.rows)

    def special(self, block: Special) -> None:
        if block.kind == "kontroll" and self.layout.checks:
            self.foremost(min(_FOREMOST, len(self.layout.checks)))
        self.heading(block.title)
        if block.kind == "lenker":
            for other in self.layout.spec.sheets:
                if other.name != self.spec.name:
                    self.label(self.row, 1, other.name, "link", _link(other.name))
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
            self.checks(self.layout.checks)

    def foremost(self, rows: int) -> None:
        """What is not in order, the worst first: an advisor need not look for it among all that is."""
        file = self.spec.file
        which = "MATCH(SMALL(kontroll.plass,[nr]),kontroll.plass,0)"
        text = f'IF([nr]>COUNTIF(kontroll.plass,"<{_IN_ORDER}"),"",INDEX(kontroll.{{}},{which}))'
        items = (
            Item("nr", "Nr.", "heltall", first="1", formula="[nr forrige]+1", file=file),
            Item("status", "Status", "tekst", formula=text.format("status"), file=file),
            Item("melding", "Hva som er galt", "langtekst", formula=text.format("melding"), file=file),
        )
        self.layout.owners["viktigst"] = Owner("viktigst", "table", "viktigst", rows)
        self.table(Table("viktigst", items, "Det viktigste først", rows=rows, shown_by="status"))
        self.sheet.tall_rows.update((self.row - n, 30.0) for n in range(1, rows + 1))
        self.row += 1

    def checks(self, checks: list[Check]) -> None:
        """One row per check: status, what is wrong, where, what to do. The formulas are the template's own."""
        for col, (title, width) in enumerate(CHECK_COLUMNS, 1):
            self.label(self.row, col, title, "header")
            self.width(col, width)
        self.sheet.repeat_rows = (self.row, self.row)
        self.row += 1
        first = self.row
        for check in checks:
            self.label(self.row, 1, f"{check.id} {check.label}", "checktext")
            self.label(self.row, 4, check.sheet, "checklink", _link(check.sheet))
            self.label(self.row, 5, check.action, "checktext")
            self.sheet.tall_rows[self.row] = check_height(check, CHECK_COLUMNS[4][1])
            self.row += 1
        n = len(checks)
        if not n:
            self.label(first, 1, "Malen har ingen kontroller.", "note")
            self.row += 1
            return
        self.layout.owners["kontroll"] = Owner("kontroll", "table", "kontroll", n)
        for name, col, kind in (("status", 2, "tekst"), ("melding", 3, "langtekst")):
            item = Item(name, name.capitalize(), kind, formula="", style="check", file=self.spec.file)
            self.region(f"kontroll.{name}", item, "rows", (first, col), size=(n, 1), owner="kontroll")
        place = Item("plass", "Plass", "heltall", formula=_PLACE, file=self.spec.file)
        self.region("kontroll.plass", place, "rows", (first, len(CHECK_COLUMNS)), size=(n, 1), owner="kontroll")
        self.sheet.freeze = (first, 2)


def _ascii(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", name.lower().translate(str.maketrans("æøå", "aoa")))


def _link(sheet: str) -> str:
    return "internal:'" + sheet.replace("'", "''") + "'!A1"
