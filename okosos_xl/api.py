"""The toolkit from Python: ``generate``, ``read``, ``recalc``, ``validate``, ``split`` and ``to_pdf``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from okosos_xl.garbage import without_collecting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from okosos_xl.engine import Values
    from okosos_xl.kontroll.ahead import Ahead
    from okosos_xl.kontroll.finding import Report
    from okosos_xl.kontroll.stale import Stale
    from okosos_xl.sak.case import Sak
    from okosos_xl.satser import Satssnapshot
    from okosos_xl.splitting.choices import Choices
    from okosos_xl.splitting.report import Split
    from okosos_xl.template.layout import Layout
    from okosos_xl.template.spec import Item, TemplateSpec
    from okosos_xl.utskrift.make import Printed, Wanted
    from okosos_xl.workbook.package import Package
    from okosos_xl.workbook.reading import Reading


@dataclass(frozen=True)
class Making:
    """How a workbook is to be made, beside its case.

    ``case_date`` fills in the case date (the template says which field) where the case has none. ``kommune`` is a file
    with the municipality's own rates, ``rates_date`` the date the rates are looked up for (else the case date).
    ``capacity`` asks for more rows per table. ``version`` chooses the simple or the full version of the case and hides
    what the simple one leaves out.
    """

    case_date: date | None = None
    templates: Path | None = None
    engine: str | None = None
    capacity: dict[str, int] | None = None
    kommune: Path | None = None
    rates_date: date | None = None
    version: str | None = None


def generate(
    template: str,
    case: Sak | dict[str, Any] | Path | str | None = None,
    *,
    case_date: date | None = None,
    templates: Path | None = None,
    engine: str | None = None,
    capacity: dict[str, int] | None = None,
    kommune: Path | None = None,
    rates_date: date | None = None,
    version: str | None = None,
) -> bytes:
    """An .xlsx for ``template``, filled in from ``case``; without a case an empty form.

    ``case`` is a :class:`~okosos_xl.sak.case.Sak`, a dict, or a path to a YAML or JSON file; the rest is told in
    :class:`Making`. Raises ``TemplateError``, ``CaseError``, ``SatsError``, ``WriteError`` or ``EngineError``.
    """
    how = Making(case_date, templates, engine, capacity, kommune, rates_date, version)
    return generate_with_values(template, case, how)[0]


@without_collecting()
def generate_with_values(
    template: str, case: Sak | dict[str, Any] | Path | str | None = None, how: Making | None = None
) -> tuple[bytes, Values]:
    """As :func:`generate`, with the computed value of every cell (sheet → grid from A1)."""
    from okosos_xl.engine import get_engine
    from okosos_xl.template.compile import compile_template, load_spec
    from okosos_xl.workbook.write import build

    how = how or Making()
    spec = load_spec(template, how.templates)
    sak = _prepared(_case(spec, case, how), spec, how)
    rows = {id: len(table) for id, table in sak.tables.items()}
    layout = compile_template(spec, rows | (how.capacity or {}))
    return build(
        layout, sak, get_engine(how.engine), how.templates, rates=_rates(spec, sak, how),
        hide_full=how.version is not None and sak.fields.get(spec.version_id) == spec.simple_version,
    )  # fmt: skip


def left_behind(template: str, case: Sak | dict[str, Any] | Path | str, templates: Path | None = None) -> list[str]:
    """What a case for another template says that ``template`` has no place for, by id. Empty for a case of its own."""
    from okosos_xl.sak.carry import left_behind as left
    from okosos_xl.template.compile import load_spec

    spec, how = load_spec(template, templates), Making(templates=templates)
    sak = _loaded(spec, case, how)
    source = None if sak.template == spec.id else _other_template(spec, sak.template, how)
    return [] if source is None else left(sak, source, spec)


def _case(spec: TemplateSpec, case: Sak | dict[str, Any] | Path | str | None, how: Making) -> Sak:
    """The case for a template; a case for another template that it takes from gives what the two have in common."""
    from okosos_xl.sak.carry import carry_over
    from okosos_xl.sak.case import Sak
    from okosos_xl.sak.problems import CaseError, CaseProblem

    if case is None:
        return Sak(spec.id, spec.version)
    case = _loaded(spec, case, how)
    if case.template == spec.id:
        return case
    other = _other_template(spec, case.template, how)
    if other is None:
        raise CaseError([CaseProblem("saken", "mal", f"saken er for «{case.template}», ikke «{spec.id}».")])
    computed = dict(spec.takes_from)[other.id]
    values = _fields(other, case, how, [theirs for _, theirs in computed]) if computed else {}
    return carry_over(case, spec, {own: values[theirs] for own, theirs in computed if theirs in values})


def _loaded(spec: TemplateSpec, case: Sak | dict[str, Any] | Path | str, how: Making) -> Sak:
    """The case as it is written, for the template it says it is for."""
    from okosos_xl.sak.case import Sak
    from okosos_xl.sak.load import case_from_data, case_template, parse_case
    from okosos_xl.sak.problems import CaseError, CaseProblem

    if isinstance(case, Sak):
        return case
    name = "saken"
    if not isinstance(case, dict):
        name = str(case)
        try:
            case = parse_case(Path(case).read_bytes(), name)
        except OSError as error:
            raise CaseError([CaseProblem(name, "", _os_problem(error))]) from None
    return case_from_data(case, _other_template(spec, case_template(case), how) or spec, name)


def _other_template(spec: TemplateSpec, name: str, how: Making) -> TemplateSpec | None:
    """The template called ``name``, if ``spec`` takes from its cases."""
    from okosos_xl.template.compile import load_spec

    return load_spec(name, how.templates) if name in dict(spec.takes_from) else None


def _fields(spec: TemplateSpec, sak: Sak, how: Making, ids: list[str]) -> dict[str, Decimal]:
    """The computed amounts of a case, by id; those that are no numbers are left out."""
    from okosos_xl.engine import value_at
    from okosos_xl.template.compile import compile_template
    from okosos_xl.template.layout import cell_name
    from okosos_xl.workbook.typed import plain_number

    grids = generate_with_values(spec.id, sak, replace(how, version=None, capacity=None))[1]
    layout = compile_template(spec, {id: len(table) for id, table in sak.tables.items()})
    cells = {id: layout.regions.get(id) or layout.cells()[id] for id in ids}
    found = {id: value_at(grids, r.sheet, cell_name(r.row, r.col)) for id, r in cells.items()}
    return {id: plain_number(value) for id, value in found.items() if isinstance(value, float)}


def _prepared(sak: Sak, spec: TemplateSpec, how: Making) -> Sak:
    """The case with the date and the version that were asked for."""
    from okosos_xl.sak.problems import CaseError, CaseProblem

    fields = dict(sak.fields)
    if how.case_date is not None and spec.date_id:
        fields.setdefault(spec.date_id, how.case_date)
    if how.version is not None:
        list_name = next((i.choices for i in _field_items(spec) if i.id == spec.version_id), "")
        choice = spec.choice(list_name, how.version) if list_name else None
        if choice is None:
            if list_name:
                way_out = f"«{how.version}» finnes ikke. Velg en av: {', '.join(spec.choices[list_name])}."
            else:
                way_out = "malen har bare én versjon. Ta bort --versjon."
            raise CaseError([CaseProblem("--versjon", "", way_out)])
        fields[spec.version_id] = choice
    return replace(sak, fields=fields)


def _field_items(spec: TemplateSpec) -> Iterator[Item]:
    from okosos_xl.template.spec import Fields

    for block in (b for s in spec.sheets for b in s.blocks):
        if isinstance(block, Fields):
            yield from block.items


def _rates(spec: TemplateSpec, sak: Sak, how: Making) -> Satssnapshot | None:
    """The rates for the case, None for a template that uses none."""
    from okosos_xl.sak.problems import CaseError, CaseProblem
    from okosos_xl.template.rates import rates_of

    if not spec.rates:
        if how.kommune is not None:
            raise CaseError([CaseProblem(str(how.kommune), "", f"malen «{spec.id}» bruker ingen satser.")])
        return None
    day = how.rates_date or sak.fields.get(spec.date_id)
    if not isinstance(day, date):
        problem = "datoen mangler, og satsene følger den. Skriv den i saken, eller oppgi --date."
        raise CaseError([CaseProblem("saken", spec.date_id, problem)])
    rates = rates_of(spec)
    return (rates.with_overlay(how.kommune) if how.kommune is not None else rates).at(day)


def read(source: Path | str | bytes, *, templates: Path | None = None) -> Sak:
    """The case in a filled-in workbook: inputs as typed, overrides, and extras. Raises ``WorkbookRefused``."""
    return read_full(source, templates=templates).sak


def read_full(
    source: Path | str | bytes,
    *,
    name: str | None = None,
    templates: Path | None = None,
    opened: Callable[[Package], None] | None = None,
) -> Reading:
    """As :func:`read`, with everything found on the way (changed formulas, wrong inputs, sheets).

    ``opened`` is called with the package as soon as it is known to be one of ours.
    """
    from okosos_xl.workbook.read import read_workbook

    file = source if isinstance(source, bytes) else Path(source)
    return read_workbook(file, name=name, templates=templates, opened=opened)


def register_overrides(reading: Reading, engine: str | None = None) -> None:
    """Note beside each override in the case what the template gives in its place; computes only when there are any.

    Where it cannot be computed, the overrides stand without it.
    """
    if not reading.sak.overrides:
        return
    from okosos_xl.engine import get_engine
    from okosos_xl.kontroll.effect import template_effect, with_template_values

    with_template_values(reading, template_effect(reading, get_engine(engine)))


@dataclass
class Recalculation:
    """What a recalculation gave: the value of every cell, and which stored values are stale."""

    engine: str
    stale: list[Stale]
    grids: Values
    layout: Layout

    @cached_property
    def values(self) -> dict[str, Any]:
        """id → value, list (a column or a month row) or list of rows (a matrix)."""
        return {id: _region_values(region, self.grids) for id, region in self.layout.regions.items()}


def recalc(
    source: Path | str | bytes, *, engine: str | None = None, name: str | None = None, templates: Path | None = None
) -> Recalculation:
    """Recompute every formula. Amounts in kr, dates as Excel serials. Raises ``WorkbookRefused`` or ``EngineError``."""
    from okosos_xl.engine import get_engine
    from okosos_xl.kontroll.stale import stale_cells
    from okosos_xl.workbook.read import read_layout

    package, layout = read_layout(source if isinstance(source, bytes) else Path(source), name=name, templates=templates)
    package.read_all()
    motor = get_engine(engine)
    grids = motor.evaluate(package.vetted.data)
    return Recalculation(motor.name, stale_cells(package, grids), grids, layout)


def _region_values(region: Any, grids: Values) -> Any:
    grid = grids.get(region.sheet, [])

    def at(row: int, col: int) -> Any:
        value = grid[row - 1][col - 1] if row <= len(grid) and col <= len(grid[row - 1]) else None
        return value if value is None or isinstance(value, bool | float | str) else str(value)

    rows = [
        [at(r, c) for c in range(region.col, region.col + region.ncols)]
        for r in range(region.row, region.row + region.nrows)
    ]
    if region.kind == "field":
        return rows[0][0]
    if region.ncols == 1:
        return [row[0] for row in rows]
    return rows[0] if region.kind == "scalar" else rows


def split(
    case: Sak | dict[str, Any] | Path | str,
    choices: Choices | None = None,
    *,
    template: str = "gjeldsradgivning",
    templates: Path | None = None,
    engine: str | None = None,
    kommune: Path | None = None,
) -> Split:
    """Two cases, A and B, from a household registered as one, and a report of what went where.

    ``case`` is as for :func:`generate`, or the path of a filled-in workbook. The two cases add up to the household
    to the øre where amounts are shared. Raises ``CaseError``, ``WorkbookRefused``, ``TemplateError`` or
    ``EngineError``.
    """
    from okosos_xl.splitting.choices import Choices
    from okosos_xl.splitting.compute import computed, tight_layout
    from okosos_xl.splitting.run import split_case
    from okosos_xl.template.compile import load_spec

    how = Making(templates=templates, engine=engine, kommune=kommune)
    spec = load_spec(template, templates)
    if isinstance(case, Path | str) and str(case).lower().endswith(".xlsx"):
        case = read(case, templates=templates)
    sak = _case(spec, case, how)
    layout = tight_layout(spec, sak)
    return split_case(spec, sak, lambda part: computed(layout, part, how), choices or Choices())


def validate(
    source: Path | str | bytes,
    *,
    engine: str | None = None,
    name: str | None = None,
    templates: Path | None = None,
    cross_check: bool = False,
) -> Report:
    """Everything to say about a workbook: inputs, changed formulas, stale values, the template's own checks.

    ``cross_check`` computes it with every independent engine that is installed and tells where they disagree. A
    workbook that the engine cannot compute is judged by what can be seen without. Raises ``WorkbookRefused`` when the
    file cannot be read and ``EngineError`` for an engine that is not there.
    """
    from okosos_xl.kontroll.ahead import Ahead

    ahead = Ahead(engine)
    reading = read_full(source, name=name, templates=templates, opened=ahead.start)
    return judge_reading(reading, engine=engine, cross_check=cross_check, ahead=ahead)


def judge_reading(
    reading: Reading, *, engine: str | None = None, cross_check: bool = False, ahead: Ahead | None = None
) -> Report:
    """As :func:`validate`, for a workbook that has been read; ``ahead`` if it has been computed meanwhile.

    Raises ``EngineError``.
    """
    from okosos_xl.engine import get_engine
    from okosos_xl.kontroll.ahead import Ahead
    from okosos_xl.kontroll.effect import effects_of
    from okosos_xl.kontroll.judge import judge

    if ahead is None:
        ahead = Ahead(engine)
        ahead.start(reading.package)
    motor, values = get_engine(engine), ahead.values()
    report = judge(reading, values, motor.name, effects_of(reading, values, motor))
    if not cross_check or values is None:
        return report
    from okosos_xl.kontroll.crosscheck import with_cross_check

    return with_cross_check(report, reading.package, motor.name, values)


def to_pdf(
    source: Path | str | bytes, wanted: Wanted | None = None, *, name: str | None = None, templates: Path | None = None
) -> Printed:
    """A filled-in workbook as a PDF to print, without the rows, months and sheets that hold nothing.

    The result also says what was left out and whether the stored values were right. LibreOffice makes the PDF. Raises
    ``WorkbookRefused``, or ``PrintRefused`` where there is no LibreOffice or no such sheet.
    """
    from okosos_xl.utskrift.make import printed

    return printed(read_full(source, name=name, templates=templates), wanted, templates=templates)


def _os_problem(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "filen finnes ikke."
    if isinstance(error, IsADirectoryError):
        return "dette er en mappe, ikke en fil."
    return "filen kan ikke leses. Har du tilgang til den?"
