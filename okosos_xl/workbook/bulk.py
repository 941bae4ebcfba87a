"""XlsxWriter for everything but the cells: its sheets leave a marker where the rows of a :class:`CellBook` go."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from okosos_xl.workbook.cells import CellBook
from okosos_xl.workbook.form import FOOTER_MARK, Form, FormSheet, string_item

_SHEETS = "xl/worksheets/sheet"
_MARK = "\ue0b5{}\ue0b5"
"""Stands where the rows of a sheet go; nobody types that character."""


class MarkedSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose rows are written by the toolkit; views, print set-up, lists and colours stay XlsxWriter's."""

    marker = ""

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self.fh.write(self.marker)
        self._xml_end_tag("sheetData")


class Skeleton:
    """A package being put together: XlsxWriter's workbook, and the cells of each sheet."""

    def __init__(self, font: tuple[str, int] | None = None) -> None:
        """``font`` is the workbook's standard font (name and points), which column widths are measured in."""
        self._buffer = io.BytesIO()
        options: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False}
        if font is not None:
            options["default_format_properties"] = {"font_name": font[0], "font_size": font[1]}
        self.workbook: Any = Workbook(self._buffer, options)
        self.books: dict[str, CellBook] = {}
        self.heights: dict[str, dict[int, float]] = {}
        self.hidden_rows: dict[str, set[int]] = {}
        self._chart_cells: list[tuple[str, int, int]] = []

    def chart_cell(self, sheet: str, row: int, col: int) -> int:
        """A number that stands for a cell in a chart's cached data until its value is known."""
        self._chart_cells.append((sheet, row, col))
        return len(self._chart_cells) - 1

    def add_sheet(self, name: str) -> tuple[Any, CellBook]:
        sheet = self.workbook.add_worksheet(name, MarkedSheet)
        sheet.marker = _MARK.format(len(self.books))
        book = CellBook(sheet.str_table._get_shared_string_index)
        self.books[name] = book
        self.heights[name] = {}
        return sheet, book

    def finished(self, open_rows: Mapping[str, Collection[int]] | None = None) -> Form:
        """Let XlsxWriter write its parts, and put them together with the cells; nothing can be added afterwards.

        ``open_rows``: the rows of each sheet whose height may be another in each workbook.
        """
        open_rows = open_rows or {}
        for name, book in self.books.items():
            sheet = self.workbook.get_worksheet_by_name(name)
            row, col = book.bounds()
            sheet.dim_rowmin, sheet.dim_colmin = 0, 0
            sheet.dim_rowmax, sheet.dim_colmax = row - 1, col - 1
        table = self.workbook.str_table
        strings, uses = dict(table.string_table), table.count
        self.workbook.close()
        with zipfile.ZipFile(self._buffer) as archive:
            parts = [(m.filename, archive.read(m)) for m in archive.infolist()]
        names = list(self.books)
        sheets = {}
        for filename, data in parts:
            if filename.startswith(_SHEETS):
                index = int(filename[len(_SHEETS) : -len(".xml")]) - 1
                name = names[index]
                head, tail = data.split(_MARK.format(index).encode())
                heights = dict(self.heights[name])
                rows = self.books.pop(name).finished(heights, self.hidden_rows.get(name, ()), open_rows.get(name, ()))
                sheets[filename] = FormSheet(name, head, rows, tuple(tail.split(FOOTER_MARK.encode())), heights)
        members = tuple((filename, b"" if filename in sheets else data) for filename, data in parts)
        items = "".join(map(string_item, strings))
        return Form(members, sheets, strings, items, uses, tuple(self._chart_cells))
