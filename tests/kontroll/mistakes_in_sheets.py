"""Sheets hidden, renamed, deleted, copied; names and the sheet that explains the workbook damaged."""

from __future__ import annotations

import re
from html import escape

from mutable import DeleteColumn, Mutable
from mutations import MUTATIONS, Expected, Outcome, Refused, any_sheet, at, mutation, tab_of, without_scopes

from okosos_xl.template.layout import Region, cell_name


def _hidden(m: Mutable, state: str) -> Outcome:
    name = any_sheet(m)
    tab = tab_of(m, name)
    m.change("xl/workbook.xml", tab, tab.replace(" r:id=", f' state="{state}" r:id='))
    return Expected("OKX312", name)


MUTATIONS["sheet_hidden"] = lambda m: _hidden(m, "hidden")
MUTATIONS["sheet_hidden_deep"] = lambda m: _hidden(m, "veryHidden")


@mutation
def sheet_renamed(m: Mutable) -> Outcome:
    name = any_sheet(m)
    tab = tab_of(m, name)
    m.change("xl/workbook.xml", tab, tab.replace(f'name="{escape(name)}"', 'name="Nytt_navn"'))
    quoted = "'" + name.replace("'", "''") + "'!"
    for part in [p for p in m.parts if p.startswith(("xl/worksheets/sheet", "xl/workbook.xml", "xl/charts/"))]:
        text = m.text(part).replace(quoted, "Nytt_navn!")
        m.parts[part] = re.sub(rf"(?<![\w']){re.escape(name)}!", "Nytt_navn!", text).encode()
    return Expected("OKX311", "Nytt_navn")


@mutation
def sheet_deleted(m: Mutable) -> Outcome:
    name = any_sheet(m)
    m.change("xl/workbook.xml", tab_of(m, name), "")
    quoted = re.escape("'" + name.replace("'", "''") + "'!")
    gone = rf"(?:{quoted}|(?<![\w']){re.escape(name)}!)\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?"
    for part in [p for p in m.parts if p.startswith(("xl/worksheets/sheet", "xl/workbook.xml"))]:
        m.parts[part] = re.sub(gone, "#REF!", m.text(part)).encode()
    without_scopes(m)
    return Expected("OKX310", name)


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
    name = any_sheet(m)
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
    m.change("xl/workbook.xml", tab_of(m, "_okosos"), "")
    without_scopes(m)
    return Refused("OKX024")


@mutation
def manifest_shown(m: Mutable) -> Outcome:
    tab = tab_of(m, "_okosos")
    m.change("xl/workbook.xml", tab, tab.replace(' state="veryHidden"', ""))
    return Expected("OKX315", "_okosos")
