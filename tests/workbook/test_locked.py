"""Workbooks with a password: unlocked in memory, through read, validate and recalc alike, and never written out."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from raw_package import parts, zipped

from okosos_xl import api
from okosos_xl.commands import main
from okosos_xl.commands.common import Passwords, Unlocked, source_bytes
from okosos_xl.workbook.limits import Limits, LimitsError, current_limits, limits_from
from okosos_xl.workbook.locked import is_locked, unlock
from okosos_xl.workbook.refusal import WorkbookRefused

PASSWORD = "hemmelig æøå"
CASE = {"saldodato": "2026-10-15", "disponibelt": 900, "startmaaned": "2026-12"}


@pytest.fixture(scope="module")
def plain() -> bytes:
    return api.generate("dividende", CASE)


@pytest.fixture(scope="module")
def locked(plain: bytes) -> bytes:
    pytest.importorskip("msoffcrypto", reason="the extra «passord» is not installed")
    from msoffcrypto.format.ooxml import OOXMLFile

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt(PASSWORD, stream)
    return stream.getvalue()


def okosos(*args: str, code: int, password: str | None = None) -> Result:
    env = {"OKOSOS_PASSORD": password}
    result = CliRunner(env=env).invoke(main, list(args), prog_name="okosos")
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert PASSWORD not in result.output
    return result


def test_the_bytes_come_back(plain, locked) -> None:
    assert is_locked(locked)
    assert not is_locked(plain)
    assert unlock(locked, "sak.xlsx", PASSWORD, Limits()) == plain


@pytest.mark.parametrize(
    ("change", "password", "said"),
    [
        (lambda d: d, "et annet", "passordet er galt"),
        (lambda d: d[: len(d) // 2], PASSWORD, "ikke kan låses opp her"),
        (lambda d: d.replace(b'spinCount="100000"', b'spinCount="900000000"'), PASSWORD, "ikke kan låses opp her"),
    ],
)
def test_what_cannot_be_unlocked_is_one_clear_line(locked, change, password, said) -> None:
    with pytest.raises(WorkbookRefused) as caught:
        unlock(change(locked), "sak.xlsx", password, Limits())
    assert caught.value.code == "OKX007"
    assert said in caught.value.message
    assert password not in caught.value.message


def test_without_the_extra_it_says_how_to_get_it(locked, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    with pytest.raises(WorkbookRefused, match="okosos-xl\\[passord\\]"):
        unlock(locked, "sak.xlsx", PASSWORD, Limits())


def test_the_password_comes_from_the_environment(locked, tmp_path: Path) -> None:
    file = str(tmp_path / "sak.xlsx")
    Path(file).write_bytes(locked)
    assert "disponibelt: 900" in okosos("read", file, code=0, password=PASSWORD).stdout
    assert "i orden" in okosos("validate", file, code=0, password=PASSWORD).stdout
    assert "alle verdier stemmer" in okosos("recalc", file, code=0, password=PASSWORD).stdout
    assert okosos("validate", file, file, "--jobs", "2", code=0, password=PASSWORD).stdout.count("i orden") == 2
    for command in ("read", "validate", "recalc"):
        assert "passordet er galt" in okosos(command, file, code=2, password="galt").stderr
        assert "OKOSOS_PASSORD" in okosos(command, file, code=2).stderr


def test_nothing_unlocked_is_written_to_disk(locked, tmp_path: Path) -> None:
    file = str(tmp_path / "sak.xlsx")
    Path(file).write_bytes(locked)
    for args in (
        ("validate", file, "--report", str(tmp_path / "kopi.xlsx")), ("validate", file, "--cross-check"),
        ("validate", file, "--engine", "ironcalc"), ("recalc", file, "-o", str(tmp_path / "ut.xlsx")),
        ("recalc", file, "--engine", "ironcalc"),
    ):  # fmt: skip
        assert "ville lagt den ulåst på disken" in okosos(*args, code=2, password=PASSWORD).stderr
    assert [p.name for p in tmp_path.iterdir()] == ["sak.xlsx"]


def test_a_person_at_a_terminal_is_asked_once(locked, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("OKOSOS_PASSORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked: list[str] = []

    def prompt(text: str, **how: object) -> str:
        assert how == {"hide_input": True, "err": True}
        asked.append(text)
        return PASSWORD

    monkeypatch.setattr("click.prompt", prompt)
    files = [str(tmp_path / f"{n}.xlsx") for n in "ab"]
    for file in files:
        Path(file).write_bytes(locked)
    passwords = Passwords()
    for file in files:
        data, _ = source_bytes(file, passwords)
        assert isinstance(data, Unlocked)
    assert asked == [f"Passord for {files[0]}"]


def test_the_limits_can_be_set_in_the_environment(tmp_path: Path, monkeypatch) -> None:
    assert current_limits() == Limits()
    assert limits_from("fil=100MB, deler=10000 dybde=70 flate=1000") == Limits(
        file_bytes=100_000_000, members=10_000, depth=70, area=1000
    )
    for wrong in ("fil", "fil=", "fil=-1", "fil=1TB", "stort=1", "dybde=100000", "fil=0"):
        with pytest.raises(LimitsError, match="OKOSOS_GRENSER: "):
            limits_from(wrong)
    file = tmp_path / "sak.xlsx"
    file.write_bytes(zipped(parts()))
    monkeypatch.setenv("OKOSOS_GRENSER", "deler=2")
    assert okosos("read", str(file), code=2).stderr.startswith("OKX015: ")
    monkeypatch.setenv("OKOSOS_GRENSER", "deler=to")
    said = okosos("read", str(file), code=2).stderr
    assert said.startswith("OKOSOS_GRENSER: «deler=to» er ikke forstått.")
    assert len(said.splitlines()) == 1


def test_a_cell_far_out_is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    from okosos_xl.workbook.guard import read_vetted
    from okosos_xl.workbook.package import Package

    far = zipped(parts('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    with pytest.raises(WorkbookRefused, match="Krav!XFD1048576") as caught:
        Package(read_vetted(far)).read_all()
    assert caught.value.code == "OKX028"
    Package(read_vetted(zipped(parts('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')))).read_all()


@pytest.mark.parametrize("text", ["NaN", "inf", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused_by_the_quick_reader_too(text: str) -> None:
    from okosos_xl.workbook.guard import read_vetted
    from okosos_xl.workbook.package import Package

    data = zipped(parts(f'<row r="1"><c r="A1"><v>{text}</v></c></row>'))
    with pytest.raises(WorkbookRefused, match="Krav!A1") as caught:
        Package(read_vetted(data)).read_all()
    assert caught.value.code == "OKX022"
