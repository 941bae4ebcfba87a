"""A letter → a workbook of its own: what stands on the paper, as values. No formulas, nothing else of the case."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from okosos_xl.brev.letters import Letter
from okosos_xl.engine import ExcelError
from okosos_xl.template import arial
from okosos_xl.template.layout import Region, SheetLayout
from okosos_xl.template.spec import SheetSpec
from okosos_xl.workbook.bulk import Skeleton
from okosos_xl.workbook.furnish import draw_filled_rows, print_setup
from okosos_xl.workbook.theme import Theme

_FONT = ("Arial", 11)
_ARIAL_FOR_CALIBRI = 7 / 8
"""A digit is 7 pixels in XlsxWriter's standard font and 8 in Arial: the same paper in every program that has Arial or
a font with its measures, whether it has Calibri or not."""
_CREATED = datetime(2000, 1, 1)
_CONCLUSION_POINTS = 12.0
_HEAD_ROWS = 4
_LARGE_ROW = 24.0
_KEPT_TOGETHER = re.compile(r"(?<=\d) (?=\d{3}(?!\d))|(?<=\d) (?=kr\b|%)")
"""The spaces inside an amount: no line ends there."""
_WORDS = ("tekst", "langtekst", "valg", "ja_nei")


def frozen(letter: Letter, theme_root: Any = None) -> bytes:
    """The workbook of a letter and its annexes."""
    skeleton = Skeleton(_FONT)
    theme = Theme(skeleton.workbook, theme_root)
    for sheet, values in letter.sheets:
        _Page(skeleton, theme, sheet, values).write(letter.case_number)
    skeleton.workbook.set_properties(
        {"title": letter.sheets[0][0].spec.title, "author": "", "comments": "", "created": _CREATED}
    )
    return skeleton.finished().package({})


class _Page:
    """One sheet of a letter."""

    def __init__(self, skeleton: Skeleton, theme: Theme, sheet: SheetLayout, values: dict[str, list[Any]]) -> None:
        self.theme, self.sheet, self.values = theme, sheet, values
        self.spec: SheetSpec = sheet.spec
        self.ws, self.book = skeleton.add_sheet(self.spec.name)
        self.heights, self.hidden = skeleton.heights[self.spec.name], set[int]()
        skeleton.hidden_rows[self.spec.name] = self.hidden
        self.points = arial.LARGE_POINTS if self.spec.large else arial.POINTS

    def write(self, case_number: str) -> None:
        """Everything on the paper; what stands beside it is for the advisor alone."""
        ws, sheet = self.ws, self.sheet
        self.heights |= {1: 24.0, 2: 20.0} | sheet.tall_rows
        if self.spec.large:
            rows = range(_HEAD_ROWS + 1, sheet.last_row + 1)
            self.heights |= {row: max(self.heights.get(row, 0.0), _LARGE_ROW) for row in rows}
        for col, width in sheet.widths.items():
            if col <= sheet.paper_col:
                ws.set_column(col - 1, col - 1, width * _ARIAL_FOR_CALIBRI)
        for label in sheet.labels:
            if label.col <= sheet.paper_col:
                style = self.theme.label(label.style, large=self.spec.large)
                self.book.text(label.row, label.col, label.text, style._get_xf_index())
        for region in sheet.regions:
            if region.col <= sheet.paper_col:
                self._region(region)
        self._fit()
        for area in sheet.filled_rows:
            self._only_filled(area)
            draw_filled_rows(ws, self.theme, area)
        ws.merge += [[r - 1, c - 1, r2 - 1, c2 - 1] for r, c, r2, c2 in sheet.merged if c <= sheet.paper_col]
        ws.hide_gridlines(2)
        title = self.spec.title
        print_setup(ws, self.theme, sheet, " · ".join(t for t in (case_number[:40], title) if t), "")

    def _region(self, region: Region) -> None:
        values = iter(self.values[region.id])
        for col in range(region.col, region.col + region.ncols):
            for row in range(region.row, region.row + region.nrows):
                own = region.row_items[row - region.row].style if region.row_items else region.item.style
                style = self.theme.value(
                    region.item.type, own or region.item.style, is_input=False, large=self.spec.large,
                    in_table=region.kind in ("column", "cell", "scalar"), wraps=self.spec.letter,
                )._get_xf_index()  # fmt: skip
                self._cell(row, col, next(values), style)

    def _cell(self, row: int, col: int, value: Any, style: int) -> None:
        if value is None or value == "" or isinstance(value, ExcelError):
            self.book.blank(row, col, style)
        elif isinstance(value, float | bool):
            self.book.number(row, col, float(value), style)
        else:
            self.book.text(row, col, _KEPT_TOGETHER.sub("\u00a0", str(value)), style)

    def _fit(self) -> None:
        """Every row as tall as its own text: a paragraph that has nothing to say leaves no gap."""
        merged = {(row, col): last for row, col, _, last in self.sheet.merged}
        needed: dict[int, int] = {}
        said: dict[int, bool] = {}
        for region in self.sheet.regions:
            if region.col > self.sheet.paper_col or region.item.type not in _WORDS:
                continue
            points = _CONCLUSION_POINTS if region.row <= 2 else self.points
            for offset, value in enumerate(self.values[region.id]):
                row = region.row + offset % region.nrows
                room = self._room(region.col, merged.get((row, region.col), region.col))
                text = _KEPT_TOGETHER.sub("\u00a0", value) if isinstance(value, str) else ""
                needed[row] = max(needed.get(row, 1), arial.lines_needed(text, room, points))
                said[row] = said.get(row, False) or bool(text.strip())
        for row, lines in needed.items():
            self.heights[row] = arial.height(lines, _CONCLUSION_POINTS if row <= 2 else self.points)
            if self.spec.large and row > _HEAD_ROWS:
                self.heights[row] = max(self.heights[row], _LARGE_ROW)
        labelled = {label.row for label in self.sheet.labels}
        single = {region.row for region in self.sheet.regions if region.kind == "field"}
        self.hidden |= {row for row, text in said.items() if not text and row in single and row not in labelled}

    def _room(self, col: int, last: int) -> float:
        return arial.columns_pixels([self.sheet.widths.get(c, 9.0) for c in range(col, last + 1)])

    def _only_filled(self, area: tuple[int, int, int, int, int]) -> None:
        """Rows of a table with nothing to show take no place."""
        row, _, nrows, _, key = area
        region = next(r for r in self.sheet.regions if r.col == key and r.row == row)
        values = self.values[region.id]
        empty = {row + i for i in range(nrows) if values[i] in (None, "", 0.0)}
        self.hidden |= empty
        if len(empty) == nrows:  # a table with nothing in it: its headings go too
            labels = {label.row: label.style for label in self.sheet.labels if label.col == 1}
            above = row - 1
            while labels.get(above) in ("header", "sumlabel", "note"):
                self.hidden.add(above)
                above -= 1
            if labels.get(above) == "heading":
                self.hidden.add(above)
