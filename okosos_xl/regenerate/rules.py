"""Lists, limits and colours on a sheet in a form that is the same whichever program saved it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from okosos_xl.workbook.areas import Area
from okosos_xl.workbook.beside import Rectangle, is_within
from okosos_xl.workbook.r1c1 import normalise
from okosos_xl.workbook.sheetparts import SheetParts
from okosos_xl.workbook.xmlguard import attributes, local

Rule = tuple[str, str, tuple[str, ...]]
"""What kind of rule, its operator, and its formulas in a form that does not depend on where it stands."""


_ALL, _STRANGE = "the rules of a sheet", "the rules outside the form"


def all_rules(parts: SheetParts) -> frozenset[Rule]:
    """The rules on a sheet, found once for all sheets that are alike but for what stands in their cells."""
    known = parts.learned.get(_ALL)
    if known is None:
        known = parts.learned[_ALL] = frozenset((*colours(parts), *limits(parts)))
    assert isinstance(known, frozenset)
    return known


def strange_rules(parts: SheetParts, form: tuple[Rectangle, ...], filled: tuple[Rectangle, ...]) -> tuple[str, ...]:
    """The rules, in words, that reach outside the cells that have them from the template, found once as well.

    ``form`` are the cells of the template, ``filled`` the rows it colours beside them.
    """
    known = parts.learned.get((_STRANGE, form, filled))
    if known is None:
        known = parts.learned[_STRANGE, form, filled] = tuple(_outside(parts, form, filled))
    assert isinstance(known, tuple)
    return known


_EXTENSIONS = {
    "sparklineGroups": "sparklines",
    "dataValidations": "lister eller regler for inntasting som ikke er fra malen",
    "conditionalFormattings": "betinget formatering som ikke er fra malen",
}


def strange_extensions(element: Element) -> tuple[str, ...]:
    """What newer versions of Excel keep at the end of a sheet, in words; the template has none of it."""
    return tuple(dict.fromkeys(_EXTENSIONS[tag] for e in element.iter() if (tag := local(e.tag)) in _EXTENSIONS))


def _outside(parts: SheetParts, form: tuple[Rectangle, ...], filled: tuple[Rectangle, ...]) -> Iterator[str]:
    for _, areas in parts.areas("dataValidations", "dataValidation", "sqref"):
        if any(not is_within(_rectangle(area), form) for area in areas):
            yield "lister eller regler for inntasting utenfor skjemaet"
    for element, areas in parts.areas("conditionalFormatting", "", "sqref"):
        kinds = {attributes(rule).get("type", "") for rule in element if local(rule.tag) == "cfRule"}
        if kinds - {"expression", "cellIs"} or any(not is_within(_rectangle(a), (*form, *filled)) for a in areas):
            yield "betinget formatering som ikke er fra malen"


def _rectangle(area: Area) -> Rectangle:
    return area.row1, area.col1, area.row2, area.col2


def colours(parts: SheetParts) -> Iterator[Rule]:
    """The rules for colours on a sheet."""
    for element, areas in parts.areas("conditionalFormatting", "", "sqref"):
        top = min((a.row1 for a in areas), default=1), min((a.col1 for a in areas), default=1)
        for rule in (r for r in element if local(r.tag) == "cfRule"):
            said = attributes(rule)
            formulas = tuple(normalise(f.text or "", *top) for f in rule if local(f.tag) == "formula")
            yield f"farge {said.get('type', '')}", said.get("operator", ""), formulas


def limits(parts: SheetParts) -> Iterator[Rule]:
    """The lists and limits for what may be typed on a sheet."""
    for element, _ in parts.areas("dataValidations", "dataValidation", "sqref"):
        said = attributes(element)
        kind = said.get("type", "none")
        texts = {local(f.tag): f.text or "" for f in element}
        wanted = ("formula1", "formula2") if kind in ("decimal", "whole") else ("formula1",) if kind != "none" else ()
        yield f"grense {kind}", said.get("operator", "between"), tuple(_number(texts.get(w, "")) for w in wanted)


def _number(text: str) -> str:
    """A limit as one text, whoever wrote it: 0 and 0.0 are the same."""
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return text
