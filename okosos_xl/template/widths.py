"""How wide and tall things are on a sheet, from what stands in them."""

from __future__ import annotations

import math

from okosos_xl.template.spec import Check, Item, column_number

WIDTHS = {
    "tekst": 18.0, "langtekst": 40.0, "kr": 13.0, "kr_ore": 14.0, "prosent": 10.0,
    "heltall": 10.0, "tall": 12.0, "dato": 12.0, "maaned": 17.0, "ja_nei": 9.0, "valg": 24.0,
}  # fmt: skip
LABEL_WIDTH = 34.0


def header_height(items: tuple[Item, ...], widths: tuple[tuple[str, float], ...]) -> float:
    """Room for the longest heading: words wrap at the column's width, the unit has a line of its own."""
    wide = {column_number(name): width for name, width in widths}
    lines = 1
    for col, item in enumerate(items, 1):
        width = max(wide.get(col, 0.0), item.width or WIDTHS[item.type]) - 1
        used, count = 0, 1
        for word in item.label.split():
            if used and used + 1 + len(word) > width:
                used, count = 0, count + 1
            used += len(word) + (1 if used else 0)
            count += int(len(word) // max(width, 1)) if len(word) > width else 0
        lines = max(lines, count + (1 if item.unit else 0))
    return 15.0 * lines + 3


def check_height(check: Check, width: float) -> float:
    """Room for the longest text about a check in a column of ``width``."""
    longest = max(len(check.action), len(check.message)) / (width * 0.95)
    return 15.0 * max(1, math.ceil(longest), math.ceil((len(check.id) + len(check.label)) / 32))
