"""Hostile, broken and foreign files are turned away with one clear sentence; workbooks pass."""

from __future__ import annotations

import io
import os
import pickle
import struct
import time
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_package import content_types, parts, relationships, workbook, worksheet, zipped

from okosos_xl.workbook.guard import Limits, WorkbookRefused, is_xlsx, read_vetted
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.refusal import CODES
from okosos_xl.workbook.xmlguard import BadXmlError, _deeper_by_parser, _is_shallow, vetted_xml

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
SHEET = "xl/worksheets/sheet1.xml"


def refused(source: Path | bytes, code: str, limits: Limits | None = None) -> WorkbookRefused:
    """The refusal of a file, which must be the right one and well spoken."""
    name = None if isinstance(source, Path) else "sak.xlsx"
    with pytest.raises(WorkbookRefused) as caught:
        read_vetted(source, name=name, limits=limits or Limits())
    error = caught.value
    assert error.code == code, error.message
    assert code in CODES
    assert "\n" not in error.message
    assert error.message.startswith(f"«{source.name if isinstance(source, Path) else 'sak.xlsx'}» ")
    assert error.message.endswith(".")
    assert str(error) == error.message
    return error


def with_parts(**changed: str | bytes) -> bytes:
    """The smallest workbook with parts added, replaced, or left out (empty bytes); ``__`` in a keyword is ``/``."""
    found = parts()
    for name, content in changed.items():
        found[name.replace("__", "/")] = content
    return zipped({name: content for name, content in found.items() if content != b""})


def test_a_workbook_passes_and_keeps_its_bytes() -> None:
    data = zipped(parts())
    vetted = read_vetted(data, name="sak.xlsx")
    assert vetted.data == data
    assert vetted.workbook_part == "xl/workbook.xml"
    assert vetted.foreign == []
    assert vetted.part("XL/Workbook.XML") == vetted.parts["xl/workbook.xml"]
    assert is_xlsx(data)
    assert not is_xlsx(b"PK\x03\x04")


def test_a_path_is_read_and_gives_its_name(tmp_path: Path) -> None:
    (tmp_path / "2026-0113.xlsx").write_bytes(zipped(parts()))
    assert read_vetted(tmp_path / "2026-0113.xlsx").name == "2026-0113.xlsx"


def test_a_missing_file_a_folder_a_pipe_and_a_lock_file_are_named(tmp_path: Path) -> None:
    refused(tmp_path / "borte.xlsx", "OKX001")
    (tmp_path / "mappe.xlsx").mkdir()
    refused(tmp_path / "mappe.xlsx", "OKX002")
    (tmp_path / "~$sak.xlsx").write_bytes(b"x" * 165)
    refused(tmp_path / "~$sak.xlsx", "OKX023")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "kø.xlsx")
        refused(tmp_path / "kø.xlsx", "OKX002")


def test_an_unreadable_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sak.xlsx"
    path.write_bytes(zipped(parts()))

    def locked(*_arguments: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    assert "Permission" not in refused(path, "OKX003").message


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "OKX004"),
        (b"navn;sum\nA;1\n", "OKX005"),
        (b"<html><table></table></html>", "OKX005"),
        (OLE2, "OKX005"),
        (OLE2 + "Workbook".encode("utf-16-le"), "OKX006"),
        (OLE2 + "EncryptedPackage".encode("utf-16-le"), "OKX007"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OKX009"),
        (zipped({"foto.jpg": b"\xff\xd8"}), "OKX021"),
        (with_parts(**{"xl__workbook.bin": b"\x83"}), "OKX008"),
        (with_parts(**{"xl__vbaProject.bin": b"\x00"}), "OKX010"),
        (with_parts(**{"xl__macrosheets__sheet1.xml": "<a/>"}), "OKX010"),
        (with_parts(**{"[Content_Types].xml": b""}), "OKX021"),
        (with_parts(**{"xl__workbook.xml": b""}), "OKX021"),
        (with_parts(**{"_rels__.rels": b""}), "OKX021"),
        (with_parts(**{"_rels__.rels": relationships(("r", "officeDocument", "../../../etc/passwd"))}), "OKX021"),
    ],
)
def test_other_kinds_of_files_are_named_for_what_they_are(data: bytes, code: str) -> None:
    refused(data, code)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "OKX010"),
        ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", "OKX008"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "OKX005"),
    ],
)
def test_the_content_type_decides_whatever_the_file_is_called(kind: str, code: str) -> None:
    refused(with_parts(**{"[Content_Types].xml": content_types(kind)}), code)


def test_a_file_cut_off_anywhere_is_refused() -> None:
    data = zipped(parts())
    for length in range(4, len(data), 37):
        refused(data[:length], "OKX011")


def test_a_flipped_bit_in_a_part_is_noticed() -> None:
    data = bytearray(zipped(parts()))
    data[data.index(b"xl/workbook.xml") + 20] ^= 0x10
    assert "xl/workbook.xml" in refused(bytes(data), "OKX012").message


def test_two_members_of_one_name_are_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refused(zipped(parts(), (SHEET, "<other/>")), "OKX013")
    refused(zipped(parts(), ("XL/WORKSHEETS/Sheet1.xml", "<other/>")), "OKX013")


def test_members_on_top_of_one_another_are_refused() -> None:
    """Two directory entries pointing at one piece of data, as in the well-known overlapping bombs."""
    data = zipped(parts(), ("xl/a.bin", b"0" * 1000), ("xl/b.bin", b"0" * 1000))
    first, second = (data.index(b"PK\x03\x04", data.index(name) - 31) for name in (b"xl/a.bin", b"xl/b.bin"))
    entry = data.rindex(b"xl/b.bin") - 46
    spoiled = bytearray(data)
    spoiled[entry + 42 : entry + 46] = struct.pack("<I", first)
    spoiled[entry + 46 : entry + 54] = b"xl/B.bin"
    with pytest.raises(WorkbookRefused) as caught:
        read_vetted(bytes(spoiled))
    assert caught.value.code in ("OKX012", "OKX013")
    swallowed = bytearray(data)  # a.bin claims to go on over b.bin
    entry = data.rindex(b"xl/a.bin") - 46
    swallowed[entry + 20 : entry + 24] = struct.pack("<I", second - first + 20)
    with pytest.raises(WorkbookRefused) as caught:
        read_vetted(bytes(swallowed))
    assert caught.value.code in ("OKX012", "OKX013")


@pytest.mark.parametrize("name", ["../ut.xml", "xl/../../ut.xml", "/etc/x", "C:/x", "xl\\x.xml", "xl//x.xml", "a\x01b"])
def test_paths_that_leave_the_package_are_refused(name: str) -> None:
    message = refused(zipped(parts(), (name, "x")), "OKX014").message
    assert message.isprintable()


def test_too_many_members_are_refused_before_they_are_read() -> None:
    many = zipped(parts() | {f"xl/media/{n}.bin": b"" for n in range(40)})
    refused(many, "OKX015", Limits(members=30))
    refused(many, "OKX015", Limits(members=5))
    assert read_vetted(many, limits=Limits(members=45)).parts


def test_sizes_are_bounded(tmp_path: Path) -> None:
    big = zipped(parts() | {"xl/media/a.bin": os.urandom(5000), "xl/media/b.bin": os.urandom(5000)})
    refused(big, "OKX018", Limits(member_bytes=4000))
    refused(big, "OKX018", Limits(total_bytes=9000))
    refused(big, "OKX016", Limits(file_bytes=9000))
    (tmp_path / "stor.xlsx").write_bytes(big)
    refused(tmp_path / "stor.xlsx", "OKX016", Limits(file_bytes=9000))


def test_a_bomb_is_refused_quickly_and_a_dull_sheet_is_not() -> None:
    started = time.perf_counter()
    refused(zipped(parts() | {"xl/media/bombe.bin": bytes(60_000_000)}), "OKX017")
    assert read_vetted(zipped(parts() | {"xl/media/tomt.bin": bytes(9_000_000)})).parts
    assert time.perf_counter() - started < 5


def test_a_header_that_lies_about_the_size_is_not_believed() -> None:
    data = zipped(parts() | {"xl/media/bombe.bin": bytes(60_000_000)})
    entry = data.rindex(b"xl/media/bombe.bin") - 46
    lying = bytearray(data)
    lying[entry + 24 : entry + 28] = struct.pack("<I", 100)
    refused(bytes(lying), "OKX012")


def test_two_names_for_one_member_are_refused() -> None:
    data = bytearray(zipped(parts()))
    at = data.index(b"xl/workbook.xml")
    data[at : at + 15] = b"xl/workbOOk.xml"
    refused(bytes(data), "OKX012")


def test_a_zip_password_and_an_unknown_packing_are_refused() -> None:
    data = bytearray(zipped(parts()))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    refused(bytes(data), "OKX007")
    data = bytearray(zipped(parts()))
    data[data.index(b"PK\x01\x02") + 10] = 99
    data[8] = 99
    refused(bytes(data), "OKX012")


BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + worksheet("").replace("<sheetData>", "&b;")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", [SHEET, "docProps/core.xml", "xl/_rels/workbook.xml.rels", "xl/media/bilde.png"])
def test_document_types_are_refused_in_every_part_and_encoding(part: str, encoding: str) -> None:
    refused(zipped(parts() | {part: BOMB.encode(encoding)}), "OKX019")


def test_encodings_that_hide_markup_are_refused() -> None:
    hidden = b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>'
    refused(zipped(parts() | {SHEET: hidden}), "OKX022")


def test_a_sheet_in_utf16_is_read_as_any_other() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + worksheet('<row r="1"><c r="A1" t="str"><v>Blåbær</v></c></row>')
    package = Package(read_vetted(zipped(parts() | {SHEET: text.encode("utf-16")})))
    assert package.sheet("Krav").values == {(1, 1): "Blåbær"}


@pytest.mark.parametrize("count", [100, 100_000])
@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml"])
def test_deep_nesting_is_refused(part: str, count: int) -> None:
    refused(zipped(parts() | {part: "<a>" * count + "</a>" * count}), "OKX020")


def test_nesting_hidden_in_a_large_sheet_is_refused_when_it_is_read() -> None:
    filler = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 9000))
    rows = filler + "<x>" * 80 + "</x>" * 80
    with pytest.raises(WorkbookRefused) as caught:
        Package(read_vetted(zipped(parts() | {SHEET: worksheet(rows)}))).sheet("Krav")
    assert caught.value.code == "OKX020"


def test_links_and_embedded_things_are_reported_not_refused() -> None:
    data = with_parts(
        **{
            "xl__externalLinks__externalLink1.xml": "<externalLink/>",
            "xl__connections.xml": "<connections/>",
            "xl__embeddings__oleObject1.bin": b"\x01",
            "xl__worksheets___rels__sheet1.xml.rels": relationships(("a", "image", "http://x/y.png"), external=True),
            "xl__charts___rels__chart1.xml.rels": relationships(("a", "hyperlink", "https://nav.no"), external=True),
        },
    )
    assert [(one.kind, one.part) for one in read_vetted(data).foreign] == [
        ("ekstern lenke", "xl/externalLinks/externalLink1.xml"),
        ("datatilkobling", "xl/connections.xml"),
        ("innebygd objekt", "xl/embeddings/oleObject1.bin"),
        ("ekstern lenke", "xl/worksheets/_rels/sheet1.xml.rels"),
    ]


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
def test_broken_xml_in_a_part_that_is_read_is_refused(part: str) -> None:
    with pytest.raises(WorkbookRefused) as caught:
        Package(read_vetted(zipped(parts() | {part: "<a><b></a>"})))
    assert caught.value.code == "OKX022"


def test_a_refusal_survives_the_way_between_processes() -> None:
    error = WorkbookRefused("OKX004", "sak.xlsx", "er tom.")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.message) == (error.code, error.message)


SAMPLE = zipped(
    parts(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>A1&amp;"x"</f><v>2</v></c></row>',
        strings="<si><t>a</t></si>",
    )
)
PLAIN = parts(workbook=workbook("<definedNames><definedName name='a'>Krav!$A$1</definedName></definedNames>"))


def read_everything(data: bytes) -> None:
    package = Package(read_vetted(data, limits=replace(Limits(), total_bytes=10_000_000)))
    for sheet in package.sheets:
        cells = package.sheet(sheet.name)
        for cell in cells.formulas:
            assert cells.formulas[cell]
            assert cells.formulas.r1c1(cell)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_random_damage_never_gives_anything_but_a_refusal(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SAMPLE)
    for place, byte in changes:
        data[place] = byte
    try:
        read_everything(bytes(data))
    except WorkbookRefused as error:
        assert error.code in CODES


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(PLAIN)), st.integers(0, 400), st.text(alphabet='<>/&;="rctsv19A:x!', max_size=8))
def test_random_xml_damage_never_gives_anything_but_a_refusal(part: str, place: int, inserted: str) -> None:
    spoiled = dict(PLAIN)
    text = str(spoiled[part])
    at = place % len(text)
    spoiled[part] = text[:at] + inserted + text[at + len(inserted) // 2 :]
    try:
        read_everything(zipped(spoiled))
    except WorkbookRefused as error:
        assert error.code in CODES


def test_reading_is_as_good_as_the_standard_library_for_every_member() -> None:
    with zipfile.ZipFile(io.BytesIO(SAMPLE)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == dict(read_vetted(SAMPLE).parts)


# --- depth, seen without a parser ------------------------------------------------------------------------------------

NESTING = st.recursive(
    st.sampled_from(
        ["", "x", "<a/>", '<a b="c"/>', "<a b='/>'/>", '<a b="/>">x</a>', '<a b=">"/>', "<!-- <a> -->", "<!-- </a> -->",
         "<![CDATA[<a>]]>", "<![CDATA[</a></a>]]>", "<?a </a>?>", '<a\n b = "c"></a >', "</a>", "<a>", "<!--", "]]>"]
    ),
    lambda inner: st.tuples(
        st.sampled_from(["<a>", '<a b="/>">', '<a b="/" c="d">', "<a b='<'>", '<a b="x>y">', "<b >"]),
        st.lists(inner, max_size=3).map("".join), st.sampled_from(["</a>", "</b>", "</a >", ""]),
    ).map("".join),
    max_leaves=30,
)  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(NESTING, st.integers(0, 8), st.integers(0, 12))
def test_what_is_seen_to_be_shallow_is_shallow(inner: str, around: int, limit: int) -> None:
    text = ("<a>" * around + inner + "</a>" * around).encode()
    if _is_shallow(limit, text):
        assert not _deeper_by_parser(limit, text)


def test_a_part_proved_once_is_not_taken_for_a_deeper_one() -> None:
    for depth in (10, 70, 10, 70):
        text = b"<a>" * depth + b"<b/>" * 100 + b"</a>" * depth
        if depth < 64:
            assert vetted_xml(text, 64) == text
            with pytest.raises(BadXmlError):
                vetted_xml(text, 5)
        else:
            with pytest.raises(BadXmlError):
                vetted_xml(text, 64)
