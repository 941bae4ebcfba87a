"""How the parts of a package point at one another: content types, relationships, and what points out of the file."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from okosos_xl.workbook.xmlguard import attributes, local, parse_small

CONTENT_TYPES = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One pointer from a part: ``kind`` is the last word of its type (``worksheet``, ``comments``, ``hyperlink``)."""

    id: str
    kind: str
    target: str
    """Part name inside the package, or the address as written when ``external``."""
    external: bool


@dataclass(frozen=True, slots=True)
class ForeignPart:
    """Something in the workbook that fetches from, or belongs to, another place. It is reported, never followed."""

    kind: str
    """One of ``ekstern lenke``, ``datatilkobling``, ``innebygd objekt``, ``kontroll``, ``utvidelse``."""
    part: str


_FOREIGN_FOLDERS = (
    ("xl/externallinks/", "ekstern lenke"),
    ("xl/connections.xml", "datatilkobling"),
    ("xl/querytables/", "datatilkobling"),
    ("xl/model/", "datatilkobling"),
    ("xl/embeddings/", "innebygd objekt"),
    ("xl/activex/", "kontroll"),
    ("xl/ctrlprops/", "kontroll"),
    ("xl/webextensions/", "utvidelse"),
    ("customui/", "utvidelse"),
)
_QUIET_EXTERNALS = {"hyperlink", "externalLinkPath", "externalLinkLongPath"}


def content_types(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Content type by lower-case part name, for every part. KeyError without the list, BadXmlError if it is broken."""
    by_extension: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for element in parse_small(parts[CONTENT_TYPES]):
        found = attributes(element)
        kind = found.get("ContentType", "")
        if local(element.tag) == "Default":
            by_extension[found.get("Extension", "").lower()] = kind
        elif local(element.tag) == "Override":
            by_name[found.get("PartName", "").lstrip("/").lower()] = kind
    names = [name.lower() for name in parts]
    return {name: by_name.get(name, by_extension.get(name.rpartition(".")[2], "")) for name in names}


def relationships_name(part: str) -> str:
    """The name of the part that lists the relationships of ``part`` (``""``: of the package)."""
    folder, _, base = part.rpartition("/")
    return f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"


def parse_relationships(content: bytes, part: str) -> list[Relationship]:
    """The relationships written in a ``.rels`` part that belongs to ``part``. BadXmlError if it is broken."""
    found = []
    for element in parse_small(content):
        one = attributes(element)
        target, external = one.get("Target", ""), one.get("TargetMode") == "External"
        kind = one.get("Type", "").rpartition("/")[2]
        found.append(Relationship(one.get("Id", ""), kind, target if external else _resolved(target, part), external))
    return found


def _resolved(target: str, part: str) -> str:
    """A target as a part name: relative to the folder of ``part``, never above the package."""
    joined = posixpath.join("/" + posixpath.dirname(part), unquote(target).replace("\\", "/"))
    return posixpath.normpath(joined).lstrip("/")


def foreign_parts(parts: Mapping[str, bytes]) -> list[ForeignPart]:
    """Parts that link out, fetch data, or embed another program's document; in the order of the package."""
    found = []
    for name, content in parts.items():
        lower = name.lower()
        if lower.endswith(".rels"):
            if _points_out(content):
                found.append(ForeignPart("ekstern lenke", name))
            continue
        for folder, kind in _FOREIGN_FOLDERS:
            if lower.startswith(folder):
                found.append(ForeignPart(kind, name))
    return found


def _points_out(content: bytes) -> bool:
    """Whether a ``.rels`` part has an external target other than a plain link to click on."""
    if b"External" not in content:
        return False
    return any(one.external and one.kind not in _QUIET_EXTERNALS for one in parse_relationships(content, ""))
