"""Text, JSON, SARIF and JUnit from the same findings; nothing in a workbook can break out of any of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from okosos_xl.kontroll.finding import FEIL
from okosos_xl.kontroll.selection import FAIL_LEVELS, prefixes, selected
from okosos_xl.report import sarif
from okosos_xl.report.clean import one_line
from okosos_xl.report.formats import FORMATS, render
from okosos_xl.report.summary import closing, table
from okosos_xl.report.text import lines


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_is_clean_text_and_the_same_each_time(fmt, all_judged) -> None:
    text = render(all_judged, fmt)
    assert text == render(all_judged, fmt)
    assert text.endswith("\n")
    text.encode("utf-8", "strict" if fmt != "json" else "replace")
    assert "ÆØÅ" in text
    if fmt != "json":  # JSON writes what was found as it was, escaped in its own way
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e\ud800-\udfff]", text)


def test_one_line_keeps_amounts_and_drops_what_steers_a_terminal() -> None:
    assert one_line("12\u00a0500 kr") == "12\u00a0500 kr"
    assert one_line("a\r\n\x1b[2Jb\ud800\u202ec") == "a   [2Jb\ufffd c"


def test_text_lines_are_aligned_and_tell_kroner(reports) -> None:
    said = lines(reports[0], colour=False)
    assert said[0] == "saker/2026-0113 å.xlsx   2 feil, 1 advarsel"
    assert said[1] == "  feil       OKX210  Plan!F14      1 412,50 kr  Formelen er erstattet med 1 200."
    assert said[2] == " " * 48 + "→ Slett tallet."
    start = said[1].index("Formelen")
    assert said[3][start:].startswith("=1+1 <script>")
    assert said[6][start - 2 :].startswith("→") or said[6][start:].startswith("→ Skriv måneden.")
    assert "\x1b" not in "".join(said)
    assert "\x1b[31m" in lines(reports[0], colour=True)[1]


def test_the_summary_counts_per_workbook_and_per_code(reports, all_judged) -> None:
    said = [re.split(r"\s{2,}", line.strip()) for line in table(reports, all_judged.titles)]
    assert said == [
        ["Feil", "Advarsler", "Opplysninger"],
        ["saker/2026-0113 å.xlsx", "2", "1", "1"],
        ["saker/<b>.xlsx", "–", "–", "–", "kunne ikke leses"],
        ["1 arbeidsbok uten funn", "0", "0", "0"],
        ["Til sammen 3 arbeidsbøker", "2", "1", "1"],
        [""],
        ["Kode", "Funn", "Arbeidsbøker", "Hva"],
        ["DIV300", "1", "1", "Første termin"],
        ["OKX005", "1", "1", "Filen er ikke en Excel-arbeidsbok"],
        ["OKX120", "1", "1", "Tekst der det skal stå et tall"],
        ["OKX210", "1", "1", "En formel er erstattet med en verdi"],
        ["XYZ9", "1", "1", "XYZ9"],
    ]
    assert closing(reports) == "3 arbeidsbøker kontrollert, 2 med feil eller advarsler. Mer: okosos explain OKX210"
    assert closing(reports[1:2]) == "1 arbeidsbok kontrollert, alt i orden."


def test_selection_takes_codes_and_prefixes_but_never_a_refusal(reports) -> None:
    assert prefixes(["okx2, div", "OKX2"]) == ("OKX2", "DIV")
    assert [f.code for f in selected(reports[0], ("OKX2", "DIV"), ()).findings] == ["OKX210", "DIV300"]
    assert [f.code for f in selected(reports[0], (), ("OKX",)).findings] == ["DIV300", "XYZ9"]
    assert selected(reports[2], ("DIV",), ("OKX005",)).findings == reports[2].findings


# --- SARIF: the constraints of the OASIS standard 2.1.0 that concern what we write ------------------------------------


def test_sarif_keeps_the_essentials_of_the_standard(reports, all_judged) -> None:
    log = json.loads(render(all_judged, "sarif"))
    assert set(log) == {"$schema", "version", "runs"}  # 3.13: version is required, runs is required
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]  # 3.14.6, 3.19: tool is required, its driver has a name
    assert driver["name"] == "okosos"
    assert re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"])
    assert re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", driver["language"])  # 3.19.21
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)  # 3.19.23: unique elements
    for rule in rules:  # 3.49: id required; messages need text; level from the closed list
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        assert "helpUri" not in rule
    assert run["invocations"] == [{"executionSuccessful": False}]  # 3.20.14: required
    artifacts = run["artifacts"]
    for artifact in artifacts:  # 3.4.3: a URI reference, so no space, no bare æøå, no angle bracket
        assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", artifact["location"]["uri"])
        assert "/" in artifact["mimeType"]  # 3.24.7
    assert artifacts[0]["location"]["uri"] == "saker/2026-0113%20%C3%A5.xlsx"
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")  # 3.14.17
    assert len(run["results"]) == 5
    for result in run["results"]:  # 3.27
        assert result["message"]["text"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]  # 3.27.6
        assert result["occurrenceCount"] >= 1
        (place,) = result["locations"]
        at = place["physicalLocation"]["artifactLocation"]
        assert artifacts[at["index"]]["location"]["uri"] == at["uri"]  # 3.4.5
        assert all(isinstance(mark, str) for mark in result["partialFingerprints"].values())  # 3.27.17


def test_sarif_names_the_cells(all_judged) -> None:
    results = json.loads(render(all_judged, "sarif"))["runs"][0]["results"]
    first = results[0]["locations"][0]["logicalLocations"]
    assert [one["fullyQualifiedName"] for one in first] == ["Plan!F14", "Plan!F15", "Plan!F16"]
    assert results[0]["properties"] == {"kroner": 1412.5}
    assert results[1]["locations"][0]["logicalLocations"] == [
        {"name": "D7", "fullyQualifiedName": "Bob's ark!D7", "kind": "cell"}
    ]
    assert results[2]["locations"][0]["logicalLocations"][0]["kind"] == "sheet"
    assert "logicalLocations" not in results[3]["locations"][0]


def test_sarif_has_no_placeholders_and_no_links_from_a_cell() -> None:
    assert sarif.message("{0} [a](http://x)") == "{{0}} [a] (http://x)"  # 3.11.5 and 3.11.6
    assert sarif.uri("/saker/a b.xlsx") == "file:///saker/a%20b.xlsx"


# --- JUnit ------------------------------------------------------------------------------------------------------------


def test_junit_has_a_suite_per_workbook_and_a_case_per_finding(all_judged) -> None:
    root = ElementTree.fromstring(render(all_judged, "junit"))
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "3", "1")
    said = [(s.get("name"), [(c.get("name"), [e.tag for e in c]) for c in s]) for s in root]
    assert said == [
        ("saker/2026-0113 å.xlsx", [
            ("OKX210 Plan!F14", ["failure"]), ("OKX120 Bob's ark!D7", ["failure"]),
            ("DIV300 Perioder", ["failure"]), ("XYZ9 arbeidsboken", ["system-out"]),
        ]),
        ("saker/2026-0114.xlsx", [("i orden", [])]),
        ("saker/<b>.xlsx", [("OKX005 arbeidsboken", ["error"])]),
    ]  # fmt: skip
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite)
        assert all(case.get("classname") == suite.get("name") for case in suite)


def test_junit_fails_what_the_level_says(all_judged) -> None:
    root = ElementTree.fromstring(render(replace(all_judged, failing=FAIL_LEVELS[FEIL]), "junit"))
    assert root.get("failures") == "2"
    assert (
        ElementTree.fromstring(render(replace(all_judged, failing=FAIL_LEVELS["aldri"]), "junit")).get("errors") == "1"
    )


def test_json_has_the_old_keys(all_judged) -> None:
    data = json.loads(render(all_judged, "json"))["arbeidsboker"]
    assert [(book["fil"], book["lest"], len(book["funn"])) for book in data] == [
        ("saker/2026-0113 å.xlsx", True, 4), ("saker/2026-0114.xlsx", True, 0), ("saker/<b>.xlsx", False, 1),
    ]  # fmt: skip
    assert data[0]["funn"][0]["kroner"] == 1412.5
