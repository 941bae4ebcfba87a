"""A form that is kept gives the same workbooks as one made from the beginning, and shows nothing of the last case."""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import sys
import warnings
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typed_cases import small, typed_case

from okosos_xl.engine import Values, get_engine
from okosos_xl.sak.case import Override, Sak
from okosos_xl.satser import Satssnapshot
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.rates import rates_of
from okosos_xl.workbook import kept
from okosos_xl.workbook.additions import Added, Additions
from okosos_xl.workbook.write import build, draft

CASES = int(os.environ.get("OKOSOS_FORMS", "2"))
TEMPLATES = ("dividende", "forvaltning", "gjeldsradgivning", "manedsbudsjett", "sosialhjelp", "statistikk")
DAYS = (date(2025, 8, 1), date(2026, 2, 1), date(2026, 7, 2))
ROOT = Path(__file__).parents[2]


class Bare:
    """An engine that computes nothing."""

    name = "ingen"

    def version(self) -> str | None:
        return "1"

    def evaluate(self, _package: bytes) -> Values:
        return {}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    kept.forget()


@cache
def _rates(template: str, day: date) -> Satssnapshot | None:
    spec = load_spec(template)
    return rates_of(spec).at(day) if spec.rates else None


def _built(template: str, sak: Sak, day: date = DAYS[2], *, hide_full: bool = False, root: Path | None = None) -> bytes:
    layout = small(load_spec(template))
    return build(layout, sak, Bare(), root, rates=_rates(template, day), hide_full=hide_full)[0]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_row_of_cases_gives_the_same_bytes_with_a_form_that_is_kept_and_with_a_new_one(template: str) -> None:
    chance = random.Random(template)
    layout = small(load_spec(template))
    cases = [Sak(template, 1), *(typed_case(layout, chance) for _ in range(CASES))]
    wanted = [*cases, *reversed(cases)]
    settings = [(chance.choice(DAYS[1:]), chance.random() < 0.3) for _ in wanted]
    warm = [_built(template, sak, day, hide_full=hide) for sak, (day, hide) in zip(wanted, settings, strict=True)]
    for data, sak, (day, hide) in zip(warm, wanted, settings, strict=True):
        kept.forget()
        assert _built(template, sak, day, hide_full=hide) == data


def test_computed_values_and_tall_rows_of_one_case_are_not_seen_in_the_next() -> None:
    spec = load_spec("forvaltning")
    layout, chance = small(spec), random.Random(3)
    full, empty = typed_case(layout, chance), Sak(spec.id, spec.version)
    one = build(small(spec), full, get_engine())[0]
    between = build(small(spec), empty, get_engine())[0]
    assert build(small(spec), full, get_engine())[0] == one
    kept.forget()
    assert build(small(spec), empty, get_engine())[0] == between


def test_a_kept_form_is_used_again_and_only_for_the_same_layout_rates_and_theme(tmp_path: Path) -> None:
    sak = Sak("gjeldsradgivning", 1)
    first = _built("gjeldsradgivning", sak)
    made = kept._FORMS[-1][1]
    assert _built("gjeldsradgivning", sak) == first
    assert kept._FORMS[-1][1] is made
    (tmp_path / "tema.yaml").write_text('farger: {input: "FF0000"}\n', encoding="utf-8")
    assert b"FFFF0000" in _part(_built("gjeldsradgivning", sak, root=tmp_path), "xl/styles.xml")
    (tmp_path / "tema.yaml").write_text('farger: {input: "00FF00"}\n', encoding="utf-8")
    assert b"FF00FF00" in _part(_built("gjeldsradgivning", sak, root=tmp_path), "xl/styles.xml")
    assert _built("gjeldsradgivning", sak, DAYS[0]) != first
    assert _built("gjeldsradgivning", sak) == first


def test_what_is_kept_is_bounded() -> None:
    for rows in range(2, 60, 8):
        layout = compile_template(load_spec("dividende"), exact={"krav": rows})
        build(layout, Sak("dividende", 1), Bare())
    assert sum(made.form.holes for _, made in kept._FORMS) <= kept._CELLS


def test_overrides_and_things_of_the_advisors_own_are_not_seen_in_the_next_workbook() -> None:
    spec = load_spec("dividende")
    plain = build(small(spec), Sak(spec.id, 1), Bare())[0]
    id = next(r.id for r in small(spec).formulas() if r.kind == "field")
    build(small(spec), Sak(spec.id, 1, overrides=[Override(id, "5", reason="prøve")]), Bare())
    sheet = small(spec).sheets[0].spec.name
    beside = Additions(cells={sheet: {(90, 30): Added("egen tekst")}})
    assert not beside.empty
    draft(small(spec), Sak(spec.id, 1), added=beside).values(Bare())
    assert build(small(spec), Sak(spec.id, 1), Bare())[0] == plain


@pytest.mark.parametrize("sheets", [{}, {"Ark": {}}])
def test_additions_with_nothing_on_any_sheet_are_no_additions(sheets: dict[str, dict[tuple[int, int], Added]]) -> None:
    assert Additions(cells=sheets).empty


@pytest.mark.parametrize(
    ("number", "said"),
    [("", ""), ("2026/12", "2026/12 · "), ("A&B <x>", "A&&B <x> · "), ("x" * 60, "x" * 40 + " · "), (7, "7 · ")],
)
def test_the_footer_names_the_case(number: str | int, said: str) -> None:
    spec = load_spec("gjeldsradgivning")
    data = _built("gjeldsradgivning", Sak(spec.id, 1, {spec.footer_id: str(number)}))
    footers = set(re.findall(rb"<oddFooter>(.*?)</oddFooter>", _part(data, "xl/worksheets/sheet1.xml")))
    escaped = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert footers == {
        f"&amp;L&amp;8 {escaped}{spec.title}&amp;C&amp;8 mal versjon {spec.version} · satser per 02.07.2026"
        "&amp;R&amp;8 side &amp;P av &amp;N".encode()
    }


def test_a_case_number_that_makes_the_footer_too_long_is_cut_and_the_footer_stays() -> None:
    spec = load_spec("gjeldsradgivning")
    data = _built("gjeldsradgivning", Sak(spec.id, 1, {spec.footer_id: "&" * 40}))
    (footer,) = re.findall(rb"<oddFooter>(.*?)</oddFooter>", _part(data, "xl/worksheets/sheet1.xml"))
    assert len(footer.decode().replace("&amp;", "&")) <= 255
    assert footer.count(b"&amp;&amp;") >= 20


@pytest.mark.parametrize(
    "text", ["<r>a</r>", "<r><t>a</t></r>", " a ", "a\nb", "_x0041_", "a\x01b", "&amp;", "😀", "=1", "x" * 32_000]
)
def test_a_text_is_read_back_as_it_was_typed(text: str) -> None:
    layout = small(load_spec("dividende"))
    region = next(r for r in layout.inputs() if r.item.type == "tekst" and r.kind == "field")
    data = build(layout, Sak("dividende", 1, {region.id: text}), Bare())[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data))
    found = book[region.sheet].cell(region.row, region.col).value
    assert str(found).replace("_x0001_", "\x01").replace("_x005F_", "_") == text


def test_texts_are_numbered_in_order_and_counted() -> None:
    data = _built("gjeldsradgivning", typed_case(small(load_spec("gjeldsradgivning")), random.Random(1)))
    strings = _part(data, "xl/sharedStrings.xml")
    items = re.findall(rb"<si>.*?</si>", strings, re.S)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    used = [int(n) for sheet in sheets for n in re.findall(rb't="s"><v>(\d+)</v>', sheet)]
    assert len(items) == len(set(items)) == len(set(used)) == max(used) + 1
    assert f'uniqueCount="{len(items)}"'.encode() in strings


def test_the_same_bytes_after_other_workbooks_as_in_a_process_of_its_own() -> None:
    chance = random.Random(8)
    layout = small(load_spec("statistikk"))
    for _ in range(3):
        _built("statistikk", typed_case(layout, chance))
    here = _built("statistikk", Sak("statistikk", 1))
    script = (
        "import sys; sys.path[:0] = ['tests/workbook']\n"
        "from test_form import _built; from okosos_xl.sak.case import Sak\n"
        "sys.stdout.buffer.write(_built('statistikk', Sak('statistikk', 1)))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT, env=environment)
    assert done.stdout == here


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)
