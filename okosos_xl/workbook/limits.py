"""How big and how strange a workbook may be before it is turned away."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from functools import lru_cache

VARIABLE = "OKOSOS_GRENSER"


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one workbook; the defaults are far above any case file and far below any harm.

    A real generated workbook of 60 000 formulas is 1–2 MB, 10–15 MB unpacked, and compresses about 15:1.
    """

    file_bytes: int = 50_000_000
    """The file as it lies on disk."""
    members: int = 5_000
    """Parts in the package."""
    member_bytes: int = 100_000_000
    """One part, unpacked."""
    total_bytes: int = 300_000_000
    """All parts together, unpacked."""
    ratio: int = 200
    """Unpacked size divided by packed size of one part …"""
    ratio_floor: int = 10_000_000
    """… judged only for parts larger than this: an empty formatted sheet may well compress 500:1."""
    depth: int = 64
    """Elements within elements in one XML part."""
    area: int = 5_000_000
    """Rows times columns of the rectangle from A1 that holds all cells of a sheet. One stray cell in the far corner
    makes every sum of whole columns, and every engine's grid, 17 billion cells large."""


_KEYS = {
    "fil": "file_bytes",
    "deler": "members",
    "del": "member_bytes",
    "utpakket": "total_bytes",
    "forhold": "ratio",
    "dybde": "depth",
    "flate": "area",
}
_UNITS = {"": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_NUMBER = re.compile(r"([1-9]\d{0,11})(kb|mb|gb|)", re.I)
_MAX_DEPTH = 256
"""More than this the parsers themselves could not stand."""


class LimitsError(ValueError):
    """Limits that cannot be understood; the message is one Norwegian line."""


def limits_from(text: str) -> Limits:
    """Limits as IT writes them: ``fil=100MB deler=10000``. The rest is as usual. LimitsError if unclear."""
    changed: dict[str, int] = {}
    for word in text.replace(",", " ").split():
        key, _, value = word.partition("=")
        number = _NUMBER.fullmatch(value)
        if key not in _KEYS or number is None:
            known = ", ".join(_KEYS)
            raise LimitsError(f"{VARIABLE}: «{word}» er ikke forstått. Skriv for eksempel fil=100MB. Kjenner: {known}.")
        changed[_KEYS[key]] = int(number[1]) * _UNITS[number[2].lower()]
    if changed.get("depth", 0) > _MAX_DEPTH:
        raise LimitsError(f"{VARIABLE}: dybde kan ikke være mer enn {_MAX_DEPTH}.")
    return replace(Limits(), **changed)


def current_limits() -> Limits:
    """The limits set in the environment variable OKOSOS_GRENSER, else the usual ones. LimitsError if it is unclear."""
    return _parsed(os.environ.get(VARIABLE, ""))


@lru_cache(maxsize=4)
def _parsed(text: str) -> Limits:
    return limits_from(text)
