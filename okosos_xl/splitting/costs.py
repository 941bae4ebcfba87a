"""The expenses of a household in two cases: own lines to the one they are for, the others by share and per month."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from okosos_xl.sak.case import CaseValue
from okosos_xl.sak.numbers import show_number
from okosos_xl.splitting.report import SHARED, A, B, joined
from okosos_xl.splitting.shares import Parts, part, parts

if TYPE_CHECKING:
    from okosos_xl.splitting.cases import Splitter

Row = dict[str, CaseValue]


def cost_lines(split: Splitter, grid: str) -> None:
    """Every line of one grid of expenses."""
    lines: dict[str, Row] = {}
    for id, value in split.sak.fields.items():
        if id.startswith(grid + "."):
            _, line, column = id.split(".")
            lines.setdefault(line, {})[column] = value
    joint = [name for name, row in lines.items() if row.get("hvem") not in (A, B)]
    used = dict(zip(joint, parts([split.amount(f"{grid}.{n}.brukt") for n in joint], split.share), strict=True))
    given = [v if isinstance(v := lines[n].get("etter_tiltak"), Decimal) else Decimal(0) for n in joint]
    after = dict(zip(joint, parts(given, split.share), strict=True))
    for name, row in lines.items():
        if name not in used:
            own = split.a if row["hvem"] == A else split.b
            own.fields |= {f"{grid}.{name}.{c}": v for c, v in row.items() if c != "hvem"}
            split.say(f"{grid}.{name}", A if row["hvem"] == A else B)
            continue
        split.say(f"{grid}.{name}", SHARED, note=split.apart_note())
        monthly = part(split.amount(f"{grid}.{name}.per_maaned"), split.share)
        for index, case in enumerate((split.a, split.b)):
            mine = _line(row, monthly[index], used[name], index)
            if "etter_tiltak" in row:
                mine["etter_tiltak"] = after[name][index]
            case.fields |= {f"{grid}.{name}.{c}": v for c, v in mine.items()}


def _line(row: Row, monthly: Decimal, used: Parts, index: int) -> Row:
    """A shared line for one of the two. What is used in the budget is exact; what is paid may be off by an øre."""
    result: Row = {c: v for c, v in row.items() if c not in ("belop", "frekvens", "godkjent", "etter_tiltak", "hvem")}
    if "godkjent" in row:
        result["godkjent"] = used[index]
        if "belop" in row:
            result["belop"] = monthly
    elif "belop" in row:
        result["belop"] = used[index]
    if "belop" in row or "godkjent" in row:
        whole = show_number(sum(used, Decimal(0)))
        result["grunn"] = joined(row.get("grunn"), f"Del av {whole} kr per måned i husstanden")
    return result
