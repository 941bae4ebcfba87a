"""A bank's list of movements as CSV: separator, text encoding and columns are found in the file itself."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from okosos_xl.forvaltning import amounts
from okosos_xl.forvaltning.headings import Headings, find_headings
from okosos_xl.forvaltning.statement import (
    MAX_AMOUNT,
    MAX_ROWS,
    MAX_TEXT,
    BankFileError,
    BankRow,
    Skipped,
    Statement,
    clean,
)

_CellText = Callable[[int | None], str]
_SEPARATORS = (";", "\t", ",")
_PREAMBLE = 40
_LONGEST_RECORD = 10
"""Lines one row may go over: a text with line breaks in quotes. More is a quote that was never closed."""
_DIGIT = re.compile(r"^\W*\d")
_NOT_DIGITS = re.compile(r"\D")
_ACCOUNT_DIGITS = 11
_NOT_BOOKED = ("reservert", "venter", "pending", "ikke bokført", "under behandling", "avvist", "kansellert")
_NO_HEADING = (
    "fant ikke overskriften. En linje må ha «Dato» (eller «Bokført dato») og enten «Beløp» eller både «Inn» og «Ut»."
)


def read_csv(data: bytes, file: str) -> Statement:
    """The movements in a CSV file. Raises :class:`BankFileError` naming the first line that cannot be used.

    A row without an amount, without a date, in another currency, or not yet booked is skipped and told of.
    """
    text = _decoded(data, file)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head, separator, columns = _heading(lines, file)
    reader = _Rows(columns, file)
    for line, cells in _records(lines[head + 1 :], separator, head + 2, file):
        reader.row(line, cells)
        if len(reader.rows) > MAX_ROWS:
            raise BankFileError(file, f"har flere enn {MAX_ROWS} rader. Last ned for en kortere periode.")
    if len(reader.own_accounts) > 1:
        raise BankFileError(file, f"gjelder {len(reader.own_accounts)} kontoer. Last ned en fil for hver konto.")
    return Statement(tuple(reader.signed()), tuple(reader.skipped))


def _decoded(data: bytes, file: str) -> str:
    """The text: UTF-8 or UTF-16 where it says so or can be nothing else, else as Windows wrote it in Norway."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeError:
            raise BankFileError(file, "er ikke en lesbar tekstfil. Last den ned på nytt som CSV.") from None
    if b"\0" in data:
        raise BankFileError(file, "er ikke en tekstfil. Last ned kontoutskriften som CSV eller camt.053.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    return data.decode("latin-1")


def _heading(lines: list[str], file: str) -> tuple[int, str, Headings]:
    """The line with the heading (from 0), the separator, and the columns."""
    for number, line in enumerate(lines[:_PREAMBLE]):
        if len(line) > 50 * MAX_TEXT:
            continue
        for separator in _SEPARATORS:
            try:
                cells = next(csv.reader([line], delimiter=separator), [])
            except csv.Error:
                continue
            found = find_headings(cells) if len(cells) > 1 else None
            if found is not None:
                return number, separator, found
    raise BankFileError(file, _NO_HEADING, "linje 1" if lines else "")


def _records(lines: list[str], separator: str, first: int, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line each begins on."""
    reader = csv.reader((line + "\n" for line in lines), delimiter=separator, strict=True)
    begins = first
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problem = "anførselstegnene stemmer ikke, så kolonnene kan ikke skilles."
            raise BankFileError(file, problem, f"linje {begins}") from None
        if first + reader.line_num - begins > _LONGEST_RECORD:
            raise BankFileError(file, "et anførselstegn blir ikke lukket.", f"linje {begins}")
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = first + reader.line_num


class _Rows:
    """Collects the rows of one file."""

    def __init__(self, columns: Headings, file: str) -> None:
        self.columns, self.file = columns, file
        self.rows: list[BankRow] = []
        self.skipped: list[Skipped] = []
        self.own_accounts: set[str] = set()
        """The accounts money went out of or came into: one, unless the file is of several accounts together."""
        self._out: list[int] = []
        self._positive_out = False

    def row(self, line: int, cells: list[str]) -> None:
        """Take in one row, or tell why not."""
        place, columns = f"linje {line}", self.columns

        def cell(column: int | None) -> str:
            return clean(cells[column]) if column is not None and column < len(cells) else ""

        needed = [c for c in (columns.day, columns.out, columns.into, columns.amount) if c is not None]
        if sum(bool(one.strip()) for one in cells) == 1 and not _DIGIT.search(cells[0]):
            self.skipped.append(Skipped(place, "er ikke en bevegelse"))
            return
        if len(cells) <= max(needed) and cell(columns.day):
            problem = f"har {len(cells)} kolonner, men overskriften har {columns.width}."
            raise BankFileError(self.file, problem, place)
        if any(extra.strip() for extra in cells[columns.width :]):
            problem = f"har flere kolonner enn overskriften ({columns.width}). Skilletegnet står kanskje i en tekst."
            raise BankFileError(self.file, problem, place)
        if not cell(columns.day):
            self.skipped.append(Skipped(place, "har ingen dato"))
            return
        day = amounts.day(cell(columns.day))
        if day is None:
            problem = f"«{_short(cell(columns.day))}» er ikke en dato. Den skal være som 01.12.2026."
            raise BankFileError(self.file, problem, place)
        if cell(columns.status).casefold().startswith(_NOT_BOOKED):
            self.skipped.append(Skipped(place, f"er ikke bokført ennå ({_short(cell(columns.status)).lower()})"))
            return
        if cell(columns.currency).upper() not in ("", "NOK", "KR"):
            self.skipped.append(Skipped(place, f"er i en annen valuta ({_short(cell(columns.currency))})"))
            return
        amount = self.amount(cell, place)
        if amount is None:
            self.skipped.append(Skipped(place, "har ikke noe beløp"))
            return
        out = amount < 0 or (columns.amount is None and bool(self.number(cell(columns.out), place)))
        own = _NOT_DIGITS.sub("", cell(columns.from_account if out else columns.to_account))
        if len(own) == _ACCOUNT_DIGITS:
            self.own_accounts.add(own)
        names = [columns.payee, columns.party, columns.payer] if out else [columns.payer, columns.party, columns.payee]
        accounts = [columns.to_account if out else columns.from_account, columns.account]
        texts = {
            "text": cell(columns.text),
            "counterparty": next((cell(c) for c in names if cell(c)), ""),
            "reference": cell(columns.kid) or cell(columns.reference),
            "account": next((cell(c) for c in accounts if cell(c)), ""),
        }
        if any(len(text) > MAX_TEXT for text in texts.values()):
            raise BankFileError(self.file, f"har en tekst på over {MAX_TEXT} tegn.", place)
        self.rows.append(BankRow(place, day, amount, **texts))

    def amount(self, cell: _CellText, place: str) -> Decimal | None:
        """The amount of a row with its sign, None when it has none."""
        columns = self.columns
        if columns.amount is not None:
            return self.number(cell(columns.amount), place) or None
        out, into = self.number(cell(columns.out), place), self.number(cell(columns.into), place)
        if out and into:
            raise BankFileError(self.file, "har beløp både inn og ut.", place)
        if out:
            self._out.append(len(self.rows))
            self._positive_out = self._positive_out or out > 0
            return -out
        return into or None

    def number(self, text: str, place: str) -> Decimal:
        """An amount, 0 for an empty cell."""
        if text in ("", "-"):
            return Decimal(0)
        found = amounts.amount(text)
        if found is None:
            problem = f"beløpet «{_short(text)}» kan ikke leses. Det skal være som 1 234,50."
            raise BankFileError(self.file, problem, place)
        if abs(found) > MAX_AMOUNT:
            raise BankFileError(self.file, f"beløpet «{_short(text)}» er for stort.", place)
        return found

    def signed(self) -> list[BankRow]:
        """The rows with the sign the file means: some banks write what goes out as −200 in the column for out.

        Where the column has positive amounts too, a negative one is a correction.
        """
        if self._out and not self._positive_out:
            for index in self._out:
                row = self.rows[index]
                self.rows[index] = replace(row, amount=-row.amount)
        return self.rows


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
