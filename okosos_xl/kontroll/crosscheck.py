"""The same workbook computed by independent engines: where their answers, and the stored values, are not the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from okosos_xl.engine import EngineError, ExcelError, Values, get_engine, installed_engines
from okosos_xl.engine.compare import same
from okosos_xl.engine.values import CellValue
from okosos_xl.kontroll.finding import ADVARSEL, OPPLYSNING, SEVERITIES, Finding, Report
from okosos_xl.kontroll.stale import shown
from okosos_xl.sak.numbers import show_number
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.package import Package

SECOND = ("ironcalc", "formualizer")
"""The engines that can give a second opinion, in the order they are asked."""
OFFICE = "libreoffice"
STORED = "lagret"
_SAMPLES = 3
_EXCEL_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
_OF_THE_MOMENT = re.compile(r"\b(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|CELL|INFO)\s*\(", re.I)
"""Engines answer these by their own clocks and dice: a difference says nothing."""


@dataclass(frozen=True)
class Disagreement:
    """One formula cell the answers of which differ: by engine, and the stored value under :data:`STORED`."""

    code: str
    sheet: str
    cell: Cell
    answers: Mapping[str, CellValue]


def with_cross_check(report: Report, package: Package, engine: str, values: Values) -> Report:
    """The report with a finding per kind of disagreement.

    It replaces the finding about stale values (OKX220), which it says more about. ``values`` are those of ``engine``.
    """
    answers: dict[str, Values] = {engine: values}
    findings = []
    second = next(name for name in SECOND if name != engine)
    for name in (second, OFFICE):
        if name in answers or name not in installed_engines():
            continue
        try:
            answers[name] = get_engine(name).evaluate(package.vetted.data)
        except EngineError as problem:
            findings.append(_absent(str(problem)))
    findings += findings_of(disagreements(package, answers))
    kept = [f for f in report.findings if f.code != "OKX220"]
    together = sorted([*kept, *findings], key=lambda f: SEVERITIES.index(f.severity))
    return replace(report, findings=tuple(together), engine=", ".join(answers))


def disagreements(package: Package, answers: Mapping[str, Values]) -> list[Disagreement]:
    """Every formula cell where the engines, or the engines and the file, do not say the same; in sheet order."""
    found: list[Disagreement] = []
    for sheet in package.sheets:
        if sheet.kind != "worksheet":
            continue
        cells = package.sheet(sheet.name)
        grids = {name: values.get(sheet.name, []) for name, values in answers.items()}
        for cell in sorted(cells.formulas):
            stored = cells.values.get(cell)
            said = {name: _at(grid, cell) for name, grid in grids.items()}
            if all(value == stored for value in said.values()):
                continue
            if _OF_THE_MOMENT.search(cells.formulas[cell]):
                continue
            found += [Disagreement(code, sheet.name, cell, {STORED: stored, **said}) for code in _codes(stored, said)]
    return found


def _codes(stored: CellValue, said: Mapping[str, CellValue]) -> list[str]:
    """The kinds of disagreement about one cell, none when all is well."""
    able = {name: value for name, value in said.items() if not _gave_up(value)}
    codes = ["OKX513"] if len(able) < len(said) else []
    rust = [value for name, value in able.items() if name != OFFICE]
    if any(not _alike(rust[0], other) for other in rust[1:]):
        return [*codes, "OKX511"]
    first = rust[0] if rust else next(iter(able.values()), stored)
    if OFFICE in able and not _alike(first, able[OFFICE], office=True):
        codes.append("OKX512")
    if able and not _alike(stored, first, office=not rust):
        codes.append("OKX510")
    return codes


def _gave_up(value: CellValue) -> bool:
    """Whether an engine answered that it lacks something, in an error of its own."""
    return isinstance(value, ExcelError) and value.code not in _EXCEL_ERRORS


def _alike(a: CellValue, b: CellValue, *, office: bool = False) -> bool:
    """Whether two answers show the same thing; which error it is does not matter (docs/engines.md, rule 13).

    ``office``: LibreOffice has no truth values, only a number format for them.
    """
    if isinstance(a, ExcelError) and isinstance(b, ExcelError):
        return True
    if office and isinstance(a, bool) != isinstance(b, bool):
        a, b = (float(v) if isinstance(v, bool) else v for v in (a, b))
    return same(a, b)


def findings_of(found: list[Disagreement]) -> list[Finding]:
    """One finding per kind of disagreement, with the answers of one cell."""
    kinds: dict[str, list[Disagreement]] = {}
    for one in found:
        kinds.setdefault(one.code, []).append(one)
    return [_finding(code, kinds[code]) for code in sorted(kinds)]


def _finding(code: str, cells: list[Disagreement]) -> Finding:
    first = next((c for c in cells if isinstance(c.answers[STORED], float)), cells[0])
    count = f"{show_number(Decimal(len(cells)))} celle{'' if len(cells) == 1 else 'r'}"
    sheets = len({c.sheet for c in cells})
    count += f" på {sheets} ark" if sheets > 1 else ""
    answers = ", ".join(f"{name} {shown(value)}" for name, value in first.answers.items())
    words, severity, action = _KINDS[code]
    samples = tuple(address(c.cell) for c in cells if c.sheet == first.sheet)[:_SAMPLES]
    message = f"{words}: {count}. Her: {answers}."
    place = address(first.cell)
    return Finding(code, severity, first.sheet, place, message, action, count=len(cells), samples=samples)


_LOOK = "Åpne arbeidsboken i Excel og se hva den viser."
_KINDS = {
    "OKX510": (
        "Den lagrede verdien er en annen enn den regnemotorene gir", ADVARSEL,
        "Åpne og lagre arbeidsboken i Excel, eller bruk okosos recalc.",
    ),
    "OKX511": ("Regnemotorene gir forskjellige svar", ADVARSEL, _LOOK),
    "OKX512": ("LibreOffice gir et annet svar", ADVARSEL, _LOOK),
    "OKX513": ("En regnemotor kunne ikke regne ut formelen", OPPLYSNING, "Ingenting, hvis de andre er enige."),
}  # fmt: skip


def _absent(problem: str) -> Finding:
    return Finding("OKX513", OPPLYSNING, "", "", f"{problem} Den er ikke med i kryssjekken.", _KINDS["OKX513"][2])


def _at(grid: list[list[CellValue]], cell: Cell) -> CellValue:
    row, col = cell
    line = grid[row - 1] if row <= len(grid) else []
    return line[col - 1] if col <= len(line) else None
