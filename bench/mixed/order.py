"""What is to be made, and what has been made: the parts that every kind of workbook needs."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("regenerate", "roundtrip")]

from advisor import random_case  # noqa: E402

from okosos_xl.api import generate  # noqa: E402
from okosos_xl.sak.case import Sak  # noqa: E402
from okosos_xl.template.compile import compile_template, load_spec  # noqa: E402
from okosos_xl.template.layout import Layout, Region, cell_name  # noqa: E402
from okosos_xl.template.spec import NUMERIC  # noqa: E402

ENDINGS = ("ferdig", "manuell", "avvist")
_FIRST_DAY, _DAYS = date(2024, 2, 1), 1_000


@dataclass(frozen=True)
class Made:
    """A workbook of the folder. ``may`` are the ends it may come to; ``marks`` are texts put in beside the form, which
    must stand in the result; ``edits`` are what LibreOffice is to do before it is finished."""

    number: int
    kind: str
    template: str
    data: bytes
    may: frozenset[str] = frozenset(ENDINGS)
    marks: tuple[str, ...] = ()
    edits: tuple[tuple[object, ...], ...] | None = None

    @property
    def name(self) -> str:
        """The file's name in the folder; three offices share it."""
        kind = self.kind.replace(" ", "-")
        return f"kontor {self.number % 3}/{self.number:04}-{kind}-{self.template}.xlsx"


@dataclass
class Making:
    """What is to be made: its number, the template when it is made from one, and where chance comes from."""

    number: int
    template: str
    chance: random.Random
    marks: list[str] = field(default_factory=list)

    def mark(self, what: str) -> str:
        """A text that stands nowhere else, remembered."""
        self.marks.append(f"{what} nr. {self.number}-{len(self.marks)} æøå")
        return self.marks[-1]

    def day(self) -> date:
        return _FIRST_DAY + timedelta(days=self.chance.randrange(_DAYS))

    def sak(self) -> Sak:
        day = self.day()
        found: Sak = random_case(load_spec(self.template), self.chance.randrange(10**6), day)
        return found

    def filled(self) -> bytes:
        return generate(self.template, self.sak())

    def laid_out(self) -> tuple[bytes, Layout]:
        """A filled workbook, and where things stand in it."""
        sak = self.sak()
        rows = {id: len(table) for id, table in sak.tables.items()}
        return generate(self.template, sak), compile_template(load_spec(self.template), rows)

    def made(self, data: bytes, *may: str, edits: Sequence[Sequence[object]] | None = None) -> Made:
        told = None if edits is None else tuple(tuple(edit) for edit in edits)
        return Made(self.number, "", self.template, data, frozenset(may or ("ferdig",)), tuple(self.marks), told)


def numbers(layout: Layout, *, inputs: bool) -> list[Region]:
    """Regions for amounts on the sheets an advisor works in, either those to be filled in or those computed."""
    hidden = {s.spec.name for s in layout.sheets if s.spec.kind in ("beregning", "kontroll")}
    regions = layout.inputs() if inputs else layout.formulas()
    kinds = ("field", "column") if inputs else ("field",)
    return [r for r in regions if r.kind in kinds and r.item.type in NUMERIC and r.sheet not in hidden]


def typed(making: Making, region: Region) -> float:
    """A number the region takes."""
    limits = region.item.input
    low = float(limits.min) if limits and limits.min is not None else 0.0
    high = min(float(limits.max) if limits and limits.max is not None else 9_000.0, low + 9_000)
    value = low + (high - low) * making.chance.randrange(1, 90) / 100
    return float(int(value)) if region.item.type == "heltall" else round(value, 2)


def at(region: Region, row: int = 0) -> str:
    """A cell of a region, as LibreOffice is told of it."""
    return f"{region.sheet}!{cell_name(region.row + row, region.col)}"
