"""``okosos demo``: real workbooks from the examples, made and checked."""

from __future__ import annotations

from pathlib import Path

import click

from okosos_xl.commands.common import FINDINGS, one_clear_line, stop
from okosos_xl.commands.norsk import NorskCommand


@click.command(cls=NorskCommand, short_help="Lag og kontroller eksempelarbeidsbøker.")
@click.option("-o", "--output", default="demo", show_default=True, metavar="MAPPE", type=click.Path(path_type=Path))
@click.pass_context
def demo(ctx: click.Context, output: Path) -> None:
    """Lag arbeidsbøker av alle eksemplene, kontroller dem og si hva som ble laget.

    Eksempel:  okosos demo -o demo
    """
    bad = 0
    with one_clear_line():
        from okosos_xl import api, strict_yaml
        from okosos_xl.kontroll.finding import FEIL
        from okosos_xl.resources import examples_root
        from okosos_xl.workbook.atomic import write_atomic

        cases = []
        for path in sorted(examples_root().glob("*.yaml")):
            data = strict_yaml.load(path)
            if isinstance(data, dict) and "mal" in data:
                cases.append((path, str(data["mal"])))
        if not cases:
            stop("Fant ingen eksempler.")
        output.mkdir(parents=True, exist_ok=True)
        for path, template in cases:
            target = output / f"{path.stem}.xlsx"
            package, values = api.generate_with_values(template, path)
            write_atomic(target, package)
            report = api.validate(target)
            bad += report.count(FEIL)
            from okosos_xl.report.text import lines
            from okosos_xl.template.compile import load_spec

            sheet = load_spec(template).sheets[0].name
            click.echo(f"{target}   {values[sheet][1][0]}")
            for line in lines(report, colour=False)[0 if report.clean else 1 :]:
                click.echo(f"   {line}" if report.clean else line)
    if bad:
        ctx.exit(FINDINGS)
