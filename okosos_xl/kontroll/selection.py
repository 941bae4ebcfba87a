"""Which findings count: by code, by prefix, by severity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Report

FAIL_LEVELS: dict[str, frozenset[str]] = {
    FEIL: frozenset({FEIL}),
    ADVARSEL: frozenset({FEIL, ADVARSEL}),
    OPPLYSNING: frozenset({FEIL, ADVARSEL, OPPLYSNING}),
    "aldri": frozenset(),
}
"""``--fail-level`` → the severities that make the exit code 1."""


def prefixes(given: Iterable[str]) -> tuple[str, ...]:
    """Codes and prefixes as typed (``okx2, DIV``) → as compared."""
    words = (word.strip().upper() for text in given for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def selected(report: Report, select: Sequence[str], ignore: Sequence[str]) -> Report:
    """The report with the findings asked for. Why a workbook could not be read is always told."""
    if report.refused or not (select or ignore):
        return report
    kept = tuple(
        f
        for f in report.findings
        if (not select or f.code.startswith(tuple(select))) and not (ignore and f.code.startswith(tuple(ignore)))
    )
    return replace(report, findings=kept)
