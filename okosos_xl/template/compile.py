"""A template folder and a capacity → a :class:`Layout` with every formula compiled and every mistake named."""

from __future__ import annotations

import dataclasses
from copy import copy
from functools import lru_cache
from pathlib import Path

from okosos_xl.remembered import Remembered
from okosos_xl.resources import templates_root
from okosos_xl.template.cycles import Edge
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.formula import Scope, compile_formula
from okosos_xl.template.layout import Formula, Layout, Region
from okosos_xl.template.lint import lint_layout, lint_spec
from okosos_xl.template.parse import parse_template
from okosos_xl.template.place import place
from okosos_xl.template.rates import rates_folder
from okosos_xl.template.spec import Check, Item, TemplateSpec

ALL_WELL = "i orden"


def template_folders(root: Path | None = None) -> list[Path]:
    """Every folder under ``root`` (default: the toolkit's own templates) that holds a ``mal.yaml``."""
    base = (root or templates_root()).absolute()
    if (base / "mal.yaml").is_file():
        return [base]
    return sorted(p.parent for p in base.glob("*/mal.yaml"))


def load_spec(name: str, root: Path | None = None) -> TemplateSpec:
    """The template called ``name``. Raises :class:`TemplateError` naming the known ones if there is none.

    A ``root`` with data files but no templates (see :func:`office_data`) is laid on top of the toolkit's own.
    """
    office = office_data(root)
    folders = template_folders(None if office else root)
    for folder in folders:
        if folder.name == name:
            return _parsed(folder, office, _stamp(folder, office))
    known = ", ".join(f.name for f in folders) or "ingen"
    raise TemplateError(str(root) if root else "maler", "", name, "malen finnes ikke.", f"en av: {known}.")


def office_data(root: Path | None) -> Path | None:
    """``root`` when it is an office's folder of data only: folders with YAML files, and no template among them."""
    if root is None or template_folders(root) or not any(root.glob("*/*.yaml")):
        return None
    return root.absolute()


@lru_cache(maxsize=32)
def _parsed(folder: Path, office: Path | None, _stamp: tuple[tuple[str, int, int], ...]) -> TemplateSpec:
    """A template, parsed once as long as none of its files changes: a batch asks for the same one again and again."""
    return parse_template(folder, office)


def _stamp(folder: Path, office: Path | None = None) -> tuple[tuple[str, int, int], ...]:
    """The files a template can be made of, with when they were last changed and their size.

    Sheets, modules and data may come from the folders beside it, the toolkit's own, and the office's.
    """
    roots = {folder.parent: None, templates_root(): None, **({office: None} if office else {})}
    places = {folder: None, **{place: None for root in roots for place in _folders_in(root)}}
    return files_stamp(*places)


def files_stamp(*folders: Path) -> tuple[tuple[str, int, int], ...]:
    """The YAML files of some folders, with when they were last changed and their size."""
    found = ((str(file), file.stat()) for folder in folders for file in sorted(folder.glob("*.yaml")))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def _folders_in(root: Path) -> list[Path]:
    return sorted({file.parent for file in root.glob("*/*.yaml")})


def compile_template(
    spec: TemplateSpec, capacity: dict[str, int] | None = None, *, exact: dict[str, int] | None = None
) -> Layout:
    """Compile ``spec`` with room for ``capacity`` rows per growing table. Raises :class:`TemplateError`.

    ``exact`` fixes the number of rows of growing tables instead (to compile for a workbook that exists).
    """
    key = (id(spec), _sizes(capacity), _sizes(exact), _rates_stamp(spec))
    known = _COMPILED.get(key)
    if known is None:
        lint_spec(spec)
        layout = place(spec, capacity or {}, exact or {})
        lint_layout(layout, compile_formulas(layout))
        known = spec, layout
        _COMPILED.put(key, known, layout.size)
    return known[1].copy()


CELLS_KEPT = 150_000
"""So many cells of layouts are remembered: two usual cases with debts, or some fifteen small ones, in about 30 MB."""
_COMPILED: Remembered[tuple[TemplateSpec, Layout]] = Remembered(CELLS_KEPT)
"""Layouts by template, sizes and rate files; the template is kept with them, so that its id is not used again."""


def _sizes(rows: dict[str, int] | None) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((rows or {}).items()))


def _rates_stamp(spec: TemplateSpec) -> tuple[tuple[str, int, int], ...]:
    """The rate files a layout is made from: which keys they have decides its rows."""
    return files_stamp(rates_folder(spec)) if spec.rates else ()


def compile_formulas(layout: Layout) -> Scope:
    """Compile every formula for where its region stands now (again after regions have been moved).

    Raises :class:`TemplateError` for the first formula that cannot be compiled.
    """
    scope = Scope(layout.regions, layout.owners, layout.cells())
    for region in layout.regions.values():
        item = region.item
        scope.edges.update(Edge(region.id, id) for id in region.cell_ids if id)
        if region.id == "kontroll.status":
            region.row_formulas = tuple(_check_status(c, region, scope) for c in layout.checks)
        elif region.id == "kontroll.melding":
            region.row_formulas = tuple(_check_message(c, region, scope) for c in layout.checks)
        elif region.row_items and not region.is_input:
            region.row_formulas = tuple(_row_formula(region, row, scope) for row in range(region.nrows))
        elif item.formula is not None:
            region.formula = compile_formula(item.formula, region, scope)
            if item.first is not None:
                region.first = compile_formula(item.first, region, scope)
    return scope


def _row_formula(region: Region, row: int, scope: Scope) -> Formula:
    """The formula of one row of a region whose rows have formulas of their own; no value for a row that is new."""
    item = region.row_items[min(row, len(region.row_items) - 1)]
    home = copy(region)
    home.item = item
    return compile_formula(item.formula or '""', home, scope, min(row, len(region.row_items) - 1))


def _check_home(check: Check, region: Region) -> Region:
    item = Item(check.id, check.label, "tekst", formula=check.formula, file=check.file)
    return dataclasses.replace(region, id=check.id, item=item, kind="field", owner="")


def _check_status(check: Check, region: Region, scope: Scope) -> Formula:
    rule = compile_formula(check.formula, _check_home(check, region), scope)
    return _joined("IFERROR(IF(", rule, f',"{ALL_WELL}","{check.severity}"),"{check.severity}")')


def _check_message(check: Check, region: Region, scope: Scope) -> Formula:
    home = _check_home(check, region)
    rule = compile_formula(check.formula, home, scope)
    message = compile_formula(_literal(check.message), home, scope)
    plain = check.message.split("{")[0].strip() or check.label
    return _joined("IFERROR(IF(", rule, ',"",', message, "),", compile_formula(_literal(plain), home, scope), ")")


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _joined(*pieces: str | Formula) -> Formula:
    """One formula of texts and compiled formulas."""
    parts = [part for piece in pieces for part in ((piece,) if isinstance(piece, str) else piece.parts)]
    return Formula(tuple(parts))
