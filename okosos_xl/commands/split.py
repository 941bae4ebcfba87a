"""``okosos split``: two cases, A and B, from one registration."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okosos_xl.commands.common import (
    FINDINGS,
    MAX_STDIN,
    STDIO,
    checked_templates,
    engine_option,
    kommune_option,
    one_clear_line,
    stop,
    templates_option,
    write_result,
)
from okosos_xl.commands.norsk import NorskCommand

if TYPE_CHECKING:
    from okosos_xl.splitting.report import Split

YAML, XLSX = "yaml", "xlsx"
ABOUT_DEBT = "Felles krav i sin helhet i begge sakene, eller etter andelen på Gjeld. Uten: som saken sier."
ABOUT_CHILDREN = "Hvem felles barn bor hos, når de to bor hver for seg. Uten: som på Husstand, sett fra A."
POSTS = {
    "inntekt": "Inntekt etter skatt", "livsopphold": "– livsopphold", "boutgifter": "– boutgifter",
    "energi": "– strøm og innbo", "andre": "– andre utgifter", "bidrag": "– bidrag", "betalingsevne": "= betalingsevne",
    "trekk": "– utleggstrekk", "sikret_gjeld": "– sikret gjeld", "prioriterte_avtaler": "– prioriterte avtaler",
    "disponibelt": "= disponibelt",
}  # fmt: skip


@click.command(cls=NorskCommand, short_help="Lag to saker, A og B, av én registrering.")
@click.argument("case", metavar="SAK")
@click.option("-o", "--output", required=True, metavar="MAPPE", help="Mappen de to sakene skrives i.")
@click.option("--som", "kind", type=click.Choice([YAML, XLSX]), help="Skriv YAML eller arbeidsbøker; uten: som SAK.")
@click.option("--felles-gjeld", "joint_debt", type=click.Choice(["fullt", "andel"]), help=ABOUT_DEBT)
@click.option("--hver-for-seg", "apart", is_flag=True, help="De to bor ikke sammen: begge blir enslige.")
@click.option("--felles-barn", "child_home", type=click.Choice(["a", "b", "delt"]), help=ABOUT_CHILDREN)
@click.option("--samvaersklasse", "contact_class", type=click.IntRange(1, 4), help="Klassen hos den andre forelderen.")
@click.option("--bidrag", "maintenance", metavar="KR", help="Bidrag per felles barn og måned fra den andre forelderen.")
@click.option("--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="json: rapporten på standard ut.")  # fmt: skip
@kommune_option
@templates_option
@engine_option
@click.pass_context
def split(
    ctx: click.Context,
    *,
    case: str,
    output: str,
    kind: str | None,
    joint_debt: str | None,
    apart: bool,
    child_home: str | None,
    contact_class: int | None,
    maintenance: str | None,
    fmt: str,
    kommune: Path | None,
    templates: Path | None,
    engine: str | None,
) -> None:
    """Lag to saker av SAK (arbeidsbok, YAML eller JSON), én for A og én for B.

    Hver får egne inntekter, egen gjeld og egne barn, og sin del av det felles. Der beløp deles, er A og B til sammen
    husstanden på øret. Det som ikke kunne følge med, sies på stderr, og koden er da 1.

    Eksempel:  okosos split examples/par-nytt-laan.yaml -o saker/

    Eksempel:  okosos split sak.xlsx -o saker/ --hver-for-seg --felles-barn a --samvaersklasse 2 --bidrag 2500
    """
    templates = checked_templates(templates)
    if not apart and (child_home or contact_class or maintenance):
        stop("--felles-barn, --samvaersklasse og --bidrag gjelder bare sammen med --hver-for-seg.")
    if child_home == "delt" and (contact_class or maintenance):
        stop("Ved delt bosted er det ikke samværsklasse, og bidraget må føres i hver sak. Ta bort valget.")
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        stop(f"{output}: er en fil. Oppgi en mappe med -o.")
    with one_clear_line():
        from okosos_xl import api
        from okosos_xl.sak.dump import dumps_case
        from okosos_xl.sak.load import parse_case
        from okosos_xl.splitting.choices import Choices

        chosen = Choices(joint_debt or "", apart, child_home or "", contact_class, _kroner(maintenance))
        source = parse_case(sys.stdin.buffer.read(MAX_STDIN), "standard inn") if case == STDIO else Path(case)
        result = api.split(source, chosen, templates=templates, engine=engine, kommune=kommune)
        kind = kind or (XLSX if case.lower().endswith(".xlsx") else YAML)
        folder.mkdir(parents=True, exist_ok=True)
        stem = "sak" if case == STDIO else Path(case).stem
        files = []
        for letter, sak in (("A", result.a), ("B", result.b)):
            data = (
                dumps_case(sak).encode()
                if kind == YAML
                else api.generate(sak.template, sak, templates=templates, engine=engine, kommune=kommune)
            )
            files.append(folder / f"{stem}-{letter}.{kind}")
            write_result(data, str(files[-1]), (case,))
    if fmt == "json":
        made = {"filer": [str(f) for f in files], **result.data()}
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        _tell(result)
    click.echo(f"Laget {files[0]} og {files[1]}.", err=True)
    if not result.clean:
        ctx.exit(FINDINGS)


def _kroner(text: str | None) -> Decimal | None:
    """The amount of --bidrag, or a clear stop."""
    if text is None:
        return None
    from okosos_xl.sak.numbers import guess_number

    amount = guess_number(text)
    if amount is None or not 0 <= amount <= 1_000_000 or amount != round(amount, 2):
        stop(f"--bidrag: «{text}» er ikke et beløp i kroner. Skriv det som 2500.")
    return amount


def _tell(result: Split) -> None:
    """The report for a person, on stderr."""
    from okosos_xl.sak.numbers import show_number

    today = [line for line in result.lines if line.id.endswith(".i_dag")]
    if today:
        click.echo(f"{'Kroner per måned':<24}{'Husstanden':>14}{'A':>14}{'B':>14}", err=True)
    for line in today:
        amounts = "".join(f"{show_number(x):>14}" for x in (line.household, line.a, line.b))
        click.echo(f"{POSTS[line.id.split('.')[1]]:<24}{amounts}", err=True)
    for gap in result.gaps:
        click.echo(f"  avvik      {gap.id}: A og B er til sammen {show_number(gap.gap)} kr fra husstanden.", err=True)
    for word, entries in (("ikke med", result.left_out), ("se over ", result.to_look_at)):
        by_note: dict[str, list[str]] = {}
        for entry in entries:
            by_note.setdefault(entry.note, []).append(entry.place)
        for note, places in by_note.items():
            click.echo(
                f"  {word}   {', '.join(places)}: {note.rstrip('.?')}{'?' if note.endswith('?') else '.'}", err=True
            )
