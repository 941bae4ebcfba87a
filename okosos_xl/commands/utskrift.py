"""``okosos utskrift``: the case workbook as a PDF, without the rows and pages that hold nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okosos_xl.commands.common import (
    CLEAN,
    COULD_NOT_RUN,
    FINDINGS,
    STDIO,
    Passwords,
    checked_templates,
    message_of,
    must_stay_locked,
    one_clear_line,
    source_bytes,
    stop,
    templates_option,
    write_result,
)
from okosos_xl.commands.norsk import NorskCommand

if TYPE_CHECKING:
    from okosos_xl.utskrift.make import Printed, Wanted

_NAMED = 5


@click.command(cls=NorskCommand, short_help="Saken som PDF, uten tomme rader og sider.")
@click.argument("workbooks", metavar="SAK.xlsx…", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FIL", help="PDF-en, eller mappen når det er flere saker. Uten: ved siden av.")
@click.option("--ark", "only", metavar="NAVN", multiple=True, help="Bare dette arket. Kan gjentas.")
@click.option("--uten", "without", metavar="NAVN", multiple=True, help="Ikke dette arket. Kan gjentas.")
@click.option("--alle", "everything", is_flag=True, help="Ta med ark uten innhold også.")
@click.option("--force", is_flag=True, help="Skriv over PDF-er som finnes fra før.")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
@templates_option
@click.pass_context
def utskrift(
    ctx: click.Context,
    *,
    workbooks: tuple[str, ...],
    output: str | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    everything: bool,
    force: bool,
    fmt: str,
    templates: Path | None,
) -> None:
    """Skriv ut SAK.xlsx til PDF slik den står, uten tomme rader nederst i tabellene og uten måneder etter planen.

    Ark uten innhold, brev der ingen er valgt, og ark med mellomregninger er ikke med; det sies hvilke. Tall som ikke er
    regnet ut på nytt i filen, regnes ut først. Arbeidsboken røres ikke. Krever LibreOffice. Kode 1: verdiene i filen
    kunne ikke prøves.

    Eksempel:  okosos utskrift sak.xlsx -o sak.pdf

    Eksempel:  okosos utskrift sak.xlsx --ark "Plan A" --ark Budsjett -o plan.pdf
    """
    templates = checked_templates(templates)
    if output == STDIO and fmt == "json":
        stop("-o - og --format json skriver begge til standard ut. Velg en av dem.")
    if set(map(str.casefold, only)) & set(map(str.casefold, without)):
        stop("Det samme arket er oppgitt med både --ark og --uten. Velg ett av dem.")
    with one_clear_line():
        from okosos_xl.engine.libreoffice_engine import find_soffice
        from okosos_xl.utskrift.make import NO_OFFICE, Wanted

        targets = _targets(workbooks, output)
        _keep_what_is_there(targets, force=force)
        if find_soffice() is None:
            stop(NO_OFFICE)
        wanted = Wanted(only, without, everything)
        passwords = Passwords()
        new_folder = Path(output) if output is not None and len(workbooks) > 1 else None
        told: list[dict[str, object]] = []
        code = CLEAN
        for workbook, target in zip(workbooks, targets, strict=True):
            result = _one(workbook, target, new_folder, wanted, templates, passwords)
            if isinstance(result, str):
                click.echo(result, err=True)
                code = COULD_NOT_RUN
                continue
            told.append(_data(result, workbook, target))
            _tell(result, target, several=len(workbooks) > 1)
            if fmt == "text" and target != STDIO:
                click.echo(target)
            code = max(code, FINDINGS if result.copy.fresh.unsure or not result.copy.fresh.tried else CLEAN)
    if fmt == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    ctx.exit(code)


def _one(
    workbook: str, target: str, new_folder: Path | None, wanted: Wanted, templates: Path | None, passwords: Passwords
) -> Printed | str:
    """One workbook printed and the PDF written, or the line that says why not."""
    from okosos_xl.api import to_pdf
    from okosos_xl.utskrift.fresh import PrintRefused

    try:
        source, name = source_bytes(workbook, passwords)
        must_stay_locked(source, name, "utskriften")
        result = to_pdf(source, wanted, name=name, templates=templates)
        if new_folder is not None:
            new_folder.mkdir(parents=True, exist_ok=True)
        write_result(result.pdf, target, (workbook,))
    except PrintRefused as refused:
        return str(refused)
    except Exception as error:
        return message_of(error)
    return result


def _targets(workbooks: tuple[str, ...], output: str | None) -> list[str]:
    """The PDF of each workbook."""
    if output == STDIO or (output is not None and len(workbooks) == 1 and not Path(output).is_dir()):
        if len(workbooks) > 1:
            stop("-o - kan bare brukes med én sak. Oppgi en mappe.")
        return [output]
    if STDIO in workbooks:
        stop("Filen kommer fra standard inn. Oppgi PDF-en som skal lages, med -o.")
    if output is None:
        found = [str(Path(workbook).with_suffix(".pdf")) for workbook in workbooks]
    else:
        folder = Path(output)
        if folder.exists() and not folder.is_dir():
            stop(f"{output} er en fil, og her er det flere saker. Oppgi en mappe.")
        found = [str(folder / Path(workbook).with_suffix(".pdf").name) for workbook in workbooks]
    twice = next((target for target in found if found.count(target) > 1), None)
    if twice is not None:
        stop(f"To av sakene ville blitt til {twice}. Skriv dem ut hver for seg.")
    return found


def _keep_what_is_there(targets: list[str], *, force: bool) -> None:
    there = [target for target in targets if target != STDIO and Path(target).exists()]
    if there and not force:
        others = f" og {len(there) - 1} til" if len(there) > 1 else ""
        stop(f"{there[0]}{others} finnes fra før. Velg et annet navn, eller bruk --force. Ingenting er skrevet.")


def _data(result: Printed, workbook: str, target: str) -> dict[str, object]:
    copy = result.copy
    return {
        "fil": workbook, "pdf": target, "sider": result.pages, "ark": list(copy.sheets),
        "uten_innhold": list(copy.empty), "brev_uten_mottaker": list(copy.letters), "diagramark": list(copy.charts),
        "utenfor_papiret": list(copy.outside), "tomt_skjema": copy.as_it_stands,
        "regnet_ut": copy.fresh.count, "usikre": list(copy.fresh.unsure), "verdiene_er_provd": copy.fresh.tried,
    }  # fmt: skip


def _tell(result: Printed, target: str, *, several: bool) -> None:
    """What was made, and everything that is not on the paper as it stands in the file."""
    from okosos_xl.sak.numbers import show_number

    copy = result.copy
    start = f"{target}: " if several else ""
    lines = []
    if copy.as_it_stands:
        lines.append("Skjemaet er ikke fylt ut. Alt er med, også tomme rader.")
    if copy.empty:
        lines.append(f"Utelatt, uten innhold: {', '.join(copy.empty)}. Ta dem med med --alle eller --ark.")
    if copy.letters:
        lines.append(f"Utelatt, brev der ingen er valgt: {', '.join(copy.letters)}. De lages med okosos brev.")
    if copy.charts:
        lines.append(f"Ikke med, ark som bare er et diagram: {', '.join(copy.charts)}. Skriv dem ut fra Excel.")
    if copy.outside:
        lines.append(f"Ikke med, skrevet utenfor papiret: {_some(copy.outside)}.")
    if copy.fresh.count:
        lines.append(
            f"{show_number(Decimal(copy.fresh.count))} verdi{'' if copy.fresh.count == 1 else 'er'} i filen var ikke "
            "regnet ut på nytt. PDF-en har de riktige. Åpne og lagre arbeidsboken i Excel, så blir den også riktig."
        )
    if copy.fresh.unsure:
        lines.append(
            f"PDF-en har verdiene som er lagret i filen. De kan være gamle, for alt kan ikke regnes ut her: "
            f"{_some(copy.fresh.unsure)}. Åpne og lagre arbeidsboken i Excel først om du er i tvil."
        )
    if not copy.fresh.tried:
        lines.append(
            "PDF-en har verdiene som er lagret i filen. De kan være gamle, for arbeidsboken kunne ikke regnes ut her."
        )
    pages = f" ({result.pages} side{'' if result.pages == 1 else 'r'})" if result.pages else ""
    for line in (*lines, *([f"Laget {target}{pages}."] if target != STDIO else [])):
        click.echo(line if line.startswith("Laget") else start + line, err=True)


def _some(places: tuple[str, ...]) -> str:
    """The first few of several places."""
    more = f" og {len(places) - _NAMED} til" if len(places) > _NAMED else ""
    return ", ".join(places[:_NAMED]) + more
