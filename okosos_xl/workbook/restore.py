"""An advisor's workbook with the template's formulas put back, in memory: what would it have said?"""

from __future__ import annotations

from collections.abc import Iterable

from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.patch_sheet import FormulaText, SheetText
from okosos_xl.workbook.patch_zip import with_members
from okosos_xl.workbook.reading import FormulaChange
from okosos_xl.workbook.sheetcells import BadCellError
from okosos_xl.workbook.xmlguard import BadXmlError


def restored(package: Package, changes: Iterable[FormulaChange]) -> bytes | None:
    """The file with the template's formula in every changed cell, to be computed and thrown away.

    None when a sheet is written in a way that single cells cannot be put into. Cells that share the formula of one
    that is put back keep the formula they have.
    """
    sheets: dict[str, dict[Cell, str]] = {}
    for change in changes:
        if change.expected:
            sheets.setdefault(change.region.sheet, {})[change.cell] = change.expected
    parts = {s.name: s.part for s in package.sheets}
    members = {name.casefold(): name for name in package.vetted.parts}
    written: dict[str, bytes] = {}
    for sheet, formulas in sheets.items():
        found = package.sheet(sheet).formulas
        kept = {c: found[c] for c, (origin, _) in found.shared.items() if origin in formulas and c not in formulas}
        part = members[parts[sheet].casefold()]
        try:
            text = SheetText(package.vetted.parts[part])
            text.put((cell, FormulaText(formula), None) for cell, formula in (formulas | kept).items())
        except (BadXmlError, BadCellError, ValueError):
            return None
        written[part] = text.result()
    return with_members(package.vetted.data, written)
