"""A bank's file into the ledger of a management workbook: only new rows, with purpose and voucher number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from okosos_xl import api
from okosos_xl.forvaltning.bankfile import read_bank_file
from okosos_xl.forvaltning.ledger import START, Ledger, find_ledger, is_ledger, months_on, new_rows
from okosos_xl.forvaltning.rules import Match, Rules
from okosos_xl.forvaltning.statement import BankRow, Skipped
from okosos_xl.sak.case import CaseValue
from okosos_xl.sak.numbers import EPOCH, serial, show_number
from okosos_xl.template.spec import NUMERIC
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.patch import Edit, patch
from okosos_xl.workbook.reading import Reading

_DAYS_1904 = (date(1904, 1, 1) - EPOCH).days
_RULES, _PURPOSES, _INCOMES = "regler", "formaal", "inntekter"


class ImportRefused(ValueError):  # noqa: N818 - as WorkbookRefused
    """An import that cannot be done; nothing has been written. The message is one Norwegian line."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that has been put into the ledger, where, and what was found of its purpose."""

    row: BankRow
    cell: str
    voucher: int
    match: Match


@dataclass(frozen=True)
class Imported:
    """What an import did. ``data`` is the new workbook, the old one itself when nothing was new.

    ``there`` is how many of the ``read`` rows the ledger had. ``alike`` are new rows with the same date and amount as
    a row that was there with other words. ``unsure`` formulas are left for the advisor's own program to compute.
    """

    data: bytes
    read: int
    there: int
    taken: tuple[Taken, ...]
    skipped: tuple[Skipped, ...]
    alike: tuple[BankRow, ...]
    unsure: int = 0

    @property
    def unmatched(self) -> tuple[Taken, ...]:
        """The new rows without a purpose."""
        return tuple(taken for taken in self.taken if not taken.match.purpose)


def import_bank_file(
    workbook: Path | bytes,
    bank: Path | bytes,
    *,
    name: str | None = None,
    bank_name: str = "bankfilen",
    templates: Path | None = None,
) -> Imported:
    """The workbook with the new rows of the bank's file in its ledger.

    Raises ``BankFileError``, ``WorkbookRefused``, ``EngineError``, and :class:`ImportRefused` when the workbook is no
    management workbook or its ledger is full.
    """
    statement = read_bank_file(bank, bank_name)
    reading = api.read_full(workbook, name=name, templates=templates)
    if not is_ledger(reading.layout):
        template = reading.layout.spec.id
        raise ImportRefused(f"{reading.file}: er laget av malen «{template}», som ikke har noe kladderegnskap.")
    ledger = find_ledger(reading)
    rows, outside = _of_the_year(statement.rows, reading.sak.fields.get(START))
    new, alike = new_rows(rows, ledger.entries)
    if len(new) > len(ledger.free):
        raise ImportRefused(_full(reading, ledger, len(new)))
    rules = Rules(*(reading.sak.tables.get(id, []) for id in (_RULES, _PURPOSES, _INCOMES)))
    sheet = ledger.columns["dato"].sheet
    taken, edits = [], dict[Cell, Edit]()
    for offset, (row, at) in enumerate(zip(new, ledger.free, strict=False), 1):
        match, voucher = rules.match(row), ledger.last_voucher + offset
        taken.append(Taken(row, f"{sheet}!{address((at, ledger.columns['dato'].col))}", voucher, match))
        edits |= _edits(reading, ledger, row, at, voucher, match)
    result = patch(reading.package, {sheet: edits})
    there, skipped = len(rows) - len(new), (*statement.skipped, *outside)
    return Imported(result.data, len(statement.rows), there, tuple(taken), skipped, tuple(alike), result.unsure)


def _of_the_year(rows: Sequence[BankRow], start: CaseValue | None) -> tuple[list[BankRow], list[Skipped]]:
    """The rows of the twelve months from ``start``; those of another year stand in another workbook."""
    if not isinstance(start, date):
        return list(rows), []
    end = months_on(start, 12)
    outside = [
        Skipped(row.place, f"er utenfor budsjettåret ({row.day:%d.%m.%Y})")
        for row in rows
        if not start <= row.day < end
    ]
    return [row for row in rows if start <= row.day < end], outside


def _edits(reading: Reading, ledger: Ledger, row: BankRow, at: int, voucher: int, match: Match) -> dict[Cell, Edit]:
    """The cells of one ledger row. An empty text leaves its cell alone."""
    day = serial(row.day) - (_DAYS_1904 if reading.package.date1904 else 0)
    values: dict[str, float | str] = {
        "dato": day,
        "tekst": row.text,
        "formaal": match.purpose,
        "inn" if row.amount > 0 else "ut": float(abs(row.amount)),
        "bilag": float(voucher),
        "motpart": row.counterparty,
        "referanse": row.reference,
    }
    found: dict[Cell, Edit] = {}
    for id, value in values.items():
        region = ledger.columns.get(id)
        if region is None or value == "":
            continue
        if id == "bilag" and region.item.type not in NUMERIC:
            value = str(voucher)  # noqa: PLW2901
        found[(at, region.col)] = Edit(value, (region.row, region.col))
    return found


def _full(reading: Reading, ledger: Ledger, new: int) -> str:
    free = len(ledger.free)
    return (
        f"{reading.file}: kladderegnskapet har plass til {free} rader til, men banken har {new} nye. "
        f"Det mangler {new - free} rader, og ingenting er skrevet. "
        "Kopier tomme rader midt i kladden i Excel og sett dem inn, eller importer en kortere periode."
    )


def as_data(result: Imported, workbook: str, bank: str, output: str) -> dict[str, Any]:
    """What an import did, as plain data for JSON. Amounts in kr with sign, dates as 2026-12-01."""
    return {
        "arbeidsbok": workbook,
        "bankfil": bank,
        "ny_fil": output,
        "lest": result.read,
        "fantes": result.there,
        "nye": len(result.taken),
        "umatchet": [_row_data(taken.row, taken) for taken in result.unmatched],
        "hoppet_over": [{"sted": skipped.place, "grunn": skipped.reason} for skipped in result.skipped],
        "ligner": [_row_data(row) for row in result.alike],
        "ikke_regnet": result.unsure,
    }


def _row_data(row: BankRow, taken: Taken | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "sted": row.place,
        "dato": row.day.isoformat(),
        "belop": float(row.amount),
        "tekst": row.text,
        "motpart": row.counterparty,
        "referanse": row.reference,
    }
    if taken is not None:
        data |= {"celle": taken.cell, "bilag": taken.voucher, "grunn": taken.match.reason}
    return data


def as_lines(result: Imported) -> list[str]:
    """The rows an advisor must look at, in words."""
    lines: list[str] = []
    if result.unmatched:
        lines.append(f"Uten formål ({len(result.unmatched)}):")
        lines += [f"  {t.cell:<14} {_shown(t.row)}   {t.match.reason}" for t in result.unmatched]
    if result.skipped:
        lines.append(f"Hoppet over ({len(result.skipped)}):")
        lines += [f"  {skipped.place}: {skipped.reason}" for skipped in result.skipped]
    if result.alike:
        lines.append(f"Samme dato og beløp som en rad som sto der, men annen tekst ({len(result.alike)}):")
        lines += [f"  {row.place}: {_shown(row)}" for row in result.alike]
    return lines


def _shown(row: BankRow) -> str:
    return f"{row.day:%d.%m.%Y}  {_kr(row.amount):>12}  {_short(row.text or row.counterparty)}"


def _kr(amount: Decimal) -> str:
    text = show_number(amount)
    return text if "," in text else text + ",00"


def _short(text: str) -> str:
    return text if len(text) <= 50 else text[:50] + "…"
