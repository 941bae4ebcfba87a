"""The texts that a workbook's cells share, and text as the format writes it: in runs, with phonetic hints beside."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from okosos_xl.workbook.sheetcells import unescaped
from okosos_xl.workbook.xmlguard import local, parse_small


def read_strings(content: bytes) -> list[str]:
    """The shared strings in order, formatting dropped. BadXmlError if the part is not XML."""
    return [flat_text(item) for item in parse_small(content) if local(item.tag) == "si"]


def flat_text(item: Element) -> str:
    """The text of a string item or note: its ``t`` and those of its runs, not those of phonetic hints."""
    pieces = []
    for child in item:
        kind = local(child.tag)
        if kind == "t":
            pieces.append(child.text or "")
        elif kind == "r":
            pieces += [text.text or "" for text in child if local(text.tag) == "t"]
    return unescaped("".join(pieces))
