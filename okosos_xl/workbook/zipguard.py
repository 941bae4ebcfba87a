"""The zip layer of a workbook: every member unpacked under limits, with nothing in the headers taken on trust.

The standard library finds the members; unpacking is done here because ``zipfile`` stops at the size the header
claims, accepts members that lie on top of one another, and reads only one of two names that differ.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import NoReturn

from okosos_xl.workbook.limits import Limits
from okosos_xl.workbook.refusal import WorkbookRefused

Refuse = Callable[[str, str], NoReturn]

_LOCAL = struct.Struct("<4s5H3I2H")
_UNSAFE = re.compile(r"^/|^[A-Za-z]:|\\|[\x00-\x1f]|(?:^|/)\.\.?(?:/|$)|//")
_DAMAGED = "er skadet i delen «{}»; hent filen på nytt, eller åpne den i Excel, la Excel reparere den og lagre."
_TWICE = "inneholder delen «{}» to ganger, og er ikke laget av Excel; åpne den i Excel og lagre en ny kopi."
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800


def unpack(data: bytes, file: str, limits: Limits) -> dict[str, bytes]:
    """Every member of the zip ``data``, by name, in the order of the zip; folders left out.

    Raises :class:`WorkbookRefused` for a zip that is cut off, damaged, encrypted, ambiguous (two members with one
    name or in one place), with paths that leave the package, or larger than ``limits`` allow.
    """

    def refuse(code: str, reason: str) -> NoReturn:
        raise WorkbookRefused(code, file, reason) from None

    members, directory_start = _members(data, limits, refuse)
    _check_names(members, refuse)
    _check_sizes(members, limits, refuse)
    parts: dict[str, bytes] = {}
    free_from = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        start = _content_start(data, member, refuse)
        end = start + member.compress_size
        if member.header_offset < free_from or end > directory_start:
            refuse("OKX013", f"har deler som ligger oppå hverandre («{_shown(member.filename)}»), og leses ikke.")
        free_from = end
        if not member.is_dir():
            parts[member.filename] = _content(data, start, member, refuse)
    return {member.filename: parts[member.filename] for member in members if not member.is_dir()}


def _members(data: bytes, limits: Limits, refuse: Refuse) -> tuple[list[zipfile.ZipInfo], int]:
    too_many = f"har flere enn {limits.members} deler og er neppe en arbeidsbok; åpne den i Excel og lagre en ny kopi."
    # one signature per member, counted before zipfile builds an object for each
    if data.count(b"PK\x01\x02") > 2 * limits.members:
        refuse("OKX015", too_many)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members, directory_start = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError, EOFError, OverflowError):
        refuse("OKX011", "er avkuttet eller skadet; hent eller kopier filen på nytt.")
    if len(members) > limits.members:
        refuse("OKX015", too_many)
    return members, directory_start


def _check_names(members: list[zipfile.ZipInfo], refuse: Refuse) -> None:
    seen: set[str] = set()
    for member in members:
        # orig_filename: zipfile itself cuts a name at a NUL character
        if not member.orig_filename or _UNSAFE.search(member.orig_filename):
            refuse("OKX014", f"har en del med et utrygt navn («{_shown(member.orig_filename)}») og leses ikke.")
        folded = member.filename.casefold()  # part names are compared without regard to case
        if folded in seen:
            refuse("OKX013", _TWICE.format(_shown(member.filename)))
        seen.add(folded)


def _check_sizes(members: list[zipfile.ZipInfo], limits: Limits, refuse: Refuse) -> None:
    """The claimed sizes. What is unpacked later never exceeds what was claimed here."""
    for member in members:
        if member.file_size > limits.member_bytes:
            refuse("OKX018", f"har en del som blir over {limits.member_bytes // 1_000_000} MB utpakket, og leses ikke.")
        if member.file_size > limits.ratio_floor and member.file_size > limits.ratio * max(member.compress_size, 1):
            refuse("OKX017", "er unaturlig hardt komprimert, slik skadelige filer er, og leses ikke.")
    if sum(member.file_size for member in members) > limits.total_bytes:
        refuse("OKX018", f"blir over {limits.total_bytes // 1_000_000} MB utpakket, og leses ikke.")


def _content_start(data: bytes, member: zipfile.ZipInfo, refuse: Refuse) -> int:
    """Where the packed bytes begin. The member's own header must tell the same name as the directory does."""
    if member.flag_bits & _ENCRYPTED:
        refuse("OKX007", "er passordbeskyttet; åpne den i Excel, fjern passordet og lagre.")
    offset = member.header_offset
    header = data[offset : offset + _LOCAL.size] if offset >= 0 else b""
    if len(header) != _LOCAL.size:
        refuse("OKX012", _DAMAGED.format(_shown(member.filename)))
    signature, _, flags, method, *_, name_size, extra_size = _LOCAL.unpack(header)
    name = data[offset + _LOCAL.size : offset + _LOCAL.size + name_size]
    expected = member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8_NAME else "cp437", "replace")
    if signature != b"PK\x03\x04" or name != expected or method != member.compress_type or flags & _ENCRYPTED:
        refuse("OKX012", _DAMAGED.format(_shown(member.filename)))
    return int(offset + _LOCAL.size + name_size + extra_size)


def _content(data: bytes, start: int, member: zipfile.ZipInfo, refuse: Refuse) -> bytes:
    packed = data[start : start + member.compress_size]
    content: bytes | None = None
    if member.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, member.file_size + 1)
        except zlib.error:
            content = None
        if not inflater.eof:
            content = None
    if content is None or len(content) != member.file_size or zlib.crc32(content) != member.CRC:
        refuse("OKX012", _DAMAGED.format(_shown(member.filename)))
    return content


def _shown(name: str) -> str:
    """A part name fit for a message: printable and short."""
    text = "".join(char if char.isprintable() else "?" for char in name)
    return text if len(text) <= 60 else f"{text[:57]}…"
