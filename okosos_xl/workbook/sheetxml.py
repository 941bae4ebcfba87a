"""The cells of a worksheet, read the direct way when its rows are written as the big programs write them.

Excel, LibreOffice, XlsxWriter and openpyxl all write ``<c r="B7" s="3"><f>…</f><v>…</v></c>`` without a space to
spare. One expression that must cover ``sheetData`` end to end reads that several times faster than an XML parser
with handlers; if a single character is left over, the whole sheet goes to the parser instead.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from okosos_xl.workbook.areas import MAX_ROW, column_number
from okosos_xl.workbook.sheetcells import SheetBuilder, SheetCells
from okosos_xl.workbook.sheetexpat import cells_in_rows, read_by_parser

_ATTRIBUTES = re.compile(r'(?: [A-Za-z][\w.-]*+="[^"<>&]*+")*+')
_ATTRIBUTE = re.compile(r' ([^=]+)="([^"]*)"')
_CELL = re.compile(
    r"(((?:</?row[^<>]*+>)*+)"
    r'<c r="([A-Z]{1,3}+)([1-9][0-9]{0,6}+)"([^<>/]*+)'
    r"(?:/>|>"
    r"(?:(<f[^<>/]*+)(?:/>|>([^<]*+)</f>))?+"
    r'(?:<v(?:/>|>([^<]*+)</v>)|<is><t(?: xml:space="preserve")?(?:/>|>([^<]*+)</t>)</is>)?+'
    r"</c>))"
)
_ROW_TAGS = re.compile(r"(?:</?row[^<>]*+>)*+")
_OTHER_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
_CONTROL = bytes(set(range(32)) - {9, 10})
_START, _END = "<sheetData>", "</sheetData>"


class _Memory(dict[str, Any]):
    """Remembers what a function said of each text; the same few attributes stand on thousands of cells."""

    def __init__(self, function: Callable[[str], object]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> object:
        found = self[text] = self._function(text)
        return found


class _NotPlainError(Exception):
    """The rows are written in some other way; the parser reads them."""


def read_sheet(content: bytes, strings: list[str], max_depth: int) -> SheetCells:
    """The cells of a worksheet part, comments apart; ``strings`` are the workbook's shared strings.

    Raises :class:`~okosos_xl.workbook.xmlguard.BadXmlError` (OKX020, OKX022) for bad XML and
    :class:`~okosos_xl.workbook.sheetcells.BadCellError`, with the address if known, for a cell that cannot be.
    """
    cells = read_directly(content, strings, max_depth)
    return read_by_parser(content, strings, max_depth) if cells is None else cells


def read_directly(content: bytes, strings: list[str], max_depth: int) -> SheetCells | None:
    """As :func:`read_sheet`, or None when the rows are not written in the plain way."""
    start, end = content.find(_START.encode()), content.rfind(_END.encode())
    if not 0 <= start < end:
        return None
    body_start = start + len(_START)
    try:
        with _without_collecting():
            cells, rows, runs = _cells(_plain_text(content[body_start:end]), strings)
        skeleton = content[:body_start] + rows.encode() + content[end:]
        return cells if cells_in_rows(skeleton, max_depth) == runs else None
    except (_NotPlainError, ValueError):
        return None  # also bad XML and bad cells: the parser is the one to say what is wrong


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No hunt for reference cycles meanwhile: a hundred thousand new tuples set it off again and again, for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _plain_text(body: bytes) -> str:
    """The rows as text, if they hold no markup that needs an XML parser."""
    if b"]]>" in body or _OTHER_ENTITY.search(body) or len(body.translate(None, _CONTROL)) != len(body):
        raise _NotPlainError
    return body.decode()


def _cells(text: str, strings: list[str]) -> tuple[SheetCells, str, int]:
    """The cells; the same rows with one empty cell for every run of cells, for a parser to prove; and those runs."""
    builder = SheetBuilder(strings)
    values, formulas = builder.cells.values, builder.cells.formulas.written
    kinds = _Memory(lambda attributes: _attributes(attributes).get("t", "n"))
    formula_attributes = _Memory(lambda start: _attributes(start[2:]))
    plain_formulas = _Memory(lambda start: formula_attributes[start].keys() <= {"aca", "ca"})
    columns = _Memory(column_number)
    covered, row, row_digits, last = 0, 0, "", 0
    openings: list[str] = []
    for whole, opening, letters, digits, attributes, formula_start, formula, value, inline in _CELL.findall(text):
        covered += len(whole)
        if opening or not last:
            openings.append(opening)
        if digits != row_digits:
            row_digits, row = digits, int(digits)
        cell = (row, columns[letters])
        here = row << 15 | cell[1]
        if here <= last:  # twice, or not in order
            raise _NotPlainError
        last = here
        if formula_start:
            written = _decoded(formula) if "&" in formula else formula
            if written and plain_formulas[formula_start]:
                formulas[cell] = written
            else:
                builder.formula(cell, formula_attributes[formula_start], written)
        kind = kinds[attributes]
        if kind == "n" and value:
            number = values[cell] = float(value)
            if number - number:  # NaN or infinity, which no spreadsheet writes: the careful way says where
                raise _NotPlainError
        elif value or kind != "n" or inline:
            builder.value(cell, kind, _decoded(value or inline))
    # had anything been skipped between cells, what is left would begin inside the last cell
    if last >> 15 > MAX_ROW or not _ROW_TAGS.fullmatch(text, covered):
        raise _NotPlainError
    if not all(number - number == 0 for number in values.values() if number.__class__ is float):
        raise _NotPlainError
    rows = "<c/>".join([*openings, text[covered:]])
    return builder.cells, rows, len(openings)


def _attributes(text: str) -> dict[str, str]:
    """Attributes written in the plain way, each once."""
    if not _ATTRIBUTES.fullmatch(text):
        raise _NotPlainError
    pairs: list[tuple[str, str]] = _ATTRIBUTE.findall(text)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotPlainError
    return found


def _decoded(text: str) -> str:
    if "&" not in text:
        return text
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
