"""``okosos brev``: finished letters from a case, one file per recipient."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okosos_xl.commands.common import FINDINGS, checked_templates, one_clear_line, stop, templates_option
from okosos_xl.commands.norsk import NorskCommand

if TYPE_CHECKING:
    from okosos_xl.brev.make import Made, Unsuited

PLANS: dict[str, tuple[tuple[str, str], ...]] = {
    "a": (("planform", "hver sin plan"), ("brev_plan", "A")),
    "b": (("planform", "hver sin plan"), ("brev_plan", "B")),
    "felles": (("planform", "felles plan"), ("brev_plan", "")),
}
"""What is filled in, for this time only, to offer the plan of one of the adults or the joint one."""


@click.command(cls=NorskCommand)
@click.argument("case", metavar="SAK", type=click.Path(path_type=Path))
@click.option("--alle", "everyone", is_flag=True, help="Brev til alle kreditorer som brevet passer for.")
@click.option("--krav", "rows", metavar="NR", type=int, multiple=True, help="Brev om dette kravet. Kan gjentas.")
@click.option("--slag", "kinds", metavar="SLAG", multiple=True, help="Hvilke brev, se docs/brev.md. Kan gjentas.")
@click.option("--plan", type=click.Choice(list(PLANS)), help="Tilby denne planen. Uten: etter hvem som skylder.")
@click.option("-o", "--output", required=True, metavar="MAPPE", type=click.Path(path_type=Path), help="Der de legges.")
@click.option("--pdf", "only_pdf", is_flag=True, help="Bare PDF (krever LibreOffice).")
@click.option("--xlsx", "only_books", is_flag=True, help="Bare arbeidsbøker.")
@click.option("--force", is_flag=True, help="Skriv over filer som finnes fra før.")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
@templates_option
@click.pass_context
def brev(
    ctx: click.Context,
    *,
    case: Path,
    everyone: bool,
    rows: tuple[int, ...],
    kinds: tuple[str, ...],
    plan: str | None,
    output: Path,
    only_pdf: bool,
    only_books: bool,
    force: bool,
    fmt: str,
    templates: Path | None,
) -> None:
    """Skriv brev fra SAK (arbeidsboken, eller saken som YAML eller JSON): én fil per mottaker.

    Filene har bare brevet og vedlegget, uten formler og uten andre opplysninger fra saken. Er LibreOffice installert,
    lages PDF også. Uten --slag: betalingsforslag, og nulldividende der det ikke er noe å tilby.

    Eksempel:  okosos brev sak.xlsx --alle -o brev/

    Eksempel:  okosos brev sak.xlsx --krav 3 --slag utsettelse -o brev/
    """
    templates = checked_templates(templates)
    if everyone == bool(rows):
        stop("Velg --alle, eller --krav NR for bestemte krav.")
    if only_pdf and only_books:
        stop("Velg --pdf eller --xlsx. Uten noen av dem lages begge deler.")
    with one_clear_line():
        from okosos_xl.brev.letters import Letters, LettersRefused, Wanted
        from okosos_xl.brev.make import Unsuited, make, workbook
        from okosos_xl.engine.libreoffice_engine import find_soffice

        office = None if only_books else find_soffice()
        if only_pdf and office is None:
            stop("LibreOffice er ikke installert, så PDF kan ikke lages. Bruk --xlsx.")
        fields = PLANS[plan] if plan else ()
        made: list[Made] = []
        unsuited: list[Unsuited] = []
        try:
            letters = Letters(workbook(case, templates), name=str(case), templates=templates)
            for one in make(letters, Wanted(kinds, rows, fields), _progress("Brev")):
                if isinstance(one, Unsuited):
                    unsuited.append(one)
                else:
                    made.append(one)
            for other in unsuited:
                click.echo(f"Krav {other.row}: brevet «{other.kind}» passer ikke for kravet nå.", err=True)
            files = _targets(made, output, books=not only_pdf, pdf=office is not None)
            _keep_what_is_there(files, force=force)
            if made:
                _write(made, output, office, only_pdf=only_pdf)
        except LettersRefused as error:
            stop(str(error))
    if not only_books and office is None and made:
        click.echo("LibreOffice er ikke installert, så bare arbeidsbøkene er laget.", err=True)
    if fmt == "json":
        told = [{"slag": m.kind, "nr": m.row, "filer": [str(f) for f in fs]} for m, fs in zip(made, files, strict=True)]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for file in (f for several in files for f in several):
            click.echo(str(file))
    if not made:
        click.echo("Det er ingen krav som brevet passer for. Ingenting er skrevet.", err=True)
    else:
        click.echo(f"Laget {len(made)} brev i {output}.", err=True)
    if unsuited or not made:
        ctx.exit(FINDINGS)


def _targets(made: list[Made], output: Path, *, books: bool, pdf: bool) -> list[list[Path]]:
    """The files of each letter."""
    endings = [".xlsx"] * books + [".pdf"] * pdf
    return [[output / (one.stem + ending) for ending in endings] for one in made]


def _keep_what_is_there(files: list[list[Path]], *, force: bool) -> None:
    there = [file for several in files for file in several if file.exists()]
    if there and not force:
        others = f" og {len(there) - 1} til" if len(there) > 1 else ""
        stop(f"{there[0]}{others} finnes fra før. Velg en annen mappe, eller bruk --force. Ingenting er skrevet.")


def _write(made: list[Made], output: Path, office: str | None, *, only_pdf: bool) -> None:
    """The workbooks first, then the PDFs: they take the time."""
    from okosos_xl.brev.pdf import as_pdf
    from okosos_xl.workbook.atomic import write_atomic

    output.mkdir(parents=True, exist_ok=True)
    if not only_pdf:
        for one in made:
            write_atomic(output / f"{one.stem}.xlsx", one.data)
    if office is not None:
        told = _progress("PDF")
        for done, (stem, data) in enumerate(as_pdf(office, {one.stem: one.data for one in made}), 1):
            write_atomic(output / f"{stem}.pdf", data)
            told(done, len(made))


def _progress(what: str) -> Callable[[int, int], None]:
    """A line that counts, on a terminal; nothing elsewhere."""

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{what} {done} av {total}", err=True, nl=done == total)

    return tell
