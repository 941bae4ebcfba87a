"""Which sheets have something to print, and which are the form alone: nothing typed, computed as in an empty one."""

from __future__ import annotations

from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from okosos_xl.engine import CellValue, EngineError, Values
from okosos_xl.utskrift.seen import Sheet, places
from okosos_xl.utskrift.styles import Styles, is_shown

if TYPE_CHECKING:
    from okosos_xl.template.layout import Layout, Region, SheetLayout
    from okosos_xl.template.spec import TemplateSpec
    from okosos_xl.workbook.manifest import Manifest
    from okosos_xl.workbook.reading import Reading


class EmptyForm:
    """What the template shows when nothing is filled in, with the rates of the workbook."""

    def __init__(self, layout: Layout, grids: Values) -> None:
        self._layout, self._grids = layout, grids

    def __contains__(self, id: str) -> bool:
        return id in self._layout.regions

    def values(self, id: str) -> list[CellValue]:
        """The values of a region, row by row."""
        region = self._layout.regions[id]
        grid = self._grids.get(region.sheet, [])
        return [
            grid[r - 1][c - 1] if r <= len(grid) and c <= len(grid[r - 1]) else None for r, c in places(region)
        ]  # fmt: skip


def empty_form(spec: TemplateSpec, manifest: Manifest, templates: Path | None) -> EmptyForm | None:
    """The empty form of the same version of a template, or None when it cannot be made here."""
    return _made(spec.id, manifest.rates_date, templates) if manifest.template_version == spec.version else None


@lru_cache(maxsize=4)
def _made(template: str, rates_date: str, templates: Path | None) -> EmptyForm | None:
    """Remembered, since workbooks printed together are mostly of one kind."""
    from okosos_xl.api import Making, generate_with_values
    from okosos_xl.satser import SatsError
    from okosos_xl.template.compile import compile_template, load_spec

    try:
        day = date.fromisoformat(rates_date) if rates_date else None
        grids = generate_with_values(template, None, Making(templates=templates, rates_date=day))[1]
    except (ValueError, SatsError, EngineError):  # CaseError is a ValueError: no date for the rates
        return None
    return EmptyForm(compile_template(load_spec(template, templates)), grids)


def is_bare(reading: Reading) -> bool:
    """Whether nobody has filled in anything: the form is then wanted as it is, to be filled in by hand."""
    sak, layout = reading.sak, reading.layout
    if sak.tables or sak.extras or sak.overrides or reading.changes or reading.input_formulas:
        return False
    starts = {id: r.item.input.default for r in layout.inputs() if r.item.input for id in (r.id, *r.cell_ids)}
    day = layout.spec.date_id
    return all(id == day or str(value) == str(starts.get(id)) for id, value in sak.fields.items())


class Content:
    """Tells which of the template's sheets have content."""

    def __init__(self, reading: Reading, styles: Styles, templates: Path | None) -> None:
        self._reading, self._styles, self._templates = reading, styles, templates
        spec = reading.layout.spec
        self._letters = {letter.sheet for letter in spec.letters}
        self._annexes: dict[str, set[str]] = {}
        for letter in spec.letters:
            for annex in letter.annexes:
                self._annexes.setdefault(annex, set()).add(letter.sheet)
        self._noted = {extra.sheet for extra in reading.sak.extras if extra.kind == "notat"}
        self._changed = {change.region.sheet for change in reading.changes}

    @cached_property
    def _form(self) -> EmptyForm | None:
        return empty_form(self._reading.layout.spec, self._reading.manifest, self._templates)

    def is_letter(self, layout: SheetLayout) -> bool:
        """Whether the sheet is a letter or goes with one."""
        return layout.spec.name in self._letters or layout.spec.name in self._annexes

    def has_any(self, layout: SheetLayout, sheet: Sheet) -> bool:
        """Whether the sheet has something of the case, or of the advisor, to show. In doubt it has."""
        if self.touched(layout, sheet):
            return True
        if self.is_letter(layout):
            return False
        regions = [r for r in sheet.regions if not r.is_input]
        if layout.spec.kind == "kontroll" or not regions or any(r.fixed for r in regions) or self._form is None:
            return True
        said = [r for r in regions if r.id.startswith("konklusjon.")]
        weighed = [r for r in regions if r.owner or r in said] if said else regions
        return not all(self._as_empty(region, sheet) for region in weighed)

    def touched(self, layout: SheetLayout, sheet: Sheet) -> bool:
        """Whether something on the sheet is typed: an input, a note, a comment, a picture, over a formula."""
        if sheet.name in self._changed or sheet.cells.comments or len(sheet.around.pictures) > len(layout.charts):
            return True
        formulas = sheet.cells.formulas
        for region in (r for r in sheet.regions if r.is_input):
            if any(sheet.values.get(cell) not in (None, "") or cell in formulas for cell in places(region)):
                return True
        return sheet.name in self._noted

    def _as_empty(self, region: Region, sheet: Sheet) -> bool:
        """Whether a region shows what it shows in an empty form, however many rows it has here."""
        form = self._form
        if form is None or region.id not in form:
            return False
        now = self._seen([sheet.values.get(cell) for cell in places(region)], region, sheet)
        empty = self._seen(form.values(region.id), region, sheet)
        if len(now) == len(empty):
            return now == empty
        common = min(len(now), len(empty))
        longest = now if len(now) > common else empty
        return now[:common] == empty[:common] and all(value == longest[common - 1] for value in longest[common:])

    def _seen(self, values: list[CellValue], region: Region, sheet: Sheet) -> list[CellValue]:
        """The values as a person sees them: what is not shown is nothing."""
        code = self._styles[sheet.around.styles.get((region.row, region.col), 0)].code
        return [value if is_shown(value, code) else None for value in values]
