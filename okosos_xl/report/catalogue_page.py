"""The catalogue of findings as one Markdown page (docs/funn.md)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from okosos_xl.kontroll.catalogue import Entry, groups

_HEAD = """# Funn

Hva `okosos validate` kan si, og hva du gjør med det. `okosos explain OKX120` viser det samme i terminalen, også for
malenes egne kontroller (`okosos explain DIV300`). Hvordan kontrollen brukes, står i [validering.md](validering.md).

**Feil** må rettes. **Advarsler** må noen se på. **Opplysninger** krever ingenting.

Siden lages av `templates/funn.yaml`: `okosos explain --alle --format markdown > docs/funn.md`.
"""


def markdown(entries: Iterable[Entry]) -> str:
    """One page: a heading per group of codes, and under it each code with everything there is to know about it."""
    names = groups()
    lines = [_HEAD]
    for digit, group in groupby(entries, key=lambda entry: entry.code[3:4]):
        lines.append(f"## {names.get(digit, 'Annet')}\n")
        lines += [_one(entry) for entry in group]
    return "\n".join(lines)


def _one(entry: Entry) -> str:
    return (
        f"### {entry.code} {entry.title}\n\n*{' eller '.join(entry.severities)}*\n\n{entry.what}\n\n"
        f"**Hvorfor:** {entry.why}\n\n**Gjør:** {entry.action}\n\n**Eksempel:** {entry.example}\n"
    )
