"""A bank's file, whichever format it is in."""

from __future__ import annotations

from pathlib import Path

from okosos_xl.forvaltning.camt import is_camt, read_camt
from okosos_xl.forvaltning.csvfile import read_csv
from okosos_xl.forvaltning.statement import MAX_BYTES, BankFileError, Statement

_OTHER_KINDS = (
    (b"PK\x03\x04", "er en Excel-fil eller et arkiv (zip)"),
    (b"\xd0\xcf\x11\xe0", "er en gammel Excel-fil"),
    (b"%PDF", "er en PDF"),
)


def read_bank_file(source: Path | bytes, file: str) -> Statement:
    """The movements in a CSV or camt.053 file; ``file`` is its name in messages. Raises :class:`BankFileError`."""
    data = source if isinstance(source, bytes) else _bytes(source, file)
    if len(data) > MAX_BYTES:
        raise BankFileError(file, f"er større enn {MAX_BYTES // 1_000_000} MB. Last ned for en kortere periode.")
    if not data.strip():
        raise BankFileError(file, "er tom.")
    for start, kind in _OTHER_KINDS:
        if data.startswith(start):
            raise BankFileError(file, f"{kind}. Last ned kontoutskriften som CSV eller camt.053.")
    if is_camt(data):
        return read_camt(data, file)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise BankFileError(file, "er en nettside eller en annen slags XML. Last ned CSV eller camt.053.")
    return read_csv(data, file)


def _bytes(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise BankFileError(file, "finnes ikke.") from None
    except IsADirectoryError:
        raise BankFileError(file, "er en mappe, ikke en fil.") from None
    except (OSError, ValueError):
        raise BankFileError(file, "kan ikke leses. Har du tilgang til den?") from None
