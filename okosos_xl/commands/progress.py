"""How far a long run has come: one line on standard error, on a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Self

_EVERY = 0.2
_CLEAR = "\r\x1b[K"


class Progress:
    """``12 av 200   6,1 per sekund   31 s igjen``, rewritten in place and gone at the end."""

    def __init__(self, total: int, *, quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._clock = total, clock
        self._shown = not quiet and total > 1 and sys.stderr.isatty()
        self._started = self._last = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def step(self, done: int) -> None:
        """Tell that so many are done."""
        now = self._clock()
        if self._shown and (now - self._last >= _EVERY or done == 1):
            self._last = now
            sys.stderr.write(f"{_CLEAR}{line(done, self._total, now - self._started)}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, before something else is written."""
        if self._shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()


def line(done: int, total: int, seconds: float) -> str:
    """The line for so many done after so many seconds."""
    rate = done / seconds if seconds > 0 else 0.0
    if not rate:
        return f"{done} av {total}"
    left = (total - done) / rate
    return f"{done} av {total}   {f'{rate:.1f}'.replace('.', ',')} per sekund   {_duration(left)} igjen"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} t"
