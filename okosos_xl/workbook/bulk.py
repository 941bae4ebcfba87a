"""XlsxWriter for everything but the cells: its sheets leave a marker where the rows of a :class:`CellBook` go."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from okosos_xl.sak.numbers import from_serial
from okosos_xl.workbook.cells import CellBook, Value, number_text, xml_text

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CREATOR_UNIX = 3


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
        self._members: list[tuple[str, bytes]] = []
        self._chart_cells: list[tuple[str, int, int]] = []

    def chart_cell(self, sheet: str, row: int, col: int) -> int:
        """A number that stands for a cell in a chart's cached data until its value is known."""
        self._chart_cells.append((sheet, row, col))
        return len(self._chart_cells) - 1

    def add_sheet(self, name: str) -> tuple[Any, CellBook]:
        sheet = self.workbook.add_worksheet(name, MarkedSheet)
        sheet.marker = f"@@{len(self.books)}@@"
        book = CellBook(sheet.str_table._get_shared_string_index)
        self.books[name] = book
        self.heights[name] = {}
        return sheet, book

    def close(self) -> None:
        """Let XlsxWriter write its parts; afterwards packages can be made."""
        for name, book in self.books.items():
            sheet = self.workbook.get_worksheet_by_name(name)
            row, col = book.bounds()
            sheet.dim_rowmin, sheet.dim_colmin = 0, 0
            sheet.dim_rowmax, sheet.dim_colmax = row - 1, col - 1
        self.workbook.close()
        with zipfile.ZipFile(self._buffer) as archive:
            self._members = [(m.filename, archive.read(m)) for m in archive.infolist()]

    def package(self, values: dict[str, list[list[Value]]] | None) -> bytes:
        """The finished file; without ``values`` the formulas stand bare and nothing is compressed (for an engine)."""
        names = list(self.books)
        output = io.BytesIO()
        method = zipfile.ZIP_STORED if values is None else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(output, "w", method, compresslevel=None if values is None else 3) as archive:
            for filename, data in self._members:
                if filename.startswith("xl/worksheets/sheet"):
                    index = int(filename[len("xl/worksheets/sheet") : -len(".xml")]) - 1
                    name = names[index]
                    grid = None if values is None else values.get(name, [])
                    rows = self.books[name].sheet_data(self.heights[name], grid, self.hidden_rows.get(name, ()))
                    head, tail = data.split(f"@@{index}@@".encode())
                    data = b"".join((head, rows.encode(), tail))  # noqa: PLW2901
                elif values is not None and filename.startswith("xl/charts/"):
                    data = self._with_chart_values(data, values)  # noqa: PLW2901
                info = zipfile.ZipInfo(filename, _EPOCH)
                info.compress_type = method
                info.create_system = _CREATOR_UNIX
                info.external_attr = 0o600 << 16
                archive.writestr(info, data)
        return output.getvalue()

    def _with_chart_values(self, data: bytes, values: dict[str, list[list[Value]]]) -> bytes:
        """A chart's cached numbers and words, so that previews show the picture without computing anything."""

        def found(match: re.Match[str]) -> Value:
            sheet, row, col = self._chart_cells[int(match[1])]
            grid = values.get(sheet, [])
            return grid[row - 1][col - 1] if row <= len(grid) and col <= len(grid[row - 1]) else None

        def number(match: re.Match[str]) -> str:
            value = found(match)
            return f">{number_text(value) if isinstance(value, float) else 0}<"

        def word(match: re.Match[str]) -> str:
            value = found(match)
            if isinstance(value, float):
                day = from_serial(value)
                return day.strftime("%m.%Y") if day else ""
            return xml_text(str(value or ""))

        text = re.sub(r">88000(\d{8})<", number, data.decode())
        return re.sub(r"@@k(\d+)@@", word, text).encode()
