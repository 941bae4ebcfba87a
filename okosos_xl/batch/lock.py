"""One run at a time in a folder of results. The lock goes with the process, also when it is killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = ".okosos-laas"


class FolderTaken(Exception):  # noqa: N818 - what happened
    """Another run is at work in the folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for this run. Raises :class:`FolderTaken`, or ``OSError`` where nothing can be written."""
    handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _lock(handle)
        except OSError:
            raise FolderTaken(
                f"{folder}: en annen kjøring arbeider i mappen. Vent til den er ferdig, eller velg en annen mappe."
            ) from None
        yield
    finally:
        os.close(handle)


if os.name == "nt":

    def _lock(handle: int) -> None:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:

    def _lock(handle: int) -> None:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
