"""What is printed: everything on the paper, with room for what is filled in later; a creditor gets no half plan.

The area is not cut at the last row that is filled. A fixed area would leave out, without a word, the rows an advisor
adds afterwards. One with a formula in it is fixed by Excel the first time the page set-up is opened, and LibreOffice
takes it for no area at all (seen with 7.4: it then prints the columns beside the paper too).
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from functools import cache
from html import unescape
from xml.etree import ElementTree

import pytest

from okosos_xl.api import generate
from okosos_xl.template.compile import compile_template, load_spec, template_folders
from okosos_xl.workbook.areas import Area, parse_area

TEMPLATES = sorted(folder.name for folder in template_folders())
DAY = date(2026, 11, 22)
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


@cache
def package(template: str, claims: int = 0) -> bytes:
    return generate(template, case_date=DAY, capacity={"krav": claims} if claims else None)


def areas(data: bytes) -> dict[str, Area]:
    """By sheet, what is printed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    names = [e for e in root.iter() if e.get("name") == "_xlnm.Print_Area"]
    found = [parse_area(unescape(name.text or ""), sheet="") for name in names]
    return {area.sheet: area for area in found if area is not None}


def _number(part: str) -> int:
    return int("".join(filter(str.isdecimal, part)))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("claims", [0, 55])
def test_every_row_that_can_hold_something_is_printed(template: str, claims: int) -> None:
    spec = load_spec(template)
    capacity = {"krav": claims} if claims else {}
    if not set(capacity) <= compile_template(spec).capacity.keys():
        pytest.skip("no claims in this template")
    layout = compile_template(spec, capacity)
    printed = areas(package(template, claims))
    for sheet in layout.sheets:
        area = printed[sheet.spec.name]
        assert (area.row1, area.col1) == (1, 1)
        if sheet.spec.kind == "beregning":  # to be looked into, not to be sent to anyone
            continue
        for region in sheet.regions:
            if region.col <= sheet.paper_col:
                assert region.row + region.nrows - 1 <= area.row2, region.id
                assert region.col + region.ncols - 1 <= area.col2, region.id
        assert all(label.row <= area.row2 for label in sheet.labels if label.col <= sheet.paper_col)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_chart_is_cut(template: str) -> None:
    data = package(template)
    layout = compile_template(load_spec(template))
    printed = areas(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        ends = [
            int(anchor.findtext(f"{DRAWING}to/{DRAWING}row") or 0)
            for name in sorted((n for n in archive.namelist() if n.startswith("xl/drawings/drawing")), key=_number)
            for anchor in ElementTree.fromstring(archive.read(name)).iter(f"{DRAWING}twoCellAnchor")
        ]
    with_charts = [s for s in layout.sheets if s.charts]
    assert sum(len(s.charts) for s in with_charts) == len(ends)
    bottoms = iter(ends)
    for sheet in with_charts:
        for _ in sheet.charts:
            assert next(bottoms) <= printed[sheet.spec.name].row2
