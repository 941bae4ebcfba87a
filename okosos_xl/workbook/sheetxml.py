"""The cells of a worksheet, read the direct way when its rows are written as the big programs write them.

Excel, LibreOffice, XlsxWriter and openpyxl all write ``<c r="B7" s="3"><f>…</f><v>…</v></c>`` without a space to
spare. The values are taken out in one sweep; what is left is the shape of the sheet, which is read by expressions that
must cover it end to end (``sheetrows``), or is known from a sheet before it (``sheetshape``). A sheet that is written
in any other way goes to the parser.
"""

from __future__ import annotations

import re

from okosos_xl.workbook.garbage import without_collecting
from okosos_xl.workbook.plainxml import NotPlainError, plain_text
from okosos_xl.workbook.sheetcells import SheetCells
from okosos_xl.workbook.sheetexpat import cells_in_rows, read_by_parser
from okosos_xl.workbook.sheetrows import Rows
from okosos_xl.workbook.sheetshape import SheetShape, known_shapes, shape_key

_VALUE = re.compile(rb"<v>([^<]*)</v>")
_START, _END = b"<sheetData>", b"</sheetData>"


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
    pieces = _VALUE.split(content[len(before) : end])
    structure, values = b"<v>".join(pieces[::2]), pieces[1::2]
    del pieces
    try:
        with without_collecting():
            texts = plain_text(b"<".join(values)).split("<") if values else []
            shape = _shape(before, structure, after, len(values), max_depth)
            found = shape.values(texts, strings)
    except (NotPlainError, ValueError):
        return None  # also bad XML and bad cells: the parser is the one to say what is wrong
    return SheetCells(found, shape.formulas, shape.arrays, shape.data_tables, shape=shape)


def _shape(before: bytes, structure: bytes, after: bytes, values: int, max_depth: int) -> SheetShape:
    """The shape of a sheet: from one before it that has every byte alike but the values, else from its own rows."""
    key = shape_key(before, structure, after, values, max_depth)
    shape = known_shapes.get(key)
    if shape is None:
        rows = Rows()
        shape = rows.read(plain_text(structure))
        skeleton, open_rows = rows.skeleton()
        proved = cells_in_rows(before + skeleton.encode() + after, max_depth)
        if proved != open_rows or len(shape.filled) != values:
            raise NotPlainError
        if not rows.depends_on_inputs:
            known_shapes.put(key, shape, len(structure))
    return shape
