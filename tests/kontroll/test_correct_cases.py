"""Random correct cases, in every workbook: the toolkit finds no mistake in any of them.

``OKOSOS_CORRECT`` says how many cases there are in all (10 when it is not set). The templates' own checks may speak of
a case that deserves it (a budget below zero, an old balance); a rule about mistakes in the workbook may not.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forvaltning_book import seeded as managed
from manedsbudsjett_book import seeded as budget
from mutable import BOOKS, good, made
from oracle.husstand_strategier import tilfeldig_sak
from oracle.statistikk import tilfeldig
from oracle.strategies import random_case

from okosos_xl import api
from okosos_xl.engine.libreoffice_engine import find_soffice
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import load_spec

CASES = int(os.environ.get("OKOSOS_CORRECT", "10"))


def claims(number: int) -> dict[str, Any]:
    return random_case(random.Random(number))


GENERATORS: dict[str, Callable[[int], dict[str, Any]]] = {
    "dividende": claims,
    "gjeldsradgivning": tilfeldig_sak,
    "forvaltning": managed,
    "manedsbudsjett": budget,
    "statistikk": lambda number: tilfeldig(number, 25),
}


def said(data: bytes) -> list[str]:
    """What the toolkit says of a workbook, the templates' own checks left out."""
    report = api.validate(data, name="sak.xlsx")
    return [f"{f.code} {f.place} {f.message}" for f in report.findings if f.code.startswith("OKX")]


@pytest.mark.parametrize("template", GENERATORS)
def test_nothing_is_found_in_correct_cases(template: str) -> None:
    wrong = []
    for number in range(50_000, 50_000 + max(1, CASES // len(GENERATORS))):
        sak = case_from_data(GENERATORS[template](number), load_spec(template))
        wrong += [f"{number}: {line}" for line in said(made(sak)[1])]
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.libreoffice
@pytest.mark.slow
def test_nothing_is_found_after_libreoffice_has_saved_them(tmp_path: Path) -> None:
    """Opened and saved by another program: shared formulas written out, names and styles rewritten, all recomputed."""
    soffice = find_soffice()
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    more = max(0, CASES // 50)
    for template in BOOKS:
        (tmp_path / f"{template}.xlsx").write_bytes(good(template).data)
        for number in range(60_000, 60_000 + more) if template in GENERATORS else ():
            sak = case_from_data(GENERATORS[template](number), load_spec(template))
            (tmp_path / f"{template}-{number}.xlsx").write_bytes(made(sak)[1])
    files = sorted(tmp_path.glob("*.xlsx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    options = [
        "--headless",
        "--norestore",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "ut"),
    ]
    subprocess.run([soffice, profile, *options, *map(str, files)], capture_output=True, timeout=400, check=True)
    wrong = {file.name: found for file in files if (found := said((tmp_path / "ut" / file.name).read_bytes()))}
    assert not wrong
