"""How values become Norwegian words inside a sentence, as Excel expressions that every engine computes alike.

``X`` stands for the value. TEXT() is avoided on purpose: its codes and separators follow the reader's language.
"""

from __future__ import annotations

import re

HOLE = re.compile(r"\{([^{}]+):(\w+)\}")
"""A hole in a text: ``{id:format}``, or a whole formula in the place of the id."""

_R = "ROUND(ABS(X),0)"
_THOUSANDS = (
    f'IF({_R}>=1000000,INT({_R}/1000000)&" "&RIGHT("00"&MOD(INT({_R}/1000),1000),3)&" "&RIGHT("00"&MOD({_R},1000),3),'
    f'IF({_R}>=1000,INT({_R}/1000)&" "&RIGHT("00"&MOD({_R},1000),3),{_R}&""))'
)
_SIGN = 'IF(ROUND(X,0)<0,"−","")'
_ORE = _THOUSANDS.replace(_R, "INT(ROUND(ABS(X)*100,0)/100)")
_TENTHS = "ROUND(ABS(X)*1000,0)"
_MONTHS = ",".join(
    f'"{m}"'
    for m in (
        "januar", "februar", "mars", "april", "mai", "juni",
        "juli", "august", "september", "oktober", "november", "desember",
    )
)  # fmt: skip

FORMATS: dict[str, str] = {
    "kr": f'{_SIGN}&{_THOUSANDS}&" kr"',
    "kr_ore": f'IF(ROUND(X*100,0)<0,"−","")&{_ORE}&","&RIGHT("0"&MOD(ROUND(ABS(X)*100,0),100),2)&" kr"',
    "heltall": f"{_SIGN}&{_THOUSANDS}",
    "prosent": f'IF(ROUND(X*1000,0)<0,"−","")&INT({_TENTHS}/10)&","&MOD({_TENTHS},10)&" %"',
    "maaned": f'CHOOSE(MONTH(X),{_MONTHS})&" "&YEAR(X)',
    "dato": 'RIGHT("0"&DAY(X),2)&"."&RIGHT("0"&MONTH(X),2)&"."&YEAR(X)',
    "tekst": 'X&""',
}
"""The formats a hole can have, by name."""
