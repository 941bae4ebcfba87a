"""The template's own checks (D8): the same formulas as on the Kontroll sheet, with the values just computed."""

from __future__ import annotations

from okosos_xl.engine import Values
from okosos_xl.kontroll.finding import FEIL, Finding
from okosos_xl.template.compile import ALL_WELL
from okosos_xl.workbook.reading import Reading


def check_template(reading: Reading, values: Values) -> list[Finding]:
    """One finding per check that is not in order, in the words of the sheet."""
    status, message = (reading.layout.regions.get(f"kontroll.{name}") for name in ("status", "melding"))
    if status is None or message is None:
        return []
    found = []
    for offset, check in enumerate(reading.layout.checks):
        said = _value(values, status.sheet, status.row + offset, status.col)
        if said == ALL_WELL:
            continue
        text = _value(values, message.sheet, message.row + offset, message.col)
        sheet = next((s for s in reading.layout.sheets if s.spec.name == check.sheet), None)
        standing = next((r.sheet for r in sheet.regions), check.sheet) if sheet else check.sheet
        severity = check.severity if said == check.severity else FEIL
        found.append(Finding(check.id, severity, standing, "", str(text or check.message), check.action, check.id))
    return found


def _value(values: Values, sheet: str, row: int, col: int) -> object:
    grid = values.get(sheet, [])
    return grid[row - 1][col - 1] if row <= len(grid) and col <= len(grid[row - 1]) else None
