"""How the sheet of findings that ``validate --report`` adds is known again, also after it has been renamed or moved."""

from __future__ import annotations

from okosos_xl.workbook.package import Package

NAME = "okosos.funn"
"""A hidden name for the whole workbook that stands for the first cell of the sheet."""


def findings_sheets(package: Package) -> list[str]:
    """The sheets of findings in a workbook: none, or one. They are ours, hold no case, and are made anew each time."""
    found = package.defined_names.get(NAME)
    area = found.area if found is not None else None
    return [sheet.name for sheet in package.sheets if area is not None and sheet.name == area.sheet]
