"""A mixed folder of workbooks: which kinds and templates, how many of each, and the making of one."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from mixed.accidents import broken, locked
from mixed.advisors import (
    annotated,
    edited_by_libreoffice,
    empty,
    for_a_person,
    of_an_old_version,
    overridden,
    row_inserted,
    saved_by_libreoffice,
    untouched,
)
from mixed.order import Made, Making

TEMPLATES = (
    ("gjeldsradgivning",) * 5 + ("dividende",) * 3 + ("forvaltning",) * 3
    + ("manedsbudsjett",) * 5 + ("statistikk",) * 11 + ("sosialhjelp",) * 5
)  # fmt: skip
"""How often each template comes; most of an office's workbooks here are small, so that many can be made."""
KINDS: dict[str, tuple[int, Callable[[Making], Made]]] = {
    "urørt": (3, untouched),
    "tom": (1, empty),
    "overstyrt": (3, overridden),
    "med notater": (3, annotated),
    "lagret i LibreOffice": (1, saved_by_libreoffice),
    "endret i LibreOffice": (2, edited_by_libreoffice),
    "rad satt inn": (2, row_inserted),
    "gammel versjon": (2, of_an_old_version),
    "for et menneske": (1, for_a_person),
    "ødelagt": (2, broken),
    "passord": (1, locked),
}
"""What advisors and accidents do, and how often among 21."""
OFFICE = {"lagret i LibreOffice", "endret i LibreOffice", "rad satt inn"}
_SMALL = {"ødelagt", "passord"}


Order = tuple[int, str, str]
"""Number, kind and template."""


def orders(count: int) -> list[Order]:
    """What ``count`` workbooks are to be; in 672 of them every kind that can meets every template."""
    turns = [kind for kind, (often, _) in KINDS.items() for _ in range(often)]
    found = []
    for number in range(count):
        kind = turns[number * 8 % len(turns)]
        template = TEMPLATES[(number * 7 + number // len(turns)) % len(TEMPLATES)]
        found.append((number, kind, "statistikk" if kind in _SMALL else template))
    return found


def make(order: Order, seed: int) -> Made:
    """One workbook; the same order and seed give the same, as far as the libraries that edit do."""
    number, kind, template = order
    made = KINDS[kind][1](Making(number, template, random.Random(f"{seed}/{number}")))
    return replace(made, kind=kind)
