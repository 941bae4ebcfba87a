"""Which files a run is about, and where each result goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".xlsb"}
"""Only .xlsx can be done; the others are counted too, so that none is passed over in silence."""


class PlanError(Exception):
    """A run that cannot be planned; the message is one Norwegian sentence naming the file."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file: where it lies, what it is called in the journal and reports, and where its result goes."""

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
    found: dict[str, Job] = {}
    taken: set[Path] = set()
    for source in sources:
        for file, name in _files(source, out):
            resolved = file.resolve()
            if resolved in taken:
                continue
            taken.add(resolved)
            key = name.casefold()
            if key in found:
                raise PlanError(
                    f"{file} og {found[key].source} ville fått samme navn i {folder}. Kjør mappene hver for seg."
                )
            found[key] = Job(file, name, folder / name)
    for job in found.values():
        if job.target.resolve() in taken:
            raise PlanError(f"{job.source}: resultatet ville havnet oppå en original. Velg en annen mappe med -o.")
    return [found[key] for key in sorted(found)]


def _files(source: Path, out: Path) -> list[tuple[Path, str]]:
    if source.is_dir():
        results_within = source.resolve() in out.parents
        inside = sorted(source.rglob("*"))
        return [
            (path, path.relative_to(source).as_posix())
            for path in inside
            if _is_workbook(path) and not (results_within and out in path.resolve().parents)
        ]
    if source.is_file():
        return [(source, source.name)]
    raise PlanError(f"{source}: finnes ikke.")


def _is_workbook(path: Path) -> bool:
    """Lock files of office programs and hidden files are no workbooks."""
    return path.suffix.casefold() in _SUFFIXES and not path.name.startswith(("~$", ".")) and path.is_file()
