"""``okosos oppdater``: the rates of another date in the advisor's own file, and everything else as it was."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okosos_xl.commands.common import (
    STDIO,
    CaseDate,
    checked_templates,
    kommune_option,
    one_clear_line,
    source_bytes,
    stop,
    templates_option,
    write_result,
)
from okosos_xl.commands.norsk import NorskCommand

if TYPE_CHECKING:
    from okosos_xl.regenerate.gently import Updated


@click.command(cls=NorskCommand, short_help="Nye satser i en arbeidsbok; alt annet er urørt.")
@click.argument("workbook", metavar="SAK.xlsx")
@click.option("--date", "day", type=CaseDate(), required=True, help="Datoen satsene skal gjelde for. Eks.: 2027-01-01")
@click.option(
    "-o", "--output", metavar="NY.xlsx", help="Filen som skal lages; uten: SAK.xlsx, med originalen ved siden."
)
@kommune_option
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
@templates_option
def oppdater(
    *, workbook: str, day: date, output: str | None, kommune: Path | None, fmt: str, templates: Path | None
) -> None:
    """Bytt satsene i SAK.xlsx med dem som gjelder på en dato, og regn ut på nytt. Alt annet i filen er urørt.

    Egne ark, diagrammer, kommentarer og formater blir stående byte for byte. «Dato for beregningen» flyttes bare når
    satsene er andre på den datoen. Uten -o byttes filen i ett steg, og originalen ligger igjen som SAK.xlsx.original.

    Eksempel:  okosos oppdater sak.xlsx --date 2027-01-01
    """
    templates = checked_templates(templates)
    if workbook == STDIO and output is None:
        stop("Filen kommer fra standard inn. Oppgi filen som skal lages, med -o.")
    if output == STDIO and fmt == "json":
        stop("-o - og --format json skriver begge til standard ut. Velg en av dem.")
    with one_clear_line():
        from okosos_xl.regenerate.gently import UpdateRefused, update_rates
        from okosos_xl.regenerate.outcome import How
        from okosos_xl.workbook.atomic import write_atomic
        from okosos_xl.workbook.guard import read_vetted

        source, name = source_bytes(workbook)
        data = source if isinstance(source, bytes) else read_vetted(source, name=name).data
        try:
            result = update_rates(data, name, How(day, kommune, templates))
        except UpdateRefused as refused:
            stop(str(refused))
        original = None
        if output is None:
            if result.data != data:
                original = write_atomic(Path(workbook), result.data, keep_original=True)
        else:
            write_result(result.data, output, (workbook,))
        if fmt == "json":
            click.echo(json.dumps(_data(result, name, output or workbook), ensure_ascii=False))
        else:
            _tell(result, name, err=output == STDIO)
    if original is not None:
        click.echo(f"Oppdatert {workbook}. Originalen ligger som {original.name}.", err=True)
    elif output not in (None, STDIO):
        click.echo(f"Laget {output}.", err=True)


def _data(result: Updated, name: str, output: str) -> dict[str, object]:
    from okosos_xl.regenerate.words import figure_data

    return {
        "fil": name,
        "ny": output,
        "satser_fra": result.before.isoformat() if result.before else None,
        "satser_til": result.after.isoformat(),
        "satser_endret": result.rates,
        "celler_regnet": result.refreshed,
        "uten_svar": result.unsure,
        "merknader": list(result.notes),
        "nokkeltall": figure_data(result.key_figures),
    }


def _tell(result: Updated, name: str, *, err: bool) -> None:
    from okosos_xl.regenerate.words import figure_lines

    was = f"{result.before:%d.%m.%Y}" if result.before else "ukjent dato"
    click.echo(f"{name}: satsene per {was} er byttet med dem per {result.after:%d.%m.%Y}", err=err)
    click.echo("Ingen av satsene er andre." if not result.rates else f"{result.rates} satser er andre.", err=err)
    for line in (*result.notes, *figure_lines(result.key_figures)):
        click.echo(line, err=err)
    if result.unsure:
        click.echo(f"{result.unsure} formler kan ikke regnes ut her; Excel regner dem når filen åpnes.", err=True)
