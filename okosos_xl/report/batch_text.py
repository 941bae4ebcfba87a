"""A run over many workbooks, as lines for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from okosos_xl.batch.details import Entry
from okosos_xl.batch.summary import Summary
from okosos_xl.regenerate.outcome import DONE, MANUAL, REFUSED, KeyChange
from okosos_xl.regenerate.words import date_or_part

_MINUS = "−"
_SPACE = "\u00a0"


def shown(value: float | str | None, type: str = "") -> str:
    """A key figure in words: numbers with a space for thousands and a comma for decimals, dates as dates."""
    if special := date_or_part(value, type):
        return special
    if value is None or value == "":
        return "tomt"
    if isinstance(value, str):
        return value
    number = round(float(value), 4)
    text = f"{abs(number):,.2f}" if number != int(number) else f"{abs(int(number)):,}"
    return (_MINUS if number < 0 else "") + text.replace(",", _SPACE).replace(".", ",")


def change_words(change: KeyChange) -> str:
    """«Disponibelt 4 500 → 4 620 (satser)»."""
    why = f" ({', '.join(change.why)})" if change.why else ""
    return f"{change.label} {shown(change.before, change.type)} → {shown(change.after, change.type)}{why}"


def changed(entry: Entry) -> list[KeyChange]:
    """The key figures that are another than before."""
    return [figure for figure in entry.key_figures if figure.before != figure.after]


def lines(entries: Iterable[Entry]) -> list[str]:
    """A line per file, and under it what changed, what was carried, and why it was not done."""
    out = []
    for entry in entries:
        out.append(f"{entry.name}   {entry.status}{' (i en tidligere kjøring)' if entry.earlier else ''}")
        out.extend(f"  {change_words(figure)}" for figure in changed(entry))
        if entry.carried:
            out.append(f"  båret med: {', '.join(entry.carried)}")
        out.extend(f"  → {reason}" for reason in entry.reasons)
    return out


def closing(total: Summary) -> str:
    """«498 ferdig, 1 manuell, 1 avvist»."""
    names = {DONE: "ferdig", MANUAL: "må gjøres for hånd", REFUSED: "avvist"}
    return ", ".join(f"{total.counts[status]} {name}" for status, name in names.items()) + "."
