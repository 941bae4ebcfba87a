"""What is kept from one workbook to the next: the forms of the kinds of workbooks, and computed workbooks held open.

A process that makes many workbooks makes them of a few kinds: a template, the rates of a date, the sizes of its tables.
Which kind a workbook is of is decided by comparing what it is made from, not by names or dates of files. What is kept
is bounded, and never decides what a workbook looks like: only how fast it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from okosos_xl.engine import Engine, EngineError, Values
from okosos_xl.engine.protocol import KeepsOpen
from okosos_xl.template.layout import Layout
from okosos_xl.workbook.form import Filling
from okosos_xl.workbook.formwriter import Facts, Made, make_form
from okosos_xl.workbook.openbook import Kept, can_be_put
from okosos_xl.workbook.theme import theme_sources

_CELLS = 250_000
"""The most cells kept in forms: a cell takes some 250 bytes. The form used last is always kept."""
_OPEN_CELLS = 250_000
"""The most cells kept in open workbooks; likewise."""


@dataclass(frozen=True)
class _Kind:
    """What a form is made from."""

    layout: Layout
    theme: tuple[bytes, ...]
    facts: Facts
    hide_full: bool


@dataclass
class _Open:
    """A workbook held open for a layout; without a book it is only known that there has been one such workbook."""

    layout: Layout
    engine: Engine
    cells: int
    book: Kept | None = None


_FORMS: list[tuple[_Kind, Made]] = []
_OPEN: list[_Open] = []
"""The one used last comes last, in both."""
_LOCK = Lock()
_COMPUTING = Lock()


def form(layout: Layout, root: Path | None, facts: Facts, *, hide_full: bool) -> Made:
    """The form of a kind of workbook: the one that is kept, or a new one."""
    kind = _Kind(layout, theme_sources(root), facts, hide_full)
    with _LOCK:
        for place, (known, made) in enumerate(_FORMS):
            if known == kind:
                _FORMS.append(_FORMS.pop(place))
                return made
    made = make_form(layout, root, facts, hide_full=hide_full)
    with _LOCK:
        _FORMS.append((_Kind(layout.copy(), kind.theme, facts, hide_full), made))
        while len(_FORMS) > 1 and sum(made.form.holes for _, made in _FORMS) > _CELLS:
            _FORMS.pop(0)
    return made


def computed(engine: Engine, layout: Layout, made: Made, case: Filling) -> Values:
    """The values of a form with a case in it, the same as ``Engine.evaluate`` gives. Raises EngineError.

    From the second workbook of a layout on, it is held open for the next one, by an engine that can do that.
    """
    typed = {sheet: {**made.fixed.get(sheet, {}), **case.cells.get(sheet, {})} for sheet in made.changing}
    if not isinstance(engine, KeepsOpen) or not can_be_put(typed):
        return engine.evaluate(made.form.package(None, case))
    if not _COMPUTING.acquire(blocking=False):  # another thread is at work in an open book
        return engine.evaluate(made.form.package(None, case))
    try:
        known = _known(engine, layout, made)
        if known is None:
            return engine.evaluate(made.form.package(None, case))
        if known.book is None:
            book = engine.opened(made.form.package(None, case))
            values = book.values()
            known.book = Kept(book, made.changing, typed)
            return values
        return known.book.values(typed)
    except EngineError:
        _OPEN.clear()
        return engine.evaluate(made.form.package(None, case))
    except BaseException:  # what an interrupted book holds is not certain
        _OPEN.clear()
        raise
    finally:
        _COMPUTING.release()


def _known(engine: Engine, layout: Layout, made: Made) -> _Open | None:
    """The workbook held open for a layout, or to be held open; None when there has been no such workbook before."""
    for place, known in enumerate(_OPEN):
        if known.engine == engine and known.layout == layout:
            _OPEN.append(_OPEN.pop(place))
            return known
    _OPEN.append(_Open(layout.copy(), engine, made.form.holes))
    while len(_OPEN) > 1 and sum(known.cells for known in _OPEN if known.book or known is _OPEN[-1]) > _OPEN_CELLS:
        _OPEN.pop(0)
    return None


def forget() -> None:
    """Keep nothing any more: the next workbook is made from the beginning."""
    with _LOCK:
        _FORMS.clear()
    with _COMPUTING:
        _OPEN.clear()
