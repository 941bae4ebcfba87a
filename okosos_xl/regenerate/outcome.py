"""What is asked of a regeneration, and what comes out of it. Plain data: it can be sent between processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

DONE, MANUAL, REFUSED = "ferdig", "manuell", "avvist"
"""A new workbook; a person must do it; the file cannot be used."""
RATES, TEMPLATE, RECOMPUTED = "satser", "mal", "omregning"
"""Why a key figure is another than before."""


@dataclass(frozen=True)
class How:
    """How workbooks are to be regenerated.

    ``day`` is the date the rates, and nothing else, are looked up for; without it the rates follow the case's own date.
    ``kommune`` is the file with the municipality's own rates, ``templates`` another folder of templates, ``engine`` the
    name of a calculation engine.
    """

    day: date | None = None
    kommune: Path | None = None
    templates: Path | None = None
    engine: str | None = None


@dataclass(frozen=True)
class KeyChange:
    """One key figure before and after, and why they differ: some of «satser», «mal» and «omregning»; nothing if alike.

    Amounts in kr, dates as serials, parts as fractions, words as they are; ``before`` is what stood in the file, and
    ``type`` is what the template says it is (``kr``, ``dato``, ``prosent``).
    """

    id: str
    label: str
    before: float | str | None
    after: float | str | None
    why: tuple[str, ...] = ()
    type: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one workbook.

    ``status`` is «ferdig» (``data`` is the new workbook), «manuell» (a person must do it; no data) or «avvist» (the
    file cannot be used; no data). ``reasons`` say why, in the advisor's words and without anything from the case;
    ``carried`` says what was carried over beside the inputs: «3 overstyringer», «2 ark».
    """

    status: str
    data: bytes | None
    template: str = ""
    from_version: int = 0
    to_version: int = 0
    rates_before: date | None = None
    rates_after: date | None = None
    reasons: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    key_figures: tuple[KeyChange, ...] = ()
