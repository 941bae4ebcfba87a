"""The work on one file, as a worker process does it: bytes in, outcome out. No files, so it can run on any machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from okosos_xl.batch.journal import digest
from okosos_xl.regenerate.outcome import MANUAL, How, Outcome


@dataclass(frozen=True, slots=True)
class Task:
    """One file to work on. ``name`` is for messages."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a task. ``lasting`` is false when trying again may give another outcome."""

    name: str
    source_hash: str
    outcome: Outcome
    seconds: float
    lasting: bool = True


Work = Callable[[Task, How], Done]
Executor = Callable[[Iterable[Task], How], Iterator[Done]]
"""Works on tasks, in any order; every task gives exactly one result, whatever happens to the processes at work."""

LOST = "programmet som arbeidet med filen, stoppet. Kjør igjen med --resume, eller behandle filen alene."


def work(task: Task, how: How) -> Done:
    """Regenerate one workbook. An error nobody foresaw is one file's outcome, and does not end the others' run."""
    from okosos_xl.engine import EngineError
    from okosos_xl.regenerate import regenerate
    from okosos_xl.satser import SatsError
    from okosos_xl.template.errors import TemplateError

    begun = time.perf_counter()
    lasting = True
    try:
        outcome = regenerate(task.data, task.name, how)
    except EngineError as error:
        outcome = Outcome(MANUAL, None, reasons=(str(error),))
    except (SatsError, TemplateError) as error:  # nothing is wrong with the file, and the others may be corrected
        outcome, lasting = Outcome(MANUAL, None, reasons=(str(error),)), False
    except MemoryError:
        outcome, lasting = Outcome(MANUAL, None, reasons=("det er ikke nok minne på maskinen til filen.",)), False
    except Exception as error:
        reason = f"noe uventet gikk galt ({type(error).__name__}). Meld fra om det, med filen om du kan."
        outcome, lasting = Outcome(MANUAL, None, reasons=(reason,)), False
    return Done(task.name, digest(task.data), outcome, time.perf_counter() - begun, lasting)


def lost(task: Task) -> Done:
    """The result of a task whose process has ended twice: named, and tried again when the run is resumed."""
    return Done(task.name, digest(task.data), Outcome(MANUAL, None, reasons=(LOST,)), 0.0, lasting=False)
