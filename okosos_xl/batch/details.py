"""What a report says of each file, kept beside the journal so that a resumed run reports on all of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any, Self

from okosos_xl.batch.work import Done
from okosos_xl.regenerate.outcome import MANUAL, KeyChange

NAME = ".okosos-rapport.jsonl"


@dataclass(frozen=True)
class Entry:
    """How one file ended. ``earlier``: in a run before this one."""

    name: str
    status: str
    source_hash: str = ""
    template: str = ""
    from_version: int = 0
    to_version: int = 0
    rates_before: date | None = None
    rates_after: date | None = None
    reasons: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    key_figures: tuple[KeyChange, ...] = ()
    earlier: bool = False

    @classmethod
    def of(cls, done: Done) -> Self:
        """The entry of a finished task."""
        o = done.outcome
        return cls(
            done.name, o.status, done.source_hash, o.template, o.from_version, o.to_version,
            o.rates_before, o.rates_after, o.reasons, o.carried, o.key_figures,
        )  # fmt: skip

    def as_earlier(self, status: str, reasons: tuple[str, ...]) -> Self:
        return replace(self, status=status, reasons=reasons, earlier=True)

    def as_manual(self, reason: str) -> Self:
        """The file could be regenerated, but the result could not be put in its place."""
        return replace(self, status=MANUAL, reasons=(*self.reasons, reason))

    def data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "fil": self.name,
            "status": self.status,
            "mal": self.template,
            "fra_versjon": self.from_version,
            "til_versjon": self.to_version,
            "satser_for": _iso(self.rates_before),
            "satser_etter": _iso(self.rates_after),
            "grunner": list(self.reasons),
            "baaret_med": list(self.carried),
            "nokkeltall": [
                {"id": k.id, "navn": k.label, "for": k.before, "etter": k.after, "hvorfor": list(k.why), "type": k.type}
                for k in self.key_figures
            ],
            "tidligere": self.earlier,
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


class Details:
    """The entries of a run on disk; without ``keep`` nothing is written and what is there is not read."""

    def __init__(self, folder: Path, *, keep: bool) -> None:
        self._path = folder / NAME if keep else None
        self._earlier: dict[str, Entry] = {}
        self._stream: IO[str] | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            if self._path.exists():
                self._earlier = _entries(self._path)
            self._stream = self._path.open("a", encoding="utf-8")
            self._stream.write("\n")  # ends a line that a killed run left half
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()

    def earlier(self, name: str, source_hash: str) -> Entry | None:
        """What an earlier run said of the file as it is now."""
        entry = self._earlier.get(name)
        return entry if entry is not None and entry.source_hash == source_hash else None

    def add(self, entry: Entry) -> None:
        if self._stream is not None:
            self._stream.write(json.dumps(asdict(entry), ensure_ascii=False, default=date.isoformat) + "\n")
            self._stream.flush()


def _entries(path: Path) -> dict[str, Entry]:
    """The newest entry of every file. Half lines are passed over: their files are said to be done before."""
    found: dict[str, Entry] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            raw = json.loads(line)
            entry = Entry(**{**raw, **_typed(raw)})
        except (ValueError, TypeError, KeyError):
            continue
        found[entry.name] = entry
    return found


def _typed(raw: dict[str, Any]) -> dict[str, Any]:
    """JSON has no dates and no tuples."""
    return {
        "rates_before": date.fromisoformat(raw["rates_before"]) if raw["rates_before"] else None,
        "rates_after": date.fromisoformat(raw["rates_after"]) if raw["rates_after"] else None,
        "reasons": tuple(raw["reasons"]),
        "carried": tuple(raw["carried"]),
        "key_figures": tuple(KeyChange(**{**k, "why": tuple(k["why"])}) for k in raw["key_figures"]),
    }
