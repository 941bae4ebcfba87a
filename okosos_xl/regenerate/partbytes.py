"""Small changes to the bytes of a part: a row shown or hidden, links that go elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape


def shown_row(content: bytes, row: int, *, hide: bool) -> bytes:
    """A row of a worksheet part hidden, or shown."""
    opening = re.search(rb"""<(?:\w+:)?row\b[^<>]*?\sr\s*=\s*["']%d["'][^<>]*>""" % row, content)
    if opening is None:
        return content
    tag = re.sub(rb"""\shidden\s*=\s*(?:"[^"]*"|'[^']*')""", b"", opening[0])
    if hide:
        end = len(tag) - (2 if tag.endswith(b"/>") else 1)
        tag = tag[:end].rstrip() + b' hidden="1"' + tag[end:]
    return content[: opening.start()] + tag + content[opening.end() :]


def linked(content: bytes, links: Mapping[str, str]) -> bytes:
    """A list of relationships with other targets for some of them."""

    def one(match: re.Match[bytes]) -> bytes:
        id = re.search(rb"""\sId\s*=\s*["']([^"']+)["']""", match[0])
        link = links.get(id[1].decode()) if id is not None else None
        if link is None:
            return match[0]
        return re.sub(
            rb"""(\sTarget\s*=\s*)(?:"[^"]*"|'[^']*')""", lambda m: m[1] + b'"' + escape(link).encode() + b'"', match[0]
        )

    return re.sub(rb"<(?:\w+:)?Relationship\b[^<>]*>", one, content)
