"""``okosos read``: the case back out of a workbook."""

from __future__ import annotations

from pathlib import Path

import click

from okosos_xl.commands.common import (
    FINDINGS,
    STDIO,
    checked_templates,
    one_clear_line,
    source_bytes,
    templates_option,
    write_result,
)
from okosos_xl.commands.norsk import NorskCommand


@click.command(cls=NorskCommand, short_help="Hent saken ut av en utfylt arbeidsbok.")
@click.argument("workbook", metavar="ARBEIDSBOK")
@click.option("--format", "fmt", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@click.option("-o", "--output", default=STDIO, metavar="FIL", help="Filen som skal lages; uten: standard ut.")
@templates_option
@click.pass_context
def read(ctx: click.Context, workbook: str, fmt: str, output: str, templates: Path | None) -> None:
    """Hent saken ut av ARBEIDSBOK slik den er fylt inn, med overstyringer og tillegg.

    Kode 1 betyr at noe i skjemaet ikke kunne forstås; det står i saken som det er skrevet, og sies på stderr.

    Eksempel:  okosos read plan.xlsx -o sak.yaml
    """
    templates = checked_templates(templates)
    with one_clear_line():
        from okosos_xl.api import read_full, register_overrides
        from okosos_xl.kontroll.inputs import check_inputs
        from okosos_xl.sak.dump import dumps_case

        source, name = source_bytes(workbook)
        reading = read_full(source, name=name, templates=templates)
        register_overrides(reading)
        write_result(dumps_case(reading.sak, fmt).encode(), output, (workbook,))
        findings = [f for f in check_inputs(reading) if f.code not in ("OKX110", "OKX322")]
        for finding in findings:
            click.echo(f"{reading.file}  {finding.place}  {finding.message} {finding.action}", err=True)
    if findings:
        ctx.exit(FINDINGS)
