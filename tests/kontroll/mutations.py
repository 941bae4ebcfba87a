"""Kinds of mistakes in a filled-in workbook, each told generically over what the template lays out.

A mutation spoils a :class:`Mutable` and gives what must be found, or None when the workbook has nothing it applies to.
New sheets and templates are covered by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

from mutable import DeleteColumn, InsertRow, Mutable
from wrong_formulas import CHANGES, Change

from okosos_xl.template.layout import Region, cell_name
from okosos_xl.template.spec import NUMERIC, Table
from okosos_xl.workbook.areas import Cell

PERSON = "15888010030"
"""Right in both check digits, and of the kind made for tests (80 is added to the month): it belongs to nobody."""


@dataclass(frozen=True)
class Expected:
    """A finding that must be there: its code, and the cell it must name (or a sheet, or nothing)."""

    code: str
    sheet: str = ""
    cell: str = ""
    count: int = 1


@dataclass(frozen=True)
class Refused:
    """The workbook must not be read at all."""

    code: str


@dataclass(frozen=True)
class Nothing:
    """No error and no warning more than the good workbook has."""


Outcome = Expected | Refused | Nothing | None
Mutation = Callable[[Mutable], Outcome]
MUTATIONS: dict[str, Mutation] = {}


def mutation(function: Mutation) -> Mutation:
    MUTATIONS[function.__name__] = function
    return function


def at(code: str, region: Region, cell: Cell, count: int = 1) -> Expected:
    return Expected(code, region.sheet, cell_name(*cell), count)


# --- formulas whose text is another ------------------------------------------------------------------------------------


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


# --- formulas typed over, deleted ----------------------------------------------------------------------------------------


def _numeric(m: Mutable) -> list[Region]:
    return m.shuffled([r for r in m.layout.formulas() if r.item.type in NUMERIC])


def _inside(m: Mutable, region: Region) -> Cell:
    return region.row + m.rnd.randrange(region.nrows), region.col + m.rnd.randrange(region.ncols)


@mutation
def number_over_a_formula(m: Mutable) -> Outcome:
    region = _numeric(m)[0]
    cell = _inside(m, region)
    m.sheet(region.sheet).number(cell, 1234.5)
    return at("OKX210", region, cell)


@mutation
def number_over_a_formula_in_a_block(m: Mutable) -> Outcome:
    region = next((r for r in _numeric(m) if r.nrows > 2), None)
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
    for region in _numeric(m):
        cell = _inside(m, region)
        stored = m.sheet(region.sheet).stored(cell)
        if re.fullmatch(r"-?\d+(\.\d+)?", stored):
            m.sheet(region.sheet).number(cell, stored)
            return at("OKX210", region, cell)
    return None


@mutation
def values_pasted_over_a_column(m: Mutable) -> Outcome:
    for region in _numeric(m):
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
    cell = _inside(m, region)
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


# --- stored values ---------------------------------------------------------------------------------------------------------


@mutation
def stored_number_stale(m: Mutable) -> Outcome:
    for region in _numeric(m):
        cell = _inside(m, region)
        sheet = m.sheet(region.sheet)
        stored, text = sheet.stored(cell), sheet.formula(cell)
        if text and re.fullmatch(r"-?\d+(\.\d+)?", stored):
            inside = f"<f>{escape(text, quote=False)}</f><v>{float(stored) + 1.01}</v>"
            sheet.put(cell, "", inside)
            return at("OKX220", region, cell)
    return None


@mutation
def stored_number_missing(m: Mutable) -> Outcome:
    for region in _numeric(m):
        cell = _inside(m, region)
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
            inside = f"<f>{escape(text, quote=False)}</f><v>noe annet enn det som står</v>"
            m.sheet(region.sheet).put(cell, ' t="str"', inside)
            return at("OKX220", region, cell)
    return None


@mutation
def stored_error(m: Mutable) -> Outcome:
    region, cell, text = next(m.formulas())
    m.sheet(region.sheet).put(cell, ' t="e"', f"<f>{escape(text, quote=False)}</f><v>#N/A</v>")
    return at("OKX220", region, cell)


# --- what is typed in ------------------------------------------------------------------------------------------------------


def _typed(m: Mutable, code: str, types: tuple[str, ...], text: str) -> Outcome:
    for region, cell in m.inputs(*types):
        m.sheet(region.sheet).words(cell, text)
        return at(code, region, cell)
    return None


def _number(m: Mutable, code: str, regions: list[Region], value: Callable[[Region], float]) -> Outcome:
    for region in m.shuffled(regions):
        cell = _inside(m, region)
        m.sheet(region.sheet).number(cell, value(region))
        return at(code, region, cell)
    return None


_AMOUNTS = ("kr", "kr_ore")
_DAYS = ("dato", "maaned")

MUTATIONS |= {
    "amount_as_text": lambda m: _typed(m, "OKX120", _AMOUNTS, "12 500,50 kr"),
    "amount_in_words": lambda m: _typed(m, "OKX120", _AMOUNTS, "ca. tolv tusen"),
    "amount_with_letter_o": lambda m: _typed(m, "OKX120", _AMOUNTS, "1O00"),
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
    for region, cell in m.inputs(*_AMOUNTS):
        m.sheet(region.sheet).put(cell, ' t="b"', "<v>1</v>")
        return at("OKX120", region, cell)
    return None


@mutation
def column_of_text_numbers(m: Mutable) -> Outcome:
    """A column pasted from a web page: one finding, not one per row."""
    for region in m.shuffled([r for r in m.layout.inputs() if r.item.type in _AMOUNTS and r.nrows > 3]):
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
    for region, cell in m.inputs(*_AMOUNTS, filled=True):
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


# --- beside the form -------------------------------------------------------------------------------------------------------


def _tables(m: Mutable) -> list[Region]:
    """Amount columns that are typed in, in tables with rows of their own."""
    return m.shuffled(
        [r for r in m.layout.inputs() if r.kind == "column" and r.item.type in _AMOUNTS and not r.cell_ids]
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


# --- sheets ----------------------------------------------------------------------------------------------------------------


def _tab(m: Mutable, name: str) -> str:
    found = re.search(rf'<sheet name="{re.escape(escape(name))}"[^>]*/>', m.names())
    assert found is not None
    return found[0]


def _any_sheet(m: Mutable) -> str:
    return m.rnd.choice([s.spec.name for s in m.layout.sheets[1:] if not s.spec.only])


def _hidden(m: Mutable, state: str) -> Outcome:
    name = _any_sheet(m)
    tab = _tab(m, name)
    m.change("xl/workbook.xml", tab, tab.replace(" r:id=", f' state="{state}" r:id='))
    return Expected("OKX312", name)


MUTATIONS["sheet_hidden"] = lambda m: _hidden(m, "hidden")
MUTATIONS["sheet_hidden_deep"] = lambda m: _hidden(m, "veryHidden")


@mutation
def sheet_renamed(m: Mutable) -> Outcome:
    name = _any_sheet(m)
    tab = _tab(m, name)
    m.change("xl/workbook.xml", tab, tab.replace(f'name="{escape(name)}"', 'name="Nytt_navn"'))
    quoted = "'" + name.replace("'", "''") + "'!"
    for part in [p for p in m.parts if p.startswith(("xl/worksheets/sheet", "xl/workbook.xml", "xl/charts/"))]:
        text = m.text(part).replace(quoted, "Nytt_navn!")
        m.parts[part] = re.sub(rf"(?<![\w']){re.escape(name)}!", "Nytt_navn!", text).encode()
    return Expected("OKX311", "Nytt_navn")


@mutation
def sheet_deleted(m: Mutable) -> Outcome:
    name = _any_sheet(m)
    m.change("xl/workbook.xml", _tab(m, name), "")
    quoted = re.escape("'" + name.replace("'", "''") + "'!")
    gone = rf"(?:{quoted}|(?<![\w']){re.escape(name)}!)\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?"
    for part in [p for p in m.parts if p.startswith(("xl/worksheets/sheet", "xl/workbook.xml"))]:
        m.parts[part] = re.sub(gone, "#REF!", m.text(part)).encode()
    _without_scopes(m)
    return Expected("OKX310", name)


def _without_scopes(m: Mutable) -> None:
    """Names that belong to one sheet count the sheets; they are dropped when a sheet goes."""
    text = re.sub(r'<definedName [^>]*localSheetId="\d+"[^>]*>[^<]*</definedName>', "", m.names())
    m.parts["xl/workbook.xml"] = text.encode()


def _new_sheet(m: Mutable, name: str, content: bytes) -> None:
    m.parts["xl/worksheets/sheet999.xml"] = content
    m.change("xl/workbook.xml", "</sheets>", f'<sheet name="{name}" sheetId="999" r:id="rId9999"/></sheets>')
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    link = f'<Relationship Id="rId9999" Type="{kind}" Target="worksheets/sheet999.xml"/></Relationships>'
    m.change("xl/_rels/workbook.xml.rels", "</Relationships>", link)
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    override = f'<Override PartName="/xl/worksheets/sheet999.xml" ContentType="{content_type}"/></Types>'
    m.change("[Content_Types].xml", "</Types>", override)


@mutation
def sheet_copied(m: Mutable) -> Outcome:
    name = _any_sheet(m)
    content = m.text(m.part_of[name])
    for tag in ("drawing", "legacyDrawing", "tableParts", "hyperlinks"):
        content = re.sub(rf"<{tag}\b[^>]*?(?:/>|>.*?</{tag}>)", "", content, flags=re.S)
    _new_sheet(m, "Kopi (2)", content.encode())
    return Expected("OKX324", "Kopi (2)")


@mutation
def sheet_of_ones_own(m: Mutable) -> Outcome:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Mine notater</t></is></c></row>'
    _new_sheet(m, "Mitt ark", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode())
    return Expected("OKX320", "Mitt ark")


@mutation
def column_deleted(m: Mutable) -> Outcome:
    """A column that is typed in goes, and what stood to the right moves."""
    for region in m.shuffled([r for r in m.layout.inputs() if r.kind == "column" and r.col > 1]):
        m.sheet(region.sheet).drop_column(region.col)
        m.everywhere(region.sheet, DeleteColumn(region.col))
        gone = [r for r in m.layout.regions.values() if r.sheet == region.sheet and r.col == region.col == r.col]
        first = next(r for r in gone if r.ncols == 1)
        return Expected("OKX316", region.sheet, "*" if first.id != region.id else cell_name(region.row, region.col))
    return None


# --- names and the sheet that explains -----------------------------------------------------------------------------------


def _any_region(m: Mutable, *kinds: str) -> Region:
    return m.rnd.choice([r for r in m.layout.inputs() if r.kind in kinds])


@mutation
def name_deleted(m: Mutable) -> Outcome:
    region = _any_region(m, "field", "column")
    m.rename_area(region.id, "")
    return at("OKX313", region, (region.row, region.col))


@mutation
def name_broken(m: Mutable) -> Outcome:
    region = _any_region(m, "field", "column")
    m.rename_area(region.id, "#REF!")
    return at("OKX316", region, (region.row, region.col))


@mutation
def name_shortened(m: Mutable) -> Outcome:
    owners = [r.owner for r in m.layout.regions.values() if r.kind == "column"]
    several = [r for r in m.layout.inputs() if r.kind == "column" and owners.count(r.owner) > 2 and r.nrows > 2]
    region = m.rnd.choice(several)
    area = region.area
    m.rename_area(region.id, area[: area.rindex("$") + 1] + str(region.row + region.nrows - 2))
    return at("OKX317", region, (region.row, region.col))


@mutation
def name_moved_to_the_next_column(m: Mutable) -> Outcome:
    pairs = [
        (r, o)
        for r in m.layout.inputs()
        for o in m.layout.regions.values()
        if r.kind == "column" == o.kind and r.owner == o.owner and o.col == r.col + 1 and r.nrows > 1
    ]
    if not pairs:
        return None
    region, other = m.rnd.choice(pairs)
    m.rename_area(region.id, other.area)
    return at("OKX317", region, (region.row, region.col))


@mutation
def name_moved_to_the_next_field(m: Mutable) -> Outcome:
    fields = [r for r in m.layout.inputs() if r.kind == "field"]
    pairs = [(a, b) for a in fields for b in fields if a.sheet == b.sheet and b.row == a.row + 1 and a.col == b.col]
    if not pairs:
        return None
    region, other = m.rnd.choice(pairs)
    m.rename_area(region.id, other.area)
    return at("OKX317", region, (region.row, region.col))


def _manifest_cell(m: Mutable, col: int, text: str | None, *, row: int = 0) -> None:
    """Another text in the hidden sheet's row for some region; the row of ``row`` when given."""
    sheet = m.sheet("_okosos")
    known = {id for id, r in m.layout.regions.items() if not r.is_input and not r.fixed}
    strings = re.findall(r"<si>.*?</si>", m.text("xl/sharedStrings.xml"), re.S)
    rows = [
        n
        for n in sheet.rows
        if (s := sheet.stored((n, 1))) and re.sub(r"<[^>]+>", "", strings[int(s)]) in known and sheet.stored((n, 3))
    ]
    number = row or m.rnd.choice(rows)
    if text is None:
        sheet.rows.pop(number)
    else:
        sheet.words((number, col), text)


def _damaged(m: Mutable, col: int, text: str | None, row: int = 0) -> Outcome:
    _manifest_cell(m, col, text, row=row)
    return Expected("OKX314", "_okosos")


MUTATIONS |= {
    "manifest_place_damaged": lambda m: _damaged(m, 2, "Kra!$B"),
    "manifest_place_wrong": lambda m: _damaged(m, 2, "Kontroll!$Z$99"),
    "manifest_mark_damaged": lambda m: _damaged(m, 3, "0123456789abcdef"),
    "manifest_row_lost": lambda m: _damaged(m, 1, None),
    "manifest_version_unreadable": lambda m: _damaged(m, 3, "en", 2),
}


@mutation
def manifest_not_ours(m: Mutable) -> Outcome:
    m.sheet("_okosos").words((1, 1), "noe annet")
    return Refused("OKX024")


@mutation
def manifest_of_another_template(m: Mutable) -> Outcome:
    m.sheet("_okosos").words((2, 2), "snøballen")
    return Refused("OKX025")


@mutation
def manifest_deleted(m: Mutable) -> Outcome:
    m.change("xl/workbook.xml", _tab(m, "_okosos"), "")
    _without_scopes(m)
    return Refused("OKX024")


@mutation
def manifest_shown(m: Mutable) -> Outcome:
    tab = _tab(m, "_okosos")
    m.change("xl/workbook.xml", tab, tab.replace(' state="veryHidden"', ""))
    return Expected("OKX315", "_okosos")


# --- the workbook as a whole -----------------------------------------------------------------------------------------------


@mutation
def dates_from_1904(m: Mutable) -> Outcome:
    text = m.names()
    new = re.sub(r"<workbookPr\b", '<workbookPr date1904="1"', text)
    m.parts["xl/workbook.xml"] = (
        new if new != text else text.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    ).encode()
    return Expected("OKX341")


def _calculation(m: Mutable, attribute: str) -> Outcome:
    text = re.sub(r"<calcPr\b[^>]*/>", "", m.names())
    tail = "</definedNames>" if "</definedNames>" in text else "</sheets>"
    m.parts["xl/workbook.xml"] = text.replace(tail, f"{tail}<calcPr {attribute}/>").encode()
    return Expected("OKX342")


MUTATIONS |= {
    "computed_by_hand_only": lambda m: _calculation(m, 'calcMode="manual"'),
    "computed_with_what_is_shown": lambda m: _calculation(m, 'fullPrecision="0"'),
    "circles_allowed": lambda m: _calculation(m, 'iterate="1"'),
}


def _foreign(m: Mutable, part: str, content: bytes = b"<x/>") -> Outcome:
    m.parts[part] = content
    return Expected("OKX340")


MUTATIONS |= {
    "external_link": lambda m: _foreign(m, "xl/externalLinks/externalLink1.xml"),
    "data_connection": lambda m: _foreign(m, "xl/connections.xml"),
    "embedded_document": lambda m: _foreign(m, "xl/embeddings/oleObject1.bin", b"\0" * 600),
    "web_query": lambda m: _foreign(m, "xl/queryTables/queryTable1.xml"),
}


@mutation
def macro_added(m: Mutable) -> Outcome:
    m.parts["xl/vbaProject.bin"] = b"x"
    return Refused("OKX010")


# --- rates -----------------------------------------------------------------------------------------------------------------


def _rate_rows(m: Mutable) -> list[tuple[Region, Cell]]:
    """Rates with a number, where they stand."""
    found = []
    for region in (r for r in m.layout.regions.values() if r.fixed and r.id.endswith(".fast")):
        used = m.layout.regions.get(region.id.replace(".fast", ".brukes"))
        for i, id in enumerate(used.cell_ids if used else ()):
            cell = region.row + i, region.col
            stored = 't="s"' not in m.sheet(region.sheet).cell(cell) and m.sheet(region.sheet).stored(cell)
            if id and stored:
                found.append((region, cell))
    return found


@mutation
def rate_typed_over(m: Mutable) -> Outcome:
    rows = _rate_rows(m)
    if not rows:
        return None
    region, cell = m.rnd.choice(rows)
    m.sheet(region.sheet).number(cell, float(m.sheet(region.sheet).stored(cell)) + 100)
    return at("OKX411", region, cell)


@mutation
def rate_emptied(m: Mutable) -> Outcome:
    rows = _rate_rows(m)
    if not rows:
        return None
    region, cell = m.rnd.choice(rows)
    m.sheet(region.sheet).empty(cell)
    return at("OKX411", region, cell)


@mutation
def rate_date_changed(m: Mutable) -> Outcome:
    facts = [
        r for r in m.layout.regions.values() if r.fixed and r.id.endswith(".fra") and r.owner.startswith("satser_")
    ]
    if not facts:
        return None
    region = m.rnd.choice(facts)
    m.sheet(region.sheet).number((region.row, region.col), 46_000)
    return at("OKX413", region, (region.row, region.col))


@mutation
def case_moved_to_other_rates(m: Mutable) -> Outcome:
    if not m.layout.rates:
        return None
    region = m.layout.regions[m.layout.spec.date_id]
    m.sheet(region.sheet).number((region.row, region.col), 45_350)  # 28 February 2024
    return Expected("OKX410", next(r.sheet for r in m.layout.rates), "*")


# --- what is nobody's mistake ----------------------------------------------------------------------------------------------


@mutation
def another_number_format(m: Mutable) -> Outcome:
    region, cell, _ = next(m.formulas())
    sheet = m.sheet(region.sheet)
    xml = sheet.cell(cell)
    sheet.rows[cell[0]].cells[cell[1]] = re.sub(r' s="\d+"', ' s="1"', xml, count=1)
    return Nothing()


@mutation
def column_made_wider(m: Mutable) -> Outcome:
    name = _any_sheet(m)
    sheet = m.sheet(name)
    sheet.head = re.sub(r'width="[\d.]+"', 'width="55"', sheet.head, count=1)
    return Nothing()


@mutation
def sheets_in_another_order(m: Mutable) -> Outcome:
    first, last = _tab(m, m.layout.sheets[1].spec.name), _tab(m, m.layout.sheets[-1].spec.name)
    _without_scopes(m)
    text = m.names().replace(first, "@@").replace(last, first).replace("@@", last)
    m.parts["xl/workbook.xml"] = text.encode()
    return Nothing()


@mutation
def name_of_ones_own(m: Mutable) -> Outcome:
    m.change("xl/workbook.xml", "</definedNames>", '<definedName name="zz_mitt">1+1</definedName></definedNames>')
    return Nothing()


@mutation
def formula_written_with_spaces(m: Mutable) -> Outcome:
    """Other programs write formulas with spaces, lower case and prefixes; the calculation is the same."""
    region, cell, text = next((r, c, t) for r, c, t in m.formulas() if "(" in t and '"' not in t and "'" not in t)
    m.sheet(region.sheet).write_formula(cell, text.replace("(", "( ").replace("+", " + ").replace("IF(", "if("))
    return Nothing()


@mutation
def comment_beside_a_value(m: Mutable) -> Outcome:
    region, cell = next(m.inputs())
    part = m.part_of[region.sheet]
    rels = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
    link = (
        '<Relationship Id="rId9998" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" '
        'Target="../comments998.xml"/></Relationships>'
    )
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    m.parts[rels] = m.parts.get(rels, empty.encode()).decode().replace("</Relationships>", link).encode()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    m.parts["xl/comments998.xml"] = (
        f'<comments xmlns="{main}"><authors><author/></authors><commentList><comment ref="{cell_name(*cell)}" '
        'authorId="0"><text><t>sjekket mot brevet</t></text></comment></commentList></comments>'
    ).encode()
    return Nothing()


@mutation
def the_same_value_typed_again(m: Mutable) -> Outcome:
    region, cell = next(m.inputs(*_AMOUNTS, filled=True))
    m.sheet(region.sheet).number(
        cell, m.sheet(region.sheet).stored(cell) + ("" if "." in m.sheet(region.sheet).stored(cell) else ".0")
    )
    return Nothing()


@mutation
def part_of_the_advisors_program(m: Mutable) -> Outcome:
    m.parts["docProps/custom.xml"] = b"<x/>"
    return Nothing()
