"""Small things several engines need: installed versions, worksheet names, a file in a private folder."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory


def installed_version(distribution: str) -> str | None:
    """Version of an installed Python distribution without importing it, or None."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def worksheet_names(package: bytes) -> list[str]:
    """Names of the worksheets (not chart sheets) of an xlsx package, in workbook order."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    with CalamineWorkbook.from_filelike(io.BytesIO(package)) as book:
        return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


@contextmanager
def on_disk(package: bytes) -> Iterator[Path]:
    """The package as a file in a folder only this user can read; both are gone afterwards."""
    with TemporaryDirectory(prefix="okosos-") as folder:
        path = Path(folder) / "bok.xlsx"
        path.write_bytes(package)
        yield path
