"""A template folder and a capacity → a :class:`Layout` with every formula compiled and every mistake named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from okosos_xl.resources import templates_root
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.formula import Scope, compile_formula
from okosos_xl.template.layout import Formula, Layout, Region
from okosos_xl.template.parse import parse_template
from okosos_xl.template.place import place
from okosos_xl.template.spec import Chart, Check, Item, TemplateSpec

STATUS_WORDS = {"feil": "feil", "advarsel": "advarsel", "opplysning": "opplysning"}
ALL_WELL = "i orden"
_LIST_LIMIT = 255


def template_folders(root: Path | None = None) -> list[Path]:
    """Every folder under ``root`` (default: the toolkit's own templates) that holds a ``mal.yaml``."""
    base = root or templates_root()
    if (base / "mal.yaml").is_file():
        return [base]
    return sorted(p.parent for p in base.glob("*/mal.yaml"))


def load_spec(name: str, root: Path | None = None) -> TemplateSpec:
    """The template called ``name``. Raises :class:`TemplateError` naming the known ones if there is none."""
    folders = template_folders(root)
    for folder in folders:
        if folder.name == name:
            return parse_template(folder)
    known = ", ".join(f.name for f in folders) or "ingen"
    raise TemplateError(str(root) if root else "maler", "", name, "malen finnes ikke.", f"en av: {known}.")


def compile_template(
    spec: TemplateSpec, capacity: dict[str, int] | None = None, *, exact: dict[str, int] | None = None
) -> Layout:
    """Compile ``spec`` with room for ``capacity`` rows per growing table. Raises :class:`TemplateError`.

    ``exact`` fixes the number of rows of growing tables instead (to compile for a workbook that exists).
    """
    _lint(spec)
    layout = place(spec, capacity or {}, exact or {})
    scope = compile_formulas(layout)
    _chart_references(layout)
    _unused(layout, scope)
    _cycles(layout, scope)
    return layout


def compile_formulas(layout: Layout) -> Scope:
    """Compile every formula for where its region stands now (again after regions have been moved)."""
    scope = Scope(layout.regions, layout.owners)
    for region in layout.regions.values():
        item = region.item
        if region.id == "kontroll.status":
            region.row_formulas = tuple(_check_status(c, region, scope) for c in layout.checks)
        elif region.id == "kontroll.melding":
            region.row_formulas = tuple(_check_message(c, region, scope) for c in layout.checks)
        elif item.formula is not None:
            region.formula = compile_formula(item.formula, region, scope)
            if item.first is not None:
                region.first = compile_formula(item.first, region, scope)
    return scope


def _check_home(check: Check, region: Region) -> Region:
    item = Item(check.id, check.label, "tekst", formula=check.formula, file=check.file)
    return dataclasses.replace(region, id=check.id, item=item, kind="field", owner="")


def _check_status(check: Check, region: Region, scope: Scope) -> Formula:
    word = STATUS_WORDS[check.severity]
    return compile_formula(
        f'IFERROR(IF({check.formula},"{ALL_WELL}","{word}"),"{word}")', _check_home(check, region), scope
    )


def _check_message(check: Check, region: Region, scope: Scope) -> Formula:
    text = check.message.replace('"', '""')
    plain = text.split("{")[0].strip() or check.label
    return compile_formula(
        f'IFERROR(IF({check.formula},"","{text}"),"{plain}")', _check_home(check, region), scope
    )


def _lint(spec: TemplateSpec) -> None:
    seen: dict[str, Check] = {}
    for check in (c for s in spec.sheets for c in s.checks):
        if check.id in seen:
            raise TemplateError(check.file, check.sheet, check.id, "kontrollkoden er brukt to ganger.", "en ny kode")
        seen[check.id] = check
    names = [s.name for s in spec.sheets]
    for sheet in spec.sheets:
        if names.count(sheet.name) > 1:
            raise TemplateError(sheet.file, sheet.name, "", "to ark har samme navn.", "ulike arknavn")
        if len(sheet.name) > 31 or any(ch in sheet.name for ch in "[]:*?/\\"):
            raise TemplateError(sheet.file, sheet.name, "", "arknavnet kan ikke brukes i Excel.", "høyst 31 tegn")
        for block in sheet.blocks:
            for item in getattr(block, "items", ()):
                if item.choices and item.choices not in spec.choices:
                    raise TemplateError(
                        sheet.file, sheet.name, item.id, f"ukjent liste «{item.choices}».", ", ".join(spec.choices)
                    )
                if len(item.help) > _LIST_LIMIT:
                    raise TemplateError(sheet.file, sheet.name, item.id, "hjelpeteksten er for lang.", "høyst 255 tegn")


def _chart_references(layout: Layout) -> None:
    for sheet in layout.sheets:
        for chart, _ in sheet.charts:
            for series in chart.series:
                for name in (series.values, series.categories):
                    if name not in layout.regions:
                        raise _chart_error(sheet.spec.file, sheet.spec.name, chart, name)
    for name in (*layout.spec.key_figures, layout.spec.status, layout.spec.date_id, layout.spec.footer_id):
        if name and name not in layout.regions:
            raise TemplateError(f"{layout.spec.id}/mal.yaml", "", name, "id-en finnes ikke i malen.", "id-en til et felt")


def _chart_error(file: str, sheet: str, chart: Chart, name: str) -> TemplateError:
    return TemplateError(file, sheet, chart.id, f"diagrammet viser til ukjent id «{name}».", "en id i malen")


def _unused(layout: Layout, scope: Scope) -> None:
    """A number, date or choice nobody uses is a mistake; words (names, remarks) are there for the reader."""
    for region in layout.inputs():
        if region.id not in scope.used and region.item.type not in ("tekst", "langtekst"):
            raise TemplateError(
                region.item.file, region.sheet, region.id, "ingen formel eller kontroll bruker denne inngangen.",
                "en formel, eller fjern feltet",
            )  # fmt: skip


def _cycles(layout: Layout, scope: Scope) -> None:
    state: dict[str, int] = {}

    def visit(id: str, path: list[str]) -> None:
        state[id] = 1
        for target in sorted(scope.edges.get(id, ())):
            if state.get(target) == 1:
                region = layout.regions[id]
                start = path.index(target) if target in path else len(path)
                loop = " → ".join([*path[start:], id, target])
                raise TemplateError(region.item.file, region.sheet, id, f"formlene går i ring: {loop}.", "ingen ring")
            if target not in state:
                visit(target, [*path, id])
        state[id] = 2

    for id in list(scope.edges):
        if id not in state:
            visit(id, [])
