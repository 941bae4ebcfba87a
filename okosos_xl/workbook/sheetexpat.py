"""The cells of a worksheet read by a full XML parser: slower than the direct way, and right for whatever is XML."""

from __future__ import annotations

from xml.parsers import expat

from okosos_xl.workbook.areas import MAX_COLUMN, MAX_ROW, Cell
from okosos_xl.workbook.sheetcells import BadCellError, SheetBuilder, SheetCells, position, shown
from okosos_xl.workbook.xmlguard import BadXmlError

_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_TAGS = {
    f"{space} {tag}": tag for space in _MAIN for tag in ("worksheet", "sheetData", "row", "c", "f", "v", "is", "r", "t")
}


class _Reader:
    """Handlers for one worksheet. Only the format's own elements inside ``sheetData`` count."""

    def __init__(self, builder: SheetBuilder, max_depth: int) -> None:
        self.builder = builder
        self.sheet_data_seen = self.cells_seen = 0
        self._max_depth = max_depth
        self._open: list[str] = []
        self._row = self._column = 0
        self._seen: set[Cell] = set()
        self._kind = "n"
        self._formula: tuple[dict[str, str], str] | None = None
        self._text: list[str] = []
        self._value: list[str] = []

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        tag = _TAGS.get(name, "")
        if len(self._open) >= self._max_depth:
            raise BadXmlError("OKX020")
        self._open.append(tag)
        path = self._open
        if path == ["worksheet", "sheetData"]:
            self.sheet_data_seen += 1
        if len(path) < 3 or path[:2] != ["worksheet", "sheetData"]:
            return
        if tag == "row" and len(path) == 3:
            self._row, self._column = _row(attributes.get("r"), self._row + 1), 0
        elif tag == "c" and len(path) == 4 and path[2] == "row":
            self.cells_seen += 1
            self._open_cell(attributes)
        elif len(path) == 5 and tag == "f":
            self._formula = (attributes, "")
            self._text = []
        elif tag in ("v", "t"):
            self._text = []

    def _open_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        row, column = position(reference) if reference is not None else (self._row, self._column + 1)
        if column > MAX_COLUMN:
            raise BadCellError
        self._row, self._column = row, column
        if (row, column) in self._seen:
            raise BadCellError(shown((row, column)))
        self._seen.add((row, column))
        self._kind, self._formula, self._value = attributes.get("t", "n"), None, []

    def closed(self, _name: str) -> None:
        path = self._open
        tag = path[-1]
        if len(path) >= 4 and path[:4] == ["worksheet", "sheetData", "row", "c"]:
            inside = path[4:]
            if not inside:
                cell = (self._row, self._column)
                if self._formula is not None:
                    self.builder.formula(cell, *self._formula)
                self.builder.value(cell, self._kind, "".join(self._value))
            elif inside == ["f"] and self._formula is not None:
                self._formula = (self._formula[0], "".join(self._text))
            elif inside == ["v"] or (tag == "t" and inside in (["is", "t"], ["is", "r", "t"])):
                self._value += self._text
        path.pop()

    def characters(self, text: str) -> None:
        if self._open[-1] in ("v", "f", "t"):
            self._text.append(text)


def _row(text: str | None, following: int) -> int:
    row = following if text is None else int(text) if text.isdecimal() and len(text) < 9 else 0
    if not 1 <= row <= MAX_ROW:
        raise BadCellError
    return row


def read_by_parser(content: bytes, strings: list[str], max_depth: int) -> SheetCells:
    """The cells of a worksheet part.

    Raises BadXmlError (OKX020, OKX022) for XML that is too deep or not well-formed, BadCellError for a cell that
    stands twice, lies outside the sheet, or has a content of no known kind.
    """
    builder = SheetBuilder(strings)
    parse_with(_Reader(builder, max_depth), content)
    return builder.cells


def parse_with(reader: _Reader, content: bytes) -> None:
    """Run a vetted part through expat."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.opened
    parser.EndElementHandler = reader.closed
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, UnicodeError, LookupError):
        raise BadXmlError("OKX022") from None


def cells_in_rows(content: bytes, max_depth: int) -> int:
    """How many cells stand in rows where they should, -1 unless there is exactly one ``sheetData``.

    Raises as :func:`read_by_parser`.
    """
    reader = _Reader(SheetBuilder([]), max_depth)
    parse_with(reader, content)
    return reader.cells_seen if reader.sheet_data_seen == 1 else -1
