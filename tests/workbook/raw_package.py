"""Small .xlsx packages written by hand, so that a test can spoil exactly one thing in them."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def relationships(*links: tuple[str, str, str], external: bool = False) -> str:
    """A ``.rels`` part from (id, kind, target)."""
    mode = ' TargetMode="External"' if external else ""
    inner = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{t}"{mode}/>' for i, kind, t in links)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def content_types(workbook_type: str = SHEET_TYPE) -> str:
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{workbook_type}"/></Types>'
    )


def worksheet(rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook(inner: str = "", sheets: str = '<sheet name="Krav" sheetId="1" r:id="rId1"/>') -> str:
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>{inner}</workbook>'


def parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **changed: str) -> dict[str, str | bytes]:
    """The fewest parts that make a workbook with one sheet, Krav."""
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": changed.get("workbook", workbook()),
        "xl/_rels/workbook.xml.rels": relationships(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "/xl/sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": changed.get("sheet", worksheet(rows)),
    }
    if "strings" in changed:
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{changed["strings"]}</sst>'
    return found


def zipped(members: dict[str, str | bytes], *more: tuple[str, str | bytes]) -> bytes:
    """The parts as a zip; ``more`` may repeat a name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*members.items(), *more]:
            archive.writestr(name, content)
    return stream.getvalue()
