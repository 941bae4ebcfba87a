"""A sheet of a workbook without its cells: what else stands in its part, and what it points at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from okosos_xl.workbook.additions import Note
from okosos_xl.workbook.areas import Area, Cell, parse_area
from okosos_xl.workbook.sharedstrings import flat_text
from okosos_xl.workbook.sheetcells import position
from okosos_xl.workbook.xmlguard import BadXmlError, attributes, local, parse_small

if TYPE_CHECKING:
    from okosos_xl.workbook.package import Package, SheetInfo


@dataclass(frozen=True)
class SheetParts:
    """``elements``: the children of the worksheet, without rows and footers; ``kinds``: what its relationships are."""

    info: SheetInfo
    elements: tuple[Element, ...]
    kinds: tuple[str, ...]
    links: dict[Cell, str]
    """Cell → address outside the file."""
    inner_links: dict[Cell, str]
    """Cell → place in the workbook."""
    notes: dict[Cell, Note]
    pictures: int
    """Charts, pictures and shapes."""
    learned: dict[object, object]
    """What has been found out about ``elements`` alone, in this workbook or in one before it that has the same."""

    def named(self, tag: str) -> list[Element]:
        """The children called ``tag``."""
        return [e for e in self.elements if local(e.tag) == tag]

    def areas(self, tag: str, child: str, attribute: str) -> list[tuple[Element, list[Area]]]:
        """Elements of a list, or the elements themselves, with the rectangles they are for."""
        found = []
        for element in self.named(tag):
            for one in [element] if not child else [c for c in element if local(c.tag) == child]:
                texts = attributes(one).get(attribute, "").split()
                found.append((one, [a for text in texts if (a := parse_area(text, sheet=self.info.name)) is not None]))
        return found


_ELEMENTS = "what stands around the rows"


def sheet_parts(package: Package, info: SheetInfo) -> SheetParts:
    """The sheet's part without its rows. Raises ``WorkbookRefused`` for broken XML."""
    vetted = package.vetted
    content = vetted.part(info.part) or b""
    relations = vetted.relationships(info.part)
    by_id = {r.id: r for r in relations}
    shape = package.sheet(info.name).shape
    learned = shape.learned if shape is not None else {}
    try:
        elements = learned.get(_ELEMENTS)
        if elements is None:
            around = parse_small(_without_rows(content))
            # the words of a footer are not part of the shape: nobody may learn them from another sheet
            elements = learned[_ELEMENTS] = tuple(e for e in around if local(e.tag) != "headerFooter")
        assert isinstance(elements, tuple)
        pictures = 0
        for relation in relations:
            if relation.kind == "drawing" and (part := vetted.part(relation.target)) is not None:
                pictures += sum(local(e.tag).endswith("Anchor") for e in parse_small(part))
    except BadXmlError as problem:
        raise vetted.refusal(problem.code, info.part) from None
    outside: dict[Cell, str] = {}
    inside: dict[Cell, str] = {}
    for element in (e for group in elements if local(group.tag) == "hyperlinks" for e in group):
        said = attributes(element)
        area = parse_area(said.get("ref", ""), sheet=info.name)
        if area is None:
            continue
        cell = area.row1, area.col1
        target = by_id.get(said.get("id", ""))
        if target is not None:
            outside[cell] = target.target + (f"#{said['location']}" if said.get("location") else "")
        else:
            inside[cell] = said.get("location", "")
    kinds = tuple(r.kind for r in relations)
    return SheetParts(info, elements, kinds, outside, inside, _notes(package, info), pictures, learned)


def _without_rows(content: bytes) -> bytes:
    start, end = content.find(b"<sheetData>"), content.rfind(b"</sheetData>")
    return content if not 0 <= start < end else content[: start + len(b"<sheetData>")] + content[end:]


def _notes(package: Package, info: SheetInfo) -> dict[Cell, Note]:
    """The comments of a sheet with who wrote them."""
    found: dict[Cell, Note] = {}
    for link in package.vetted.relationships(info.part):
        content = package.vetted.part(link.target) if link.kind == "comments" and not link.external else None
        if content is None:
            continue
        root = parse_small(content)
        authors = ["".join(e.itertext()) for e in root.iter() if local(e.tag) == "author"]
        for element in (e for e in root.iter() if local(e.tag) == "comment"):
            said = attributes(element)
            number = said.get("authorId", "")
            author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
            text = "".join(flat_text(child) for child in element if local(child.tag) == "text")
            found[position(said.get("ref", ""))] = Note(text, author)
    return found


def styles_and_rows(content: bytes) -> tuple[dict[Cell, int], dict[int, float], set[int]]:
    """The styles of the cells of a sheet, the heights of its rows, and the rows that are hidden."""
    styles: dict[Cell, int] = {}
    heights: dict[int, float] = {}
    hidden: set[int] = set()
    data = next((e for e in parse_small(content) if local(e.tag) == "sheetData"), Element("sheetData"))
    for number, row in enumerate(data, 1):
        said = attributes(row)
        at = int(said.get("r", number))
        if said.get("customHeight") in ("1", "true") and "ht" in said:
            heights[at] = float(said["ht"])
        if said.get("hidden") in ("1", "true"):
            hidden.add(at)
        for cell in row:
            where = attributes(cell)
            style = where.get("s", "0")
            if "r" in where and style.isdecimal() and style != "0":
                styles[position(where["r"])] = int(style)
    return styles, heights, hidden
