"""What is wrong with a case file, one line each: the file, the place, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 60


@dataclass(frozen=True)
class CaseProblem:
    """One thing that is wrong in a case file."""

    file: str
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place + ': ' if self.place else ''}{self.problem}"


class CaseError(ValueError):
    """A case that cannot be used; ``problems`` holds everything found, one line each."""

    def __init__(self, problems: list[CaseProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


def shown(value: object) -> str:
    """A value from the file short enough for one line, without control characters."""
    start = str(value)[: _LONGEST + 1].replace("\n", " ")
    text = "".join(c if c.isprintable() or c == "\u00a0" else "�" for c in start)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
