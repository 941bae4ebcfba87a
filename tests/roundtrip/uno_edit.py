"""Edits a workbook in a running LibreOffice, the way an advisor would. Run by an interpreter that has ``uno``.

    python3 uno_edit.py PIPE INPUT.xlsx OUTPUT.xlsx < edits.json

The edits are a list of ``[name, argument …]``; each name is a function below.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found,unused-ignore]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found,unused-ignore]

CONNECT_SECONDS = 60


def _property(name: str, value: object) -> Any:
    return PropertyValue(name, 0, value, 0)


def connect(pipe: str) -> Any:
    """The desktop of the soffice that listens on the pipe, as soon as it is up."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + CONNECT_SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def _cell(document: Any, place: str) -> Any:
    sheet, _, address = place.rpartition("!")
    return document.Sheets.getByName(sheet).getCellRangeByName(address)


def unprotect(document: Any, *sheets: str) -> None:
    """Tools → Protect sheet, off; without names all of them."""
    for name in sheets or document.Sheets.ElementNames:
        document.Sheets.getByName(name).unprotect("")


def protect(document: Any, *sheets: str) -> None:
    for name in sheets:
        document.Sheets.getByName(name).protect("")


def number(document: Any, place: str, value: float) -> None:
    _cell(document, place).setValue(value)


def text(document: Any, place: str, value: str) -> None:
    _cell(document, place).setString(value)


def formula(document: Any, place: str, value: str) -> None:
    _cell(document, place).setFormula(value)


def clear(document: Any, place: str) -> None:
    _cell(document, place).clearContents(1 | 2 | 4 | 16)  # numbers, dates, texts, formulas


def comment(document: Any, place: str, value: str) -> None:
    cell = _cell(document, place)
    cell.Spreadsheet.Annotations.insertNew(cell.CellAddress, value)


def insert_row(document: Any, sheet: str, row: int, count: int = 1) -> None:
    """Whole rows before ``row`` (from 1)."""
    document.Sheets.getByName(sheet).Rows.insertByIndex(row - 1, count)


def delete_row(document: Any, sheet: str, row: int, count: int = 1) -> None:
    document.Sheets.getByName(sheet).Rows.removeByIndex(row - 1, count)


def insert_column(document: Any, sheet: str, column: int) -> None:
    document.Sheets.getByName(sheet).Columns.insertByIndex(column - 1, 1)


def add_sheet(document: Any, name: str) -> None:
    document.Sheets.insertNewByName(name, document.Sheets.Count)


def move_sheet(document: Any, name: str, position: int) -> None:
    document.Sheets.moveByName(name, position)


def rename(document: Any, old: str, new: str) -> None:
    document.Sheets.getByName(old).Name = new


EDITS = (
    unprotect, protect, number, text, formula, clear, comment,
    insert_row, delete_row, insert_column, add_sheet, move_sheet, rename,
)  # fmt: skip


def main() -> None:
    pipe, source, target = sys.argv[1:]
    edits = json.load(sys.stdin)
    desktop = connect(pipe)
    document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (_property("Hidden", True),))
    if document is None:
        sys.exit(f"LibreOffice cannot open {source}")
    try:
        known = {edit.__name__: edit for edit in EDITS}
        for name, *arguments in edits:
            known[name](document, *arguments)
        document.storeToURL(Path(target).as_uri(), (_property("FilterName", "Calc MS Excel 2007 XML"),))
    finally:
        document.close(True)


if __name__ == "__main__":
    main()
