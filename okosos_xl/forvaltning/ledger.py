"""The ledger in a workbook: the rows that stand there, the free ones, and which bank rows are there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okosos_xl.forvaltning.statement import BankRow
from okosos_xl.sak.case import CaseValue
from okosos_xl.sak.numbers import guess_date, guess_number
from okosos_xl.template.layout import Layout, Region
from okosos_xl.workbook.package import cells_of
from okosos_xl.workbook.reading import Reading
from okosos_xl.workbook.refusal import WorkbookRefused

TABLE = "kladd"
START = "startmaaned"
"""The field with the first of the twelve months the ledger is for."""
NEEDED = ("dato", "tekst", "formaal", "inn", "ut")
"""Columns without which nothing can be put into the ledger."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger or of the bank, for telling whether they are the same movement."""

    day: date
    amount: Decimal
    text: str
    reference: str


@dataclass(frozen=True)
class Ledger:
    """The ledger of one workbook. ``columns`` by id; ``free`` are the rows (of the sheet) to fill, in order."""

    columns: dict[str, Region]
    entries: tuple[Entry, ...]
    last_voucher: int
    free: tuple[int, ...]


def is_ledger(layout: Layout) -> bool:
    """Whether a template has a ledger at all."""
    return all(f"{TABLE}.{id}" in layout.regions for id in NEEDED)


def find_ledger(reading: Reading) -> Ledger:
    """Where the ledger stands now and what is in it. Raises ``WorkbookRefused`` when that cannot be told for sure."""
    columns = {
        r.item.id: r for r in reading.layout.inputs() if r.owner == TABLE and r.kind == "column"
    }  # in the order of the sheet
    spans = {(r.sheet, r.row, r.nrows) for r in columns.values()}
    sheets = {s.name for s in reading.package.sheets if s.kind == "worksheet"}
    lost = [r.id for r in columns.values() if r.id in reading.missing_names]
    if lost or len(spans) != 1 or next(iter(spans))[0] not in sheets:
        reason = "har et kladderegnskap der kolonnene ikke er til å kjenne igjen; bruk en kopi fra før det ble endret."
        raise WorkbookRefused("OKX027", reading.file, reason)
    rows = reading.sak.tables.get(TABLE, [])
    return Ledger(
        columns,
        tuple(entry for entry in map(_entry, rows) if entry is not None),
        max((_voucher(row.get("bilag")) for row in rows), default=0),
        _free_rows(reading, columns),
    )


def _free_rows(reading: Reading, columns: dict[str, Region]) -> tuple[int, ...]:
    """The rows after the last one in use, and then those in between; rows the advisor has put in by hand are hers."""
    owners = {id for id, owner in reading.layout.owners.items() if owner.root == TABLE and id != TABLE}
    inputs = [*columns.values(), *(r for r in reading.layout.inputs() if r.owner in owners)]
    get, first = cells_of(reading.package), next(iter(columns.values()))
    new = set(reading.inserted_rows.get(TABLE, ()))
    used: set[int] = set()
    for region in inputs:
        cells = get(region.sheet)
        for offset in range(region.nrows):
            cell = (region.row + offset, region.col)
            if cells.values.get(cell) not in (None, "") or cell in cells.formulas:
                used.add(offset)
    last = max(used, default=-1)
    free = [offset for offset in range(first.nrows) if offset not in used and offset not in new]
    free.sort(key=lambda offset: (offset <= last, offset))
    return tuple(first.row + offset for offset in free)


def _entry(row: dict[str, CaseValue]) -> Entry | None:
    """A ledger row as an entry; None when its date or amount cannot be told."""
    day = row.get("dato")
    if isinstance(day, str):
        day = guess_date(day)
    into, out = _number(row.get("inn")), _number(row.get("ut"))
    if not isinstance(day, date) or into is None or out is None:
        return None
    return Entry(day, into - out, plain(row.get("tekst")), plain(row.get("referanse")))


def _number(value: CaseValue | None) -> Decimal | None:
    if isinstance(value, str):
        return guess_number(value)
    return value if isinstance(value, Decimal) else Decimal(0) if value is None else None


def _voucher(value: CaseValue | None) -> int:
    """A voucher number, 0 for none and for what is no whole number."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else 0
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def plain(value: CaseValue | None) -> str:
    """A text for comparing: lower case, single spaces; a number as it is written."""
    return " ".join(str("" if value is None else value).casefold().split())


def entry_of(row: BankRow) -> Entry:
    """A bank row as an entry."""
    return Entry(row.day, row.amount, plain(row.text), plain(row.reference))


def new_rows(rows: Sequence[BankRow], known: Sequence[Entry]) -> tuple[list[BankRow], list[BankRow]]:
    """The bank rows that the ledger does not have, and those of them with the date and amount of a row it has.

    Two movements are the same when date, amount and reference agree, or date, amount and text when one of them has no
    reference. Each row of the ledger stands for one row of the bank: two equal purchases on one day are two rows.
    """
    wanted = [(row, entry_of(row)) for row in rows]
    left = list(known)
    wanted, left = _matched(wanted, left, lambda e: (e.day, e.amount, e.text, e.reference), lambda _: True)
    wanted, left = _matched(wanted, left, lambda e: (e.day, e.amount, e.reference), lambda e: bool(e.reference))
    wanted, left = _matched_by_text(wanted, left)
    alike: Counter[Hashable] = Counter((e.day, e.amount) for e in left)
    return [row for row, _ in wanted], [row for row, e in wanted if _taken(alike, (e.day, e.amount))]


def _matched(
    wanted: list[tuple[BankRow, Entry]],
    left: list[Entry],
    key: Callable[[Entry], Hashable],
    counts: Callable[[Entry], bool],
) -> tuple[list[tuple[BankRow, Entry]], list[Entry]]:
    """What is left of both when those with the same key have been paired."""
    there: Counter[Hashable] = Counter(key(e) for e in left if counts(e))
    rest = [(row, e) for row, e in wanted if not (counts(e) and _taken(there, key(e)))]
    kept = [e for e in reversed(left) if not counts(e) or _taken(there, key(e))]
    return rest, kept[::-1]


def _matched_by_text(
    wanted: list[tuple[BankRow, Entry]], left: list[Entry]
) -> tuple[list[tuple[BankRow, Entry]], list[Entry]]:
    """The same for text, where at least one of the two has no reference."""
    by_text: dict[Hashable, list[int]] = {}
    for index, entry in enumerate(left):
        by_text.setdefault((entry.day, entry.amount, entry.text), []).append(index)
    gone: set[int] = set()
    rest = []
    for row, entry in wanted:
        candidates = by_text.get((entry.day, entry.amount, entry.text), [])
        found = next((i for i in candidates if not (entry.reference and left[i].reference)), None)
        if found is None:
            rest.append((row, entry))
        else:
            candidates.remove(found)
            gone.add(found)
    return rest, [entry for index, entry in enumerate(left) if index not in gone]


def _taken(there: Counter[Hashable], key: Hashable) -> bool:
    """Whether there is one left of ``key``; if so, there is one less."""
    if there[key] <= 0:
        return False
    there[key] -= 1
    return True


def months_on(day: date, months: int) -> date:
    """The first day of the month ``months`` after that of ``day``."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
