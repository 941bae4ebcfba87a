"""Good filled-in workbooks, and a workbook that can be spoiled part by part, the way people and programs spoil them."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import escape, unescape
from pathlib import Path

from okosos_xl import api
from okosos_xl.engine import get_engine
from okosos_xl.kontroll.finding import Report
from okosos_xl.resources import templates_root
from okosos_xl.sak.case import Sak
from okosos_xl.sak.load import loads_case
from okosos_xl.template.compile import compile_template, load_spec, template_folders
from okosos_xl.template.layout import Layout, Region, cell_name, column_name
from okosos_xl.workbook.areas import Cell, column_number
from okosos_xl.workbook.r1c1 import _tokens, translate
from okosos_xl.workbook.write import build

EXAMPLES = Path(__file__).parents[2] / "examples"
BOOKS = {
    "dividende": "ola-og-renter.yaml",
    "gjeldsradgivning": "par-fire-barn.yaml",
    "forvaltning": "forvaltning-tone.yaml",
    "manedsbudsjett": "manedsbudsjett-mona.yaml",
    "statistikk": "statistikk-kontor.yaml",
}
"""The templates that are most worth spoiling, each with an example case; others are found by themselves."""


def _with_others(books: dict[str, str]) -> dict[str, str]:
    """Templates that have come since, with the first example made for each."""
    found = dict(books)
    for file in sorted(EXAMPLES.glob("*.yaml")):
        named = re.search(r"(?m)^mal: *([\w-]+)", file.read_text(encoding="utf-8"))
        if named and any(folder.name == named[1] for folder in template_folders()):
            found.setdefault(named[1], file.name)
    return found


BOOKS = _with_others(BOOKS)

_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.S)
_ROW = re.compile(r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', re.S)
_FORMULA = re.compile(r"<f([^>]*?)(?:/>|>([^<]*)</f>)")
_REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")


@dataclass(frozen=True)
class Good:
    """A workbook with nothing wrong but what its case deserves."""

    template: str
    sak: Sak
    layout: Layout
    data: bytes
    parts: dict[str, bytes]
    said: frozenset[tuple[str, str, str]]
    """Code, sheet and cell of what is said about it as it is."""


def room(sak: Sak) -> Layout:
    """The template with room for little more than the case, so that there is less to compute."""
    spec = load_spec(sak.template)
    growing = compile_template(spec).capacity
    return compile_template(spec, exact={table: max(3, sak.rows(table) + 1) for table in growing})


def made(sak: Sak) -> tuple[Layout, bytes]:
    layout = room(sak)
    return layout, build(layout, sak, get_engine(), rates=api._rates(layout.spec, sak, api.Making()))[0]


@cache
def good(template: str) -> Good:
    spec = load_spec(template)
    sak = loads_case((EXAMPLES / BOOKS[template]).read_bytes(), spec, BOOKS[template])
    layout, data = made(sak)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {m.filename: archive.read(m) for m in archive.infolist()}
    return Good(template, sak, layout, data, parts, places(api.validate(data, name=f"{template}.xlsx")))


def places(report: Report) -> frozenset[tuple[str, str, str]]:
    return frozenset((f.code, f.sheet, f.cell) for f in report.findings)


@dataclass
class Row:
    attributes: str
    cells: dict[int, str] = field(default_factory=dict)
    """Column → the whole ``<c>`` element."""


class Sheet:
    """The rows of one worksheet part; formulas that cells share are written out."""

    def __init__(self, content: bytes) -> None:
        text = content.decode()
        start, end = text.index("<sheetData>") + len("<sheetData>"), text.index("</sheetData>")
        self.head, self.tail = text[:start], text[end:]
        self.rows: dict[int, Row] = {}
        origins: dict[str, tuple[Cell, str]] = {}
        for number, attributes, inner in _ROW.findall(text[start:end]):
            row = self.rows[int(number)] = Row(attributes)
            for found in _CELL.finditer(inner):
                at = int(found[2]), column_number(found[1])
                row.cells[at[1]] = _unshared(found[0], at, origins)

    def text(self) -> bytes:
        rows = []
        for number in sorted(self.rows):
            row = self.rows[number]
            cells = "".join(row.cells[col] for col in sorted(row.cells))
            rows.append(f'<row r="{number}"{row.attributes}>{cells}</row>')
        return (self.head + "".join(rows) + self.tail).encode()

    def cell(self, cell: Cell) -> str:
        row = self.rows.get(cell[0])
        return row.cells.get(cell[1], "") if row else ""

    def formula(self, cell: Cell) -> str | None:
        found = _FORMULA.search(self.cell(cell))
        return unescape(found[2]) if found and found[2] else None

    def stored(self, cell: Cell) -> str:
        found = re.search(r"<v>([^<]*)</v>", self.cell(cell))
        return found[1] if found else ""

    def put(self, cell: Cell, kind: str, inside: str) -> None:
        """Another content in a cell that keeps its look."""
        look = re.search(r' s="\d+"', self.cell(cell).partition(">")[0])
        row = self.rows.setdefault(cell[0], Row(""))
        row.cells[cell[1]] = f'<c r="{cell_name(*cell)}"{look[0] if look else ""}{kind}>{inside}</c>'

    def number(self, cell: Cell, value: float | str) -> None:
        self.put(cell, "", f"<v>{value}</v>")

    def words(self, cell: Cell, text: str) -> None:
        self.put(cell, ' t="inlineStr"', f'<is><t xml:space="preserve">{escape(text)}</t></is>')

    def error(self, cell: Cell, code: str) -> None:
        self.put(cell, ' t="e"', f"<v>{code}</v>")

    def empty(self, cell: Cell) -> None:
        self.put(cell, "", "")

    def write_formula(self, cell: Cell, text: str) -> None:
        """Another formula; the value stored beside it stays, as when a program does not compute."""
        old = self.cell(cell)
        kind = re.search(r' t="\w+"', old.partition(">")[0])
        stored = re.search(r"<v>[^<]*</v>", old)
        inside = f"<f>{escape(text, quote=False)}</f>{stored[0] if stored else ''}"
        self.put(cell, kind[0] if kind and stored else "", inside)

    def shift(self, after: int, by: int) -> None:
        """Rows from ``after`` on moved down."""
        moved: dict[int, Row] = {}
        for number, row in self.rows.items():
            new = number + by if number >= after else number
            if new != number:
                row.cells = {c: x.replace(f'r="{column_name(c)}{number}"', f'r="{column_name(c)}{new}"', 1)
                             for c, x in row.cells.items()}  # fmt: skip
            moved[new] = row
        self.rows = moved

    def drop_column(self, col: int) -> None:
        for number, row in self.rows.items():
            kept = {}
            for c, xml in row.cells.items():
                if c < col:
                    kept[c] = xml
                elif c > col:
                    old, new = f'r="{column_name(c)}{number}"', f'r="{column_name(c - 1)}{number}"'
                    kept[c - 1] = xml.replace(old, new, 1)
            row.cells = kept

    def copy(self) -> Sheet:
        new = copy(self)
        new.rows = {number: Row(row.attributes, dict(row.cells)) for number, row in self.rows.items()}
        return new


@lru_cache(maxsize=200)
def _parsed(content: bytes) -> Sheet:
    return Sheet(content)


def _unshared(xml: str, at: Cell, origins: dict[str, tuple[Cell, str]]) -> str:
    found = _FORMULA.search(xml)
    if found is None or 't="shared"' not in found[1]:
        return xml
    group = re.search(r'si="(\d+)"', found[1])
    assert group is not None
    if found[2]:
        origins[group[1]] = at, unescape(found[2])
        text = unescape(found[2])
    else:
        origin, text = origins[group[1]]
        text = translate(text, origin, at)
    return xml.replace(found[0], f"<f>{escape(text, quote=False)}</f>", 1)


class Mutable:
    """A copy of a good workbook, to be spoiled."""

    def __init__(self, source: Good, rnd: random.Random) -> None:
        self.good, self.layout, self.rnd = source, source.layout, rnd
        self.parts = dict(source.parts)
        self.templates: Path | None = None
        self._sheets: dict[str, Sheet] = {}
        links = dict(
            re.findall(r'<Relationship Id="(\w+)"[^>]*Target="([^"]+)"', self.text("xl/_rels/workbook.xml.rels"))
        )
        self.part_of = {
            unescape(name): "xl/" + links[rid]
            for name, rid in re.findall(r'<sheet name="([^"]+)"[^>]*r:id="(\w+)"', self.text("xl/workbook.xml"))
        }

    def text(self, part: str) -> str:
        return self.parts[part].decode()

    def change(self, part: str, old: str, new: str, count: int = -1) -> None:
        text = self.text(part)
        assert old in text, f"{old} is not in {part}"
        self.parts[part] = text.replace(old, new, count).encode()

    def sheet(self, name: str) -> Sheet:
        if name not in self._sheets:
            self._sheets[name] = _parsed(self.parts[self.part_of[name]]).copy()
        return self._sheets[name]

    def data(self) -> bytes:
        for name, sheet in self._sheets.items():
            if self.part_of[name] in self.parts:
                self.parts[self.part_of[name]] = sheet.text()
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return output.getvalue()

    # --- picking ------------------------------------------------------------------------------------------------------

    def shuffled(self, regions: list[Region]) -> list[Region]:
        return self.rnd.sample(regions, len(regions))

    def formulas(self) -> Iterator[tuple[Region, Cell, str]]:
        """Formula cells with their texts: one from every region, in any order."""
        for region in self.shuffled(self.layout.formulas()):
            i, j = self.rnd.randrange(region.nrows), self.rnd.randrange(region.ncols)
            cell = region.row + i, region.col + j
            yield region, cell, region.formula_at(i, j).at(*cell)

    def inputs(self, *types: str, filled: bool | None = None) -> Iterator[tuple[Region, Cell]]:
        """Input cells of some types: one from every region, in any order; ``filled`` asks for one with a value."""
        for region in self.shuffled(self.layout.inputs()):
            if types and region.item.type not in types:
                continue
            rows = self.rnd.sample(range(region.nrows), region.nrows)
            for i in rows:
                cell = region.row + i, region.col
                if filled is None or filled == bool(self.sheet(region.sheet).stored(cell)):
                    yield region, cell
                    break

    def names(self) -> str:
        return self.text("xl/workbook.xml")

    def rename_area(self, id: str, area: str) -> None:
        """Let a defined name speak of something else; nothing: the name is deleted."""
        pattern = rf'<definedName name="{re.escape(id)}">[^<]*</definedName>'
        new = f'<definedName name="{id}">{escape(area, quote=False)}</definedName>' if area else ""
        text, count = re.subn(pattern, lambda _: new, self.names())
        assert count == 1, id
        self.parts["xl/workbook.xml"] = text.encode()

    def everywhere(self, sheet: str, move: Move) -> None:
        """Every reference to a sheet, in formulas and names, as moving its cells leaves it."""
        for name in self.part_of:
            here = self.sheet(name)
            for number, row in here.rows.items():
                for col in row.cells:
                    text = here.formula((number, col))
                    if text is not None:
                        new = moved_references(text, name == sheet, sheet, move)
                        if new != text:
                            here.write_formula((number, col), new)
        pattern = re.compile(r"(<definedName [^>]*>)([^<]*)(</definedName>)")
        text = pattern.sub(
            lambda m: m[1] + escape(moved_references(unescape(m[2]), False, sheet, move), quote=False) + m[3],
            self.names(),
        )
        self.parts["xl/workbook.xml"] = text.encode()


class Move:
    """What inserting a row or deleting a column makes of a reference."""

    def row(self, number: int) -> int:
        return number

    def col(self, number: int) -> int | None:
        return number


@dataclass
class InsertRow(Move):
    at: int

    def row(self, number: int) -> int:
        return number + 1 if number >= self.at else number


@dataclass
class DeleteColumn(Move):
    at: int

    def col(self, number: int) -> int | None:
        return None if number == self.at else number - 1 if number > self.at else number


def moved_references(formula: str, local: bool, sheet: str, move: Move) -> str:
    """A formula after rows or columns of a sheet have moved; ``local``: it stands on that sheet itself."""
    tokens = _tokens(formula)
    pieces, here = [], local
    for index, token in enumerate(tokens):
        if token.endswith("!"):
            plain = token[:-1]
            here = (plain[1:-1].replace("''", "'") if plain.startswith("'") else plain) == sheet
            pieces.append(token)
            continue
        found = _REFERENCE.fullmatch(token)
        if found is None or not here:
            pieces.append(token)
        else:
            col = move.col(column_number(found[2]))
            pieces.append(
                "#REF!" if col is None else f"{found[1]}{column_name(col)}{found[3]}{move.row(int(found[4]))}"
            )
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if not following.startswith(":") and token != ":":
            here = local
    return re.sub(r"(?:'[^']+'!|\w+!)?#REF!(?::#REF!)?", "#REF!", "".join(pieces))


def bumped_templates(root: Path) -> Path:
    """The toolkit's templates, each one version newer."""
    import shutil

    target = root / "maler"
    shutil.copytree(templates_root(), target)
    for file in target.glob("*/mal.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?m)^versjon: (\d+)$", lambda m: f"versjon: {int(m[1]) + 1}", text), encoding="utf-8")
    return target
