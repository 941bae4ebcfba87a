"""A LibreOffice of our own, driven through UNO: started once, in a private profile, and always killed afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from okosos_xl.engine.libreoffice_engine import find_soffice

SCRIPT = Path(__file__).with_name("uno_edit.py")
EDIT_SECONDS = 120


class EditFailed(Exception):  # noqa: N818 - what happened
    """LibreOffice could not open, edit or save the workbook; the message is what it said."""


@cache
def uno_python() -> str | None:
    """An interpreter that has ``uno``: LibreOffice's own, else the system's."""
    soffice = find_soffice()
    if soffice is None:
        return None
    beside = Path(soffice).resolve().parent
    candidates = [str(beside / "python"), str(beside / "python.exe"), "/usr/bin/python3", "python3"]
    for candidate in candidates:
        program = shutil.which(candidate)
        if program is None:
            continue
        try:
            done = subprocess.run(
                [program, "-c", "import uno"], capture_output=True, timeout=30, check=False, env=_clean()
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return program
    return None


def _clean() -> dict[str, str]:
    """The environment without what points a Python at our own packages."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTHON") and k != "VIRTUAL_ENV"}


def missing() -> str:
    """What is not installed that editing needs; empty when all is there."""
    if find_soffice() is None:
        return "LibreOffice is not installed"
    return "" if uno_python() else "no Python with uno (python3-uno) is installed"


@contextmanager
def running(profile: Path) -> Iterator[str]:
    """The name of the pipe a running LibreOffice listens on."""
    soffice = find_soffice()
    assert soffice is not None, "asked of missing() before"
    pipe = f"okosos{uuid.uuid4().hex}"
    process = subprocess.Popen(
        [
            soffice, f"-env:UserInstallation={profile.as_uri()}", f"--accept=pipe,name={pipe};urp;",
            "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield pipe
    finally:
        if process.poll() is None:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait(30)


def edited(pipe: str, folder: Path, package: bytes, edits: Sequence[Sequence[object]]) -> bytes:
    """The package opened, edited and saved by the LibreOffice at ``pipe``; ``folder`` is for what it reads and writes.

    Raises :class:`EditFailed`.
    """
    source, target = folder / "inn.xlsx", folder / "ut.xlsx"
    source.write_bytes(package)
    target.unlink(missing_ok=True)
    program = uno_python()
    assert program is not None, "asked of missing() before"
    done = subprocess.run(
        [program, str(SCRIPT), pipe, str(source), str(target)],
        input=json.dumps(edits), capture_output=True, text=True, timeout=EDIT_SECONDS, check=False, env=_clean(),
    )  # fmt: skip
    if done.returncode:
        raise EditFailed(done.stderr)
    return target.read_bytes()
