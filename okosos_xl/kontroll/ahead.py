"""A workbook computed while it is being read: engines work outside Python, and the two need not wait for each other."""

from __future__ import annotations

import threading

from okosos_xl.engine import Values, get_engine
from okosos_xl.kontroll.effect import computed
from okosos_xl.workbook.package import Package

_STACK = 16_000_000
"""As much as the main thread has, and more, on all systems: engines follow chains of formulas down."""


class Ahead:
    """Computes one workbook in a thread of its own, from :meth:`start` on; :meth:`values` waits for it."""

    def __init__(self, engine: str | None) -> None:
        self._engine = engine
        self._thread: threading.Thread | None = None
        self._values: Values | None = None
        self._problem: BaseException | None = None

    def start(self, package: Package) -> None:
        """Begin. What is refused is refused first, before the engine spends time and memory on it.

        Raises ``WorkbookRefused``, and ``EngineError`` for an engine that is not there.
        """
        package.read_all()
        motor = get_engine(self._engine)

        def work() -> None:
            try:
                self._values = computed(package, motor)
            except BaseException as problem:  # told where the values are asked for
                self._problem = problem

        before = threading.stack_size(_STACK)
        try:
            self._thread = threading.Thread(target=work)
            self._thread.start()
        finally:
            threading.stack_size(before)

    def values(self) -> Values | None:
        """The value of every cell; None when the engine cannot compute the workbook."""
        assert self._thread is not None, "started when the workbook was opened"
        self._thread.join()
        if self._problem is not None:
            raise self._problem
        return self._values
