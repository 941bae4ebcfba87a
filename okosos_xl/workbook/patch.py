"""Puts values into input cells of an advisor's own workbook; everything else in the file stays byte for byte.

The parts of the sheets that change are the only ones written anew, and in them only the cells that change: those asked
for, and formulas whose value is another because of them. Pictures, comments, own sheets, looks and names are not read
and not touched. Pictures keep the numbers they were last drawn with until the file is opened.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from okosos_xl.engine import CellValue, Engine, ExcelError, Grid, Values, get_engine
from okosos_xl.engine.compare import same
from okosos_xl.workbook.areas import Cell, address, parse_area
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.patch_sheet import Content, SheetText
from okosos_xl.workbook.patch_zip import with_members
from okosos_xl.workbook.refusal import WorkbookRefused
from okosos_xl.workbook.sheetcells import BadCellError, SheetCells
from okosos_xl.workbook.xmlguard import BadXmlError

MAX_TEXT = 32_000
"""Characters of text (UTF-16 units) that go into one cell."""
_CODE = "OKX027"
_VOLATILE = re.compile(r"\b(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT|CELL|INFO)\s*\(", re.I)
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_CALC = re.compile(rb"<(?:\w+:)?calcPr\b[^<>]*?(/?)>")
_FULL = re.compile(rb"""\sfullCalcOnLoad\s*=\s*(?:"[^"]*"|'[^']*')""")


@dataclass(frozen=True, slots=True)
class Edit:
    """What one cell is to hold; ``None`` empties it. Dates are serials, as the workbook counts them.

    A text stays a text whatever it looks like. ``like`` is a cell on the same sheet that lends its look where the cell
    has never been written.
    """

    content: Content
    like: Cell | None = None


Edits = Mapping[str, Mapping[Cell, Edit]]
"""By sheet, by cell."""


@dataclass(frozen=True, slots=True)
class Patched:
    """A patched file. ``refreshed``: formula cells with a new stored value. ``unsure``: those whose new value only the
    advisor's own program can tell; it is told to compute everything when it opens the file."""

    data: bytes
    refreshed: int = 0
    unsure: int = 0


def patch(package: Package, edits: Edits, *, engine: Engine | None = None) -> Patched:
    """The workbook with ``edits`` made and the stored values of formulas brought up to date.

    Raises :class:`WorkbookRefused` (OKX027) where a value cannot be put in without harm, and ``EngineError``. The
    same file and edits give the same bytes; without edits the file itself.
    """
    edits = {sheet: cells for sheet, cells in edits.items() if cells}
    if not edits:
        return Patched(package.vetted.data)
    return _Patch(package, edits, engine or get_engine()).run()


class _Patch:
    def __init__(self, package: Package, edits: Edits, engine: Engine) -> None:
        self.package, self.edits, self.engine = package, edits, engine
        self.vetted = package.vetted
        self.sheets = {s.name: s for s in package.sheets if s.kind == "worksheet"}
        self.members = {name.casefold(): name for name in self.vetted.parts}

    def run(self) -> Patched:
        if any(name.startswith("_xmlsignatures/") for name in self.members):
            self.refuse("er digitalt signert, og signaturen ville bli ugyldig; lag en usignert kopi i Excel først.")
        texts = {sheet: self.text(sheet) for sheet in self.edits}
        for sheet, text in texts.items():
            self.check(sheet, text)
            text.put((cell, edit.content, edit.like) for cell, edit in self.edits[sheet].items())
        self.package.read_all()
        before = self.engine.evaluate(self.vetted.data)
        after = self.engine.evaluate(self.file({sheet: text.result() for sheet, text in texts.items()}))
        refreshed, unsure = self.new_values(before, after)
        for sheet, values in refreshed.items():
            if sheet not in texts:
                texts[sheet] = self.text(sheet)
            for cell, value in values.items():
                texts[sheet].refresh(cell, value)
        parts = {sheet: text.result() for sheet, text in texts.items()}
        data = self.file(parts, compute_on_opening=bool(unsure))
        self.prove(data, parts, refreshed)
        return Patched(data, sum(len(values) for values in refreshed.values()), unsure)

    def refuse(self, reason: str) -> NoReturn:
        raise WorkbookRefused(_CODE, self.vetted.name, reason)

    def text(self, sheet: str) -> SheetText:
        info = self.sheets.get(sheet)
        if info is None:
            self.refuse(f"har ikke noe regneark som heter «{sheet}».")
        content = self.vetted.part(info.part)
        assert content is not None, "checked when the sheets were listed"
        try:
            return SheetText(content)
        except (BadXmlError, BadCellError, ValueError):
            self.refuse(f"har et ark («{sheet}») som ikke kan endres trygt; åpne det i Excel og lagre på nytt.")

    def check(self, sheet: str, text: SheetText) -> None:
        """Refuse what cannot be put in without taking something of the advisor's away."""
        cells = self.package.sheet(sheet)
        filled = [parse_area(ref, sheet=sheet) for ref in (*cells.arrays.values(), *cells.data_tables.values())]
        for cell, edit in self.edits[sheet].items():
            place = f"{sheet}!{address(cell)}"
            if text.has_formula(cell) or any(area is not None and cell in area for area in filled):
                self.refuse(f"har en formel i cellen {place}, der det skulle stått en verdi; ingenting er skrevet.")
            if any(cell in area and cell != (area.row1, area.col1) for area in text.merged):
                self.refuse(f"har slått sammen celler der {place} ligger; del dem i Excel først. Ingenting er skrevet.")
            content = edit.content
            if isinstance(content, str) and len(content.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
                self.refuse(f"har ikke plass til en tekst på over {MAX_TEXT} tegn i {place}.")
            if isinstance(content, float) and not math.isfinite(content):
                self.refuse(f"kan ikke holde et uendelig tall i {place}.")
            if isinstance(content, str) and not _encodable(content):
                self.refuse(f"kan ikke få et halvt tegn (surrogat) i {place}.")

    def file(self, parts: Mapping[str, bytes], *, compute_on_opening: bool = False) -> bytes:
        changed = {self.members[self.sheets[sheet].part.casefold()]: content for sheet, content in parts.items()}
        if compute_on_opening:
            name = self.members[self.vetted.workbook_part.casefold()]
            changed[name] = _computing(self.vetted.parts[name])
        return with_members(self.vetted.data, changed)

    def new_values(self, before: Values, after: Values) -> tuple[dict[str, dict[Cell, CellValue]], int]:
        """The formula cells whose stored value must be another, and how many values cannot be told here.

        A cell that the edits do not reach keeps what is stored, right or wrong. One that the engine did not agree
        about before is not sure to be right afterwards: it is left when the engine may lack something it needs.
        """
        found: dict[str, dict[Cell, CellValue]] = {}
        unsure = 0
        all_cells = {name: self.package.sheet(name) for name in self.sheets}
        volatile: bool | None = None
        for name, cells in all_cells.items():
            old, new = before.get(name, []), after.get(name, [])
            unsure += sum(":" in ref for ref in (*cells.arrays.values(), *cells.data_tables.values()))
            for cell in cells.formulas:
                stored, value = cells.values.get(cell), _at(new, cell)
                if stored == value or same(stored, value):
                    continue
                known = _at(old, cell)
                if stored is not None and same(known, value):
                    continue
                sure = not isinstance(value, ExcelError) or value.code in _ERRORS
                if sure and (stored is None or not same(stored, known)):
                    if volatile is None:
                        volatile = _is_volatile(all_cells.values())
                    sure = not volatile and not isinstance(value, ExcelError)
                if sure:
                    found.setdefault(name, {})[cell] = value
                else:
                    unsure += 1
        return found, unsure

    def prove(self, data: bytes, parts: Mapping[str, bytes], refreshed: Mapping[str, Mapping[Cell, CellValue]]) -> None:
        """Read the result back: nothing but what was meant has changed, or it is not given out."""
        result = Package(read_vetted(data, name=self.vetted.name, limits=self.vetted.limits))
        for sheet in parts:
            old, new = self.package.sheet(sheet), result.sheet(sheet)
            wanted = dict(old.values)
            for cell, edit in self.edits.get(sheet, {}).items():
                wanted.pop(cell, None)
                if edit.content is not None:
                    wanted[cell] = float(edit.content) if not isinstance(edit.content, str) else edit.content
            for cell, value in refreshed.get(sheet, {}).items():
                wanted[cell] = "" if value is None else value
            right = wanted == new.values and old.formulas.written == new.formulas.written
            if not right or old.formulas.shared != new.formulas.shared or old.comments != new.comments:
                self.refuse(f"har et ark («{sheet}») som ikke kan endres trygt; åpne det i Excel og lagre på nytt.")


def _is_volatile(sheets: Iterable[SheetCells]) -> bool:
    """Whether some formula gives another answer without anything having been typed."""
    formulas = [cells.formulas for cells in sheets]
    texts = {text for f in formulas for text in f.written.values()}
    return any(_VOLATILE.search(text) for text in texts)


def _at(grid: Grid, cell: Cell) -> CellValue:
    row, column = cell
    line = grid[row - 1] if row <= len(grid) else []
    return line[column - 1] if column <= len(line) else None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _computing(workbook: bytes) -> bytes:
    """The workbook part asking the program to compute everything when the file is opened."""
    found = _CALC.search(workbook)
    if found is None:
        return _with_calc(workbook)
    tag = _FULL.sub(b"", found[0])
    end = len(tag) - (2 if found[1] else 1)
    tag = tag[:end].rstrip() + b' fullCalcOnLoad="1"' + tag[end:]
    return workbook[: found.start()] + tag + workbook[found.end() :]


def _with_calc(workbook: bytes) -> bytes:
    """``calcPr`` where the format wants it: after the names, or else after the sheets."""
    for name in (rb"definedNames", rb"externalReferences", rb"functionGroups", rb"sheets"):
        found = re.search(rb"</((?:\w+:)?)" + name + rb"\s*>", workbook)
        if found is not None:
            return workbook[: found.end()] + b"<" + found[1] + b'calcPr fullCalcOnLoad="1"/>' + workbook[found.end() :]
    return workbook
