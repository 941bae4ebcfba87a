"""The command line: one file per command, loaded only when it is called."""

from __future__ import annotations

import importlib

import click

from okosos_xl import __version__
from okosos_xl.commands.norsk import NorskGroup

_COMMANDS = {
    "generate": ("okosos_xl.commands.generate", "Lag en arbeidsbok fra en sak, eller et tomt skjema."),
    "read": ("okosos_xl.commands.read", "Hent saken ut av en utfylt arbeidsbok."),
    "recalc": ("okosos_xl.commands.recalc", "Regn ut alle formler på nytt."),
    "validate": ("okosos_xl.commands.validate", "Kontroller en eller flere arbeidsbøker."),
    "explain": ("okosos_xl.commands.explain", "Forklar et funn: hva det betyr, og hva du gjør."),
    "oppdater": ("okosos_xl.commands.oppdater", "Nye satser i en arbeidsbok; alt annet er urørt."),
    "diff": ("okosos_xl.commands.diff", "Vis hva som skiller to arbeidsbøker."),
    "split": ("okosos_xl.commands.split", "Lag to saker, A og B, av én registrering."),
    "templates": ("okosos_xl.commands.templates", "Vis og kontroller malene."),
    "regenerate": ("okosos_xl.commands.regenerate", "Lag mange arbeidsbøker på nytt, med nye satser og ny mal."),
    "satser": ("okosos_xl.commands.satser", "Vis, sammenlign og kontroller satsene."),
    "statistikk": ("okosos_xl.commands.statistikk", "Registeret over saker, fra arbeidsbøkene."),
    "forvaltning": ("okosos_xl.commands.forvaltning", "Bankrader inn i kladden, og nytt år."),
    "brev": ("okosos_xl.commands.brev", "Ferdige brev fra saken, én fil per mottaker."),
    "utskrift": ("okosos_xl.commands.utskrift", "Saken som PDF, uten tomme rader og sider."),
    "demo": ("okosos_xl.commands.demo", "Lag og kontroller eksempelarbeidsbøker."),
}


class LazyGroup(NorskGroup):
    """A click group that knows its commands by name and imports one only when it runs."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Kommandoer"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="okosos", help="Vis versjonen og avslutt.")
def main() -> None:
    """Arbeidsbøker for økonomi- og gjeldsrådgivere: lag, les, regn ut og kontroller.

    Eksempel:  okosos generate dividende examples/kari.yaml -o plan.xlsx
    """
