"""Findings made by hand, nasty texts among them, and a small workbook."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okosos_xl.engine import get_engine
from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding, Report
from okosos_xl.kontroll.selection import FAIL_LEVELS
from okosos_xl.report.judged import Judged, judged
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.workbook.write import build

NASTY = '=1+1 <script>alert("x")</script> & \x1b[31m\u202e{0} [a](http://x) \ud800\nÆØÅ'
CASE = {
    "saldodato": "2026-10-15", "disponibelt": 1850, "startmaaned": "2026-12",
    "krav": [{"kreditor": "Fjordbanken", "saldo": 37400}, {"kreditor": "Åsen Inkasso", "saldo": 9100}],
}  # fmt: skip


@pytest.fixture(scope="session")
def reports() -> list[Report]:
    return [
        Report(
            "saker/2026-0113 å.xlsx",
            (
                Finding(
                    "OKX210", FEIL, "Plan", "F14", "Formelen er erstattet med 1 200.", "Slett tallet.", "plan.betalt",
                    12, Decimal("1412.50"), ("F14", "F15", "F16"),
                ),
                Finding("OKX120", FEIL, "Bob's ark", "D7", NASTY, NASTY),
                Finding("DIV300", ADVARSEL, "Perioder", "", "Første termin mangler.", "Skriv måneden."),
                Finding("XYZ9", OPPLYSNING, "", "", "Noe for hele boken.", ""),
            ),
            "formualizer",
        ),
        Report("saker/2026-0114.xlsx", (), "formualizer"),
        Report(
            "saker/<b>.xlsx", (Finding("OKX005", FEIL, "", "", "«<b>.xlsx» er ikke en Excel-arbeidsbok.", ""),),
            refused=True,
        ),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def all_judged(reports: list[Report]) -> Judged:
    return judged(reports, FAIL_LEVELS[ADVARSEL])


@pytest.fixture(scope="session")
def package() -> bytes:
    """A plan for two claims, with room for no more."""
    spec = load_spec("dividende")
    return build(compile_template(spec, exact={"krav": 2}), case_from_data(CASE, spec), get_engine(), None)[0]
