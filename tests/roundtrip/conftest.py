"""A LibreOffice of our own, driven through UNO: started once, in a private profile, and always killed afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from okosos_xl.engine.libreoffice_engine import find_soffice

SCRIPT = Path(__file__).with_name("uno_edit.py")
EDIT_SECONDS = 120

Edit = Callable[..., bytes]


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


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the pipe a running LibreOffice listens on."""
    soffice = find_soffice()
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    if uno_python() is None:
        pytest.skip("no Python with uno (python3-uno) is installed")
    profile = tmp_path_factory.mktemp("profil")
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


@pytest.fixture
def edit(office: str, tmp_path: Path) -> Edit:
    """``edit(package, [name, argument …], …)``: the package opened, edited and saved by LibreOffice."""

    def run(package: bytes, *edits: list[object]) -> bytes:
        source, target = tmp_path / "inn.xlsx", tmp_path / "ut.xlsx"
        source.write_bytes(package)
        program = uno_python()
        assert program is not None
        done = subprocess.run(
            [program, str(SCRIPT), office, str(source), str(target)],
            input=json.dumps(edits), capture_output=True, text=True, timeout=EDIT_SECONDS, check=False, env=_clean(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return target.read_bytes()

    return run
