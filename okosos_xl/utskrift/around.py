"""What lies on a sheet beside its cells: pictures, conditional looks, tables, merged cells, columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from okosos_xl.template.arial import columns_pixels
from okosos_xl.utskrift.styles import Styles
from okosos_xl.workbook.areas import MAX_COLUMN, MAX_ROW, Area, Cell, column_number, parse_area
from okosos_xl.workbook.package import Package, SheetInfo
from okosos_xl.workbook.sheetparts import SheetParts, sheet_parts, styles_and_rows
from okosos_xl.workbook.xmlguard import BadXmlError, attributes, local, parse_small

_EMU_PER_POINT, _EMU_PER_PIXEL = 12_700, 9_525
_LOW_ROW, _NARROW_COLUMN = 12.0, 48.0
"""Where a size is not said, one on the small side: a picture then covers too many rows and columns, never too few."""
_WIDTH = 8.43
_NOTHING = ";;;"
_HIDES = re.compile(r'OR\(\$([A-Z]{1,3})([0-9]+)="",\$\1\2=0\)')
_HARMLESS = re.compile(
    r"""NOT\((?:_XLFN\.|COM\.SUN\.STAR\.SHEET\.ADDIN\.[A-Z.]+\.)?ISFORMULA\(\$?[A-Z]{1,3}\$?[0-9]+\)\)
    |NOT\(OR\(\$([A-Z]{1,3})([0-9]+)="",\$\1\2=0\)\)
    |[A-ZÆØÅ_]+="[^"]+" """,
    re.X,
)
"""Marks on our own cells: typed over, filled in, not counted in the simple version. None shows in an empty row."""
_QUOTED = re.compile(r'"[^"]+"')
_CONTROLS = {"ctrlProp", "oleObject", "control", "package", "pivotTable", "slicer", "timeline"}


@dataclass(frozen=True, slots=True)
class Hiding:
    """Rows of an area where nothing is shown when the cell in column ``key`` of the row (moved by ``offset``) is
    empty or zero."""

    area: Area
    key: int
    offset: int


@dataclass(frozen=True)
class Around:
    """``covered``: cells that something lies on or that have looks of their own; ``fixed``: nothing on the sheet may
    be moved, since what lies there would end up elsewhere."""

    styles: dict[Cell, int]
    covered: tuple[Area, ...] = ()
    hiding: tuple[Hiding, ...] = ()
    merged: tuple[Area, ...] = ()
    pictures: tuple[Area, ...] = ()
    fixed: bool = False
    hidden_rows: frozenset[int] = frozenset()
    widths: dict[int, float] = field(default_factory=dict)
    """Column → width in characters, 0 for a hidden one; the others have ``usual_width``."""
    usual_width: float = _WIDTH

    def width(self, column: int) -> float:
        """Pixels of one column."""
        said = self.widths.get(column, self.usual_width)
        return columns_pixels([said]) if said else 0.0


def read_around(package: Package, info: SheetInfo, styles: Styles) -> Around:
    """Raises ``WorkbookRefused`` for broken XML."""
    parts = sheet_parts(package, info)
    vetted = package.vetted
    try:
        looks, heights, hidden = styles_and_rows(vetted.part(info.part) or b"")
        widths, usual = _widths(parts)
        pictures: list[Area] = []
        covered: list[Area] = []
        fixed = any(kind in _CONTROLS for kind in parts.kinds)
        for link in vetted.relationships(info.part):
            content = None if link.external else vetted.part(link.target)
            if content is None:
                continue
            if link.kind == "drawing":
                found, movable = _pictures(content, heights, hidden, widths)
                pictures += found
                fixed = fixed or not movable
            elif link.kind == "table":
                area = parse_area(attributes(parse_small(content)).get("ref", ""), sheet=info.name)
                covered += [area] if area is not None else []
            elif link.kind == "vmlDrawing":
                fixed = fixed or _has_controls(content)
    except BadXmlError as problem:
        raise vetted.refusal(problem.code, info.part) from None
    hiding, looked = _conditions(parts, styles)
    covered += [*looked, *_extensions(parts)]
    merged = [area for _, areas in parts.areas("mergeCells", "mergeCell", "ref") for area in areas]
    return Around(
        looks, tuple(covered), tuple(hiding), tuple(merged), tuple(pictures), fixed, frozenset(hidden), widths, usual
    )


def _has_controls(content: bytes) -> bool:
    """Whether a drawing of the old kind has anything but the frames of comments."""
    kinds = re.findall(rb"""ObjectType\s*=\s*["'](\w+)["']""", content)
    return any(kind != b"Note" for kind in kinds)


def _widths(parts: SheetParts) -> tuple[dict[int, float], float]:
    usual = _WIDTH
    for element in parts.named("sheetFormatPr"):
        usual = _size(attributes(element).get("defaultColWidth", ""), usual)
    found: dict[int, float] = {}
    for column in (c for group in parts.named("cols") for c in group):
        said = attributes(column)
        first, last = _whole(said.get("min", "1")), min(_whole(said.get("max", "1")), MAX_COLUMN)
        width = 0.0 if said.get("hidden") in ("1", "true") else _size(said.get("width", ""), usual)
        for number in range(first, min(last, first + 1_000) + 1):
            found[number] = width
    return found, usual


def _pictures(
    content: bytes, heights: dict[int, float], hidden: set[int], widths: dict[int, float]
) -> tuple[list[Area], bool]:
    """The cells each picture lies on, and whether all of them follow the cells when rows are hidden."""
    found: list[Area] = []
    movable = True
    for anchor in parse_small(content):
        children = {local(child.tag): child for child in anchor}
        if local(anchor.tag) == "absoluteAnchor":
            movable = False
        if "from" not in children:
            continue
        row, col = _corner(children["from"])
        if "to" in children:
            last_row, last_col = _corner(children["to"])
        else:
            size = attributes(children["ext"]) if "ext" in children else {}
            tall = _whole(size.get("cy", "0")) / _EMU_PER_POINT
            wide = _whole(size.get("cx", "0")) / _EMU_PER_PIXEL
            last_row, last_col = row, col
            while tall > 0 and last_row < MAX_ROW:
                tall -= 0.0 if last_row in hidden else min(heights.get(last_row, _LOW_ROW), 409.0)
                last_row += 1
            while wide > 0 and last_col < MAX_COLUMN:
                wide -= columns_pixels([widths[last_col]]) if widths.get(last_col) else _NARROW_COLUMN
                last_col += 1
        found.append(Area("", row, col, max(row, last_row), max(col, last_col)))
    return found, movable


def _size(text: str, usual: float) -> float:
    """A width, or the usual one where none is said in a way that can be read."""
    try:
        return min(max(float(text), 0.0), 255.0)
    except ValueError:
        return usual


def _whole(text: str) -> int:
    """A whole number; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _corner(element: Element) -> Cell:
    said = {local(child.tag): (child.text or "0") for child in element}
    return _whole(said.get("row", "0")) + 1, _whole(said.get("col", "0")) + 1


def _conditions(parts: SheetParts, styles: Styles) -> tuple[list[Hiding], list[Area]]:
    """The rules that hide rows, and the areas of rules that may make an empty cell show."""
    hiding: list[Hiding] = []
    looked: list[Area] = []
    for group in parts.named("conditionalFormatting"):
        texts = attributes(group).get("sqref", "").split()
        areas = [a for text in texts if (a := parse_area(text, sheet=parts.info.name)) is not None]
        for rule in (r for r in group if local(r.tag) == "cfRule"):
            said = attributes(rule)
            formula = "".join("".join(e.itertext()) for e in rule if local(e.tag) == "formula").replace(" ", "").upper()
            hides = _HIDES.fullmatch(formula) if said.get("type") == "expression" else None
            number = said.get("dxfId", "")
            known = number.isdecimal() and int(number) < len(styles.conditional)
            code = styles.conditional[int(number)] if known else ""
            top = min((area.row1 for area in areas), default=0)
            if hides is not None and code == _NOTHING and areas and areas[0].row1 == top:
                hiding += [Hiding(a, column_number(hides[1]), int(hides[2]) - top) for a in areas]
            elif not _is_harmless(said, formula):
                looked += areas
    return hiding, looked


def _is_harmless(said: dict[str, str], formula: str) -> bool:
    if said.get("type") == "expression":
        return _HARMLESS.fullmatch(formula) is not None
    return said.get("type") == "cellIs" and said.get("operator") == "equal" and _QUOTED.fullmatch(formula) is not None


def _extensions(parts: SheetParts) -> Iterator[Area]:
    """Where small pictures in cells, and conditional looks of the newer kind, are."""
    for group in parts.named("extLst"):
        for element in group.iter():
            if local(element.tag) in ("sparkline", "conditionalFormatting"):
                for child in element.iter():
                    for text in (child.text or "").split() if local(child.tag) == "sqref" else ():
                        area = parse_area(text, sheet=parts.info.name)
                        if area is not None:
                            yield area
