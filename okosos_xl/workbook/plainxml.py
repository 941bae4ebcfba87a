"""XML written the way the big programs write it, without anything that only a parser can make sense of."""

from __future__ import annotations

import re

_OTHER_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
_CONTROL = bytes(set(range(32)) - {9, 10})


class NotPlainError(Exception):
    """Something is written in some other way than the plain one, or holds something bad; the parser reads it."""


def plain_text(content: bytes) -> str:
    """A stretch of XML as text. NotPlainError if it holds what needs a parser, ValueError if it is not UTF-8.

    Comments, declarations and the like are left for whoever reads the text: they begin with ``<``, as elements do.
    """
    if b"]" in content and b"]]>" in content:  # one character is found much faster than three
        raise NotPlainError
    if _OTHER_ENTITY.search(content) or len(content.translate(None, _CONTROL)) != len(content):
        raise NotPlainError
    return content.decode()


def decoded(text: str) -> str:
    """Text with the entities of XML as the characters they stand for."""
    if "&" not in text:
        return text
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
