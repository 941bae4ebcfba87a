"""Finds the template's regions in a workbook that has been moved about in: by defined names, else by the manifest."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from okosos_xl.template.compile import compile_formulas, compile_template, load_spec
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook import manifest as manifests
from okosos_xl.workbook.areas import Area, parse_area
from okosos_xl.workbook.manifest import Manifest
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.refusal import WorkbookRefused


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


def locate(package: Package, manifest: Manifest, spec: TemplateSpec) -> tuple[Layout, list[str], dict[str, int]]:
    """The template laid out where the workbook's regions stand now.

    Returns the layout, the ids whose names are gone or broken (the manifest's place is used for them), and how many
    rows each table has gained since it was made.
    """
    areas = {name.casefold(): defined.area for name, defined in package.defined_names.items() if defined.sheet is None}
    layout = original_layout(manifest, spec)
    sheets = {s.name for s in package.sheets}
    lost: list[str] = []
    gained: dict[str, int] = {}
    labels = {id: row_labels(layout, region) for id, region in layout.regions.items() if _by_name(region)}
    first = {id: layout.regions[id].col for id in labels}
    names: dict[str, str] = {}
    for id, region in layout.regions.items():
        found = areas.get(id.casefold())
        if found is None or found.sheet not in sheets:
            lost.append(id)
            found = _from_manifest(manifest, id)
            if found is None:
                continue
        if region.kind in ("column", "rows") and region.is_input and found.row2 - found.row1 + 1 != region.nrows:
            gained[region.owner] = max(gained.get(region.owner, 0), found.row2 - found.row1 + 1 - region.nrows)
        names.setdefault(region.sheet, found.sheet)
        region.sheet, region.row, region.col = found.sheet, found.row1, found.col1
        region.nrows, region.ncols = found.row2 - found.row1 + 1, found.col2 - found.col1 + 1
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
    return layout, lost, gained


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


def original_layout(manifest: Manifest, spec: TemplateSpec) -> Layout:
    """The template laid out as when the workbook was made."""
    exact: dict[str, int] = {}
    for id, (address, _) in manifest.regions.items():
        area = parse_area(address)
        if area is not None and "." in id:
            exact.setdefault(id.rsplit(".", 1)[0], area.row2 - area.row1 + 1)
    return compile_template(spec, exact=exact)


def _moved(manifest: Manifest, layout: Layout) -> bool:
    return any(manifest.regions.get(id, ("", ""))[0] != region.area for id, region in layout.regions.items())


def _from_manifest(manifest: Manifest, id: str) -> Area | None:
    address = manifest.regions.get(id, ("", ""))[0]
    return parse_area(address) if address else None
