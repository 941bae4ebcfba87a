"""What a run comes to, for the office: how many ended how, and what happened to the key figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from okosos_xl.batch.details import Entry
from okosos_xl.regenerate.outcome import DONE, MANUAL, REFUSED

_UNITS = {"dato": " (dager)", "maaned": " (dager)", "prosent": " (andel)"}
"""What a difference is counted in where that is not what the key figure itself is written in."""
STATUSES = (DONE, MANUAL, REFUSED)


@dataclass(frozen=True)
class Movement:
    """One key figure over all the files that have it as a number: kr, months or a fraction, as the template says."""

    template: str
    id: str
    label: str
    files: int
    changed: int
    lowest: float
    highest: float
    """The largest fall and the largest rise; 0 when there is none."""
    mean: float
    """Of those that changed."""

    def data(self) -> dict[str, Any]:
        return {
            "mal": self.template, "id": self.id, "navn": self.label, "filer": self.files, "endret": self.changed,
            "storste_nedgang": self.lowest, "storste_okning": self.highest, "snitt_av_endrede": self.mean,
        }  # fmt: skip


@dataclass(frozen=True)
class Summary:
    counts: dict[str, int]
    movements: tuple[Movement, ...]

    def data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"antall": self.counts, "nokkeltall": [m.data() for m in self.movements]}


def summary(entries: Iterable[Entry]) -> Summary:
    """Counts by status, and how each template's key figures moved in the files that are done."""
    entries = list(entries)
    counts = {status: sum(e.status == status for e in entries) for status in STATUSES}
    labels: dict[tuple[str, str], str] = {}
    steps: dict[tuple[str, str], list[float]] = {}
    for entry in entries:
        for figure in entry.key_figures if entry.status == DONE else ():
            if isinstance(figure.before, float | int) and isinstance(figure.after, float | int):
                key = (entry.template, figure.id)
                labels.setdefault(key, figure.label + _UNITS.get(figure.type, ""))
                steps.setdefault(key, []).append(round(float(figure.after) - float(figure.before), 6))
    return Summary(counts, tuple(_movement(*key, labels[key], found) for key, found in steps.items()))


def _movement(template: str, id: str, label: str, steps: list[float]) -> Movement:
    changed = [step for step in steps if step != 0]
    mean = round(sum(changed) / len(changed), 6) if changed else 0.0
    return Movement(template, id, label, len(steps), len(changed), min(0.0, *steps), max(0.0, *steps), mean)
