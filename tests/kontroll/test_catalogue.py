"""Every finding the toolkit can make is explained, and nothing is explained that it cannot make."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import okosos_xl
from okosos_xl.commands import main
from okosos_xl.kontroll.catalogue import catalogue, explain, groups, nearest, template_entries
from okosos_xl.kontroll.finding import SEVERITIES
from okosos_xl.report.catalogue_page import markdown
from okosos_xl.workbook.refusal import CODES

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"\bOKX\d{3}\b")


def run(*args: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["explain", *args], prog_name="okosos")
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


def test_every_code_in_the_toolkit_is_explained_and_the_other_way_round() -> None:
    package = Path(okosos_xl.__file__).parent
    used = {code for file in package.rglob("*.py") for code in CODE.findall(file.read_text(encoding="utf-8"))}
    used |= set(CODES)
    assert used == set(catalogue())


def test_codes_stand_in_order_and_belong_to_a_group() -> None:
    codes = list(catalogue())
    assert codes == sorted(codes)
    assert {code[3] for code in codes} == set(groups())


@pytest.mark.parametrize("entry", catalogue().values(), ids=lambda e: e.code)
def test_an_entry_speaks_plainly(entry) -> None:
    assert set(entry.severities) <= set(SEVERITIES)
    assert not entry.title.endswith(".")
    for text in (entry.what, entry.why, entry.action):
        assert text.endswith(".")
        assert text[0].isupper() or text[0] in "«"
        assert len(text) < 320
    assert entry.example


def test_the_page_in_docs_is_made_from_the_same_source() -> None:
    page = (ROOT / "docs" / "funn.md").read_text(encoding="utf-8")
    assert page == markdown(catalogue().values()), "okosos explain --alle --format markdown > docs/funn.md"


def test_explain_takes_any_case_and_the_checks_of_the_templates() -> None:
    assert run("okx120").startswith("OKX120  Tekst der det skal stå et tall\nfeil\n\nHva       Cellen ")
    said = run("DIV300", "gr600", "SATS1")
    assert "DIV300  Første termin  (malen dividende)" in said
    assert "Gjør      Skriv måneden på arket Perioder, for eksempel 01.12.2026." in said
    assert "GR600" in said
    assert "SATS1  Satsene passer til datoen" in said


def test_what_a_message_works_out_is_left_open() -> None:
    assert [e.code for e in template_entries().values() if re.search(r"[{}]", e.what + e.action)] == []


def test_explain_as_json() -> None:
    (data,) = json.loads(run("okx210", "--format", "json"))
    assert data["kode"] == "OKX210"
    assert data["alvorlighet"] == ["advarsel", "opplysning"]
    assert len(json.loads(run("--alle", "--format", "json"))) == len(catalogue()) + len(template_entries())


def test_an_unknown_code_names_the_nearest() -> None:
    assert run("OKX12", code=2) == "Koden «OKX12» finnes ikke. Mente du OKX120 eller OKX121 eller OKX122?\n"
    assert "Mente du SATS" in run("sats9", code=2)
    assert run("tull", code=2) == "Koden «tull» finnes ikke. «okosos explain --alle» viser kodene.\n"
    assert "--alle" in run(code=2)
    assert nearest("") == []
    assert explain("OKX999") is None
