"""A worksheet part as the bytes it is, with the place of every row and cell: single cells change, the rest stays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from okosos_xl.engine import CellValue, ExcelError
from okosos_xl.workbook.areas import Area, Cell, address, parse_area
from okosos_xl.workbook.rows import number_text, xml_text
from okosos_xl.workbook.sheetcells import BadCellError, position
from okosos_xl.workbook.xmlguard import BadXmlError

_TAG = re.compile(rb"""<([^\s/>]+)((?:[^<>"']|"[^"]*"|'[^']*')*?)(/?)>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_TYPE = re.compile(rb"""\s+t\s*=\s*(?:"[^"]*"|'[^']*')""")
_SPANS = re.compile(rb"""(\sspans\s*=\s*["'])(\d{1,5}):(\d{1,5})(["'])""")


@dataclass(frozen=True, slots=True)
class FormulaText:
    """A formula without ``=`` and without a stored value."""

    text: str


Content = float | str | None
"""What an input cell is to hold: a number (dates as serials), a text, or nothing."""


@dataclass(slots=True)
class _Cell:
    start: int
    closing: int = -1
    formula: tuple[int, int] | None = None
    value: tuple[int, int] | None = None


@dataclass(slots=True)
class _Row:
    start: int
    closing: int = -1
    style: str | None = None
    cells: dict[int, _Cell] = field(default_factory=dict)


class SheetText:
    """One vetted worksheet part (UTF-8). Raises BadXmlError or BadCellError for what is not a worksheet."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._rows: dict[int, _Row] = {}
        self._data = _Row(-1)
        self._dimension: int | None = None
        self._columns: list[tuple[int, int, str]] = []
        self.merged: list[Area] = []
        """Cells shown as one; only the first of each can hold anything."""
        self._changes: list[tuple[int, int, bytes]] = []
        _Scan(self).run(content)
        if self._data.start < 0:
            raise BadXmlError("OKX022")
        self._prefix = self._tag(self._data.start)[1].decode().rpartition("sheetData")[0]

    def has_formula(self, cell: Cell) -> bool:
        """Whether the cell holds a formula of its own or its share of one."""
        found = self._cell(cell)
        return found is not None and found.formula is not None

    def style(self, cell: Cell) -> int:
        """The number of a cell's style, 0 where it has none."""
        found = self._cell(cell)
        text = None if found is None else self._attributes(found.start).get("s")
        return int(text) if text and text.isdecimal() else 0

    def put(self, contents: Iterable[tuple[Cell, Content | FormulaText, Cell | None]]) -> None:
        """Put values in cells, each cell once. The third is a cell to take the look from where there is no cell yet."""
        missing: dict[int, list[tuple[int, bytes]]] = {}
        for cell, content, like in sorted(contents, key=lambda one: one[0]):
            found = self._cell(cell)
            if found is not None:
                start, end = self._span(found.start, found.closing)
                kept = self._attributes(found.start)
                self._changes.append((start, end, self._cell_xml(cell, content, kept.get("s"), reference="r" in kept)))
            elif content is not None:
                xml = self._cell_xml(cell, content, self._style(cell, like))
                missing.setdefault(cell[0], []).append((cell[1], xml))
        for row, cells in missing.items():
            self._insert(row, cells)
        if missing:
            self._widen(missing)

    def refresh(self, cell: Cell, value: CellValue) -> None:
        """Give a formula cell another stored value. The formula and everything else about the cell stay."""
        found = self._cell(cell)
        assert found is not None
        assert found.formula is not None
        opening = self._tag(found.start)
        kind = "str"
        if isinstance(value, bool):
            kind, text = "b", str(int(value))
        elif isinstance(value, ExcelError):
            kind, text = "e", value.code
        elif isinstance(value, float | int):
            kind, text = "", number_text(float(value))
        else:
            text = xml_text(value or "")
        attributes = opening[2]
        if self._attributes(found.start).get("t", "n") != (kind or "n"):
            attributes = _TYPE.sub(b"", attributes).rstrip() + (f' t="{kind}"'.encode() if kind else b"")
        self._changes.append((found.start, opening.end(), b"<" + opening[1] + attributes + b">"))
        stored = f"<{self._prefix}v>{text}</{self._prefix}v>".encode()
        if found.value is not None:
            start, end = self._span(*found.value)
        else:
            start = end = self._span(*found.formula)[1]
        self._changes.append((start, end, stored))

    def result(self) -> bytes:
        """The part with the changes made so far."""
        pieces, at = [], 0
        for start, end, new in sorted(self._changes, key=lambda change: change[:2]):
            pieces += [self._content[at:start], new]
            at = end
        return b"".join([*pieces, self._content[at:]])

    def _cell(self, cell: Cell) -> _Cell | None:
        row = self._rows.get(cell[0])
        return None if row is None else row.cells.get(cell[1])

    def _tag(self, start: int) -> re.Match[bytes]:
        found = _TAG.match(self._content, start)
        if found is None:
            raise BadXmlError("OKX022")
        return found

    def _attributes(self, start: int) -> dict[str, str]:
        return {name.decode(): value[1:-1].decode() for name, value in _ATTRIBUTE.findall(self._tag(start)[2])}

    def _span(self, start: int, closing: int) -> tuple[int, int]:
        """First and last byte of an element; ``closing`` is where its end tag begins when it has one."""
        opening = self._tag(start)
        return (start, opening.end()) if opening[3] else (start, self._content.index(b">", closing) + 1)

    def _style(self, cell: Cell, like: Cell | None) -> str | None:
        """The look of a cell that has not been there: that of another, of its row, or of its column."""
        model = self._cell(like) if like is not None else None
        if model is not None:
            return self._attributes(model.start).get("s")
        row = self._rows.get(cell[0])
        if row is not None and row.style is not None:
            return row.style
        return next((style for first, last, style in self._columns if first <= cell[1] <= last), None)

    def _cell_xml(
        self, cell: Cell, content: Content | FormulaText, style: str | None, *, reference: bool = True
    ) -> bytes:
        p = self._prefix
        start = f"<{p}c" + (f' r="{address(cell)}"' if reference else "") + (f' s="{style}"' if style else "")
        if content is None:
            return f"{start}/>".encode()
        if isinstance(content, FormulaText):
            return f"{start}><{p}f>{xml_text(content.text)}</{p}f></{p}c>".encode()
        if isinstance(content, str):
            text = f'<{p}t xml:space="preserve">{xml_text(content)}</{p}t>'
            return f'{start} t="inlineStr"><{p}is>{text}</{p}is></{p}c>'.encode()
        return f"{start}><{p}v>{number_text(float(content))}</{p}v></{p}c>".encode()

    def _insert(self, number: int, cells: list[tuple[int, bytes]]) -> None:
        """New cells in a row, and the row if it is new."""
        row, joined = self._rows.get(number), b"".join(xml for _, xml in cells)
        if row is None:
            name = f"{self._prefix}row"
            xml = f'<{name} r="{number}">'.encode() + joined + f"</{name}>".encode()
            after = [r.start for n, r in self._rows.items() if n > number]
            self._inside(self._data, min(after, default=None), xml)
            return
        opening = self._tag(row.start)
        spans = _SPANS.search(opening[2])
        text = opening[2]
        if spans is not None:
            first, last = min(int(spans[2]), cells[0][0]), max(int(spans[3]), cells[-1][0])
            text = _SPANS.sub(rb"\g<1>%d:%d\g<4>" % (first, last), text)
        if opening[3]:
            whole = b"<" + opening[1] + text.rstrip() + b">" + joined + b"</" + opening[1] + b">"
            self._changes.append((row.start, opening.end(), whole))
            return
        if text != opening[2]:
            self._changes.append((row.start, opening.end(), b"<" + opening[1] + text + b">"))
        for column, xml in cells:
            after = [c.start for col, c in row.cells.items() if col > column]
            self._inside(row, min(after, default=None), xml)

    def _inside(self, parent: _Row, before: int | None, xml: bytes) -> None:
        """Put ``xml`` in an element, before the place given or last."""
        opening = self._tag(parent.start)
        if not opening[3]:
            at = parent.closing if before is None else before
            self._changes.append((at, at, xml))
        elif self._changes and self._changes[-1][0] == parent.start:  # written as empty, and no longer
            start, end, new = self._changes[-1]
            closing = b"</" + opening[1] + b">"
            self._changes[-1] = (start, end, new.removesuffix(closing) + xml + closing)
        else:
            whole = b"<" + opening[1] + opening[2].rstrip() + b">" + xml + b"</" + opening[1] + b">"
            self._changes.append((parent.start, opening.end(), whole))

    def _widen(self, cells: dict[int, list[tuple[int, bytes]]]) -> None:
        """The sheet's own word for how far it goes, when the new cells lie outside."""
        if self._dimension is None:
            return
        opening = self._tag(self._dimension)
        area = parse_area(self._attributes(self._dimension).get("ref", ""), sheet="-")
        columns = [column for row in cells.values() for column, _ in row]
        if area is None:
            return
        first = min(area.row1, *cells), min(area.col1, *columns)
        last = max(area.row2, *cells), max(area.col2, *columns)
        if (first, last) != ((area.row1, area.col1), (area.row2, area.col2)):
            ref = f"{address(first)}:{address(last)}".encode()
            new = re.sub(rb"""(\sref\s*=\s*["'])[^"']*""", rb"\g<1>" + ref, opening[0])
            self._changes.append((self._dimension, opening.end(), new))


_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_NAMES = {
    f"{space} {name}": name
    for space in _MAIN
    for name in ("worksheet", "sheetData", "row", "c", "f", "v", "is", "dimension", "cols", "col", "mergeCell")
}  # fmt: skip


class _Scan:
    """One pass of an XML parser, which tells at which byte each element begins and ends."""

    def __init__(self, sheet: SheetText) -> None:
        self._sheet = sheet
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed
        self._path: list[str] = []
        self._row = self._column = 0
        self._cell: _Cell | None = None
        self._part = -1

    def run(self, content: bytes) -> None:
        try:
            self._parser.Parse(content, True)
        except (expat.ExpatError, UnicodeError, LookupError):
            raise BadXmlError("OKX022") from None

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        tag = _NAMES.get(name, "")
        path, sheet = self._path, self._sheet
        path.append(tag)
        depth, at = len(path), self._parser.CurrentByteIndex
        if depth > 2 and path[1] == "sheetData":
            if depth == 3 and tag == "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._column = 0
                style = attributes.get("s") if attributes.get("customFormat") in ("1", "true") else None
                if self._row in sheet._rows:
                    raise BadCellError
                sheet._rows[self._row] = _Row(at, style=style)
            elif depth == 4 and tag == "c" and path[2] == "row":
                reference = attributes.get("r")
                row, self._column = position(reference) if reference else (self._row, self._column + 1)
                if row != self._row:
                    raise BadCellError
                self._cell = sheet._rows[row].cells[self._column] = _Cell(at)
            elif depth == 5 and self._cell is not None:
                self._part = at
        elif depth == 2 and tag == "sheetData":
            if sheet._data.start >= 0:
                raise BadXmlError("OKX022")
            sheet._data.start = at
        elif depth == 2 and tag == "dimension":
            sheet._dimension = at
        elif depth == 3 and tag == "col" and attributes.get("style"):
            sheet._columns.append((int(attributes["min"]), int(attributes["max"]), attributes["style"]))
        elif depth == 3 and tag == "mergeCell":
            area = parse_area(attributes.get("ref", ""), sheet="-")
            if area is not None:
                sheet.merged.append(area)

    def _closed(self, _name: str) -> None:
        path = self._path
        depth, tag, at = len(path), path[-1], self._parser.CurrentByteIndex
        if depth == 5 and self._cell is not None:
            if tag == "f":
                self._cell.formula = self._part, at
            elif tag == "v":
                self._cell.value = self._part, at
        elif depth == 4 and self._cell is not None:
            self._cell.closing, self._cell = at, None
        elif depth == 3 and tag == "row":
            self._sheet._rows[self._row].closing = at
        elif depth == 2 and tag == "sheetData":
            self._sheet._data.closing = at
        path.pop()
