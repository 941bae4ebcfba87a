"""The advisor's own things moved to where they belong in the new workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from okosos_xl.regenerate.cellmap import CellMap, Place
from okosos_xl.regenerate.own import Own, only_there
from okosos_xl.sak.case import Override
from okosos_xl.template.layout import Layout
from okosos_xl.workbook.additions import Added, AddedSheet, Additions, taken
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.r1c1 import functions_in
from okosos_xl.workbook.rows import Value

_LONGEST_NAME = 31
_BESIDE = 2
"""Columns to the right of the form where a note goes whose place has been taken."""


class Mover:
    """Moves things by a cell map; what has no place in the new workbook is told in ``obstacles``.

    ``older``: the old workbook is of an older template version, which may have had nothing where this one has a text.
    """

    def __init__(self, cells: CellMap, layout: Layout, *, older: bool = False) -> None:
        self.cells, self.layout, self._older = cells, layout, older
        self.obstacles: list[str] = []
        self._stored: dict[str, dict[Cell, Value]] = {}
        self._authors: Mapping[str, str] = {}

    def formula(self, text: str, sheet: str, cell: Cell) -> str:
        """A formula as it must read now."""
        return self._formula(text, sheet, f"{sheet}!{address(cell)}") or text

    def _formula(self, text: str, sheet: str, place: str) -> str | None:
        found = self.cells.formula(text, sheet)
        if found is None:
            self.obstacles.append(f"formelen i {place} viser til noe som ikke har noen plass i den nye arbeidsboken")
        elif not self.cells.nothing_moved and "INDIRECT" in functions_in(text):
            self.obstacles.append(f"formelen i {place} bruker INDIREKTE, og celler har flyttet seg")
        return found

    def override(self, override: Override) -> Override:
        """An override with who wrote its reason, and whose own formula reads as it must now."""
        override = replace(override, author=self._authors.get(override.cell, ""))
        if not override.formula:
            return override
        sheet, _, _ = override.cell.rpartition("!")
        found = self._formula(override.formula.removeprefix("="), sheet, override.cell)
        return replace(override, formula="=" + (found or ""))

    def additions(self, own: Own) -> Additions:
        """All of it."""
        self._authors = own.authors
        places = self._places(own)
        notes: dict[str, dict[Cell, object]] = {}
        for sheet, found in own.notes.items():
            for cell, note in found.items():
                place = self._place(sheet, cell, "kommentaren")
                if place is not None:
                    notes.setdefault(place[0], {})[place[1:]] = note
        formulas: dict[str, dict[Cell, str]] = {}
        for sheet, texts in own.formulas.items():
            for cell, text in texts.items():
                place = self._place(sheet, cell, "formelen")
                if place is not None:
                    formulas.setdefault(place[0], {})[place[1:]] = self.formula(text, sheet, cell)
        cells: dict[str, dict[Cell, Added]] = {}
        for sheet, added in own.cells.items():
            for cell, one in added.items():
                place = places.get((sheet, cell))
                if place is not None:
                    cells.setdefault(place[0], {})[place[1:]] = self._added(one, sheet, cell, place)
        sheets = tuple(self._sheet(sheet) for sheet in own.sheets)
        names = {self._name(key): self._formula(text, "", f"navnet «{key}»") or text for key, text in own.names.items()}
        widths = {self.cells.sheet(sheet): found for sheet, found in own.widths.items() if self.cells.sheet(sheet)}
        hidden = frozenset(filter(None, (self.cells.sheet(sheet) for sheet in own.hidden)))
        return Additions(notes, cells, formulas, sheets, names, widths, hidden, self._stored)  # type: ignore[arg-type]

    def _place(self, sheet: str, cell: Cell, what: str) -> Place | None:
        place = self.cells.cell(sheet, cell)
        if place is None:
            self.obstacles.append(f"{what} i {sheet}!{address(cell)} har ingen plass i den nye arbeidsboken")
        return place

    def _places(self, own: Own) -> dict[tuple[str, Cell], Place]:
        """Where what is written beside the form goes; formulas and comments find what has to give way to the form."""
        found: dict[tuple[str, Cell], Place] = {}
        used: set[Place] = set()
        for sheet, added in own.cells.items():
            for cell in added:
                place = self._place(sheet, cell, "det som er skrevet")
                if place is None:
                    continue
                free = self._free(sheet, cell, place, {at[1:] for at in used if at[0] == place[0]})
                found[sheet, cell] = free
                used.add(free)
        belongs = {(sheet, cell): self.cells.cell(sheet, cell) for sheet, cell in found}
        self.cells.displaced.update({at: place for at, place in found.items() if place != belongs[at]})
        return found

    def _free(self, sheet: str, cell: Cell, place: Place, used: set[Cell]) -> Place:
        """The place itself, or the first free one to the right of the form.

        What has not moved stays, also over a text of the form: there the advisor has typed over it.
        """
        if place == (self.cells.sheet(sheet), *cell) and not self._older:
            return place
        name, row, col = place
        occupied = taken(self.layout, name)
        if (row, col) not in occupied and (row, col) not in used:
            return place
        last = max((c for _, c in occupied), default=0)
        col = last + _BESIDE
        while (row, col) in used:
            col += 1
        return name, row, col

    def _added(self, one: Added, sheet: str, cell: Cell, place: tuple[str, int, int]) -> Added:
        if not one.formula:
            return one
        if only_there(one.formula) and one.value is not None:
            self._stored.setdefault(place[0], {})[place[1:]] = one.value
        return replace(one, formula=self.formula(one.formula, sheet, cell))

    def _sheet(self, sheet: AddedSheet) -> AddedSheet:
        name = self.cells.sheet(sheet.name)
        cells = {cell: self._added(one, sheet.name, cell, (name, *cell)) for cell, one in sheet.cells.items()}
        return replace(sheet, name=name, cells=cells)

    def _name(self, key: str) -> str:
        sheet, bang, name = key.rpartition("!")
        if name.casefold() in {id.casefold() for id in self.layout.regions}:
            self.obstacles.append(f"navnet «{name}» er nå et av malens egne")
        return f"{self.cells.sheet(sheet)}!{name}" if bang else name


def sheet_names(own: Own, layout: Layout) -> dict[str, str]:
    """What the advisor's own sheets are called in the new workbook, where the template may have taken a name."""
    used = {s.spec.name.casefold() for s in layout.sheets}
    found: dict[str, str] = {}
    for sheet in own.sheets:
        name, number = sheet.name, 1
        while name.casefold() in used:
            mark = " (egen)" if number == 1 else f" (egen {number})"
            name, number = sheet.name[: _LONGEST_NAME - len(mark)] + mark, number + 1
        used.add(name.casefold())
        found[sheet.name] = name
    return found
