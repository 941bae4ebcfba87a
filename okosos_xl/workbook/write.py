"""A layout and a case → an .xlsx with live formulas, and their true values once an engine has computed them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from okosos_xl.engine import Engine, Values
from okosos_xl.sak.case import Sak
from okosos_xl.template.layout import Layout
from okosos_xl.workbook import additions, kept
from okosos_xl.workbook.additions import NOTHING, Additions
from okosos_xl.workbook.filling import filling_of
from okosos_xl.workbook.formwriter import WriteError, cell_value, facts_of, make_form
from okosos_xl.workbook.furnish import case_in_footer
from okosos_xl.workbook.rowheight import text_heights

if TYPE_CHECKING:
    from okosos_xl.satser import Satssnapshot

__all__ = ["WriteError", "build", "cell_value"]


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

    What does not depend on the case is made once and kept, unless the case has changed it: with overrides, or with
    things of the advisor's own. The result is the same whatever was built before.
    """
    facts = facts_of(layout, rates)
    usual = not sak.overrides and added.empty
    if usual:
        made = kept.form(layout, root, facts, hide_full=hide_full)
    else:
        made = make_form(layout, root, facts, hide_full=hide_full, overrides=sak.overrides, added=added)
    case = filling_of(layout, sak, added.formulas)
    case.footer = case_in_footer(made.footer, layout, str(sak.fields.get(layout.spec.footer_id, "")), facts.day)
    if usual:
        values = kept.computed(engine, layout, made, case)
    else:
        values = additions.with_stored(engine.evaluate(made.form.package(None, case)), added)
    case.heights = text_heights(layout, values)
    return made.form.package(values, case), values
