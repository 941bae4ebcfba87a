"""Finds the template's regions in a workbook that has been moved about in: by defined names, else by the manifest."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from okosos_xl.template.compile import compile_formulas, load_spec
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook import manifest as manifests
from okosos_xl.workbook.areas import Area
from okosos_xl.workbook.astray import Look, corrected
from okosos_xl.workbook.manifest import Manifest
from okosos_xl.workbook.older import OlderBook
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.pristine import pristine
from okosos_xl.workbook.refusal import WorkbookRefused
from okosos_xl.workbook.sheetcells import CellValue


def find_manifest(package: Package, *, only_template: bool = False) -> Manifest:
    """The workbook's manifest. Raises :class:`WorkbookRefused` if it is not one of ours.

    ``only_template`` leaves the cell map unread, for those who only ask which template a workbook was made from.
    """
    for sheet in package.sheets:
        if sheet.kind != "worksheet" or not (sheet.name == manifests.SHEET or sheet.state == "veryHidden"):
            continue
        cells = package.first_rows(sheet.name, manifests.HEAD) if only_template else package.sheet(sheet.name)
        values = cells.values
        last = max((row for row, _ in values), default=0)
        rows = [tuple(str(values.get((r, c), "")) for c in (1, 2, 3)) for r in range(1, last + 1)]
        found = manifests.parse_manifest(rows)  # type: ignore[arg-type]
        if found is not None:
            return found
    raise WorkbookRefused(
        "OKX024", package.vetted.name,
        "er ikke laget med okosos_xl, eller det skjulte arket som forklarer den er borte. "
        "Bruk originalen, eller lag en ny.",
    )  # fmt: skip


def template_of(package: Package, manifest: Manifest, root: Path | None) -> TemplateSpec:
    """The installed template a workbook was made from.

    Raises :class:`WorkbookRefused` when there is none, or a newer one is needed.
    """
    name = package.vetted.name
    try:
        spec = load_spec(manifest.template, root)
    except TemplateError:
        raise WorkbookRefused(
            "OKX025", name, f"bruker malen «{manifest.template}», som ikke er installert. Oppgi mappen med --templates."
        ) from None
    if manifest.template_version > spec.version:
        raise WorkbookRefused(
            "OKX026", name,
            f"er laget med versjon {manifest.template_version} av malen «{spec.id}»; her er versjon {spec.version}. "
            "Oppdater okosos_xl.",
        )  # fmt: skip
    return spec


@dataclass(frozen=True)
class Located:
    """The template laid out where the workbook's regions stand now.

    ``lost``: ids whose names are gone; the manifest's place is used for them. ``astray``: ids whose names speak of
    something else than they did; they are put back. ``deleted``: ids whose cells are gone. ``gained``: how many rows
    each table has gained since the workbook was made.
    """

    layout: Layout
    lost: list[str]
    astray: list[str]
    deleted: list[str]
    gained: dict[str, int]


def locate(package: Package, manifest: Manifest, spec: TemplateSpec) -> Located:
    """Where everything in the template stands in the workbook now."""
    names = {name.casefold(): defined for name, defined in package.defined_names.items() if defined.sheet is None}
    layout = pristine(manifest, spec).copied()
    sheets = {s.name for s in package.sheets}
    areas: dict[str, Area | None] = {}
    deleted: list[str] = []
    for id in layout.regions:
        defined = names.get(id.casefold())
        area = defined.area if defined is not None else None
        areas[id] = area if area is not None and area.sheet in sheets else None
        if defined is not None and defined.is_broken:
            deleted.append(id)
    put_back = corrected(layout, manifest, areas, _look(package))
    labels = {id: row_labels(layout, region) for id, region in layout.regions.items() if _by_name(region)}
    first = {id: layout.regions[id].col for id in labels}
    renamed: dict[str, str] = {}
    lost: list[str] = []
    gained: dict[str, int] = {}
    for id, region in layout.regions.items():
        found = put_back.get(id, areas[id])
        if found is None:
            if id not in deleted:
                lost.append(id)
            found = manifest.area(id)
            if found is None:
                continue
        else:
            renamed.setdefault(region.sheet, found.sheet)
        if region.kind in ("column", "rows") and region.is_input and found.row2 - found.row1 + 1 != region.nrows:
            gained[region.owner] = max(gained.get(region.owner, 0), found.row2 - found.row1 + 1 - region.nrows)
        region.sheet, region.row, region.col = found.sheet, found.row1, found.col1
        region.nrows, region.ncols = found.row2 - found.row1 + 1, found.col2 - found.col1 + 1
    for id in (*lost, *deleted):
        region = layout.regions[id]
        region.sheet = renamed.get(region.sheet, region.sheet)
    for id, texts in labels.items():
        region = layout.regions[id]
        from_data = region.owner in layout.owners and layout.owners[region.owner].from_data
        if (region.nrows != len(texts) or from_data) and region.sheet in sheets:
            column = 1 + region.col - first[id]
            values = package.sheet(region.sheet).values
            found_labels = [str(values.get((region.row + i, column), "")) for i in range(region.nrows)]
            if found_labels != texts:  # data files may have other rows now than when the workbook was made
                _align(region, rows_by_label(texts, found_labels))
    if _moved(manifest, layout):
        compile_formulas(layout)
    return Located(layout, lost, sorted(put_back), deleted, gained)


def _look(package: Package) -> Look:
    present = {s.name for s in package.sheets}

    def look(sheet: str, row: int, col: int) -> CellValue | None:
        return package.sheet(sheet).values.get((row, col)) if sheet in present else None

    return look


def older_book(package: Package, manifest: Manifest, spec: TemplateSpec) -> OlderBook:
    """The same for a workbook made with an older version of its template."""
    areas = {name.casefold(): defined.area for name, defined in package.defined_names.items() if defined.sheet is None}
    return OlderBook(package, manifest, spec, areas)


def _by_name(region: Region) -> bool:
    return bool(region.cell_ids or region.row_items)


def row_labels(layout: Layout, region: Region) -> list[str]:
    """The labels in the first column beside the rows of a region."""
    sheet = next(s for s in layout.sheets if s.spec.name == region.sheet)
    texts = {label.row: label.text for label in sheet.labels if label.col == 1}
    return [texts.get(row, "") for row in range(region.row, region.row + region.nrows)]


def rows_by_label(known: list[str], found: list[str]) -> list[int | None]:
    """For each row found, which of the known rows it is; None for a row that is new.

    Rows keep their order. Without labels, or with labels that are alike, rows count from the top.
    """
    if "" in known or len(set(known)) < len(known):
        return [i if i < len(known) else None for i in range(len(found))]
    return [known.index(text) if text in known else None for text in found]


def _align(region: Region, rows: list[int | None]) -> None:
    """Give the rows of a region the names and formulas that are theirs."""
    ids, items = region.cell_ids, region.row_items
    nothing = dataclasses.replace(region.item, formula=None)
    if ids:
        region.cell_ids = tuple("" if row is None else ids[row] for row in rows)
        region.lost_ids = tuple(id for i, id in enumerate(ids) if i not in rows)
    if items:
        region.row_items = tuple(nothing if row is None else items[row] for row in rows)


def _moved(manifest: Manifest, layout: Layout) -> bool:
    return any(manifest.regions.get(id, ("", ""))[0] != region.area for id, region in layout.regions.items())
