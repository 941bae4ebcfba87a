"""``okosos validate``: what is wrong, in the advisor's words."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okosos_xl.commands.common import (
    CLEAN,
    COULD_NOT_RUN,
    FINDINGS,
    STDIO,
    checked_templates,
    engine_option,
    message_of,
    one_clear_line,
    source_bytes,
    stop,
    templates_option,
)
from okosos_xl.commands.norsk import NorskCommand

if TYPE_CHECKING:
    from okosos_xl.kontroll.finding import Report

NO_CODE = "OKX000"
"""A file that could not be judged for a reason outside the file, such as an engine that gave up."""


@click.command(cls=NorskCommand, short_help="Kontroller en eller flere arbeidsbøker.")
@click.argument("workbooks", metavar="ARBEIDSBOK…", nargs=-1, required=True)
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
@engine_option
@templates_option
@click.pass_context
def validate(
    ctx: click.Context, *, workbooks: tuple[str, ...], fmt: str, engine: str | None, templates: Path | None
) -> None:
    """Kontroller arbeidsbøker: utfylling, endrede formler, gamle verdier og malens egne kontroller.

    En mappe betyr alle .xlsx-filene i den. Kode 0: i orden. 1: feil eller advarsler. 2: noe kunne ikke leses.

    Eksempel:  okosos validate saker/
    """
    templates = checked_templates(templates)
    from okosos_xl.kontroll.finding import FEIL, Finding, Report
    from okosos_xl.workbook.refusal import WorkbookRefused

    with one_clear_line():
        from okosos_xl import api
        from okosos_xl.engine import get_engine

        get_engine(engine)
    reports: list[Report] = []
    for given in _expand(workbooks):
        source, name = source_bytes(given)
        try:
            reports.append(api.validate(source, engine=engine, name=name, templates=templates))
        except WorkbookRefused as error:
            reports.append(Report(name, (Finding(error.code, FEIL, "", "", error.message, ""),), refused=True))
        except Exception as error:
            finding = Finding(NO_CODE, FEIL, "", "", message_of(error), "")
            reports.append(Report(name, (finding,), refused=True))
    if fmt == "json":
        data = [
            {"fil": r.file, "motor": r.engine, "lest": not r.refused, "funn": [f.data() for f in r.findings]}
            for r in reports
        ]
        click.echo(json.dumps({"arbeidsboker": data}, ensure_ascii=False, indent=1))
    else:
        _tell(reports)
    if any(r.refused for r in reports):
        ctx.exit(COULD_NOT_RUN)
    ctx.exit(CLEAN if all(r.clean for r in reports) else FINDINGS)


def _tell(reports: list[Report]) -> None:
    from okosos_xl.report.text import closing, lines

    for report in reports:
        if report.refused:
            for finding in report.findings:
                known = finding.code != NO_CODE
                click.echo(
                    f"{finding.code}: {finding.message}" if known else f"{report.file}: {finding.message}", err=True
                )
            continue
        for line in lines(report, colour=sys.stdout.isatty()):
            click.echo(line)
    if len(reports) > 1:
        click.echo(closing(reports), err=True)


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
