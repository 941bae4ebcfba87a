"""All checks on one reading, in one order."""

from __future__ import annotations

from okosos_xl.engine import Values
from okosos_xl.kontroll.duplicates import check_duplicates
from okosos_xl.kontroll.effect import Effects, is_error
from okosos_xl.kontroll.finding import SEVERITIES, Finding, Report
from okosos_xl.kontroll.formulas import check_formulas
from okosos_xl.kontroll.inputs import check_inputs
from okosos_xl.kontroll.personal import check_personal_numbers
from okosos_xl.kontroll.rates import check_rates
from okosos_xl.kontroll.stale import check_errors, check_stale, not_computed
from okosos_xl.kontroll.structure import check_structure
from okosos_xl.kontroll.template_checks import check_template
from okosos_xl.kontroll.unseen import check_unseen
from okosos_xl.workbook.reading import Reading


def judge(reading: Reading, values: Values | None, engine: str, effects: Effects | None = None) -> Report:
    """Everything to say about a workbook, the worst first.

    Without ``values`` (the engine could not compute it) what hangs on them is left out, and that is said.
    ``effects``: what its changed formulas mean in kroner.
    """
    findings: list[Finding] = [
        *check_inputs(reading),
        *check_duplicates(reading),
        *check_personal_numbers(reading),
        *check_structure(reading),
        *check_unseen(reading),
        *check_formulas(reading, effects),
        *check_rates(reading),
    ]
    if values is None:
        findings.append(not_computed(engine))
    else:
        findings += check_template(reading, values)
        findings += check_errors(reading.package, values, _known_errors(reading))
        findings += check_stale(reading.package, values)
    findings.sort(key=lambda f: SEVERITIES.index(f.severity))
    return Report(reading.file, tuple(findings), engine)


def _known_errors(reading: Reading) -> frozenset[tuple[str, tuple[int, int]]]:
    """Cells whose error value stands there itself: the findings about inputs and formulas name them."""
    typed = {(p.region.sheet, p.cell) for p in reading.problems if p.kind == "feilverdi"}
    return frozenset(typed | {(c.region.sheet, c.cell) for c in reading.changes if is_error(c)})
