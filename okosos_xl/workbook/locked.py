"""Workbooks with a password: unlocked in memory, never on disk. Needs msoffcrypto-tool (the extra ``passord``)."""

from __future__ import annotations

import io
import re

from okosos_xl.workbook.limits import Limits
from okosos_xl.workbook.refusal import WorkbookRefused

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_SPINS = 1_000_000
"""Rounds of hashing a file may ask for; Excel writes 100 000, and a hostile file could ask for days of them."""

_CODE = "OKX007"
_SPINS = re.compile(rb"""spinCount\s*=\s*["'](\d+)["']""")
_NO_TOOL = "er passordbeskyttet, og tillegget som låser opp, er ikke installert: pip install 'okosos-xl[passord]'."
_WRONG = "er passordbeskyttet, og passordet er galt; prøv igjen, eller se etter i OKOSOS_PASSORD."
_UNKNOWN = "er kryptert på en måte som ikke kan låses opp her; åpne den i Excel, fjern passordet og lagre."


def is_locked(data: bytes) -> bool:
    """Whether bytes are an Office file encrypted with a password (or the beginning of one, which is enough to tell)."""
    return data.startswith(MAGIC) and "EncryptedPackage".encode("utf-16-le") in data


def unlock(data: bytes, file: str, password: str, limits: Limits) -> bytes:
    """The .xlsx inside an encrypted file. It is as untrusted as any other, and goes through the guard afterwards.

    Raises :class:`WorkbookRefused` (OKX007) for a wrong password, an encryption that is not supported, a file that
    asks for too much work, and where the extra is not installed. The password is in no message.
    """
    if len(data) > limits.file_bytes:
        raise WorkbookRefused("OKX016", file, f"er større enn {limits.file_bytes // 1_000_000} MB.")
    try:
        import msoffcrypto
        import olefile
        from msoffcrypto.exceptions import InvalidKeyError
    except ImportError:
        raise WorkbookRefused(_CODE, file, _NO_TOOL) from None
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container, container.openstream("EncryptionInfo") as stream:
            described = stream.read()
        spins = [int(found) for found in _SPINS.findall(described)]
        if b"<!" in described or max(spins, default=0) > MAX_SPINS:
            raise WorkbookRefused(_CODE, file, _UNKNOWN)
        locked, opened = msoffcrypto.OfficeFile(io.BytesIO(data)), io.BytesIO()
        locked.load_key(password=password, verify_password=True)
        locked.decrypt(opened)
    except WorkbookRefused:
        raise
    except InvalidKeyError:
        raise WorkbookRefused(_CODE, file, _WRONG) from None
    except Exception:  # the library raises what its parts raise: KeyError, struct.error, OSError, ValueError …
        raise WorkbookRefused(_CODE, file, _UNKNOWN) from None
    return opened.getvalue()
