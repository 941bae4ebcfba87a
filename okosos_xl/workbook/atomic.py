"""Writing a file so that it is either the old one or the new one, whole, whatever happens in between."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Self

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_MAX_ORIGINALS = 10_000


class WriteRefused(Exception):  # noqa: N818 - the counterpart of WorkbookRefused
    """A file that could not be written; nothing was changed. ``message`` is one Norwegian sentence naming the file."""

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        self.message = f"«{file}» kan ikke skrives: {reason}"
        super().__init__(self.message)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (self.file, self.reason)


def write_atomic(path: Path, data: bytes, *, keep_original: bool = False) -> Path | None:
    """Put ``data`` in the file ``path``, replacing what was there in one step.

    With ``keep_original`` a file that was there is kept beside it as ``sak.xlsx.original``, or ``.original-2`` and so
    on when that is taken; its path is returned, None if there was nothing to keep. A symbolic link is followed, and
    an existing file's permissions are kept. Raises :class:`WriteRefused` if the folder is missing or read-only, the
    disk is full, or the file is open elsewhere; then everything is as before and no temporary file is left.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise WriteRefused(path.name or str(path), "det finnes en mappe med det navnet; velg et annet filnavn.")
        temporary = _written(target, data)
        original = None
        try:
            if keep_original and target.exists():
                original = _kept(target)
            os.replace(temporary, target)  # noqa: PTH105 - patched in tests, and the word for what happens
        except BaseException:
            _remove(temporary)
            if original is not None:
                _remove(original)
            raise
    except (OSError, ValueError) as error:
        raise WriteRefused(path.name or str(path), _reason(error)) from error
    _sync_folder(target.parent)
    return original


def _written(target: Path, data: bytes) -> Path:
    """A finished temporary file in the folder of ``target``, on disk in the full sense."""
    handle, name = tempfile.mkstemp(prefix=".okosos-", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_mode(target))
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _mode(target: Path) -> int:
    """The permissions the finished file gets: those of the file it replaces, or what a new file would have."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask


def _kept(target: Path) -> Path:
    """A second name for the file that is about to be replaced, or a copy where the disk knows no second names."""
    for number in range(1, _MAX_ORIGINALS):
        suffix = ".original" if number == 1 else f".original-{number}"
        candidate = target.with_name(target.name + suffix)
        try:
            os.link(target, candidate)  # never overwrites
        except FileExistsError:
            continue
        except OSError:
            if candidate.exists():
                continue
            _copy(target, candidate)
        return candidate
    raise FileExistsError(errno.EEXIST, "originals")


def _copy(target: Path, candidate: Path) -> None:
    try:
        with candidate.open("xb") as stream, target.open("rb") as source:
            shutil.copyfileobj(source, stream)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise
    except BaseException:
        _remove(candidate)
        raise
    with contextlib.suppress(OSError):
        shutil.copystat(target, candidate)


def _reason(error: OSError | ValueError) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code in _FULL:
        return "disken er full; frigjør plass og prøv igjen."
    if code == errno.EROFS or isinstance(error, PermissionError):
        return "mappen er skrivebeskyttet, eller filen er åpen i et annet program; lukk den eller velg en annen mappe."
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "mappen finnes ikke; lag den først, eller velg en annen."
    if code == errno.ENAMETOOLONG or isinstance(error, ValueError):
        return "filnavnet er ikke gyldig på denne maskinen; velg et kortere og enklere navn."
    if isinstance(error, FileExistsError):
        return "det ligger for mange gamle kopier ved siden av; rydd bort dem som slutter på «.original»."
    return "disken eller nettverket svarer med en feil; prøv igjen eller velg en annen mappe."


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _sync_folder(folder: Path) -> None:
    """Ask the disk to remember the new name too; not every system can, and the file is whole without it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
