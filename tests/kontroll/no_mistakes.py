"""What people and programs do that is nobody's mistake: nothing may be said of it."""

from __future__ import annotations

import re

from mutable import Mutable
from mutations import AMOUNTS, Nothing, Outcome, any_sheet, mutation, tab_of, without_scopes

from okosos_xl.template.layout import cell_name


@mutation
def another_number_format(m: Mutable) -> Outcome:
    region, cell, _ = next(m.formulas())
    sheet = m.sheet(region.sheet)
    xml = sheet.cell(cell)
    sheet.rows[cell[0]].cells[cell[1]] = re.sub(r' s="\d+"', ' s="1"', xml, count=1)
    return Nothing()


@mutation
def column_made_wider(m: Mutable) -> Outcome:
    name = any_sheet(m)
    sheet = m.sheet(name)
    sheet.head = re.sub(r'width="[\d.]+"', 'width="55"', sheet.head, count=1)
    return Nothing()


@mutation
def sheets_in_another_order(m: Mutable) -> Outcome:
    first, last = tab_of(m, m.layout.sheets[1].spec.name), tab_of(m, m.layout.sheets[-1].spec.name)
    without_scopes(m)
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
        '<Relationship Id="rId9998" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" '
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
    region, cell = next(m.inputs(*AMOUNTS, filled=True))
    m.sheet(region.sheet).number(
        cell, m.sheet(region.sheet).stored(cell) + ("" if "." in m.sheet(region.sheet).stored(cell) else ".0")
    )
    return Nothing()


@mutation
def part_of_the_advisors_program(m: Mutable) -> Outcome:
    m.parts["docProps/custom.xml"] = b"<x/>"
    return Nothing()
