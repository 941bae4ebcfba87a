"""Forms that are kept from one workbook to the next: workbooks of the same kind are made from the same one.

A process that makes many workbooks makes them of a few kinds: a template, the rates of a date, the sizes of its tables.
Which kind a workbook is of is decided by comparing what it is made from, not by names or dates of files. What is kept
is bounded, and never decides what a workbook looks like: only how fast it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from okosos_xl.template.layout import Layout
from okosos_xl.workbook.formwriter import Facts, Made, make_form
from okosos_xl.workbook.theme import theme_sources

_CELLS = 150_000
"""The most cells kept in forms, at some 150 bytes each. The form used last is always kept."""


@dataclass(frozen=True)
class _Kind:
    """What a form is made from."""

    layout: Layout
    theme: tuple[bytes, ...]
    facts: Facts
    hide_full: bool


_FORMS: list[tuple[_Kind, Made]] = []
"""The one used last comes last."""
_LOCK = Lock()


def form(layout: Layout, root: Path | None, facts: Facts, *, hide_full: bool) -> Made:
    """The form of a kind of workbook: the one that is kept, or a new one."""
    kind = _Kind(layout, theme_sources(root), facts, hide_full)
    with _LOCK:
        for place, (known, made) in enumerate(_FORMS):
            if known == kind:
                _FORMS.append(_FORMS.pop(place))
                return made
        _make_room(sum(region.nrows * region.ncols for region in layout.regions.values()))
    made = make_form(layout, root, facts, hide_full=hide_full)
    with _LOCK:
        _make_room(made.form.holes)
        _FORMS.append((_Kind(layout.copy(), kind.theme, facts, hide_full), made))
    return made


def _make_room(cells: int) -> None:
    """Let go of the forms that were used longest ago, before a new one takes memory."""
    while _FORMS and sum(made.form.holes for _, made in _FORMS) + cells > _CELLS:
        _FORMS.pop(0)


def forget() -> None:
    """Keep nothing any more: the next workbook is made from the beginning."""
    with _LOCK:
        _FORMS.clear()
