"""Living costs in the two cases of a couple that lives together: each carries what the household's budget says.

A case of one's own has fewer persons in it, so the norm may give other rates there. The difference is written as an
adjustment with its reason, so that the two cases are the household to the øre.
"""

from __future__ import annotations

from decimal import Decimal

from okosos_xl.sak.case import CaseValue, Sak
from okosos_xl.splitting.cases import Splitter, Value
from okosos_xl.splitting.report import joined
from okosos_xl.splitting.shares import Parts, part, parts, plain


def settle(split: Splitter, values: tuple[Value, Value]) -> None:
    """Write the adjustments. ``values`` are the two cases computed without any."""
    adults = [split.amount("livsopphold_voksne.brukt", n) for n in range(2)]
    children = split.sak.tables.get("barn", [])
    owners = [split.value("person_barn.eier", n) for n in range(len(children))]
    used = [split.amount("livsopphold_barn.brukt", n) for n in range(len(children))]
    joint = [n for n, owner in enumerate(owners) if owner == 3]
    shares = dict(zip(joint, parts([used[n] for n in joint], split.share), strict=True))
    house = part(split.amount("hus_brukt"), split.share)
    for index, (case, value) in enumerate(((split.a, values[0]), (split.b, values[1]))):
        reasons = split.sak.tables.get("livsopphold_voksne", [])
        _adjust(case, "livsopphold_voksne", 0, adults[index], value, _reason(reasons, index, ""))
        mine = [n for n, owner in enumerate(owners) if owner in (index + 1, 3)]
        reasons = split.sak.tables.get("livsopphold_barn", [])
        for place, number in enumerate(mine):
            said = "Delen av det felles barnet" if number in shares else ""
            target = shares[number][index] if number in shares else used[number]
            _adjust(case, "livsopphold_barn", place, target, value, _reason(reasons, number, said))
        _house(split, case, house, index, value)


def _reason(rows: list[dict[str, CaseValue]], number: int, said: str) -> str:
    given = rows[number].get("grunn") if number < len(rows) else None
    return joined(given, said or "Som i husstanden")


def _adjust(case: Sak, table: str, place: int, target: Decimal, value: Value, reason: str) -> None:
    given = value(f"{table}.valgt", place)
    gap = target - (plain(given) if isinstance(given, float) else Decimal(0))
    if gap:
        rows = case.tables.setdefault(table, [])
        rows.extend({} for _ in range(place + 1 - len(rows)))
        rows[place] = rows[place] | {"justering": gap, "grunn": reason}


def _house(split: Splitter, case: Sak, house: Parts, index: int, value: Value) -> None:
    given = value("hus_valgt")
    gap = house[index] - (plain(given) if isinstance(given, float) else Decimal(0))
    if gap:
        case.fields["hus_justering"] = gap
        case.fields["hus_grunn"] = joined(split.sak.fields.get("hus_grunn"), "Delen av det som gjelder husholdningen")
