"""Lists, limits and colours on a sheet in a form that is the same whichever program saved it."""

from __future__ import annotations

from collections.abc import Iterator

from okosos_xl.regenerate.sheetparts import SheetParts
from okosos_xl.workbook.r1c1 import normalise
from okosos_xl.workbook.xmlguard import attributes, local

Rule = tuple[str, str, tuple[str, ...]]
"""What kind of rule, its operator, and its formulas in a form that does not depend on where it stands."""


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
