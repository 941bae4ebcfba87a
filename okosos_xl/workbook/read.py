"""An advisor's workbook → a :class:`Reading`: the case as typed, the overrides, and what the form does not know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from okosos_xl.garbage import without_collecting
from okosos_xl.sak.case import Sak
from okosos_xl.template.layout import Layout
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook import manifest as manifests
from okosos_xl.workbook import overridesheet
from okosos_xl.workbook.compare import formula_changes
from okosos_xl.workbook.findings_name import findings_sheets
from okosos_xl.workbook.guard import Limits, read_vetted
from okosos_xl.workbook.locate import find_manifest, locate, older_book, template_of
from okosos_xl.workbook.manifest import Manifest
from okosos_xl.workbook.moved import Moves, inserted_rows
from okosos_xl.workbook.package import Package, cells_of
from okosos_xl.workbook.pristine import damage, pristine
from okosos_xl.workbook.read_extras import read_extras, read_overrides
from okosos_xl.workbook.read_inputs import read_inputs
from okosos_xl.workbook.read_rates import read_rates
from okosos_xl.workbook.reading import Reading
from okosos_xl.workbook.typed import plain_number


def read_workbook(
    source: Path | bytes,
    *,
    name: str | None = None,
    templates: Path | None = None,
    limits: Limits | None = None,
    opened: Callable[[Package], None] | None = None,
) -> Reading:
    """Read a filled-in workbook. Raises :class:`~okosos_xl.workbook.refusal.WorkbookRefused` when it cannot be read.

    ``opened`` is called with the package as soon as it is known to be one of ours, before the template is laid out.
    """
    with without_collecting():
        package = Package(read_vetted(source, name=name, limits=limits))
        manifest = find_manifest(package)
        if opened is not None:
            opened(package)
        spec = template_of(package, manifest, templates)
        if 0 < manifest.template_version < spec.version:
            return _read_older(package, manifest, spec)
        return _read(package, manifest, spec)


def _read(package: Package, manifest: Manifest, spec: TemplateSpec) -> Reading:
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
    read_inputs(reading)
    read_rates(reading)
    reading.changes = formula_changes(layout, cells_of(package), moves, skip=_gone(reading))
    read_overrides(reading)
    read_extras(reading)
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
    read_inputs(reading)
    read_rates(reading)
    reading.changes, unsure = older_changes(book, cells_of(package))
    reading.unsure += unsure
    read_overrides(reading)
    read_extras(reading)
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


__all__ = ["cells_of", "plain_number", "read_layout", "read_workbook"]
