"""``okosos satser``: look rates up, compare two dates, lint the files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from okosos_xl.commands.changes import changes
from okosos_xl.commands.norsk import NorskGroup
from okosos_xl.satser import Satser, SatsError, diff, lint, report
from okosos_xl.satser.overlay import load_overlay

_P = ParamSpec("_P")
_ISO = re.compile(r"\d{4}-\d\d-\d\d\Z")


class _Date(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A calendar date, written 2026-07-01."""

    name = "dato"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value if _ISO.match(value) else "")
        except ValueError:
            raise click.BadParameter(f"«{value}» er ikke en dato; skriv den som 2026-07-01", ctx, param) from None


def _guarded(command: Callable[_P, None]) -> Callable[_P, None]:
    """Turn a refusal into one line on stderr and exit code 2."""

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (SatsError, OSError) as error:
            click.echo(f"Feil: {error}", err=True)
            raise SystemExit(2) from None

    return run


def _rates(kommune: Path | None) -> Satser:
    rates = Satser.load()
    return rates.with_overlay(kommune) if kommune is not None else rates


def _print(as_json: bool, data: Callable[[], Any], lines: Callable[[], list[str]]) -> None:
    click.echo(json.dumps(data(), ensure_ascii=False, indent=2) if as_json else "\n".join(lines()))


_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Utskriftsform."
)
_kommune = click.option(
    "--kommune", type=click.Path(path_type=Path), metavar="FIL", help="Kommunefil med kommunens egne satser."
)


@click.group(cls=NorskGroup)
def satser() -> None:
    """Vis, sammenlign og kontroller satsene.

    Eksempel:  okosos satser show livsopphold_gjeldsordning --date 2026-07-01
    """


satser.add_command(changes)


@satser.command("list")
@click.option("--date", "dato", type=_Date(), help="Vis det som gjelder på denne datoen (uten: nyeste årgang).")
@_kommune
@_format
@_guarded
def list_(dato: date | None, kommune: Path | None, form: str) -> None:
    """List satsfamiliene.

    Eksempel:  okosos satser list --date 2026-11-22
    """
    rates = _rates(kommune)
    if dato is None:
        _print(form == "json", lambda: report.families_json(rates), lambda: report.families_text(rates))
    else:
        per = rates.at(dato)
        _print(form == "json", lambda: report.status_json(per), lambda: report.status_text(per))


@satser.command()
@click.argument("familie", metavar="FAMILIE")
@click.option("--date", "dato", type=_Date(), help="Vis verdiene på denne datoen (uten: alle årganger).")
@_kommune
@_format
@_guarded
def show(familie: str, dato: date | None, kommune: Path | None, form: str) -> None:
    """Vis en satsfamilie: regel, hjemmel og verdier med kilde.

    Eksempel:  okosos satser show trinnskatt --date 2026-01-01
    """
    rates = _rates(kommune)
    if dato is None:
        layers = rates.layers(familie)
        _print(form == "json", lambda: report.family_json(layers), lambda: report.family_text(layers))
    else:
        rates.familie(familie)
        per = rates.at(dato)
        if not per.satser(familie):
            per.sats(familie, next(iter(rates.familie(familie).nokler)))  # the error that names the nearest vintages
        _print(form == "json", lambda: report.values_json(per, familie), lambda: report.values_text(per, familie))


@satser.command("diff")
@click.argument("dato1", type=_Date(), metavar="DATO1")
@click.argument("dato2", type=_Date(), metavar="DATO2")
@_kommune
@_format
@_guarded
def diff_(dato1: date, dato2: date, kommune: Path | None, form: str) -> None:
    """Vis hvilke satser som endres mellom to datoer.

    Eksempel:  okosos satser diff 2026-06-30 2026-07-01
    """
    rates = _rates(kommune)
    changes = diff(rates.at(dato1), rates.at(dato2))
    _print(
        form == "json",
        lambda: report.diff_json(changes, dato1, dato2),
        lambda: report.diff_text(changes, dato1, dato2),
    )


@satser.command()
@click.argument("mappe", type=click.Path(path_type=Path), metavar="[MAPPE]", required=False)
@_kommune
@_guarded
def check(mappe: Path | None, kommune: Path | None) -> None:
    """Kontroller alle satsfilene i en mappe (uten: satsene som følger med), eller en kommunefil.

    Avslutter med 0 når alt er i orden, 1 når noe er galt og 2 når kontrollen ikke kunne kjøres.

    Eksempel:  okosos satser check templates/satser

    Eksempel:  okosos satser check --kommune examples/kommune-eksempel.yaml
    """
    rates = Satser.load(mappe)
    findings = [str(finding) for finding in lint(rates.files[0][1].parent)]
    if kommune is not None and not findings:
        if not kommune.is_file():
            load_overlay(kommune, rates)  # could not run: refused as a file, not for its content
        try:
            load_overlay(kommune, rates)
        except SatsError as error:
            findings.append(str(error))
    for finding in findings:
        click.echo(finding)
    if findings:
        click.echo(f"{len(findings)} feil", err=True)
        raise SystemExit(1)
    click.echo(f"{len(rates.familier)} satsfiler i orden" + (", kommunefilen også" if kommune else ""), err=True)
