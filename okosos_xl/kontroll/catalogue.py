"""Every finding explained: the toolkit's own from ``templates/funn.yaml``, the templates' checks from themselves."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from okosos_xl.kontroll.finding import SEVERITIES

FILE = "funn.yaml"
_KEYS = {"tittel", "alvorlighet", "hva", "hvorfor", "gjor", "eksempel"}
_NEAREST = 3
_WORKED_OUT = re.compile(r"\{[^{}]*\}")
"""The part of a check's message that the sheet works out: a number, a date, a name."""


@dataclass(frozen=True)
class Entry:
    """What there is to know about one code. ``severities`` lists the usual one first; ``templates`` who checks it."""

    code: str
    title: str
    severities: tuple[str, ...]
    what: str
    why: str
    action: str
    example: str = ""
    templates: tuple[str, ...] = ()

    @property
    def severity(self) -> str:
        return self.severities[0]

    def data(self) -> dict[str, object]:
        """The entry as plain data for JSON."""
        return {
            "kode": self.code,
            "tittel": self.title,
            "alvorlighet": list(self.severities),
            "hva": self.what,
            "hvorfor": self.why,
            "gjor": self.action,
            "eksempel": self.example,
            "maler": list(self.templates),
        }


@cache
def catalogue() -> dict[str, Entry]:
    """The toolkit's own findings by code, in order. ValueError when the file is not as it should be."""
    return {code: _entry(code, said) for code, said in _data()["funn"].items()}


@cache
def groups() -> dict[str, str]:
    """What the first digit of a code stands for."""
    return dict(_data()["grupper"])


@cache
def _data() -> dict[str, Any]:
    from okosos_xl import strict_yaml
    from okosos_xl.resources import templates_root

    data = strict_yaml.load(templates_root() / FILE)
    if not isinstance(data, dict) or set(data) != {"grupper", "funn"}:
        raise ValueError(f"{FILE}: skal ha «grupper» og «funn».")
    return data


def _entry(code: str, said: dict[str, Any]) -> Entry:
    if set(said) != _KEYS:
        raise ValueError(f"{FILE}: {code} skal ha {', '.join(sorted(_KEYS))}.")
    severities = said["alvorlighet"]
    known = tuple(severities) if isinstance(severities, list) else (severities,)
    if not known or set(known) - set(SEVERITIES):
        raise ValueError(f"{FILE}: {code} har en ukjent alvorlighet.")
    text = {key: str(value).strip() for key, value in said.items()}
    return Entry(code, text["tittel"], known, text["hva"], text["hvorfor"], text["gjor"], text["eksempel"])


def template_entries(root: Path | None = None) -> dict[str, Entry]:
    """The checks of every template by code. A code that several templates share is explained once, with all of them."""
    from okosos_xl.template.compile import load_spec, template_folders
    from okosos_xl.template.place import all_rate_checks

    found: dict[str, Entry] = {}
    for folder in template_folders(root):
        spec = load_spec(folder.name, root)
        for check in (*all_rate_checks(spec), *(c for sheet in spec.sheets for c in sheet.checks)):
            known = found.get(check.id)
            owners = tuple(dict.fromkeys((*(known.templates if known else ()), spec.id)))
            what, action = (_WORKED_OUT.sub("…", text) for text in (check.message, check.action))
            why = _WHY.format(sheet=check.sheet)
            found[check.id] = Entry(
                check.id, check.label, (check.severity,), what, why, action, templates=owners
            )  # fmt: skip
    return dict(sorted(found.items()))


_WHY = "Kontrollen er en formel på arket Kontroll, og gjelder arket «{sheet}». Den sier fra mens du skriver."


def explain(code: str, root: Path | None = None) -> Entry | None:
    """The entry for a code however it is written, or None. Templates are only read for codes that are theirs."""
    wanted = code.strip().upper()
    if wanted in catalogue():
        return catalogue()[wanted]
    return None if wanted.startswith("OKX") else template_entries(root).get(wanted)


def nearest(code: str, root: Path | None = None) -> list[str]:
    """The codes that look most like one that does not exist."""
    known = [*catalogue(), *template_entries(root)]
    wanted = code.strip().upper()
    begins = [code for code in known if wanted and code.startswith(wanted)]
    alike = difflib.get_close_matches(wanted, known, 5 * _NEAREST, 0.6)
    alike.sort(key=lambda code: -_same_start(code, wanted))
    return (begins or alike)[:_NEAREST]


def _same_start(a: str, b: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
