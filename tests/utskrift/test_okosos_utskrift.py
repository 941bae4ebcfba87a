"""``okosos utskrift``: the command line, and the PDFs that LibreOffice makes."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from printed_books import book, typed

from okosos_xl import to_pdf
from okosos_xl.commands import main
from okosos_xl.engine.libreoffice_engine import convert, find_soffice
from okosos_xl.utskrift.make import Wanted

Run = Callable[..., Result]
AMOUNT = re.compile(r"−?\d{1,3}(?: \d{3})*,\d\d\b")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("sak.xlsx", code=2)`` in a folder with a filled-in Dividende."""
    monkeypatch.chdir(tmp_path)
    Path("sak.xlsx").write_bytes(book("dividende"))

    def call(*args: str, code: int, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(main, ["utskrift", *args], input=stdin, prog_name="okosos")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, (result.stdout[:2000], result.stderr[:2000])
        assert "Traceback" not in result.stdout + result.stderr
        return result

    return call


@pytest.fixture
def office() -> str:
    program = find_soffice()
    if program is None:
        pytest.skip("LibreOffice is not installed")
    return program


def _text(pdf: bytes) -> list[str]:
    """The pages of a PDF as text."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not installed")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().replace("\u00a0", " ").split("\f")[:-1]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["borte.xlsx"], "OKX001"),
        (["tull.xlsx"], "OKX005"),
        (["fremmed.xlsx"], "OKX00"),
        (["sak.xlsx", "--ark", "Krav", "--uten", "krav"], "Det samme arket er oppgitt med både --ark og --uten."),
        (
            ["sak.xlsx", "--ark", "Kravene"],
            "sak.xlsx: det er ikke noe ark som heter «Kravene». Velg blant: Forside, Krav",
        ),
        (["sak.xlsx", "-o", "-", "--format", "json"], "-o - og --format json skriver begge til standard ut."),
        (["-"], "Filen kommer fra standard inn. Oppgi PDF-en som skal lages, med -o."),
        (["sak.xlsx", "tull.xlsx", "-o", "-"], "-o - kan bare brukes med én sak."),
        (
            ["sak.xlsx", "tull.xlsx", "-o", "tull.xlsx"],
            "tull.xlsx er en fil, og her er det flere saker. Oppgi en mappe.",
        ),
        (["sak.xlsx", "mappe/sak.xlsx", "-o", "ut"], "To av sakene ville blitt til ut/sak.pdf."),
        (["sak.xlsx", "-o", "finnes.pdf"], "finnes.pdf finnes fra før. Velg et annet navn, eller bruk --force."),
        (["sak.xlsx", "--force", "-o", "sak.xlsx"], "sak.xlsx: dette er filen det leses fra."),
    ],
)
def test_what_cannot_run_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], line: str
) -> None:
    monkeypatch.setattr("okosos_xl.utskrift.make.as_pdf", lambda *_: b"%PDF")
    monkeypatch.setattr("okosos_xl.engine.libreoffice_engine.find_soffice", lambda: "soffice")
    monkeypatch.setattr("okosos_xl.utskrift.make.find_soffice", lambda: "soffice")
    Path("tull.xlsx").write_bytes(b"ikke en arbeidsbok")
    Path("fremmed.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    Path("finnes.pdf").write_bytes(b"min egen")
    before = {file: file.read_bytes() for file in Path.cwd().iterdir()}
    result = run(*arguments, code=2)
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
    assert {file: file.read_bytes() for file in Path.cwd().iterdir()} == before


def test_without_libreoffice_it_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKOSOS_SOFFICE", "/finnes/ikke")
    result = run("sak.xlsx", "-o", "sak.pdf", code=2)
    assert result.stderr.startswith("LibreOffice er ikke installert, og trengs for å lage PDF. Installer det")
    assert not Path("sak.pdf").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize(("script", "line"), [("exit 1", "klarte ikke å lage PDF"), ("sleep 30", "svarer ikke")])
def test_a_libreoffice_that_fails_leaves_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, script: str, line: str
) -> None:
    program = Path("soffice").resolve()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("OKOSOS_SOFFICE", str(program))
    monkeypatch.setattr("okosos_xl.utskrift.make._SECONDS", 0.5)
    result = run("sak.xlsx", "-o", "sak.pdf", code=2)
    assert line in result.stderr
    assert sorted(file.name for file in Path.cwd().iterdir()) == ["sak.xlsx", "soffice"]


def test_a_workbook_with_a_password_is_not_laid_unlocked_on_the_disk(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("msoffcrypto", reason="the extra «passord» is not installed")
    from msoffcrypto.format.ooxml import OOXMLFile

    monkeypatch.setattr("okosos_xl.engine.libreoffice_engine.find_soffice", lambda: "soffice")
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(book("dividende"))).encrypt("hemmelig", locked)
    Path("laast.xlsx").write_bytes(locked.getvalue())
    assert run("laast.xlsx", code=2).stderr.startswith("OKX007: «laast.xlsx» er passordbeskyttet; legg passordet i")
    monkeypatch.setenv("OKOSOS_PASSORD", "hemmelig")
    assert "utskriften ville lagt den ulåst på disken" in run("laast.xlsx", code=2).stderr
    assert not Path("laast.pdf").exists()


def test_help_has_an_example(run: Run) -> None:
    assert "Eksempel:  okosos utskrift sak.xlsx -o sak.pdf" in run("--help", code=0).stdout


@pytest.mark.libreoffice
def test_one_case_and_several_and_what_programs_are_told(run: Run, office: str) -> None:
    assert office
    original = Path("sak.xlsx").read_bytes()
    result = run("sak.xlsx", "--ark", "Krav", code=0)
    assert result.stdout == "sak.pdf\n"
    assert result.stderr == "Laget sak.pdf (1 side).\n"
    assert Path("sak.pdf").read_bytes().startswith(b"%PDF")
    Path("gammel.xlsx").write_bytes(typed(original, {"Krav!G12": 50_000.0, "Krav!P13": "ring"}))
    result = run("sak.xlsx", "gammel.xlsx", "borte.xlsx", "--ark", "Krav", "-o", "ut", "--format", "json", code=2)
    first, second = json.loads(result.stdout)
    assert (first["pdf"], first["sider"], first["ark"], first["regnet_ut"]) == ("ut/sak.pdf", 1, ["Krav"], 0)
    assert second["regnet_ut"] > 100
    assert second["utenfor_papiret"] == ["Krav!P13"]
    assert "OKX001" in result.stderr
    assert "i filen var ikke regnet ut på nytt. PDF-en har de riktige." in result.stderr
    assert "ut/gammel.pdf: Ikke med, skrevet utenfor papiret: Krav!P13." in result.stderr
    assert Path("sak.xlsx").read_bytes() == original
    assert sorted(file.name for file in Path("ut").iterdir()) == ["gammel.pdf", "sak.pdf"]


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("template", "example", "before", "after"),
    [
        ("dividende", "", 23, 14),
        ("forvaltning", "", 47, 19),
        ("gjeldsradgivning", "enslig-to-barn", 94, 48),
    ],
)
def test_fewer_pages_and_the_same_amounts(
    office: str, tmp_path: Path, template: str, example: str, before: int, after: int
) -> None:
    """Page numbers depend a little on the fonts of the machine."""
    data = book(template, example)
    (tmp_path / "sak.xlsx").write_bytes(data)
    convert(office, [tmp_path / "sak.xlsx"], "pdf", tmp_path / "pdf", 180, language="nb-NO")
    whole = _text((tmp_path / "pdf" / "sak.pdf").read_bytes())
    result = to_pdf(data, name="sak.xlsx")
    short = _text(result.pdf)
    assert len(short) == result.pages
    assert before * 0.9 <= len(whole) <= before * 1.1
    assert after * 0.9 <= len(short) <= after * 1.1
    assert all(f"side {number} av {len(short)}" in page for number, page in enumerate(short, 1))
    # whatever is printed stands in the same words on the pages of the workbook as it is
    assert not Counter(_lines(short)) - Counter(_lines(whole))
    if template == "dividende":  # where no sheet is left out, no line is gone either
        assert set(_lines(whole)) == set(_lines(short)) | {line for line in _lines(whole) if "i øre" in line}


def _lines(pages: list[str]) -> list[str]:
    """The lines with amounts on them, without how far apart the words stand."""
    lines = (" ".join(line.split()) for page in pages for line in page.splitlines())
    return [line for line in lines if AMOUNT.search(line)]


@pytest.mark.libreoffice
def test_what_the_advisor_has_typed_is_on_the_paper(office: str) -> None:
    assert office
    data = typed(
        book("dividende"), {"Krav!A40": "Den siste kreditoren", "Krav!G40": 4_321.0, "Plan!H10": "egen merknad"}
    )
    pages = _text(to_pdf(data, Wanted(("Krav", "Fordeling", "Kreditorer")), name="sak.xlsx").pdf)
    assert "Den siste kreditoren" in pages[0]
    assert "4 321,00" in pages[0]
    assert any("Den siste kreditoren" in page for page in pages[1:])
    assert not any("overstyrt" in page for page in pages)
