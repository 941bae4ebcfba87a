"""``okosos templates``: look at the templates, check them, and get the JSON Schema of a case."""

from __future__ import annotations

import json
from pathlib import Path

import click

from okosos_xl.commands.common import FINDINGS, checked_templates, one_clear_line, stop, templates_option
from okosos_xl.commands.norsk import NorskGroup


@click.group(cls=NorskGroup, short_help="Vis og kontroller malene.")
def templates() -> None:
    """Malene arbeidsbøkene lages av.

    Eksempel:  okosos templates show dividende
    """


@templates.command("list")
@templates_option
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(templates: Path | None, fmt: str) -> None:
    """List opp malene.

    Eksempel:  okosos templates list
    """
    with one_clear_line():
        from okosos_xl.template.compile import office_data, template_folders
        from okosos_xl.template.parse import parse_template

        office = office_data(checked_templates(templates))
        specs = [parse_template(folder, office) for folder in template_folders(None if office else templates)]
        if fmt == "json":
            data = [{"id": s.id, "tittel": s.title, "versjon": s.version} for s in specs]
            click.echo(json.dumps(data, ensure_ascii=False))
        else:
            for s in specs:
                click.echo(f"{s.id:<18} versjon {s.version}   {s.title}. {s.about}")


@templates.command()
@click.argument("name", metavar="MAL")
@templates_option
def show(name: str, templates: Path | None) -> None:
    """Vis arkene, feltene og kontrollene i en mal.

    Eksempel:  okosos templates show dividende
    """
    with one_clear_line():
        from okosos_xl.template.compile import compile_template, load_spec

        layout = compile_template(load_spec(name, checked_templates(templates)))
        click.echo(f"{layout.spec.title} (mal {layout.spec.id}, versjon {layout.spec.version})\n{layout.spec.about}")
        for sheet in layout.sheets:
            click.echo(f"\n{sheet.spec.name}: {sheet.spec.title}")
            for region in sheet.regions:
                what = "fylles inn" if region.is_input else "sats" if region.fixed else "regnes ut"
                rows = f", {region.nrows} rader" if region.nrows > 1 else ""
                periods = f", {region.ncols} perioder" if region.ncols > 1 else ""
                click.echo(f"  {region.id:<28} {region.item.type:<10} {what}{rows}{periods}   {region.item.label}")
        click.echo("\nKontroller")
        for check in layout.checks:
            click.echo(f"  {check.id}  {check.severity:<11} {check.label}: {check.message}")


@templates.command()
@click.argument("folder", metavar="[MAPPE]", required=False, type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, folder: Path | None) -> None:
    """Kompiler alle malene i en mappe og si hva som er galt.

    Eksempel:  okosos templates check minemaler/
    """
    from okosos_xl.template.compile import compile_template, office_data, template_folders
    from okosos_xl.template.errors import TemplateError
    from okosos_xl.template.parse import parse_template

    office = office_data(checked_templates(folder))
    folders = template_folders(None if office else folder)
    if not folders:
        stop(f"{folder}: fant ingen maler. En mal er en mappe med filen mal.yaml.")
    bad = 0
    for path in folders:
        try:
            layout = compile_template(parse_template(path, office))
        except TemplateError as error:
            bad += 1
            click.echo(str(error))
        except RecursionError:
            bad += 1
            click.echo(f"{path.name}: malen er for dypt nøstet.")
        else:
            regions, checks = len(layout.regions), len(layout.checks)
            click.echo(f"{path.name}: i orden ({regions} navngitte områder, {checks} kontroller)")
    if bad:
        ctx.exit(FINDINGS)


@templates.command()
@click.argument("name", metavar="MAL")
@templates_option
def schema(name: str, templates: Path | None) -> None:
    """Skriv JSON Schema for sakene til en mal.

    Eksempel:  okosos templates schema dividende
    """
    with one_clear_line():
        from okosos_xl.sak.schema import json_schema
        from okosos_xl.template.compile import load_spec

        click.echo(
            json.dumps(
                json_schema(load_spec(name, checked_templates(templates))), ensure_ascii=False, indent=1, default=str
            )
        )
