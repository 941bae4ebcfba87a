"""``okosos diff``: what differs between two workbooks, in words."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import click

from okosos_xl.commands.common import (
    CLEAN,
    FINDINGS,
    STDIO,
    checked_templates,
    one_clear_line,
    source_bytes,
    stop,
    templates_option,
)
from okosos_xl.commands.norsk import NorskCommand

_TITLES = {
    "mal": "Mal", "felt": "Fylt inn", "rad": "Rader", "overstyring": "Overstyringer", "formel": "Formler",
    "sats": "Satser", "tillegg": "Utenfor skjemaet", "nøkkeltall": "Nøkkeltall",
}  # fmt: skip
_RATES_SHOWN = 10


@click.command(cls=NorskCommand, short_help="Vis hva som skiller to arbeidsbøker.")
@click.argument("first", metavar="A.xlsx")
@click.argument("second", metavar="B.xlsx")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
@templates_option
@click.pass_context
def diff(ctx: click.Context, first: str, second: str, fmt: str, templates: Path | None) -> None:
    """Vis hva som skiller A.xlsx og B.xlsx: felt, rader, overstyringer, formler, satser og nøkkeltall.

    Celler sammenlignes etter hva de er, ikke hvor de står, og rader etter innholdet. Kode 0 når det ikke er noen
    forskjell, 1 når det er, 2 når en av filene ikke kan leses.

    Eksempel:  okosos diff gammel.xlsx ny.xlsx
    """
    templates = checked_templates(templates)
    if first == STDIO and second == STDIO:
        stop("Bare en av filene kan leses fra standard inn.")
    with one_clear_line():
        from okosos_xl.api import read_full
        from okosos_xl.regenerate.compare import differences

        readings = [
            read_full(source, name=name, templates=templates) for source, name in map(source_bytes, (first, second))
        ]
        found = differences(readings[0], readings[1])
        if fmt == "json":
            data = {"a": first, "b": second, "forskjeller": [d.data() for d in found]}
            click.echo(json.dumps(data, ensure_ascii=False))
        elif not found:
            click.echo("Ingen forskjell.")
        else:
            order = list(_TITLES)
            for kind, group in groupby(sorted(found, key=lambda d: order.index(d.kind)), key=lambda d: d.kind):
                lines = [d.line() for d in group]
                click.echo(_TITLES[kind])
                shown = lines[:_RATES_SHOWN] if kind == "sats" else lines
                for line in shown:
                    click.echo(f"  {line}")
                if len(lines) > len(shown):
                    click.echo(f"  … og {len(lines) - len(shown)} satser til")
    ctx.exit(FINDINGS if found else CLEAN)
