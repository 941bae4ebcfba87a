"""Adds one sheet to an advisor's own workbook, or puts new content in the one added before.

The parts that must know of the sheet (list of sheets, relationships, content types, styles) get lines appended; every
other part keeps its bytes. Existing styles keep their numbers. The result is read back before it is given out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from okosos_xl.workbook.add_styles import Look, with_looks
from okosos_xl.workbook.findings_name import NAME, findings_sheets
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.opc import CONTENT_TYPES, relationships_name
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.patch_zip import with_members
from okosos_xl.workbook.refusal import WorkbookRefused
from okosos_xl.workbook.xmlguard import BadXmlError, attributes, local, parse_small

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_LONGEST_NAME = 31


@dataclass(frozen=True)
class NewSheet:
    """A sheet to add: its name, the looks its cells use by meaning, and its XML once their numbers are known.

    ``repeated`` is the last of the rows that are printed on every page.
    """

    name: str
    looks: dict[str, Look]
    xml: Callable[[dict[str, int]], bytes]
    repeated: int


def with_sheet(package: Package, sheet: NewSheet) -> bytes:
    """The workbook with the sheet last. Raises :class:`WorkbookRefused` (OKX027) where that cannot be done safely."""
    try:
        return _with_sheet(package, sheet)
    except BadXmlError:
        raise _refused(package, _UNSAFE) from None


def _with_sheet(package: Package, sheet: NewSheet) -> bytes:
    vetted = package.vetted
    if any(name.casefold().startswith("_xmlsignatures/") for name in vetted.parts):
        raise _refused(package, "er digitalt signert, og signaturen ville bli ugyldig; lag en usignert kopi først.")
    changed: dict[str, bytes] = {}
    added: dict[str, bytes] = {}
    numbers: dict[str, int] = {}
    styles = _styles_part(package)
    if styles is not None:
        content, numbers = with_looks(vetted.parts[styles], sheet.looks)
        changed[styles] = content
    old = findings_sheets(package)
    if old:
        part = _member(package, next(s.part for s in package.sheets if s.name == old[0]))
        changed[part] = sheet.xml(numbers)
        name = old[0]
    else:
        name = _free_name(package, sheet.name)
        part = _free_part(package)
        added[part] = sheet.xml(numbers)
        changed |= _announced(package, part, name, sheet.repeated)
    changed = {name: content for name, content in changed.items() if content != vetted.parts[name]}
    data = with_members(vetted.data, changed, added)
    _prove(package, data, name, {*changed, *added})
    return data


def _announced(package: Package, part: str, name: str, repeated: int) -> dict[str, bytes]:
    """The three parts that say that the sheet is there."""
    vetted, book = package.vetted, _member(package, package.vetted.workbook_part)
    links, types = _member(package, relationships_name(book)), _member(package, CONTENT_TYPES)
    taken = {link.id for link in vetted.relationships(book)}
    id = next(f"rIdOkosos{n}" for n in range(1, len(taken) + 2) if f"rIdOkosos{n}" not in taken)
    office = _STRICT if _STRICT.encode() in vetted.parts[book] else _OFFICE
    tree = parse_small(vetted.parts[book])
    numbers = [
        int(number) for e in tree.iter() if local(e.tag) == "sheet" and (number := _sheet_id(attributes(e))).isdecimal()
    ]
    element = f'sheet xmlns:r="{office}" name={quoteattr(name)} sheetId="{max(numbers, default=0) + 1}" r:id="{id}"/>'
    workbook = _inside(package, vetted.parts[book], "sheets", [element])
    quoted = "'" + name.replace("'", "''") + "'"
    first, rows = _escaped(f"{quoted}!$A$1"), _escaped(f"{quoted}!$1:${repeated}")
    index = len(package.sheets)
    names = [
        f'definedName name="_xlnm.Print_Titles" localSheetId="{index}">{rows}</definedName>',
        f'definedName name="{NAME}" hidden="1">{first}</definedName>',
    ]
    target = quoteattr("/" + part)
    return {
        book: _named(package, workbook, names),
        links: _inside(
            package, vetted.parts[links], "Relationships",
            [f'Relationship Id="{id}" Type="{office}/worksheet" Target={target}/>'],
        ),
        types: _inside(
            package, vetted.parts[types], "Types", [f'Override PartName={target} ContentType="{_SHEET_TYPE}"/>']
        ),
    }  # fmt: skip


def _sheet_id(written: dict[str, str]) -> str:
    return written.get("sheetId", "")


def _named(package: Package, workbook: bytes, names: list[str]) -> bytes:
    """The defined names at the end of the list, which is made where there is none."""
    if _end(workbook, "definedNames") is not None:
        return _inside(package, workbook, "definedNames", names)
    for before in ("externalReferences", "functionGroups", "sheets"):
        found = _end(workbook, before)
        if found is not None:
            prefix = found[1].decode()
            inside = "".join(f"<{prefix}{one}".replace("</", f"</{prefix}") for one in names)
            made = f"<{prefix}definedNames>{inside}</{prefix}definedNames>".encode()
            return workbook[: found.end()] + made + workbook[found.end() :]
    raise _refused(package, _UNSAFE)


def _inside(package: Package, content: bytes, group: str, elements: list[str]) -> bytes:
    """The part with elements last in a list, in the prefix the part itself uses."""
    found = _end(content, group)
    if found is None:
        raise _refused(package, _UNSAFE)
    prefix = found[1].decode()
    text = "".join(f"<{prefix}{one}".replace("</", f"</{prefix}") for one in elements).encode()
    return content[: found.start()] + text + content[found.start() :]


_UNSAFE = "er bygd på en måte et ark ikke trygt kan legges til i; åpne den i Excel og lagre på nytt."


def _end(content: bytes, group: str) -> re.Match[bytes] | None:
    """The last end tag of a list, with its prefix."""
    return next(reversed([*re.finditer(rb"</((?:[\w.-]+:)?)" + group.encode() + rb"\s*>", content)]), None)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _member(package: Package, part: str) -> str:
    """The part as the zip spells it."""
    folded = part.casefold()
    found = next((name for name in package.vetted.parts if name.casefold() == folded), None)
    if found is None:
        raise _refused(package, _UNSAFE)
    return found


def _styles_part(package: Package) -> str | None:
    links = package.vetted.relationships(package.vetted.workbook_part)
    part = next((link.target for link in links if link.kind == "styles" and not link.external), None)
    if part is None or package.vetted.part(part) is None:
        return None
    return _member(package, part)


def _free_name(package: Package, wanted: str) -> str:
    taken = {sheet.name.casefold() for sheet in package.sheets}
    names = (wanted if n == 1 else f"{wanted[: _LONGEST_NAME - 4]} {n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name.casefold() not in taken)


def _free_part(package: Package) -> str:
    folder = posixpath.join(posixpath.dirname(package.vetted.workbook_part), "worksheets")
    taken = {name.casefold() for name in package.vetted.parts}
    names = (f"{folder}/funn{n}.xml" for n in range(1, len(taken) + 2))
    return next(name for name in names if name.casefold() not in taken)


def _prove(package: Package, data: bytes, name: str, touched: set[str]) -> None:
    """Read the result back: the sheet is there, nothing else has changed, or it is not given out."""
    try:
        after = Package(read_vetted(data, name=package.vetted.name, limits=package.vetted.limits))
        after.sheet(name)
    except WorkbookRefused:
        raise _refused(package, _UNSAFE) from None
    others = [s for s in after.sheets if s.name != name]
    before = [s for s in package.sheets if s.name != name]
    old, new = package.vetted.parts, after.vetted.parts
    same = all(new.get(part) == content for part, content in old.items() if part not in touched)
    if others != before or not same or findings_sheets(after) != [name]:
        raise _refused(package, _UNSAFE)


def _refused(package: Package, reason: str) -> WorkbookRefused:
    return WorkbookRefused("OKX027", package.vetted.name, reason)
