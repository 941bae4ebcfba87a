"""YAML or JSON → :class:`Sak`, checked against the template. Every complaint is one line with file, id and way out."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from okosos_xl import strict_yaml
from okosos_xl.sak.case import CaseValue, Override, Sak
from okosos_xl.sak.numbers import guess_date, guess_number, show_number
from okosos_xl.template.spec import DATES, NUMERIC, Fields, Item, Table, TemplateSpec

META = ("mal", "malversjon", "overstyringer", "tillegg")
MAX_TEXT = 2_000
MAX_ROWS = 5_000


@dataclass(frozen=True)
class CaseProblem:
    """One thing that is wrong in a case file."""

    file: str
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place + ': ' if self.place else ''}{self.problem}"


class CaseError(ValueError):
    """A case that cannot be used; ``problems`` holds everything found, one line each."""

    def __init__(self, problems: list[CaseProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


def loads_case(text: str | bytes, spec: TemplateSpec, file: str = "saken") -> Sak:
    """Read a case for ``spec`` from YAML (or JSON, which is YAML). Raises :class:`CaseError`."""
    try:
        data = strict_yaml.loads(text, file)
    except strict_yaml.YamlError as error:
        line = f"linje {error.line}" if error.line else ""
        raise CaseError([CaseProblem(file, line, f"filen kan ikke leses: {error.problem}")]) from None
    return case_from_data(data, spec, file)


def case_from_data(data: Any, spec: TemplateSpec, file: str = "saken") -> Sak:
    """The same, from data already in memory (a dict of fields and lists of rows)."""
    reader = _Reader(spec, file)
    sak = reader.read(data)
    if reader.problems:
        raise CaseError(reader.problems)
    return sak


def input_items(spec: TemplateSpec) -> tuple[dict[str, Item], dict[str, tuple[Table, dict[str, Item]]]]:
    """The inputs of a template: fields by id, and tables with their input columns by id."""
    fields: dict[str, Item] = {}
    tables: dict[str, tuple[Table, dict[str, Item]]] = {}
    for block in (b for s in spec.sheets for b in s.blocks):
        if isinstance(block, Fields):
            fields |= {i.id: i for i in block.items if i.input is not None}
        elif isinstance(block, Table):
            columns = {i.id: i for i in block.items if i.input is not None}
            if columns:
                tables[block.id] = (block, columns)
    return fields, tables


class _Reader:
    def __init__(self, spec: TemplateSpec, file: str) -> None:
        self.spec, self.file = spec, file
        self.problems: list[CaseProblem] = []
        self.fields, self.tables = input_items(spec)

    def complain(self, place: str, problem: str) -> None:
        self.problems.append(CaseProblem(self.file, place, problem))

    def read(self, data: Any) -> Sak:
        sak = Sak(self.spec.id, self.spec.version)
        if not isinstance(data, dict):
            self.complain("", "filen er ikke en sak. Den skal ha linjer som «disponibelt: 4500».")
            return sak
        template = data.get("mal", self.spec.id)
        if template != self.spec.id:
            self.complain("mal", f"saken er for malen «{template}», ikke «{self.spec.id}».")
            return sak
        for key, raw in data.items():
            if key in META:
                continue
            if key in self.fields:
                value = self.value(self.fields[key], raw, str(key))
                if value is not None:
                    sak.fields[key] = value
            elif key in self.tables:
                sak.tables[key] = self.table(key, raw)
            else:
                self.complain(str(key), f"ukjent felt.{self.near(str(key), [*self.fields, *self.tables])}")
        for index, raw in enumerate(data.get("overstyringer") or [], 1):
            self.override(sak, raw, index)
        return sak

    def near(self, key: str, known: list[str]) -> str:
        close = difflib.get_close_matches(key, known, 1, 0.6)
        return f" Mente du «{close[0]}»?" if close else f" Felt som finnes: {', '.join(known)}."

    def table(self, id: str, raw: Any) -> list[dict[str, CaseValue]]:
        table, columns = self.tables[id]
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.complain(id, "skal være en liste med rader, én rad per linje som begynner med «-».")
            return []
        limit = MAX_ROWS if table.grows else table.rows
        if len(raw) > limit:
            self.complain(id, f"har {len(raw)} rader, men det er plass til {limit}. Ta bort {len(raw) - limit}.")
            return []
        rows = []
        for number, line in enumerate(raw, 1):
            place = f"{id}, rad {number}"
            if not isinstance(line, dict):
                self.complain(place, "skal ha kolonner med verdier.")
                continue
            row: dict[str, CaseValue] = {}
            for key, value in line.items():
                if key not in columns:
                    self.complain(place, f"ukjent kolonne «{key}».{self.near(str(key), list(columns))}")
                    continue
                read = self.value(columns[key], value, f"{place}, {key}")
                if read is not None:
                    row[key] = read
            rows.append(row)
        return rows

    def value(self, item: Item, raw: Any, place: str) -> CaseValue | None:
        """The typed value, or None when empty or wrong (then a problem is noted)."""
        if raw is None or raw == "":
            return None
        if item.type in NUMERIC:
            return self.number(item, raw, place)
        if item.type in DATES:
            return self.date(item, raw, place)
        if isinstance(raw, bool):
            raw = "ja" if raw else "nei"
        if isinstance(raw, dict | list):
            self.complain(place, "skal være tekst.")
            return None
        if isinstance(raw, date):
            raw = raw.isoformat()
        text = str(raw)
        if len(text) > MAX_TEXT:
            self.complain(place, f"teksten er på {len(text)} tegn. Høyst {MAX_TEXT} får plass.")
            return None
        if item.choices:
            choices = self.spec.choices[item.choices]
            wanted = text.strip().lower()
            if wanted not in choices:
                self.complain(place, f"«{text}» er ikke et valg. Velg en av: {', '.join(choices)}.")
                return None
            return wanted
        return text

    def number(self, item: Item, raw: Any, place: str) -> Decimal | None:
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal | float):
            guess = guess_number(raw) if isinstance(raw, str) else None
            meant = f" Mente du {show_number(guess)}?" if guess is not None else ""
            shown = f"«{raw}»" if isinstance(raw, str | date) else "verdien"
            self.complain(place, f"{shown} er ikke et tall.{meant} Skriv tallet med punktum foran desimalene.")
            return None
        value = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
        limits = item.input
        assert limits is not None
        if not value.is_finite():
            self.complain(place, "er ikke et tall.")
            return None
        if limits.min is not None and value < limits.min:
            self.complain(place, f"{show_number(value)} er mindre enn {show_number(limits.min)}, som er det minste tillatte.")
            return None
        if limits.max is not None and value > limits.max:
            hint = " Renter skrives som brøk: 18 % er 0.18." if item.type == "prosent" else ""
            self.complain(place, f"{show_number(value)} er mer enn {show_number(limits.max)}, som er det største tillatte.{hint}")
            return None
        if item.type == "heltall" and value != int(value):
            self.complain(place, f"{show_number(value)} er ikke et helt tall.")
            return None
        return value

    def date(self, item: Item, raw: Any, place: str) -> date | None:
        if isinstance(raw, datetime):
            raw = raw.date()
        if isinstance(raw, str):
            guess = guess_date(raw)
            if guess is None:
                self.complain(place, f"«{raw}» er ikke en dato. Skriv den som 2026-12-01.")
                return None
            raw = guess
        if not isinstance(raw, date):
            self.complain(place, "er ikke en dato. Skriv den som 2026-12-01.")
            return None
        if not date(1900, 3, 1) <= raw <= date(2199, 12, 31):
            self.complain(place, f"{raw.isoformat()} er utenfor årene 1900–2199.")
            return None
        return raw.replace(day=1) if item.type == "maaned" else raw

    def override(self, sak: Sak, raw: Any, index: int) -> None:
        place = f"overstyringer, nr. {index}"
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
            self.complain(place, "skal ha «id» og «verdi», og gjerne «rad», «termin» og «grunn».")
            return
        value = raw.get("verdi")
        if isinstance(value, bool) or not isinstance(value, int | Decimal | float | str | date):
            self.complain(place, "mangler verdien.")
            return
        if isinstance(value, int | float):
            value = Decimal(repr(value))
        row, period = raw.get("rad", 0), raw.get("termin", 0)
        if not (isinstance(row, int) and isinstance(period, int)):
            self.complain(place, "«rad» og «termin» skal være hele tall.")
            return
        sak.overrides.append(
            Override(raw["id"], value, row, period, str(raw.get("grunn", "") or ""), str(raw.get("formel", "") or ""))
        )


def dumps_case(sak: Sak, format: str = "yaml") -> str:
    """The case as YAML or JSON, readable by :func:`loads_case` again."""
    data = case_data(sak)
    if format == "json":
        return json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n"
    import yaml  # noqa: PLC0415 - only when YAML is written

    return yaml.safe_dump(_yaml_ready(data), allow_unicode=True, sort_keys=False, width=110)


def case_data(sak: Sak) -> dict[str, Any]:
    """The case as plain data in the order of the file format."""
    data: dict[str, Any] = {"mal": sak.template, "malversjon": sak.version}
    data |= sak.fields
    data |= {k: rows for k, rows in sak.tables.items() if rows}
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
        ("verdi", o.value), ("formel", o.formula or None), ("malens_verdi", o.template_value), ("grunn", o.reason or None),
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
