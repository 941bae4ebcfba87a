"""A workbook finished but for what belongs to a case, and what a case puts into it.

Everything that a template, its rates and the sizes of its tables decide is made once, in :class:`Form`, and is never
changed afterwards. A package is a copy of it with the case's cells, the computed values and what follows from them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from okosos_xl.engine import Values
from okosos_xl.sak.numbers import from_serial
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.cells import height_text
from okosos_xl.workbook.rows import Rendered, Rows, Value, number_text, xml_text

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CREATOR_UNIX = 3
_STRINGS = "xl/sharedStrings.xml"
_CHARTS = "xl/charts/"
FOOTER_MARK = "\ue0b5sak\ue0b5"
"""Stands in the footers where the case is named; nobody types that character."""

Plain = str | float
"""What a case types in a cell."""


@dataclass
class Filling:
    """What belongs to one case: what is typed in the cells of each sheet, how the footers name it, tall rows."""

    cells: dict[str, dict[Cell, Plain]] = field(default_factory=dict)
    footer: str = ""
    heights: dict[str, dict[int, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class FormSheet:
    """One sheet: what stands before its rows, the rows, and what stands after them with a footer to be filled in."""

    name: str
    head: bytes
    rows: Rows
    tail: tuple[bytes, ...]
    heights: Mapping[int, float]


@dataclass(frozen=True)
class Form:
    """``members`` are the parts of the package in order, sheets and texts left out of their parts.

    ``strings`` are the texts that are always there, with their numbers, ``items`` the same as XML, and ``uses`` how
    often they are used.
    """

    members: Sequence[tuple[str, bytes]]
    sheets: Mapping[str, FormSheet]
    """By the name of the part."""
    strings: Mapping[str, int]
    items: str
    uses: int
    chart_cells: Sequence[tuple[str, int, int]]

    @property
    def holes(self) -> int:
        """How many cells and rows wait for something: the size of the form."""
        return sum(sheet.rows.holes for sheet in self.sheets.values())

    def package(self, values: Values | None, case: Filling | None = None, only: Collection[str] | None = None) -> bytes:
        """The finished file; without ``values`` the formulas stand bare and nothing is compressed (for an engine).

        ``only`` are the sheets to fill, the others are left empty; all when it is not given.
        """
        output = io.BytesIO()
        method = zipfile.ZIP_STORED if values is None else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(output, "w", method, compresslevel=None if values is None else 3) as archive:
            for filename, data in self._parts(values, case or Filling(), only):
                info = zipfile.ZipInfo(filename, _EPOCH)
                info.compress_type = method
                info.create_system = _CREATOR_UNIX
                info.external_attr = 0o600 << 16
                archive.writestr(info, data)
        return output.getvalue()

    def _parts(self, values: Values | None, case: Filling, only: Collection[str] | None) -> Iterator[tuple[str, bytes]]:
        """The parts of the package in order, with the case's values in them."""
        strings = _Strings(self.strings, self.items, self.uses)
        rows = self._rows(values, case, strings, only)
        footer = escape(case.footer, quote=False).encode()
        for filename, data in self.members:
            if filename in self.sheets:
                sheet = self.sheets[filename]
                data = b"".join((sheet.head, rows[filename], footer.join(sheet.tail)))  # noqa: PLW2901
            elif filename == _STRINGS:
                data = strings.part()  # noqa: PLW2901
            elif values is not None and filename.startswith(_CHARTS):
                data = self._with_chart_values(data, values)  # noqa: PLW2901
            yield filename, data

    def _rows(
        self, values: Values | None, case: Filling, strings: _Strings, only: Collection[str] | None
    ) -> dict[str, bytes]:
        """The rows of every sheet. The case's texts are numbered as they come, so the numbers are always the same."""
        rendered = Rendered()
        found = {}
        for filename, sheet in self.sheets.items():
            places, name = sheet.rows.places, sheet.name
            if only is not None and name not in only:
                found[filename] = b""
                continue
            typed = {cell: _typed(places[cell][1], value, strings) for cell, value in case.cells.get(name, {}).items()}
            heights = {
                row: height_text(max(sheet.heights.get(row, 0.0), height)) + sheet.rows.looks[row][1]
                for row, height in case.heights.get(name, {}).items()
            }
            grid = None if values is None else values.get(name, [])
            found[filename] = sheet.rows.filled(grid, typed, heights, rendered)
        return found

    def _with_chart_values(self, data: bytes, values: Values) -> bytes:
        """A chart's cached numbers and words, so that previews show the picture without computing anything."""

        def found(match: re.Match[str]) -> Value:
            sheet, row, col = self.chart_cells[int(match[1])]
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


def _typed(cell: str, value: Plain, strings: _Strings) -> str:
    """A finished cell with what a case types in it."""
    if isinstance(value, str):
        return f'{cell} t="s"><v>{strings.number(value)}</v></c>'
    return f"{cell}><v>{number_text(value)}</v></c>"


class _Strings:
    """The texts of a workbook, those of the case after those that are always there."""

    def __init__(self, known: Mapping[str, int], items: str, uses: int) -> None:
        self._known, self._items, self._uses = known, items, uses
        self._added: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text, which is used once more."""
        self._uses += 1
        found = self._known.get(text)
        if found is None:
            found = self._added.setdefault(text, len(self._known) + len(self._added))
        return found

    def part(self) -> bytes:
        """The part of the package that holds the texts."""
        return "".join(
            (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
                '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ',
                f'count="{self._uses}" uniqueCount="{len(self._known) + len(self._added)}">',
                self._items,
                *map(string_item, self._added),
                "</sst>",
            )
        ).encode()


def string_item(text: str) -> str:
    """A text as XML in the part of texts."""
    escaped = xml_text(text)
    keep = ' xml:space="preserve"' if escaped[:1].isspace() or escaped[-1:].isspace() else ""
    return f"<si><t{keep}>{escaped}</t></si>"
