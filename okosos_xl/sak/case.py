"""A case as data: what the advisor typed, what was overridden, and what stood beside the form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

CaseValue = Decimal | date | str
"""Amounts in kr, rates as fractions, months as their first day, everything else as text."""


@dataclass(frozen=True)
class Override:
    """A formula the advisor replaced by a value of her own.

    ``id`` is the region (``sum_gjeld``, ``krav.saldo_brukt``, ``fordeling.belop``), ``row`` and ``period`` count from
    1 where it has rows or periods (else 0); ``formula`` is set when she wrote another formula instead of a value.
    ``cell`` and ``template_value`` tell where it was found, ``author`` who wrote the reason when it was a comment; they
    do not make two overrides different.
    """

    id: str
    value: CaseValue | None
    row: int = 0
    period: int = 0
    reason: str = ""
    formula: str = ""
    cell: str = field(default="", compare=False)
    template_value: CaseValue | None = field(default=None, compare=False)
    author: str = field(default="", compare=False)


@dataclass(frozen=True)
class Extra:
    """Something in a workbook that the template does not know: a sheet, a cell beside the form, a comment."""

    kind: str
    sheet: str
    cell: str = ""
    text: str = ""


@dataclass
class Sak:
    """One case for one template. ``fields`` by id; ``tables`` by id, each a list of rows by column id."""

    template: str
    version: int = 0
    fields: dict[str, CaseValue] = field(default_factory=dict)
    tables: dict[str, list[dict[str, CaseValue]]] = field(default_factory=dict)
    overrides: list[Override] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)

    def rows(self, table: str) -> int:
        return len(self.tables.get(table, []))
