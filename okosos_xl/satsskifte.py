"""A change of rates: what the key figures of a case become with the rates of another date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from okosos_xl import api
from okosos_xl.engine import CellValue, Values, get_engine, value_at
from okosos_xl.sak.numbers import show_number
from okosos_xl.sak.problems import CaseError, CaseProblem
from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout, cell_name
from okosos_xl.template.rates import groups
from okosos_xl.workbook.manifest import Manifest
from okosos_xl.workbook.reading import Reading


@dataclass(frozen=True)
class KeyFigure:
    """A key figure before and after. Amounts in kr, dates as serials, words as they are."""

    id: str
    label: str
    before: float | str | None
    after: float | str | None

    @property
    def difference(self) -> Decimal | None:
        """After minus before, for numbers."""
        if isinstance(self.before, float) and isinstance(self.after, float):
            return Decimal(repr(round(self.after - self.before, 6)))
        return None


@dataclass(frozen=True)
class RateChange:
    """A rate of the case that differs: its id and label, and the values as texts."""

    id: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RateChanges:
    """What another date's rates would do to one case."""

    file: str
    before: date
    after: date
    rates: tuple[RateChange, ...]
    figures: tuple[KeyFigure, ...]

    def data(self) -> dict[str, Any]:
        """As plain data for JSON."""
        return {
            "fil": self.file,
            "fra": self.before.isoformat(),
            "til": self.after.isoformat(),
            "satser": [{"id": r.id, "navn": r.label, "gammel": r.before, "ny": r.after} for r in self.rates],
            "nokkeltall": [{"id": f.id, "navn": f.label, "gammel": f.before, "ny": f.after} for f in self.figures],
        }

    def lines(self) -> list[str]:
        """As text for an advisor."""
        head = f"{self.file}: satsene per {self.before:%d.%m.%Y} mot {self.after:%d.%m.%Y}"
        if not self.rates:
            return [head, "Ingen av satsene i saken endres."]
        lines = [head, ""]
        width = max(len(f.label) for f in self.figures) if self.figures else 0
        for figure in self.figures:
            change = figure.difference
            sign = "+" if change is not None and change > 0 else ""
            by = f"   ({sign}{show_number(change)})" if change else ""
            lines.append(f"{figure.label:<{width}}   {_shown(figure.before):>12} → {_shown(figure.after):>12}{by}")
        lines += ["", f"{len(self.rates)} satser er andre:"]
        return [*lines, *(f"  {r.label}: {r.before or '–'} → {r.after or '–'}" for r in self.rates)]


def rate_changes(source: Path, day: date, *, kommune: Path | None = None, templates: Path | None = None) -> RateChanges:
    """The case in a workbook with the rates it has now, and with those of ``day``; everything else is as it is.

    Raises ``WorkbookRefused`` for a file that cannot be read, and ``CaseError`` when the case cannot be computed: it
    has no rates, or it leans on a municipality's own and ``kommune`` is not given.
    """
    reading = api.read_full(source, templates=templates)
    spec, manifest = reading.layout.spec, reading.manifest

    def refuse(problem: str) -> CaseError:
        return CaseError([CaseProblem(str(source), "", problem)])

    if not spec.rates:
        raise refuse(f"malen «{spec.id}» bruker ingen satser, så nye satser endrer ingenting.")
    if reading.problems:
        first = reading.problems[0]
        raise refuse(f"«{first.region.item.label}» er ikke riktig fylt inn. Kjør okosos validate og rett saken først.")
    if manifest.municipality and kommune is None:
        raise refuse(f"saken bruker satsene til {manifest.municipality}. Oppgi filen deres med --kommune.")
    now = _rates_date(reading, manifest)
    before = _Book(reading.layout, get_engine().evaluate(reading.package.vetted.data))
    how = api.Making(case_date=now, templates=templates, kommune=kommune, rates_date=day)
    values = api.generate_with_values(spec.id, reading.sak, how)[1]
    after = _Book(compile_template(spec, {id: len(table) for id, table in reading.sak.tables.items()}), values)
    return RateChanges(str(source), now, day, _rates(before, after), _figures(before, after))


class _Book(NamedTuple):
    """A layout with the values that stand in it."""

    layout: Layout
    values: Values

    def value(self, id: str) -> CellValue:
        region = self.layout.regions.get(id) or self.layout.cells()[id]
        return value_at(self.values, region.sheet, cell_name(region.row, region.col))

    def rates(self) -> dict[str, CellValue]:
        """What stands in the cells of the rates, by id."""
        found: dict[str, CellValue] = {}
        for owner, group in groupby(self.layout.rates, key=lambda row: row.owner):
            region = self.layout.regions[f"{owner}.fast"]
            for offset, row in enumerate(group):
                found[row.id] = value_at(self.values, region.sheet, cell_name(region.row + offset, region.col))
        return found


def _rates_date(reading: Reading, manifest: Manifest) -> date:
    try:
        return date.fromisoformat(manifest.rates_date)
    except ValueError:
        day = reading.sak.fields.get(reading.layout.spec.date_id)
        if isinstance(day, date):
            return day
        raise CaseError(
            [CaseProblem(reading.file, "", "arbeidsboken sier ikke hvilken dato satsene er fra.")]
        ) from None


def _rates(before: _Book, after: _Book) -> tuple[RateChange, ...]:
    old, new = before.rates(), after.rates()
    titles = {group.owner: group.title for group in groups(after.layout.spec)}
    return tuple(
        RateChange(row.id, f"{titles[row.owner]}: {row.label}", _shown(old.get(row.id)), _shown(new[row.id]))
        for row in after.layout.rates
        if old.get(row.id) != new[row.id]
    )


def _figures(before: _Book, after: _Book) -> tuple[KeyFigure, ...]:
    figures = []
    for id in after.layout.spec.key_figures:
        region = after.layout.regions.get(id) or after.layout.cells()[id]
        figures.append(KeyFigure(id, region.item.label or id, _plain(before.value(id)), _plain(after.value(id))))
    return tuple(figures)


def _plain(value: object) -> float | str | None:
    return value if value is None or isinstance(value, float | str) else str(value)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return show_number(Decimal(repr(round(value, 2))))
    return "" if value is None else str(value)
