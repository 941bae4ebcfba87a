"""A number where a text is asked for, as the text the advisor sees: a date typed there is stored as a number.

Excel makes a number of «24.12.2026», «12:30» and «20 %» in a field for text, with a format that shows what was typed.
The number alone, 46380, would say nothing.
"""

from __future__ import annotations

import re
from decimal import Decimal

from okosos_xl.sak.numbers import from_serial, month_and_year
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.package import Package

_DAYS = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_TIMES = {18, 19, 20, 21, 45, 46, 47}
_MONTH, _DAY_AND_TIME = 17, 22
_PERCENTS = {9, 10}
_WORDS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.I)
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d{1,6})["']""")
_MINUTES = 1440


def number_text(package: Package, sheet: str, cell: Cell, value: float) -> str:
    """The number in words, by the format of its cell."""
    date, time, percent = _kind(number_format(package, sheet, cell))
    day = from_serial(value, date1904=package.date1904)
    minutes = round(value % 1 * _MINUTES)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    if date and day is not None and minutes < _MINUTES:
        text = month_and_year(day) if "d" not in date else f"{day:%d.%m.%Y}"
        return f"{text} {clock}" if time and minutes else text
    if time and 0 <= value < 1 and minutes < _MINUTES:
        return clock
    if percent:
        return _plain(float(Decimal(f"{value:.15g}") * 100)) + " %"
    return _plain(value)


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value).replace(".", ",")


def _kind(code: int | str) -> tuple[str, bool, bool]:
    """The letters of a date in a format, whether it has a time of day, and whether it is a percentage."""
    if isinstance(code, int):
        date = "" if code not in _DAYS else "my" if code == _MONTH else "dmy"
        return date, code in _TIMES or code == _DAY_AND_TIME, code in _PERCENTS
    bare = _WORDS.sub("", code.partition(";")[0]).casefold()
    if bare in ("general", "standard", "@"):
        return "", False, False
    date = "".join(letter for letter in "dy" if letter in bare)
    if not date and "mmm" in bare:
        date = "m"
    return date, any(letter in bare for letter in "hs"), "%" in bare


def number_format(package: Package, sheet: str, cell: Cell) -> int | str:
    """The number format of a cell: one of the built-in numbers, or the code as it is written."""
    part = next(s.part for s in package.sheets if s.name == sheet)
    tag = _tag(package.vetted.part(part) or b"", address(cell).encode())
    style = _STYLE.search(tag)
    found = dict(package.looks[int(style[1]) if style is not None else 0]).get("num_format", 0)
    return found if isinstance(found, int | str) else 0


def _tag(content: bytes, at: bytes) -> bytes:
    """The tag that opens a cell."""
    found = content.find(b' r="%s"' % at)
    if found >= 0:
        return content[content.rfind(b"<", 0, found) : content.find(b">", found)]
    unusual = re.search(rb"""<(?:\w+:)?c\s(?:[^<>]*\s)?r\s*=\s*["']%s["'][^<>]*""" % at, content)
    return b"" if unusual is None else unusual[0]
