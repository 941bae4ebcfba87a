"""Finished letters → PDF, with LibreOffice."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from okosos_xl.brev.letters import LettersRefused
from okosos_xl.engine.libreoffice_engine import convert

_AT_A_TIME = 20
_SECONDS = 60.0
_SECONDS_EACH = 10.0


def as_pdf(program: str, books: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The PDF of each workbook, by the same name. LibreOffice runs in a profile of its own, some files at a time.

    Raises :class:`LettersRefused` when LibreOffice does not answer or leaves one out.
    """
    names = list(books)
    with tempfile.TemporaryDirectory(prefix="okosos-brev-") as temporary:
        work, out = Path(temporary), Path(temporary) / "pdf"
        for start in range(0, len(names), _AT_A_TIME):
            batch = names[start : start + _AT_A_TIME]
            files = [work / f"{name}.xlsx" for name in batch]
            for file, name in zip(files, batch, strict=True):
                file.write_bytes(books[name])
            try:
                convert(program, files, "pdf", out, _SECONDS + _SECONDS_EACH * len(files), language="nb-NO")
            except (subprocess.TimeoutExpired, OSError):
                raise LettersRefused("LibreOffice svarer ikke, så PDF-ene er ikke laget. Prøv --xlsx.") from None
            for name in batch:
                made = out / f"{name}.pdf"
                if not made.is_file():
                    raise LettersRefused(f"{name}: LibreOffice klarte ikke å lage PDF. Prøv --xlsx.")
                yield name, made.read_bytes()
