"""A layout and a case → an .xlsx with live formulas, and their true values once an engine has computed them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from okosos_xl.engine import Engine, Values
from okosos_xl.sak.case import Sak
from okosos_xl.template.layout import Layout
from okosos_xl.workbook import additions, kept
from okosos_xl.workbook.additions import NOTHING, Additions
from okosos_xl.workbook.filling import filling_of
from okosos_xl.workbook.form import Filling, Form
from okosos_xl.workbook.formwriter import WriteError, cell_value, facts_of, make_form
from okosos_xl.workbook.furnish import case_in_footer
from okosos_xl.workbook.rowheight import text_heights

if TYPE_CHECKING:
    from okosos_xl.satser import Satssnapshot

__all__ = ["Draft", "WriteError", "build", "cell_value", "draft"]


@dataclass(frozen=True)
class Draft:
    """A workbook with a case's inputs in it, before its formulas have values."""

    layout: Layout
    form: Form
    case: Filling
    added: Additions

    def values(self, engine: Engine, sheets: Collection[str] | None = None) -> Values:
        """The values of all sheets; or of ``sheets`` alone, with nothing in the others. Raises ``EngineError``.

        With some sheets, the values are true where no formula leans on the others (``template.needs`` tells).
        """
        return additions.with_stored(engine.evaluate(self.form.package(None, self.case, sheets)), self.added)

    def package(self, values: Values) -> bytes:
        """The finished file, with the values of all sheets."""
        self.case.heights = text_heights(self.layout, values)
        return self.form.package(values, self.case)


def draft(
    layout: Layout,
    sak: Sak,
    root: Path | None = None,
    *,
    rates: Satssnapshot | None = None,
    hide_full: bool = False,
    added: Additions = NOTHING,
) -> Draft:
    """A workbook that waits for its values. Raises :class:`WriteError`.

    ``rates`` are those the workbook is computed with, for a template that uses any. ``hide_full`` hides what belongs to
    the full version of a case alone; its inputs and formulas are there all the same. ``added`` is what an advisor has
    put in beside the template.

    What does not depend on the case is made once and kept, unless the case has changed it: with overrides, or with
    things of the advisor's own. The result is the same whatever was made before.
    """
    facts = facts_of(layout, rates)
    if sak.overrides or not added.empty:
        made = make_form(layout, root, facts, hide_full=hide_full, overrides=sak.overrides, added=added)
    else:
        made = kept.form(layout, root, facts, hide_full=hide_full)
    case = filling_of(layout, sak, added.formulas)
    case.footer = case_in_footer(made.footer, layout, str(sak.fields.get(layout.spec.footer_id, "")), facts.day)
    return Draft(layout, made.form, case, added)


def build(
    layout: Layout, sak: Sak, engine: Engine, root: Path | None = None, *, rates: Satssnapshot | None = None,
    hide_full: bool = False,
) -> tuple[bytes, Values]:  # fmt: skip
    """A finished workbook (see :func:`draft`) and all its values. Raises ``EngineError`` and :class:`WriteError`."""
    book = draft(layout, sak, root, rates=rates, hide_full=hide_full)
    values = book.values(engine)
    return book.package(values), values
