"""How many lines a text takes in a cell that wraps: Arial's widths, and words broken the way a spreadsheet does it."""

from __future__ import annotations

import math

LINE_POINTS = 14.5
"""Height of one line of the usual 11 points, and of a row that holds one."""
POINTS = 11.0
LARGE_POINTS = 14.0
_PIXELS_PER_POINT = 96 / 72
_PIXELS_PER_CHARACTER = 7
_CELL_PADDING = 6
_SLACK = 0.96  # programs and their substitutes for Arial differ by a few percent
_OTHER = 750
_WIDTHS = {
    222: "ijl'’‘", 260: "|", 278: " \u00a0!,./:;I[]\\ft·", 333: "()-r`", 355: '"', 389: "*",
    500: "ckJsvxyz", 556: "0123456789#$?_abdeghnopqu–«»Låéèüöä", 584: "+<=>~−", 611: "FTZø", 667: "&ABEKPSVXYÅ",
    722: "CDHNRUw", 778: "GOQØ", 833: "Mm", 889: "%æ", 944: "W", 1000: "Æ—", 1015: "@",
}  # fmt: skip
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def text_pixels(text: str, points: float = POINTS) -> float:
    """The width of ``text`` on one line."""
    return sum(_WIDTH.get(letter, _OTHER) for letter in text) / 1000 * points * _PIXELS_PER_POINT


def columns_pixels(widths: list[float]) -> float:
    """The room for text in cells of these column widths, merged into one."""
    return sum(width * _PIXELS_PER_CHARACTER + 5 for width in widths) - _CELL_PADDING


def lines_needed(text: str, pixels: float, points: float = POINTS) -> int:
    """How many lines ``text`` takes in a cell with room for ``pixels``; an empty text takes one."""
    room = max(pixels * _SLACK, 1.0)
    space = text_pixels(" ", points)
    total = 0
    for part in text.split("\n"):
        used, lines = 0.0, 1
        for word in part.split(" "):
            width = text_pixels(word, points)
            if used and used + space + width > room:
                lines, used = lines + 1, 0.0
            if width > room:
                lines += math.ceil(width / room) - 1
                width %= room
            used += width + (space if used else 0.0)
        total += lines
    return total


def height(lines: int, points: float = POINTS) -> float:
    """The height of a row with room for ``lines``, in points."""
    return LINE_POINTS * points / POINTS * lines + (3.0 if lines > 1 else 0.5)
