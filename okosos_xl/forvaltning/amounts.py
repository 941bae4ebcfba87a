"""Dates and amounts as Norwegian banks write them. What can be read in two ways is not read."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

_SPACES = str.maketrans("", "", " \t\u00a0\u202f\u2009\u2007'")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_CURRENCY = re.compile(r"(?i)^(?:kr\.?|nok)|(?:kr\.?|nok|,-)$")
_PLAIN = re.compile(r"\d+(?:[.,]\d{1,2})?", re.ASCII)
_DOTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}", re.ASCII)
_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d{1,2}", re.ASCII)
_LONG = re.compile(r"(\d+[.,]\d{2})0+", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([./-]?)(\d{2})\2(\d{2})", re.ASCII)
_TIME = re.compile(r"[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?$", re.ASCII)


def amount(text: str) -> Decimal | None:
    """«1 234,50», «1.234,50», «−200», «200,00-» or «1,234.50» in kr; None when it is no amount or is ambiguous.

    «1.234» and «1,234» may be a thousand or one and a bit: None. So is anything with more than two decimals.
    """
    bare = text.translate(_MINUS).translate(_SPACES)
    negative = bare.startswith("-") or (bare.endswith("-") and not bare.endswith(",-"))
    if negative:
        bare = bare[1:] if bare.startswith("-") else bare[:-1]
    elif bare.startswith("+"):
        bare = bare[1:]
    bare = _CURRENCY.sub("", bare)
    if bare.startswith("-") and not negative:  # kr -200
        negative, bare = True, bare[1:]
    if whole := _LONG.fullmatch(bare):
        if len(bare) - len(whole[1]) == 1:  # 1.230
            return None
        bare = whole[1]
    if _PLAIN.fullmatch(bare):
        number = Decimal(bare.replace(",", "."))
    elif _DOTS.fullmatch(bare):
        number = Decimal(bare.replace(".", "").replace(",", "."))
    elif _COMMAS.fullmatch(bare):
        number = Decimal(bare.replace(",", ""))
    else:
        return None
    return -number if negative else number


def day(text: str) -> date | None:
    """«1.12.2026», «01.12.26», «2026-12-01», «2026/12/01» or «20261201», with or without a time of day; else None."""
    text = _TIME.sub("", text.strip())
    try:
        if match := _DAY_FIRST.fullmatch(text):
            year = int(match[3])
            found = date(year if len(match[3]) == 4 else 2000 + year, int(match[2]), int(match[1]))
        elif match := _YEAR_FIRST.fullmatch(text):
            found = date(int(match[1]), int(match[3]), int(match[4]))
        else:
            return None
    except ValueError:
        return None
    return found if 1990 <= found.year < 2200 else None
