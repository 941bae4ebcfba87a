"""What became of each thing in the case that was split."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from okosos_xl.sak.case import CaseValue, Sak

A, B, BOTH, SHARED, LEFT_OUT = "A", "B", "begge", "delt", "ikke med"


@dataclass(frozen=True)
class Entry:
    """One input, or one row of inputs: where it went. ``note`` says what the advisor should look at."""

    id: str
    where: str
    row: int = 0
    note: str = ""

    @property
    def place(self) -> str:
        return f"{self.id}, rad {self.row}" if self.row else self.id

    def data(self) -> dict[str, Any]:
        pairs = (("id", self.id), ("rad", self.row or None), ("hvor", self.where), ("merknad", self.note or None))
        return {k: v for k, v in pairs if v is not None}


@dataclass(frozen=True)
class Line:
    """One line of the budget per month: the household, and what it is in the two cases."""

    id: str
    household: Decimal
    a: Decimal
    b: Decimal

    @property
    def gap(self) -> Decimal:
        return self.a + self.b - self.household


@dataclass
class Split:
    """Two cases and what was done. ``lines`` is empty when the two live apart: then the budgets are not comparable."""

    a: Sak
    b: Sak
    entries: list[Entry] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def left_out(self) -> list[Entry]:
        return [e for e in self.entries if e.where == LEFT_OUT]

    @property
    def to_look_at(self) -> list[Entry]:
        return [e for e in self.entries if e.note and e.where != LEFT_OUT]

    @property
    def gaps(self) -> list[Line]:
        return [line for line in self.lines if line.gap]

    @property
    def clean(self) -> bool:
        return not self.left_out and not self.gaps

    def data(self) -> dict[str, Any]:
        """For programs: everything, and the sums of the budget in kroner."""
        return {
            "i_orden": self.clean,
            "innhold": [e.data() for e in self.entries],
            "summer": [
                {"post": x.id, "husstanden": float(x.household), "a": float(x.a), "b": float(x.b)} for x in self.lines
            ],
        }


def joined(first: CaseValue | None, then: str) -> str:
    """What the advisor had written, and a sentence after it."""
    text = str(first).rstrip(". ") if first is not None else ""
    return f"{text}. {then}" if text else then
