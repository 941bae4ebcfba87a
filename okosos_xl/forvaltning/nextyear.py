"""The workbook of the next year: the same agreement, with the balances of the old year and an empty ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from okosos_xl import api
from okosos_xl.engine import CellValue, Values, get_engine, value_at
from okosos_xl.forvaltning.importing import ImportRefused
from okosos_xl.forvaltning.ledger import START, TABLE, is_ledger, months_on
from okosos_xl.forvaltning.rules import NAMES
from okosos_xl.sak.case import CaseValue, Sak
from okosos_xl.sak.dump import case_data
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.layout import cell_name
from okosos_xl.workbook.reading import Reading
from okosos_xl.workbook.typed import plain_number

BALANCES = (("inngaaende", "saldo_slutt"), ("avsetning_inngaaende", "avsetning_slutt"))
"""Fields of the new year, and the computed values of the old one that they get."""
LEFT_BEHIND = (TABLE, "saldoer")
"""Tables that belong to their year: the ledger and the bank's balances."""
_ONCE = frozenset({"én gang", "en gang", "engang", "engangsbeløp"})


@dataclass(frozen=True)
class NextYear:
    """The new workbook and what an advisor should know: where it starts, and what was left behind."""

    data: bytes
    start: date
    opening: Decimal
    fund: Decimal | None
    dropped: tuple[str, ...]
    """The names of purposes and incomes that were for the old year alone."""
    notes: tuple[str, ...]


def next_year(
    source: Path | bytes,
    *,
    name: str | None = None,
    templates: Path | None = None,
    kommune: Path | None = None,
) -> NextYear:
    """A new workbook for the twelve months after those of the old one, which is only read.

    Raises ``WorkbookRefused``, ``CaseError`` for an input the new workbook cannot hold, ``EngineError``, and
    :class:`~okosos_xl.forvaltning.importing.ImportRefused` when the closing balance cannot be told.
    """
    reading = api.read_full(source, name=name, templates=templates)
    spec = reading.layout.spec
    if not is_ledger(reading.layout) or START not in reading.layout.regions:
        raise ImportRefused(f"{reading.file}: er laget av malen «{spec.id}», som ikke har noe kladderegnskap.")
    old_start = reading.sak.fields.get(START)
    if not isinstance(old_start, date):
        raise ImportRefused(f"{reading.file}: startmåneden mangler, så neste år kan ikke finnes.")
    start = months_on(old_start, 12)
    values = get_engine().evaluate(reading.package.vetted.data)
    closing = _closing(reading, values)
    fields: dict[str, CaseValue] = {**reading.sak.fields, START: start, **closing}
    for id in _months_of_the_year(reading):
        month = fields.get(id)
        if isinstance(month, date) and old_start <= month < start:
            fields[id] = months_on(month, 12)
    if spec.date_id and isinstance(day := fields.get(spec.date_id), date) and day < start:
        fields[spec.date_id] = start
    dropped: list[str] = []
    tables = _tables(reading, start, dropped)
    sak = Sak(spec.id, spec.version, fields, tables)
    checked = case_from_data(case_data(sak), spec, reading.file)
    data = api.generate(spec.id, checked, templates=templates, kommune=kommune)
    notes = _notes(reading, _value(reading, values, spec.status))
    fund = closing.get(BALANCES[1][0])
    return NextYear(data, start, closing[BALANCES[0][0]], fund, tuple(dropped), notes)


def _closing(reading: Reading, values: Values) -> dict[str, Decimal]:
    """The opening balances of the new year: what the old one's formulas come to, computed anew."""
    found: dict[str, Decimal] = {}
    for opening, closing in BALANCES:
        region, target = reading.layout.regions.get(closing), reading.layout.regions.get(opening)
        if region is None or target is None:
            if opening == BALANCES[0][0]:
                raise ImportRefused(f"{reading.file}: malen har ikke «{closing}» og «{opening}».")
            continue
        value = _value(reading, values, closing)
        if not isinstance(value, float):
            label = region.item.label or closing
            raise ImportRefused(
                f"{reading.file}: «{label}» kan ikke regnes ut. Kjør okosos validate og rett det først."
            )
        found[opening] = round(plain_number(value), 2)
    return found


def _value(reading: Reading, values: Values, id: str) -> CellValue:
    region = reading.layout.regions.get(id)
    if region is None or region.sheet not in values:
        return None
    return value_at(values, region.sheet, cell_name(region.row, region.col))


def _months_of_the_year(reading: Reading) -> list[str]:
    """Fields that hold a month, such as the one being looked at."""
    regions = reading.layout.inputs()
    return [r.id for r in regions if r.kind == "field" and r.item.type == "maaned" and r.id != START]


def _tables(reading: Reading, start: date, dropped: list[str]) -> dict[str, list[dict[str, CaseValue]]]:
    """The rows that go on, also in tables whose rows follow another's."""
    roots = {id: owner.root for id, owner in reading.layout.owners.items()}
    rows_of = {id: rows for id, rows in reading.sak.tables.items() if roots[id] not in LEFT_BEHIND}
    past: dict[str, set[int]] = {
        id: {i for i, row in enumerate(rows) if _is_past(row, start, dropped)}
        for id, rows in rows_of.items()
        if roots[id] == id
    }
    return {id: [row for i, row in enumerate(rows) if i not in past.get(roots[id], ())] for id, rows in rows_of.items()}


def _is_past(row: dict[str, CaseValue], start: date, dropped: list[str]) -> bool:
    """Whether a row is for once and that is over; then its name is added to ``dropped``."""
    if not any(isinstance(value, str) and value.strip().casefold() in _ONCE for value in row.values()):
        return False
    if any(isinstance(value, date) and value >= start for value in row.values()):
        return False
    dropped.append(next((str(row[column]) for column in NAMES if row.get(column)), "uten navn"))
    return True


def _notes(reading: Reading, status: CellValue) -> tuple[str, ...]:
    notes = []
    if isinstance(status, str) and status and status.casefold() != "alt i orden":
        notes.append(f"Kontrollen i den gamle sier: {status}.")
    overrides = reading.sak.overrides
    if overrides:
        places = ", ".join(o.cell for o in overrides[:3]) + (" …" if len(overrides) > 3 else "")
        notes.append(f"Overstyrte formler følger ikke med: {len(overrides)} ({places}).")
    own = [extra for extra in reading.sak.extras if extra.kind in ("ark", "notat", "kommentar")]
    if own:
        notes.append(f"Egne ark, notater og kommentarer utenfor skjemaet følger ikke med: {len(own)}.")
    return tuple(notes)
