"""What the files are called: case number, row, recipient and kind, in letters every system and mail program takes."""

from __future__ import annotations

import re
import unicodedata

_SPELLED = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a", "ß": "ss"})
_LONGEST = 40


def plain(text: str) -> str:
    """``text`` in small ASCII letters and numbers, with a hyphen for everything else."""
    spelled = unicodedata.normalize("NFKD", text.translate(_SPELLED)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")[:_LONGEST].strip("-")


def file_name(case_number: str, row: int, name: str, kind: str) -> str:
    """The name without its ending; unique by row and kind."""
    name = re.sub(rf"^{row} ", "", name)
    pieces = (plain(case_number) or "sak", f"{row:02d}", plain(name), kind)
    return "-".join(piece for piece in pieces if piece)
