"""Many reports counted: per workbook, per code, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Report
from okosos_xl.report.clean import one_line
from okosos_xl.sak.numbers import show_number

PLURALS = {FEIL: ("feil", "feil"), ADVARSEL: ("advarsel", "advarsler"), OPPLYSNING: ("opplysning", "opplysninger")}


@dataclass(frozen=True)
class CodeCount:
    """How often one code was found: findings, and in how many workbooks."""

    code: str
    findings: int
    workbooks: int


def per_code(reports: Sequence[Report]) -> list[CodeCount]:
    """Every code that was found, the most frequent first."""
    counts: dict[str, list[int]] = {}
    for number, report in enumerate(reports):
        for finding in report.findings:
            counts.setdefault(finding.code, []).append(number)
    found = [CodeCount(code, len(where), len(set(where))) for code, where in counts.items()]
    return sorted(found, key=lambda c: (-c.findings, c.code))


def in_words(report: Report) -> str:
    """«2 feil, 1 advarsel», «i orden» or «kunne ikke leses»."""
    if report.refused:
        return "kunne ikke leses"
    said = [counted(report.count(s), s) for s in (FEIL, ADVARSEL) if report.count(s)]
    return ", ".join(said) or "i orden"


def counted(count: int, severity: str) -> str:
    """«1 advarsel», «3 advarsler»."""
    return f"{whole(count)} {PLURALS[severity][count != 1]}"


def workbooks(count: int) -> str:
    """«1 arbeidsbok», «3 arbeidsbøker»."""
    return f"{whole(count)} {'arbeidsbok' if count == 1 else 'arbeidsbøker'}"


def whole(count: int) -> str:
    return show_number(Decimal(count))


def kroner(amount: Decimal | None) -> str:
    """«1 412 kr», «1 412,50 kr»; nothing for no amount."""
    return "" if amount is None else f"{show_number(amount)} kr"


def closing(reports: Sequence[Report]) -> str:
    """The last line: how many workbooks, how many with something to look at, and where to read more."""
    bad = sum(1 for r in reports if not r.clean)
    worst = next((r.findings[0].code for r in reports if not r.clean), "")
    more = f" Mer: okosos explain {worst}"
    checked = f"{workbooks(len(reports))} kontrollert"
    return f"{checked}, {whole(bad)} med feil eller advarsler.{more}" if bad else f"{checked}, alt i orden."


def table(reports: Sequence[Report], titles: dict[str, str]) -> list[str]:
    """The summary of several workbooks as lines: those with something to look at, the total, and each code."""
    rows = [
        (one_line(r.file), *(("–", "–", "–") if r.refused else _counts([r])), "kunne ikke leses" if r.refused else "")
        for r in reports
        if r.findings
    ]
    fine = sum(1 for r in reports if not r.findings)
    if fine and rows:
        rows.append((f"{workbooks(fine)} uten funn", "0", "0", "0", ""))
    read = [r for r in reports if not r.refused]
    rows.append((f"Til sammen {workbooks(len(reports))}", *_counts(read), ""))
    lines = _aligned([("", "Feil", "Advarsler", "Opplysninger", ""), *rows], left={0, 4})
    codes = [(c.code, whole(c.findings), whole(c.workbooks), titles.get(c.code, "")) for c in per_code(reports)]
    if codes:
        lines += ["", *_aligned([("Kode", "Funn", "Arbeidsbøker", "Hva"), *codes], left={0, 3})]
    return lines


def _counts(reports: Sequence[Report]) -> tuple[str, str, str]:
    errors, warnings, notes = (sum(r.count(s) for r in reports) for s in (FEIL, ADVARSEL, OPPLYSNING))
    return whole(errors), whole(warnings), whole(notes)


def _aligned(rows: Sequence[tuple[str, ...]], left: set[int]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            f"{cell:<{width}}" if i in left else f"{cell:>{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
