"""Work for tests: cheap, with results that can be told beforehand, and processes that die on demand. Importable by
other processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from okosos_xl.batch.journal import digest
from okosos_xl.batch.work import Done, Task
from okosos_xl.regenerate.outcome import DONE, MANUAL, REFUSED, How, KeyChange, Outcome


def result_of(data: bytes) -> bytes:
    return b"nytt: " + data[::-1] * 50


def do(task: Task, how: How) -> Done:
    """The outcome follows the first letter of the content: m manuell, a avvist, else ferdig."""
    if task.data.startswith(b"m"):
        outcome = Outcome(MANUAL, None, reasons=("et diagram kan ikke bæres med.",))
    elif task.data.startswith(b"a"):
        outcome = Outcome(REFUSED, None, reasons=("OKX005: ikke en arbeidsbok.",))
    else:
        figures = (KeyChange("disponibelt", "Disponibelt", 100.0, 100.0 + len(task.data), ("satser",)),)
        outcome = Outcome(DONE, result_of(task.data), "prove", 1, 2, carried=("1 kommentar",), key_figures=figures)
    return Done(task.name, digest(task.data), outcome, 0.01)


def slow(task: Task, how: How) -> Done:
    time.sleep(0.02)
    return do(task, how)


def dies(task: Task, how: How) -> Done:
    """The process ends at once for content that starts with x."""
    if task.data.startswith(b"x"):
        os.kill(os.getpid(), signal.SIGKILL)
    return do(task, how)


def dies_once(task: Task, how: How) -> Done:
    """As :func:`dies`, but only the first time: the folder in ``how.templates`` remembers."""
    assert how.templates is not None
    mark = Path(how.templates) / task.name.replace("/", "_")
    if task.data.startswith(b"x") and not mark.exists():
        mark.write_bytes(b"")
        os.kill(os.getpid(), signal.SIGKILL)
    return do(task, how)
