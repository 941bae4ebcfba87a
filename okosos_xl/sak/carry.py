"""A case for one template as a case for another: what the two have in common, by id."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from okosos_xl.sak.case import Sak
from okosos_xl.sak.inputs import input_items
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.spec import Item, TemplateSpec


def carry_over(sak: Sak, target: TemplateSpec, computed: dict[str, Decimal], file: str = "saken") -> Sak:
    """The case for ``target``: the fields and columns that both templates have, and ``computed`` amounts.

    What the case itself says goes before what has been computed. ``sak`` is left as it is. Raises ``CaseError`` for a
    value that does not fit where it should go, such as an amount below the least allowed.
    """
    fields, tables = input_items(target)
    data: dict[str, Any] = {id: amount for id, amount in computed.items() if id in fields}
    data |= {id: value for id, value in sak.fields.items() if id in fields}
    for id, rows in sak.tables.items():
        if id in tables:
            columns = tables[id][1]
            kept = [{column: value for column, value in row.items() if column in columns} for row in rows]
            data[id] = [row for row in kept if row]
    return case_from_data(data, target, file)


def left_behind(sak: Sak, source: TemplateSpec, target: TemplateSpec) -> list[str]:
    """What the case for ``source`` says that ``target`` has no place for, by id in the order of the case.

    Fields, grids, tables and columns; a field as the form has it from the start says nothing.
    """
    own, (fields, tables) = input_items(source)[0], input_items(target)
    gone = [id for id, value in sak.fields.items() if id not in fields and value != _default(own.get(id))]
    left = list(dict.fromkeys(id.partition(".")[0] for id in gone))
    for id, rows in sak.tables.items():
        filled = dict.fromkeys(column for row in rows for column, value in row.items() if value is not None)
        if id not in tables:
            left += [id] if filled else []
        else:
            left += [f"{id}.{column}" for column in filled if column not in tables[id][1]]
    return left + [name for name, there in (("overstyringer", sak.overrides), ("tillegg", sak.extras)) if there]


def _default(item: Item | None) -> object:
    return None if item is None or item.input is None else item.input.default
