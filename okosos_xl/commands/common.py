"""What all commands share: where data and talk go, exit codes, and errors as one line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2
STDIO = "-"
F = TypeVar("F", bound=Callable[..., Any])

MAX_STDIN = 60_000_000


def stop(message: str) -> NoReturn:
    """End with «could not run» and one clear line on stderr."""
    click.echo(message, err=True)
    sys.exit(COULD_NOT_RUN)


@contextmanager
def one_clear_line() -> Iterator[None]:
    """Turn every error the toolkit knows into lines on stderr and exit code 2; anything else into one honest line."""
    try:
        yield
    except (click.ClickException, click.Abort, SystemExit, KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        stop(message_of(error))


def message_of(error: Exception) -> str:
    """The line to show for an error."""
    from okosos_xl.engine import EngineError
    from okosos_xl.sak.load import CaseError
    from okosos_xl.template.errors import TemplateError
    from okosos_xl.workbook.atomic import WriteRefused
    from okosos_xl.workbook.refusal import WorkbookRefused
    from okosos_xl.workbook.write import WriteError

    if isinstance(error, CaseError | TemplateError | EngineError | WriteError):
        return str(error)
    if isinstance(error, WorkbookRefused):
        return f"{error.code}: {error.message}"
    if isinstance(error, WriteRefused):
        return error.message
    if isinstance(error, MemoryError):
        return "Det er ikke nok minne på maskinen til å fullføre."
    return f"Noe uventet gikk galt ({type(error).__name__}). Ingenting er skrevet. Meld fra om det, med filen om du kan."


def source_bytes(path: str) -> tuple[bytes | Path, str]:
    """A workbook argument: standard input for «-», else a path; and the name to use for it."""
    if path == STDIO:
        return click.get_binary_stream("stdin").read(MAX_STDIN), "standard inn"
    return Path(path), Path(path).name


def write_result(data: bytes, output: str, inputs: tuple[str, ...] = ()) -> None:
    """Write atomically to a file, or to standard output for «-». Never over one of the inputs."""
    if output == STDIO:
        click.get_binary_stream("stdout").write(data)
        return
    target = Path(output)
    for given in inputs:
        if given != STDIO and target.exists() and Path(given).exists() and target.samefile(given):
            stop(f"{output}: dette er filen det leses fra. Velg et annet navn med -o.")
    from okosos_xl.workbook.atomic import write_atomic

    write_atomic(target, data)


class CaseDate(click.ParamType):
    """A date given as 2026-11-01."""

    name = "dato"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"«{value}» er ikke en dato. Skriv den som 2026-11-01.", param, ctx)


def templates_option(function: F) -> F:
    """``--templates DIR``: the office's own folder of templates."""
    return click.option(
        "--templates", "templates", metavar="MAPPE", type=click.Path(path_type=Path), help="Egen mappe med maler."
    )(function)


def engine_option(function: F) -> F:
    """``--engine NAME``: which calculation engine."""
    return click.option("--engine", metavar="NAVN", help="formualizer (standard), ironcalc, formulas eller libreoffice.")(
        function
    )


def checked_templates(folder: Path | None) -> Path | None:
    """The templates folder, or a clear stop when it is not one."""
    if folder is not None and not folder.is_dir():
        stop(f"{folder}: mappen med maler finnes ikke.")
    return folder
