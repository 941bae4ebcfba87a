"""Which purpose a movement belongs to, by the rules and the purposes that stand in the workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from okosos_xl.forvaltning.statement import BankRow
from okosos_xl.sak.case import CaseValue

Row = Mapping[str, CaseValue]

NAMES = ("navn", "formaal", "tekst", "id")
"""The column of a table of purposes that gives the name used in the ledger: the first of these it has."""
_SHORTEST_NAME, _SHORTEST_NUMBER = 3, 5
_NOT_DIGITS = re.compile(r"\D+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Match:
    """The purpose of a row; without one, why: several fit, or none."""

    purpose: str = ""
    reason: str = "ingen regel passer"


@dataclass(frozen=True, slots=True)
class _Purpose:
    name: str
    payee: str
    account: str
    reference: str


class Rules:
    """The advisor's rules; after them the purposes' own payee, account and reference, and the names of incomes."""

    def __init__(self, rules: Sequence[Row], purposes: Sequence[Row], incomes: Sequence[Row] = ()) -> None:
        named = [(_name(row), row) for row in purposes]
        self._incomes = [name for name in map(_name, incomes) if len(name) >= _SHORTEST_NAME]
        spelled = {name.casefold(): name for name in (*self._incomes, *(name for name, _ in named if name))}
        self._rules: dict[str, str] = {}
        for row in rules:
            wanted, purpose = _plain(row.get("inneholder")), _text(row.get("formaal"))
            if wanted and purpose:
                self._rules.setdefault(wanted, spelled.get(purpose.casefold(), purpose))
        self._own = [
            _Purpose(name, _plain(row.get("mottaker")), _digits(row.get("konto")), _reference(row.get("referanse")))
            for name, row in named
            if name
        ]

    def match(self, row: BankRow) -> Match:
        """The purpose of a row: the longest rule found in its text, counterparty or reference decides.

        Without a rule money that comes in belongs to the income whose name is in the text. Else it is the purpose with
        the row's reference, else account, else payee; unless several have the same.
        """
        texts = [_plain(text) for text in (row.text, row.counterparty, row.reference) if text]
        found = [wanted for wanted in self._rules if any(wanted in text for text in texts)]
        if found:
            return Match(self._rules[max(found, key=len)], "")
        incomes = [name for name in self._incomes if row.amount > 0 and any(_plain(name) in text for text in texts)]
        if incomes:
            return Match(max(incomes, key=len), "")
        reference, account = _reference(row.reference), _digits(row.account)
        by_reference = [p for p in self._own if len(p.reference) >= _SHORTEST_NUMBER and p.reference == reference]
        by_account = [p for p in self._own if len(p.account) >= _SHORTEST_NUMBER and p.account == account]
        by_payee = [p for p in self._own if len(p.payee) >= _SHORTEST_NAME and any(p.payee in t for t in texts[:2])]
        if by_payee:
            longest = max(len(p.payee) for p in by_payee)
            by_payee = [p for p in by_payee if len(p.payee) == longest]
        return _one_of(by_reference, by_account, by_payee)


def _one_of(*steps: Sequence[_Purpose]) -> Match:
    """The only purpose that the first step that finds any leaves, later steps helping where it finds several."""
    left: dict[str, None] = {}
    for step in steps:
        names = {p.name for p in step}
        left = {name: None for name in left if name in names} or left if left else dict.fromkeys(p.name for p in step)
        if len(left) == 1:
            return Match(next(iter(left)), "")
    if left:
        return Match(reason="flere formål passer: " + ", ".join(left))
    return Match()


def _name(row: Row) -> str:
    return next((_text(row[column]) for column in NAMES if row.get(column)), "")


def _text(value: CaseValue | None) -> str:
    return "" if value is None else str(value).strip()


def _plain(value: CaseValue | None) -> str:
    """A text for comparing: lower case, single spaces."""
    return " ".join(_text(value).casefold().split())


def _digits(value: CaseValue | None) -> str:
    """An account number without dots and spaces."""
    return _NOT_DIGITS.sub("", _text(value))


def _reference(value: CaseValue | None) -> str:
    """A reference without spaces; one of digits alone without leading zeros, which a number in a cell has lost."""
    text = "".join(_text(value).casefold().split())
    return text.lstrip("0") if text.isdecimal() else text
