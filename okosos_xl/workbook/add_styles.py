"""Appends cell formats to a workbook's styles; those that are there keep their numbers and their bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from okosos_xl.workbook.xmlguard import attributes, local, parse_small

_LISTS = ("fonts", "fills", "borders", "cellXfs")
_COUNT = re.compile(rb"""(\bcount\s*=\s*)(?:"[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class Look:
    """One cell format. Colours are ``RRGGBB``; an empty ``fill`` is none; ``number`` is a built-in format's number."""

    font: str
    size: float
    colour: str
    bold: bool = False
    underline: bool = False
    fill: str = ""
    border: str = ""
    number: int = 0
    wrap: bool = False
    right: bool = False


def with_looks(styles: bytes, looks: dict[str, Look]) -> tuple[bytes, dict[str, int]]:
    """The styles with what the looks need appended, and the number of each. A format that is there is used again.

    Without the four lists a format is built from, the styles are given back as they are, and no numbers.
    """
    tree = parse_small(styles)
    lists = {local(element.tag): element for element in tree if local(element.tag) in _LISTS}
    if set(lists) != set(_LISTS) or any(_end(styles, name) is None for name in _LISTS):
        return styles, {}
    known = {name: [_canonical(child) for child in element] for name, element in lists.items()}
    new: dict[str, list[str]] = {name: [] for name in _LISTS}

    def number(group: str, xml: str) -> int:
        canonical = _canonical(parse_small(f'<a xmlns="m">{xml}</a>'.encode())[0])
        if canonical not in known[group]:
            known[group].append(canonical)
            new[group].append(xml)
        return known[group].index(canonical)

    numbers = {}
    for meaning, look in looks.items():
        font, fill = number("fonts", _font(look)), number("fills", _fill(look)) if look.fill else 0
        border = number("borders", _border(look)) if look.border else 0
        numbers[meaning] = number("cellXfs", _format(look, font, fill, border))
    for group in _LISTS:
        if new[group]:
            styles = _appended(styles, group, new[group], len(known[group]))
    return styles, numbers


def _font(look: Look) -> str:
    marks = "<b/>" * look.bold + "<u/>" * look.underline
    name = look.font.replace("&", "").replace("<", "").replace('"', "")
    return f'<font>{marks}<sz val="{look.size:g}"/><color rgb="FF{look.colour}"/><name val="{name}"/></font>'


def _fill(look: Look) -> str:
    colour = f'<fgColor rgb="FF{look.fill}"/><bgColor indexed="64"/>'
    return f'<fill><patternFill patternType="solid">{colour}</patternFill></fill>'


def _border(look: Look) -> str:
    sides = "".join(
        f'<{side} style="thin"><color rgb="FF{look.border}"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    return f"<border>{sides}<diagonal/></border>"


def _format(look: Look, font: int, fill: int, border: int) -> str:
    """``quotePrefix``: a text that looks like a formula stays a text when the cell is edited."""
    align = f'<alignment{" horizontal=" + chr(34) + "right" + chr(34) if look.right else ""} vertical="top"'
    align += ' wrapText="1"/>' if look.wrap else "/>"
    quoted = "" if look.number else ' quotePrefix="1"'
    return (
        f'<xf numFmtId="{look.number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"{quoted} '
        f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{align}</xf>'
    )


def _canonical(element: Element) -> str:
    """An element as text, whatever its prefix and the order of its attributes."""

    def plain(one: Element) -> Element:
        copy = Element(local(one.tag), dict(sorted(attributes(one).items())))
        copy.extend(plain(child) for child in one)
        return copy

    return tostring(plain(element), encoding="unicode")


def _end(styles: bytes, group: str) -> re.Match[bytes] | None:
    return re.search(rb"</((?:[\w.-]+:)?)" + group.encode() + rb"\s*>", styles)


def _appended(styles: bytes, group: str, elements: list[str], count: int) -> bytes:
    end = _end(styles, group)
    assert end is not None, "looked for before"
    prefix = end[1].decode()
    text = "".join(elements)
    if prefix:
        text = re.sub(r"<(/?)", rf"<\1{prefix}", text)
    styles = styles[: end.start()] + text.encode() + styles[end.start() :]
    start = re.search(rb"<" + end[1] + group.encode() + rb"\b[^>]*>", styles)
    assert start is not None, "it has an end"
    tag = _COUNT.sub(rb'\g<1>"%d"' % count, start[0])
    return styles[: start.start()] + tag + styles[start.end() :]
