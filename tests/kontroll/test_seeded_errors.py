"""The seeded-error study: every kind of mistake, in every workbook there is, is found with its code and its cell.

``OKOSOS_MISTAKES`` says how many times each mistake is made in each workbook, in other cells each time. When it is not
set each mistake is made once, in the workbooks in turn: all of them in all of them take some minutes.
"""

from __future__ import annotations

import os
import random
import zlib

import pytest
from all_mistakes import MUTATIONS
from mutable import BOOKS, Good, Mutable, bumped_templates, good, places
from mutations import Expected, Nothing, Outcome, Refused

from okosos_xl import api
from okosos_xl.kontroll.finding import OPPLYSNING, Finding
from okosos_xl.template.compile import template_folders
from okosos_xl.workbook.refusal import WorkbookRefused

TURNS = (
    "gjeldsradgivning", "forvaltning", "statistikk", "manedsbudsjett", "gjeldsradgivning",
    "forvaltning", "statistikk", "dividende", "gjeldsradgivning", "statistikk",
)  # fmt: skip
"""Whose turn it is; the workbooks that take longest to compute come less often."""
TIMES = int(os.environ.get("OKOSOS_MISTAKES", "0"))


def missed(source: Good, name: str, seed: int) -> tuple[Outcome, str]:
    """What should have been found, and what is wrong with what was: nothing when all is well."""
    mutant = Mutable(source, random.Random(zlib.crc32(f"{name} {source.template} {seed}".encode())))
    expected = MUTATIONS[name](mutant)
    if expected is None:
        return None, ""
    try:
        findings = api.validate(mutant.data(), name="sak.xlsx").findings
    except WorkbookRefused as refusal:
        found = isinstance(expected, Refused) and refusal.code == expected.code
        return expected, "" if found else f"refused with {refusal.code}: {refusal.message}"
    if isinstance(expected, Refused):
        return expected, "was not refused"
    new = [f for f in findings if (f.code, f.sheet, f.cell) not in source.said]
    if isinstance(expected, Nothing):
        loud = [f"{f.code} {f.place} {f.message}" for f in new if f.severity != OPPLYSNING]
        return expected, "; ".join(loud[:3])
    if any(_is(f, expected) for f in new):
        return expected, ""
    return expected, "found only " + "; ".join(f"{f.code} {f.place} ({f.count})" for f in new[:8])


def _is(finding: Finding, expected: Expected) -> bool:
    if (finding.code, finding.sheet) != (expected.code, expected.sheet) or finding.count < expected.count:
        return False
    return expected.cell in ("*", finding.cell, *finding.samples)


def test_every_template_is_in_the_study() -> None:
    assert {folder.name for folder in template_folders()} == set(BOOKS)


def test_there_are_enough_kinds_of_mistakes() -> None:
    assert len(MUTATIONS) >= 100


@pytest.mark.parametrize("share", range(len(TURNS)))
def test_every_mistake_is_found_somewhere(share: int) -> None:
    """Each mistake in one workbook, in turn; in the next one where the workbook has nothing it can be made in."""
    wrong = []
    for name in list(MUTATIONS)[share :: len(TURNS)]:
        for template in [*TURNS[share:], *BOOKS]:
            expected, problem = missed(good(template), name, 0)
            if expected is not None:
                break
        else:
            problem = "can be made in no workbook"
        if problem:
            wrong.append(f"{name}: {expected}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.skipif(not TIMES, reason="OKOSOS_MISTAKES says how many times; it takes some minutes")
@pytest.mark.parametrize("template", BOOKS)
def test_every_mistake_is_found_everywhere(template: str) -> None:
    wrong, done = [], 0
    for name in MUTATIONS:
        for seed in range(TIMES):
            expected, problem = missed(good(template), name, seed)
            done += expected is not None
            if problem:
                wrong.append(f"{name} {seed}: {expected}: {problem}")
    assert not wrong, "\n".join(wrong)
    assert done >= 100 * TIMES


@pytest.mark.parametrize("template", BOOKS)
def test_a_template_that_has_become_newer_is_told(template: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    report = api.validate(
        good(template).data, name="sak.xlsx", templates=bumped_templates(tmp_path_factory.mktemp("ny"))
    )
    assert {f.code for f in report.findings} - {c for c, _, _ in good(template).said} == {"OKX330"}


@pytest.mark.parametrize("template", BOOKS)
def test_the_good_workbooks_are_good(template: str) -> None:
    assert not [
        code for code, _, _ in places(api.validate(good(template).data, name="x.xlsx")) if code.startswith("OKX")
    ]
