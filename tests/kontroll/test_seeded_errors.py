"""The seeded-error study: every kind of mistake, in every workbook there is, is found with its code and its cell.

``OKOSOS_MISTAKES`` says how many times each mistake is made, in other cells each time (once when it is not set).
"""

from __future__ import annotations

import os
import random
import zlib

import pytest
from mutable import BOOKS, Good, Mutable, bumped_templates, good, places
from mutations import MUTATIONS, Expected, Nothing, Outcome, Refused

from okosos_xl import api
from okosos_xl.kontroll.finding import OPPLYSNING, Finding
from okosos_xl.template.compile import template_folders
from okosos_xl.workbook.refusal import WorkbookRefused

TIMES = int(os.environ.get("OKOSOS_MISTAKES", "1"))


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
    kinds = [
        name
        for name in MUTATIONS
        if not isinstance(MUTATIONS[name](Mutable(good("dividende"), random.Random(1))), Nothing)
    ]
    assert len(kinds) >= 60


@pytest.mark.parametrize("template", BOOKS)
def test_every_mistake_is_found(template: str) -> None:
    source = good(template)
    wrong, done = [], 0
    for name in MUTATIONS:
        for seed in range(TIMES):
            expected, problem = missed(source, name, seed)
            done += expected is not None
            if problem:
                wrong.append(f"{name} {seed}: {expected}: {problem}")
    assert not wrong, "\n".join(wrong)
    assert done >= 60 * TIMES


def test_every_kind_applies_somewhere() -> None:
    never = {
        name
        for name, make in MUTATIONS.items()
        if all(make(Mutable(good(template), random.Random(0))) is None for template in BOOKS)
    }
    assert not never


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
