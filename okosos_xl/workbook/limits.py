"""How big and how strange a workbook may be before it is turned away."""

from __future__ import annotations

from dataclasses import dataclass


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
