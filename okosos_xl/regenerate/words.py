"""Key figures before and after, in words and as data: the same in every command."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from okosos_xl.regenerate.outcome import KeyChange
from okosos_xl.sak.numbers import from_serial, month_and_year, show_number
from okosos_xl.template.spec import DATES

_WHY = {"satser": "nye satser", "mal": "ny mal", "omregning": "regnet ut på nytt"}


def date_or_part(value: float | str | None, type: str) -> str:
    """A date, a month or a percentage as the advisor reads it; empty for everything else."""
    if isinstance(value, bool) or not isinstance(value, float | int):
        return ""
    if type == "prosent":
        return show_number(Decimal(repr(round(value * 100, 2)))) + " %"
    day = from_serial(value) if type in DATES else None
    return "" if day is None else month_and_year(day) if type == "maaned" else f"{day:%d.%m.%Y}"


def shown(value: float | str | None, type: str = "") -> str:
    """A key figure as the advisor reads it."""
    if special := date_or_part(value, type):
        return special
    if isinstance(value, float):
        return show_number(Decimal(repr(round(value, 2))))
    return "tomt" if value is None or value == "" else value


def figure_lines(changes: Sequence[KeyChange]) -> list[str]:
    """One line per key figure: before, after, by how much, and why."""
    width = max((len(c.label) for c in changes), default=0)
    lines = []
    for change in changes:
        if not change.why:
            lines.append(f"  {change.label:<{width}}   {shown(change.after, change.type):>12}")
            continue
        by = ""
        figures = isinstance(change.before, float) and isinstance(change.after, float)
        if figures and not date_or_part(change.after, change.type):
            assert isinstance(change.before, float)
            assert isinstance(change.after, float)
            amount = Decimal(repr(round(change.after - change.before, 2)))
            by = f" ({'+' if amount > 0 else ''}{show_number(amount)})"
        why = ", ".join(_WHY[reason] for reason in change.why)
        before, after = shown(change.before, change.type), shown(change.after, change.type)
        lines.append(f"  {change.label:<{width}}   {before:>12} → {after}{by}: {why}")
    return lines


def figure_data(changes: Sequence[KeyChange]) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [{"id": c.id, "navn": c.label, "gammel": c.before, "ny": c.after, "fordi": list(c.why)} for c in changes]
