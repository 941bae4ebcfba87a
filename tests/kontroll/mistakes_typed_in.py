"""What people type where something else is asked for, and beside the form."""

from __future__ import annotations

from collections.abc import Callable

from mutable import InsertRow, Mutable
from mutations import AMOUNTS, MUTATIONS, PERSON, Expected, Outcome, at, inside, mutation

from okosos_xl.template.layout import Region, cell_name
from okosos_xl.template.spec import Table


def _typed(m: Mutable, code: str, types: tuple[str, ...], text: str) -> Outcome:
    for region, cell in m.inputs(*types):
        m.sheet(region.sheet).words(cell, text)
        return at(code, region, cell)
    return None


def _number(m: Mutable, code: str, regions: list[Region], value: Callable[[Region], float]) -> Outcome:
    for region in m.shuffled(regions):
        cell = inside(m, region)
        m.sheet(region.sheet).number(cell, value(region))
        return at(code, region, cell)
    return None


_DAYS = ("dato", "maaned")

MUTATIONS |= {
    "amount_as_text": lambda m: _typed(m, "OKX120", AMOUNTS, "12 500,50 kr"),
    "amount_in_words": lambda m: _typed(m, "OKX120", AMOUNTS, "ca. tolv tusen"),
    "amount_with_letter_o": lambda m: _typed(m, "OKX120", AMOUNTS, "1O00"),
    "percent_as_text": lambda m: _typed(m, "OKX120", ("prosent",), "18 %"),
    "date_as_text": lambda m: _typed(m, "OKX121", _DAYS, "01.12.2026"),
    "day_and_month_swapped": lambda m: _typed(m, "OKX121", _DAYS, "12/31/2026"),
    "day_that_does_not_exist": lambda m: _typed(m, "OKX121", _DAYS, "31.02.2026"),
    "unknown_choice": lambda m: _typed(m, "OKX125", ("valg",), "noe helt annet"),
    "neither_yes_nor_no": lambda m: _typed(m, "OKX125", ("ja_nei",), "vet ikke"),
    "identity_number_in_a_text": lambda m: _typed(m, "OKX132", ("tekst", "langtekst"), f"Født {PERSON}"),
    "date_far_away": lambda m: _number(
        m, "OKX121", [r for r in m.layout.inputs() if r.item.type in _DAYS], lambda r: 5e6
    ),
    "date_before_time": lambda m: _number(
        m, "OKX121", [r for r in m.layout.inputs() if r.item.type in _DAYS], lambda r: -5
    ),
    "day_of_january_1900": lambda m: _number(
        m, "OKX121", [r for r in m.layout.inputs() if r.item.type in _DAYS], lambda r: 17
    ),
    "year_in_a_date": lambda m: _number(
        m, "OKX127", [r for r in m.layout.inputs() if r.item.type in _DAYS], lambda r: 2026
    ),
    "below_the_least": lambda m: _number(
        m,
        "OKX122",
        [r for r in m.layout.inputs() if r.item.input.min is not None],
        lambda r: float(r.item.input.min) - 1,
    ),
    "above_the_most": lambda m: _number(
        m,
        "OKX123",
        [r for r in m.layout.inputs() if r.item.input.max is not None],
        lambda r: float(r.item.input.max) + 1,
    ),
    "half_of_a_whole_number": lambda m: _number(
        m,
        "OKX124",
        [r for r in m.layout.inputs() if r.item.type == "heltall"],
        lambda r: float(r.item.input.min or 0) + 0.5,
    ),
}


@mutation
def error_value_typed_in(m: Mutable) -> Outcome:
    region, cell = next(m.inputs())
    m.sheet(region.sheet).error(cell, "#REF!")
    return at("OKX126", region, cell)


@mutation
def truth_value_for_an_amount(m: Mutable) -> Outcome:
    for region, cell in m.inputs(*AMOUNTS):
        m.sheet(region.sheet).put(cell, ' t="b"', "<v>1</v>")
        return at("OKX120", region, cell)
    return None


@mutation
def column_of_text_numbers(m: Mutable) -> Outcome:
    """A column pasted from a web page: one finding, not one per row."""
    for region in m.shuffled([r for r in m.layout.inputs() if r.item.type in AMOUNTS and r.nrows > 3]):
        for i in range(region.nrows):
            m.sheet(region.sheet).words((region.row + i, region.col), f"{i} 000,00")
        return at("OKX120", region, (region.row, region.col), region.nrows)
    return None


@mutation
def required_left_out(m: Mutable) -> Outcome:
    needed = [r for r in m.layout.inputs() if r.item.input and r.item.input.required]
    for region in m.shuffled(needed):
        m.sheet(region.sheet).empty((region.row, region.col))
        return at("OKX110", region, (region.row, region.col))
    return None


@mutation
def own_formula_in_a_field(m: Mutable) -> Outcome:
    for region, cell in m.inputs(*AMOUNTS, filled=True):
        m.sheet(region.sheet).write_formula(cell, f"{m.sheet(region.sheet).stored(cell)}+0")
        return at("OKX322", region, cell)
    return None


@mutation
def claim_entered_twice(m: Mutable) -> Outcome:
    for table in (b for s in m.layout.spec.sheets for b in s.blocks if isinstance(b, Table) and b.unique):
        regions = [m.layout.regions[f"{table.id}.{column}"] for column in table.unique]
        for i in (0, 2):
            for region in regions:
                m.sheet(region.sheet).words((region.row + i, region.col), "Eksempelbanken" if i else "eksempelbanken ")
        return at("OKX130", regions[0], (regions[0].row + 2, regions[0].col))
    return None


def _tables(m: Mutable) -> list[Region]:
    """Amount columns that are typed in, in tables with rows of their own."""
    return m.shuffled(
        [r for r in m.layout.inputs() if r.kind == "column" and r.item.type in AMOUNTS and not r.cell_ids]
    )


@mutation
def row_inserted_above_the_total(m: Mutable) -> Outcome:
    """Between the last row and the total: neither the table nor the total takes it in."""
    for region in _tables(m):
        row = region.row + region.nrows
        m.sheet(region.sheet).shift(row, 1)
        m.everywhere(region.sheet, InsertRow(row))
        m.sheet(region.sheet).number((row, region.col), 9_999)
        return at("OKX323", region, (row, region.col))
    return None


@mutation
def row_inserted_above_the_first(m: Mutable) -> Outcome:
    for region in _tables(m):
        m.sheet(region.sheet).shift(region.row, 1)
        m.everywhere(region.sheet, InsertRow(region.row))
        m.sheet(region.sheet).number((region.row, region.col), 9_999)
        return at("OKX323", region, (region.row, region.col))
    return None


@mutation
def row_inserted_inside(m: Mutable) -> Outcome:
    """Ranges stretch, but the formulas of the new row are missing."""
    for region in _tables(m):
        if region.nrows < 3:
            continue
        row = region.row + region.nrows - 1
        m.sheet(region.sheet).shift(row, 1)
        m.everywhere(region.sheet, InsertRow(row))
        m.sheet(region.sheet).number((row, region.col), 9_999)
        return Expected("OKX214", region.sheet, "*")
    return None


@mutation
def note_beside_the_form(m: Mutable) -> Outcome:
    sheet = m.rnd.choice(m.layout.sheets)
    cell = (sheet.last_row + 40, sheet.last_col + 20)
    m.sheet(sheet.spec.name).words(cell, "husk å ringe")
    return Expected("OKX321", sheet.spec.name, cell_name(*cell))


@mutation
def identity_number_beside_the_form(m: Mutable) -> Outcome:
    sheet = m.rnd.choice(m.layout.sheets)
    cell = (sheet.last_row + 40, sheet.last_col + 20)
    m.sheet(sheet.spec.name).words(cell, f"{PERSON[:6]} {PERSON[6:]}")
    return Expected("OKX132", sheet.spec.name, cell_name(*cell))
