"""Formulas changed, typed over, deleted; and values that are not what the formulas give."""

from __future__ import annotations

import re
from functools import partial
from html import escape

from mutable import Mutable
from mutations import MUTATIONS, Outcome, at, inside, mutation, numeric
from wrong_formulas import CHANGES, Change


def changed_formula(change: Change, m: Mutable) -> Outcome:
    for region, cell, text in m.formulas():
        new = change(text, cell, m.rnd)
        if new != text:
            m.sheet(region.sheet).write_formula(cell, new)
            return at("OKX213" if "#REF!" in new else "OKX212", region, cell)
    return None


MUTATIONS |= {name: partial(changed_formula, change) for name, change in CHANGES.items()}


@mutation
def reference_broken(m: Mutable) -> Outcome:
    region, cell, text = next(m.formulas())
    m.sheet(region.sheet).write_formula(cell, f"{text}+#REF!")
    return at("OKX213", region, cell)


@mutation
def two_rows_sorted(m: Mutable) -> Outcome:
    """The formulas of two rows change places, with their texts as they were."""
    for region in m.shuffled([r for r in m.layout.formulas() if r.nrows > 2]):
        sheet = m.sheet(region.sheet)
        first = region.row + 1, region.col
        second = region.row + 2, region.col
        one, two = sheet.formula(first), sheet.formula(second)
        if one and two and one != two:
            sheet.write_formula(first, two)
            sheet.write_formula(second, one)
            return at("OKX212", region, first, 2)
    return None


@mutation
def block_changed(m: Mutable) -> Outcome:
    """A whole column of formulas is changed alike: one finding, not one per row."""
    for region in m.shuffled([r for r in m.layout.formulas() if r.nrows > 3 and r.ncols == 1]):
        sheet = m.sheet(region.sheet)
        for row in range(region.row, region.row + region.nrows):
            sheet.write_formula((row, region.col), f"{sheet.formula((row, region.col))}+1")
        return at("OKX212", region, (region.row, region.col), region.nrows)
    return None


@mutation
def number_over_a_formula(m: Mutable) -> Outcome:
    region = numeric(m)[0]
    cell = inside(m, region)
    m.sheet(region.sheet).number(cell, 1234.5)
    return at("OKX210", region, cell)


@mutation
def number_over_a_formula_in_a_block(m: Mutable) -> Outcome:
    region = next((r for r in numeric(m) if r.nrows > 2), None)
    if region is None:
        return None
    cell = region.row + region.nrows - 1, region.col + region.ncols - 1
    m.sheet(region.sheet).number(cell, 77)
    return at("OKX210", region, cell)


@mutation
def number_over_a_key_figure(m: Mutable) -> Outcome:
    known = m.layout.regions
    ids = [i for i in m.layout.spec.key_figures if i in known and not known[i].is_input and known[i].kind == "field"]
    region = known[m.rnd.choice(ids)]
    m.sheet(region.sheet).number((region.row, region.col), 31_415)
    return at("OKX210", region, (region.row, region.col))


@mutation
def value_pasted_over_its_own_formula(m: Mutable) -> Outcome:
    """Paste values: the number is right today, and stays when the case changes."""
    for region in numeric(m):
        cell = inside(m, region)
        stored = m.sheet(region.sheet).stored(cell)
        if re.fullmatch(r"-?\d+(\.\d+)?", stored):
            m.sheet(region.sheet).number(cell, stored)
            return at("OKX210", region, cell)
    return None


@mutation
def values_pasted_over_a_column(m: Mutable) -> Outcome:
    for region in numeric(m):
        if region.nrows < 4 or region.ncols > 1:
            continue
        for i in range(region.nrows):
            m.sheet(region.sheet).number((region.row + i, region.col), i)
        return at("OKX210", region, (region.row, region.col), region.nrows)
    return None


@mutation
def text_over_a_formula(m: Mutable) -> Outcome:
    region, cell, _ = next(m.formulas())
    m.sheet(region.sheet).words(cell, "se notat")
    return at("OKX210", region, cell)


@mutation
def formula_stored_as_text(m: Mutable) -> Outcome:
    region, cell, text = next(m.formulas())
    m.sheet(region.sheet).words(cell, "=" + text)
    return at("OKX210", region, cell)


@mutation
def check_silenced(m: Mutable) -> Outcome:
    region = m.layout.regions["kontroll.status"]
    cell = inside(m, region)
    m.sheet(region.sheet).words(cell, "i orden")
    return at("OKX210", region, cell)


@mutation
def error_value_over_a_formula(m: Mutable) -> Outcome:
    region, cell, _ = next(m.formulas())
    m.sheet(region.sheet).error(cell, m.rnd.choice(["#REF!", "#VALUE!", "#N/A", "#NAME?"]))
    return at("OKX213", region, cell)


@mutation
def formula_deleted(m: Mutable) -> Outcome:
    region, cell, _ = next(m.formulas())
    m.sheet(region.sheet).empty(cell)
    return at("OKX211", region, cell)


@mutation
def column_of_formulas_cleared(m: Mutable) -> Outcome:
    region = next(r for r in m.shuffled(m.layout.formulas()) if r.nrows > 3)
    for i in range(region.nrows):
        m.sheet(region.sheet).empty((region.row + i, region.col))
    return at("OKX211", region, (region.row, region.col), region.nrows)


@mutation
def stored_number_stale(m: Mutable) -> Outcome:
    for region in numeric(m):
        cell = inside(m, region)
        sheet = m.sheet(region.sheet)
        stored, text = sheet.stored(cell), sheet.formula(cell)
        if text and re.fullmatch(r"-?\d+(\.\d+)?", stored):
            content = f"<f>{escape(text, quote=False)}</f><v>{float(stored) + 1.01}</v>"
            sheet.put(cell, "", content)
            return at("OKX220", region, cell)
    return None


@mutation
def stored_number_missing(m: Mutable) -> Outcome:
    for region in numeric(m):
        cell = inside(m, region)
        sheet = m.sheet(region.sheet)
        text = sheet.formula(cell)
        if text and re.fullmatch(r"-?[1-9]\d*(\.\d+)?", sheet.stored(cell)):
            sheet.put(cell, "", f"<f>{escape(text, quote=False)}</f>")
            return at("OKX220", region, cell)
    return None


@mutation
def stored_text_stale(m: Mutable) -> Outcome:
    for region, cell, text in m.formulas():
        if region.item.type in ("tekst", "langtekst"):
            content = f"<f>{escape(text, quote=False)}</f><v>noe annet enn det som står</v>"
            m.sheet(region.sheet).put(cell, ' t="str"', content)
            return at("OKX220", region, cell)
    return None


@mutation
def stored_error(m: Mutable) -> Outcome:
    region, cell, text = next(m.formulas())
    m.sheet(region.sheet).put(cell, ' t="e"', f"<f>{escape(text, quote=False)}</f><v>#N/A</v>")
    return at("OKX220", region, cell)
