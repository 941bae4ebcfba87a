"""``okosos explain``: what a finding means, why it matters, and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okosos_xl.commands.common import checked_templates, one_clear_line, stop, templates_option
from okosos_xl.commands.norsk import NorskCommand

if TYPE_CHECKING:
    from okosos_xl.kontroll.catalogue import Entry

_WIDTH = 78


@click.command(cls=NorskCommand, short_help="Forklar et funn: hva det er, hvorfor det betyr noe, og hva du gjør.")
@click.argument("codes", metavar="KODE…", nargs=-1)
@click.option("--format", "fmt", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--alle", "every", is_flag=True, help="Alle kodene; med markdown bare verktøyets egne (docs/funn.md).")
@templates_option
def explain(*, codes: tuple[str, ...], fmt: str, every: bool, templates: Path | None) -> None:
    """Forklar en kode fra «okosos validate» eller arket Kontroll. Store og små bokstaver er det samme.

    Eksempel:  okosos explain OKX120
    """
    templates = checked_templates(templates)
    if bool(codes) == every:
        stop("Oppgi en eller flere koder, for eksempel OKX120, eller --alle.")
    with one_clear_line():
        from okosos_xl.kontroll.catalogue import catalogue, template_entries

        if every:
            entries = [*catalogue().values(), *(() if fmt == "markdown" else template_entries(templates).values())]
        else:
            entries = [_entry(code, templates) for code in codes]
        if fmt == "json":
            click.echo(json.dumps([entry.data() for entry in entries], ensure_ascii=False, indent=1))
        elif fmt == "markdown":
            from okosos_xl.report.catalogue_page import markdown

            click.echo(markdown(entries), nl=False)
        else:
            click.echo("\n\n".join(_text(entry) for entry in entries))


def _entry(code: str, templates: Path | None) -> Entry:
    from okosos_xl.kontroll.catalogue import explain as look_up
    from okosos_xl.kontroll.catalogue import nearest

    entry = look_up(code, templates)
    if entry is None:
        close = nearest(code, templates)
        hint = f"Mente du {' eller '.join(close)}?" if close else "«okosos explain --alle» viser kodene."
        stop(f"Koden «{code}» finnes ikke. {hint}")
    return entry


def _text(entry: Entry) -> str:
    import textwrap

    where = f"  ({'malene' if len(entry.templates) > 1 else 'malen'} {', '.join(entry.templates)})"
    lines = [
        f"{entry.code}  {entry.title}{where if entry.templates else ''}",
        f"{' eller '.join(entry.severities)}",
        "",
    ]
    parts = [("Hva", entry.what), ("Hvorfor", entry.why), ("Gjør", entry.action), ("Eksempel", entry.example)]
    for head, said in parts:
        if said:
            lines += textwrap.wrap(said, _WIDTH, initial_indent=f"{head:<10}", subsequent_indent=" " * 10)
    return "\n".join(lines)
