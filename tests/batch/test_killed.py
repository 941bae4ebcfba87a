"""Killed with SIGKILL at any moment, a run loses no file, leaves none half written, and is completed by --resume."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_folders import Start, results
from batch_workers import result_of

from okosos_xl.batch.journal import NAME

KILLS = 20
SCRIPT = Path(__file__).parent / "killable.py"


def begin(cases: Path, out: Path, jobs: int) -> subprocess.Popen[bytes]:
    paths = [str(SCRIPT.parent), str(SCRIPT.parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(cases), str(out), str(jobs)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL finnes ikke her")
def test_killed_at_twenty_moments(start: Start, cases: Path, tmp_path: Path) -> None:
    for number in range(30, 90):
        (cases / "kontor 0" / f"sak-{number}.xlsx").write_bytes(f"f innhold {number}".encode())
    start()
    (tmp_path / "ut").rename(tmp_path / "uforstyrret")
    want = results(tmp_path / "uforstyrret")
    out, chance = tmp_path / "ut", random.Random(9)
    killed = 0
    for number in range(KILLS):
        process = begin(cases, out, 1 + number % 2)
        _first_sign_of_life(out, process)
        time.sleep(chance.uniform(0, 0.12))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.wait(30)
        for name in results(out):
            assert (out / name).read_bytes() == result_of((cases / name).read_bytes()), "half written"
    assert killed >= KILLS // 2
    assert begin(cases, out, 2).wait(120) == 0
    assert results(out) == want
    assert not list(out.rglob("*.tmp"))


def _first_sign_of_life(out: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process has opened the journal, so that it is killed at work and not while Python starts."""
    journal = out / NAME
    before = journal.stat().st_size if journal.exists() else -1
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        if journal.exists() and journal.stat().st_size > before:
            return
        time.sleep(0.005)
