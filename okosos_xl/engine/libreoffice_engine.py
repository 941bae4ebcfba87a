"""LibreOffice, when it is installed: a whole spreadsheet program run without a window."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

from okosos_xl.engine.libreoffice_output import read_output
from okosos_xl.engine.packages import on_disk, worksheet_names
from okosos_xl.engine.protocol import EngineError, failed
from okosos_xl.engine.values import Values

_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)

# Recalculate everything on load, never update links, never run macros.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
_LANGUAGE = """<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item>
"""


class LibreofficeEngine:
    """Evaluates with LibreOffice Calc in a profile of its own, one process per workbook.

    Its clock cannot be set: TODAY() is the real day. A formula cell that holds a truth value *and* has a number
    format of its own comes back as 1.0 or 0.0, because Calc has no truth values, only a format for them.
    """

    name = "libreoffice"

    def __init__(self, timeout_seconds: float = 120) -> None:
        self._timeout = timeout_seconds

    def version(self) -> str | None:
        """What ``soffice --version`` says, or None when there is no LibreOffice."""
        program = find_soffice()
        return None if program is None else _version(program)

    def evaluate(self, package: bytes) -> Values:
        """See ``Engine.evaluate``. EngineError also when LibreOffice takes longer than the timeout."""
        program = find_soffice()
        if program is None:
            raise failed(self.name, "starte, for LibreOffice er ikke installert")
        try:
            names = worksheet_names(package)
        except Exception as problem:
            raise failed(self.name, "lese arbeidsboken") from problem
        with on_disk(package) as path:
            self._convert(program, path)
            try:
                return read_output(path.parent / "ut" / path.name, names)
            except Exception as problem:
                raise failed(self.name, "regne ut arbeidsboken") from problem

    def _convert(self, program: str, path: Path) -> None:
        try:
            convert(program, [path], "xlsx:Calc MS Excel 2007 XML", path.parent / "ut", self._timeout)
        except subprocess.TimeoutExpired as problem:
            raise EngineError(f"Regnemotoren libreoffice brukte mer enn {self._timeout:g} sekunder.") from problem
        except OSError as problem:
            raise failed(self.name, "starte") from problem


def convert(
    program: str, files: list[Path], to: str, folder: Path, timeout: float, *, language: str | None = None
) -> None:
    """Let LibreOffice write ``files`` in another format into ``folder``, with a profile of its own beside them.

    ``language`` (``nb-NO``) decides how numbers and dates look on paper; otherwise the machine's own does.

    Raises ``TimeoutExpired`` and ``OSError``; what it could not convert is simply not there afterwards.
    """
    profile = folder.parent / "profil"
    settings = _SETTINGS.replace("</oor:items>", _LANGUAGE.format(language) + "</oor:items>") if language else _SETTINGS
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    command = [program, f"-env:UserInstallation={profile.as_uri()}"]
    command += ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
    command += ["--convert-to", to, "--outdir", str(folder), *map(str, files)]
    _run(command, folder.parent, timeout)


def find_soffice() -> str | None:
    """The program, from ``OKOSOS_SOFFICE``, the path or the usual places; None when there is none."""
    chosen = os.environ.get("OKOSOS_SOFFICE")
    if chosen is not None:
        return shutil.which(chosen)
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _USUAL_PLACES if Path(place).exists()), None)


@cache
def _version(program: str) -> str | None:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.split()
    return words[1] if len(words) > 1 else None


def _run(command: list[str], folder: Path, timeout: float) -> None:
    """Run to the end, or kill the process and all its children (soffice starts several) when time is up."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout)
    finally:
        if process.poll() is None:
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
