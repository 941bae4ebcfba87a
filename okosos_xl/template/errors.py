"""The one error a template can raise."""

from __future__ import annotations


class TemplateError(ValueError):
    """A template that cannot be compiled: says which file, sheet and id, what is wrong and what was expected.

    The parts are kept as attributes; ``str()`` is the whole complaint as one Norwegian line.
    """

    def __init__(self, file: str, sheet: str, id: str, problem: str, expected: str = "") -> None:
        self.file, self.sheet, self.id, self.problem, self.expected = file, sheet, id, problem, expected
        place = ", ".join(part for part in (f"ark «{sheet}»" if sheet else "", f"id «{id}»" if id else "") if part)
        text = f"{file}: {place + ': ' if place else ''}{problem}"
        super().__init__(text + (f" Ventet: {expected}" if expected else ""))
