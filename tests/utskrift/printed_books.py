"""Workbooks of the examples, changed as bytes, and what their print copies hide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from okosos_xl import api
from okosos_xl.utskrift.make import PrintCopy, Wanted, print_copy_of
from okosos_xl.workbook.areas import Cell, parse_cell
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.patch_sheet import Content, SheetText
from okosos_xl.workbook.patch_zip import with_members

EXAMPLES = Path(__file__).parents[2] / "examples"
CASES = {
    "dividende": "kari", "forvaltning": "forvaltning-tone", "gjeldsradgivning": "to-voksne-felles-gjeld",
    "manedsbudsjett": "manedsbudsjett-mona", "sosialhjelp": "sosial-enslig-tre-barn", "statistikk": "statistikk-kontor",
}  # fmt: skip
"""An example of each template."""


@cache
def book(template: str, example: str = "") -> bytes:
    return api.generate(template, EXAMPLES / f"{example or CASES[template]}.yaml")


def package(data: bytes) -> Package:
    return Package(read_vetted(data, name="sak.xlsx"))


def part_of(data: bytes, sheet: str) -> str:
    return next(info.part for info in package(data).sheets if info.name == sheet)


def with_part(data: bytes, part: str, *changes: tuple[bytes, bytes]) -> bytes:
    """The package with texts of one part changed; each must be there."""
    content = read_vetted(data).parts[part]
    for old, new in changes:
        assert old in content, old
        content = content.replace(old, new, 1)
    return with_members(data, {part: content})


def typed(data: bytes, cells: Mapping[str, Content]) -> bytes:
    """The package with ``Sheet!A1`` → content typed in; nothing is computed."""
    by_sheet: dict[str, list[tuple[Cell, Content, Cell | None]]] = {}
    for place, content in cells.items():
        sheet, _, at = place.rpartition("!")
        by_sheet.setdefault(sheet, []).append((parse_cell(at), content, None))
    changed = {}
    parts = read_vetted(data).parts
    for sheet, contents in by_sheet.items():
        part = part_of(data, sheet)
        text = SheetText(parts[part])
        text.put(contents)
        changed[part] = text.result()
    return with_members(data, changed)


@cache
def copy_of(data: bytes, *only: str, without: tuple[str, ...] = (), everything: bool = False) -> PrintCopy:
    return print_copy_of(api.read_full(data, name="sak.xlsx"), Wanted(only, without, everything))


def hidden(data: bytes, sheet: str) -> tuple[set[int], set[int]]:
    """The rows and columns that are hidden in a file, read out of its XML."""
    content = read_vetted(data).parts[part_of(data, sheet)].decode()
    rows = {
        int(found[1])
        for tag in re.findall(r"<row\b[^>]*>", content)
        if 'hidden="1"' in tag and (found := re.search(r' r="(\d+)"', tag))
    }
    columns: set[int] = set()
    for tag in re.findall(r"<col\b[^>]*>", content):
        if 'hidden="1"' in tag:
            first, last = (int(re.search(rf' {key}="(\d+)"', tag)[1]) for key in ("min", "max"))  # type: ignore[index]
            columns.update(range(first, last + 1))
    return rows, columns
