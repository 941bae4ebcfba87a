"""``okosos validate``: formats, levels, selection, many files, the copy with findings, and quiet."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from okosos_xl.commands import judging, progress
from okosos_xl.commands.common import Passwords


@pytest.fixture
def wrong(edit) -> bytes:
    """One typed-over formula with a reason, and text where a number belongs."""
    edit("krav.saldo", 1, text="12 500,50 kr")
    return edit.data()


@pytest.fixture
def folder(tmp_path: Path, package: bytes, wrong: bytes) -> Path:
    (tmp_path / "saker").mkdir()
    for name, data in {"a": package, "b": wrong, "c": package, "d": b"rusk", "e": wrong}.items():
        (tmp_path / "saker" / f"{name}.xlsx").write_bytes(data)
    return tmp_path / "saker"


def test_the_levels_decide_the_exit_code(run, tmp_path, wrong) -> None:
    (tmp_path / "b.xlsx").write_bytes(wrong)
    run("validate", "b.xlsx", "--select", "OKX220", code=1)
    run("validate", "b.xlsx", "--select", "OKX220", "--fail-level", "feil", code=0)
    run("validate", "b.xlsx", "--fail-level", "feil", code=1)
    run("validate", "b.xlsx", "--fail-level", "aldri", code=0)
    run("validate", "b.xlsx", "--ignore", "okx,div", code=0)
    said = run("validate", "b.xlsx", "--select", "QQ", code=2).stderr
    assert said == "Ingen kode begynner med «QQ». «okosos explain --alle» viser kodene.\n"
    said = run("validate", "b.xlsx", "--select", "OKX12O", code=2).stderr
    assert said.startswith("Ingen kode begynner med «OKX12O». Mente du OKX12")


def test_many_files_in_processes_say_the_same_in_the_same_order(run, folder) -> None:
    one = run("validate", "saker", code=2)
    two = run("validate", "saker", "--jobs", "2", code=2)
    assert two.stdout == one.stdout
    assert two.stderr == one.stderr
    heads = [line.partition("   ")[0] for line in one.stdout.splitlines() if not line.startswith(" ")]
    assert heads == [str(Path(f"saker/{n}.xlsx")) for n in "abce"]
    assert "Til sammen 5 arbeidsbøker" in one.stderr
    assert "2 arbeidsbøker uten funn" in one.stderr
    assert one.stderr.splitlines()[-1] == (
        "5 arbeidsbøker kontrollert, 3 med feil eller advarsler. Mer: okosos explain OKX120"
    )


def test_quiet_leaves_out_what_is_in_order(run, folder) -> None:
    result = run("validate", "saker", "-q", code=2)
    heads = [line.partition("   ")[0] for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert heads == [str(Path(f"saker/{n}.xlsx")) for n in "be"]
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == ["OKX005"]


@pytest.mark.parametrize("fmt", ["text", "json", "sarif", "junit", "html"])
def test_a_report_goes_to_a_file_or_to_standard_output(run, fmt, tmp_path, wrong) -> None:
    (tmp_path / "b.xlsx").write_bytes(wrong)
    said = run("validate", "b.xlsx", "--format", fmt, "-o", "funn.ut", code=1)
    assert said.stdout == ""
    assert said.stderr.splitlines()[-1] == "Laget funn.ut."
    text = (tmp_path / "funn.ut").read_text(encoding="utf-8")
    assert "OKX120" in text
    if fmt != "text":
        direct = run("validate", "b.xlsx", "--format", fmt, code=1)
        assert direct.stdout == text
        assert direct.stderr == ""


def test_a_report_never_goes_over_the_workbook(run, tmp_path, wrong) -> None:
    (tmp_path / "b.xlsx").write_bytes(wrong)
    for option in ("-o", "--report"):
        assert "dette er filen det leses fra" in run("validate", "b.xlsx", option, "b.xlsx", code=2).stderr
    assert (tmp_path / "b.xlsx").read_bytes() == wrong


def test_a_copy_with_the_findings(run, tmp_path, wrong) -> None:
    (tmp_path / "b.xlsx").write_bytes(wrong)
    said = run("validate", "b.xlsx", "--report", "kopi.xlsx", code=1)
    assert "OKX120" in said.stdout
    assert said.stderr.splitlines()[-1] == "Laget kopi.xlsx."
    sheet = openpyxl.load_workbook(tmp_path / "kopi.xlsx")["Funn"]
    assert sheet["B5"].value == "OKX120"
    again = run("validate", "kopi.xlsx", code=1)
    assert again.stdout.splitlines()[1:] == said.stdout.splitlines()[1:]
    piped = run("validate", "-", "--report", "-", "--format", "json", "-o", "funn.json", "-q", code=1, stdin=wrong)
    assert openpyxl.load_workbook(io.BytesIO(piped.stdout_bytes))["Funn"]["B5"].value == "OKX120"
    assert json.loads((tmp_path / "funn.json").read_text())["arbeidsboker"][0]["fil"] == "standard inn"
    assert "én arbeidsbok" in run("validate", "b.xlsx", "kopi.xlsx", "--report", "x.xlsx", code=2).stderr
    assert run("validate", "borte.xlsx", "--report", "x.xlsx", code=2).stderr.startswith("OKX001: ")
    assert not (tmp_path / "x.xlsx").exists()


def test_progress_says_count_rate_and_time_left() -> None:
    assert progress.line(12, 200, 2.0) == "12 av 200   6,0 per sekund   31 s igjen"
    assert progress.line(1, 2000, 1.0) == "1 av 2000   1,0 per sekund   33 min igjen"
    assert progress.line(0, 5, 0.0) == "0 av 5"


def test_progress_is_for_terminals_only(monkeypatch, capsys) -> None:
    with progress.Progress(10, quiet=False) as shown:
        shown.step(1)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress.Progress(10, quiet=False) as shown:
        shown.step(1)
    assert "1 av 10" in capsys.readouterr().err
    with progress.Progress(10, quiet=True) as shown:
        shown.step(1)
    assert capsys.readouterr().err == ""


def test_a_worker_that_dies_takes_no_other_workbook_with_it(folder, monkeypatch, tmp_path) -> None:
    """The engine named here is none of ours: it ends the process, as a stack overflow in a Rust engine would."""
    monkeypatch.chdir(tmp_path)
    killer = tmp_path / "drep.py"
    killer.write_text(
        "import os\nfrom okosos_xl.commands import judging\n"
        "def work(task, file, password):\n"
        "    if 'b.xlsx' in file:\n        os._exit(9)\n"
        "    return judging.judge_file(task, file, judging.Passwords(ask=False))\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import drep  # type: ignore[import-not-found]

    monkeypatch.setattr(judging, "_work", drep.work)
    files = [str(Path(f"saker/{n}.xlsx")) for n in "abc"]
    reports = list(judging.judge_all(judging.Task(), files, 2, Passwords(ask=False)))
    assert [r.file for r in reports] == files
    assert [f.code for f in reports[1].findings] == ["OKX000"]
    assert [r.refused for r in reports] == [False, True, False]


def test_a_wrong_number_or_a_file_for_a_folder_is_told_in_norwegian(run, folder) -> None:
    jobs = run("validate", "saker", "--jobs", "0", code=2).stderr
    assert jobs.startswith("okosos validate: verdien av --jobs skal være et helt tall fra 1 til 64.")
    one = sorted(folder.glob("*.xlsx"))[0]
    said = run("demo", "-o", str(one), code=2).stderr
    assert said.endswith("er en fil, ikke en mappe. Velg en mappe.\n")
