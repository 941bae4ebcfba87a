"""A finding: one thing an advisor should know about a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

FEIL, ADVARSEL, OPPLYSNING = "feil", "advarsel", "opplysning"
SEVERITIES = (FEIL, ADVARSEL, OPPLYSNING)


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, and what to do.

    ``count`` > 1: it stands for several cells; ``cell`` is the first and ``samples`` up to three of them (``F14``).
    ``kroner`` is the amount at stake where it can be said: how far the key figure that changes most is off, never
    negative.
    """

    code: str
    severity: str
    sheet: str
    cell: str
    message: str
    action: str
    id: str = ""
    count: int = 1
    kroner: Decimal | None = None
    samples: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        if not self.sheet:
            return "arbeidsboken"
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet

    def data(self) -> dict[str, object]:
        """The finding as plain data for JSON."""
        return {
            "kode": self.code,
            "alvorlighet": self.severity,
            "ark": self.sheet,
            "celle": self.cell,
            "id": self.id,
            "melding": self.message,
            "gjor": self.action,
            "antall": self.count,
            "kroner": None if self.kroner is None else float(self.kroner),
            "celler": list(self.samples),
        }


@dataclass(frozen=True)
class Report:
    """The findings of one workbook. ``refused`` is set when it could not be read at all."""

    file: str
    findings: tuple[Finding, ...]
    engine: str = ""
    refused: bool = False

    def count(self, severity: str) -> int:
        return sum(1 for f in self.findings if f.severity == severity)

    @property
    def clean(self) -> bool:
        """No errors and no warnings; information alone is clean."""
        return not self.refused and self.count(FEIL) + self.count(ADVARSEL) == 0
