"""The cells of a worksheet, read the direct way when its rows are written as the big programs write them.

Excel, LibreOffice, XlsxWriter and openpyxl all write ``<c r="B7" s="3"><f>…</f><v>…</v></c>`` without a space to
spare. The values are taken out in one sweep; what is left is the shape of the sheet, which is read by expressions that
must cover it end to end (``sheetrows``), or is known from a sheet before it (``sheetshape``). A sheet that is written
in any other way goes to the parser.
"""

from __future__ import annotations

import re

from okosos_xl.garbage import without_collecting
from okosos_xl.workbook.plainxml import NotPlainError, plain_text
from okosos_xl.workbook.sheetcells import SheetCells
from okosos_xl.workbook.sheetexpat import cells_in_rows, read_by_parser
from okosos_xl.workbook.sheetrows import Rows
from okosos_xl.workbook.sheetshape import SheetShape, known_shapes, remember, shape_key

_VALUE = re.compile(rb"<v>([^<]*)</v>")
_START, _END = b"<sheetData>", b"</sheetData>"
_FOOTER = re.compile(rb"(<((?:odd|even|first)(?:Header|Footer))>)([^<]*)(</\2>)")


def read_sheet(content: bytes, strings: list[str], max_depth: int) -> SheetCells:
    """The cells of a worksheet part, comments apart; ``strings`` are the workbook's shared strings.

    The formulas may be shared with other sheets, and are not to be changed. Raises
    :class:`~okosos_xl.workbook.xmlguard.BadXmlError` (OKX020, OKX022) for bad XML and
    :class:`~okosos_xl.workbook.sheetcells.BadCellError`, with the address if known, for a cell that cannot be.
    """
    cells = read_directly(content, strings, max_depth)
    return read_by_parser(content, strings, max_depth) if cells is None else cells


def read_directly(content: bytes, strings: list[str], max_depth: int) -> SheetCells | None:
    """As :func:`read_sheet`, or None when the rows are not written in the plain way."""
    start, end = content.find(_START), content.rfind(_END)
    if not 0 <= start < end:
        return None
    before, after = content[: start + len(_START)], content[end:]
    try:
        with without_collecting():
            structure, texts = _split(content[len(before) : end])
            key = shape_key(before, structure, _without_footers(after), len(texts), max_depth)
            shape = known_shapes.get(key)
            if shape is None:
                rows, size = Rows(plain_text(structure)), len(structure)
                del structure  # there may be little room for both it and what is made of it
                shape = rows.read()
                _prove(rows, shape, before, after, len(texts), max_depth)
                if not rows.depends_on_inputs:
                    remember(key, shape, size)
            found = shape.values(texts, strings)
    except (NotPlainError, ValueError):
        return None  # also bad XML and bad cells: the parser is the one to say what is wrong
    return SheetCells(found, shape.formulas, shape.arrays, shape.data_tables, shape=shape)


def _split(body: bytes) -> tuple[bytes, list[str]]:
    """The rows with every ``<v>`` emptied, and what they held."""
    pieces = _VALUE.split(body)
    values = pieces[1::2]
    # no value holds a "<", so that they can be looked through, and decoded, all at once
    return b"<v>".join(pieces[::2]), plain_text(b"<".join(values)).split("<") if values else []


def _without_footers(after: bytes) -> bytes:
    """What stands after the rows, but for the words of headers and footers: those have the number of the case.

    NotPlainError and ValueError as for a value, since nobody else looks at the words when the shape is known.
    """
    for found in _FOOTER.finditer(after):
        plain_text(found[3])
    return _FOOTER.sub(rb"\1\4", after)


def _prove(rows: Rows, shape: SheetShape, before: bytes, after: bytes, values: int, max_depth: int) -> None:
    """What stands around the rows, and the rows' own tags, by a parser; and that every value has its cell."""
    skeleton, open_rows = rows.skeleton()
    proved = cells_in_rows(before + skeleton.encode() + after, max_depth)
    if proved != open_rows or len(shape.filled) != values:
        raise NotPlainError
