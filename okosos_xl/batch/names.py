"""What a file is called in journals, reports and on the screen."""

from __future__ import annotations

import unicodedata


def shown(name: str) -> str:
    """The name with what no text file or screen can hold written out: ``\\xe6`` for a byte that is no UTF-8, ``\\n``.

    Names from an old disk or an unpacked archive need not be UTF-8, and one of them must not stop a whole run.
    """
    if all(unicodedata.category(c) not in ("Cc", "Cs") for c in name):
        return name
    return "".join(_shown(c) if unicodedata.category(c) in ("Cc", "Cs") else c for c in name)


def _shown(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # how Python holds the byte
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()
