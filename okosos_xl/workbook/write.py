"""A layout and a case → an .xlsx with live formulas, and their true values once an engine has computed them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from okosos_xl.engine import Engine, Values
from okosos_xl.engine.protocol import KeepsOpen
from okosos_xl.sak.case import Sak
from okosos_xl.template.layout import Layout
from okosos_xl.workbook import additions, kept
from okosos_xl.workbook.additions import NOTHING, Additions
from okosos_xl.workbook.filling import filling_of
from okosos_xl.workbook.form import Filling
from okosos_xl.workbook.formwriter import Made, WriteError, cell_value, facts_of, make_form
from okosos_xl.workbook.furnish import case_in_footer
from okosos_xl.workbook.openbook import Held
from okosos_xl.workbook.rowheight import text_heights

if TYPE_CHECKING:
    from okosos_xl.satser import Satssnapshot

__all__ = ["Computed", "WriteError", "build", "cell_value", "compute"]


def build(
    layout: Layout,
    sak: Sak,
    engine: Engine,
    root: Path | None = None,
    *,
    rates: Satssnapshot | None = None,
    hide_full: bool = False,
    added: Additions = NOTHING,
) -> tuple[bytes, Values]:
    """The finished package and the computed values of every sheet. Raises ``EngineError`` and :class:`WriteError`.

    ``rates`` are those the workbook is computed with, for a template that uses any. ``hide_full`` hides what belongs to
    the full version of a case alone; its inputs and formulas are there all the same. ``added`` is what an advisor has
    put in beside the template.
    """
    computed = compute(layout, sak, engine, root, rates=rates, hide_full=hide_full, added=added)
    return computed.package(), computed.values


@dataclass(frozen=True)
class Computed:
    """A workbook that has been computed. ``held`` is there when it was asked for, and the engine can hold it open."""

    layout: Layout
    made: Made
    case: Filling
    values: Values
    held: Held | None = None

    def package(self) -> bytes:
        """The finished file."""
        self.case.heights = text_heights(self.layout, self.values)
        return self.made.form.package(self.values, self.case)


def compute(
    layout: Layout,
    sak: Sak,
    engine: Engine,
    root: Path | None = None,
    *,
    rates: Satssnapshot | None = None,
    hide_full: bool = False,
    added: Additions = NOTHING,
    hold: bool = False,
) -> Computed:
    """The workbook that :func:`build` makes, before it is a file. ``hold``: hold it open if that can be done.

    What does not depend on the case is made once and kept, unless the case has changed it: with overrides, or with
    things of the advisor's own. The result is the same whatever was made before.
    """
    facts = facts_of(layout, rates)
    usual = not sak.overrides and added.empty
    if usual:
        made = kept.form(layout, root, facts, hide_full=hide_full)
    else:
        made = make_form(layout, root, facts, hide_full=hide_full, overrides=sak.overrides, added=added)
    case = filling_of(layout, sak, added.formulas)
    case.footer = case_in_footer(made.footer, layout, str(sak.fields.get(layout.spec.footer_id, "")), facts.day)
    bare = made.form.package(None, case)
    if hold and usual and isinstance(engine, KeepsOpen):
        book = engine.opened(bare)
        typed = {sheet: {**made.fixed.get(sheet, {}), **case.cells.get(sheet, {})} for sheet in made.changing}
        return Computed(layout, made, case, book.values(), Held(book, made.changing, typed))
    return Computed(layout, made, case, additions.with_stored(engine.evaluate(bare), added))
