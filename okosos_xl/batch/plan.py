"""Which files a run is about, and where each result goes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

from okosos_xl.batch.names import shown

_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".xlsb"}
"""Only .xlsx can be done; the others are counted too, so that none is passed over in silence."""


class PlanError(Exception):
    """A run that cannot be planned; the message is one Norwegian sentence naming the file."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file: where it lies, what it is called in the journal and reports, and where its result goes.

    A result is an .xlsx, whatever the source is called: the name must say what the file is. Where an old ``sak.xls``
    lies beside ``sak.xlsx``, its result would be ``sak.xls.xlsx``.
    """

    source: Path
    name: str
    target: Path


def plan(sources: tuple[Path, ...], folder: Path) -> list[Job]:
    """The jobs in order of name: folders become the workbooks in them, with the folder structure kept.

    With ``folder`` inside a folder of sources, what lies in it is a result and never a source. Raises
    :class:`PlanError` when a source is missing, when two would give the same result, or when a result would fall on a
    source.
    """
    out = folder.resolve()
    files: list[tuple[Path, str]] = []
    taken: set[Path] = set()
    for source in sources:
        for file, name in _files(source, out):
            resolved = file.resolve()
            if resolved not in taken:
                taken.add(resolved)
                files.append((file, name))
    alike = Counter(str(_result(name)).casefold() for _, name in files)
    found: dict[str, Job] = {}
    for file, name in files:
        result = _result(name)
        if alike[str(result).casefold()] > 1 and file.suffix.casefold() != ".xlsx":
            result = PurePosixPath(f"{name}.xlsx")
        job = Job(file, shown(name), folder / result)
        other = found.setdefault(shown(str(result)).casefold(), job)
        if other is not job:
            way = "Gi en av dem et annet navn." if file.parent == other.source.parent else "Kjør mappene hver for seg."
            raise PlanError(f"{file} og {other.source} ville fått samme navn i {folder}. {way}")
    for job in found.values():
        if job.target.resolve() in taken:
            raise PlanError(f"{job.source}: resultatet ville havnet oppå en original. Velg en annen mappe med -o.")
    return [found[key] for key in sorted(found)]


def _result(name: str) -> PurePosixPath:
    return PurePosixPath(name).with_suffix(".xlsx")


def _files(source: Path, out: Path) -> list[tuple[Path, str]]:
    if source.is_dir():
        results_within = source.resolve() in out.parents
        return [
            (path, path.relative_to(source).as_posix())
            for path in sorted(_inside(source))
            if _is_workbook(path) and not (results_within and out in path.resolve().parents)
        ]
    if source.is_file():
        return [(source, source.name)]
    raise PlanError(f"{source}: finnes ikke.")


def _inside(folder: Path) -> Iterator[Path]:
    """All that lies in a folder and those below it, also where one is a link to another; each folder once."""

    def unreadable(error: OSError) -> NoReturn:
        raise PlanError(f"{error.filename}: mappen kan ikke leses ({error.strerror or type(error).__name__}).")

    been: set[Path] = set()
    above = folder.resolve().parents
    waiting = [folder]
    while waiting:  # links last, so that what lies in a real folder is found there
        links: list[Path] = []
        for start in waiting:
            for at, folders, files in os.walk(start, onerror=unreadable):
                here = Path(at).resolve()
                if here in been or here in above:
                    folders.clear()
                    continue
                been.add(here)
                links += (path for name in sorted(folders) if (path := Path(at, name)).is_symlink())
                yield from (Path(at, name) for name in files)
        waiting = links


def _is_workbook(path: Path) -> bool:
    """Lock files of office programs and hidden files are no workbooks."""
    return path.suffix.casefold() in _SUFFIXES and not path.name.startswith(("~$", ".")) and path.is_file()
