"""The children of a household in two cases: who has the child, contact with its class, and maintenance."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from okosos_xl.sak.case import CaseValue
from okosos_xl.splitting.report import BOTH, SHARED
from okosos_xl.splitting.shares import Parts, parts

if TYPE_CHECKING:
    from okosos_xl.splitting.cases import Splitter

Row = dict[str, CaseValue]
MAINTENANCE = ("bidrag_betalt", "bidrag_mottatt")


def child_rows(split: Splitter, rows: list[Row], followers: list[str]) -> None:
    """A child of one partner to that partner; a joint child to both (see :class:`.Choices`)."""
    owners = [split.value("person_barn.eier", n) for n in range(len(rows))]
    joint = [n for n, owner in enumerate(owners) if owner == 3]
    together = {column: _shared(split, rows, joint, column) for column in MAINTENANCE}
    for number, row in enumerate(rows):
        bare = {c: v for c, v in row.items() if c != "hvem"}
        if owners[number] != 3:
            own = bare | {"hvem": "særkull A"}
            split.put("barn", number, (own, None) if owners[number] == 1 else (None, own), followers)
        elif split.choices.apart:
            split.put("barn", number, _apart(split, bare), followers, BOTH)
        else:
            pair: tuple[Row, Row] = (dict(bare), dict(bare))
            for column in MAINTENANCE:
                if column in bare:
                    for index in (0, 1):
                        pair[index][column] = together[column][number][index]
            split.put("barn", number, pair, followers, SHARED)


def _shared(split: Splitter, rows: list[Row], joint: list[int], column: str) -> dict[int, Parts]:
    """Maintenance for joint children by share; a child that is not counted adds nothing to the running sum."""
    amounts = [v if isinstance(v := rows[n].get(column), Decimal) else Decimal(0) for n in joint]
    return dict(zip(joint, parts(amounts, split.share), strict=True))


def _apart(split: Splitter, row: Row) -> tuple[Row, Row]:
    """Parents who live apart: the child with one of them, contact and maintenance for the other, or with both."""
    choices = split.choices
    home = {"delt bosted": "delt", "samvær": "b"}.get(str(row.get("bosted", "")), choices.child_home or "a")
    bare = {c: v for c, v in row.items() if c not in ("bosted", "klasse", *MAINTENANCE)}
    if home == "delt":
        shared = bare | {"bosted": "delt bosted"}
        return shared | _money(row, *MAINTENANCE), shared | _money(row, *reversed(MAINTENANCE))
    # what A pays B receives, and the other way round
    with_a, with_b = bare | _money(row, *MAINTENANCE), bare | _money(row, *reversed(MAINTENANCE))
    if choices.maintenance is not None and not any(c in row for c in MAINTENANCE):
        payer, receiver = (with_b, with_a) if home == "a" else (with_a, with_b)
        payer["bidrag_betalt"] = receiver["bidrag_mottatt"] = choices.maintenance
    visitor = with_b if home == "a" else with_a
    visitor["bosted"] = "samvær"
    contact = row.get("klasse", choices.contact_class)
    if contact is not None:
        visitor["klasse"] = Decimal(contact) if isinstance(contact, int) else contact
    return with_a, with_b


def _money(row: Row, paid: str, received: str) -> Row:
    pairs = (("bidrag_betalt", row.get(paid)), ("bidrag_mottatt", row.get(received)))
    return {column: value for column, value in pairs if value is not None}
