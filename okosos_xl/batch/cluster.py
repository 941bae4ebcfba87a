"""Work on a Dask cluster: the same tasks, sent as bytes, so that the machines need not share a disk."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from typing import Any

from okosos_xl.batch.work import Done, Executor, Task, Work, lost, work
from okosos_xl.regenerate.outcome import How

_AHEAD = 3
_PATIENCE = "20s"
_LOST_WORKERS = 3
"""So many processes may end under one task before it is set aside."""


class ClusterError(Exception):
    """A cluster that cannot be used; the message is one Norwegian sentence."""


def cluster(address: str, do: Work = work) -> Executor:
    """An executor that has ``do`` done on the cluster whose scheduler is at ``address``.

    Calling it raises :class:`ClusterError` when the cluster cannot be used.
    """

    def execute(tasks: Iterable[Task], how: How) -> Iterator[Done]:
        client = _client(address)
        try:
            _check(client, how, address)
            yield from _on(client, iter(tasks), how, do)
        finally:
            client.close()

    return execute


def _distributed() -> Any:
    """The library, which is an extra."""
    try:
        return importlib.import_module("distributed")
    except ImportError:
        raise ClusterError("--dask krever tillegget: pip install 'okosos-xl[dask]'.") from None


def _client(address: str) -> Any:
    try:
        return _distributed().Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        kind = type(error).__name__
        raise ClusterError(f"Får ikke kontakt med {address} ({kind}). Er planleggeren i gang?") from None


def _check(client: Any, how: How, address: str) -> None:
    """The workers must be there, run this version, and see the folders and files that were named."""
    from okosos_xl import __version__

    paths = [str(path) for path in (how.kommune, how.templates) if path is not None]
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        answers = client.run(_see, paths)
    except ModuleNotFoundError:
        raise ClusterError(f"Arbeiderne på {address} har ikke okosos_xl installert.") from None
    except TimeoutError:
        raise ClusterError(f"{address} har ingen arbeidere.") from None
    for version, missing in answers.values():
        if version != __version__:
            raise ClusterError(f"Arbeiderne på {address} har okosos_xl {version}, ikke {__version__}.")
        if missing:
            raise ClusterError(f"Arbeiderne på {address} finner ikke {missing[0]}. Legg den på en felles disk.")


def _see(paths: list[str]) -> tuple[str, list[str]]:
    from pathlib import Path

    from okosos_xl import __version__

    return __version__, [path for path in paths if not Path(path).exists()]


def _on(client: Any, tasks: Iterator[Task], how: How, do: Work) -> Iterator[Done]:
    """Results as they come, with a few tasks ahead per worker. The scheduler hands a lost worker's tasks to others."""
    waiting: dict[str, Task] = {}

    def submit(task: Task) -> Any:
        future = client.submit(do, task, how, pure=False, retries=_LOST_WORKERS)
        waiting[future.key] = task
        return future

    ahead = max(2, _AHEAD * sum(client.nthreads().values()))
    first = [submit(task) for _, task in zip(range(ahead), tasks, strict=False)]
    results = _distributed().as_completed(first, loop=client.loop)
    for future in results:
        task = waiting.pop(future.key)
        yield _result(future, task)
        future.release()
        following = next(tasks, None)
        if following is not None:
            results.add(submit(following))


def _result(future: Any, task: Task) -> Done:
    if future.status == "finished":
        done = future.result()
        assert isinstance(done, Done)
        return done
    return lost(task)
