"""Several offices' registers as one regional register, without anything that points to a person.

Kept: what the report counts (dates of the case, codes, sums, the number of children). Taken out: names of advisers,
case and household numbers (running numbers instead), free text, file names. Codes with fewer than four cases are left
blank, and so is the smallest other code of the same column when the blanks alone would give a small group away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from okosos_xl.sak.case import Sak
from okosos_xl.statistikk.collect import CASE_NUMBER, REGISTER, Row, register_columns
from okosos_xl.template.spec import TemplateSpec

SMALL = 4
"""Groups with fewer than this many cases are not shown."""
ARCHIVE = "historikk"
_HOUSEHOLD, _OFFICE, _MUNICIPALITY = "husstand_id", "kontor", "kommune"
_KEPT_TEXTS = frozenset({_OFFICE, _MUNICIPALITY})


@dataclass(frozen=True)
class Region:
    """The regional case, and what was left out: how many rows there are, and how many codes were blanked."""

    sak: Sak
    rows: int
    blanked: int


def merge(registers: Sequence[Sak], spec: TemplateSpec) -> Region:
    """One case for the statistics template ``spec`` of all the rows of ``registers``, archives too."""
    columns = register_columns(spec)
    kept = [id for id, item in columns.items() if item.type not in ("tekst", "langtekst") or id in _KEPT_TEXTS]
    rows: list[Row] = []
    households: dict[tuple[int, str], str] = {}
    for office, sak in enumerate(registers, 1):
        for row in (*sak.tables.get(REGISTER, []), *sak.tables.get(ARCHIVE, [])):
            plain = {id: row[id] for id in kept if id in row}
            if not plain:
                continue
            plain[CASE_NUMBER] = f"R-{len(rows) + 1:05d}"
            household = str(row.get(_HOUSEHOLD, "")).strip()
            if household:
                plain[_HOUSEHOLD] = households.setdefault((office, household), f"H-{len(households) + 1:05d}")
            rows.append(plain)
    coded = [id for id in kept if columns[id].choices or id in _KEPT_TEXTS]
    blanked = sum(_suppress(rows, column) for column in coded)
    sak = Sak(spec.id, spec.version, tables={REGISTER: rows})
    return Region(sak, len(rows), blanked)


def _suppress(rows: list[Row], column: str) -> int:
    """Blank the small groups of one column. Returns how many values were blanked."""
    counts = Counter(str(row[column]) for row in rows if column in row)
    small = {value for value, count in counts.items() if count < SMALL}
    hidden = sum(counts[value] for value in small)
    others = sorted((count, value) for value, count in counts.items() if value not in small)
    if 0 < hidden < SMALL and others:
        small.add(others[0][1])
    gone = 0
    for row in rows:
        if column in row and str(row[column]) in small:
            del row[column]
            gone += 1
    return gone
