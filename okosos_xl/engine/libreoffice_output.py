"""Read the values of a workbook LibreOffice wrote.

Ordinary readers turn errors and empty texts into the same nothing and dates into date objects; here the raw cell is
needed. Only ever used on LibreOffice's own output, never on a file from outside.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from okosos_xl.engine.values import CellValue, ExcelError, Values, cell_position, grid_of

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_INTERNAL_ERROR = re.compile(r"Err:\d+")


def read_output(path: Path, worksheets: list[str]) -> Values:
    """Values of the named worksheets; others (chart sheets, which LibreOffice turns into worksheets) are left out."""
    with ZipFile(path) as package:
        texts = _shared_texts(package)
        names = [sheet.get("name", "") for _, sheet in _elements(package.read("xl/workbook.xml"), "sheet")]
        files = {name: f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, 1)}
        return {name: grid_of(_cells(package.read(files[name]), texts)) for name in worksheets}


def _elements(xml: bytes, tag: str) -> Iterator[tuple[str, ElementTree.Element]]:
    for event, element in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314 - LibreOffice's own output
        if element.tag == _MAIN + tag:
            yield event, element
            element.clear()


def _shared_texts(package: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in package.namelist():
        return []
    xml = package.read("xl/sharedStrings.xml")
    return ["".join(part.text or "" for part in item.iter(_MAIN + "t")) for _, item in _elements(xml, "si")]


def _cells(xml: bytes, texts: list[str]) -> Iterator[tuple[int, int, CellValue]]:
    for _, cell in _elements(xml, "c"):
        value = cell.find(_MAIN + "v")
        if value is not None:
            yield (*cell_position(cell.get("r", "")), _normal(cell.get("t", "n"), value.text or "", texts))


def _normal(kind: str, text: str, texts: list[str]) -> CellValue:
    if kind == "n":
        return float(text)
    if kind == "s":
        return texts[int(text)]
    if kind == "b":
        return text == "1"
    if kind == "e":
        return ExcelError("#VALUE!" if _INTERNAL_ERROR.fullmatch(text) else text)
    return text
