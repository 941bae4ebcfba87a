"""Findings as lines for a person at a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding, Report
from okosos_xl.report.clean import one_line
from okosos_xl.report.summary import closing, in_words, kroner, table

_COLOURS = {FEIL: "red", ADVARSEL: "yellow", OPPLYSNING: "blue"}
_WIDEST_PLACE = 28


def lines(report: Report, *, colour: bool) -> list[str]:
    """One line per finding under the file's own line; the way out on a line of its own, once for several in a row."""
    import click

    def paint(text: str, severity: str) -> str:
        return click.style(text, fg=_COLOURS[severity]) if colour else text

    out = [f"{one_line(report.file)}   {in_words(report)}"]
    places = [one_line(f.place) for f in report.findings]
    width = min(max(map(len, places), default=0), _WIDEST_PLACE)
    amounts = [kroner(f.kroner) for f in report.findings]
    wide = max(map(len, amounts), default=0)
    before = ("", "")
    for finding, place, amount in zip(report.findings, places, amounts, strict=True):
        severity = paint(f"{finding.severity:<10}", finding.severity)
        money = f"{amount:>{wide}}  " if wide else ""
        out.append(f"  {severity} {finding.code:<7} {place:<{width}}  {money}{one_line(finding.message)}")
        if finding.action and before != (finding.code, finding.action):
            out.append(f"  {'':<10} {'':<7} {'':<{width}}  {'':<{len(money)}}→ {one_line(finding.action)}")
        before = (finding.code, finding.action)
    return out


def refusal(report: Report, finding: Finding, *, known: bool) -> str:
    """The line about a workbook that could not be judged."""
    return one_line(f"{finding.code}: {finding.message}" if known else f"{report.file}: {finding.message}")


def document(reports: Sequence[Report], titles: dict[str, str]) -> str:
    """Everything as one text, for a file."""
    out = [line for report in reports for line in lines(report, colour=False)]
    if len(reports) > 1:
        out += ["", *table(reports, titles), ""]
    return "\n".join([*out, closing(reports), ""])
