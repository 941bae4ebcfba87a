"""What was made last and may be wanted again, as long as it is not too large together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """Things by key, the ones not used for the longest time forgotten first.

    Every thing has a size, in a unit of the owner's choice; together they are never larger than ``limit``, but for
    the last one, which is always kept. Safe for threads.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._things: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        """The thing, which has now been used last; None when it is not remembered."""
        with self._lock:
            found = self._things.get(key)
            if found is None:
                return None
            self._things.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, thing: V, size: int) -> None:
        """Remember a thing in place of what had the same key."""
        with self._lock:
            old = self._things.pop(key, None)
            self._things[key] = thing, size
            self._size += size - (old[1] if old is not None else 0)
            while self._size > self.limit and len(self._things) > 1:
                self._size -= self._things.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._things.clear()
            self._size = 0
