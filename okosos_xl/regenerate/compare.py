"""What differs between two workbooks, by id and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from okosos_xl.engine import CellValue
from okosos_xl.engine.compare import same
from okosos_xl.regenerate.own import Own, own_things
from okosos_xl.regenerate.words import date_or_part
from okosos_xl.sak.case import CaseValue, Extra, Override, Sak
from okosos_xl.sak.inputs import input_items
from okosos_xl.sak.numbers import guess_number, show_number
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.spec import Item
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.reading import Reading

_SHOWN = 60
_PLACES = 5
_ALIKE = 0.5
"""How much of a row must be the same before it counts as that row changed, and not as one gone and one new."""
Row = dict[str, CaseValue]


@dataclass(frozen=True)
class Difference:
    """One difference. ``kind``: mal, felt, rad, overstyring, formel, sats, tillegg or nøkkeltall."""

    kind: str
    id: str
    label: str
    before: str
    after: str
    row: int = 0

    def line(self) -> str:
        """In words."""
        name = self.label + (f", rad {self.row}" if self.row else "")
        if not self.before:
            return f"{name}: {self.after} er ny" if self.kind in ("rad", "tillegg") else f"{name}: tomt → {self.after}"
        if not self.after:
            return (
                f"{name}: {self.before} er borte"
                if self.kind in ("rad", "tillegg")
                else f"{name}: {self.before} → tomt"
            )
        return f"{name}: {self.before} → {self.after}"

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "slag": self.kind, "id": self.id, "rad": self.row or None, "navn": self.label,
            "gammel": self.before or None, "ny": self.after or None,
        }  # fmt: skip


def differences(a: Reading, b: Reading) -> list[Difference]:
    """Everything that differs, in the order of the form. Empty when the two hold the same."""
    found = list(_templates(a, b))
    if a.layout.spec.id == b.layout.spec.id:
        spec = b.layout.spec
        fields, tables = input_items(spec)
        found += _fields(a.sak, b.sak, {id: _label(id, item, b.layout) for id, item in fields.items()})
        for id, (table, columns) in tables.items():
            found += _rows(id, table.title or id, columns, a.sak.tables.get(id, []), b.sak.tables.get(id, []))
    found += _overrides(a, b)
    found += _own_formulas(a, b)
    found += _rates(a, b)
    found += _extras(a.sak, b.sak)
    found += _own_sheets(own_things(a), own_things(b))
    found += _figures(a, b)
    return found


def _templates(a: Reading, b: Reading) -> Iterator[Difference]:
    one, other = a.layout.spec, b.layout.spec
    if one.id != other.id:
        yield Difference("mal", "mal", "Mal", one.title, other.title)
    elif a.manifest.template_version != b.manifest.template_version:
        versions = str(a.manifest.template_version), str(b.manifest.template_version)
        yield Difference("mal", "malversjon", "Malens versjon", *versions)
    if a.manifest.rates_date != b.manifest.rates_date:
        yield Difference(
            "sats", "satser.dato", "Satsene er hentet for", _day(a.manifest.rates_date), _day(b.manifest.rates_date)
        )
    if a.manifest.municipality != b.manifest.municipality:
        yield Difference("sats", "satser.kommune", "Kommune", a.manifest.municipality, b.manifest.municipality)


def _fields(a: Sak, b: Sak, labels: Mapping[str, str]) -> Iterator[Difference]:
    for id in dict.fromkeys((*labels, *a.fields, *b.fields)):
        before, after = shown(a.fields.get(id)), shown(b.fields.get(id))
        if a.fields.get(id) != b.fields.get(id):
            yield Difference("felt", id, labels.get(id, id), before, after)


def _label(id: str, item: Item, layout: Layout) -> str:
    """What a field is called; in a grid, what its row and column are called."""
    cell = layout.cells().get(id)
    if cell is None:
        return item.label or id
    sheet = next((s for s in layout.sheets if any(r.sheet == cell.sheet for r in s.regions)), None)
    words = {label.row: label.text for label in sheet.labels if label.col == 1} if sheet else {}
    return " – ".join(filter(None, (words.get(cell.row, ""), item.label))) or id


def _rows(id: str, title: str, columns: Mapping[str, Item], old: list[Row], new: list[Row]) -> Iterator[Difference]:
    """Rows matched by what they hold: the same row may stand elsewhere, and a new one makes no others differ."""
    pairs = _matched(old, new)
    taken = set(pairs.values())
    for i, row in enumerate(old):
        j = pairs.get(i)
        if j is None:
            if row:
                yield Difference("rad", id, title, _row_name(row), "", i + 1)
            continue
        for column in dict.fromkeys((*row, *new[j])):
            before, after = row.get(column), new[j].get(column)
            if before != after:
                label = columns[column].label if column in columns else column
                name = f"{title}, {_row_name(row)}: {label}"
                yield Difference("felt", f"{id}.{column}", name, shown(before), shown(after), j + 1)
    for j, row in enumerate(new):
        if j not in taken and row:
            yield Difference("rad", id, title, "", _row_name(row), j + 1)


def _matched(old: list[Row], new: list[Row]) -> dict[int, int]:
    """Old row → new row: those that are the same, then those that are most alike."""
    pairs: dict[int, int] = {}
    places: dict[tuple[tuple[str, CaseValue], ...], list[int]] = {}
    for j, row in enumerate(new):
        places.setdefault(tuple(sorted(row.items())), []).append(j)
    for i, row in enumerate(old):
        if waiting := places.get(tuple(sorted(row.items()))):
            pairs[i] = waiting.pop(0)
    free_old = [i for i, row in enumerate(old) if i not in pairs and row]
    free_new = [j for j, row in enumerate(new) if j not in set(pairs.values()) and row]
    scores = sorted(((_likeness(old[i], new[j]), -abs(i - j), i, j) for i in free_old for j in free_new), reverse=True)
    used: set[int] = set()
    for score, _, i, j in scores:
        if score >= _ALIKE and i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def _likeness(a: Row, b: Row) -> float:
    """The part of the columns that say the same; the first column, which names the row, counts as half of it."""
    columns = list(dict.fromkeys((*a, *b)))
    alike = sum(a.get(c) == b.get(c) for c in columns) / len(columns)
    names = [c for c in columns if isinstance(a.get(c), str) and isinstance(b.get(c), str)]
    named = bool(names) and a[names[0]] == b[names[0]]
    return (alike + named) / 2 if not named else max(alike, _ALIKE)


def _row_name(row: Row) -> str:
    """What a row is called: its first text, else its first value."""
    text = next((value for value in row.values() if isinstance(value, str)), None)
    return f"«{shown(text if text is not None else next(iter(row.values())))}»"


def _overrides(a: Reading, b: Reading) -> Iterator[Difference]:
    def key(o: Override) -> tuple[str, int, int]:
        return o.id, o.row, o.period

    old, new = {key(o): o for o in a.sak.overrides}, {key(o): o for o in b.sak.overrides}
    for where in dict.fromkeys((*old, *new)):
        one, other = old.get(where), new.get(where)
        if one == other:
            continue
        region = b.layout.regions.get(where[0]) or a.layout.regions.get(where[0])
        label = region.item.label if region is not None and region.item.label else where[0]
        yield Difference("overstyring", where[0], f"Overstyring av «{label}»", _said(one), _said(other), where[1])


def _said(override: Override | None) -> str:
    if override is None:
        return ""
    reason = f" ({override.reason})" if override.reason else ""
    return (override.formula or shown(override.value)) + reason


def _own_formulas(a: Reading, b: Reading) -> Iterator[Difference]:
    """Formulas the advisor has written in fields, and formulas of the template that are gone."""
    for id in dict.fromkeys((*(old := _by_id(a)), *(new := _by_id(b)))):
        if old.get(id) != new.get(id):
            yield Difference("formel", id, f"Formel i «{id}»", old.get(id, ""), new.get(id, ""))


def _by_id(reading: Reading) -> dict[str, str]:
    found: dict[str, str] = {}
    for region in reading.layout.inputs():
        for offset in range(region.nrows):
            formula = reading.input_formulas.get(f"{region.sheet}!{address((region.row + offset, region.col))}")
            if formula:
                found[region.id if region.nrows == 1 else f"{region.id}, rad {offset + 1}"] = formula
    for change in reading.changes:
        if change.kind in ("slettet", "brutt"):
            name = change.region.id + (f", rad {change.row}" if change.row else "")
            found[name] = "slettet" if change.kind == "slettet" else "ødelagt"
    return found


def _rates(a: Reading, b: Reading) -> Iterator[Difference]:
    labels = {row.id: row.label for row in (*a.layout.rates, *b.layout.rates)}
    old, new = a.manifest.rates, b.manifest.rates
    for id in dict.fromkeys((*old, *new)):
        before, after = old.get(id, ("", ""))[0], new.get(id, ("", ""))[0]
        if before != after:
            yield Difference("sats", id, f"Sats: {labels.get(id, id)}", _amount(before), _amount(after))


def _extras(a: Sak, b: Sak) -> Iterator[Difference]:
    names = {"ark": "Eget ark", "notat": "Utenfor skjemaet", "kommentar": "Kommentar"}

    def key(extra: Extra) -> tuple[str, str, str]:
        return extra.kind, extra.sheet, extra.cell

    old, new = ({key(e): e.text for e in sak.extras if e.kind in names} for sak in (a, b))
    for where in dict.fromkeys((*old, *new)):
        before, after = old.get(where, ""), new.get(where, "")
        if before != after:
            kind, sheet, cell = where
            label = f"{names[kind]} {sheet}{'!' + cell if cell else ''}"
            yield Difference("tillegg", f"{sheet}!{cell}" if cell else sheet, label, _short(before), _short(after))


def _own_sheets(a: Own, b: Own) -> Iterator[Difference]:
    """What differs inside sheets that both have, and in the advisor's defined names."""
    old, new = {s.name: s for s in a.sheets}, {s.name: s for s in b.sheets}
    for name in (name for name in old if name in new):
        one, other = ({c: (v.formula or v.value) for c, v in s.cells.items()} for s in (old[name], new[name]))
        changed = [c for c in sorted({*one, *other}) if one.get(c) != other.get(c)]
        if changed:
            places = ", ".join(address(c) for c in changed[:_PLACES]) + (" …" if len(changed) > _PLACES else "")
            text = f"{len(changed)} celle{'r' if len(changed) > 1 else ''} er andre ({places})"
            yield Difference("tillegg", name, f"Eget ark {name}", "som før", text)
    for name in dict.fromkeys((*a.names, *b.names)):
        if a.names.get(name) != b.names.get(name):
            yield Difference("tillegg", name, f"Navnet {name}", a.names.get(name, ""), b.names.get(name, ""))


def _figures(a: Reading, b: Reading) -> Iterator[Difference]:
    if a.layout.spec.id != b.layout.spec.id:
        return
    for id in b.layout.spec.key_figures:
        old, new = _stored(a, id), _stored(b, id)
        if not same(old, new, 1e-6):
            region = _region(b.layout, id)
            label = region.item.label if region is not None else id
            type = region.item.type if region is not None else ""
            yield Difference("nøkkeltall", id, label or id, _number(old, type), _number(new, type))


def _region(layout: Layout, id: str) -> Region | None:
    return layout.regions.get(id) or layout.cells().get(id)


def _stored(reading: Reading, id: str) -> CellValue:
    region = _region(reading.layout, id)
    if region is None or region.sheet not in {s.name for s in reading.package.sheets}:
        return None
    return reading.package.sheet(region.sheet).values.get((region.row, region.col))


def shown(value: CaseValue | None) -> str:
    """A value of a case, short enough for a line."""
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return show_number(value)
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else _short(value)


def _number(value: CellValue, type: str) -> str:
    if isinstance(value, float) and (special := date_or_part(value, type)):
        return special
    if isinstance(value, float):
        return show_number(Decimal(repr(round(value, 2))))
    return _short(str(value or ""))


def _amount(text: str) -> str:
    number = guess_number(text)
    return show_number(number) if number is not None else text


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d.%m.%Y}" if text else ""


def _short(text: str) -> str:
    line = "".join(c if c.isprintable() or c == "\u00a0" else " " for c in text)
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
