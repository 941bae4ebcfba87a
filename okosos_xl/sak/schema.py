"""The JSON Schema of a case, derived from the template."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from okosos_xl.sak.inputs import input_items, table_rows
from okosos_xl.template.spec import DATES, NUMERIC, Item, TemplateSpec


def json_schema(spec: TemplateSpec) -> dict[str, Any]:
    """A JSON Schema (2020-12) for the cases of ``spec``; amounts in kr, rates as fractions, dates as ISO text."""
    fields, tables = input_items(spec)
    properties: dict[str, Any] = {
        "mal": {"const": spec.id},
        "malversjon": {"type": "integer"},
    }
    _add_fields(properties, {id: _schema(item, spec) for id, item in fields.items()})
    for id, (table, columns) in tables.items():
        rows: dict[str, Any] = {
            "type": "array",
            "title": table.title,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {c: _schema(i, spec) for c, i in columns.items()},
            },
        }
        if not table.grows:
            rows["maxItems"] = table_rows(spec, table)
        properties[id] = rows
    properties["overstyringer"] = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["id", "verdi"],
            "properties": {
                "id": {"type": "string"},
                "rad": {"type": "integer"},
                "termin": {"type": "integer"},
                "verdi": {"type": ["number", "string"]},
                "grunn": {"type": "string"},
            },
        },
    }
    properties["tillegg"] = {"type": "array"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": spec.title,
        "type": "object",
        "additionalProperties": False,
        "required": [id for id, item in fields.items() if item.input and item.input.required],
        "properties": properties,
    }


def _add_fields(properties: dict[str, Any], fields: dict[str, dict[str, Any]]) -> None:
    """Fields by id; the parts of a dotted id are objects inside each other."""
    for id, schema in fields.items():
        *path, last = id.split(".")
        inner = properties
        for key in path:
            part = inner.setdefault(key, {"type": "object", "additionalProperties": False, "properties": {}})
            inner = part["properties"]
        inner[last] = schema


def _schema(item: Item, spec: TemplateSpec) -> dict[str, Any]:
    assert item.input is not None
    schema: dict[str, Any] = {"title": item.label}
    if item.help:
        schema["description"] = item.help
    if item.type in NUMERIC:
        schema["type"] = ["integer" if item.type == "heltall" else "number", "null"]
        if item.input.min is not None:
            schema["minimum"] = float(item.input.min)
        if item.input.max is not None:
            schema["maximum"] = float(item.input.max)
    elif item.type in DATES:
        pattern = r"^\d{4}-\d{2}(-\d{2})?$" if item.type == "maaned" else r"^\d{4}-\d{2}-\d{2}$"
        schema |= {"type": ["string", "null"], "pattern": pattern}
    elif item.choices:
        schema["enum"] = [*spec.choices[item.choices], None]
    else:
        schema["type"] = ["string", "null"]
    if item.unit:
        schema["$comment"] = item.unit
    if item.input.default is not None:
        default = item.input.default
        schema["default"] = float(default) if isinstance(default, Decimal) else default
    return schema
