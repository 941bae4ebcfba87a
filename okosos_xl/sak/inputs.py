"""What a case can hold for a template: its fields, its tables and their columns, and dotted ids as nested keys."""

from __future__ import annotations

from typing import Any

from okosos_xl.template import rates
from okosos_xl.template.spec import Fields, Grid, Input, Item, Table, TemplateSpec

MAX_ROWS = 5_000


def input_items(spec: TemplateSpec) -> tuple[dict[str, Item], dict[str, tuple[Table, dict[str, Item]]]]:
    """The inputs of a template: fields by id (also in grids, and for rates), and tables with their input columns."""
    fields: dict[str, Item] = {}
    tables: dict[str, tuple[Table, dict[str, Item]]] = {}
    for block in (b for s in spec.sheets for b in s.blocks):
        if isinstance(block, Fields):
            fields |= {i.id: i for i in block.items if i.input is not None}
        elif isinstance(block, Table):
            columns = {i.id: i for i in block.items if i.input is not None}
            if columns:
                tables[block.id] = (block, columns)
        elif isinstance(block, Grid):
            fields |= {f"{block.id}.{r.id}.{i.id}": i for r in block.rows for i in block.items if i.input is not None}
    for group in rates.groups(spec):
        start = "egne_kommunesatser" if group.own else "egne_satser"
        for column, type in (("verdi", "tall"), ("grunn", "tekst")):
            for id, key in zip(group.ids(start, f".{column}"), group.keys, strict=True):
                fields[id] = Item(column, key.fullt_navn, type, Input())
    return fields, tables


def table_rows(spec: TemplateSpec, table: Table) -> int:
    """How many rows a case may give a table: as many as the table it follows has."""
    known = {b.id: b for s in spec.sheets for b in s.blocks if isinstance(b, Table)}
    while table.over in known:
        table = known[table.over]
    return MAX_ROWS if table.grows else table.rows


def flat(data: dict[Any, Any], known: set[str]) -> dict[str, Any]:
    """Nested keys as dotted ids: ``{boutgifter: {husleie: {belop: 1}}}`` → ``{"boutgifter.husleie.belop": 1}``."""
    result: dict[str, Any] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict) and prefix not in known:
            for key, inner in value.items():
                walk(f"{prefix}.{key}", inner)
        else:
            result[prefix] = value

    for key, value in data.items():
        walk(str(key), value)
    return result


def nested(fields: dict[str, Any]) -> dict[str, Any]:
    """Dotted ids as nested keys, the opposite of :func:`flat`."""
    result: dict[str, Any] = {}
    for id, value in fields.items():
        *path, last = id.split(".")
        inner = result
        for key in path:
            inner = inner.setdefault(key, {})
        inner[last] = value
    return result
