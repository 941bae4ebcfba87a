"""What must hold for every XML part before anything parses it: UTF-8, no document type, not deeply nested."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from xml.etree import ElementTree
from xml.parsers import expat

_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]*?\?>")
_ENCODING = re.compile(rb"""\bencoding\s*=\s*["']([^"']*)["']""")
_PLAIN = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_EXACT_BELOW = 256_000
_STRIDE, _WINDOW, _CROWDED = 16_384, 512, 16
_CHILDLESS = re.compile(rb"""<[A-Za-z_][^<>"'/\s=]*+(?:\s[^<>"'=]*+="[^<>"]*+")*+\s*+(?:/>|>[^<]*+</[^<>]*+>)""")
_ROUNDS = 4
_KEPT = 4_096


class BadXmlError(ValueError):
    """An XML part that is not acceptable; ``code`` as in :data:`okosos_xl.workbook.refusal.CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_xml(name: str, content: bytes) -> bool:
    """Whether a part is XML, judged by its name and by its first characters (a picture may be called anything)."""
    if name.lower().endswith((".xml", ".rels", ".vml")):
        return True
    return content[:200].replace(b"\0", b"").lstrip(_BOM + b"\xfe\xff \t\r\n").startswith((b"<?xml", b"<!DOCTYPE"))


def vetted_xml(content: bytes, max_depth: int, *, streamed: bool = False) -> bytes:
    """``content`` as UTF-8 without a byte order mark, proved free of document types and deep nesting.

    ``streamed`` says that the part is later read by a parser that watches the depth itself (a worksheet): then only
    its suspicious stretches are followed if it is large. Raises :class:`BadXmlError` (OKX019, OKX020, OKX022).
    """
    text = _as_utf8(content)
    streamed = streamed and len(text) >= _EXACT_BELOW
    key = hashlib.sha256(text).digest(), max_depth, streamed
    if key in _harmless:
        return text
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise BadXmlError("OKX019")
    if (not streamed or _looks_nested(text)) and _deeper_than(max_depth, text):
        raise BadXmlError("OKX020")
    _harmless[key] = None
    if len(_harmless) > _KEPT:
        _harmless.popitem(last=False)
    return text


_harmless: OrderedDict[tuple[bytes, int, bool], None] = OrderedDict()
"""Parts proved before, by their content: most of a workbook's parts are those of the workbook before it."""


def parse_small(content: bytes) -> ElementTree.Element:
    """The tree of a vetted XML part. Raises :class:`BadXmlError` when it is not well-formed."""
    try:
        return ElementTree.fromstring(content)  # noqa: S314 - vetted: no document type, bounded depth and size
    except (ElementTree.ParseError, ValueError, LookupError):
        raise BadXmlError("OKX022") from None


def local(tag: str) -> str:
    """An element's or attribute's name without its namespace."""
    return tag.rpartition("}")[2]


def attributes(element: ElementTree.Element) -> dict[str, str]:
    """An element's attributes by local name."""
    return {local(name): value for name, value in element.attrib.items()}


def _as_utf8(content: bytes) -> bytes:
    if content.startswith(_BOM):
        content = content[len(_BOM) :]
    if b"\0" in content[:4] or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = _from_utf16(content)
    declaration = _DECLARATION.match(content)
    if declaration is not None:
        encoding = _ENCODING.search(declaration[0])
        if encoding is not None and encoding[1].lower() not in _PLAIN:
            raise BadXmlError("OKX022")
    return content


def _from_utf16(content: bytes) -> bytes:
    codec = "utf-16-be" if content[:1] in (b"\xfe", b"\0") else "utf-16-le"
    try:
        text = content.decode(codec).removeprefix("\ufeff").encode()
    except UnicodeError:
        raise BadXmlError("OKX022") from None
    return _DECLARATION.sub(b"", text, count=1)  # it says UTF-16, which is no longer true


def _looks_nested(text: bytes) -> bool:
    """Whether some stretch of a large part only opens elements and never closes any."""
    for start in range(0, len(text), _STRIDE):
        window = text[start : start + _WINDOW]
        if b"</" not in window and b"/>" not in window and window.count(b"<") >= _CROWDED:
            return True
    return False


def _is_shallow(limit: int, text: bytes) -> bool:
    """Whether elements are seen, without a parser, not to lie more than ``limit`` deep; else nothing is known.

    Elements without children are taken away, again and again. A round takes at most the innermost of elements that lie
    within one another, for the next ``<`` after the start of an outer one begins no end tag. So the depth is no more
    than the rounds and every ``<`` that is left.
    """
    for rounds in range(1, _ROUNDS + 1):
        text = _CHILDLESS.sub(b"", text)
        if text.count(b"<") + rounds <= limit:
            return True
    return False


def _deeper_than(limit: int, text: bytes) -> bool:
    """Whether elements lie more than ``limit`` deep before the end, or before the first thing that is not XML."""
    if text.count(b"<") <= limit or _is_shallow(limit, text):
        return False
    return _deeper_by_parser(limit, text)


def _deeper_by_parser(limit: int, text: bytes) -> bool:
    depth = 0

    def opened(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limit:
            raise BadXmlError("OKX020")

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    try:
        parser.Parse(text, True)
    except BadXmlError:
        return True
    except (expat.ExpatError, ValueError, LookupError):
        return False  # not well-formed: refused by name if the part is ever read
    return False
