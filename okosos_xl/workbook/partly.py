"""A workbook with some of its sheets emptied, so that an engine has only what is asked for to compute."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection

from okosos_xl.workbook.package import Package

_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)


def with_sheets(package: Package, names: Collection[str]) -> bytes:
    """The package, not compressed, with nothing in the worksheets that are not named. For an engine only."""
    emptied = {sheet.part for sheet in package.sheets if sheet.kind == "worksheet" and sheet.name not in names}
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for part, content in package.vetted.parts.items():
            archive.writestr(zipfile.ZipInfo(part), _EMPTY if part in emptied else content)
    return output.getvalue()
