"""What a cell's style says of whether its value is seen: number format, fill, border; and how large its text is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

from okosos_xl.engine import CellValue, ExcelError
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.xmlguard import BadXmlError, attributes, local, parse_small

_POINTS = 11.0
_SIDES = ("left", "right", "top", "bottom", "start", "end", "diagonal")
_SKIPPED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_CONDITION = re.compile(r"\[(?:[<>=]|h+\]|m+\]|s+\])", re.I)


@dataclass(frozen=True, slots=True)
class Style:
    """A look as far as it decides what is seen. ``fill`` and ``border`` are numbers, 0 when there is none."""

    code: str = ""
    fill: int = 0
    border: int = 0
    points: float = _POINTS
    wraps: bool = False
    has_format: bool = False
    """Whether it says how numbers look at all."""


@dataclass(frozen=True)
class Styles:
    """``cells`` by the style number of a cell, ``conditional`` the number formats of conditional looks."""

    cells: tuple[Style, ...]
    conditional: tuple[str, ...]

    def __getitem__(self, number: int) -> Style:
        return self.cells[number] if number < len(self.cells) else _PLAIN


_PLAIN = Style()


def read_styles(package: Package) -> Styles:
    """The styles of a workbook. Raises ``WorkbookRefused`` for broken XML."""
    vetted = package.vetted
    for link in vetted.relationships(vetted.workbook_part):
        content = vetted.part(link.target) if link.kind == "styles" and not link.external else None
        if content is not None:
            try:
                return _styles({local(child.tag): list(child) for child in parse_small(content)})
            except BadXmlError as problem:
                raise vetted.refusal(problem.code, link.target) from None
    return Styles((), ())


def _styles(groups: dict[str, list[Element]]) -> Styles:
    codes = {s.get("numFmtId", ""): s.get("formatCode", "") for s in map(attributes, groups.get("numFmts", ()))}
    fills = [_is_filled(e) for e in groups.get("fills", ())]
    borders = [_has_lines(e) for e in groups.get("borders", ())]
    points = [_points(e) for e in groups.get("fonts", ())]
    found = []
    for element in groups.get("cellXfs", ()):
        said = attributes(element)
        fill, border, font = (_number(said.get(key, "0")) for key in ("fillId", "borderId", "fontId"))
        aligned = next((attributes(e) for e in element if local(e.tag) == "alignment"), {})
        found.append(
            Style(
                codes.get(said.get("numFmtId", "0"), ""),
                fill if fill < len(fills) and fills[fill] else 0,
                border if border < len(borders) and borders[border] else 0,
                points[font] if font < len(points) else _POINTS,
                aligned.get("wrapText") in ("1", "true"),
                codes.get(said.get("numFmtId", "0"), said.get("numFmtId", "0")) not in ("0", "", "General"),
            )
        )
    conditional = []
    for element in groups.get("dxfs", ()):
        code = next((attributes(e).get("formatCode", "") for e in element if local(e.tag) == "numFmt"), "")
        conditional.append(code)
    return Styles(tuple(found), tuple(conditional))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _is_filled(element: Element) -> bool:
    pattern = next((e for e in element if local(e.tag) in ("patternFill", "gradientFill")), None)
    if pattern is None:
        return False
    return local(pattern.tag) == "gradientFill" or attributes(pattern).get("patternType", "none") != "none"


def _has_lines(element: Element) -> bool:
    return any(local(e.tag) in _SIDES and attributes(e).get("style", "none") != "none" for e in element)


def _points(element: Element) -> float:
    said = next((attributes(e).get("val", "") for e in element if local(e.tag) == "sz"), "")
    try:
        return float(said)
    except ValueError:
        return _POINTS


def is_shown(value: CellValue, code: str) -> bool:
    """Whether a value can be seen with a number format; in doubt it can."""
    if value is None or isinstance(value, bool | ExcelError):
        return value is not None
    if isinstance(value, str):
        return bool(value.strip()) and not _hides_text(code)
    return not _hides_number(code, (value > 0) - (value < 0))


@lru_cache(maxsize=1_024)
def _sections(code: str) -> list[str]:
    """The parts of a number format, for positive numbers, negative ones, zero and text; none in case of doubt."""
    if ";" not in code or _CONDITION.search(code):
        return []
    marked = _SKIPPED.sub(lambda found: "\0" * len(found[0]), code)  # what is quoted does not divide
    parts, at = [], 0
    for part in marked.split(";"):
        parts.append(code[at : at + len(part)])
        at += len(part) + 1
    return parts


def _hides_text(code: str) -> bool:
    sections = _sections(code)
    return len(sections) == 4 and not sections[3]


def _hides_number(code: str, sign: int) -> bool:
    sections = _sections(code)
    if not sections:
        return False
    place = 0 if sign > 0 else 1 if sign < 0 else 2
    if place >= len(sections) or (place == 2 and len(sections) == 2):
        place = 0
    return not sections[place]
