"""Workbooks spoiled at random, each from its seed alone: the zip, the parts, the XML, the formulas."""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

from okosos_xl import api
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.workbook.write import build

CASE = {
    "dato": "2026-11-01", "saldodato": "2026-10-15", "disponibelt": 1850, "startmaaned": "2026-12",
    "krav": [{"kreditor": "Fjordbanken", "saldo": 37400}, {"kreditor": "Åsen <&> Inkasso", "saldo": 9100}],
}  # fmt: skip
Parts = list[tuple[str, bytes]]


def made_bases() -> list[bytes]:
    """Small workbooks of ours: a plan with two claims, and a budget."""
    from okosos_xl.engine import get_engine
    from okosos_xl.sak.load import case_from_data

    spec = load_spec("dividende")
    small, _ = build(compile_template(spec, exact={"krav": 2}), case_from_data(CASE, spec), get_engine(), None)
    return [small, small, small, api.generate("manedsbudsjett")]


def mutated(seed: int, bases: list[bytes]) -> tuple[str, bytes]:
    """The name of what was done, and the package."""
    rng = random.Random(seed)
    base = rng.choice(bases)
    mutate = rng.choice(MUTATORS)
    data = mutate(rng, base)
    if rng.random() < 0.2:
        second = rng.choice(MUTATORS)
        try:
            return f"{mutate.__name__}+{second.__name__}", second(rng, data)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, KeyError, zlib.error):
            pass  # the first left nothing that could be unpacked
    return mutate.__name__, data


def _parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(m.filename, archive.read(m)) for m in archive.infolist()]


def _zipped(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        warnings.simplefilter("ignore")
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def _pick(rng: random.Random, parts: Parts) -> int:
    """A part, the sheets and the workbook more often than the others."""
    weights = [6 if "worksheets/" in name else 12 if "workbook" in name or "Types" in name else 2 for name, _ in parts]
    return rng.choices(range(len(parts)), weights)[0]


def _in_part(rng: random.Random, base: bytes, change: Callable[[bytes], bytes]) -> bytes:
    parts = _parts(base)
    n = _pick(rng, parts)
    parts[n] = parts[n][0], change(parts[n][1])
    return _zipped(parts)


# --- the zip ----------------------------------------------------------------------------------------------------------


def bit_flips(rng: random.Random, base: bytes) -> bytes:
    data = bytearray(base)
    directory = data.rfind(b"PK\x01\x02")
    for _ in range(rng.choice((1, 1, 3, 30))):
        at = rng.randrange(len(data)) if rng.random() < 0.5 or directory < 0 else rng.randrange(directory, len(data))
        data[at] ^= 1 << rng.randrange(8)
    return bytes(data)


def cut_off(rng: random.Random, base: bytes) -> bytes:
    return base[: rng.randrange(len(base))] if rng.random() < 0.7 else base[rng.randrange(1, 500) :]


def torn(rng: random.Random, base: bytes) -> bytes:
    """A stretch in the middle missing, doubled or zeroed."""
    at, length = rng.randrange(len(base)), rng.randrange(1, 5000)
    middle = rng.choice((b"", base[at : at + length] * 2, bytes(length)))
    return base[:at] + middle + base[at + length :]


def zip64(rng: random.Random, base: bytes) -> bytes:
    """Extra fields that claim to hold sizes beyond 4 GB, and end records that do."""
    data = bytearray(base)
    at = data.rfind(b"PK\x05\x06")
    if at < 0:
        return base
    kind = rng.randrange(3)
    if kind == 0:
        data[at + 8 : at + 12] = b"\xff\xff\xff\xff"
    elif kind == 1:
        record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, rng.getrandbits(40), 5, 100, 0)
        data[at:at] = record + struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    else:
        entry = data.rfind(b"PK\x01\x02", 0, at)
        data[entry + 20 : entry + 28] = b"\xff" * 8
        data[entry + 30 : entry + 32] = struct.pack("<H", 20)
        name = struct.unpack_from("<H", data, entry + 28)[0]
        extra = struct.pack("<HHQQ", 1, 16, rng.getrandbits(63), rng.getrandbits(33))
        data[entry + 46 + name : entry + 46 + name] = extra
    return bytes(data)


def sizes_that_lie(rng: random.Random, base: bytes) -> bytes:
    data = bytearray(base)
    places = [m.start() for m in re.finditer(rb"PK\x01\x02|PK\x03\x04", base)]
    at = rng.choice(places or [0])
    data[at + 18 : at + 22] = struct.pack("<I", rng.choice((0, 1, 0xFFFFFFFF, rng.getrandbits(31))))
    return bytes(data)


# --- the parts --------------------------------------------------------------------------------------------------------


def without_a_part(rng: random.Random, base: bytes) -> bytes:
    parts = _parts(base)
    del parts[_pick(rng, parts)]
    return _zipped(parts)


def a_part_twice(rng: random.Random, base: bytes) -> bytes:
    parts = _parts(base)
    name, content = parts[_pick(rng, parts)]
    other = rng.choice((name, name.upper(), name.replace("/", "\\"), "../" + name, name + "\0x", "/" + name))
    parts.insert(rng.randrange(len(parts) + 1), (other, content))
    return _zipped(parts)


def parts_swapped(rng: random.Random, base: bytes) -> bytes:
    parts = _parts(base)
    a, b = _pick(rng, parts), _pick(rng, parts)
    parts[a], parts[b] = (parts[a][0], parts[b][1]), (parts[b][0], parts[a][1])
    return _zipped(parts)


def other_content_types(rng: random.Random, base: bytes) -> bytes:
    parts = dict(_parts(base))
    text = parts.get("[Content_Types].xml", b"<Types/>")
    words = re.findall(rb'ContentType="([^"]*)"', text) or [b"x"]
    parts["[Content_Types].xml"] = text.replace(rng.choice(words), rng.choice([*words, b"", b"text/html", b"\xc3\xa6"]))
    return _zipped(list(parts.items()))


def junk_for_a_part(rng: random.Random, base: bytes) -> bytes:
    junk = rng.choice(
        (b"", b"\0" * 5000, b"<", b"<a/>", b"\xff\xfe<\0", rng.randbytes(3000), b"<a>" * 60 + b"</a>" * 60)
    )
    return _in_part(rng, base, lambda _: junk)


def stored(rng: random.Random, base: bytes) -> bytes:
    return _zipped(_parts(base), rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))


# --- the XML ----------------------------------------------------------------------------------------------------------

_ELEMENT = re.compile(rb"<(\w+)\b[^<>]*?(?:/>|>[^<>]*</\1>)")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"<>]*)"')
_NASTY = (
    b"", b"0", b"-1", b"1", b"1048577", b"16385", b"4294967296", b"99999999999999999999", b"1e308", b"NaN", b"inf",
    b"A1", b"XFD1048576", b"A1:XFD1048576", b"AAAA1", b"$A$1", b"A0", b"true", b"e", b"s", b"str", b"shared", b"array",
    b"&amp;", b"\xc3\xa6\xc3\xb8", b"x" * 70000, b"veryHidden", b"rId1", b"../../x", b"&#0;", b"&#x110000;", b"&x;",
)  # fmt: skip


def bytes_in_a_part(rng: random.Random, base: bytes) -> bytes:
    def change(content: bytes) -> bytes:
        data = bytearray(content or b" ")
        for _ in range(rng.choice((1, 2, 20))):
            data[rng.randrange(len(data))] = rng.choice((rng.randrange(256), 60, 62, 34, 38))
        return bytes(data)

    return _in_part(rng, base, change)


def part_cut_off(rng: random.Random, base: bytes) -> bytes:
    return _in_part(rng, base, lambda content: content[: rng.randrange(len(content) + 1)])


def elements_gone_or_doubled(rng: random.Random, base: bytes) -> bytes:
    def change(content: bytes) -> bytes:
        found = [m.span() for m in _ELEMENT.finditer(content)]
        for start, end in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 5)))), reverse=True):
            content = content[:start] + content[start:end] * rng.choice((0, 2, 2, 40)) + content[end:]
        return content

    return _in_part(rng, base, change)


def attributes_changed(rng: random.Random, base: bytes) -> bytes:
    def change(content: bytes) -> bytes:
        found = [m.span(2) for m in _ATTRIBUTE.finditer(content)]
        for start, end in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 4)))), reverse=True):
            content = content[:start] + rng.choice(_NASTY) + content[end:]
        return content

    return _in_part(rng, base, change)


def values_changed(rng: random.Random, base: bytes) -> bytes:
    def change(content: bytes) -> bytes:
        found = [m.span(1) for m in re.finditer(rb"<(?:v|t|f|definedName)\b[^<>]*>([^<>]*)<", content)]
        for start, end in sorted(rng.sample(found, min(len(found), rng.choice((1, 3, 20)))), reverse=True):
            content = content[:start] + rng.choice(_NASTY) + content[end:]
        return content

    return _in_part(rng, base, change)


def deep(rng: random.Random, base: bytes) -> bytes:
    depth = rng.choice((50, 70, 1000, 200_000))
    tag = rng.choice((b"c", b"row", b"ext", b"a:b"))
    inside = (b"<%s>" % tag) * depth + (b"</%s>" % tag) * (depth if rng.random() < 0.7 else 0)

    def change(content: bytes) -> bytes:
        at = rng.choice([m.start() for m in re.finditer(rb"<", content)] or [0])
        return content[:at] + inside + content[at:]

    return _in_part(rng, base, change)


def entities(rng: random.Random, base: bytes) -> bytes:
    lol = b'<!DOCTYPE a [<!ENTITY a "aaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    file = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">'
    start = rng.choice((lol, file)) + b"]>"

    def change(content: bytes) -> bytes:
        head, end, rest = content.partition(b"?>")
        text = head + end + start + rest.replace(b"</", b"&a;</", 1)
        encoding = rng.choice(("utf-8", "utf-8", "utf-16", "utf-16-be"))
        return text if encoding == "utf-8" else text.decode("utf-8", "replace").encode(encoding)

    return _in_part(rng, base, change)


def other_encoding(rng: random.Random, base: bytes) -> bytes:
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp037"))
    return _in_part(rng, base, lambda content: content.decode("utf-8", "replace").encode(encoding, "replace"))


# --- what is too large, and formulas ----------------------------------------------------------------------------------


def huge(rng: random.Random, base: bytes) -> bytes:
    """Cells in the far corner, areas of a whole sheet, a million rows announced."""

    def change(content: bytes) -> bytes:
        text = rng.choice((
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            b'<row r="1048576"><c r="A1048576"><f>SUM(A1:XFD1048575)</f><v>1</v></c></row>',
            b'<row r="900"><c r="XFD900" t="inlineStr"><is><t>' + b"x" * 200_000 + b"</t></is></c></row>",
            b'<row r="2000"><c r="A2000"><f t="array" ref="A2000:XFD1048576">A1:XFD1999*2</f><v>1</v></c></row>',
            b'<row r="2000"><c r="A2000"><f t="shared" ref="A2000:XFD1048576" si="9">A1+1</f><v>1</v></c></row>',
            b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(2000, 40_000)),
        ))  # fmt: skip
        content = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', content)
        content = content.replace(b"</sheetData>", text + b"</sheetData>")
        return re.sub(rb"(<definedName[^>]*>[^<]*!)[^<]*", rb"\1$A$1:$XFD$1048576", content, count=3)

    return _in_part(rng, base, change)


def bomb(rng: random.Random, base: bytes) -> bytes:
    parts = _parts(base)
    size = rng.choice((1_000_000, 12_000_000, 120_000_000))
    what = rng.randrange(4)
    if what == 0:
        parts.append(("xl/media/bilde.bin", bytes(size)))
    elif what == 1:
        parts.extend((f"xl/media/{n}.bin", b"") for n in range(rng.choice((4000, 6000))))
    elif what == 2:
        n = _pick(rng, parts)
        parts[n] = parts[n][0], parts[n][1] + b" " * size
    else:
        strings = b"<si><t>x</t></si>" * (size // 20)
        parts = [(name, content.replace(b"</sst>", strings + b"</sst>")) for name, content in parts]
    return _zipped(parts)


_FORMULAS = (
    b"(" * 5000 + b"1" + b")" * 5000, b"1" + b"+1" * 20000, b"-" * 20000 + b"1", b"1^" * 3000 + b"1",
    b"IF(" * 300 + b"1" + b")" * 300, b'REPT("x",32767)', b'REPT(REPT("ab",16383),32767)', b"A1:XFD1048576",
    b"SUMPRODUCT((A1:XFD1048576)*1)", b"SUM(A:XFD)", b"SUM(1:1048576)", b"FACT(1E9)", b"COMBIN(1E9,5E8)",
    b'INDIRECT("A1:XFD1048576")', b"OFFSET(A1,0,0,1048576,16384)", b"#REF!", b"", b"Krav!A1:Plan!B2", b"'[1]Ark'!A1",
    b'WEBSERVICE("http://x")', b"ROW(1:1048576)", b"A1048577", b"{1,2;3}", b"=", b"SUM(" + b"A1," * 4000 + b"A1)",
    b"MMULT(A1:Z9999,A1:Z9999)", b"LET(x,1,x)", b"LAMBDA(x,x(x))(LAMBDA(x,x(x)))", b"DATE(1E300,1,1)",
    b"EDATE(1E15,1E15)", b"RATE(1E9,-1,1E-300)",
)  # fmt: skip


def formulas(rng: random.Random, base: bytes) -> bytes:
    def change(content: bytes) -> bytes:
        found = [m.span(1) for m in re.finditer(rb"<f\b[^<>]*>([^<>]*)</f>", content)]
        for start, end in sorted(rng.sample(found, min(len(found), rng.choice((1, 2, 10)))), reverse=True):
            content = content[:start] + rng.choice(_FORMULAS).replace(b'"', b"&quot;") + content[end:]
        return content

    return _in_part(rng, base, change)


MUTATORS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    bit_flips, cut_off, torn, zip64, sizes_that_lie, without_a_part, a_part_twice, parts_swapped, other_content_types,
    junk_for_a_part, stored, bytes_in_a_part, part_cut_off, elements_gone_or_doubled, attributes_changed,
    values_changed, deep, entities, other_encoding, huge, bomb, formulas,
)  # fmt: skip
