"""``okosos generate``: a workbook from a case, or an empty form."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from okosos_xl.commands.common import (
    MAX_STDIN,
    STDIO,
    CaseDate,
    checked_templates,
    engine_option,
    kommune_option,
    one_clear_line,
    stop,
    templates_option,
    write_result,
)
from okosos_xl.commands.norsk import NorskCommand

_SHOWN = 15


@click.command(cls=NorskCommand, short_help="Lag en arbeidsbok fra en sak, eller et tomt skjema.")
@click.argument("template", metavar="MAL")
@click.argument("case", metavar="[SAK]", required=False)
@click.option("-o", "--output", required=True, metavar="FIL", help="Filen som skal lages; - er standard ut.")
@click.option("--date", "case_date", type=CaseDate(), help="Datoen for saken, hvis den ikke står der. Eks.: 2026-11-01")
@click.option("--versjon", "version", metavar="VERSJON", help="forenklet eller full, for maler som har begge.")
@kommune_option
@templates_option
@engine_option
def generate(
    *,
    template: str,
    case: str | None,
    output: str,
    case_date: date | None,
    version: str | None,
    kommune: Path | None,
    templates: Path | None,
    engine: str | None,
) -> None:
    """Lag en arbeidsbok av malen MAL fra SAK (YAML eller JSON; - er standard inn). Uten sak: et tomt skjema.

    Eksempel:  okosos generate dividende examples/kari.yaml -o plan.xlsx

    Eksempel:  okosos generate gjeldsradgivning --date 2026-11-22 --kommune kommune.yaml -o tomt-skjema.xlsx
    """
    templates = checked_templates(templates)
    with one_clear_line():
        from okosos_xl.api import generate as make
        from okosos_xl.api import left_behind
        from okosos_xl.sak.load import case_from_data, parse_case
        from okosos_xl.template.compile import load_spec
        from okosos_xl.workbook.write import WriteError

        source: Any = None
        if case == STDIO:
            source = parse_case(sys.stdin.buffer.read(MAX_STDIN), "standard inn")
            if not isinstance(source, dict):
                source = case_from_data(source, load_spec(template, templates), "standard inn")
        elif case is not None:
            source = Path(case)
        try:
            package = make(
                template,
                source,
                case_date=case_date,
                templates=templates,
                engine=engine,
                kommune=kommune,
                version=version,
            )
        except WriteError as error:
            stop(f"{'standard inn' if case == STDIO else case}: {error}")
        write_result(package, output, (case,) if case else ())
        left = left_behind(template, source, templates) if source is not None else []
        if left:
            more = f" og {len(left) - _SHOWN} til" if len(left) > _SHOWN else ""
            click.echo(
                f"Malen «{template}» har ikke plass til alt i saken. Borte: {', '.join(left[:_SHOWN])}{more}.", err=True
            )
    if output != STDIO:
        click.echo(f"Laget {output} ({len(package) // 1000} kB).", err=True)
