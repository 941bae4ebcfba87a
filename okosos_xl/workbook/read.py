"""An advisor's workbook → a :class:`Reading`: the case as typed, the overrides, and what the form does not know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from okosos_xl.engine import ExcelError
from okosos_xl.sak.case import CaseValue, Extra, Override, Sak
from okosos_xl.sak.numbers import from_serial, guess_date, guess_number, show_number
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.spec import DATES, NUMERIC, TemplateSpec
from okosos_xl.workbook import manifest as manifests
from okosos_xl.workbook import overridesheet
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.beside import cells_beside, form_areas
from okosos_xl.workbook.compare import formula_changes
from okosos_xl.workbook.findings_name import findings_sheets
from okosos_xl.workbook.guard import Limits, read_vetted
from okosos_xl.workbook.locate import find_manifest, locate, older_book, template_of
from okosos_xl.workbook.manifest import Manifest
from okosos_xl.workbook.moved import Moves, inserted_rows
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.pristine import damage, pristine
from okosos_xl.workbook.reading import AlteredRate, FormulaChange, InputProblem, Reading
from okosos_xl.workbook.sheetcells import CellValue, SheetCells
from okosos_xl.workbook.theme import OVERRIDDEN

_EMPTY = SheetCells()
_FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets do not agree about the days before, and a case cannot hold them."""
_YEARS = (1900, 2199)
"""As serial numbers these are days of 1905; in a field for a date they are years."""


def read_workbook(
    source: Path | bytes, *, name: str | None = None, templates: Path | None = None, limits: Limits | None = None
) -> Reading:
    """Read a filled-in workbook. Raises :class:`~okosos_xl.workbook.refusal.WorkbookRefused` when it cannot be read."""
    package = Package(read_vetted(source, name=name, limits=limits))
    manifest = find_manifest(package)
    spec = template_of(package, manifest, templates)
    if 0 < manifest.template_version < spec.version:
        return _read_older(package, manifest, spec)
    located = locate(package, manifest, spec)
    layout, gained = located.layout, located.gained
    sak = Sak(spec.id, manifest.template_version)
    reading = Reading(
        package.vetted.name, package, manifest, layout, sak,
        missing_names=[*located.lost, *located.astray, *located.deleted], astray=located.astray,
        deleted=located.deleted, damage=damage(manifest, spec),
    )  # fmt: skip
    _sheets(reading)
    moves: Moves | None = None
    if any(count > 0 for count in gained.values()):
        original = pristine(manifest, spec).layout
        reading.inserted_rows = inserted_rows(original, layout, gained, cells_of(package))
        moves = Moves(original, layout, reading.inserted_rows)
    _inputs(reading)
    _rates(reading)
    reading.changes = formula_changes(layout, cells_of(package), moves, skip=_gone(reading))
    _overrides(reading)
    _extras(reading)
    return reading


def _read_older(package: Package, manifest: Manifest, spec: TemplateSpec) -> Reading:
    """A workbook of an older version of its template, as a case for the installed one."""
    from okosos_xl.workbook.migrate import migrated
    from okosos_xl.workbook.older import older_changes

    book = older_book(package, manifest, spec)
    sak = Sak(spec.id, spec.version)
    reading = Reading(package.vetted.name, package, manifest, book.layout, sak, missing_names=book.lost)
    reading.older_texts, reading.old_names = frozenset(book.texts), book.old_names
    reading.unsure += [f"radene som er satt inn i tabellen «{table}»" for table, n in book.gained.items() if n > 0]
    _sheets(reading)
    _inputs(reading)
    _rates(reading)
    reading.changes, unsure = older_changes(book, cells_of(package))
    reading.unsure += unsure
    _overrides(reading)
    _extras(reading)
    migrated(reading, book.names)
    return reading


def read_layout(
    source: Path | bytes, *, name: str | None = None, templates: Path | None = None
) -> tuple[Package, Layout]:
    """A workbook's package, and its template laid out where things stand in it; nothing is read or compared.

    Raises :class:`~okosos_xl.workbook.refusal.WorkbookRefused`.
    """
    package = Package(read_vetted(source, name=name))
    manifest = find_manifest(package)
    spec = template_of(package, manifest, templates)
    if 0 < manifest.template_version < spec.version:
        return package, older_book(package, manifest, spec).layout
    return package, locate(package, manifest, spec).layout


class cells_of:  # noqa: N801 - reads as a function
    """``cells_of(package)(sheet)``: the cells of a sheet, none for a sheet that is gone."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names = {s.name for s in package.sheets if s.kind == "worksheet"}

    def __call__(self, sheet: str) -> SheetCells:
        return self._package.sheet(sheet) if sheet in self._names else _EMPTY


def _sheets(reading: Reading) -> None:
    """Which sheets are the template's (perhaps renamed), which are gone, which are the advisor's own."""
    present = {s.name for s in reading.package.sheets}
    ours: set[str] = {manifests.SHEET, overridesheet.NAME, *findings_sheets(reading.package)}
    for sheet in reading.layout.sheets:
        standing = {r.sheet for r in sheet.regions}
        name = next(iter(sorted(standing & present)), "")
        if not name:
            reading.missing_sheets.append(sheet.spec.name)
            continue
        ours |= standing
        if name != sheet.spec.name:
            reading.renamed_sheets[sheet.spec.name] = name
    reading.extra_sheets = [s.name for s in reading.package.sheets if s.name not in ours]


def _gone(reading: Reading) -> frozenset[str]:
    """Regions whose cells, or whole sheets, have been deleted."""
    present = {s.name for s in reading.package.sheets}
    lost = (id for id, region in reading.layout.regions.items() if region.sheet not in present)
    return frozenset([*reading.deleted, *lost])


def _inputs(reading: Reading) -> None:
    get = cells_of(reading.package)
    tables: dict[str, dict[int, dict[str, CaseValue]]] = {}
    for region in reading.layout.inputs():
        if region.id in reading.deleted:
            continue
        cells = get(region.sheet)
        for offset in range(region.nrows):
            cell = (region.row + offset, region.col)
            if cell in cells.formulas:
                reading.input_formulas[f"{region.sheet}!{address(cell)}"] = "=" + cells.formulas[cell]
            value = _typed(reading, region, cell, cells.values.get(cell))
            if value is None:
                continue
            if region.kind == "field":
                reading.sak.fields[region.id] = value
            elif region.cell_ids:
                _named_cell(reading, region, offset, value)
            else:
                tables.setdefault(region.owner, {}).setdefault(offset, {})[region.item.id] = value
        if region.kind == "field" and region.item.input and region.item.input.required:
            cell = (region.row, region.col)
            if cells.values.get(cell) in (None, "") and _has_rows(reading, get):
                reading.problems.append(InputProblem("mangler", region, cell, ""))
    for id, rows in tables.items():
        if not reading.layout.rows_have_places(id):
            reading.filled_rows[id] = sorted(rows)
            reading.sak.tables[id] = [rows[i] for i in sorted(rows)]
    for root in {reading.layout.owners[id].root for id in tables if id not in reading.sak.tables}:
        _placed_rows(reading, root, tables)


def _placed_rows(reading: Reading, root: str, tables: dict[str, dict[int, dict[str, CaseValue]]]) -> None:
    """Rows that keep their places, in a table and in those that follow it; an inserted row without anything is none."""
    new = reading.inserted_rows.get(root, ())
    typed = tables.get(root, {})
    height = max((r.nrows for r in reading.layout.regions.values() if r.owner == root), default=0)
    order = [i for i in range(height) if i in typed or i not in new]
    kept = [i for i in range(height) if i not in new]
    for id, rows in tables.items():
        if reading.layout.owners[id].root != root:
            continue
        places = {order.index(i if id == root else kept[i]): row for i, row in rows.items()}
        reading.sak.tables[id] = [places.get(i, {}) for i in range(max(places) + 1)]
    reading.filled_rows[root] = order


def _named_cell(reading: Reading, region: Region, offset: int, value: CaseValue) -> None:
    """A value in a cell with an id of its own; in a row the advisor has put in between it is kept as a note."""
    id = region.cell_ids[offset] if offset < len(region.cell_ids) else ""
    if id:
        reading.sak.fields[id] = value
    else:
        place = address((region.row + offset, region.col))
        reading.sak.extras.append(Extra("notat", region.sheet, place, str(value)))
        reading.unsure.append(f"hva verdien i {region.sheet}!{place} hører til")


def _rates(reading: Reading) -> None:
    """Rates typed over where they stand; in the case such a value is the advisor's own."""
    get = cells_of(reading.package)
    rows = {row.id: row for row in reading.layout.rates}
    for owner in dict.fromkeys(row.owner for row in reading.layout.rates):
        region, own, used = (reading.layout.regions[f"{owner}.{column}"] for column in ("fast", "verdi", "brukes"))
        for offset, id in enumerate(used.cell_ids):
            if not id or region.id in reading.deleted:
                continue
            cell = (region.row + offset, region.col)
            value = _case_value(get(region.sheet).values.get(cell))
            if id not in reading.manifest.rates:
                continue
            made_with = reading.manifest.rates[id][0]
            if rate_text(value) != made_with:
                reading.altered_rates.append(AlteredRate(rows[id], region, cell, made_with, rate_text(value)))
                if isinstance(value, Decimal):
                    reading.sak.fields.setdefault(own.cell_ids[offset], value)
    for region in reading.layout.regions.values():
        mark = reading.manifest.regions.get(region.id, ("", ""))[1]
        if region.fixed and mark and not region.id.endswith(".fast"):
            values = get(region.sheet).values
            found = [values.get((region.row + i, region.col), "") for i in range(region.nrows)]
            if region.owner not in reading.inserted_rows and manifests.fixed_mark(found) != mark:
                reading.altered_facts.append(region)


def rate_text(value: CaseValue | None) -> str:
    """A rate as the manifest records it."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value or "")


def _has_rows(reading: Reading, get: cells_of) -> bool:
    """Whether the form has been filled in at all; an empty form misses nothing."""
    return any(
        get(r.sheet).values.get((r.row + i, r.col)) not in (None, "")
        for r in reading.layout.inputs()
        if r.kind == "column"
        for i in range(r.nrows)
    )


def _typed(reading: Reading, region: Region, cell: Cell, raw: CellValue | None) -> CaseValue | None:
    """The value the form asks for, or None; what does not fit becomes a problem and, as text, stays in the case."""
    if raw is None or raw == "":
        return None
    item = region.item

    def problem(kind: str, text: str, meant: str = "") -> None:
        reading.problems.append(InputProblem(kind, region, cell, text, meant))

    if isinstance(raw, ExcelError):
        problem("feilverdi", raw.code)
        return None
    if isinstance(raw, bool):
        raw = "ja" if raw else "nei"
    if item.type in NUMERIC:
        if isinstance(raw, str):
            if not raw.strip():
                return None
            guess = guess_number(raw)
            problem("tall", raw, show_number(guess) if guess is not None else "")
            return raw
        number = plain_number(raw)
        limits = item.input
        assert limits is not None
        if limits.min is not None and number < limits.min:
            problem("minst", show_number(number), show_number(limits.min))
        elif limits.max is not None and number > limits.max:
            problem("mest", show_number(number), show_number(limits.max))
        elif item.type == "heltall" and number != int(number):
            problem("heltall", show_number(number))
        return number
    if item.type in DATES:
        if isinstance(raw, str):
            meant = guess_date(raw)
            problem("dato", raw, f"{meant:%d.%m.%Y}" if meant else "")
            return raw
        day = from_serial(raw, date1904=reading.package.date1904)
        if day is None or day < _FIRST_DAY:
            problem("dato", show_number(plain_number(raw)))
            return plain_number(raw)
        if _YEARS[0] <= raw <= _YEARS[1]:
            problem("aarstall", f"{day:%d.%m.%Y}", f"{int(raw)}")
        return day.replace(day=1) if item.type == "maaned" else day
    text = show_plain(raw) if isinstance(raw, float) else raw
    if item.choices:
        choice = reading.layout.spec.choice(item.choices, text)
        if choice is None:
            problem("valg", text, ", ".join(reading.layout.spec.choices[item.choices]))
        return choice or text
    return text


def plain_number(value: float) -> Decimal:
    """A cell's number with the 15 digits a spreadsheet keeps: 12500.5 → 12500.5, 3.0 → 3, 0.1 + 0.2 → 0.3."""
    number = Decimal(f"{value:.15g}")
    return Decimal(int(number)) if number == int(number) else number


def show_plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _case_value(value: CellValue | None) -> CaseValue | None:
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, ExcelError):
        return value.code
    return value


def _overrides(reading: Reading) -> None:
    get = cells_of(reading.package)
    for change in reading.changes:
        if change.kind not in ("verdi", "endret"):
            continue
        cells = get(change.region.sheet)
        value = _case_value(cells.values.get(change.cell))
        if change.region.item.type in DATES and isinstance(value, Decimal):
            value = from_serial(float(value)) or value
        reading.sak.overrides.append(
            Override(
                change.region.id,
                value,
                _case_row(reading, change),
                change.period,
                reason=_reason(cells.comments.get(change.cell, "")),
                formula="=" + cells.formulas[change.cell] if change.cell in cells.formulas else "",
                cell=f"{change.region.sheet}!{address(change.cell)}",
            )
        )


def _case_row(reading: Reading, change: FormulaChange) -> int:
    """The row of a change (from 1) counted in the case's rows, where inserted rows count and empty ones do not."""
    owner = reading.layout.owners.get(change.region.owner)
    filled = reading.filled_rows.get(owner.root, []) if owner and change.row else []
    if owner is None or not filled:
        return change.row
    position = change.row - 1
    if change.region.owner != owner.root:  # its rows are those the table had from the start
        new = reading.inserted_rows.get(owner.root, ())
        position = [i for i in range(change.row + len(new)) if i not in new][position]
    if position in filled:
        return filled.index(position) + 1
    return position + 1 + sum(1 for i in filled if i > position)


def _reason(comment: str) -> str:
    """The advisor's reason: the cell's comment without our own word for it."""
    text = comment.strip()
    if text.lower().startswith(OVERRIDDEN):
        text = text[len(OVERRIDDEN) :].lstrip(" :")
    return text


def _extras(reading: Reading) -> None:
    """Everything on the file that the form does not know: own sheets, notes beside the form, comments, own formulas."""
    get = cells_of(reading.package)
    extras = reading.sak.extras
    for name in reading.extra_sheets:
        cells = get(name)
        extras.append(Extra("ark", name, text=f"{len(cells.values)} celler, {len(cells.formulas)} formler"))
    overridden = {(c.region.sheet, c.cell) for c in reading.changes}
    known = {label.text for s in reading.layout.sheets for label in s.labels}
    known |= {s.name for s in reading.layout.spec.sheets} | reading.older_texts
    form = form_areas(reading.layout)
    for sheet in sorted({r.sheet for s in reading.layout.sheets for r in s.regions}):
        cells = get(sheet)
        for cell in cells_beside(cells, form.get(sheet, ())):
            value = cells.values.get(cell, "")
            if value != "" and value not in known:
                extras.append(Extra("notat", sheet, address(cell), str(_case_value(value))))
        for cell, text in sorted(cells.comments.items()):
            if (sheet, cell) not in overridden:
                extras.append(Extra("kommentar", sheet, address(cell), text))
    for place, formula in reading.input_formulas.items():
        sheet, _, at = place.rpartition("!")
        extras.append(Extra("formel i felt", sheet, at, formula))


__all__ = ["cells_of", "read_layout", "read_workbook"]
