"""What all commands share: where data and talk go, exit codes, and errors as one line."""

from __future__ import annotations

import errno
import os
import re
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
    from okosos_xl.sak.problems import CaseError
    from okosos_xl.satser import SatsError
    from okosos_xl.template.errors import TemplateError
    from okosos_xl.workbook.atomic import WriteRefused
    from okosos_xl.workbook.limits import LimitsError
    from okosos_xl.workbook.refusal import WorkbookRefused
    from okosos_xl.workbook.write import WriteError

    if isinstance(error, CaseError | TemplateError | EngineError | WriteError | SatsError | LimitsError):
        return str(error)
    if isinstance(error, WorkbookRefused):
        return f"{error.code}: {error.message}"
    if isinstance(error, WriteRefused):
        return error.message
    if isinstance(error, MemoryError):
        return "Det er ikke nok minne på maskinen til å fullføre."
    if isinstance(error, OSError):
        return f"{error.filename or 'Filen'}: {_machine(error)}"
    kind = type(error).__name__
    return f"Noe uventet gikk galt ({kind}). Ingenting er skrevet. Meld fra om det, med filen om du kan."


def _machine(error: OSError) -> str:
    """What the machine answered. Its own words are English; the name of the error is what support asks for."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "er en fil, ikke en mappe. Velg en mappe."
    if isinstance(error, PermissionError):
        return "mangler tilgang. Velg et sted du kan lese og skrive."
    if error.errno == errno.ENOSPC:
        return "disken er full. Rydd plass, og kjør en gang til."
    return f"maskinen svarer med en feil ({errno.errorcode.get(error.errno or 0, type(error).__name__)})."


def source_bytes(path: str, passwords: Passwords | None = None) -> tuple[bytes | Path, str]:
    """A workbook argument: standard input for «-», else a path; and the name to use for it, as it was given.

    A file with a password is unlocked in memory. Raises ``WorkbookRefused`` when it cannot be.
    """
    data = sys.stdin.buffer.read(MAX_STDIN) if path == STDIO else _locked(Path(path))
    name = "standard inn" if path == STDIO else path
    if data is None:
        return Path(path), path
    from okosos_xl.workbook.limits import current_limits
    from okosos_xl.workbook.locked import is_locked, unlock

    if not is_locked(data):
        return data, name
    password = (passwords or Passwords()).get(name)
    return (data if password is None else Unlocked(unlock(data, name, password, current_limits()))), name


class Unlocked(bytes):
    """A workbook with a password on it where it lies: its content goes to no file, not even a temporary one."""


def must_stay_locked(source: bytes | Path, name: str, doing: str) -> None:
    """A clear refusal when an unlocked workbook would be written to disk."""
    if isinstance(source, Unlocked):
        from okosos_xl.workbook.refusal import WorkbookRefused

        raise WorkbookRefused("OKX007", name, f"er passordbeskyttet, og {doing} ville lagt den ulåst på disken.")


IN_MEMORY = "formualizer"
"""The engine that never writes the workbook to a temporary file."""


def _locked(path: Path) -> bytes | None:
    """The bytes of a file that looks locked with a password; None for all others, which the guard reads itself."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            start = stream.read(8)
            if start != b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
                return None
            return start + stream.read(MAX_STDIN)
    except (OSError, ValueError):
        return None


class Passwords:
    """The password for locked workbooks: the environment variable OKOSOS_PASSORD, else asked for once at a terminal.

    Never an option: what stands on a command line can be read by others on the machine, and lies in its history.
    """

    VARIABLE = "OKOSOS_PASSORD"

    def __init__(self, *, ask: bool = True, known: str | None = None) -> None:
        self._ask = ask
        self.known = known or os.environ.get(self.VARIABLE) or None

    def get(self, file: str) -> str | None:
        """The password, or None where there is nobody to ask."""
        if self.known is None and self._ask and sys.stdin.isatty():
            self.known = str(click.prompt(f"Passord for {file}", hide_input=True, err=True))
        return self.known

    def ask_early(self, files: list[str]) -> None:
        """Ask before the work is given to processes that cannot, if some file is locked."""
        locked = next((file for file in files if file != STDIO and _locked(Path(file)) is not None), None)
        if locked is not None:
            self.get(locked)


_NO_WORKBOOKS = {".pdf", ".xls", ".xlsm", ".ods", ".csv", ".docx", ".yaml", ".yml", ".json", ".html", ".xml", ".txt"}
"""Ends of names that make another program open the file, or none at all."""


def write_result(data: bytes, output: str, inputs: tuple[str, ...] = ()) -> None:
    """Write atomically to a file, or to standard output for «-». Never over one of the inputs."""
    if output == STDIO:
        sys.stdout.buffer.write(data)
        return
    target = Path(output)
    for given in inputs:
        if given != STDIO and target.exists() and Path(given).exists() and target.samefile(given):
            stop(f"{output}: dette er filen det leses fra. Velg et annet navn med -o.")
    if data[:4] == b"PK\x03\x04" and target.suffix.lower() in _NO_WORKBOOKS:
        stop(f"{output}: filen blir en arbeidsbok. Gi den et navn som slutter på .xlsx.")
    from okosos_xl.workbook.atomic import write_atomic

    write_atomic(target, data)


_ISO = re.compile(r"\d{4}-\d\d-\d\d")


class CaseDate(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A date given as 2026-11-01."""

    name = "dato"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value if _ISO.fullmatch(str(value)) else "")
        except ValueError:
            self.fail(f"«{value}» er ikke en dato. Skriv den som 2026-11-01.", param, ctx)
        if not 1900 < day.year < 2200:
            self.fail(f"«{value}» er utenfor årene 1901–2199.", param, ctx)
        return day


def templates_option(function: F) -> F:
    """``--templates DIR``: the office's own folder of templates."""
    return click.option(
        "--templates", "templates", metavar="MAPPE", type=click.Path(path_type=Path), help="Egen mappe med maler."
    )(function)


def kommune_option(function: F) -> F:
    """``--kommune FILE``: the municipality's own rates."""
    about = "Kommunefil med kommunens egne satser."
    return click.option("--kommune", metavar="FIL", type=click.Path(path_type=Path), help=about)(function)


def engine_option(function: F) -> F:
    """``--engine NAME``: which calculation engine."""
    about = "Regnemotor: formualizer (standard), ironcalc, formulas eller libreoffice."
    return click.option("--engine", metavar="NAVN", help=about)(function)


def checked_templates(folder: Path | None) -> Path | None:
    """The templates folder, or a clear stop when it is not one."""
    if folder is not None and not folder.is_dir():
        stop(f"{folder}: mappen med maler finnes ikke.")
    return folder
