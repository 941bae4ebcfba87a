"""A vetted workbook as sheets, names and cells; each sheet is parsed when first asked for, and once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from okosos_xl.workbook.areas import Area, Cell, address, parse_area
from okosos_xl.workbook.guard import VettedPackage
from okosos_xl.workbook.opc import Relationship
from okosos_xl.workbook.refusal import WorkbookRefused
from okosos_xl.workbook.sharedstrings import flat_text, read_strings
from okosos_xl.workbook.sheetcells import BadCellError, SheetCells, position
from okosos_xl.workbook.sheetxml import read_sheet
from okosos_xl.workbook.xmlguard import BadXmlError, attributes, local, parse_small

if TYPE_CHECKING:
    from okosos_xl.workbook.looks import Looks

_ROW_END = b"</row>"
_STATES = {"visible", "hidden", "veryHidden"}


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One tab. ``kind`` is ``worksheet``, or ``chartsheet`` or ``dialogsheet``, which have no cells."""

    name: str
    part: str
    state: str
    """``visible``, ``hidden`` or ``veryHidden``."""
    kind: str = "worksheet"


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name for a reference or a formula; ``text`` is without ``=``."""

    name: str
    text: str
    sheet: str | None
    """The sheet the name belongs to, or None for the whole workbook."""
    hidden: bool

    @property
    def area(self) -> Area | None:
        """The one rectangle the name stands for, or None when it stands for anything else."""
        return parse_area(self.text)

    @property
    def is_broken(self) -> bool:
        """Whether what it named has been deleted."""
        return "#REF!" in self.text


class Package:
    """Reads a vetted workbook. Every method raises :class:`WorkbookRefused`, with the sheet's name, for bad content."""

    def __init__(self, vetted: VettedPackage) -> None:
        self.vetted = vetted
        self._links = vetted.relationships(vetted.workbook_part)
        self._workbook = self._tree(vetted.workbook_part)
        self.sheets: list[SheetInfo] = self._read_sheets()
        """The tabs from left to right, hidden ones too."""
        self.date1904: bool = self._read_date1904()
        """Whether serial dates count from 1904 (old Macintosh files)."""
        self.calculation: dict[str, str] = self._read_calculation()
        """How the workbook is set to compute (``calcPr``): ``calcMode``, ``iterate``, ``fullPrecision``."""
        self.defined_names: dict[str, DefinedName] = self._read_names()
        """By name as written; a name that belongs to one sheet is under ``"Sheet!name"``."""
        self._cells: dict[str, SheetCells] = {}

    @property
    def broken_names(self) -> list[DefinedName]:
        """Names whose cells have been deleted (``#REF!``)."""
        return [name for name in self.defined_names.values() if name.is_broken]

    @cached_property
    def looks(self) -> Looks:
        """What the styles look like."""
        from okosos_xl.workbook.looks import Looks

        return Looks(self)

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, as plain text."""
        part = next((link.target for link in self._links if link.kind == "sharedStrings"), None)
        content = None if part is None else self.vetted.part(part)
        if part is None or content is None:
            return []
        try:
            return read_strings(content)
        except BadXmlError as problem:
            raise self.vetted.refusal(problem.code, part) from None

    def sheet(self, name: str) -> SheetCells:
        """The cells of a sheet. KeyError for an unknown name; a tab that is not a worksheet has no cells."""
        if name not in self._cells:
            info = next((sheet for sheet in self.sheets if sheet.name == name), None)
            if info is None:
                raise KeyError(name)
            self._cells[name] = self._read_cells(info)
        return self._cells[name]

    def first_rows(self, name: str, count: int) -> SheetCells:
        """The first rows of a sheet without parsing the rest, or all of it when its rows are written unusually."""
        info = next((sheet for sheet in self.sheets if sheet.name == name), None)
        content = self.vetted.part(info.part) if info is not None and info.kind == "worksheet" else None
        rows = content.split(_ROW_END, count) if content is not None else []
        if len(rows) <= count or name in self._cells:
            return self.sheet(name)
        start = _ROW_END.join(rows[:count]) + _ROW_END + b"</sheetData></worksheet>"
        try:
            return read_sheet(start, self.strings, self.vetted.limits.depth)
        except (BadXmlError, BadCellError):
            return self.sheet(name)

    def _read_cells(self, info: SheetInfo) -> SheetCells:
        if info.kind != "worksheet":
            return SheetCells()
        content = self.vetted.part(info.part)
        assert content is not None, "checked when the sheets were listed"
        try:
            cells = read_sheet(content, self.strings, self.vetted.limits.depth)
            self._check_area(info.name, cells)
            return replace(cells, comments=self._read_comments(info))
        except BadXmlError as problem:
            reason = "er ikke gyldig XML" if problem.code == "OKX022" else "er unaturlig dypt nøstet"
            raise self._bad(problem.code, f"arket «{info.name}» {reason}") from None
        except BadCellError as problem:
            place = f"cellen {info.name}!{problem}" if str(problem) else f"en celle i arket «{info.name}»"
            raise self._bad("OKX022", f"{place} har ugyldig innhold") from None

    def read_all(self) -> None:
        """Read every sheet now: what is refused is refused before an engine spends time and memory on it."""
        for info in self.sheets:
            self.sheet(info.name)

    def _check_area(self, name: str, cells: SheetCells) -> None:
        if cells.shape is not None and cells.shape.height * cells.shape.width <= self.vetted.limits.area:
            return  # also with the cells that only have a colour
        filled = [places for places in (cells.values, cells.formulas) if places]
        height = max((row for places in filled for row, _ in places), default=0)
        width = max((column for places in filled for _, column in places), default=0)
        if height * width > self.vetted.limits.area:
            place = f"{name}!{address((height, width))}"
            reason = f"har celler helt ute ved {place}; slett radene og kolonnene utenfor skjemaet, og lagre."
            raise WorkbookRefused("OKX028", self.vetted.name, reason)

    def _read_comments(self, info: SheetInfo) -> dict[Cell, str]:
        found: dict[Cell, str] = {}
        for link in self.vetted.relationships(info.part):
            content = self.vetted.part(link.target) if link.kind == "comments" and not link.external else None
            if content is None:
                continue
            for element in parse_small(content).iter():
                if local(element.tag) == "comment":
                    note = "".join(flat_text(child) for child in element if local(child.tag) == "text")
                    found[position(attributes(element).get("ref", ""))] = note
        return found

    def _read_sheets(self) -> list[SheetInfo]:
        links = {link.id: link for link in self._links}
        found: list[SheetInfo] = []
        for element in self._children("sheets", "sheet"):
            written = attributes(element)
            name, link = written.get("name", ""), links.get(written.get("id", ""))
            found.append(self._sheet_info(name, link, written.get("state", "visible")))
        if not found:
            raise self._bad("OKX021", "den har ingen ark")
        if len({sheet.name.casefold() for sheet in found}) != len(found):
            raise self._bad("OKX022", "to ark har samme navn")
        return found

    def _sheet_info(self, name: str, link: Relationship | None, state: str) -> SheetInfo:
        if link is None or link.external or self.vetted.part(link.target) is None:
            raise self._bad("OKX021", f"arket «{name}» mangler")
        if not name or state not in _STATES:
            raise self._bad("OKX022", "listen over ark er ikke gyldig")
        return SheetInfo(name, link.target, state, link.kind)

    def _read_date1904(self) -> bool:
        found = next((one for one in self._workbook if local(one.tag) == "workbookPr"), None)
        return found is not None and attributes(found).get("date1904", "0") in ("1", "true")

    def _read_calculation(self) -> dict[str, str]:
        found = next((one for one in self._workbook if local(one.tag) == "calcPr"), None)
        return {} if found is None else attributes(found)

    def _read_names(self) -> dict[str, DefinedName]:
        names: dict[str, DefinedName] = {}
        for element in self._children("definedNames", "definedName"):
            written = attributes(element)
            name, scope = written.get("name", ""), written.get("localSheetId")
            sheet = None
            if scope is not None:
                if not (scope.isdecimal() and len(scope) < 6 and int(scope) < len(self.sheets)):
                    raise self._bad("OKX022", f"navnet «{name}» hører til et ark som ikke finnes")
                sheet = self.sheets[int(scope)].name
            text = "".join(element.itertext()).strip().removeprefix("=")
            hidden = written.get("hidden", "0") in ("1", "true")
            names[name if sheet is None else f"{sheet}!{name}"] = DefinedName(name, text, sheet, hidden)
        return names

    def _children(self, group: str, kind: str) -> list[Element]:
        """The elements of one list in the workbook part: ``sheets`` / ``sheet``."""
        lists = [one for one in self._workbook if local(one.tag) == group]
        return [child for one in lists for child in one if local(child.tag) == kind]

    def _tree(self, part: str) -> Element:
        content = self.vetted.part(part)
        assert content is not None, "the guard found it"
        try:
            return parse_small(content)
        except BadXmlError as problem:
            raise self.vetted.refusal(problem.code, part) from None

    def _bad(self, code: str, what: str) -> WorkbookRefused:
        reason = f"kan ikke leses, for {what}; åpne den i Excel og lagre på nytt."
        return WorkbookRefused(code, self.vetted.name, reason)


_EMPTY = SheetCells()


class cells_of:  # noqa: N801 - reads as a function
    """``cells_of(package)(sheet)``: the cells of a sheet, none for a sheet that is gone."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names = {s.name for s in package.sheets if s.kind == "worksheet"}

    def __call__(self, sheet: str) -> SheetCells:
        return self._package.sheet(sheet) if sheet in self._names else _EMPTY
