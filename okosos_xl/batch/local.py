"""Work in processes on this machine."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context

from okosos_xl.batch.work import Done, Executor, Task, Work, lost, work
from okosos_xl.regenerate.outcome import How

_AHEAD = 2
"""Tasks handed out per process, the one at work counted: enough to keep it busy, few enough to keep memory flat."""
_PER_PROCESS = 500
"""Tasks after which a process is replaced by a new one, so that nothing it holds on to can grow without end.

A new one reads the templates and makes its forms anew, which costs as much as a couple of large workbooks.
"""
_GARBAGE_FROM = 100_000
_MMAP_THRESHOLD = -3
"""``M_MMAP_THRESHOLD`` in ``malloc.h``."""
_LARGE_BLOCK = 1_000_000


def local(jobs: int, do: Work = work) -> Executor:
    """An executor with ``jobs`` processes that ``do`` the work; with one it is done here.

    The pool is the standard library's, with a window of our own over it, because only then it is known which tasks
    were out when a process died.
    """

    def execute(tasks: Iterable[Task], how: How) -> Iterator[Done]:
        if jobs == 1:
            return (do(task, how) for task in tasks)
        return _several(iter(tasks), how, jobs, do)

    return execute


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), max_tasks_per_child=_PER_PROCESS, initializer=_begun
    )


def _begun() -> None:
    """A process of the pool has begun.

    Its garbage is looked for seldom: templates and forms are large and stay, and to go through them again and again
    took a twentieth of the time. Large blocks of memory are given back to the system when they are done with: the C
    library of Linux keeps them otherwise, up to 80 MB in pieces. Where there is another library nothing is done.
    """
    gc.set_threshold(_GARBAGE_FROM, 20, 20)
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BLOCK)


def _several(tasks: Iterator[Task], how: How, jobs: int, do: Work) -> Iterator[Done]:
    """Results as they come. When a process dies (the system took its memory, say), the tasks that were out are done
    one at a time, each in a process of its own, and the rest goes on as before."""
    suspects: list[Task] = []
    more = True
    while more:
        for task in suspects:
            yield _alone(task, how, do)
        suspects, more = [], False
        out: dict[Future[Done], Task] = {}
        with _pool(jobs) as pool:
            try:
                while True:
                    for task in islice(tasks, _AHEAD * jobs - len(out)):
                        out[_submitted(pool, task, how, do)] = task
                    if not out:
                        break
                    for future in wait(out, return_when=FIRST_COMPLETED).done:
                        done = future.result()
                        del out[future]
                        yield done
            except BrokenProcessPool:
                suspects, more = list(out.values()), True


def _submitted(pool: ProcessPoolExecutor, task: Task, how: How, do: Work) -> Future[Done]:
    """The task handed out; a pool that is already broken gives a future that says so, so that the task is not lost."""
    try:
        return pool.submit(do, task, how)
    except BrokenProcessPool as error:
        broken: Future[Done] = Future()
        broken.set_exception(error)
        return broken


def _alone(task: Task, how: How, do: Work) -> Done:
    """The task in a process of its own, which it may bring down without harm to the others."""
    with _pool(1) as pool:
        try:
            return pool.submit(do, task, how).result()
        except BrokenProcessPool:
            return lost(task)
