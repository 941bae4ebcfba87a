"""Click in Norwegian: help headings, and wrong use as one line that says the way out."""

from __future__ import annotations

import difflib
import sys
from typing import Any

import click
from click.exceptions import NoSuchOption


class NorskCommand(click.Command):
    """A command whose help speaks Norwegian."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = ["[VALG]" if piece == "[OPTIONS]" else piece for piece in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="Bruk: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_options(self, ctx, formatter)


class NorskGroup(click.Group):
    """A group whose help and whose complaints about wrong use are Norwegian, exit code 2."""

    command_class = NorskCommand

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[VALG] KOMMANDO …", prefix="Bruk: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(90)) for name, command in found if command is not None]
        with formatter.section("Kommandoer"):
            formatter.write_dl(rows)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        run: Any = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **extra)
        try:
            code = run(*args, standalone_mode=False, **extra)
        except click.UsageError as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                error.show()
            else:
                click.echo(usage_line(error), err=True)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            click.echo(error.format_message(), err=True)
            sys.exit(2)
        except click.Abort:
            click.echo("Avbrutt.", err=True)
            sys.exit(2)
        sys.exit(code if isinstance(code, int) else 0)


def write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The options of a command under a Norwegian heading."""
    rows = []
    for param in command.get_params(ctx):
        row = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if row is not None:
            about = (
                "Vis denne hjelpen og avslutt."
                if "--help" in param.opts
                else row[1].replace("[default: ", "[standard: ").replace("[required]", "[må oppgis]")
            )
            rows.append((row[0], about))
    with formatter.section("Valg"):
        formatter.write_dl(rows)


def usage_line(error: click.UsageError) -> str:
    """What was wrong with the command as typed, and where help is."""
    path = error.ctx.command_path if error.ctx is not None else "okosos"
    return f"{path}: {_problem(error)} Hjelp: {path} --help"


def _problem(error: click.UsageError) -> str:
    name = _name(error)
    if isinstance(error, click.MissingParameter):
        return f"{name} mangler."
    if isinstance(error, NoSuchOption):
        close = [p for p in error.possibilities or [] if p.startswith("-")]
        return f"valget {error.option_name} finnes ikke." + (f" Mente du {close[0]}?" if close else "")
    if isinstance(error, click.BadOptionUsage):
        return f"valget {error.option_name} er ikke brukt riktig; det skal ha en verdi etter seg eller ingen."
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param is not None else None
        if isinstance(kind, click.Choice):
            return f"verdien av {name} finnes ikke. Velg en av: {', '.join(map(str, kind.choices))}."
        if isinstance(kind, click.IntRange):
            return f"verdien av {name} skal være et helt tall{_limits(kind)}."
        if isinstance(kind, click.types.IntParamType):
            return f"verdien av {name} skal være et helt tall."
        return error.message if error.message.startswith("«") else f"{name} kan ikke brukes slik."
    command = error.ctx.command if error.ctx is not None else None
    if isinstance(command, click.Group) and "No such command" in error.message:
        return _no_such_command(error, command)
    if "unexpected extra argument" in error.message:
        return f"for mange argumenter: {error.message.partition('(')[2].rpartition(')')[0]}."
    return error.message


def _limits(kind: click.IntRange) -> str:
    low, high = kind.min, kind.max
    if low is not None and high is not None:
        return f" fra {low:g} til {high:g}"
    return f", minst {low:g}" if low is not None else f", høyst {high:g}" if high is not None else ""


def _no_such_command(error: click.UsageError, group: click.Group) -> str:
    assert error.ctx is not None
    typed = error.message.split("'")[1] if "'" in error.message else ""
    known = group.list_commands(error.ctx)
    close = difflib.get_close_matches(typed, known, 1)
    way_out = f"Mente du {close[0]}?" if close else f"Velg en av: {', '.join(known)}."
    return f"kommandoen «{typed}» finnes ikke. {way_out}"


def _name(error: click.UsageError) -> str:
    param = getattr(error, "param", None)
    if isinstance(param, click.Option):
        return param.opts[-1]
    if isinstance(param, click.Argument):
        return str(param.make_metavar(error.ctx) if error.ctx is not None else param.human_readable_name)
    return str(getattr(error, "param_hint", None) or "noe")
