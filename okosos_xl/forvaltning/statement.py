"""What a bank's file says, whatever its format: booked rows, and those that are not taken in, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MAX_BYTES = 30_000_000
MAX_ROWS = 100_000
MAX_TEXT = 2_000
"""The longest text of a row. A bank's are far shorter; what is longer is a file read wrongly."""
MAX_AMOUNT = Decimal(10) ** 10


@dataclass(frozen=True, slots=True)
class BankRow:
    """One booked movement. ``amount`` in kr with øre: positive in, negative out."""

    place: str
    """Where it stands in the file: ``linje 7`` or ``post 3``."""
    day: date
    amount: Decimal
    text: str = ""
    counterparty: str = ""
    reference: str = ""
    account: str = ""
    """The counterparty's account, as written."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is not taken in, and why."""

    place: str
    reason: str


@dataclass(frozen=True)
class Statement:
    """The rows of one file, in its order."""

    rows: tuple[BankRow, ...]
    skipped: tuple[Skipped, ...] = ()


class BankFileError(ValueError):
    """A bank file that cannot be used. The message is one Norwegian line with the file's name and the place in it."""

    def __init__(self, file: str, problem: str, place: str = "") -> None:
        self.file, self.problem, self.place = file, problem, place
        super().__init__(f"{file}: {place + ': ' if place else ''}{problem}")


def clean(text: str) -> str:
    """A text from the bank on one line, without control characters and doubled spaces."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())
