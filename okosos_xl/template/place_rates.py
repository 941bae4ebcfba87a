"""Places the sheet of rates: the date they are looked up for, the families, and a row for every rate."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from okosos_xl.template import rates
from okosos_xl.template.layout import RateRow
from okosos_xl.template.spec import Input, Item

if TYPE_CHECKING:
    from okosos_xl.template.pen import Pen

_OWN_RATE = "Din egen verdi i stedet for satsen. Tom: satsen brukes."
_OWN_REASON = "Hvorfor satsen er fraveket, eller hvor den egne verdien er hentet."
_RATE_LABEL_LIMIT = 66
_SOURCE_COLUMN = 3
_RATE_USED = 'IF(ISNUMBER([verdi]),[verdi],IF([fast]="","",[fast]))'


class RateSheet:
    """The block of rates on the sheet that ``on`` places."""

    def __init__(self, on: Pen, groups: list[rates.Group]) -> None:
        self.on, self.groups = on, groups

    def place(self) -> None:
        """The date, the families, and every rate: from the files, the advisor's own, and the one that is used."""
        self.on.width(2, 16.0)
        count = len(self.groups)
        without_reason = self._counted('SUMPRODUCT(({0}.verdi<>"")*({0}.grunn=""))')
        computed = (
            Item("satser.utdatert", "Mulig utdatert", "tekst", formula=rates.listing(count, "utdatert")),
            Item("satser.uoffisiell", "Ikke offisiell", "tekst", formula=rates.listing(count, "uoffisiell")),
            Item("satser.egne", "Egne verdier", "heltall", formula=self._counted("COUNT({}.verdi)")),
            Item("satser.uten_grunn", "Egne verdier uten grunn", "heltall", formula=without_reason),
        )
        for item in (*rates.TOP, *computed):
            self.on.label(self.on.row, 1, item.label, "label")
            region = self.on.region(
                item.id, dataclasses.replace(item, file=self.on.spec.file), "field", (self.on.row, 2)
            )
            region.fixed = item.formula is None
            self.on.row += 1
        self.on.row += 1
        self._families()
        for col, (title, width) in enumerate(rates.COLUMNS, 1):
            self.on.label(self.on.row, col, title, "header")
            self.on.width(col, width)
        self.on.sheet.repeat_rows, self.on.sheet.freeze = (self.on.row, self.on.row), (4, 2)
        self.on.row += 1
        for group in self.groups:
            self._group(group)

    def _counted(self, formula: str) -> str:
        return "+".join(formula.format(group.owner) for group in self.groups) or "0"

    def _families(self) -> None:
        """One row per family: whether the case leans on it, and what should be known about its values."""
        columns = (
            Item("navn", "Satsene", "tekst"), Item("bruk", "I bruk i saken (1 = ja)", "heltall"),
            Item("utdatert", "Mulig utdatert", "heltall"), Item("uoffisiell", "Ikke offisielle", "heltall"),
        )  # fmt: skip
        self.on.sheet.tall_rows[self.on.row] = 48.0
        for col, item in enumerate(columns, 1):
            self.on.label(self.on.row, col, item.label, "header")
            size = (len(self.groups), 1)
            item = dataclasses.replace(item, file=self.on.spec.file)  # noqa: PLW2901
            region = self.on.region(
                f"{rates.FAMILIES}.{item.id}", item, "rows", (self.on.row + 1, col), size=size, owner=rates.FAMILIES
            )
            if item.id == "bruk":
                region.row_items = tuple(
                    dataclasses.replace(item, formula=rates.used_formula(group)) for group in self.groups
                )
            else:
                region.kind, region.fixed = "column", True
        self.on.row += len(self.groups) + 2

    def _group(self, group: rates.Group) -> None:
        """The rows of one family: a cell with a name for every rate."""
        self.on.label(self.on.row, 1, group.title, "subheading")
        source_of_all = Item(f"{group.owner}.kilder", "Kilde", "tekst", file=self.on.spec.file)
        self.on.region(source_of_all.id, source_of_all, "field", (self.on.row, _SOURCE_COLUMN)).fixed = True
        self.on.row += 1
        size = (len(group.keys), 1)
        source, own = ("kommune", "egne_kommunesatser") if group.own else ("sats", "egne_satser")
        columns = (
            (2, Item("fast", "Sats", "tall"), ()),
            (3, Item("verdi", "Egen verdi", "tall", Input(), help=_OWN_RATE), group.ids(own, ".verdi")),
            (4, Item("grunn", "Grunn", "tekst", Input(), help=_OWN_REASON), group.ids(own, ".grunn")),
            (5, Item("brukes", "Brukes", "tall", formula=_RATE_USED, style="nokkel"), group.ids(source)),
            (7, Item("fra", "Gjelder fra", "dato"), ()),
            (8, Item("forbehold", "Forbehold", "tekst"), ()),
            (9, Item("kilde", "Kilde", "tekst"), ()),
        )
        for col, item, ids in columns:
            filed = dataclasses.replace(item, file=self.on.spec.file)
            at = (self.on.row, col)
            region = self.on.region(f"{group.owner}.{item.id}", filed, "column", at, size=size, owner=group.owner)
            region.cell_ids, region.named_cells = ids, item.id == "brukes"
            region.fixed = item.formula is None and item.input is None
        for key in group.keys:
            self.on.label(self.on.row, 1, key.fullt_navn, "wrapped")
            if len(key.fullt_navn) > _RATE_LABEL_LIMIT:
                self.on.sheet.tall_rows[self.on.row] = 29.0
            self.on.label(self.on.row, 6, str(key.enhet), "unit")
            self.on.layout.rates.append(
                RateRow(
                    group.family.id, key.id, group.own, key.fullt_navn, str(key.enhet), self.on.spec.name, self.on.row
                )
            )
            self.on.row += 1
