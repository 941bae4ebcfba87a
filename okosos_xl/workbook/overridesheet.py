"""The register of overrides: a sheet of its own with what the template gives, what stands there, and why.

Both values are live formulas, so the register is right also after the inputs have been changed.
"""

from __future__ import annotations

from okosos_xl.sak.case import Override
from okosos_xl.template.layout import Formula, Label, Layout, Ref, Region, SheetLayout, cell_name, quoted_sheet
from okosos_xl.template.spec import NUMERIC, Item, SheetSpec

NAME = "Overstyringer"
_FIRST = 6
_HEADERS = ("Hvor", "Hva", "Malen gir", "Her står", "Forskjell", "Grunn")
_WIDTHS = (20.0, 34.0, 18.0, 18.0, 18.0, 60.0)


def override_sheet(layout: Layout, overrides: list[Override]) -> SheetLayout | None:
    """The register as a sheet to be written after the template's own; None when there is nothing to register."""
    taken = {s.spec.name.casefold() for s in layout.sheets}
    found = [o for o in overrides if o.id in layout.regions]
    if not found or NAME.casefold() in taken:
        return None
    sheet = SheetLayout(SheetSpec(NAME, NAME, "kontroll", "", (), landscape=True))
    sheet.labels.append(Label(1, 1, NAME, "title"))
    count = f"{len(found)} formler er" if len(found) > 1 else "Én formel er"
    sheet.labels.append(Label(2, 1, f"{count} erstattet. Her er begge verdiene, og grunnen.", "label"))
    sheet.labels += [Label(_FIRST - 1, col, text, "header") for col, text in enumerate(_HEADERS, 1)]
    for row, override in enumerate(found, _FIRST):
        _row(sheet, layout.regions[override.id], row, override)
    sheet.widths = dict(enumerate(_WIDTHS, 1))
    sheet.freeze, sheet.repeat_rows = (_FIRST, 1), (_FIRST - 1, _FIRST - 1)
    sheet.last_row, sheet.last_col = _FIRST + len(found) - 1, len(_HEADERS)
    sheet.paper_col = sheet.last_col
    return sheet


def _row(sheet: SheetLayout, region: Region, row: int, override: Override) -> None:
    i, j = max(override.row - 1, 0), max(override.period - 1, 0)
    at = cell_name(region.row + i, region.col + j)
    there = f"{quoted_sheet(region.sheet)}!{at}"
    sheet.labels.append(Label(row, 1, f"{region.sheet}!{at}", "link", f"internal:{there}"))
    sheet.labels.append(Label(row, 2, region.item.label or region.id, "wrapped"))
    if override.reason:
        sheet.labels.append(Label(row, 6, override.reason, "wrapped"))
    template, stands = f"$C{row}", f"$D{row}"
    difference = f'IF(AND(ISNUMBER({template}),ISNUMBER({stands})),{stands}-{template},"")'
    texts = [_elsewhere(region.formula_at(i, j), region, i, j), there]
    if region.item.type in NUMERIC:
        texts.append(difference)
    for col, text in enumerate(texts, 3):
        item = Item(f"overstyring.{row}.{col}", _HEADERS[col - 1], region.item.type, formula=text)
        sheet.regions.append(Region(item.id, item, "field", NAME, row, col, formula=Formula((text,))))


def _elsewhere(formula: Formula, region: Region, i: int, j: int) -> str:
    """The formula of a cell as it reads on another sheet."""
    home = quoted_sheet(region.sheet) + "!"
    parts = (p._replace(sheet=home) if isinstance(p, Ref) and not p.sheet else p for p in formula.parts)
    return Formula(tuple(parts)).at(region.row + i, region.col + j)
