"""The print copy: the advisor's own file with its values frozen, empty tails hidden, and only some sheets on paper.

Everything else in the package stays as it is: looks, pictures, page set-up, headers and footers. The copy is made to be
printed and thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import count

from okosos_xl.engine import CellValue, ExcelError
from okosos_xl.template.layout import quoted_sheet
from okosos_xl.utskrift.charts import shortened
from okosos_xl.utskrift.fresh import PrintRefused
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.patch_zip import with_members
from okosos_xl.workbook.rows import number_text, xml_text
from okosos_xl.workbook.sheetcells import position

_ROW = re.compile(rb"<((?:\w+:)?)row\b([^<>]*)>")
_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^<>]*?(/?)>")
_CELL = re.compile(rb"<((?:\w+:)?)c\b([^<>]*)(?<!/)>\s*<(?:\w+:)?f\b.*?</\1c>", re.S)
"""A cell with a formula: it is the first thing in it."""
_FORMULA = re.compile(rb"<((?:\w+:)?)f\b[^<>]*(?:(?<=/)>|(?<!/)>[^<]*</\1f>)")
_HIDDEN = re.compile(rb"""\s(?:hidden|collapsed)\s*=\s*(?:"[^"]*"|'[^']*')""")
_TYPE = re.compile(rb"""\st\s*=\s*(?:"[^"]*"|'[^']*')""")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]+[0-9]+)["']""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]+)["']""")
_COLUMNS = re.compile(rb"<((?:\w+:)?)cols\b[^<>]*>(.*?)</\1cols>", re.S)
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^<>]*?)/?>")
_BOUNDS = re.compile(rb"""\s(min|max)\s*=\s*["']([0-9]+)["']""")
_NAMES_END = re.compile(rb"</((?:\w+:)?)definedNames\s*>")
_SHEETS_END = re.compile(rb"</((?:\w+:)?)sheets\s*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*?\sname\s*=[^<>]*>")
_STATE = re.compile(rb"""\sstate\s*=\s*(?:"[^"]*"|'[^']*')""")
_TABS = re.compile(rb"""\s(?:activeTab|firstSheet)\s*=\s*(?:"[^"]*"|'[^']*')""")
_VIEW = re.compile(rb"<((?:\w+:)?workbookView)\b([^<>]*?)(/?>)")
_AREA_NAME = re.compile(
    rb"""<((?:\w+:)?)definedName\b[^<>]*\sname\s*=\s*["']_xlnm\.Print_Area["'][^<>]*>.*?</\1definedName>""", re.S
)
_LITERAL = 250
"""Characters of a text in one piece in a formula."""
_LONGEST_FORMULA = 8_000


@dataclass(frozen=True)
class OnPaper:
    """How one sheet is printed: ``area`` in the words of the file (``Krav!$A$1:$M$51``), and what is hidden in it."""

    area: str
    rows: Collection[int] = ()
    columns: Collection[int] = ()


@dataclass(frozen=True)
class Plan:
    """What is printed. ``values`` are those of all formulas on the sheets on paper, by sheet."""

    sheets: Mapping[str, OnPaper]
    values: Mapping[str, Mapping[Cell, CellValue]] = field(default_factory=dict)
    computed: Collection[str] = ()
    """Sheets where some of them are not the stored ones."""


def print_copy(package: Package, plan: Plan) -> bytes:
    """The copy as a file. Raises :class:`PrintRefused` for a sheet written in a way that cannot be changed safely."""
    members = {name.casefold(): name for name in package.vetted.parts}
    changed: dict[str, bytes] = {}
    for info in package.sheets:
        if info.kind != "worksheet":
            continue
        name = members[info.part.casefold()]
        content = package.vetted.parts[name]
        paper = plan.sheets.get(info.name)
        values = plan.values.get(info.name, {})
        if paper is None and info.name not in plan.computed:
            content = _FORMULA.sub(b"", content)
        else:
            content = frozen(content, values, as_formulas=paper is not None)
        if paper is not None:
            content = with_hidden(content, paper.rows, paper.columns)
        changed[name] = content
    for name, content in package.vetted.parts.items():
        if name.casefold().startswith("xl/charts/") and name.casefold().endswith(".xml"):
            changed[name] = shortened(content, lambda sheet, cell: _value(package, plan, sheet, cell))
    workbook = members[package.vetted.workbook_part.casefold()]
    areas = {i: plan.sheets[s.name].area for i, s in enumerate(package.sheets) if s.name in plan.sheets}
    changed[workbook] = with_areas(package.vetted.parts[workbook], areas)
    data = with_members(package.vetted.data, changed)
    _prove(package, plan, data)
    return data


def _value(package: Package, plan: Plan, sheet: str, cell: Cell) -> CellValue:
    """What will stand in a cell; something for a sheet that is not there, so that nothing is cut."""
    if all(info.name != sheet for info in package.sheets):
        return "?"
    values = plan.values.get(sheet, {})
    return values[cell] if cell in values else package.sheet(sheet).values.get(cell)


def frozen(content: bytes, values: Mapping[Cell, CellValue], *, as_formulas: bool = True) -> bytes:
    """A sheet whose formulas are those that give their own value, so that no program computes another one.

    They stay formulas where they are seen: the form marks a cell without one as typed over. Without a value the
    formula is left.
    """

    def one(match: re.Match[bytes]) -> bytes:
        prefix, said = match.groups()
        reference = _REFERENCE.search(said)
        cell = position(reference[1].decode()) if reference is not None else None
        if cell is None or cell not in values:
            return match[0]
        return _constant(prefix.decode(), _TYPE.sub(b"", said).decode(), values[cell], as_formulas).encode()

    return _CELL.sub(one, content)


def _constant(p: str, said: str, value: CellValue, as_formula: bool) -> str:
    """A cell with its value, and a formula that is the value."""
    kind = formula = ""
    if isinstance(value, bool):
        kind, formula, text = "b", f"{value}()".upper(), str(int(value))
    elif isinstance(value, ExcelError):
        kind, formula, text = "e", value.code, value.code
    elif isinstance(value, float | int):
        formula = text = number_text(float(value))
    else:
        kind, text = "str", xml_text(value or "")
        formula = _quoted(value or "")
    typed = f' t="{kind}"' if kind else ""
    computed = f"<{p}f>{xml_text(formula)}</{p}f>" if formula and as_formula else ""
    return f"<{p}c{said}{typed}>{computed}<{p}v>{text}</{p}v></{p}c>"


def _quoted(text: str) -> str:
    """A text as a formula; nothing when it is too long to be one."""
    pieces = [text[at : at + _LITERAL] for at in range(0, len(text), _LITERAL)] or [""]
    formula = "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
    return formula if len(formula) <= _LONGEST_FORMULA else ""


def with_hidden(content: bytes, rows: Collection[int], columns: Collection[int]) -> bytes:
    """A sheet with more rows and columns hidden."""
    if columns:
        content = _with_columns(content, set(columns))
    return _with_rows(content, set(rows)) if rows else content


def _with_rows(content: bytes, rows: set[int]) -> bytes:
    """Rows that are not written in the file are put in."""
    pieces: list[bytes] = []
    left = sorted(rows, reverse=True)
    at = last = 0

    def missing(before: int, prefix: bytes) -> bytes:
        found = b""
        while left and left[-1] < before:
            found += b'<%srow r="%d" hidden="1"/>' % (prefix, left.pop())
        return found

    opening = _DATA.search(content)
    if opening is None or opening[2]:
        return content
    prefix, end = opening[1], content.rfind(b"</" + opening[1] + b"sheetData")
    for match in _ROW.finditer(content, opening.end(), end):
        said = _NUMBER.search(match[2])
        number = int(said[1]) if said is not None else last + 1
        last = number
        pieces += [content[at : match.start()], missing(number, prefix)]
        at = match.start()
        if number in rows:
            left.pop()
            kept = _HIDDEN.sub(b"", match[2]).rstrip()
            closed = kept.endswith(b"/")
            kept = kept.removesuffix(b"/").rstrip()
            pieces.append(b"<" + match[1] + b"row" + kept + b' hidden="1"' + (b"/>" if closed else b">"))
            at = match.end()
    return b"".join([*pieces, content[at:end], missing(max(rows) + 1, prefix), content[end:]])


def _with_columns(content: bytes, columns: set[int]) -> bytes:
    """The list of columns with each entry divided where hidden ones begin and end."""
    found = _COLUMNS.search(content)
    data = _DATA.search(content)
    prefix = found[1] if found is not None else data[1] if data is not None else b""
    entries: list[tuple[int, bytes]] = []
    listed: set[int] = set()
    for match in _COLUMN.finditer(found[2]) if found is not None else ():
        bounds = {key: int(value) for key, value in _BOUNDS.findall(match[1])}
        first, last = bounds[b"min"], bounds[b"max"]
        rest = _BOUNDS.sub(b"", match[1])
        inside = sorted(column for column in columns if first <= column <= last)
        listed.update(inside)
        at = first
        for column in inside:
            if at < column:
                entries.append((at, _column(prefix, at, column - 1, rest)))
            entries.append((column, _column(prefix, column, column, _HIDDEN.sub(b"", rest) + b' hidden="1"')))
            at = column + 1
        if at <= last:
            entries.append((at, _column(prefix, at, last, rest)))
    for column in columns - listed:
        entries.append((column, _column(prefix, column, column, b' width="9" hidden="1"')))
    whole = b"<%scols>" % prefix + b"".join(text for _, text in sorted(entries)) + b"</%scols>" % prefix
    if found is not None:
        return content[: found.start()] + whole + content[found.end() :]
    return content if data is None else content[: data.start()] + whole + content[data.start() :]


def _column(prefix: bytes, first: int, last: int, said: bytes) -> bytes:
    return b'<%scol min="%d" max="%d"%s/>' % (prefix, first, last, said.rstrip())


def with_areas(workbook: bytes, areas: Mapping[int, str]) -> bytes:
    """The workbook part with these print areas (by the number of the sheet), and every other sheet hidden.

    LibreOffice prints a sheet that is hidden if it has an area, and one without an area if it is not hidden.
    """
    numbers = count()

    def tab(match: re.Match[bytes]) -> bytes:
        said = _STATE.sub(b"", match[0])
        if next(numbers) in areas:
            return said
        end = len(said) - (2 if said.endswith(b"/>") else 1)
        return said[:end].rstrip() + b' state="hidden"' + said[end:]

    workbook = _SHEET.sub(tab, _AREA_NAME.sub(b"", workbook))
    shown = b' activeTab="%d" firstSheet="%d"' % (min(areas), min(areas))
    workbook = _VIEW.sub(lambda m: b"<" + m[1] + _TABS.sub(b"", m[2]).rstrip() + shown + m[3], workbook, count=1)
    end = _NAMES_END.search(workbook) or _SHEETS_END.search(workbook)
    assert end is not None, "a workbook has sheets"
    p = end[1].decode()
    names = "".join(
        f'<{p}definedName name="_xlnm.Print_Area" localSheetId="{number}">{escape(area, quote=False)}</{p}definedName>'
        for number, area in sorted(areas.items())
    )
    if _NAMES_END.match(end[0]):
        return workbook[: end.start()] + names.encode() + workbook[end.start() :]
    whole = f"<{p}definedNames>{names}</{p}definedNames>".encode()
    return workbook[: end.end()] + whole + workbook[end.end() :]


def area_text(sheet: str, row: int, column: str) -> str:
    """From A1 to the row and column."""
    return f"{quoted_sheet(sheet)}!$A$1:${column}${row}"


def _prove(package: Package, plan: Plan, data: bytes) -> None:
    """Read the copy back: every value on paper is the one that was meant, or the copy is not used."""
    vetted = package.vetted
    made = Package(read_vetted(data, name=vetted.name, limits=vetted.limits))
    for sheet in plan.sheets:
        wanted: dict[Cell, CellValue] = dict(package.sheet(sheet).values)
        for cell, value in plan.values.get(sheet, {}).items():
            wanted[cell] = "" if value is None else value
        if wanted != made.sheet(sheet).values:
            raise PrintRefused(
                f"{vetted.name}: arket «{sheet}» kan ikke skrives ut trygt slik filen er. Åpne og lagre den i Excel."
            )
