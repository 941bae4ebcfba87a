"""What formulas lean on, held against the texts of the formulas themselves, taken apart by another library."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

from okosos_xl.template.compile import compile_formulas, load_spec
from okosos_xl.template.layout import Layout, Region
from okosos_xl.template.needs import leads_to

sys.path.append(str(Path(__file__).parents[1] / "workbook"))
from typed_cases import small

TEMPLATES = ("dividende", "forvaltning", "gjeldsradgivning", "manedsbudsjett", "statistikk", "sosialhjelp")
_REFERENCE = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|[^'!]+)!)?(?P<cells>\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)")


def by_their_texts(layout: Layout, start: list[Region]) -> set[str]:
    """The regions reached from ``start`` by following every reference in every cell's formula."""
    at: dict[tuple[str, int, int], Region] = {}
    for region in layout.regions.values():
        for row in range(region.row, region.row + region.nrows):
            for col in range(region.col, region.col + region.ncols):
                at[region.sheet, row, col] = region
    found: set[str] = set()
    waiting = [at[r.sheet, r.row, r.col] for r in start]
    while waiting:
        region = waiting.pop()
        if region.id in found:
            continue
        found.add(region.id)
        if region.is_input or region.fixed:
            continue
        blocks = {
            (match["sheet"] or region.sheet, match["cells"])
            for column in region.columns_of_text()
            for text in column
            for token in Tokenizer("=" + text).items
            if token.type == "OPERAND" and token.subtype == "RANGE" and (match := _REFERENCE.fullmatch(token.value))
        }
        for sheet, cells in blocks:
            col1, row1, col2, row2 = range_boundaries(cells.replace("$", ""))
            name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
            for row in range(row1, row2 + 1):
                waiting += [at[place] for col in range(col1, col2 + 1) if (place := (name, row, col)) in at]
    return found


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_key_figures_lean_on_is_what_their_formulas_say(template: str) -> None:
    layout = small(load_spec(template))
    cells = layout.cells()
    for id in layout.spec.key_figures:
        start = [layout.regions.get(id) or cells[id]]
        assert {region.id for region in leads_to(layout, start)} == by_their_texts(layout, start), id


def test_regions_that_have_been_moved_lean_on_what_they_did() -> None:
    layout = small(load_spec("dividende"))
    start = [layout.regions[id] for id in layout.spec.key_figures]
    before = {region.id for region in leads_to(layout, start)}
    moved: dict[str, int] = defaultdict(int)
    for region in layout.regions.values():
        moved[region.sheet] += 1
        region.row += 7
    compile_formulas(layout)
    assert len(moved) > 3
    assert {region.id for region in leads_to(layout, start)} == before


def test_no_income_or_budget_leans_on_a_payment_plan() -> None:
    layout = small(load_spec("gjeldsradgivning"))
    start = [layout.regions[id] for id in ("sum_inntekt", "sum_livsopphold", "betalingsevne")]
    sheets = {region.sheet for region in leads_to(layout, start)}
    assert {"Inntekt", "Livsopphold", "Budsjett", "Husstand", "Satser"} <= sheets
    assert not sheets & {"Plan A", "Plan B", "Plan felles", "Beregning plan"}
