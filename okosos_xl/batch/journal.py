"""The journal of a run: one line per finished file, so that an interrupted run goes on where it stopped.

It lies in the folder of the results and holds hashes, status and time, and no content of any case. A line is written
after its result is whole on disk. So a file without a line has at most a finished result that gives the same bytes when
it is made again, and a file with a line has just the result the line says.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

NAME = ".okosos-journal.jsonl"
_FORM = 1


class JournalError(Exception):
    """A journal that cannot be used; the message is one Norwegian sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One file of the run: what went in, what came out, how it ended."""

    name: str
    source_hash: str
    result_hash: str
    """Empty when nothing was written."""
    status: str
    seconds: float
    reasons: tuple[str, ...] = ()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class Journal:
    """Lines by name, the newest counts. ``options`` is what decides the bytes of the results."""

    def __init__(self, path: Path, options: Mapping[str, Any], lines: dict[str, Line]) -> None:
        self._path, self._options, self.lines = path, dict(options), lines
        self._handle: int | None = None

    @classmethod
    def open(cls, folder: Path, options: Mapping[str, Any], *, resume: bool) -> Self:
        """The journal of ``folder``; what it says is taken over with ``resume``.

        Raises :class:`JournalError` when there is a journal and no ``resume``, or one of a run with other options.
        """
        path = folder / NAME
        lines: dict[str, Line] = {}
        if path.exists():
            found, lines = _read(path)
            if not resume:
                raise JournalError(
                    f"{folder}: her ligger det resultater fra en tidligere kjøring. "
                    "Bruk --resume for å fortsette den, eller velg en tom mappe."
                )
            if found is not None and found != dict(options):
                changed = ", ".join(sorted(key for key in {*found, *options} if found.get(key) != options.get(key)))
                raise JournalError(
                    f"{folder}: kjøringen som ligger her, var med andre valg ({changed}). "
                    "Bruk de samme valgene, eller velg en tom mappe."
                )
        return cls(path, options, lines)

    def __enter__(self) -> Self:
        _drop_half_line(self._path)
        new = not self._path.exists() or self._path.stat().st_size == 0
        self._handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        if new:
            self._put({"journal": _FORM, "valg": self._options})
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def add(self, line: Line) -> None:
        """Record a finished file, on disk before this returns."""
        self.lines[line.name] = line
        self._put(
            {
                "fil": line.name,
                "inn": line.source_hash,
                "ut": line.result_hash,
                "status": line.status,
                "sek": round(line.seconds, 3),
                "grunner": list(line.reasons),
            }
        )

    def _put(self, entry: Mapping[str, Any]) -> None:
        assert self._handle is not None
        data = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
        while data:
            data = data[os.write(self._handle, data) :]
        os.fsync(self._handle)


def _drop_half_line(path: Path) -> None:
    """A run that was killed may have left half a line at the end; the file it spoke of is done again."""
    if not path.exists():
        return
    data = path.read_bytes()
    if data and not data.endswith(b"\n"):
        with path.open("r+b") as stream:
            stream.truncate(data.rfind(b"\n") + 1)


def _read(path: Path) -> tuple[dict[str, Any] | None, dict[str, Line]]:
    """The options and the lines of a journal; None for the options when the run ended before it wrote them."""
    options: dict[str, Any] | None = None
    lines: dict[str, Line] = {}
    text = path.read_bytes()
    for number, raw in enumerate(text[: text.rfind(b"\n") + 1].splitlines(), 1):
        try:
            entry = json.loads(raw)
            if "journal" in entry:
                options = dict(entry["valg"])
                continue
            line = Line(
                str(entry["fil"]), str(entry["inn"]), str(entry["ut"]), str(entry["status"]),
                float(entry["sek"]), tuple(map(str, entry["grunner"])),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError):
            raise JournalError(
                f"{path}: linje {number} er ødelagt. Flytt journalen bort og velg en tom mappe."
            ) from None
        lines[line.name] = line
    return options, lines
