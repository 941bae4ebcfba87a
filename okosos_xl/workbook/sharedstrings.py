"""The texts that a workbook's cells share, and text as the format writes it: in runs, with phonetic hints beside."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from okosos_xl.workbook.plainxml import NotPlainError, decoded, plain_text
from okosos_xl.workbook.sheetcells import unescaped
from okosos_xl.workbook.xmlguard import local, parse_small

_ITEM = re.compile(r'(<si><t(?: xml:space="preserve")?>([^<]*+)</t></si>)')
_START, _END = b"<si>", b"</si>"


def read_strings(content: bytes) -> list[str]:
    """The shared strings in order, formatting dropped. BadXmlError if the part is not XML."""
    try:
        return _read_plain(content)
    except (NotPlainError, ValueError):
        return [flat_text(item) for item in parse_small(content) if local(item.tag) == "si"]


def _read_plain(content: bytes) -> list[str]:
    """The same when every item is one text and nothing else, as nearly always; NotPlainError when it is not."""
    start, end = content.find(_START), content.rfind(_END) + len(_END)
    if not 0 <= start < end:
        raise NotPlainError
    root = parse_small(content[:start] + b"<si/>" + content[end:])
    if root.tag.rpartition("}")[2] != "sst" or [local(item.tag) for item in root] != ["si"]:
        raise NotPlainError
    items = plain_text(content[start:end])
    found: list[tuple[str, str]] = _ITEM.findall(items)
    if sum(len(item) for item, _ in found) != len(items):
        raise NotPlainError
    return [unescaped(decoded(text)) if "&" in text or "_x" in text else text for _, text in found]


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
