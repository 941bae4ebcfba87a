"""A workbook made with an older version of its template: laid out by its own manifest, compared by its fingerprints.

The installed template tells what each id is (its type, whether it is typed); the manifest and the defined names tell
where it stands, under the name it had then. Regions that are new in the template are not there; those that are gone
are read as plain text, so that the template's ``migrering`` can say what becomes of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout, Owner, Region, SheetLayout
from okosos_xl.template.migration import Names
from okosos_xl.template.spec import Check, Input, Item, TemplateSpec
from okosos_xl.workbook.areas import Area, Cell, parse_area
from okosos_xl.workbook.manifest import Manifest
from okosos_xl.workbook.moved import Cells
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.reading import FormulaChange
from okosos_xl.workbook.sheetcells import SheetCells

OLDER = "eldre"
"""The style of an item that only the older workbook has; its label is the id it had."""
_FORMULA = Item("", "", "tekst", formula='""', style=OLDER)
_UNKNOWN = "feil"


class OlderBook:
    """Where the regions of an older workbook stand.

    ``lost`` are ids whose names are gone, ``gained`` how many rows each table has been given since.
    """

    def __init__(
        self, package: Package, manifest: Manifest, spec: TemplateSpec, areas: Mapping[str, Area | None]
    ) -> None:
        self.package, self.manifest, self.spec = package, manifest, spec
        self.names = Names(spec.migrations, manifest.template_version)
        self._areas = areas
        self.lost: list[str] = []
        self.gained: dict[str, int] = {}
        self.texts: set[str] = set(self.names.texts)
        """What the template says anywhere, now or then, and the words on the old Kontroll sheet: no notes."""
        self.layout = self._layout()

    @property
    def old_names(self) -> dict[str, str]:
        """Every id of the old version that is called something else now, or is gone."""
        found = {}
        for old in self.manifest.regions:
            new = self.names.new(old)
            if new != old or new not in self.layout.regions or self.layout.regions[new].id != old:
                found[old] = new if new in self.layout.regions else ""
        return {old: new for old, new in found.items() if new != old}

    def _layout(self) -> Layout:
        manifest, sheets = self.manifest, {s.name for s in self.package.sheets}
        exact: dict[str, int] = {}
        for old, (text, _) in manifest.regions.items():
            area, new = parse_area(text), self.names.new(old)
            if area is not None and "." in new:
                exact.setdefault(new.rpartition(".")[0], area.row2 - area.row1 + 1)
        layout = compile_template(self.spec, exact=exact)
        labels = {sheet.spec.name: {n.row: n.text for n in sheet.labels if n.col == 1} for sheet in layout.sheets}
        first = {id: region.col for id, region in layout.regions.items()}
        found: dict[str, Region] = {}
        for old, (text, mark) in manifest.regions.items():
            area = self._areas.get(old.casefold())
            if area is None or area.sheet not in sheets:
                self.lost.append(old)
                area = parse_area(text)
            if area is None:
                continue
            region = self._region(old, mark, layout)
            made = parse_area(text)
            size = area.row2 - area.row1 + 1
            if made is not None and region.is_input and size != made.row2 - made.row1 + 1 and region.nrows > 1:
                self.gained[region.owner] = max(self.gained.get(region.owner, 0), size - (made.row2 - made.row1 + 1))
            if region.cell_ids or region.row_items:
                said = labels[region.sheet]
                known = [said.get(row, "") for row in range(region.row, region.row + region.nrows)]
                column = 1 + area.col1 - first[region.id]
                self._align(region, known, area, column if column >= 1 else 1)
            region.sheet, region.row, region.col = area.sheet, area.row1, area.col1
            region.nrows, region.ncols = size, area.col2 - area.col1 + 1
            found[region.id] = region
        self.texts |= {label.text for sheet in layout.sheets for label in sheet.labels}
        layout.regions = found
        layout.sheets = self._sheets(layout, found)
        there = {region.owner for region in found.values()}
        layout.rates = [row for row in layout.rates if row.owner in there]
        layout.checks = self._checks(layout)
        return layout

    def _region(self, old: str, mark: str, layout: Layout) -> Region:
        """The region an old id is now, or one that only the old workbook has."""
        new = self.names.new(old)
        region = layout.regions.get(new)
        if region is not None and (region.fixed or region.is_input == (not mark)):
            return region
        table, dot, column = old.rpartition(".")
        item = replace(_FORMULA, id=column, label=old) if mark else Item(column, old, "tekst", Input(), style=OLDER)
        area = parse_area(self.manifest.regions[old][0])
        rows = 1 if area is None else area.row2 - area.row1 + 1
        owner = (self.names.new(table) or table) if dot and (rows > 1 or table in layout.owners) else ""
        if owner and owner not in layout.owners:
            layout.owners[owner] = Owner(owner, "table", owner, rows)
        kind = "column" if owner else "field"
        id = old if new not in layout.regions else f"{old} "  # never an id of the template that means something else
        return Region(id, item, kind, "", 0, 0, rows, 1, owner)

    def _align(self, region: Region, known: list[str], area: Area, column: int) -> None:
        """Give rows that have names of their own the names their labels say."""
        rows = area.row2 - area.row1 + 1
        values = self.package.sheet(area.sheet).values if area.sheet in {s.name for s in self.package.sheets} else {}
        labels = [str(values.get((area.row1 + i, column), "")) for i in range(rows)]
        if "" in known or len(set(known)) < len(known):
            places = [i if i < len(known) else None for i in range(rows)]
        else:
            places = [known.index(text) if text in known else None for text in labels]
        if region.cell_ids:
            region.cell_ids = tuple("" if i is None else region.cell_ids[i] for i in places)
        if region.row_items:
            nothing = replace(region.item, formula=None)
            region.row_items = tuple(nothing if i is None else region.row_items[i] for i in places)

    def _sheets(self, layout: Layout, found: dict[str, Region]) -> list[SheetLayout]:
        """The sheets as the old workbook has them, each described by the sheet of the template most like it."""
        by_sheet: dict[str, list[Region]] = {}
        home = {r.id: sheet for sheet in layout.sheets for r in sheet.regions}
        for region in found.values():
            by_sheet.setdefault(region.sheet, []).append(region)
        sheets = []
        for name, regions in by_sheet.items():
            known = [home[r.id].spec.name for r in regions if r.id in home]
            most = max(dict.fromkeys(known), key=known.count, default=layout.sheets[0].spec.name)
            model = next((s for s in layout.sheets if s.spec.name == name), None)
            model = model or next(s for s in layout.sheets if s.spec.name == most)
            last = (max(r.row + r.nrows for r in regions), max(r.col + r.ncols for r in regions))
            whole = [(1, 1, last[0], last[1], 1)]
            sheets.append(replace(model, regions=regions, filled_rows=whole, widths={}))
        return sheets

    def _checks(self, layout: Layout) -> list[Check]:
        """The checks in the order the old Kontroll sheet has them, told by their codes."""
        status = layout.regions.get("kontroll.status")
        if status is None or status.sheet not in {s.name for s in self.package.sheets}:
            return []
        known = {check.id: check for check in layout.checks}
        values = self.package.sheet(status.sheet).values
        found = []
        for row in range(status.row, status.row + status.nrows):
            self.texts |= {str(values.get((row, status.col + step), "")) for step in (-1, 2, 3)}
            code, _, label = str(values.get((row, status.col - 1), "")).partition(" ")
            gone = Check(code, label, _UNKNOWN, "", label, "Lag arbeidsboken på nytt fra saken.", "", status.sheet)
            found.append(known.get(code, gone))
        return found


def older_changes(book: OlderBook, cells: Cells) -> tuple[list[FormulaChange], list[str]]:
    """Formula cells that are not what the old template had there, and the regions where that cannot be told."""
    changes: list[FormulaChange] = []
    unsure: list[str] = []
    marks = {book.names.new(old) or old: mark for old, (_, mark) in book.manifest.regions.items()}
    memory: dict[str, dict[Cell, str]] = {}
    marks |= {f"{old} ": mark for old, (_, mark) in book.manifest.regions.items()}
    for region in book.layout.formulas():
        sheet, shared = cells(region.sheet), memory.setdefault(region.sheet, {})
        area = [(region.row + i, region.col + j) for i in range(region.nrows) for j in range(region.ncols)]
        forms = {cell: form for cell in area if (form := _form(sheet, cell, shared)) is not None}
        wanted = _wanted(region, forms, marks.get(region.id, ""))
        bare = [cell for cell in area if cell not in forms]
        for cell in bare:
            value = sheet.values.get(cell)
            kind = "slettet" if value is None or value == "" else "verdi"
            changes.append(_change(kind, region, cell, "" if value is None else str(value)))
        if wanted is None:
            if len(area) == 1 and forms:
                text = sheet.formulas[area[0]]
                changes.append(_change("brutt" if "#REF!" in text else "endret", region, area[0], "=" + text))
            elif forms:
                unsure.append(f"formlene for «{region.item.label or region.id}» på arket «{region.sheet}»")
            continue
        for cell, form in forms.items():
            if wanted.get(cell, form) != form:
                text = sheet.formulas[cell]
                changes.append(_change("brutt" if "#REF!" in text else "endret", region, cell, "=" + text))
    return changes, unsure


def _form(sheet: SheetCells, cell: Cell, shared: dict[Cell, str]) -> str | None:
    """The normal form of a cell's formula; cells that share a formula share its form too."""
    found = sheet.formulas.shared.get(cell)
    if found is None:
        return sheet.formulas.r1c1(cell) if cell in sheet.formulas.written else None
    if found[0] not in shared:
        shared[found[0]] = sheet.formulas.r1c1(cell)
    return shared[found[0]]


def _wanted(region: Region, forms: dict[Cell, str], mark: str) -> dict[Cell, str] | None:
    """The form each cell had from the start, as far as the fingerprint proves it; None when it proves nothing."""
    distinct = list(dict.fromkeys(forms.values()))
    for form in distinct:
        if _hash([form]) == mark:
            return dict.fromkeys(forms, form)
    across = region.ncols > 1 or region.kind in ("cell", "scalar")
    starts = [c for c in forms if (c[1] == region.col if across else c[0] == region.row)]
    for first in dict.fromkeys(forms[c] for c in starts):
        for form in distinct:
            if _hash([form, first]) == mark:
                return {cell: first if cell in starts else form for cell in forms}
    rows = [(region.row + i, region.col) for i in range(region.nrows)]
    if all(cell in forms for cell in rows) and _hash([forms[cell] for cell in rows]) == mark:
        return dict(forms)
    return None


def _hash(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _change(kind: str, region: Region, cell: Cell, found: str) -> FormulaChange:
    row = cell[0] - region.row + 1 if region.nrows > 1 else 0
    period = cell[1] - region.col + 1 if region.ncols > 1 else 0
    return FormulaChange(kind, region, cell, row, period, found)
