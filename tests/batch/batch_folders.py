"""What tests of runs say about folders of results."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from okosos_xl.batch.details import Entry

Start = Callable[..., list[Entry]]
"""Begins a run over the cases of the test."""


def results(folder: Path) -> dict[str, str]:
    """Every result in a folder, by name, as a hash; what the toolkit keeps for itself left out."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.startswith(".okosos")
    }
