"""A run: every file ends as done, manual or refused, its result is whole or not there, and nothing is done twice."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from okosos_xl.batch.details import Details, Entry
from okosos_xl.batch.journal import Journal, Line, digest
from okosos_xl.batch.lock import locked
from okosos_xl.batch.plan import Job
from okosos_xl.batch.work import Done, Executor, Task
from okosos_xl.regenerate.outcome import DONE, MANUAL, REFUSED, How
from okosos_xl.workbook.atomic import WriteRefused, write_atomic
from okosos_xl.workbook.limits import Limits

_HOPELESS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENODEV}
"""What fails for one file will fail for the next."""
_EDITED = "resultatet er endret etter at det ble laget, og er ikke rørt."
_FOREIGN = "det ligger allerede en annen fil der resultatet skulle ligge, og den er ikke rørt."
_WITHDRAWN = "Resultatet av filen slik den var før, er tatt bort."
_FOLDER = "a folder"


class RunStopped(Exception):  # noqa: N818 - what happened
    """The run cannot go on; what is done is kept. The message is one Norwegian sentence."""


@dataclass(frozen=True)
class Options:
    """``decisive`` is what decides the bytes of the results: a run is resumed with the same only. ``details`` keeps
    what a report needs of each file beside the journal."""

    decisive: Mapping[str, Any]
    resume: bool = False
    dry: bool = False
    details: bool = False


def run(
    jobs: list[Job], folder: Path, how: How, executor: Executor, options: Options, told: Callable[[Entry], None]
) -> list[Entry]:
    """Work on ``jobs``; ``told`` hears of each as it ends. The entries come in the order of the jobs.

    Raises :class:`RunStopped`, ``FolderTaken`` or ``JournalError``.
    """
    if options.dry:
        return _dry(jobs, how, executor, told)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            locked(folder),
            Journal.open(folder, options.decisive, resume=options.resume) as journal,
            Details(folder, keep=options.details) as details,
        ):
            _clear_temporary(folder)
            return _Run(jobs, journal, details, told).all(executor, how)
    except OSError as error:
        raise RunStopped(f"{folder}: {_why(error)}") from error


def _why(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disken er full. Frigjør plass og kjør igjen med --resume."
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "dette er en fil, ikke en mappe. Velg en annen mappe med -o."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "mappen er skrivebeskyttet. Velg en annen mappe med -o."
    return f"maskinen svarer med en feil ({error.strerror or type(error).__name__}). Kjør igjen med --resume."


def _clear_temporary(folder: Path) -> None:
    """What a run that was killed was about to write; the lock says nobody is writing now."""
    for path in folder.rglob(".okosos-*.tmp"):
        with contextlib.suppress(OSError):
            path.unlink()


def _read(job: Job) -> bytes:
    """The file, or its beginning when it is far too large: enough for the guard to refuse it."""
    with job.source.open("rb") as stream:
        return stream.read(Limits().file_bytes + 1)


def _unreadable(job: Job, error: OSError) -> Entry:
    return Entry(job.name, REFUSED, reasons=(f"filen kan ikke leses ({error.strerror or type(error).__name__}).",))


def _dry(jobs: list[Job], how: How, executor: Executor, told: Callable[[Entry], None]) -> list[Entry]:
    entries: dict[str, Entry] = {}

    def put(entry: Entry) -> None:
        entries[entry.name] = entry
        told(entry)

    def tasks() -> Iterator[Task]:
        for job in jobs:
            try:
                yield Task(job.name, _read(job))
            except OSError as error:
                put(_unreadable(job, error))

    for done in executor(tasks(), how):
        put(Entry.of(done))
    return [entries[job.name] for job in jobs]


class _Run:
    def __init__(self, jobs: list[Job], journal: Journal, details: Details, told: Callable[[Entry], None]) -> None:
        self.jobs, self.journal, self.details, self.told = jobs, journal, details, told
        self.targets = {job.name: job.target for job in jobs}
        self.entries: dict[str, Entry] = {}

    def all(self, executor: Executor, how: How) -> list[Entry]:
        for done in executor(self._tasks(), how):
            self._finish(done)
        return [self.entries[job.name] for job in self.jobs]

    def _tasks(self) -> Iterator[Task]:
        """What is left to do; what an earlier run has finished is told at once."""
        for job in self.jobs:
            try:
                data = _read(job)
            except OSError as error:
                self._put(_unreadable(job, error))
                continue
            entry = self._earlier(job, digest(data))
            if entry is not None:
                self._put(entry)
            else:
                yield Task(job.name, data)

    def _earlier(self, job: Job, source_hash: str) -> Entry | None:
        """How the file ended in an earlier run, None when it is to be done (again)."""
        line = self.journal.lines.get(job.name)
        if line is None or line.source_hash != source_hash:
            return None
        entry = self.details.earlier(job.name, source_hash) or Entry(
            line.name, line.status, source_hash=source_hash, reasons=line.reasons
        )
        if line.status == DONE:
            there = _hash_of(job.target)
            if there is None:
                return None
            if there != line.result_hash:
                return entry.as_earlier(MANUAL, (_EDITED,))
        return entry.as_earlier(entry.status, entry.reasons)

    def _finish(self, done: Done) -> None:
        """Put the result in its place, then the line in the journal; in that order nothing is lost or said too soon."""
        entry = Entry.of(done)
        data = done.outcome.data
        result_hash = ""
        lasting = done.lasting
        if data is not None:
            result_hash = digest(data)
            problem = self._written(done.name, data, result_hash)
            if problem:
                entry, lasting = entry.as_manual(problem), False
        elif self._withdrawn(done.name):
            entry = replace(entry, reasons=(*entry.reasons, _WITHDRAWN))
        if lasting:
            self.details.add(entry)
            self.journal.add(Line(done.name, done.source_hash, result_hash, entry.status, done.seconds, entry.reasons))
        self._put(entry)

    def _written(self, name: str, data: bytes, result_hash: str) -> str:
        """Write the result unless something else lies there; returns what hindered it."""
        target = self.targets[name]
        there = _hash_of(target)
        if there == result_hash:
            return ""
        line = self.journal.lines.get(name)
        if there is not None and (line is None or there != line.result_hash):
            return _FOREIGN
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):  # a file where the folder of the result should be
            return _FOREIGN
        try:
            write_atomic(target, data)
        except WriteRefused as refused:
            cause = refused.__cause__
            if isinstance(cause, OSError) and cause.errno in _HOPELESS:
                raise RunStopped(f"{refused.message} Det som er ferdig, er ferdig; kjør igjen med --resume.") from cause
            return refused.message
        return ""

    def _withdrawn(self, name: str) -> bool:
        """Take away the result an earlier run made from what the file was then, as nothing has come in its place.

        Left there it would be taken for the new workbook. One that somebody has worked in since is not touched.
        """
        target, line = self.targets[name], self.journal.lines.get(name)
        if line is None or not line.result_hash or _hash_of(target) != line.result_hash:
            return False
        target.unlink()
        return True

    def _put(self, entry: Entry) -> None:
        self.entries[entry.name] = entry
        self.told(entry)


def _hash_of(path: Path) -> str | None:
    """The hash of what lies there, or of nothing; a folder is like no file."""
    if path.is_dir():
        return _FOLDER
    try:
        return digest(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
