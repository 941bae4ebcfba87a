"""Rows of a grid from data files: what an office edits without touching a template, such as rights and purposes.

A grid says ``rows_from: {folder: rettigheter, texts: [hvem, etat], formulas: [test], optional: {lokalt: ""}}``. Every
file of ``rettigheter/`` is read, first the toolkit's own, then the one beside the template, then the office's; an entry
with an id that is known already changes the keys it gives. Texts become literals and formulas stand as they are, both
as names that the column formulas of the grid use. ``choices`` lists the only words some of the texts may be.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from pathlib import Path
from typing import Any

from okosos_xl.resources import templates_root
from okosos_xl.template.reader import Place, load
from okosos_xl.template.spec import GridRow

NAME = "navn"
"""The key with the label of a row, which column formulas can use as a text too."""
REMOVED = "utgaar"
"""The key with which an office takes a row away."""


@dataclasses.dataclass(frozen=True)
class _Entry:
    """One row as far as it has been read: its values by key, and the file that spoke last."""

    values: dict[str, str]
    file: str


@dataclasses.dataclass(frozen=True)
class _Wanted:
    """What a grid asks of every row: texts and formulas by name, what may be left out, and the words to choose from."""

    texts: tuple[str, ...]
    formulas: tuple[str, ...]
    optional: dict[str, str]
    choices: dict[str, tuple[str, ...]]


def rows_from(raw: Any, p: Place) -> tuple[GridRow, ...]:
    """The rows that ``rows_from`` of a grid asks for. Raises :class:`TemplateError` with the file and the id."""
    raw = p.keys(raw, "folder", "texts formulas optional choices")
    name = p.file_name(raw["folder"], "folder")
    texts = p.list(raw.get("texts", []), "texts", lambda x: p.identifier(x, "navnet"), empty=True)
    formulas = p.list(raw.get("formulas", []), "formulas", lambda x: p.identifier(x, "navnet"), empty=True)
    optional = {k: p.text(v, k) for k, v in p.mapping(raw.get("optional", {}), "optional").items()}
    keys = (NAME, *texts, *formulas)
    if len(set(keys)) < len(keys) or REMOVED in keys:
        raise p.fail(
            "et navn i «rows_from» er brukt to ganger, eller er opptatt.", f"ulike navn; ikke {NAME} og {REMOVED}"
        )
    chosen = p.mapping(raw.get("choices", {}), "choices")
    choices = {name: p.list(words, name, lambda x: p.words(x, "valget")) for name, words in chosen.items()}
    known = {"optional": (*texts, *formulas), "choices": texts}
    for key, given in (("optional", optional), ("choices", choices)):
        odd = sorted(set(given) - set(known[key]))
        if odd:
            raise p.fail(f"«{odd[0]}» i «{key}» er ikke et av navnene.", "et navn i «texts» eller «formulas»")
    entries = _entries(name, keys, p)
    if not entries:
        raise p.fail(f"mappen «{name}» har ingen rader.", f"minst én fil {name}/….yaml")
    wanted = _Wanted(texts, formulas, optional, choices)
    return tuple(_row(id, entry, wanted, p) for id, entry in entries.items())


def _entries(name: str, keys: tuple[str, ...], p: Place) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for path in (path for folder in _folders(name, p) for path in sorted(folder.glob("*.yaml"))):
        here = dataclasses.replace(p, file=f"{name}/{path.name}", id="")
        for id, raw in _data(path).items():
            at = here.at(id)
            at.identifier(id, "id-en")
            given = at.keys(raw, "", " ".join((*keys, REMOVED)))
            if at.flag(given, REMOVED):
                if id not in found:
                    raise at.fail("raden som skal bort, finnes ikke.", "en av " + ", ".join(found))
                del found[id]
                continue
            values = {k: at.text(v, k) for k, v in given.items() if k != REMOVED}
            found[id] = _Entry({**(found[id].values if id in found else {}), **values}, here.file)
    return found


def _folders(name: str, p: Place) -> list[Path]:
    """The folders of that name: the toolkit's, the one beside the template, the office's. Each once."""
    roots = [templates_root(), p.folder.parent, *([p.office] if p.office else [])]
    folders = {root.resolve() / name: None for root in roots if (root / name).is_dir()}
    return list(folders)


def _row(id: str, entry: _Entry, wanted: _Wanted, p: Place) -> GridRow:
    at = dataclasses.replace(p, file=entry.file, id=id)
    values = wanted.optional | entry.values
    missing = [key for key in (NAME, *wanted.texts, *wanted.formulas) if key not in values]
    if missing:
        names = ", ".join((NAME, *wanted.texts, *wanted.formulas))
        raise at.fail(f"nøkkelen «{missing[0]}» mangler.", f"nøklene {names}")
    for key, words in wanted.choices.items():
        at.choice(values[key], key, words)
    label = at.words(values[NAME], NAME)
    bind = [(key, literal(values[key])) for key in (NAME, *wanted.texts)]
    bind += [(key, at.words(values[key], key)) for key in wanted.formulas]
    return GridRow(id, label, tuple(bind), file=entry.file)


def literal(text: str) -> str:
    """A text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


def _data(path: Path) -> dict[str, Any]:
    now = path.stat()
    return _data_as_of(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=64)
def _data_as_of(path: Path, _changed: int, _size: int) -> dict[str, Any]:
    return load(path)
