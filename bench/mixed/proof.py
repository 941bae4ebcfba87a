"""A result held against the workbook it was made from: every input by id, every override, every text of one's own."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from mixed.order import Made
from okosos_xl.sak.case import CaseValue, Override, Sak
from okosos_xl.workbook.read import read_workbook
from okosos_xl.workbook.reading import Reading

_DONE = "ferdig"
Inputs = dict[tuple[str, int, str], CaseValue]


@dataclass(frozen=True)
class Judged:
    """How one workbook ended, and everything that is wrong about it; ``compared`` counts the inputs held together."""

    kind: str
    template: str
    status: str
    compared: int = 0
    wrong: tuple[str, ...] = ()


def judged(made: Made, status: str, reasons: Iterable[str], result: bytes | None) -> Judged:
    """``status`` and ``reasons`` are what the run said of the file; ``result`` is what lies among the results."""
    wrong = []
    compared = 0
    if status not in made.may:
        wrong.append(f"endte som {status or 'ingenting'}: {'; '.join(reasons)}")
    if status != _DONE and not any(reason.strip() for reason in reasons):
        wrong.append("ingen grunn er oppgitt")
    if (status == _DONE) != (result is not None):
        wrong.append("en fil for mye" if result is not None else "filen mangler")
    elif result is not None:
        before, after = read_workbook(made.data, name=made.name), read_workbook(result, name=made.name)
        wanted = _inputs(before)
        compared = len(wanted)
        wrong += [f"felt: {what}" for what in _input_differences(wanted, before, after)]
        wrong += _override_differences(before.sak.overrides, after.sak.overrides)
        wrong += [f"ikke i resultatet: {mark}" for mark in _missing(result, made.marks)]
        wrong += [f"arket {name} mangler" for name in before.extra_sheets if name not in after.extra_sheets]
    return Judged(made.kind, made.template, status, compared, tuple(wrong))


def _inputs(reading: Reading) -> Inputs:
    """Everything typed, by id, but the date that is moved together with the rates."""
    sak: Sak = reading.sak
    spec = reading.layout.spec
    found: Inputs = {(id, 0, ""): value for id, value in sak.fields.items() if not (spec.rates and id == spec.date_id)}
    for id, rows in sak.tables.items():
        found |= {(id, n, column): value for n, row in enumerate(rows) for column, value in row.items()}
    return found


def _input_differences(wanted: Inputs, before: Reading, after: Reading) -> list[str]:
    """A field that the old version did not have may hold what the form says from the start. A formula the advisor wrote
    in a field, in a file saved by a library that computes nothing, has a value only afterwards."""
    got = _inputs(after)
    new = {
        (r.id, 0, "")
        for r in after.layout.inputs()
        if r.kind == "field" and r.id not in before.layout.regions and r.item.input and r.item.input.default is not None
    }
    computed = sum(key not in wanted and key not in new for key in got) <= len(before.input_formulas)
    found = [_told(key) for key, value in wanted.items() if got.get(key) != value]
    return found + [_told(key) for key in got if key not in wanted and key not in new and not computed]


def _told(key: tuple[str, int, str]) -> str:
    id, row, column = key
    return f"{id}, rad {row + 1}, {column}" if column else id


def _override_differences(before: list[Override], after: list[Override]) -> list[str]:
    """A formula is translated to where things stand now, so of those it counts that one is there."""

    def same(o: Override) -> tuple[object, ...]:
        return o.id, o.row, o.period, o.reason, bool(o.formula), None if o.formula else o.value

    lost = Counter(map(same, before)) - Counter(map(same, after))
    invented = Counter(map(same, after)) - Counter(map(same, before))
    return [f"overstyring borte: {o[0]}" for o in lost] + [f"overstyring for mye: {o[0]}" for o in invented]


def _missing(package: bytes, marks: Iterable[str]) -> list[str]:
    """The texts that stand nowhere in a package; looked for as text, without the toolkit's own reader."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
    text = unescape(b"".join(parts).decode("utf-8"))
    return [mark for mark in marks if mark not in text]
