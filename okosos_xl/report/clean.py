"""Text from workbooks and file names, made fit for any output: one line, printable, encodable."""

from __future__ import annotations

_KEPT = "\u00a0\u202f"
"""Spaces inside amounts, which Python does not call printable."""


def one_line(text: str) -> str:
    """The text without line breaks, control characters, direction marks and halves of characters.

    What is left can stand in a terminal, in XML and in HTML (once escaped), and be written as UTF-8.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _KEPT else _instead(c) for c in text)


def _instead(char: str) -> str:
    return "\ufffd" if "\ud800" <= char <= "\udfff" else " "
