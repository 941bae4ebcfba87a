"""The whole of a split: compute the household, divide, compute the two cases, and hold them up against each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from okosos_xl.sak.case import Sak
from okosos_xl.sak.dump import case_data
from okosos_xl.sak.load import case_from_data
from okosos_xl.sak.problems import CaseError, CaseProblem
from okosos_xl.splitting.cases import Splitter
from okosos_xl.splitting.choices import Choices
from okosos_xl.splitting.living import settle
from okosos_xl.splitting.report import Line, Split
from okosos_xl.splitting.shares import plain
from okosos_xl.template.spec import TemplateSpec

Compute = Callable[[Sak], Callable[..., Any]]
"""A case → its computed values, asked for by id and row."""

BUDGET = (
    "inntekt", "livsopphold", "boutgifter", "energi", "andre", "bidrag", "betalingsevne",
    "trekk", "sikret_gjeld", "prioriterte_avtaler", "disponibelt",
)  # fmt: skip


def split_case(spec: TemplateSpec, sak: Sak, compute: Compute, choices: Choices) -> Split:
    """Raises :class:`CaseError` when there is nothing to split: no date, or only one adult."""
    if not isinstance(sak.fields.get(spec.date_id), date):
        raise CaseError([CaseProblem("saken", spec.date_id, "datoen mangler. Uten den kan ikke saken deles.")])
    value = compute(sak)
    if value("b_registrert") != 1 or value("a_registrert") != 1:
        raise CaseError([CaseProblem("saken", "", "har ikke to voksne, så det er ingenting å dele.")])
    splitter = Splitter(spec, sak, value, choices)
    result = splitter.run()
    if not choices.apart:
        settle(splitter, (compute(result.a), compute(result.b)))
        of_a, of_b = compute(result.a), compute(result.b)
        for line in BUDGET:
            for column in ("i_dag", "etter"):
                id = f"budsjett.{line}.{column}"
                result.lines.append(Line(id, *(_amount(v(id)) for v in (value, of_a, of_b))))
    for case in (result.a, result.b):
        case_from_data(case_data(case), spec, "den delte saken")  # what is written must be readable again
    return result


def _amount(value: Any) -> Decimal:
    return plain(value) if isinstance(value, float) else Decimal(0)
