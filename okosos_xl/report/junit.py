"""Findings as JUnit XML: a suite per workbook, a case per finding."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from okosos_xl.kontroll.finding import Finding, Report
from okosos_xl.report.clean import one_line
from okosos_xl.report.judged import Judged


def render(judged: Judged) -> str:
    """A finding that counts as a failure fails, others pass and are told of; a workbook without any passes."""
    root = Element("testsuites", name="okosos validate")
    for report in judged.reports:
        root.append(_suite(judged, report))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(judged: Judged, report: Report) -> Element:
    name = one_line(report.file)
    failing = 0 if report.refused else sum(map(judged.fails, report.findings))
    suite = Element(
        "testsuite", name=name, tests=str(max(1, len(report.findings))), failures=str(failing),
        errors=str(len(report.findings) if report.refused else 0), skipped="0", time="0",
    )  # fmt: skip
    if not report.findings:
        SubElement(suite, "testcase", classname=name, name="i orden", time="0")
    for finding in report.findings:
        _case(suite, name, judged, report, finding)
    return suite


def _case(suite: Element, file: str, judged: Judged, report: Report, finding: Finding) -> None:
    case = SubElement(suite, "testcase", classname=file, name=one_line(f"{finding.code} {finding.place}"), time="0")
    said, way_out = one_line(finding.message), one_line(finding.action)
    if report.refused or judged.fails(finding):
        kind = "error" if report.refused else "failure"
        SubElement(case, kind, type=finding.severity, message=said).text = f"{said} {way_out}".strip()
    else:
        SubElement(case, "system-out").text = f"{finding.severity}: {said} {way_out}".strip()
