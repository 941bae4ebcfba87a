"""The very-hidden sheet that lets a workbook explain itself: template, versions, cell map and fingerprints."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from okosos_xl import __version__
from okosos_xl.sak.numbers import serial
from okosos_xl.template.layout import Layout, Region
from okosos_xl.workbook.areas import Area, parse_area
from okosos_xl.workbook.r1c1 import normalise

if TYPE_CHECKING:
    from okosos_xl.workbook.ratesheet import CarriedRate

SHEET = "_okosos"
MAGIC = "okosos_xl"
HEAD = 3
"""The rows that come before the cell map."""
_RATE = "sats:"


@dataclass(frozen=True)
class Manifest:
    """What a workbook says of itself.

    ``regions``: id → (address when it was made, fingerprint of its formulas). ``rates``: id → (value as text, valid
    from) for every rate it carries, with the date they were looked up for and the municipality whose own they include.
    """

    template: str
    template_version: int
    toolkit: str
    rates_date: str = ""
    municipality: str = ""
    regions: dict[str, tuple[str, str]] = field(default_factory=dict)
    rates: dict[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def areas(self) -> dict[str, Area | None]:
        """Where every region stood when the workbook was made; None where that cannot be read."""
        return {id: parse_area(address) for id, (address, _) in self.regions.items()}

    def area(self, id: str) -> Area | None:
        """Where a region stood when the workbook was made; None when that is not told, or cannot be read."""
        return self.areas.get(id)


def fingerprint(region: Region) -> str:
    """A short fingerprint of the formulas of a region, the same wherever the region stands; empty for inputs."""
    if region.is_input or region.fixed:
        return ""
    if region.row_formulas:
        texts = [
            normalise(f.at(region.row + i, region.col), region.row + i, region.col)
            for i, f in enumerate(region.row_formulas)
        ]
    else:
        assert region.formula is not None
        texts = [normalise(region.formula.at(region.row, region.col), region.row, region.col)]
        if region.first is not None:
            texts.append(normalise(region.first.at(region.row, region.col), region.row, region.col))
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def fixed_mark(values: Sequence[object]) -> str:
    """A short fingerprint of what fixed cells hold, the same for a value given and for one read back."""
    return hashlib.sha256("\n".join(_plain(value) for value in values).encode()).hexdigest()[:16]


def _plain(value: object) -> str:
    if isinstance(value, date):
        value = serial(value)
    if isinstance(value, Decimal | float | int):
        return f"{float(value):.15g}"
    return str(value or "")


def manifest_rows(
    layout: Layout,
    rates_date: str = "",
    municipality: str = "",
    rates: Sequence[CarriedRate] = (),
    fixed: Mapping[str, Sequence[object]] | None = None,
) -> list[tuple[str, str, str]]:
    """The rows of the manifest sheet: three texts each. ``fixed``: what the fixed cells hold, by region."""
    marks = {id: fixed_mark(values) for id, values in (fixed or {}).items()}
    rows = [
        (MAGIC, __version__, ""),
        ("mal", layout.spec.id, str(layout.spec.version)),
        ("satser", rates_date, municipality),
    ]
    rows += [(_RATE + rate.id, rate.value, rate.valid_from) for rate in rates]
    known = layout.fingerprints
    for r in layout.regions.values():
        if not r.fixed and r.id not in known:
            known[r.id] = fingerprint(r)
        rows.append((r.id, r.area, marks.get(r.id, "") if r.fixed else known[r.id]))
    return rows


def parse_manifest(rows: list[tuple[str, str, str]]) -> Manifest | None:
    """The manifest from the sheet's texts, or None when it is not one of ours."""
    if len(rows) < HEAD or rows[0][0] != MAGIC or rows[1][0] != "mal":
        return None
    version = rows[1][2]
    return Manifest(
        template=rows[1][1],
        template_version=int(version) if version.isdigit() else 0,
        toolkit=rows[0][1],
        rates_date=rows[2][1] if rows[2][0] == "satser" else "",
        municipality=rows[2][2] if rows[2][0] == "satser" else "",
        regions={id: (area, mark) for id, area, mark in rows[HEAD:] if id and not id.startswith(_RATE)},
        rates={id[len(_RATE) :]: (value, since) for id, value, since in rows[HEAD:] if id.startswith(_RATE)},
    )
