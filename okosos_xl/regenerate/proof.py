"""The new workbook read back and held against the old one: every input, every override, everything carried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from okosos_xl.regenerate.own import Own, own_things
from okosos_xl.regenerate.target import Target
from okosos_xl.sak.case import CaseValue, Override, Sak
from okosos_xl.workbook.additions import Added, Additions
from okosos_xl.workbook.areas import Cell, address, parse_cell
from okosos_xl.workbook.read import read_workbook
from okosos_xl.workbook.reading import Reading

_TOLD = 5
Inputs = dict[tuple[str, int, str], CaseValue]
"""Field or table, row of the case (from 0) and column → value."""


def differences(
    reading: Reading, own: Own, target: Target, added: Additions, data: bytes, templates: Path | None
) -> list[str]:
    """Where the new workbook does not hold what it should; nothing when all is well. Places, never values."""
    new = read_workbook(data, name=reading.file, templates=templates)
    found = _inputs(reading, target, new)
    wanted, got = _comparable(target.expected.overrides), _comparable(new.sak.overrides)
    found += [f"overstyringen av {o.id}, rad {o.row}" for o in wanted if o not in got]
    found += [f"en overstyring for mye, {o.id}" for o in got if o not in wanted]
    again = own_things(new)
    found += _beside(added, again)
    found += [
        f"en regel for farger eller inntasting på arket {sheet}, som ikke er fra malen"
        for sheet, rules in own.rules.items()
        if sheet in again.rules and rules - again.rules[sheet]
    ]
    found += [f"{kind.kind} i {kind.region.sheet}" for kind in new.changes if kind.kind not in ("verdi", "endret")]
    return found[:_TOLD]


def _inputs(reading: Reading, target: Target, new: Reading) -> list[str]:
    """Inputs that differ. A field the old workbook did not have may hold what the form says from the start."""
    computed = _computed(new) | {
        (region.id, 0, "")
        for region in new.layout.inputs()
        if region.id not in reading.layout.regions and region.id not in target.expected.fields
    }
    wanted = {key: value for key, value in inputs(target.expected).items() if key not in computed}
    got = {key: value for key, value in inputs(new.sak).items() if key not in computed}
    return [_named(key) for key in dict.fromkeys((*wanted, *got)) if wanted.get(key) != got.get(key)]


def inputs(sak: Sak) -> Inputs:
    """Everything typed in a case, one by one."""
    found: Inputs = {(id, 0, ""): value for id, value in sak.fields.items()}
    for id, rows in sak.tables.items():
        found |= {(id, i, column): value for i, row in enumerate(rows) for column, value in row.items()}
    return found


def _named(key: tuple[str, int, str]) -> str:
    id, row, column = key
    return f"{id}, rad {row + 1}, {column}" if column else id


def _computed(reading: Reading) -> set[tuple[str, int, str]]:
    """The inputs that the advisor computes with a formula: their value may be another with other rates."""
    places: dict[str, set[Cell]] = {}
    for place in reading.input_formulas:
        sheet, _, at = place.rpartition("!")
        places.setdefault(sheet, set()).add(parse_cell(at))
    found = set()
    for region in reading.layout.inputs():
        for row, col in places.get(region.sheet, ()):
            offset = row - region.row
            if col != region.col or not 0 <= offset < region.nrows:
                continue
            if region.kind == "field":
                found.add((region.id, 0, ""))
            elif region.cell_ids:
                found.add((region.cell_ids[offset], 0, ""))
            else:
                order = reading.filled_rows.get(reading.layout.owners[region.owner].root, [])
                found.add((region.owner, order.index(offset) if offset in order else offset, region.item.id))
    return found


def _comparable(overrides: list[Override]) -> list[Override]:
    return [replace(o, value=None) if o.formula else o for o in overrides]


def _beside(wanted: Additions, got: Own) -> list[str]:
    found = []
    for what, one, other in (
        ("kommentar", wanted.notes, got.notes),
        ("notat", wanted.cells, got.cells),
        ("formel", wanted.formulas, got.formulas),
    ):  # fmt: skip
        here = {(s, c): _core(v) for s, cells in one.items() for c, v in cells.items()}
        there = {(s, c): _core(v) for s, cells in other.items() for c, v in cells.items()}
        found += [
            f"{what} i {s}!{address(c)}" for s, c in sorted({*here, *there}) if here.get((s, c)) != there.get((s, c))
        ]
    sheets = {s.name: s for s in got.sheets}
    for sheet in wanted.sheets:
        there_is = sheets.pop(sheet.name, None)
        if there_is is None:
            found.append(f"arket {sheet.name}")
            continue
        cells = {c: _core(v) for c, v in sheet.cells.items() if v.formula or v.value is not None}
        others = {c: _core(v) for c, v in there_is.cells.items() if v.formula or v.value is not None}
        found += [f"{sheet.name}!{address(c)}" for c in sorted({*cells, *others}) if cells.get(c) != others.get(c)]
        if dict(sheet.notes) != dict(there_is.notes) or set(sheet.merged) != set(there_is.merged):
            found.append(f"kommentarer eller sammenslåtte celler på arket {sheet.name}")
    found += [f"arket {name}" for name in sheets]
    found += [f"navnet {n}" for n in {*wanted.names, *got.names} if wanted.names.get(n) != got.names.get(n)]
    return found


def _core(value: object) -> object:
    """What must be the same; a formula's value may change."""
    if isinstance(value, Added):
        return ("=", value.formula) if value.formula else ("", value.value)
    return value


def carried(reading: Reading, own: Own) -> tuple[str, ...]:
    """What was carried over beside the inputs, in words."""
    kinds = [change.kind for change in reading.changes]
    counts = (
        (len(reading.sak.overrides), "overstyring", "overstyringer"),
        (sum(len(f) for f in own.formulas.values()), "egen formel i et felt", "egne formler i felt"),
        (sum(len(n) for n in own.notes.values()), "kommentar", "kommentarer"),
        (sum(len(c) for c in own.cells.values()), "celle utenfor skjemaet", "celler utenfor skjemaet"),
        (len(own.sheets), "eget ark", "egne ark"),
        (len(own.names), "eget navn", "egne navn"),
        (sum(len(w) for w in own.widths.values()), "kolonnebredde", "kolonnebredder"),
        (len(own.hidden), "skjult ark", "skjulte ark"),
        (kinds.count("slettet"), "slettet formel er satt tilbake", "slettede formler er satt tilbake"),
        (kinds.count("brutt"), "ødelagt formel er satt tilbake", "ødelagte formler er satt tilbake"),
        (len(reading.altered_rates), "sats skrevet over er nå «egen verdi»", "satser skrevet over er nå «egen verdi»"),
        (len(reading.renamed_sheets), "ark har fått malens navn igjen", "ark har fått malens navn igjen"),
    )
    return (*(f"{n} {one if n == 1 else many}" for n, one, many in counts if n), *reading.dropped)
