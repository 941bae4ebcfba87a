"""Places the blocks of each sheet from top to bottom. Decides no formulas."""

from __future__ import annotations

import dataclasses
import re

from okosos_xl.template import arial, rates
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Layout, Owner, SheetLayout, sheet_link
from okosos_xl.template.owners import add_owners
from okosos_xl.template.pen import FIRST_ROW
from okosos_xl.template.place_checks import CheckSheet
from okosos_xl.template.place_rates import RateSheet
from okosos_xl.template.place_tables import TOP, TablePen
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
    Text,
    column_number,
)
from okosos_xl.template.widths import LABEL_WIDTH, WIDTHS

LEGEND = (
    ("input", "Gult felt", "Her fyller du inn"),
    ("formula", "Hvitt felt", "Regnes ut (låst, uten passord)"),
    ("key", "Blått felt", "Nøkkeltall"),
    ("override", "Oransje felt", "Overstyrt: tallet er skrevet over en formel, og er merket med ordet «overstyrt»"),
)
_CONCLUSION_LINES, _CONCLUSION_POINTS = 3, 12
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


class Placer(TablePen):
    """Places one sheet."""

    def __init__(self, spec: SheetSpec, layout: Layout, taken: set[str], groups: list[rates.Group]) -> None:
        super().__init__(spec, layout, taken)
        self.groups = groups

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
        self.sheet.freeze = TOP
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
