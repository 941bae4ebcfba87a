"""``okosos recalc``: every formula computed again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okosos_xl.commands.common import (
    CLEAN,
    FINDINGS,
    IN_MEMORY,
    STDIO,
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
    from okosos_xl.api import Recalculation

_SHOWN = 10


@click.command(cls=NorskCommand, short_help="Regn ut alle formler på nytt.")
@click.argument("workbook", metavar="ARBEIDSBOK")
@engine_option
@click.option("--check", is_flag=True, help="Kode 1 hvis en lagret verdi ikke stemmer med formelen.")
@click.option("-o", "--output", metavar="FIL", help="Skriv en kopi med nye verdier; alt annet i filen er urørt.")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
@templates_option
@click.pass_context
def recalc(
    ctx: click.Context,
    *,
    workbook: str,
    engine: str | None,
    check: bool,
    output: str | None,
    fmt: str,
    templates: Path | None,
) -> None:
    """Regn ut alle formlene i ARBEIDSBOK på nytt, utenfor Excel.

    Eksempel:  okosos recalc plan.xlsx --check
    """
    templates = checked_templates(templates)
    with one_clear_line():
        from okosos_xl.api import recalc as compute
        from okosos_xl.engine import get_engine

        get_engine(engine)
        if output is not None and engine not in (None, "formualizer"):
            stop("-o kan bare brukes med regnemotoren formualizer, som lar resten av filen være urørt.")
        if output == STDIO and fmt == "json":
            stop("-o - og --format json skriver begge til standard ut. Velg en av dem.")
        source, name = source_bytes(workbook)
        if output is not None or engine not in (None, IN_MEMORY):
            must_stay_locked(source, name, "-o" if output is not None else f"regnemotoren {engine}")
        result = compute(source, engine=engine, name=name, templates=templates)
        if output is not None:
            from okosos_xl.engine.formualizer_engine import with_new_values

            data = source if isinstance(source, bytes) else source.read_bytes()
            write_result(with_new_values(data), output, (workbook,))
        if fmt == "json":
            click.echo(json.dumps(_data(result), ensure_ascii=False))
        else:
            _tell(result, name, err=output == STDIO)
        if output not in (None, STDIO):
            click.echo(f"Laget {output}.", err=True)
    ctx.exit(FINDINGS if check and result.stale else CLEAN)


def _data(result: Recalculation) -> dict[str, object]:
    from okosos_xl.engine import ExcelError
    from okosos_xl.workbook.areas import address

    def plain(value: object) -> object:
        return str(value) if isinstance(value, ExcelError) else value

    stale = [
        {"ark": s.sheet, "celle": address(s.cell), "lagret": plain(s.stored), "riktig": plain(s.computed)}
        for s in result.stale
    ]
    return {"engine": result.engine, "stale": stale, "values": result.values}


def _tell(result: Recalculation, name: str, *, err: bool) -> None:
    from okosos_xl.kontroll.stale import shown
    from okosos_xl.workbook.areas import address

    if not result.stale:
        click.echo(f"{name}   alle verdier stemmer ({result.engine})", err=err)
        return
    count = f"{len(result.stale)} verdi{'' if len(result.stale) == 1 else 'er'}"
    click.echo(f"{name}   {count} stemmer ikke med formlene ({result.engine})", err=err)
    for s in result.stale[:_SHOWN]:
        click.echo(f"  {s.sheet}!{address(s.cell):<8} lagret {shown(s.stored)}, riktig {shown(s.computed)}", err=err)
    if len(result.stale) > _SHOWN:
        click.echo(f"  … og {len(result.stale) - _SHOWN} til", err=err)
