"""``okosos regenerate``: many workbooks to the rates of a date and the templates of today."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from okosos_xl.commands.common import (
    FINDINGS,
    CaseDate,
    checked_templates,
    engine_option,
    kommune_option,
    one_clear_line,
    stop,
    templates_option,
)
from okosos_xl.commands.norsk import NorskCommand

if TYPE_CHECKING:
    from okosos_xl.batch.details import Entry
    from okosos_xl.batch.plan import Job
    from okosos_xl.batch.summary import Summary

_FEW = 8
"""With no more files than this, starting other processes costs more than it gives."""
_REPORTS = {".xlsx", ".json", ".html"}


@click.command(cls=NorskCommand, short_help="Lag mange arbeidsbøker på nytt, med nye satser og ny mal.")
@click.argument("sources", metavar="SAKER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, metavar="MAPPE", type=click.Path(path_type=Path),
              help="Mappen de nye arbeidsbøkene legges i. Originalene røres ikke.")  # fmt: skip
@click.option("--date", "day", type=CaseDate(), help="Datoen satsene hentes for. Uten: sakens egen dato.")
@kommune_option
@click.option("--jobs", type=click.IntRange(1, 256), default=None, help="Antall prosesser. Uten: én per kjerne.")
@click.option("--dask", metavar="ADRESSE", help="Bruk en Dask-klynge, for eksempel tcp://planlegger:8786.")
@click.option("--dry-run", "dry", is_flag=True, help="Gjør alt, men skriv ingenting.")
@click.option("--resume", is_flag=True, help="Fortsett en kjøring som ble avbrutt.")
@click.option("--report", metavar="FIL", type=click.Path(path_type=Path), help="Rapport: .xlsx, .html eller .json.")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="Hva som skrives på standard ut.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="Bare det som ikke ble ferdig.")
@templates_option
@engine_option
@click.pass_context
def regenerate(
    ctx: click.Context,
    *,
    sources: tuple[Path, ...],
    output: Path,
    day: date | None,
    kommune: Path | None,
    jobs: int | None,
    dask: str | None,
    dry: bool,
    resume: bool,
    report: Path | None,
    fmt: str,
    quiet: bool,
    templates: Path | None,
    engine: str | None,
) -> None:
    """Lag arbeidsbøkene på nytt med satsene fra en dato og malen slik den er nå. Mappestrukturen beholdes.

    Alt rådgiveren har skrevet, følger med. Det som ikke kan det, nevnes, og filen er «manuell». Kode 0: alle er
    ferdige. 1: noen må gjøres for hånd eller er avvist. 2: kunne ikke kjøre.

    Eksempel:  okosos regenerate saker/ -o nye/ --date 2027-01-01 --report rapport.xlsx
    """
    templates = checked_templates(templates)
    if report is not None and report.suffix.casefold() not in _REPORTS:
        stop(f"{report}: rapporten kan være .xlsx, .html eller .json.")
    if dry and resume:
        stop("--dry-run skriver ingenting, så det er ikke noe å fortsette med --resume.")
    with one_clear_line():
        from okosos_xl.batch.cluster import ClusterError, cluster
        from okosos_xl.batch.journal import JournalError
        from okosos_xl.batch.local import local
        from okosos_xl.batch.lock import FolderTaken
        from okosos_xl.batch.plan import PlanError, plan
        from okosos_xl.batch.run import Options, RunStopped, run
        from okosos_xl.batch.summary import summary
        from okosos_xl.engine import get_engine
        from okosos_xl.regenerate import How

        get_engine(engine)
        _check_municipality(kommune, templates)
        how = How(day, _absolute(kommune), _absolute(templates), engine)
        options = Options(_decisive(how), resume, dry, details=report is not None or fmt == "json")
        try:
            work = plan(sources, output)
            if not work:
                stop("Fant ingen arbeidsbøker (.xlsx) i mappene.")
            _check_report(report, work, None if dry else output)
            count = 1 if len(work) <= _FEW and jobs is None else jobs or os.cpu_count() or 1
            executor = cluster(dask) if dask else local(min(count, len(work)))
            with _Progress(len(work)) as progress:
                entries = run(work, output, how, executor, options, progress.told)
        except (PlanError, JournalError, FolderTaken, RunStopped, ClusterError) as error:
            stop(str(error))
        total = summary(entries)
        if report is not None:
            _write_report(report, entries, total)
        _tell(entries, total, fmt, quiet=quiet)
    if any(entry.status != "ferdig" for entry in entries):
        ctx.exit(FINDINGS)


def _check_municipality(kommune: Path | None, templates: Path | None) -> None:
    """A file of rates that cannot be used is the same for every workbook: it is said once, before anything is done."""
    if kommune is not None:
        from okosos_xl.satser import Satser

        own = templates / "satser" if templates is not None else None
        Satser.load(own if own is not None and own.is_dir() else None).with_overlay(kommune)


def _check_report(report: Path | None, work: list[Job], output: Path | None) -> None:
    """A report that could not be written would be missed when all the work is done, and it must not cover a workbook.

    ``output`` is the folder that the run makes.
    """
    if report is None:
        return
    target = report.resolve()
    to_be_made = output is not None and target.parent == output.resolve()
    if target.is_dir() or not (target.parent.is_dir() or to_be_made):
        stop(f"{report}: rapporten kan ikke skrives der; mappen finnes ikke, eller navnet er en mappe.")
    if target in {path.resolve() for job in work for path in (job.source, job.target)}:
        stop(f"{report}: det er en av arbeidsbøkene. Gi rapporten et annet navn.")


def _absolute(path: Path | None) -> Path | None:
    """Other processes may stand in another folder."""
    return path.resolve() if path is not None else None


def _decisive(how: Any) -> dict[str, Any]:
    """What decides the bytes of the results; a run is resumed with the same only."""
    from okosos_xl import __version__
    from okosos_xl.batch.journal import digest

    return {
        "date": how.day.isoformat() if how.day else None,
        "kommune": digest(how.kommune.read_bytes()) if how.kommune else None,
        "templates": str(how.templates) if how.templates else None,
        "engine": how.engine,
        "versjon": __version__,
    }


class _Progress:
    """A bar with count, rate and time left, on a terminal only."""

    def __init__(self, length: int) -> None:
        self._bar: Any = click.progressbar(
            length=length, label="Lager på nytt", file=sys.stderr, hidden=not sys.stderr.isatty(),
            show_pos=True, item_show_func=lambda _: self._rate(),
        )  # fmt: skip

    def _rate(self) -> str:
        seconds = self._bar.time_per_iteration
        return f"{1 / seconds:.1f} per sekund" if seconds else ""

    def __enter__(self) -> _Progress:
        self._bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._bar.__exit__(*error)

    def told(self, entry: Entry) -> None:
        self._bar.update(1, current_item=entry.name)


def _write_report(path: Path, entries: list[Entry], total: Summary) -> None:
    from okosos_xl.workbook.atomic import write_atomic

    title = "Arbeidsbøker laget på nytt"
    match path.suffix.casefold():
        case ".json":
            data = _json(entries, total).encode()
        case ".html":
            from okosos_xl.report.batch_html import page

            data = page(entries, total, title).encode()
        case _:
            from okosos_xl.report.batch_xlsx import workbook

            data = workbook(entries, total, title)
    write_atomic(path, data)


def _json(entries: list[Entry], total: Summary) -> str:
    data = {"sammendrag": total.data(), "filer": [entry.data() for entry in entries]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _tell(entries: list[Entry], total: Summary, fmt: str, *, quiet: bool) -> None:
    from okosos_xl.report.batch_text import closing, lines

    if fmt == "json":
        click.echo(_json(entries, total), nl=False)
    else:
        for line in lines(e for e in entries if not quiet or e.status != "ferdig"):
            click.echo(line)
    if not quiet:
        what = "arbeidsbok" if len(entries) == 1 else "arbeidsbøker"
        click.echo(f"{len(entries)} {what}: {closing(total)}", err=True)
