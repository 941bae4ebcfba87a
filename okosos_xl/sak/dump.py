"""A :class:`Sak` → YAML or JSON that can be read as the same case again."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from okosos_xl.sak.case import Override, Sak
from okosos_xl.sak.inputs import nested


def dumps_case(sak: Sak, format: str = "yaml") -> str:
    """The case as YAML or JSON, readable by :func:`loads_case` again."""
    data = case_data(sak)
    if format == "json":
        return json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n"
    import yaml

    return yaml.safe_dump(_yaml_ready(data), allow_unicode=True, sort_keys=False, width=110)


def case_data(sak: Sak) -> dict[str, Any]:
    """The case as plain data in the order of the file format."""
    data: dict[str, Any] = {"mal": sak.template, "malversjon": sak.version}
    data |= nested(sak.fields | {id: rows for id, rows in sak.tables.items() if rows})
    if sak.overrides:
        data["overstyringer"] = [_override_data(o) for o in sak.overrides]
    if sak.extras:
        data["tillegg"] = [
            {k: v for k, v in (("slag", e.kind), ("ark", e.sheet), ("celle", e.cell), ("tekst", e.text)) if v}
            for e in sak.extras
        ]
    return data


def _override_data(o: Override) -> dict[str, Any]:
    pairs = (
        ("id", o.id), ("rad", o.row or None), ("termin", o.period or None), ("celle", o.cell or None),
        ("verdi", o.value), ("formel", o.formula or None),
        ("malens_verdi", o.template_value), ("grunn", o.reason or None),
    )  # fmt: skip
    return {k: v for k, v in pairs if v is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat()


def _yaml_ready(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _yaml_ready(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_yaml_ready(v) for v in value]
    return _plain(value) if isinstance(value, Decimal) else value
