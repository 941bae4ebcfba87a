"""A zip with a few members changed: the rest, their order and the directory are copied as the bytes they were."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_EXTRA = struct.Struct("<2H")
_DESCRIPTOR = 0x8
_ZIP64 = 1
_UTF8 = 0x800
_LEVEL = 6


def with_members(data: bytes, changed: Mapping[str, bytes], added: Mapping[str, bytes] | None = None) -> bytes:
    """The zip ``data``, proved whole by the guard, with new content for the members named in ``changed``.

    Members in ``added`` come after all others. The same bytes in give the same bytes out. KeyError for a name the zip
    does not have, and for a name to be added that it does have.
    """
    added = added or {}
    if not changed and not added:
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members, directory, comment = archive.infolist(), archive.start_dir, archive.comment
    missing = set(changed) - {member.filename for member in members}
    if missing:
        raise KeyError(min(missing))
    taken = set(added) & {member.filename for member in members}
    if taken:
        raise KeyError(min(taken))
    output = io.BytesIO()
    places: dict[str, tuple[int, int, int, int, int]] = {}
    by_place = sorted(members, key=lambda member: member.header_offset)
    ends = [*(member.header_offset for member in by_place[1:]), directory]
    for member, end in zip(by_place, ends, strict=True):
        at = output.tell()
        flags, crc, packed_size, size = member.flag_bits, member.CRC, member.compress_size, member.file_size
        if member.filename in changed:
            content = changed[member.filename]
            packed = _packed(content, member.compress_type)
            flags, crc, packed_size, size = flags & ~_DESCRIPTOR, zlib.crc32(content), len(packed), len(content)
            output.write(_header(data, member, flags, crc, packed_size, size) + packed)
        else:
            output.write(data[member.header_offset : end])
        places[member.filename] = at, flags, crc, packed_size, size
    for name, content in added.items():
        member, packed = _new(name), _packed(content, zipfile.ZIP_DEFLATED)
        places[name] = output.tell(), member.flag_bits, zlib.crc32(content), len(packed), len(content)
        output.write(_new_header(member, *places[name][2:]) + packed)
        members.append(member)
    start = output.tell()
    for member in members:
        output.write(_entry(member, *places[member.filename]))
    length, count = output.tell() - start, len(members)
    output.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, length, start, len(comment)) + comment)
    return output.getvalue()


def _new(name: str) -> zipfile.ZipInfo:
    """A member of our own: always the same date, and what every program can unpack."""
    member = zipfile.ZipInfo(name)
    member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 0, 0
    if not name.isascii():
        member.flag_bits |= _UTF8
    return member


def _new_header(member: zipfile.ZipInfo, crc: int, packed_size: int, size: int) -> bytes:
    name = member.filename.encode("utf-8")
    version, flags, day = member.extract_version, member.flag_bits, 1 << 5 | 1
    fixed = _LOCAL.pack(b"PK\x03\x04", version, flags, 8, 0, day, crc, packed_size, size, len(name), 0)
    return fixed + name


def _packed(content: bytes, method: int) -> bytes:
    if method == zipfile.ZIP_STORED:
        return content
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()


def _header(data: bytes, member: zipfile.ZipInfo, flags: int, crc: int, packed_size: int, size: int) -> bytes:
    """The member's own header with new sizes."""
    at = member.header_offset
    signature, version, _, method, time, day, _, _, _, name_size, extra_size = _LOCAL.unpack_from(data, at)
    name_at = at + _LOCAL.size
    name = data[name_at : name_at + name_size]
    extra = _without_zip64(data[name_at + name_size : name_at + name_size + extra_size])
    sizes = crc, packed_size, size, name_size, len(extra)
    return _LOCAL.pack(signature, version, flags, method, time, day, *sizes) + name + extra


def _entry(member: zipfile.ZipInfo, at: int, flags: int, crc: int, packed_size: int, size: int) -> bytes:
    """The member's line in the directory."""
    name = member.orig_filename.encode("utf-8" if flags & 0x800 else "cp437")
    extra = _without_zip64(member.extra)
    year, month, day, hour, minute, second = member.date_time
    made = member.create_version | member.create_system << 8
    return (
        _CENTRAL.pack(
            b"PK\x01\x02", made, member.extract_version | member.reserved << 8, flags, member.compress_type,
            hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day,
            crc, packed_size, size, len(name), len(extra), len(member.comment), 0,
            member.internal_attr, member.external_attr, at,
        )
        + name + extra + member.comment
    )  # fmt: skip


def _without_zip64(extra: bytes) -> bytes:
    """Extra fields without the one for sizes beyond 4 GB, which no workbook within the limits has."""
    kept, at = b"", 0
    while at + _EXTRA.size <= len(extra):
        kind, size = _EXTRA.unpack_from(extra, at)
        end = at + _EXTRA.size + size
        if kind != _ZIP64:
            kept += extra[at:end]
        at = end
    return kept + extra[at:]
