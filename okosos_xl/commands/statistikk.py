"""``okosos statistikk``: the register of cases from a folder of case workbooks, and a regional one without names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click

from okosos_xl.commands.common import (
    FINDINGS,
    CaseDate,
    checked_templates,
    one_clear_line,
    stop,
    templates_option,
    write_result,
)
from okosos_xl.commands.norsk import NorskGroup

COLLECT = "samle"
TEMPLATE = "statistikk"
_FEW = 8
"""With no more files than this, starting other processes costs more than it gives."""


class _Group(NorskGroup):
    """``okosos statistikk saker/`` means ``okosos statistikk samle saker/``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = [COLLECT, *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Group)
def statistikk() -> None:
    """Registeret over saker: samle det fra arbeidsbøkene, eller slå sammen flere kontorer.

    Eksempel:  okosos statistikk saker/ -o statistikk.xlsx
    """


@statistikk.command(COLLECT)
@click.argument("paths", metavar="SAKER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, metavar="FIL", help="Registeret som skal lages.")
@click.option("--merge", "old", metavar="GAMMEL.xlsx", type=click.Path(path_type=Path), help="Register å bygge på.")
@click.option("--date", "day", type=CaseDate(), help="Datoen registeret gjelder, hvis det ikke står i det gamle.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="Antall prosesser. Uten: én per kjerne.")
@templates_option
@click.pass_context
def samle(
    ctx: click.Context,
    *,
    paths: tuple[Path, ...],
    output: str,
    old: Path | None,
    day: Any,
    jobs: int | None,
    templates: Path | None,
) -> None:
    """Lag eller oppdater registeret fra arbeidsbøkene i en eller flere mapper.

    En fil som ikke kan brukes, nevnes, og resten tas med. Avslutter da med 1.

    Eksempel:  okosos statistikk saker/ -o statistikk.xlsx --merge gammel.xlsx
    """
    templates = checked_templates(templates)
    bad = 0
    with one_clear_line():
        from okosos_xl import api
        from okosos_xl.sak.case import Sak
        from okosos_xl.statistikk.register import update
        from okosos_xl.template.compile import load_spec

        spec = load_spec(TEMPLATE, templates)
        files = _workbooks(paths, {Path(output), *([old] if old else [])})
        if not files:
            stop("Fant ingen arbeidsbøker (.xlsx) å samle fra.")
        rows = []
        for found in _collected(files, Path(spec.folder), templates, jobs or os.cpu_count() or 1):
            if found.row is None:
                bad += 1
                click.echo(f"{found.file}: {found.problem}", err=True)
            else:
                rows.append(found.row)
                for doubt in found.doubts:
                    click.echo(f"{found.file}: {doubt}.", err=True)
        sak = api.read(old, templates=templates) if old else Sak(spec.id, spec.version)
        if sak.template != spec.id:
            stop(f"{old}: er ikke et register, men en arbeidsbok av malen «{sak.template}».")
        result = update(sak, rows)
        for double in result.doubles:
            bad += 1
            click.echo(f"Saksnummeret står i to filer, den første er brukt: {double}", err=True)
        package = api.generate(TEMPLATE, result.sak, case_date=day, templates=templates)
        write_result(package, output, tuple(str(f) for f, _ in files))
        said = f"{len(rows)} arbeidsbøker: {result.new} nye saker, {result.changed} endret, {result.same} uendret"
        click.echo(f"Laget {output} ({said}).", err=True)
    if bad:
        ctx.exit(FINDINGS)


@statistikk.command()
@click.argument("registers", metavar="REGISTRE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, metavar="FIL", help="Det samlede registeret som skal lages.")
@click.option("--date", "day", type=CaseDate(), help="Datoen registeret gjelder.")
@templates_option
def merge(registers: tuple[Path, ...], output: str, day: Any, templates: Path | None) -> None:
    """Slå sammen registrene fra flere kontorer til ett, uten navn, numre og fritekst.

    Rådgivere, saksnumre, husstandsnumre og merknader tas bort. Koder med færre enn fire saker står tomme.

    Eksempel:  okosos statistikk merge a.xlsx b.xlsx -o region.xlsx
    """
    templates = checked_templates(templates)
    with one_clear_line():
        from okosos_xl import api
        from okosos_xl.statistikk.region import merge as merged
        from okosos_xl.template.compile import load_spec

        spec = load_spec(TEMPLATE, templates)
        cases = []
        for path in registers:
            sak = api.read(path, templates=templates)
            if sak.template != spec.id:
                stop(f"{path}: er ikke et register, men en arbeidsbok av malen «{sak.template}».")
            cases.append(sak)
        region = merged(cases, spec)
        package = api.generate(TEMPLATE, region.sak, case_date=day, templates=templates)
        write_result(package, output, tuple(str(p) for p in registers))
    said = f"{region.rows} saker fra {len(registers)} registre; {region.blanked} koder i små grupper står tomme"
    click.echo(f"Laget {output} ({said}).", err=True)


def _workbooks(paths: tuple[Path, ...], besides: set[Path]) -> list[tuple[Path, str]]:
    """The workbooks in the folders and files given, with the name to use for each, in order."""
    skipped = {path.resolve() for path in besides}
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*.xlsx")):
                if not file.name.startswith(("~$", ".")) and file.resolve() not in skipped:
                    found.setdefault(file, file.relative_to(path).as_posix())
        elif path.is_file():
            found.setdefault(path, path.name)
        else:
            stop(f"{path}: finnes ikke.")
    return list(found.items())


def _collected(files: list[tuple[Path, str]], folder: Path, templates: Path | None, jobs: int) -> Iterator[Any]:
    """What every file gives, in order, with progress on a terminal."""
    from okosos_xl.statistikk.collect import collect_file

    paths, names = [f for f, _ in files], [n for _, n in files]
    rest = [folder] * len(files), [templates] * len(files)
    with click.progressbar(
        length=len(files), label="Leser arbeidsbøker", file=sys.stderr, hidden=not _terminal()
    ) as bar:
        if jobs == 1 or len(files) <= _FEW:
            for found in map(collect_file, paths, names, *rest):
                bar.update(1)
                yield found
            return
        with ProcessPoolExecutor(max_workers=min(jobs, len(files))) as pool:
            for found in pool.map(collect_file, paths, names, *rest, chunksize=8):
                bar.update(1)
                yield found


def _terminal() -> bool:
    return sys.stderr.isatty()
