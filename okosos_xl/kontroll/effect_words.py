"""Effects in an advisor's words: «Malen gir 1 412,50; antall måneder blir 3 høyere.»"""

from __future__ import annotations

from okosos_xl.engine import CellValue, ExcelError
from okosos_xl.engine.compare import same
from okosos_xl.kontroll.effect import KRONER, Difference, Effect
from okosos_xl.kontroll.personal import masked
from okosos_xl.sak.numbers import from_serial, month_and_year, show_number
from okosos_xl.template.spec import NUMERIC, Item
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.typed import plain_number

_TOLD = 2
_LONGEST = 40


def in_words(item: Item, value: CellValue) -> str:
    """A value as its cell shows it."""
    if value is None or value == "":
        return "ingenting"
    if isinstance(value, ExcelError):
        return f"feilverdien {value}"
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, str):
        text = masked(value)
        return f"«{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}»"
    day = from_serial(value)
    if item.type == "dato" and day is not None:
        return f"{day:%d.%m.%Y}"
    if item.type == "maaned" and day is not None:
        return month_and_year(day)
    number = plain_number(value)
    if item.type == "prosent":
        return f"{show_number(round(number * 100, 2))} %"
    return show_number(round(number, 2))


def effect_words(effect: Effect, sheet: str, cell: Cell, *, many: bool = False) -> str:
    """« Malen gir 1 412,50; disponibelt blir 212,50 kr lavere.», or nothing when nothing is known."""
    difference = effect.cells.get((sheet, cell))
    if difference is None:
        return ""
    gives = f" Malen gir {in_words(difference.item, difference.template)}"
    if same(difference.stands, difference.template):
        gives = f" Malen gir det samme, {in_words(difference.item, difference.template)}"
    if many:
        gives += f" i {address(cell)}"
    told = figures_words(effect)
    return f"{gives}; {told}." if told else f"{gives}."


def figures_words(effect: Effect) -> str:
    """What becomes of the key figures: «disponibelt blir 212,50 kr lavere og siste måned mars 2031»."""
    figures = effect.key_figures
    said = [_figure(d) for d in figures[:_TOLD]]
    if len(figures) > _TOLD:
        rest = len(figures) - _TOLD
        said.append(f"{rest} nøkkeltall til blir {'et annet' if rest == 1 else 'andre'}")
    return ", ".join(said[:-1]) + (" og " if len(said) > 1 else "") + said[-1] if said else ""


def _figure(difference: Difference) -> str:
    item, stands, template = difference.item, difference.stands, difference.template
    label = item.label.partition(" (")[0]
    label = label[:1].lower() + label[1:] if label[1:2].islower() else label
    if isinstance(stands, ExcelError):
        return f"{label} kan ikke regnes ut"
    if isinstance(stands, float) and isinstance(template, float) and item.type in NUMERIC:
        change = plain_number(stands) - plain_number(template)
        unit = " kr" if item.type in KRONER else ""
        size = abs(change)
        if item.type == "prosent":
            size, unit = size * 100, " prosentpoeng"
        return f"{label} blir {show_number(round(size, 2))}{unit} {'høyere' if change > 0 else 'lavere'}"
    return f"{label} blir {in_words(item, stands)}, ikke {in_words(item, template)}"
