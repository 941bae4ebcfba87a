"""What an advisor has put into a workbook beside the template's own cells, and what of it cannot be carried."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from okosos_xl.engine.functions import ALLOWED
from okosos_xl.regenerate.rules import Rule, all_rules, strange_extensions, strange_rules
from okosos_xl.template.layout import SheetLayout
from okosos_xl.workbook.additions import Added, AddedSheet, Note
from okosos_xl.workbook.areas import Cell, address, parse_area
from okosos_xl.workbook.beside import Rectangle, cells_beside, form_areas
from okosos_xl.workbook.furnish import list_name
from okosos_xl.workbook.looks import Looks
from okosos_xl.workbook.patch_sheet import SheetText
from okosos_xl.workbook.r1c1 import functions_in
from okosos_xl.workbook.reading import Reading
from okosos_xl.workbook.sheetcells import CellValue, SheetCells
from okosos_xl.workbook.sheetparts import SheetParts, sheet_parts, styles_and_rows
from okosos_xl.workbook.xmlguard import attributes, local

_HARMLESS = frozenset({
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "mergeCells",
    "phoneticPr", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "ignoredErrors", "cellWatches", "legacyDrawing", "drawing", "sheetProtection", "protectedRanges",
})  # fmt: skip
_IN_WORDS = {
    "dataValidations": "lister eller regler for inntasting",
    "conditionalFormatting": "betinget formatering",
    "autoFilter": "filter",
    "tableParts": "en Excel-tabell",
    "extLst": "utvidelser som bare Excel kjenner, som sparklines eller nye fargeregler",
    "oleObjects": "et innebygd objekt",
    "controls": "kontroller",
    "picture": "et bakgrunnsbilde",
    "scenarios": "scenarier",
    "customSheetViews": "egne visninger",
    "dataConsolidate": "en konsolidering",
    "sortState": "en lagret sortering",
}
_PARTS = (
    ("xl/pivottables/", "en pivottabell"), ("xl/pivotcache/", "en pivottabell"), ("xl/slicers/", "en slicer"),
    ("xl/timelines/", "en tidslinje"), ("xl/threadedcomments/", "samtaler i kommentarer"),
    ("_xmlsignatures/", "en digital signatur"), ("xl/richdata/", "koblede datatyper"),
)  # fmt: skip
_LINKS_ROW = 3
_WIDER = 0.9
"""Characters a column must differ from the template's before it counts as changed; programs round differently."""


@dataclass
class Own:
    """The advisor's own things, by where they stand in the old workbook, and ``obstacles``: what cannot be carried."""

    notes: dict[str, dict[Cell, Note]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    """Who wrote the reasons of overrides, by the place of the cell."""
    cells: dict[str, dict[Cell, Added]] = field(default_factory=dict)
    formulas: dict[str, dict[Cell, str]] = field(default_factory=dict)
    sheets: list[AddedSheet] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    widths: dict[str, dict[int, float]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    rules: dict[str, frozenset[Rule]] = field(default_factory=dict)
    """Lists, limits and colours on the form, by sheet: the template's, and what the advisor has laid over them."""
    obstacles: list[str] = field(default_factory=list)


def own_things(reading: Reading) -> Own:
    """Everything of the advisor's own in a workbook. Raises ``WorkbookRefused`` for a part that cannot be read."""
    return _Collector(reading).run()


class _Collector:
    def __init__(self, reading: Reading) -> None:
        self.reading, self.package, self.own = reading, reading.package, Own()
        self._looks: Looks | None = None
        self._form = form_areas(reading.layout)

    def obstacle(self, what: str, sheet: str = "") -> None:
        text = f"arket «{sheet}» har {what}" if sheet else f"arbeidsboken har {what}"
        if text not in self.own.obstacles:
            self.own.obstacles.append(text)

    @property
    def looks(self) -> Looks:
        if self._looks is None:
            self._looks = Looks(self.package)
        return self._looks

    def run(self) -> Own:
        names = [name.lower() for name in self.package.vetted.parts]
        for folder, what in _PARTS:
            if any(name.startswith(folder) for name in names):
                self.obstacle(what)
        for part in self.package.vetted.foreign:
            self.obstacle(f"en {part.kind}" if part.kind != "innebygd objekt" else "et innebygd objekt")
        if self.package.date1904:
            self.obstacle("datoer som telles fra 1904")
        by_name = {s.name: s for s in self.package.sheets}
        for sheet in self.reading.layout.sheets:
            name = next((r.sheet for r in sheet.regions if r.sheet in by_name), "")
            if name:
                self.template_sheet(sheet, sheet_parts(self.package, by_name[name]))
        for name in self.reading.extra_sheets:
            if by_name[name].kind != "worksheet":
                self.obstacle("et eget diagramark eller dialogark", name)
            else:
                self.own.sheets.append(self.extra_sheet(sheet_parts(self.package, by_name[name])))
        self.defined_names()
        return self.own

    def template_sheet(self, sheet: SheetLayout, parts: SheetParts) -> None:
        """What has been put on a sheet of the template."""
        name, cells = parts.info.name, self.package.sheet(parts.info.name)
        for cell, note in sorted(parts.notes.items()):
            place = f"{name}!{address(cell)}"
            if place not in {o.cell for o in self.reading.sak.overrides}:
                self.own.notes.setdefault(name, {})[cell] = note
            elif note.author:
                self.own.authors[place] = note.author
        form = self._form.get(name, ())
        if found := self.beside(sheet, cells, form):
            text = self.text(parts.info.part)
            self.own.cells[name] = {cell: self.added(cells, cell, text.style(cell), parts) for cell in found}
        for place, formula in self.reading.input_formulas.items():
            on, _, at = place.rpartition("!")
            if on == name:
                area = parse_area(at, sheet=name)
                assert area is not None
                self.own.formulas.setdefault(name, {})[area.row1, area.col1] = formula.removeprefix("=")
        self.arrays(name, cells)
        charts = len(sheet.charts)
        if parts.pictures > charts:
            self.obstacle("et diagram, et bilde eller en figur som ikke er fra malen", name)
        for element in parts.elements:
            tag = local(element.tag)
            if tag == "extLst":
                for what in strange_extensions(element):
                    self.obstacle(what, name)
            if tag in ("dataValidations", "conditionalFormatting", "autoFilter", "extLst"):
                continue
            if tag not in _HARMLESS:
                self.obstacle(_IN_WORDS.get(tag, f"noe som ikke kan flyttes ({tag})"), name)
        self.rules(sheet, parts, form)
        if parts.info.state != "visible" and not sheet.spec.only:
            self.own.hidden.append(name)
        self.changed_widths(sheet, parts)

    def beside(self, sheet: SheetLayout, cells: SheetCells, form: tuple[Rectangle, ...]) -> list[Cell]:
        """The cells outside the form that hold something which is not one of the template's own texts.

        On a sheet where nothing has moved, a text of the template is one that stands where it stood; else as many of
        each text as the template has.
        """
        names = {s.spec.name for s in self.reading.layout.sheets}
        standing = {(label.row, label.col): label.text for label in sheet.labels} if self.unmoved(sheet) else None
        expected = Counter(label.text for label in sheet.labels)
        expected.update(s.spec.name for s in self.reading.layout.sheets)
        found = []
        for cell in cells_beside(cells, form):
            value = cells.values.get(cell)
            if cell not in cells.formulas:
                if value is None or value == "":
                    continue
                if isinstance(value, str) and value in self.reading.older_texts:
                    continue
                if standing is not None:
                    if standing.get(cell) == value or (cell[0] == _LINKS_ROW and value in names):
                        continue
                elif isinstance(value, str) and expected[value] > 0:
                    expected[value] -= 1
                    continue
            found.append(cell)
        return found

    def text(self, part: str) -> SheetText:
        try:
            return SheetText(self.package.vetted.part(part) or b"")
        except ValueError:  # a row or a cell that stands twice
            raise self.package.vetted.refusal("OKX022", part) from None

    def unmoved(self, sheet: SheetLayout) -> bool:
        """Whether every region of a sheet stands where it stood when the workbook was made."""
        manifest = self.reading.manifest
        if manifest.template_version != self.reading.layout.spec.version:
            return False
        for region in sheet.regions:
            made = parse_area(manifest.regions.get(region.id, ("", ""))[0])
            size = (region.row, region.col, region.row + region.nrows - 1, region.col + region.ncols - 1)
            if made is None or (made.row1, made.col1, made.row2, made.col2) != size:
                return False
        return True

    def added(self, cells: SheetCells, cell: Cell, style: int, parts: SheetParts) -> Added:
        value: CellValue | None = cells.values.get(cell)
        formula = cells.formulas.get(cell, "")
        link = parts.links.get(cell, "")
        if cell in parts.inner_links and not formula:
            self.obstacle("lenker til andre steder i arbeidsboken", parts.info.name)
        if link and (formula or not isinstance(value, str | None)):
            self.obstacle("lenker på tall eller formler", parts.info.name)
        return Added(value, formula, self.looks[style], link if isinstance(value, str) and not formula else "")

    def arrays(self, name: str, cells: SheetCells) -> None:
        if cells.arrays:
            self.obstacle("matriseformler", name)
        if cells.data_tables:
            self.obstacle("en datatabell (hva-hvis)", name)

    def rules(self, sheet: SheetLayout, parts: SheetParts, form: tuple[Rectangle, ...]) -> None:
        """Lists and colour rules that reach outside the cells that have them from the template."""
        name = parts.info.name
        filled = tuple((row, col, row + nrows - 1, col + ncols - 1) for row, col, nrows, ncols, _ in sheet.filled_rows)
        for what in strange_rules(parts, form, filled):
            self.obstacle(what, name)
        if self.unmoved(sheet):
            self.own.rules[name] = all_rules(parts)

    def changed_widths(self, sheet: SheetLayout, parts: SheetParts) -> None:
        """Columns the advisor has made wider or narrower."""
        found = {}
        for element in (c for cols in parts.named("cols") for c in cols):
            said = attributes(element)
            try:
                first, last, width = int(said["min"]), int(said["max"]), float(said["width"])
            except (KeyError, ValueError):
                continue
            for col in range(first, min(last, first + 200) + 1):
                usual = sheet.widths.get(col)
                if usual is not None and said.get("hidden") not in ("1", "true") and abs(width - usual - 0.7) > _WIDER:
                    found[col] = round(width - 0.71, 2)
        if found:
            self.own.widths[parts.info.name] = found

    def extra_sheet(self, parts: SheetParts) -> AddedSheet:
        """A sheet of the advisor's own, whole."""
        name, cells = parts.info.name, self.package.sheet(parts.info.name)
        for element in parts.elements:
            tag = local(element.tag)
            if tag not in _HARMLESS:
                self.obstacle(_IN_WORDS.get(tag, f"noe som ikke kan flyttes ({tag})"), name)
        if parts.pictures:
            self.obstacle("et diagram, et bilde eller en figur", name)
        self.arrays(name, cells)
        styles, heights, hidden = styles_and_rows(self.package.vetted.part(parts.info.part) or b"")
        found = {
            cell: self.added(cells, cell, styles.get(cell, 0), parts)
            for cell in sorted(styles.keys() | cells.values.keys() | set(cells.formulas))
        }
        widths: dict[tuple[int, int], tuple[float | None, bool]] = {}
        for element in (c for cols in parts.named("cols") for c in cols):
            said = attributes(element)
            width = float(said["width"]) - 0.71 if "width" in said else None
            span = int(said.get("min", "1")), int(said.get("max", "1"))
            widths[span] = (None if width is None else max(0.0, round(width, 2)), said.get("hidden") in ("1", "true"))
        merged = tuple(a for _, areas in parts.areas("mergeCells", "mergeCell", "ref") for a in areas)
        view = next((v for views in parts.named("sheetViews") for v in views), None)
        gridlines = view is None or attributes(view).get("showGridLines", "1") not in ("0", "false")
        return AddedSheet(
            name, found, parts.notes, widths, heights, frozenset(hidden), merged, parts.info.state, gridlines
        )

    def defined_names(self) -> None:
        """Names that are neither the template's nor the program's own."""
        layout = self.reading.layout
        cells = (id for region in layout.regions.values() for id in (*region.cell_ids, *region.lost_ids))
        known = {id.casefold() for id in (*layout.regions, *cells, *self.reading.manifest.regions)}
        known |= {id.casefold() for id in self.reading.manifest.rates}
        known |= {list_name(name).casefold() for name in layout.spec.choices}
        for key, name in self.package.defined_names.items():
            plain = name.name.casefold()
            if plain.startswith(("_xlnm.", "_filterdatabase", "liste.")) or plain in known:
                continue
            if plain in ("print_area", "print_titles") or (name.hidden and plain.startswith("_")):
                continue
            self.own.names[key] = name.text


def only_there(formula: str) -> bool:
    """Whether a formula uses functions that only the advisor's own program is sure to compute."""
    return not functions_in(formula) <= ALLOWED
