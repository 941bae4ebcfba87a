"""What is wrong with a template before and after its formulas are compiled."""

from __future__ import annotations

from collections.abc import Iterator

from okosos_xl.template.cycles import find_cycle
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.formula import Scope
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.migration import Names
from okosos_xl.template.spec import (
    Block,
    Check,
    Fields,
    Grid,
    Item,
    Matrix,
    SheetSpec,
    Special,
    Table,
    TemplateSpec,
    Text,
)

_HELP_LIMIT = 255
_SHEET_LIMIT = 31
_NOT_IN_SHEET_NAMES = "[]:*?/\\"
_TAKEN_SHEET_NAMES = frozenset({"history", "historikk", "_okosos"})


def lint_spec(spec: TemplateSpec) -> None:
    """Refuse what can be seen without placing anything: sheet names, check codes, lists of choices, help texts."""
    _sheet_names(spec)
    _check_codes(spec)
    grids = {b.id for s in spec.sheets for b in s.blocks if isinstance(b, Grid)}
    for sheet in spec.sheets:
        for block in sheet.blocks:
            if isinstance(block, Table) and block.over in grids and any(i.input for i in block.items):
                problem = "en tabell over et rutenett kan ikke fylles ut."
                raise TemplateError(sheet.file, sheet.name, block.id, problem, "input i rutenettet selv")
        for item in (item for block in sheet.blocks for item in _items(block)):
            _lint_item(item, sheet, spec)


def lint_layout(layout: Layout, scope: Scope) -> None:
    """Refuse what only shows when everything is compiled: loose ends in charts and mal.yaml, unused inputs, cycles."""
    _chart_references(layout)
    _template_references(layout)
    _unused(layout, scope)
    _offered(layout)
    _letters(layout)
    loop = find_cycle(scope.edges)
    if loop:
        region = layout.regions.get(loop[0]) or layout.cells()[loop[0]]
        way = " → ".join(loop[:12])
        raise _at(region, f"formlene går i ring: {way}.", "en formel som ikke trenger seg selv")


def _at(region: Region, problem: str, expected: str) -> TemplateError:
    return TemplateError(region.item.file, region.sheet, region.id, problem, expected)


def _sheet_names(spec: TemplateSpec) -> None:
    seen: set[str] = set()
    for sheet in spec.sheets:
        name = sheet.name
        if name.casefold() in seen:
            raise TemplateError(sheet.file, name, "", "to ark har samme navn.", "ulike arknavn")
        seen.add(name.casefold())
        bad = [ch for ch in name if ch in _NOT_IN_SHEET_NAMES or not (ch.isprintable() or ch == "\u00a0")]
        too_long = len(name.encode("utf-16-le")) // 2 > _SHEET_LIMIT
        if bad or too_long or name.startswith("'") or name.endswith("'") or name.casefold() in _TAKEN_SHEET_NAMES:
            expected = f"høyst {_SHEET_LIMIT} tegn, uten {_NOT_IN_SHEET_NAMES} og uten apostrof i endene"
            raise TemplateError(sheet.file, name, "", "arknavnet kan ikke brukes i Excel.", expected)


def _check_codes(spec: TemplateSpec) -> None:
    seen: dict[str, Check] = {}
    for check in (c for s in spec.sheets for c in s.checks):
        if check.id in seen:
            raise TemplateError(check.file, check.sheet, check.id, "kontrollkoden er brukt to ganger.", "en ny kode")
        seen[check.id] = check
    shown = any(isinstance(b, Special) and b.kind == "kontroll" for s in spec.sheets for b in s.blocks)
    if spec.rates and not shown:
        problem = "malen bruker satser, men viser ikke kontrollene av dem."
        raise TemplateError(f"{spec.id}/mal.yaml", "", "satser", problem, "- special: kontroll")
    if seen and not shown:
        first = next(iter(seen.values()))
        raise TemplateError(first.file, first.sheet, first.id, "kontrollen vises ikke noe sted.", "- special: kontroll")


def _items(block: Block) -> Iterator[Item]:
    match block:
        case Fields() | Table() | Grid() | Text():
            yield from block.items
        case Matrix():
            yield from (*block.scalars, *block.cells)


def _lint_item(item: Item, sheet: SheetSpec, spec: TemplateSpec) -> None:
    def fail(problem: str, expected: str) -> TemplateError:
        return TemplateError(item.file, sheet.name, item.id, problem, expected)

    if item.choices and item.choices not in spec.choices:
        raise fail(f"ukjent liste «{item.choices}».", "en liste under valg i mal.yaml: " + ", ".join(spec.choices))
    if item.choices and item.input and item.input.default not in (None, *spec.choices[item.choices]):
        raise fail(
            f"«{item.input.default}» står ikke i listen «{item.choices}».", ", ".join(spec.choices[item.choices])
        )
    if len(item.help) > _HELP_LIMIT:
        raise fail("hjelpeteksten er for lang.", f"høyst {_HELP_LIMIT} tegn")
    if item.formula and "forrige]" in item.formula and item.first is None:
        raise fail("formelen bruker «forrige», men sier ikke hva som gjelder først.", "first: en formel")
    if item.first and "forrige]" in item.first:
        raise fail("den første har ingen forrige.", "first uten «forrige»")


def _chart_references(layout: Layout) -> None:
    for sheet in layout.sheets:
        for chart, _ in sheet.charts:
            for series in chart.series:
                where = (sheet.spec.file, sheet.spec.name, chart.id)
                for name in (series.values, series.categories):
                    region = layout.regions.get(name)
                    if region is None:
                        raise TemplateError(*where, f"diagrammet viser til ukjent id «{name}».", "en id i malen")
                    if region.nrows > 1 and region.ncols > 1:
                        raise TemplateError(*where, f"«{name}» er en hel matrise.", "en kolonne eller en rad")
                values, categories = layout.regions[series.values], layout.regions[series.categories]
                if values.nrows * values.ncols != categories.nrows * categories.ncols:
                    raise TemplateError(*where, "verdier og kategorier er ikke like mange.", "like mange celler")


def _template_references(layout: Layout) -> None:
    spec = layout.spec
    for key, names in (("nokkeltall", spec.key_figures), ("status", (spec.status,)), ("bunntekst", (spec.footer_id,))):
        for name in names:
            _field(layout, key, name)
    _field(layout, "dato", spec.date_id)
    _field(layout, "forenklet", spec.version_id)
    for _, id in spec.register:
        _field(layout, "register", id)
    for old, new in ((old, part.new) for m in spec.migrations for old, parts in m.split for part in parts):
        split = Names(spec.migrations, 1).split
        known = new in layout.regions or new in layout.cells()
        if not known and all(part.new != new for parts in split.values() for part in parts):
            continue  # it has been renamed since
        if not known:
            raise TemplateError(
                f"{spec.id}/mal.yaml", "", old, f"«migrering»: «{new}» finnes ikke i malen.", "en id i malen"
            )


def _field(layout: Layout, key: str, name: str) -> None:
    region = layout.regions.get(name) or layout.cells().get(name)
    if not name or (region is not None and region.kind == "field"):
        return
    problem = "id-en finnes ikke i malen" if region is None else "id-en er ikke et enkelt felt"
    raise TemplateError(f"{layout.spec.id}/mal.yaml", "", name, f"«{key}»: {problem}.", "id-en til et felt")


def _offered(layout: Layout) -> None:
    """A list to choose from must be a column."""
    for region in layout.inputs():
        source = layout.regions.get(region.item.choices_from)
        if region.item.choices_from and (source is None or source.kind not in ("column", "rows")):
            raise _at(region, f"«choices_from»: «{region.item.choices_from}» er ikke en kolonne.", "tabell.kolonne")


def _letters(layout: Layout) -> None:
    """A letter has a sheet, a field that chooses, and columns of the same rows to choose from and to be suited by."""
    sheets = {sheet.spec.name for sheet in layout.sheets}
    for letter in layout.spec.letters:

        def fail(problem: str, expected: str, name: str = letter.name) -> TemplateError:
            return TemplateError(f"{layout.spec.id}/mal.yaml", "", name, f"«brev»: {problem}", expected)

        for name in (letter.sheet, *letter.annexes):
            if name not in sheets:
                raise fail(f"arket «{name}» finnes ikke.", "navnet på et ark i malen")
        for id in letter.chosen:
            chosen = layout.regions.get(id)
            if chosen is None or chosen.kind != "field" or not chosen.is_input:
                raise fail(f"«{id}» er ikke et felt som fylles inn.", "velg: id-ene til feltene brevet velges i")
        source, when = layout.regions.get(letter.source), layout.regions.get(letter.when)
        if source is None or when is None or not source.owner or source.nrows != when.nrows:
            raise fail("«fra» og «passer» er ikke kolonner med de samme radene.", "fra: krav.navn, passer: regn.passer")


def _unused(layout: Layout, scope: Scope) -> None:
    """A number, date or choice nobody uses is a mistake; words (names, remarks) are there for the reader."""
    for region in layout.inputs():
        used = region.id in scope.used or any(id in scope.used for id in region.cell_ids)
        used = used or region.id == layout.spec.version_id
        if not used and region.item.type not in ("tekst", "langtekst"):
            raise _at(
                region,
                "ingen formel eller kontroll bruker denne inngangen.",
                "en formel som bruker den, eller ta den bort",
            )
