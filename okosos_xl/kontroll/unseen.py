"""What is hidden though it counts, and what no longer guards the form: protection and lists that are taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from okosos_xl.kontroll.finding import ADVARSEL, OPPLYSNING, Finding
from okosos_xl.kontroll.grouping import group_words, samples_of
from okosos_xl.template.layout import Region
from okosos_xl.workbook.areas import Cell, address, column_letters
from okosos_xl.workbook.package import Package, SheetInfo
from okosos_xl.workbook.pristine import few, pristine
from okosos_xl.workbook.reading import Reading
from okosos_xl.workbook.sheetparts import SheetParts, sheet_parts
from okosos_xl.workbook.xmlguard import attributes

_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*?\br=["'](\d+)["']""")
_YES = ("1", "true")
_SHOWN = 5


def check_unseen(reading: Reading) -> Iterator[Finding]:
    """Findings about rows and columns hidden over what has been typed, and sheets without protection or lists."""
    open_sheets: list[str] = []
    older = 0 < reading.manifest.template_version < reading.layout.spec.version
    purpose = _on_purpose(reading)
    by_sheet: dict[str, list[Region]] = {}
    for region in reading.layout.inputs():
        by_sheet.setdefault(region.sheet, []).append(region)
    standing = {region.sheet for region in reading.layout.regions.values()}
    for info in reading.package.sheets:
        if info.name not in standing or info.kind != "worksheet":
            continue
        parts = sheet_parts(reading.package, info)
        inputs = by_sheet.get(info.name, [])
        yield from _hidden(reading.package, info, parts, inputs, purpose)
        if not any(attributes(e).get("sheet", "0") in _YES for e in parts.named("sheetProtection")):
            open_sheets.append(info.name)
        if not older:
            yield from _without_list(info, parts, inputs)
    if open_sheets:
        many = f"{len(open_sheets)} ark ({few(open_sheets)})" if len(open_sheets) > 1 else f"arket «{open_sheets[0]}»"
        message = f"Beskyttelsen er tatt bort på {many}. En formel kan bli skrevet over uten at det merkes."
        action = "Slå den på igjen: Se gjennom → Beskytt ark, uten passord."
        sheet = open_sheets[0] if len(open_sheets) == 1 else ""
        yield Finding("OKX350", OPPLYSNING, sheet, "", message, action, count=len(open_sheets))


def _on_purpose(reading: Reading) -> dict[str, set[int]]:
    """By id, the rows of an input (from 0) that a simple case hides, and the rates, whose empty rows are hidden."""
    spec = reading.layout.spec
    rates = {row.owner for row in reading.layout.rates}
    found = {r.id: set(range(r.nrows)) for r in reading.layout.inputs() if r.owner in rates}
    if not spec.version_id or reading.sak.fields.get(spec.version_id) != spec.simple_version:
        return found
    for sheet in pristine(reading.manifest, spec).layout.sheets:
        for region in sheet.regions:
            whole = sheet.spec.only or region.item.only
            rows = {i for i in range(region.nrows) if whole or region.row + i in sheet.full_rows}
            if rows:
                found.setdefault(region.id, set()).update(rows)
    return found


def _hidden(
    package: Package, info: SheetInfo, parts: SheetParts, inputs: list[Region], purpose: dict[str, set[int]]
) -> Iterator[Finding]:
    rows = {int(found) for found in _HIDDEN_ROW.findall(package.vetted.part(info.part) or b"")}
    spans = [attributes(e) for group in parts.named("cols") for e in group]
    hidden = [(_number(s.get("min")), _number(s.get("max"))) for s in spans if s.get("hidden", "0") in _YES]
    columns = {
        col
        for region in inputs
        for col in range(region.col, region.col + region.ncols)
        if any(first <= col <= last for first, last in hidden)
    }
    if not rows and not columns:
        return
    values = package.sheet(info.name).values
    filled = [
        cell for region in inputs for cell in _cells(region)
        if (cell[0] in rows or cell[1] in columns) and cell[0] - region.row not in purpose.get(region.id, ())
        and values.get(cell) not in (None, "")
    ]  # fmt: skip
    lines = sorted({row for row, _ in filled if row in rows})
    if lines:
        action = "Merk radene rundt, høyreklikk og velg «Vis», eller ta bort filteret."
        yield _found(info, "rad", "rader", [str(row) for row in lines], [c for c in filled if c[0] in rows], action)
    lines = sorted({col for row, col in filled if row not in rows})
    if lines:
        action = "Merk kolonnene rundt, høyreklikk og velg «Vis»."
        names = [column_letters(col) for col in lines]
        yield _found(info, "kolonne", "kolonner", names, [c for c in filled if c[0] not in rows], action)


def _number(said: str | None) -> int:
    """A number as the file has it; 0, where no column is, for anything else."""
    return int(said) if said is not None and said.isascii() and said.isdecimal() else 0


def _found(info: SheetInfo, one: str, several: str, names: list[str], filled: list[Cell], action: str) -> Finding:
    cells = sorted(filled)
    more = f" og {len(names) - _SHOWN} til" if len(names) > _SHOWN else ""
    what = f"{len(names)} {several} er skjult ({', '.join(names[:_SHOWN])}{more})"
    if len(names) == 1:
        what = f"{one.capitalize()} {names[0]} er skjult"
    message = f"{what}, men det står noe der, og det regnes med."
    return Finding(
        "OKX318", ADVARSEL, info.name, address(cells[0]), message, action, count=len(names), samples=samples_of(cells)
    )


def _without_list(info: SheetInfo, parts: SheetParts, inputs: list[Region]) -> Iterator[Finding]:
    """Cells with a choice whose list is gone: pasted over, or taken away."""
    choices = [region for region in inputs if region.item.choices]
    if not choices:
        return
    lists = [
        area
        for element, areas in parts.areas("dataValidations", "dataValidation", "sqref")
        if attributes(element).get("type") == "list"
        for area in areas
    ]
    bare = [cell for region in choices for cell in _cells(region) if not any(cell in area for area in lists)]
    if bare:
        more, samples = group_words(sorted(bare), sum(r.nrows * r.ncols for r in choices))
        message = f"Listen å velge fra er borte.{more}"
        action = "Lag arbeidsboken på nytt fra saken, eller kopier en celle i samme kolonne og lim inn der."
        yield Finding("OKX351", OPPLYSNING, info.name, samples[0], message, action, count=len(bare), samples=samples)


def _cells(region: Region) -> Iterator[Cell]:
    for row in range(region.row, region.row + region.nrows):
        for col in range(region.col, region.col + region.ncols):
            yield row, col
