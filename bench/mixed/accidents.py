"""Workbooks that cannot be read, or that need a password first."""

from __future__ import annotations

import io
import zipfile

from mixed.order import ENDINGS, Made, Making

_PASSWORD = "lås"


def broken(making: Making) -> Made:
    """Cut off, one bit wrong, not a workbook, another program's workbook, or one with macros."""
    data = making.filled()
    what = making.chance.randrange(5)
    if what == 0:
        return making.made(data[: making.chance.randrange(len(data))], "avvist")
    if what == 1:
        at = making.chance.randrange(len(data))
        flipped = data[:at] + bytes([data[at] ^ 1 << making.chance.randrange(8)]) + data[at + 1 :]
        return making.made(flipped, *ENDINGS)  # a bit that nothing depends on may be any
    if what == 2:
        return making.made(making.chance.randbytes(5_000), "avvist")
    if what == 3:
        import openpyxl

        stream = io.BytesIO()
        book = openpyxl.Workbook()
        book.active["A1"] = "Noe annet"
        book.save(stream)
        return making.made(stream.getvalue(), "avvist")
    return making.made(_with_macros(data), "avvist")


def _with_macros(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "[Content_Types].xml":
                macros = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
                content = content.replace(b"</Types>", macros)
            new.writestr(member, content)
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return stream.getvalue()


def locked(making: Making) -> Made:
    from msoffcrypto.format.ooxml import OOXMLFile

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(making.filled())).encrypt(_PASSWORD, stream)
    return making.made(stream.getvalue(), "avvist")
