"""Dated rates with sources: what a krone amount or a percentage was on a date, who says so, and how sure that is.

>>> from datetime import date
>>> from okosos_xl.satser import Satser
>>> per = Satser.load().at(date(2026, 7, 1))
>>> per.value("livsopphold_gjeldsordning", "enslig")
Decimal('11388')

Values are always ``Decimal`` (never ``float``). Percentages are stored as they are written in the law: 22 means 22 %.
"""

from okosos_xl.satser.diff import Endring, diff
from okosos_xl.satser.errors import SatsError, SatsFileError, SatsLookupError
from okosos_xl.satser.lint import Funn, lint
from okosos_xl.satser.model import Enhet, Familie, Hull, Kilde, Konfidens, Nokkel, Verdi, Vintage
from okosos_xl.satser.overlay import Kommune
from okosos_xl.satser.samling import Satser
from okosos_xl.satser.snapshot import Sats, Satssnapshot

__all__ = [
    "Endring",
    "Enhet",
    "Familie",
    "Funn",
    "Hull",
    "Kilde",
    "Kommune",
    "Konfidens",
    "Nokkel",
    "Sats",
    "SatsError",
    "SatsFileError",
    "SatsLookupError",
    "Satser",
    "Satssnapshot",
    "Verdi",
    "Vintage",
    "diff",
    "lint",
]
