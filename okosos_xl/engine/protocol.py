"""The one thing the rest of the toolkit knows about calculation engines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from okosos_xl.engine.values import Values

FIXED_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)
"""What TODAY() and NOW() answer in engines whose clock can be set: the same every day, and plainly not today."""


class EngineError(Exception):
    """An engine is unknown, missing, or could not compute a workbook. The message is one Norwegian line.

    It never quotes cell content; what the engine itself said is the ``__cause__``.
    """


class Engine(Protocol):
    """Computes every formula of an ``.xlsx`` package outside Excel."""

    name: str

    def version(self) -> str | None:
        """Version of the engine, or None when it is not installed. Loads nothing heavy."""

    def evaluate(self, package: bytes) -> Values:
        """Recompute **every** formula, ignoring cached values, and return the values of all cells of all worksheets.

        External links are not followed and macros are not run. Raises EngineError.
        """


def failed(engine: str, doing: str) -> EngineError:
    """The error for a workbook the engine could not take: ``failed("ironcalc", "lese arbeidsboken")``."""
    return EngineError(f"Regnemotoren {engine} klarte ikke å {doing}.")


def is_rust_panic(problem: BaseException) -> bool:
    """Whether a Rust extension gave up; its PanicException is not an Exception and cannot be imported."""
    return type(problem).__name__ == "PanicException"
