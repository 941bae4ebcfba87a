"""The door of the toolkit: a file is proved to be a harmless, whole .xlsx package before anything parses it."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from okosos_xl.workbook.limits import Limits, current_limits
from okosos_xl.workbook.opc import (
    CONTENT_TYPES,
    ForeignPart,
    Relationship,
    content_types,
    foreign_parts,
    parse_relationships,
    relationships_name,
)
from okosos_xl.workbook.refusal import WorkbookRefused
from okosos_xl.workbook.xmlguard import BadXmlError, is_xml, vetted_xml
from okosos_xl.workbook.zipguard import unpack

__all__ = ["ForeignPart", "Limits", "VettedPackage", "WorkbookRefused", "is_xlsx", "read_vetted"]

_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "er passordbeskyttet; legg passordet i OKOSOS_PASSORD, eller åpne den i Excel, fjern passordet og lagre."
_SAVE_AS = "åpne den i Excel og lagre som «Excel-arbeidsbok (.xlsx)»."
_NOT_EXCEL = f"er ikke en Excel-arbeidsbok; hvis innholdet er riktig, {_SAVE_AS}"
_BY_XML_PROBLEM = {
    "OKX019": "har en dokumenttype i delen «{}», slik skadelige filer kan ha, og leses ikke.",
    "OKX020": "er unaturlig dypt nøstet i delen «{}», slik skadelige filer kan være, og leses ikke.",
    "OKX022": f"har ugyldig innhold i delen «{{}}»; {_SAVE_AS}",
}


@dataclass(frozen=True)
class VettedPackage:
    """An .xlsx file that may be parsed: unpacked within limits, whole, without macros, document types or passwords.

    XML parts in ``parts`` are UTF-8 whatever they were in the file; ``data`` is the file untouched.
    """

    name: str
    """The file's name, for messages."""
    data: bytes = field(repr=False)
    parts: Mapping[str, bytes] = field(repr=False)
    """Every part of the package by name, unpacked, in the order of the zip."""
    workbook_part: str
    """The part that lists the sheets, usually ``xl/workbook.xml``."""
    foreign: list[ForeignPart]
    """Links, connections and embedded documents: present, reported, not followed."""
    limits: Limits

    def part(self, name: str) -> bytes | None:
        """A part by name, without regard to case as the format has it, or None."""
        found = self.parts.get(name)
        if found is None:
            folded = name.casefold()
            found = next((content for other, content in self.parts.items() if other.casefold() == folded), None)
        return found

    def relationships(self, part: str) -> list[Relationship]:
        """What a part points at; nothing if it has no list. WorkbookRefused if the list is broken."""
        name = relationships_name(part)
        content = self.part(name)
        try:
            return [] if content is None else parse_relationships(content, part)
        except BadXmlError as problem:
            raise self.refusal(problem.code, name) from None

    def refusal(self, code: str, part: str) -> WorkbookRefused:
        """The refusal to raise when a part turns out to be bad XML (OKX019, OKX020 or OKX022)."""
        return WorkbookRefused(code, self.name, _BY_XML_PROBLEM[code].format(part))


def read_vetted(source: Path | bytes, *, name: str | None = None, limits: Limits | None = None) -> VettedPackage:
    """Read a workbook from disk, or from bytes, and prove it safe to parse.

    ``name`` is what messages call the file; the default is the path's last part, or ``arbeidsbok`` for bytes.
    Raises :class:`WorkbookRefused` for everything that is not a whole, unencrypted, macro-free .xlsx within
    ``limits``, and nothing else. The depth of worksheets over 256 kB is only sampled here; reading them through
    ``Package`` checks it exactly. Without ``limits`` those of OKOSOS_GRENSER hold, else the usual ones.
    """
    limits = limits or current_limits()
    if isinstance(source, Path):
        file = name if name is not None else source.name or str(source)
        data = _bytes_of(source, file, limits)
    else:
        file = name if name is not None else "arbeidsbok"
        data = source
    if len(data) > limits.file_bytes:
        raise _too_large(file, limits)
    _check_kind(data, file)
    parts = unpack(data, file, limits)
    _check_family(parts, file)
    for part, content in parts.items():
        if is_xml(part, content):
            try:
                parts[part] = vetted_xml(content, limits.depth, streamed=part.lower().startswith("xl/worksheets/"))
            except BadXmlError as problem:
                raise WorkbookRefused(problem.code, file, _BY_XML_PROBLEM[problem.code].format(part)) from None
    try:
        workbook_part = _workbook_part(parts, file)
        foreign = foreign_parts(parts)
    except BadXmlError as problem:
        reason = _BY_XML_PROBLEM[problem.code].format("innholdsfortegnelsen")
        raise WorkbookRefused(problem.code, file, reason) from None
    return VettedPackage(file, data, parts, workbook_part, foreign, limits)


def is_xlsx(data: bytes) -> bool:
    """Whether bytes look like an OOXML spreadsheet, by a glance at the zip's directory; no proof that it is whole."""
    return data.startswith(_ZIP) and data.rfind(CONTENT_TYPES.encode()) > 0 and data.rfind(b"xl/workbook.xml") > 0


def _bytes_of(path: Path, file: str, limits: Limits) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise WorkbookRefused("OKX002", file, "er en mappe; oppgi en arbeidsbok inni den.")
        if not stat.S_ISREG(found.st_mode):
            raise WorkbookRefused("OKX002", file, "er ikke en vanlig fil; oppgi en arbeidsbok på disk.")
        if path.name.startswith("~$"):
            reason = "er en midlertidig låsefil fra Excel; lukk arbeidsboken i Excel, og bruk filen uten «~$» først."
            raise WorkbookRefused("OKX023", file, reason)
        if found.st_size > limits.file_bytes:
            raise _too_large(file, limits)
        with path.open("rb") as stream:
            return stream.read(limits.file_bytes + 1)  # it may have grown since it was measured
    except WorkbookRefused:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise WorkbookRefused("OKX001", file, "finnes ikke; kontroller navnet og mappen.") from None
    except (OSError, ValueError):
        reason = "kan ikke leses; lukk den i andre programmer, og kontroller at du har tilgang til den."
        raise WorkbookRefused("OKX003", file, reason) from None


def _too_large(file: str, limits: Limits) -> WorkbookRefused:
    size = limits.file_bytes // 1_000_000
    return WorkbookRefused("OKX016", file, f"er større enn {size} MB; fjern bilder og annet som ikke hører saken til.")


def _check_kind(data: bytes, file: str) -> None:
    """The first bytes: a zip goes on, everything else is named for what it is."""
    if not data:
        raise WorkbookRefused("OKX004", file, "er tom (0 byte); hent eller kopier filen på nytt.")
    if data.startswith(_OLE2):
        if _utf16("EncryptedPackage") in data:
            raise WorkbookRefused("OKX007", file, _LOCKED)
        if _utf16("Workbook") in data or _utf16("Book") in data:
            raise WorkbookRefused("OKX006", file, f"er i det gamle .xls-formatet; {_SAVE_AS}")
        raise WorkbookRefused("OKX005", file, _NOT_EXCEL)
    if not data.startswith(_ZIP):
        raise WorkbookRefused("OKX005", file, _NOT_EXCEL)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _check_family(parts: Mapping[str, bytes], file: str) -> None:
    """Other kinds of documents in a zip, known by their parts alone."""
    if parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument."):
        raise WorkbookRefused("OKX009", file, f"er et OpenDocument-regneark; {_SAVE_AS}")
    names = [part.lower() for part in parts]
    if "xl/workbook.bin" in names:
        raise WorkbookRefused("OKX008", file, f"er i det binære .xlsb-formatet; {_SAVE_AS}")
    if any(part.rpartition("/")[2].startswith("vbaproject") or part.startswith("xl/macrosheets/") for part in names):
        raise _macros(file)
    if CONTENT_TYPES not in parts:
        raise WorkbookRefused("OKX021", file, f"er en zip-fil, men ikke en Excel-arbeidsbok; {_SAVE_AS}")


def _macros(file: str) -> WorkbookRefused:
    return WorkbookRefused("OKX010", file, f"inneholder makroer, som ikke leses; {_SAVE_AS}")


def _workbook_part(parts: Mapping[str, bytes], file: str) -> str:
    """The part that the package's own relationship and content type both say is the workbook."""
    types = content_types(parts)
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in types.values()):
        if any("sheet.binary" in kind.lower() for kind in types.values()):
            raise WorkbookRefused("OKX008", file, f"er i det binære .xlsb-formatet; {_SAVE_AS}")
        raise _macros(file)
    by_lower = {part.lower(): part for part in parts}
    roots = parts.get("_rels/.rels")
    for one in parse_relationships(roots, "") if roots is not None else []:
        target = one.target.lower()
        if one.kind == "officeDocument" and not one.external and target in by_lower:
            if "spreadsheetml" in types[target]:
                return by_lower[target]
            raise WorkbookRefused("OKX005", file, f"er et Office-dokument, men ikke et regneark; {_SAVE_AS}")
    raise WorkbookRefused("OKX021", file, f"mangler selve arbeidsboken og er trolig skadet; {_SAVE_AS}")
