"""Many workbooks judged, one after another or in processes, with the reports in the order of the input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from okosos_xl.commands.common import IN_MEMORY, Passwords, message_of, must_stay_locked, source_bytes

if TYPE_CHECKING:
    from concurrent.futures import Future

    from okosos_xl.kontroll.finding import Report
    from okosos_xl.workbook.refusal import WorkbookRefused

_GONE = "Kontrollen stanset brått mens denne filen ble lest. Meld fra om det, med filen om du kan."


@dataclass(frozen=True)
class Task:
    """How every workbook of a run is judged."""

    engine: str | None = None
    templates: Path | None = None
    cross_check: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def judge_file(task: Task, given: str, passwords: Passwords) -> Report:
    """The report on one workbook; whatever goes wrong becomes a finding."""
    from okosos_xl import api
    from okosos_xl.kontroll.selection import selected
    from okosos_xl.workbook.refusal import WorkbookRefused

    name = "standard inn" if given == "-" else given
    try:
        source, name = source_bytes(given, passwords)
        if task.cross_check or task.engine not in (None, IN_MEMORY):
            must_stay_locked(source, name, "--cross-check" if task.cross_check else f"regnemotoren {task.engine}")
        report = api.validate(
            source, engine=task.engine, name=name, templates=task.templates, cross_check=task.cross_check
        )
    except WorkbookRefused as error:
        return refusal_of(name, error)
    except Exception as error:
        from okosos_xl.report.judged import NO_CODE

        return _refused(name, NO_CODE, message_of(error))
    return selected(report, task.select, task.ignore)


def refusal_of(name: str, error: WorkbookRefused) -> Report:
    """The report on a workbook that could not be read."""
    return _refused(name, error.code, error.message)


def _refused(name: str, code: str, message: str) -> Report:
    from okosos_xl.kontroll.finding import FEIL, Finding, Report

    return Report(name, (Finding(code, FEIL, "", "", message, ""),), refused=True)


def judge_all(task: Task, files: Sequence[str], jobs: int, passwords: Passwords) -> Iterator[Report]:
    """The reports one by one, in the order of ``files``, as soon as each and all before it are ready."""
    if jobs < 2 or len(files) < 2 or "-" in files:
        for file in files:
            yield judge_file(task, file, passwords)
        return
    yield from _in_processes(task, files, min(jobs, len(files)), passwords)


def _in_processes(task: Task, files: Sequence[str], jobs: int, passwords: Passwords) -> Iterator[Report]:
    """A worker that dies (an engine that overflows, no memory left) takes no other workbook with it."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    context = get_context("spawn")
    password, done = passwords.known, 0
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting: list[Future[Report]] = [pool.submit(_work, task, file, password) for file in files]
        try:
            for future in waiting:
                yield future.result()
                done += 1
            return
        except BrokenProcessPool:
            rest = files[done:]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for file in rest:
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            try:
                yield pool.submit(_work, task, file, password).result()
            except BrokenProcessPool:
                from okosos_xl.report.judged import NO_CODE

                yield _refused(file, NO_CODE, _GONE)


def _work(task: Task, file: str, password: str | None) -> Report:
    return judge_file(task, file, Passwords(ask=False, known=password))
