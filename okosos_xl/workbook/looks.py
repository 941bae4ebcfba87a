"""The looks of an advisor's own cells: a workbook's styles in XlsxWriter's words. What has no such word is left out."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from okosos_xl.workbook.additions import Look
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.xmlguard import BadXmlError, attributes, local, parse_small

_BORDERS = {
    "thin": 1, "medium": 2, "dashed": 3, "dotted": 4, "thick": 5, "double": 6, "hair": 7, "mediumDashed": 8,
    "dashDot": 9, "mediumDashDot": 10, "dashDotDot": 11, "mediumDashDotDot": 12, "slantDashDot": 13,
}  # fmt: skip
_SIDES = ("left", "right", "top", "bottom")
_ALIGNED = {"left", "center", "right", "fill", "justify", "distributed"}
_UPRIGHT = {"top": "top", "center": "vcenter", "justify": "vjustify"}
_UNDERLINES = {"single": 1, "double": 2, "singleAccounting": 33, "doubleAccounting": 34}
_THEME = ("FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47")


class Looks:
    """``looks[3]``: what the style with that number looks like."""

    def __init__(self, package: Package) -> None:
        root = _styles(package)
        groups = {local(child.tag): child for child in root} if root is not None else {}
        self._numbers = {
            attributes(e).get("numFmtId", ""): attributes(e).get("formatCode", "") for e in groups.get("numFmts", ())
        }
        self._fonts = [_font(e) for e in groups.get("fonts", ())]
        self._fills = [_fill(e) for e in groups.get("fills", ())]
        self._borders = [_border(e) for e in groups.get("borders", ())]
        self._formats = list(groups.get("cellXfs", ()))

    def __getitem__(self, number: int) -> Look:
        if not 0 <= number < len(self._formats):
            return ()
        element = self._formats[number]
        said = attributes(element)
        look: dict[str, Any] = {}
        for key, known in (("fontId", self._fonts), ("fillId", self._fills), ("borderId", self._borders)):
            index = int(said.get(key, "0") or 0)
            look |= known[index] if index < len(known) else {}
        code = said.get("numFmtId", "0")
        if code in self._numbers:
            look["num_format"] = self._numbers[code]
        elif code.isdecimal() and code != "0":
            look["num_format"] = int(code)
        for child in element:
            look |= _alignment(attributes(child)) if local(child.tag) == "alignment" else {}
            if local(child.tag) == "protection" and attributes(child).get("locked") in ("0", "false"):
                look["locked"] = False
        return tuple(sorted(look.items()))


def _styles(package: Package) -> Element | None:
    vetted = package.vetted
    for link in vetted.relationships(vetted.workbook_part):
        content = vetted.part(link.target) if link.kind == "styles" and not link.external else None
        if content is not None:
            try:
                return parse_small(content)
            except BadXmlError as problem:
                raise vetted.refusal(problem.code, link.target) from None
    return None


def _children(element: Element) -> dict[str, dict[str, str]]:
    return {local(child.tag): attributes(child) for child in element}


def _on(said: dict[str, str] | None) -> bool:
    return said is not None and said.get("val", "1") not in ("0", "false", "none")


def _font(element: Element) -> dict[str, Any]:
    said = _children(element)
    look: dict[str, Any] = {}
    if "name" in said:
        look["font_name"] = said["name"].get("val", "Calibri")
    if "sz" in said:
        look["font_size"] = float(said["sz"].get("val", "11"))
    for tag, word in (("b", "bold"), ("i", "italic"), ("strike", "font_strikeout")):
        if _on(said.get(tag)):
            look[word] = True
    if _on(said.get("u")):
        look["underline"] = _UNDERLINES.get(said["u"].get("val", "single"), 1)
    if color := _color(said.get("color")):
        look["font_color"] = color
    return look


def _fill(element: Element) -> dict[str, Any]:
    for pattern in (child for child in element if local(child.tag) == "patternFill"):
        color = _color(_children(pattern).get("fgColor"))
        if attributes(pattern).get("patternType") == "solid" and color:
            return {"bg_color": color, "pattern": 1}
    return {}


def _border(element: Element) -> dict[str, Any]:
    look: dict[str, Any] = {}
    for side in (child for child in element if local(child.tag) in _SIDES):
        style = _BORDERS.get(attributes(side).get("style", ""))
        if style:
            look[local(side.tag)] = style
            if color := _color(_children(side).get("color")):
                look[f"{local(side.tag)}_color"] = color
    return look


def _alignment(said: dict[str, str]) -> dict[str, Any]:
    look: dict[str, Any] = {}
    if said.get("horizontal") in _ALIGNED:
        look["align"] = said["horizontal"]
    if said.get("vertical") in _UPRIGHT:
        look["valign"] = _UPRIGHT[said["vertical"]]
    if said.get("wrapText") in ("1", "true"):
        look["text_wrap"] = True
    if said.get("indent", "0") not in ("", "0"):
        look["indent"] = int(said["indent"])
    return look


def _color(said: dict[str, str] | None) -> str:
    """A colour as ``#RRGGBB``; a colour of the theme is the one the usual theme has."""
    if said is None:
        return ""
    if len(rgb := said.get("rgb", "")) == len("FFRRGGBB"):
        return f"#{rgb[2:].upper()}"
    theme = said.get("theme", "")
    return f"#{_THEME[int(theme)]}" if theme.isdecimal() and int(theme) < len(_THEME) else ""
