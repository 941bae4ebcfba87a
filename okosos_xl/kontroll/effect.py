"""What changed formulas mean: the values the template would give, and what becomes of the key figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from okosos_xl.engine import CellValue, Engine, EngineError, ExcelError, Values
from okosos_xl.engine.compare import same
from okosos_xl.sak.case import CaseValue
from okosos_xl.sak.numbers import from_serial
from okosos_xl.template.spec import DATES, Item
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.reading import FormulaChange, Reading
from okosos_xl.workbook.restore import restored
from okosos_xl.workbook.typed import plain_number

KRONER = frozenset({"kr", "kr_ore"})
_FEW = 3
"""So many groups of changes are computed one by one, besides all at once: each costs a whole computation."""

Group = tuple[str, str]
"""The region and the kind of change."""


@dataclass(frozen=True)
class Difference:
    """A value as it stands, and as the template gives it."""

    item: Item
    stands: CellValue
    template: CellValue

    @property
    def kroner(self) -> Decimal | None:
        """How far apart they are in kr, never negative; None when that cannot be said."""
        if self.item.type not in KRONER:
            return None
        amounts = [plain_number(v) if isinstance(v, float) else None for v in (self.stands, self.template)]
        if amounts == [None, None] or any(isinstance(v, ExcelError) for v in (self.stands, self.template)):
            return None
        return abs((amounts[0] or Decimal(0)) - (amounts[1] or Decimal(0))).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Effect:
    """What some changes do: the cells themselves, and the key figures that are others because of them."""

    cells: Mapping[tuple[str, Cell], Difference] = field(default_factory=dict)
    key_figures: tuple[Difference, ...] = ()

    @property
    def kroner(self) -> Decimal | None:
        """The amount at stake: that of the key figure that changes most, else of the cell that does."""
        for differences in (self.key_figures, tuple(self.cells.values())):
            amounts = [d.kroner for d in differences if d.kroner]
            if amounts:
                return max(amounts)
        return None


@dataclass(frozen=True)
class Effects:
    """The effect of every group of changes that has been computed alone, and of all of them together."""

    total: Effect = field(default_factory=Effect)
    alone: Mapping[Group, Effect] = field(default_factory=dict)


def group_of(change: FormulaChange) -> Group:
    """The group a change is told of in: one region, one kind of change."""
    return change.region.id, "feilverdi" if is_error(change) else change.kind


ERROR_CODES = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})


def is_error(change: FormulaChange) -> bool:
    """Whether an error value such as #REF! has been typed, or pasted, over the formula."""
    return change.kind == "verdi" and change.found in ERROR_CODES


def computed(package: Package, engine: Engine) -> Values | None:
    """The values of the workbook as it stands; None when the engine cannot compute it."""
    try:
        return engine.evaluate(package.vetted.data)
    except EngineError:
        return None


def effects_of(reading: Reading, values: Values | None, engine: Engine) -> Effects:
    """Compute the workbook with the template's formulas put back; nothing is computed when nothing has been changed.

    ``values`` are those of the workbook as it stands; without them the stored ones are used. What cannot be computed
    has no effect to tell of.
    """
    changes = [c for c in reading.changes if c.expected]
    if not changes:
        return Effects()
    groups: dict[Group, list[FormulaChange]] = {}
    for change in changes:
        groups.setdefault(group_of(change), []).append(change)
    total = _effect(reading, values, changes, engine)
    if len(groups) == 1:
        return Effects(total, dict.fromkeys(groups, total))
    alone = {}
    if len(groups) <= _FEW:
        alone = {group: _effect(reading, values, one, engine) for group, one in groups.items()}
    return Effects(total, alone)


def template_effect(reading: Reading, engine: Engine) -> Effect:
    """What the template gives in all the changed cells; how the workbook stands is not computed."""
    changes = [c for c in reading.changes if c.expected]
    return _effect(reading, {}, changes, engine) if changes else Effect()


def with_template_values(reading: Reading, total: Effect) -> None:
    """Note in the case's overrides what the template gives in their places."""
    known = {f"{sheet}!{address(cell)}": difference for (sheet, cell), difference in total.cells.items()}
    for index, override in enumerate(reading.sak.overrides):
        found = known.get(override.cell)
        if found is not None and isinstance(found.template, float | str):
            reading.sak.overrides[index] = replace(override, template_value=_typed(found.item, found.template))


def _typed(item: Item, value: float | str) -> CaseValue:
    if isinstance(value, str):
        return value
    return (from_serial(value) if item.type in DATES else None) or plain_number(value)


def _effect(reading: Reading, values: Values | None, changes: Iterable[FormulaChange], engine: Engine) -> Effect:
    changes = list(changes)
    data = restored(reading.package, changes)
    if data is None:
        return Effect()
    try:
        template = engine.evaluate(data)
    except EngineError:
        return Effect()

    def stands(sheet: str, cell: Cell) -> CellValue:
        return _at(values, sheet, cell) if values is not None else reading.package.sheet(sheet).values.get(cell)

    cells = {}
    for change in changes:
        place = change.region.sheet, change.cell
        cells[place] = Difference(change.region.item, stands(*place), _at(template, *place))
    figures = []
    layout = reading.layout
    inner = layout.cells() if any(id not in layout.regions for id in layout.spec.key_figures) else {}
    present = {s.name for s in reading.package.sheets}
    for id in layout.spec.key_figures:
        region = layout.regions.get(id) or inner.get(id)
        if region is None or region.nrows * region.ncols > 1:
            continue
        place = region.sheet, (region.row, region.col)
        if region.sheet not in present:
            continue
        difference = Difference(region.item, stands(*place), _at(template, *place))
        if not same(difference.stands, difference.template):
            figures.append(difference)
    return Effect(cells, tuple(figures))


def _at(values: Values, sheet: str, cell: Cell) -> CellValue:
    grid = values.get(sheet, [])
    row, col = cell
    return grid[row - 1][col - 1] if row <= len(grid) and col <= len(grid[row - 1]) else None
