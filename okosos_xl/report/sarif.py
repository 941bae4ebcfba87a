"""Findings as SARIF 2.1.0, the format of code review and build systems."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from okosos_xl import __version__
from okosos_xl.kontroll.catalogue import Entry
from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding, Report
from okosos_xl.report.clean import one_line
from okosos_xl.report.judged import Judged

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {FEIL: "error", ADVARSEL: "warning", OPPLYSNING: "note"}
_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render(judged: Judged) -> str:
    """One run with a rule per code, an artifact per workbook and a result per finding."""
    rules = {code: n for n, code in enumerate(judged.entries)}
    results = [
        _result(report, number, finding, rules[finding.code])
        for number, report in enumerate(judged.reports)
        for finding in report.findings
    ]
    driver = {
        "name": "okosos",
        "fullName": "okosos validate",
        "version": __version__,
        "semanticVersion": __version__,
        "language": "nb-NO",
        "rules": [_rule(entry) for entry in judged.entries.values()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": not judged.refused}],
        "artifacts": [{"location": {"uri": uri(r.file)}, "mimeType": _MIME} for r in judged.reports],
        "columnKind": "utf16CodeUnits",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(entry: Entry) -> dict[str, object]:
    help_text = " ".join(filter(None, (entry.what, entry.why, entry.action)))
    if entry.example:
        help_text += f" Eksempel: {entry.example}"
    return {
        "id": entry.code,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": f"{entry.what} {entry.why}"},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": LEVELS[entry.severity]},
        "properties": {"maler": list(entry.templates)} if entry.templates else {},
    }


def _result(report: Report, number: int, finding: Finding, rule: int) -> dict[str, object]:
    location: dict[str, object] = {"physicalLocation": {"artifactLocation": {"uri": uri(report.file), "index": number}}}
    if finding.sheet:
        location["logicalLocations"] = [_place(finding, cell) for cell in finding.samples or (finding.cell,)]
    found: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": message(f"{finding.message} {finding.action}".strip())},
        "locations": [location],
        "occurrenceCount": max(1, finding.count),
        "partialFingerprints": {"okosos/v1": one_line("/".join((finding.code, finding.place, finding.id)))},
    }
    if finding.kroner is not None:
        found["properties"] = {"kroner": float(finding.kroner)}
    return found


def _place(finding: Finding, cell: str) -> dict[str, str]:
    name = one_line(cell or finding.sheet)
    return {
        "name": name,
        "fullyQualifiedName": one_line(f"{finding.sheet}!{cell}" if cell else finding.sheet),
        "kind": "cell" if cell else "sheet",
    }


def message(text: str) -> str:
    """A plain text message: braces are placeholders in SARIF, and ``[a](b)`` a link; neither is meant here."""
    return one_line(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def uri(file: str) -> str:
    """A file as a URI: relative as it was given, or ``file:///…`` for an absolute path."""
    path = Path(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix().encode("utf-8", "surrogateescape"), safe="/")
