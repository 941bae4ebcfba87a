"""``okosos brev``: the files it makes, PDF, and wrong use as one clear line."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from letter_case import base

from okosos_xl import api
from okosos_xl.brev.names import file_name, plain
from okosos_xl.commands import main
from okosos_xl.engine.libreoffice_engine import find_soffice

Run = Callable[..., Result]
NO_OFFICE = {"OKOSOS_SOFFICE": "finnes-ikke"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("sak.xlsx", "--alle", code=0)`` in a folder with the case; never a traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sak.xlsx").write_bytes(base())

    def call(*args: str, code: int, env: dict[str, str] | None = None) -> Result:
        result = CliRunner().invoke(main, ["brev", *args], env=env, prog_name="okosos")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, (result.stdout[:2000], result.stderr[:2000])
        assert "Traceback" not in result.output
        assert "Noe uventet" not in result.output
        return result

    return call


def test_one_workbook_for_each_creditor(run: Run, tmp_path: Path) -> None:
    result = run("sak.xlsx", "--alle", "-o", "brev", "--xlsx", code=0)
    names = sorted(file.name for file in (tmp_path / "brev").iterdir())
    assert names == [
        "2026-0113-01-fjordbanken-forslag.xlsx",
        "2026-0113-02-kredittkort-nord-forslag.xlsx",
        "2026-0113-03-1-1-forslag.xlsx",
        "2026-0113-04-kraftlaget-forslag.xlsx",
    ]
    assert result.stdout.split() == [f"brev/{name}" for name in names]
    assert result.stderr == "Laget 4 brev i brev.\n"


def test_json_tells_what_was_made_without_names(run: Run) -> None:
    result = run("sak.xlsx", "--krav", "2", "--slag", "purring", "-o", "brev", "--xlsx", "--format", "json", code=0)
    assert json.loads(result.stdout) == [
        {"slag": "purring", "nr": 2, "filer": ["brev/2026-0113-02-kredittkort-nord-purring.xlsx"]}
    ]


def test_files_that_are_there_are_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "brev").mkdir()
    there = tmp_path / "brev" / "2026-0113-03-1-1-forslag.xlsx"
    there.write_text("mitt eget")
    result = run("sak.xlsx", "--alle", "-o", "brev", "--xlsx", code=2)
    assert "finnes fra før. Velg en annen mappe, eller bruk --force. Ingenting er skrevet." in result.stderr
    assert there.read_text() == "mitt eget"
    assert len(list((tmp_path / "brev").iterdir())) == 1
    run("sak.xlsx", "--alle", "-o", "brev", "--xlsx", "--force", code=0)
    assert there.read_bytes()[:2] == b"PK"


def test_the_advisors_own_file_is_left_alone(run: Run, tmp_path: Path) -> None:
    run("sak.xlsx", "--krav", "1", "-o", ".", "--xlsx", code=0)
    assert (tmp_path / "sak.xlsx").read_bytes() == base()


def test_without_libreoffice_there_are_workbooks_and_one_line(run: Run) -> None:
    result = run("sak.xlsx", "--krav", "1", "-o", "brev", code=0, env=NO_OFFICE)
    assert "LibreOffice er ikke installert, så bare arbeidsbøkene er laget." in result.stderr
    result = run("sak.xlsx", "--krav", "1", "-o", "pdf", "--pdf", code=2, env=NO_OFFICE)
    assert result.stderr == "LibreOffice er ikke installert, så PDF kan ikke lages. Bruk --xlsx.\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["sak.xlsx", "-o", "b"], "Velg --alle, eller --krav NR for bestemte krav."),
        (["sak.xlsx", "--alle", "--krav", "1", "-o", "b"], "Velg --alle, eller --krav NR for bestemte krav."),
        (["sak.xlsx", "--alle", "--pdf", "--xlsx", "-o", "b"], "Velg --pdf eller --xlsx."),
        (
            ["sak.xlsx", "--krav", "77", "-o", "b", "--xlsx"],
            "Krav 77 finnes ikke. Numrene står i kolonnen Nr. på Gjeld.",
        ),
        (["sak.xlsx", "--alle", "--slag", "gave", "-o", "b"], "Brevet «gave» finnes ikke. Velg blant: oppgave, "),
        (["borte.xlsx", "--alle", "-o", "b"], "borte.xlsx"),
        (["borte.yaml", "--alle", "-o", "b"], "filen finnes ikke"),
        (["tull.xlsx", "--alle", "-o", "b"], "OKX"),
        (["annen.xlsx", "--alle", "-o", "b"], "annen.xlsx: arbeidsboken har ingen brev."),
    ],
)
def test_what_cannot_run_is_one_line(run: Run, tmp_path: Path, arguments: list[str], line: str) -> None:
    (tmp_path / "tull.xlsx").write_bytes(b"ikke en arbeidsbok")
    if arguments[0] == "annen.xlsx":
        (tmp_path / "annen.xlsx").write_bytes(api.generate("dividende"))
    result = run(*arguments, code=2)
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
    assert not (tmp_path / "b").exists()


def test_a_claim_the_letter_does_not_suit_is_named_and_the_others_are_made(run: Run) -> None:
    result = run("sak.xlsx", "--krav", "3", "--krav", "1", "--slag", "purring", "-o", "b", "--xlsx", code=1)
    assert "Krav 3: brevet «purring» passer ikke for kravet nå." in result.stderr
    assert len(result.stdout.split()) == 1


@pytest.mark.libreoffice
def test_pdf_has_the_letter_and_the_annex_on_numbered_pages(run: Run, tmp_path: Path) -> None:
    if find_soffice() is None:
        pytest.skip("LibreOffice is not installed")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not installed")
    run("sak.xlsx", "--krav", "1", "--krav", "3", "-o", "brev", "--pdf", code=0)
    made = sorted((tmp_path / "brev").iterdir())
    assert [file.suffix for file in made] == [".pdf", ".pdf"]
    text = subprocess.run(["pdftotext", "-layout", made[0], "-"], capture_output=True, text=True, check=True).stdout
    pages = [" ".join(page.split()) for page in text.split("\f") if page.strip()]
    assert len(pages) == 2
    assert "Vi tilbyr 1 025,04 kr i måneden fra desember 2026" in pages[0].replace("\u00a0", " ")
    assert "Forslaget er ingen erkjennelse av krav som kan være foreldet" in pages[0]
    assert "side 1 av 2" in pages[0]
    assert "side 2 av 2" in pages[1]
    assert all("2026-0113" in page for page in pages)
    assert "67 500,00" in pages[1].replace("\u00a0", " ").replace("\u202f", " ")
    assert "###" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ærlig & Søn AS", "aerlig-son-as"),
        ("../../etc/passwd", "etc-passwd"),
        ("=1+1", "1-1"),
        ("Pønske\u0301 «Å»", "ponske-a"),
        ("銀行", ""),
        ("x" * 90, "x" * 40),
    ],
)
def test_names_are_plain_letters(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_names_are_whole_without_case_number_or_creditor() -> None:
    assert file_name("", 3, "3 銀行", "forslag") == "sak-03-forslag"
    assert file_name("2026/11", 12, "12 12 Fjell", "purring") == "2026-11-12-12-fjell-purring"
