"""One case workbook → one row of the register: the values its template says belong there, as the file has them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from okosos_xl.engine import ExcelError
from okosos_xl.sak.case import CaseValue
from okosos_xl.sak.numbers import from_serial
from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.parse import parse_template
from okosos_xl.template.spec import DATES, NUMERIC, Item, Table, TemplateSpec
from okosos_xl.workbook.guard import Limits, read_vetted
from okosos_xl.workbook.locate import find_manifest, template_of
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.refusal import WorkbookRefused
from okosos_xl.workbook.typed import plain_number

REGISTER = "register"
"""The id of the table in the statistics template, and of its template's folder."""
SOURCE = "kilde"
CASE_NUMBER = "saksnr"
Row = dict[str, CaseValue]


@dataclass(frozen=True)
class Collected:
    """What one file gave: a row, or why there is none. ``doubts`` are values that could not be used."""

    file: str
    row: Row | None
    problem: str = ""
    doubts: tuple[str, ...] = ()


def register_columns(spec: TemplateSpec) -> dict[str, Item]:
    """The input columns of the register table of the statistics template."""
    tables = (b for s in spec.sheets for b in s.blocks if isinstance(b, Table) and b.id == REGISTER)
    return {item.id: item for table in tables for item in table.items if item.input is not None}


def collect_file(path: Path, name: str, statistics_folder: Path, templates: Path | None = None) -> Collected:
    """The register row of one case workbook; never an exception for a file that cannot be used."""
    statistics = _template(statistics_folder)
    try:
        package = Package(read_vetted(path, name=name, limits=Limits()))
        manifest = find_manifest(package, only_template=True)
        spec = template_of(package, manifest, templates)
    except WorkbookRefused as refused:
        return Collected(name, None, f"{refused.code}: {refused.message}")
    except OSError as error:
        return Collected(name, None, f"filen kan ikke leses ({error.strerror or 'ukjent feil'}).")
    if not spec.register:
        return Collected(name, None, f"malen «{spec.id}» har ikke noe til registeret.")
    try:
        return _row(package, _layout(Path(spec.folder)), spec, statistics, name)
    except WorkbookRefused as refused:
        return Collected(name, None, f"{refused.code}: {refused.message}")


@cache
def _template(folder: Path) -> TemplateSpec:
    return parse_template(folder)


@cache
def _layout(folder: Path) -> Layout:
    """The layout of a case template, for the types of its values alone."""
    return compile_template(_template(folder))


def _row(package: Package, layout: Layout, spec: TemplateSpec, statistics: TemplateSpec, name: str) -> Collected:
    columns = register_columns(statistics)
    areas = {n.casefold(): d.area for n, d in package.defined_names.items() if d.sheet is None}
    sheets = {s.name for s in package.sheets if s.kind == "worksheet"}
    row: Row = {}
    doubts: list[str] = []
    for column, id in spec.register:
        item = columns.get(column)
        area = areas.get(id.casefold())
        if item is None or area is None or area.sheet not in sheets:
            doubts.append(f"{column}: finner ikke «{id}» i arbeidsboken")
            continue
        raw = package.sheet(area.sheet).values.get((area.row1, area.col1))
        value = _value(raw, item, layout.regions.get(id), statistics, date1904=package.date1904)
        if value is not None:
            row[column] = value
        elif raw not in (None, ""):
            doubts.append(f"{column}: verdien passer ikke i registeret")
    if SOURCE in columns:
        row[SOURCE] = name
    return Collected(name, row, "", tuple(doubts))


def _value(
    raw: object, item: Item, region: Region | None, statistics: TemplateSpec, *, date1904: bool
) -> CaseValue | None:
    """The value as the register's column holds it, or None when it does not fit."""
    if raw is None or raw == "" or isinstance(raw, ExcelError):
        return None
    if item.type in DATES:
        return from_serial(raw, date1904=date1904) if isinstance(raw, float) else None
    if item.type in NUMERIC:
        number = plain_number(raw) if isinstance(raw, float) else None
        if number is not None and item.type == "heltall":
            number = Decimal(int(number))
        return number
    if region is not None and region.item.type in DATES and isinstance(raw, float):
        return None
    text = str(plain_number(raw)) if isinstance(raw, float) else str(raw)
    return statistics.choice(item.choices, text) if item.choices else text
