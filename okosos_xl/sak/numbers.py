"""Reading numbers and dates that people wrote as text, to say what they probably meant. Never used silently."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

_SPACES = str.maketrans("", "", " \t\u00a0\u202f\u2009\u2007'")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_UNITS = re.compile(r"(?i)(kr\.?|kroner|nok|,-|:-|%)")
_DATE = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$", re.ASCII)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$", re.ASCII)
_MONTH = re.compile(r"^(\d{1,2})[./-](\d{4})$", re.ASCII)
_NAMES = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
EPOCH = date(1899, 12, 30)


def guess_number(text: str) -> Decimal | None:
    """The number a text such as «12 500,50 kr» or «−1.234,5» most likely means; None when it cannot be told.

    A percent sign divides by 100. «1.234» is ambiguous and gives None.
    """
    percent = "%" in text
    bare = _UNITS.sub("", text.translate(_MINUS)).translate(_SPACES)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", bare, re.ASCII):
        if "," not in bare and bare.count(".") == 1:
            return None
        bare = bare.replace(".", "")
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"-?\d+(\.\d+)?", bare, re.ASCII):
        return None
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    return number / 100 if percent else number


def guess_date(text: str) -> date | None:
    """The date a text such as «1.12.2026», «2026-12» or «desember 2026» means; a month means its first day."""
    text = text.strip().lower()
    try:
        if match := _DATE.match(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _ISO.match(text):
            return date(int(match[1]), int(match[2]), int(match[3] or 1))
        if match := _MONTH.match(text):
            return date(int(match[2]), int(match[1]), 1)
        name, _, year = text.partition(" ")
        if name in _NAMES and year.isdecimal():
            return date(int(year), _NAMES.index(name) + 1, 1)
    except ValueError:
        return None
    return None


def names_a_day(text: str) -> bool:
    """Whether a text :func:`guess_date` understands says which day, not only the month."""
    found = _ISO.match(text.strip())
    return bool(_DATE.match(text.strip()) or (found and found[3]))


def serial(day: date) -> float:
    """The Excel serial number of a date (1900 date system)."""
    return float((day - EPOCH).days)


def from_serial(value: float, *, date1904: bool = False) -> date | None:
    """The date of an Excel serial number, or None when it is outside 1900–2199."""
    days = int(value) + (1462 if date1904 else 0)
    if not 1 <= days <= 109_575:
        return None
    return EPOCH + timedelta(days=days)


def month_and_year(day: date) -> str:
    """«mars 2031»."""
    return f"{_NAMES[day.month - 1]} {day.year}"


_DIGITS = 20


def show_number(value: Decimal) -> str:
    """A number in Norwegian: «12 500,50»; one with more than twenty digits, which is a mistake, as «1,5E+300»."""
    if value.adjusted() > _DIGITS:
        return f"{value:.4g}".replace(".", ",")
    sign, whole, _ = "-" if value < 0 else "", *divmod(abs(value), 1)
    text = f"{int(whole):,}".replace(",", " ")
    fraction = format(abs(value) % 1, "f").partition(".")[2].rstrip("0")
    if fraction:
        text += "," + (fraction if len(fraction) > 1 else fraction + "0")
    return sign + text
