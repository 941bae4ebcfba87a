"""``okosos validate``: what is wrong, in the advisor's words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okosos_xl.commands.common import (
    CLEAN,
    COULD_NOT_RUN,
    FINDINGS,
    STDIO,
    Passwords,
    checked_templates,
    engine_option,
    must_stay_locked,
    one_clear_line,
    source_bytes,
    stop,
    templates_option,
    write_result,
)
from okosos_xl.commands.norsk import NorskCommand

if TYPE_CHECKING:
    from okosos_xl.commands.judging import Task
    from okosos_xl.kontroll.finding import Report
    from okosos_xl.report.judged import Judged

_FORMATS = ["text", "json", "sarif", "junit", "html"]
_LEVELS = ["feil", "advarsel", "opplysning", "aldri"]


@click.command(cls=NorskCommand, short_help="Kontroller en eller flere arbeidsbøker.")
@click.argument("workbooks", metavar="ARBEIDSBOK…", nargs=-1, required=True)
@click.option("--format", "fmt", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("-o", "--output", default=STDIO, metavar="FIL", help="Filen rapporten skal skrives til.")
@click.option("--report", "copy", metavar="KOPI.xlsx", help="Lag en kopi av arbeidsboken med arket «Funn».")
@click.option("--fail-level", type=click.Choice(_LEVELS), default="advarsel", show_default=True, help="Hva gir kode 1.")
@click.option(
    "--select", multiple=True, metavar="KODER", help="Bare disse kodene, eller de som begynner slik: OKX2,DIV."
)
@click.option("--ignore", multiple=True, metavar="KODER", help="Ikke disse kodene, eller de som begynner slik.")
@click.option("--cross-check", is_flag=True, help="Regn ut med flere uavhengige regnemotorer og sammenlign.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Antall filer samtidig.")
@click.option("-q", "--quiet", is_flag=True, help="Bare arbeidsbøker med funn, uten oppsummering og framdrift.")
@engine_option
@templates_option
@click.pass_context
def validate(
    ctx: click.Context,
    *,
    workbooks: tuple[str, ...],
    fmt: str,
    output: str,
    copy: str | None,
    fail_level: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    cross_check: bool,
    jobs: int,
    quiet: bool,
    engine: str | None,
    templates: Path | None,
) -> None:
    """Kontroller arbeidsbøker: utfylling, endrede formler, gamle verdier og malens egne kontroller.

    En mappe betyr alle .xlsx-filene i den. Kode 0: i orden. 1: feil eller advarsler. 2: noe kunne ikke leses.

    Eksempel:  okosos validate saker/ --jobs 2 --format html -o funn.html
    """
    templates = checked_templates(templates)
    with one_clear_line():
        from okosos_xl.commands.judging import Task, judge_all
        from okosos_xl.commands.progress import Progress
        from okosos_xl.engine import get_engine
        from okosos_xl.kontroll.selection import FAIL_LEVELS
        from okosos_xl.report.judged import judged as put_together

        get_engine(engine)
        task = Task(engine, templates, cross_check, _codes(select, templates), _codes(ignore, templates))
        files = _expand(workbooks)
        _may_write(output, copy, files)
        passwords = Passwords()
        if copy is not None:
            reports, made = _with_copy(task, files[0], copy, passwords, FAIL_LEVELS[fail_level])
        else:
            reports, made = [], None
            if jobs > 1:
                passwords.ask_early(files)
            as_it_goes = fmt == "text" and output == STDIO
            with Progress(len(files), quiet=quiet) as progress:
                for report in judge_all(task, files, jobs, passwords):
                    reports.append(report)
                    if as_it_goes:
                        progress.clear()
                        _show(report, quiet=quiet)
                    progress.step(len(reports))
        judged = put_together(reports, FAIL_LEVELS[fail_level], templates)
        if copy is not None and fmt == "text" and output == STDIO:
            for report in reports:
                _show(report, quiet=quiet)
        _write(judged, fmt, output, tuple(files))
        if not quiet:
            _talk(judged, fmt, [name for name in (made, None if output == STDIO else output) if name])
    if judged.refused:
        ctx.exit(COULD_NOT_RUN)
    ctx.exit(FINDINGS if judged.failed else CLEAN)


def _codes(given: tuple[str, ...], templates: Path | None) -> tuple[str, ...]:
    """The codes and prefixes asked for; one that fits no code is a mistake in typing."""
    from okosos_xl.kontroll.catalogue import catalogue, nearest, template_entries
    from okosos_xl.kontroll.selection import prefixes

    found = prefixes(given)
    if found:
        known = [*catalogue(), *template_entries(templates)]
        for prefix in found:
            if not any(code.startswith(prefix) for code in known):
                close = nearest(prefix, templates)
                hint = f"Mente du {' eller '.join(close)}?" if close else "«okosos explain --alle» viser kodene."
                stop(f"Ingen kode begynner med «{prefix}». {hint}")
    return found


def _may_write(output: str, copy: str | None, files: list[str]) -> None:
    if copy is None:
        return
    if len(files) != 1:
        stop(f"--report lager en kopi av én arbeidsbok, og her er det {len(files)}.")
    if copy == STDIO and output == STDIO:
        stop("--report - skriver til standard ut. Velg en fil til rapporten med -o.")


def _with_copy(
    task: Task, file: str, copy: str, passwords: Passwords, failing: frozenset[str]
) -> tuple[list[Report], str | None]:
    """The report on one workbook, and a copy of it with the findings. The workbook is read once."""
    from okosos_xl import api
    from okosos_xl.commands.judging import refusal_of
    from okosos_xl.kontroll.ahead import Ahead
    from okosos_xl.kontroll.selection import selected
    from okosos_xl.report.findings_sheet import with_findings
    from okosos_xl.report.judged import judged
    from okosos_xl.workbook.refusal import WorkbookRefused

    name = file
    try:
        source, name = source_bytes(file, passwords)
        must_stay_locked(source, name, "--report")
        ahead = Ahead(task.engine)
        reading = api.read_full(source, name=name, templates=task.templates, opened=ahead.start)
        report = api.judge_reading(reading, engine=task.engine, cross_check=task.cross_check, ahead=ahead)
    except WorkbookRefused as error:
        return [refusal_of(name, error)], None
    report = selected(report, task.select, task.ignore)
    data = with_findings(reading.package, report, judged([report], failing, task.templates))
    write_result(data, copy, (file,))
    return [report], None if copy == STDIO else copy


def _show(report: Report, *, quiet: bool) -> None:
    """A workbook that was read on standard output, one that was not on standard error."""
    from okosos_xl.report.judged import NO_CODE
    from okosos_xl.report.text import lines, refusal

    if report.refused:
        for finding in report.findings:
            click.echo(refusal(report, finding, known=finding.code != NO_CODE), err=True)
    elif report.findings or not quiet:
        click.echo("\n".join(lines(report, colour=sys.stdout.isatty())))


def _write(judged: Judged, fmt: str, output: str, files: tuple[str, ...]) -> None:
    """The report as one document; text on standard output has been written workbook by workbook."""
    if fmt == "text" and output == STDIO:
        return
    from okosos_xl.report.formats import render

    write_result(render(judged, fmt).encode("utf-8", "replace"), output, files)


def _talk(judged: Judged, fmt: str, made: list[str]) -> None:
    """The summary on standard error: a table for several workbooks, and the last line."""
    from okosos_xl.report.summary import closing, table

    if fmt == "text" and not made and len(judged.reports) > 1:
        click.echo("\n".join(["", *table(judged.reports, judged.titles), ""]), err=True)
    if (fmt == "text" and (len(judged.reports) > 1 or (judged.failed and not judged.refused))) or made:
        click.echo(closing(judged.reports), err=True)
    for name in made:
        click.echo(f"Laget {name}.", err=True)


def _expand(given: tuple[str, ...]) -> list[str]:
    """Folders become the workbooks in them; a folder without any is said so."""
    result: list[str] = []
    for item in given:
        path = Path(item)
        if item != STDIO and path.is_dir():
            inside = sorted(str(p) for p in path.rglob("*.xlsx") if not p.name.startswith("~$"))
            if not inside:
                stop(f"{item}: mappen har ingen .xlsx-filer.")
            result.extend(inside)
        else:
            result.append(item)
    return result
