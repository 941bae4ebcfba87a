"""No gap unexplained, and no explanation where there is a value."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from okosos_xl.satser.fields import Sted
from okosos_xl.satser.model import Hull, Vintage

_DAY = timedelta(days=1)


def check_gaps(vintages: tuple[Vintage, ...], hull: tuple[Hull, ...], top: Sted) -> None:
    """Compare the vintages with the explained gaps (``hull:``). Raises ``SatsFileError`` for the first mismatch."""
    for before, after in pairwise(vintages):
        if before.gyldig_til is None or before.gyldig_til + _DAY == after.gyldig_fra:
            continue
        start, end = before.gyldig_til + _DAY, after.gyldig_fra - _DAY
        if not any(gap.covers(start, end) and not gap.nokler for gap in hull):
            raise (top / "satser").error(
                f"ingen årgang gjelder {start}–{end}, og hullet er ikke forklart", "en linje under hull"
            )
    for number, gap in enumerate(hull, 1):
        for index, vintage in enumerate(vintages):
            until = vintages[index + 1].gyldig_fra - _DAY if index + 1 < len(vintages) else date.max
            end = min(vintage.gyldig_til or until, until)
            overlaps = (gap.til is None or vintage.gyldig_fra <= gap.til) and (gap.fra is None or gap.fra <= end)
            known = [*vintage.verdier, *vintage.videreforte]
            if overlaps and any(gap.concerns(key) for key in known):
                raise (top / f"hull[{number}]").error(
                    f"sier at det mangler satser, men årgangen fra {vintage.gyldig_fra} har dem", "et hull uten satser"
                )
