"""A run: every file ends as done, manual or refused; nothing is lost, repeated, skipped, or written over."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from batch_folders import Start, results
from batch_workers import dies, dies_once, do, result_of

from okosos_xl.batch import lock
from okosos_xl.batch.details import Entry
from okosos_xl.batch.journal import NAME, Journal, JournalError
from okosos_xl.batch.local import local
from okosos_xl.batch.lock import FolderTaken, locked
from okosos_xl.batch.plan import PlanError, plan
from okosos_xl.batch.run import Options, RunStopped, run
from okosos_xl.batch.work import Done, Task
from okosos_xl.regenerate.outcome import How


def statuses(entries: list[Entry]) -> dict[str, int]:
    return {s: sum(e.status == s for e in entries) for s in ("ferdig", "manuell", "avvist")}


def test_every_file_ends_and_the_folders_are_kept(start: Start, cases: Path, tmp_path: Path) -> None:
    entries = start()
    assert statuses(entries) == {"ferdig": 28, "manuell": 1, "avvist": 1}
    assert [e.name for e in entries] == sorted(e.name for e in entries)
    for entry in entries:
        target = tmp_path / "ut" / entry.name
        source = (cases / entry.name).read_bytes()
        assert (target.read_bytes() == result_of(source)) if entry.status == "ferdig" else not target.exists()


def test_eight_processes_give_the_same_bytes_as_one(start: Start, tmp_path: Path) -> None:
    one = start()
    (tmp_path / "ut").rename(tmp_path / "en")
    eight = start(local(8, do))
    assert eight == one
    assert results(tmp_path / "ut") == results(tmp_path / "en")


def test_resume_does_nothing_again(start: Start) -> None:
    start(details=True)
    worked_on: list[str] = []

    def noting(task: Task, how: How) -> Done:
        worked_on.append(task.name)
        return do(task, how)

    entries = start(local(1, noting), resume=True, details=True)
    assert worked_on == []
    assert statuses(entries) == {"ferdig": 28, "manuell": 1, "avvist": 1}
    assert all(e.earlier for e in entries)
    assert sum(len(e.key_figures) for e in entries) == 28


def test_a_changed_source_is_done_again_and_its_result_replaced(start: Start, cases: Path, tmp_path: Path) -> None:
    start()
    source = cases / "kontor 0" / "sak-00.xlsx"
    source.write_bytes(b"f annet innhold")
    entries = start(resume=True)
    assert [e.name for e in entries if not e.earlier] == ["kontor 0/sak-00.xlsx"]
    assert (tmp_path / "ut" / "kontor 0" / "sak-00.xlsx").read_bytes() == result_of(b"f annet innhold")


def test_a_result_the_advisor_has_edited_is_not_touched(start: Start, cases: Path, tmp_path: Path) -> None:
    start()
    edited = tmp_path / "ut" / "kontor 1" / "sak-01.xlsx"
    edited.write_bytes(b"skrevet i etterpaa")
    (cases / "kontor 2" / "sak-02.xlsx").write_bytes(b"f nytt")
    other = tmp_path / "ut" / "kontor 2" / "sak-02.xlsx"
    other.write_bytes(b"ogsaa skrevet i")
    entries = {e.name: e for e in start(resume=True)}
    assert edited.read_bytes() == b"skrevet i etterpaa"
    assert other.read_bytes() == b"ogsaa skrevet i"
    assert entries["kontor 1/sak-01.xlsx"].status == "manuell"
    assert "endret etter at det ble laget" in entries["kontor 1/sak-01.xlsx"].reasons[0]
    assert entries["kontor 2/sak-02.xlsx"].status == "manuell"


def test_a_foreign_file_in_the_way_is_not_touched(start: Start, tmp_path: Path) -> None:
    there = tmp_path / "ut" / "kontor 0" / "sak-00.xlsx"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"noe annet")
    entries = {e.name: e for e in start()}
    assert there.read_bytes() == b"noe annet"
    assert entries["kontor 0/sak-00.xlsx"].status == "manuell"


def test_a_lost_result_is_made_again(start: Start, tmp_path: Path) -> None:
    start()
    before = results(tmp_path / "ut")
    (tmp_path / "ut" / "kontor 0" / "sak-03.xlsx").unlink()
    start(resume=True)
    assert results(tmp_path / "ut") == before


def test_without_resume_an_old_run_is_left_alone(start: Start) -> None:
    start()
    with pytest.raises(JournalError, match="--resume"):
        start()


def test_a_run_with_other_options_is_not_resumed(start: Start, tmp_path: Path) -> None:
    start()
    with pytest.raises(JournalError, match="andre valg"):
        Journal.open(tmp_path / "ut", {"dato": "2027-01-01"}, resume=True)


def test_two_runs_in_one_folder(start: Start, tmp_path: Path) -> None:
    (tmp_path / "ut").mkdir()
    with locked(tmp_path / "ut"), pytest.raises(FolderTaken, match="en annen kjøring"):
        start()
    start()
    assert (tmp_path / "ut" / lock.NAME).exists()


def test_half_a_journal_line_and_half_a_result_are_done_again(start: Start, tmp_path: Path) -> None:
    start()
    whole = results(tmp_path / "ut")
    journal = tmp_path / "ut" / NAME
    journal.write_bytes(journal.read_bytes()[:-20])
    stray = tmp_path / "ut" / "kontor 0" / ".okosos-abc.tmp"
    stray.write_bytes(b"halv")
    entries = start(resume=True)
    assert sum(not e.earlier for e in entries) == 1
    assert results(tmp_path / "ut") == whole
    assert not stray.exists()


def test_a_damaged_journal_is_said_so(start: Start, tmp_path: Path) -> None:
    start()
    journal = tmp_path / "ut" / NAME
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], b"{ikke json}\n", *lines[1:]]))
    with pytest.raises(JournalError, match="linje 2 er ødelagt"):
        start(resume=True)


def test_the_journal_holds_no_content(start: Start, tmp_path: Path) -> None:
    start()
    text = (tmp_path / "ut" / NAME).read_text(encoding="utf-8")
    assert len(text.splitlines()) == 31
    assert "innhold" not in text


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_full_disk_stops_the_run_and_resume_completes_it(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    start()
    (tmp_path / "ut").rename(tmp_path / "uforstyrret")
    replace, count = os.replace, 0

    def full(source: str, target: str) -> None:
        nonlocal count
        count += 1
        if count == 11:
            raise OSError(code, os.strerror(code))
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(RunStopped, match="--resume"):
            start()
    assert len(results(tmp_path / "ut")) == 10
    assert not list((tmp_path / "ut").rglob("*.tmp"))
    entries = start(resume=True)
    assert statuses(entries) == {"ferdig": 28, "manuell": 1, "avvist": 1}
    assert results(tmp_path / "ut") == results(tmp_path / "uforstyrret")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="kan ikke nekte denne brukeren å skrive")
def test_a_folder_that_cannot_be_written_in(start: Start, tmp_path: Path) -> None:
    (tmp_path / "ut").mkdir(mode=0o500)
    with pytest.raises(RunStopped, match="skrivebeskyttet"):
        start()


def test_a_file_in_the_place_of_the_folder(start: Start, tmp_path: Path) -> None:
    (tmp_path / "ut").write_bytes(b"")
    with pytest.raises(RunStopped, match="ikke en mappe"):
        start()


def test_a_file_that_cannot_be_read_is_one_files_outcome(start: Start, cases: Path) -> None:
    lost = cases / "kontor 0" / "sak-00.xlsx"

    def and_then(task: Task, how: How) -> Done:
        lost.unlink(missing_ok=True)
        return do(task, how)

    lost.rename(lost.with_name("zzz.xlsx"))
    lost = lost.with_name("zzz.xlsx")
    entries = start(local(1, and_then))
    assert {e.name: e.status for e in entries}["kontor 0/zzz.xlsx"] == "avvist"
    assert len(entries) == 30


def test_a_process_that_dies_takes_no_file_with_it(start: Start, cases: Path, tmp_path: Path) -> None:
    bad = [cases / "kontor 0" / "sak-09.xlsx", cases / "kontor 1" / "sak-22.xlsx"]
    for path in bad:
        path.write_bytes(b"x drept")
    entries = start(local(3, dies))
    assert statuses(entries) == {"ferdig": 26, "manuell": 3, "avvist": 1}
    stopped = [e for e in entries if e.reasons and "stoppet" in e.reasons[0]]
    assert [e.name for e in stopped] == ["kontor 0/sak-09.xlsx", "kontor 1/sak-22.xlsx"]
    again = start(resume=True)
    assert statuses(again) == {"ferdig": 28, "manuell": 1, "avvist": 1}


def test_a_process_that_dies_once_leaves_no_trace(start: Start, cases: Path, tmp_path: Path) -> None:
    (cases / "kontor 0" / "sak-09.xlsx").write_bytes(b"x drept")
    marks = tmp_path / "merker"
    marks.mkdir()
    entries = start(local(2, dies_once), how=How(templates=marks))
    assert statuses(entries) == {"ferdig": 28, "manuell": 1, "avvist": 1}


def test_a_dry_run_writes_nothing(start: Start, tmp_path: Path) -> None:
    assert statuses(start(dry=True)) == {"ferdig": 28, "manuell": 1, "avvist": 1}
    assert not (tmp_path / "ut").exists()


def test_results_inside_the_folder_of_sources_are_no_sources(cases: Path) -> None:
    out = cases / "nye"
    out.mkdir()
    (out / "sak-00.xlsx").write_bytes(b"f resultat")
    assert len(plan((cases,), out)) == 30


def test_plans_that_would_lose_something_are_refused(cases: Path, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="oppå en original"):
        plan((cases / "kontor 0",), cases / "kontor 0" / ".." / "kontor 0")
    twin = tmp_path / "andre"
    twin.mkdir()
    (twin / "SAK-00.xlsx").write_bytes(b"f")
    with pytest.raises(PlanError, match="samme navn"):
        plan((cases / "kontor 0", twin), tmp_path / "ut")
    with pytest.raises(PlanError, match="finnes ikke"):
        plan((cases / "borte",), tmp_path / "ut")


def test_an_old_copy_of_another_kind_beside_a_workbook_does_not_stop_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "saker"
    folder.mkdir()
    for name in ("sak.xls", "sak.xlsx", "sak.xlsm", "alene.xlsm"):
        (folder / name).write_bytes(name.encode())
    found = {job.name: job.target.name for job in plan((folder,), tmp_path / "ut")}
    assert found == {
        "alene.xlsm": "alene.xlsx", "sak.xls": "sak.xls.xlsx", "sak.xlsm": "sak.xlsm.xlsx", "sak.xlsx": "sak.xlsx",
    }  # fmt: skip


def test_names_that_differ_in_case_alone_are_told_with_a_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "saker"
    folder.mkdir()
    (folder / "sak.xlsx").write_bytes(b"f")
    (folder / "SAK.xlsx").write_bytes(b"f")
    if len(list(folder.iterdir())) == 1:
        pytest.skip("the disk makes no difference")
    with pytest.raises(PlanError, match="Gi en av dem et annet navn"):
        plan((folder,), tmp_path / "ut")


def test_folders_that_are_links_are_gone_through_once_and_loops_are_not(cases: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "annet sted"
    elsewhere.mkdir()
    (elsewhere / "sak-99.xlsx").write_bytes(b"f")
    (cases / "lenke").symlink_to(elsewhere, target_is_directory=True)
    (cases / "a først").symlink_to(cases / "kontor 0", target_is_directory=True)
    (cases / "kontor 1" / "tilbake").symlink_to(cases, target_is_directory=True)
    (cases / "kontor 1" / "opp").symlink_to(tmp_path, target_is_directory=True)
    names = [job.name for job in plan((cases,), tmp_path / "ut")]
    assert len(names) == 31
    assert "lenke/sak-99.xlsx" in names
    assert not any(name.startswith("a først") for name in names)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_no_text_is_one_more_name(tmp_path: Path) -> None:
    """A byte that is no UTF-8 in a name, as from an old archive, and a line feed: journal, entries and results hold."""
    folder, out = tmp_path / "saker", tmp_path / "ut"
    folder.mkdir()
    raw = os.fsencode(folder)
    try:
        for name in (b"bl\xe5.xlsx", b"to\nlinjer.xlsx"):
            Path(os.fsdecode(raw + b"/" + name)).write_bytes(b"f " + name)
    except OSError:
        pytest.skip("the disk holds no such names")
    for resume in (False, True):
        jobs = plan((folder,), out)
        entries = run(jobs, out, How(), local(1, do), Options({}, resume=resume, details=True), lambda _: None)
        assert [(e.name, e.status, e.earlier) for e in entries] == [
            ("bl\\xe5.xlsx", "ferdig", resume), ("to\\nlinjer.xlsx", "ferdig", resume),
        ]  # fmt: skip
    assert sorted(os.fsencode(p.name) for p in out.glob("*.xlsx")) == [b"bl\xe5.xlsx", b"to\nlinjer.xlsx"]


def test_the_result_of_what_a_file_was_before_does_not_stay_when_the_file_goes_to_a_person(
    start: Start, cases: Path, tmp_path: Path
) -> None:
    start()
    source, result = (folder / "kontor 0" / "sak-00.xlsx" for folder in (cases, tmp_path / "ut"))
    source.write_bytes(b"m et diagram er satt inn")
    entry = next(e for e in start(resume=True) if e.name.endswith("sak-00.xlsx"))
    assert (entry.status, entry.reasons[-1]) == ("manuell", "Resultatet av filen slik den var før, er tatt bort.")
    assert not result.exists()
    source.write_bytes(b"f diagrammet er borte")
    entry = next(e for e in start(resume=True) if e.name.endswith("sak-00.xlsx"))
    assert (entry.status, result.read_bytes()) == ("ferdig", result_of(b"f diagrammet er borte"))
    result.write_bytes(b"arbeidet videre i")
    source.write_bytes(b"m igjen")
    start(resume=True)
    assert result.read_bytes() == b"arbeidet videre i"


def test_a_folder_or_a_file_in_the_way_of_one_result_is_that_files_outcome(start: Start, tmp_path: Path) -> None:
    out = tmp_path / "ut"
    (out / "kontor 0" / "sak-00.xlsx").mkdir(parents=True)
    (out / "kontor 1").write_bytes(b"en fil")
    entries = start()
    assert statuses(entries) == {"ferdig": 18, "manuell": 11, "avvist": 1}
    assert next(e for e in entries if e.name.endswith("sak-00.xlsx")).reasons[0].startswith("det ligger allerede")
    assert (out / "kontor 1").read_bytes() == b"en fil"
