"""Key figures before and after, in words and as data: the same in every command."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from okosos_xl.regenerate.outcome import KeyChange
from okosos_xl.sak.numbers import show_number

_WHY = {"satser": "nye satser", "mal": "ny mal", "omregning": "regnet ut på nytt"}


def shown(value: float | str | None) -> str:
    """A key figure as the advisor reads it."""
    if isinstance(value, float):
        return show_number(Decimal(repr(round(value, 2))))
    return "tomt" if value is None or value == "" else value


def figure_lines(changes: Sequence[KeyChange]) -> list[str]:
    """One line per key figure: before, after, by how much, and why."""
    width = max((len(c.label) for c in changes), default=0)
    lines = []
    for change in changes:
        if not change.why:
            lines.append(f"  {change.label:<{width}}   {shown(change.after):>12}")
            continue
        by = ""
        if isinstance(change.before, float) and isinstance(change.after, float):
            amount = Decimal(repr(round(change.after - change.before, 2)))
            by = f" ({'+' if amount > 0 else ''}{show_number(amount)})"
        why = ", ".join(_WHY[reason] for reason in change.why)
        lines.append(f"  {change.label:<{width}}   {shown(change.before):>12} → {shown(change.after)}{by}: {why}")
    return lines


def figure_data(changes: Sequence[KeyChange]) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [{"id": c.id, "navn": c.label, "gammel": c.before, "ny": c.after, "fordi": list(c.why)} for c in changes]
