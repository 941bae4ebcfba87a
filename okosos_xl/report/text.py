"""Findings as lines for a person at a terminal."""

from __future__ import annotations

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Report

_COLOURS = {FEIL: "red", ADVARSEL: "yellow", OPPLYSNING: "blue"}


def summary(report: Report) -> str:
    """«2 feil, 1 advarsel», «i orden» or «kunne ikke leses»."""
    if report.refused:
        return "kunne ikke leses"
    errors, warnings = report.count(FEIL), report.count(ADVARSEL)
    if not errors and not warnings:
        return "i orden"
    parts = []
    if errors:
        parts.append(f"{errors} feil")
    if warnings:
        parts.append(f"{warnings} advars{'el' if warnings == 1 else 'ler'}")
    return ", ".join(parts)


def lines(report: Report, *, colour: bool) -> list[str]:
    """One line per finding under the file's own line; the way out on a line of its own."""
    import click

    def paint(text: str, severity: str) -> str:
        return click.style(text, fg=_COLOURS[severity]) if colour else text

    out = [f"{report.file}   {summary(report)}"]
    places = [f.place for f in report.findings]
    width = min(max(map(len, places), default=0), 28)
    for finding, place in zip(report.findings, places, strict=True):
        severity = paint(f"{finding.severity:<10}", finding.severity)
        out.append(f"  {severity} {finding.code:<7} {place:<{width}}  {finding.message}")
        if finding.action:
            out.append(f"  {'':<10} {'':<7} {'':<{width}}  → {finding.action}")
    return out


def closing(reports: list[Report]) -> str:
    """The last line: how many workbooks, how many with something to look at, and where to read more."""
    bad = sum(1 for r in reports if not r.clean)
    books = f"{len(reports)} arbeidsbok{'' if len(reports) == 1 else 'er'}".replace("boker", "bøker")
    return f"{books} kontrollert, {bad} med feil eller advarsler." if bad else f"{books} kontrollert, alt i orden."
