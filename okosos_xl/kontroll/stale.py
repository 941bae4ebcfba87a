"""Values in the file that are not what its formulas give now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from okosos_xl.engine import ExcelError, Values
from okosos_xl.engine.compare import same
from okosos_xl.engine.values import CellValue
from okosos_xl.kontroll.finding import ADVARSEL, FEIL, Finding
from okosos_xl.kontroll.grouping import SAMPLES
from okosos_xl.kontroll.personal import masked
from okosos_xl.sak.numbers import show_number
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.package import Package

_SHOWN = 40


@dataclass(frozen=True)
class Stale:
    """One formula cell whose stored value differs from the computed one."""

    sheet: str
    cell: tuple[int, int]
    stored: CellValue
    computed: CellValue


def stale_cells(package: Package, values: Values) -> list[Stale]:
    """Every formula cell with a stored value that is not the computed one, in sheet order."""
    found: list[Stale] = []
    for sheet in package.sheets:
        if sheet.kind != "worksheet":
            continue
        cells, grid = package.sheet(sheet.name), values.get(sheet.name, [])
        stored_values, height = cells.values, len(grid)
        for cell in cells.formulas:
            row, col = cell
            line = grid[row - 1] if row <= height else ()
            computed = line[col - 1] if col <= len(line) else None
            stored = stored_values.get(cell)
            if stored != computed and not same(stored, computed) and not _same_words(stored, computed):
                found.append(Stale(sheet.name, cell, stored, computed))
    return sorted(found, key=lambda s: (s.sheet, s.cell))


def _same_words(stored: CellValue, computed: CellValue) -> bool:
    """Whether two texts differ in spaces at the ends only, which LibreOffice leaves out of what it stores."""
    return isinstance(stored, str) and isinstance(computed, str) and stored.strip() == computed.strip()


def check_stale(package: Package, values: Values) -> list[Finding]:
    """One finding for all stale values, naming the first of them and the sheets they stand on."""
    cells = stale_cells(package, values)
    if not cells:
        return []
    sample = next((s for s in cells if isinstance(s.stored, float) or isinstance(s.computed, float)), cells[0])
    sheets = list(dict.fromkeys(s.sheet for s in cells))
    many = f"{_count(cells)} verdi{'er' if len(cells) > 1 else ''}"
    if len(sheets) > 1:
        many += f" på {len(sheets)} ark"
    said = f"lagret {shown(sample.stored)}, riktig {shown(sample.computed)}"
    message = f"{many} er ikke regnet ut på nytt: {said}."
    action = "Åpne og lagre arbeidsboken i Excel, eller bruk okosos recalc."
    same_sheet = tuple(address(s.cell) for s in cells if s.sheet == sample.sheet)[:SAMPLES]
    place = address(sample.cell)
    return [Finding("OKX220", ADVARSEL, sample.sheet, place, message, action, count=len(cells), samples=same_sheet)]


def not_computed(engine: str) -> Finding:
    """The engine gave up: nothing is known of the values."""
    message = f"Arbeidsboken kunne ikke regnes ut ({engine}). Verdiene og malens egne kontroller er ikke prøvd."
    action = "Rett formlene det er sagt fra om, særlig dem som viser til andre filer, og prøv igjen."
    return Finding("OKX222", FEIL, "", "", message, action)


def _count(cells: Sequence[object]) -> str:
    return show_number(Decimal(len(cells)))


def check_errors(
    package: Package, values: Values, known: frozenset[tuple[str, tuple[int, int]]] = frozenset()
) -> list[Finding]:
    """Cells that show an error value, one finding per sheet; ``known`` are those another finding speaks of."""
    findings = []
    for sheet in package.sheets:
        if sheet.kind != "worksheet":
            continue
        grid = values.get(sheet.name, [])
        cells = [(r, c) for r, line in enumerate(grid, 1) for c, v in enumerate(line, 1) if v.__class__ is ExcelError]
        cells = [cell for cell in cells if (sheet.name, cell) not in known]
        if cells:
            row, col = cells[0]
            findings.append(
                Finding(
                    "OKX221", FEIL, sheet.name, address((row, col)),
                    f"{_count(cells)} celle{'r' if len(cells) > 1 else ''} viser feilverdi ({grid[row - 1][col - 1]}).",
                    "Se etter tekst der det skal stå tall, eller formler som er endret.", count=len(cells),
                )
            )  # fmt: skip
    return findings


def shown(value: CellValue) -> str:
    """A value in the advisor's words."""
    if value is None or value == "":
        return "tomt"
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, float):
        from okosos_xl.workbook.typed import plain_number

        return show_number(plain_number(round(value, 6)))
    text = masked(str(value))
    return f"«{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}»"
