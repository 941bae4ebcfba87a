"""``okosos forvaltning``: bank rows into the ledger of a management workbook, and the workbook of the next year."""

from __future__ import annotations

import json
from pathlib import Path

import click

from okosos_xl.commands.common import (
    CLEAN,
    FINDINGS,
    STDIO,
    checked_templates,
    kommune_option,
    one_clear_line,
    source_bytes,
    stop,
    templates_option,
    write_result,
)
from okosos_xl.commands.norsk import NorskGroup


@click.group(cls=NorskGroup)
def forvaltning() -> None:
    """Frivillig forvaltning: hent inn rader fra banken, eller begynn et nytt år.

    Eksempel:  okosos forvaltning import sak.xlsx bank.csv -o ny.xlsx
    """


@forvaltning.command("import")
@click.argument("workbook", metavar="SAK.xlsx")
@click.argument("bank", metavar="BANKFIL")
@click.option("-o", "--output", required=True, metavar="NY.xlsx", help="Arbeidsboken som skal lages; - er standard ut.")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
@templates_option
@click.pass_context
def import_(ctx: click.Context, *, workbook: str, bank: str, output: str, fmt: str, templates: Path | None) -> None:
    """Legg de nye radene i en kontoutskrift (CSV eller camt.053) til kladderegnskapet i SAK.xlsx.

    Rader som står der fra før, kommer ikke to ganger. Alt annet i filen er urørt. Rader uten formål, og rader som ikke
    kan tas med, skrives ut; avslutter da med 1.

    Eksempel:  okosos forvaltning import sak.xlsx bank.csv -o ny.xlsx
    """
    templates = checked_templates(templates)
    if workbook == STDIO and bank == STDIO:
        stop("Bare en av filene kan leses fra standard inn.")
    if output == STDIO and fmt == "json":
        stop("-o - og --format json skriver begge til standard ut. Velg en av dem.")
    with one_clear_line():
        from okosos_xl.forvaltning.importing import ImportRefused, as_data, as_lines, import_bank_file
        from okosos_xl.forvaltning.statement import BankFileError

        source, name = source_bytes(workbook)
        file, bank_name = source_bytes(bank)
        try:
            result = import_bank_file(source, file, name=name, bank_name=bank_name, templates=templates)
        except (BankFileError, ImportRefused) as error:
            stop(str(error))
        write_result(result.data, output, (workbook, bank))
        if fmt == "json":
            click.echo(json.dumps(as_data(result, name, bank_name, output), ensure_ascii=False))
        else:
            for line in as_lines(result):
                click.echo(line, err=output == STDIO)
    if output != STDIO:
        new, rows = len(result.taken), "rad" if result.read == 1 else "rader"
        said = f"{result.read} {rows} lest, {new} {'ny' if new == 1 else 'nye'}, {result.there} sto der fra før"
        click.echo(f"Laget {output} ({said}).", err=True)
    if result.unsure:
        click.echo(f"{result.unsure} formler kan ikke regnes ut her; Excel regner dem når filen åpnes.", err=True)
    ctx.exit(FINDINGS if result.unmatched or result.skipped else CLEAN)


@forvaltning.command("nytt-aar")
@click.argument("workbook", metavar="SAK.xlsx")
@click.option("-o", "--output", required=True, metavar="NY.xlsx", help="Arbeidsboken som skal lages; - er standard ut.")
@kommune_option
@templates_option
def nytt_aar(*, workbook: str, output: str, kommune: Path | None, templates: Path | None) -> None:
    """Lag arbeidsboken for de neste tolv månedene, med avtalen, formålene, saldoen, fondet og gjelden fra SAK.xlsx.

    Kladderegnskapet begynner tomt. Formål for «én gang» i det gamle året blir borte, og nevnes. Den gamle filen røres
    ikke.

    Eksempel:  okosos forvaltning nytt-aar sak.xlsx -o 2027.xlsx
    """
    templates = checked_templates(templates)
    with one_clear_line():
        from okosos_xl.forvaltning.importing import ImportRefused
        from okosos_xl.forvaltning.nextyear import next_year
        from okosos_xl.sak.numbers import show_number

        source, name = source_bytes(workbook)
        try:
            result = next_year(source, name=name, templates=templates, kommune=kommune)
        except ImportRefused as error:
            stop(str(error))
        write_result(result.data, output, (workbook,))
        for dropped in result.dropped:
            click.echo(f"Gjaldt bare det gamle året, og er tatt bort: {dropped}", err=True)
        for note in result.notes:
            click.echo(note, err=True)
        fund = f", avsetningsfond {show_number(result.fund)} kr" if result.fund is not None else ""
        said = f"fra {result.start:%m.%Y}, inngående saldo {show_number(result.opening)} kr{fund}"
        if output != STDIO:
            click.echo(f"Laget {output} ({said}).", err=True)
