"""``okosos satser changes``: what new rates would do to a case, before anything is written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from okosos_xl.commands.common import CaseDate, checked_templates, kommune_option, one_clear_line, templates_option
from okosos_xl.commands.norsk import NorskCommand


@click.command(cls=NorskCommand)
@click.argument("workbook", metavar="SAK.xlsx")
@click.option("--date", "day", type=CaseDate(), required=True, help="Datoen de nye satsene skal gjelde for.")
@kommune_option
@templates_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def changes(workbook: str, day: date, kommune: Path | None, templates: Path | None, form: str) -> None:
    """Vis hva satsene på en annen dato gjør med nøkkeltallene i en sak. Ingenting skrives.

    Alt annet enn satsene er som i saken; alder regnes fortsatt på sakens dato.

    Eksempel:  okosos satser changes sak.xlsx --date 2027-01-01
    """
    with one_clear_line():
        from okosos_xl.satsskifte import rate_changes

        result = rate_changes(Path(workbook), day, kommune=kommune, templates=checked_templates(templates))
        if form == "json":
            click.echo(json.dumps(result.data(), ensure_ascii=False, indent=2))
            return
        for line in result.lines():
            click.echo(line)
