"""Includes: the blocks of a module under a prefix, with its parameters bound to what the including sheet has."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from okosos_xl.resources import templates_root
from okosos_xl.template.reader import Place, load
from okosos_xl.template.spec import Binding, Block, Chart, Fields, Grid, Item, Matrix, Series, Special, Table, Text

FOLDER = "moduler"
_MAX_DEPTH = 5
ParseBlock = Callable[[dict[str, Any], Place], Iterable[Block]]


def include(raw: dict[str, Any], p: Place, parse_block: ParseBlock) -> Iterable[Block]:
    """The blocks of the module that ``raw`` includes. Raises :class:`TemplateError`.

    The module is looked up in ``moduler/`` beside the template's folder, then among the toolkit's own.
    """
    p = p.at(raw["include"])
    raw = p.keys(raw, "include prefix", "bind title")
    name = p.file_name(raw["include"], "include")
    prefix = p.identifier(raw["prefix"], "prefikset") + "."
    title = p.optional(raw, "title")
    if name in p.modules or len(p.modules) >= _MAX_DEPTH:
        raise p.fail("modulen tar inn seg selv, eller det er for mange moduler inni hverandre.", "en modul uten ring")
    data = _module_data(_module_file(name, p))
    inner = Place(f"{FOLDER}/{name}.yaml", p.sheet, "", p.folder, (*p.modules, name), p.office)
    data = inner.keys(data, "module parameters blocks", "about")
    wanted = inner.list(data["parameters"], "parameters", lambda x: inner.identifier(x, "parameteren"), empty=True)
    given = {k: p.words(v, k) for k, v in p.mapping(raw.get("bind", {}), "bind").items()}
    odd = sorted(set(wanted) - set(given)) or sorted(set(given) - set(wanted))
    if odd:
        what = "ikke bundet" if odd[0] in wanted else "ukjent"
        raise p.fail(
            f"modulens inngang «{odd[0]}» er {what}.", "bind med " + (", ".join(sorted(wanted)) or "ingenting")
        )
    blocks: list[Block] = []
    for block in inner.list(data["blocks"], "blocks", lambda b: inner.mapping(b, "blokken")):
        blocks.extend(parse_block(block, inner))
    moved = _Move(prefix, tuple(given.items()), title, {b.id for b in blocks if isinstance(b, Table | Matrix)})
    for parsed in blocks:
        if isinstance(parsed, Special):
            raise inner.fail(
                f"blokken «{parsed.kind}» kan ikke stå i en modul.", "fields, text, table, matrix, grid eller chart"
            )
        yield moved.block(parsed)


def _module_data(path: Path) -> dict[str, Any]:
    """What the file of a module says; read once for all the sheets that include it."""
    now = path.stat()
    return _module_data_as_of(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=32)
def _module_data_as_of(path: Path, _changed: int, _size: int) -> dict[str, Any]:
    return load(path)


def _module_file(name: str, p: Place) -> Path:
    places = [folder / FOLDER / f"{name}.yaml" for folder in (p.folder.parent, templates_root())]
    for path in places:
        if path.is_file():
            return path
    known = sorted({path.stem for place in places for path in place.parent.glob("*.yaml")})
    raise p.fail("modulen finnes ikke.", f"filen {FOLDER}/{name}.yaml, eller en av {', '.join(known)}")


@dataclasses.dataclass(frozen=True)
class _Move:
    """Moves the blocks of a module under a prefix. ``local``: the tables of the module itself."""

    prefix: str
    bind: tuple[tuple[str, str], ...]
    title: str
    local: set[str]

    def block(self, block: Block) -> Block:
        own = getattr(block, "title", "")
        title = f"{self.title}: {own}" if self.title and own else self.title or own
        match block:
            case Fields():
                items = self.items(block.items)
                moved = tuple(dataclasses.replace(i, id=self.prefix + i.id) for i in items)
                return dataclasses.replace(block, items=moved, title=title)
            case Text():
                return dataclasses.replace(block, paragraphs=self.paragraphs(block.paragraphs), title=title)
            case Table():
                over = self.table(block.over)
                return dataclasses.replace(
                    block, id=self.prefix + block.id, items=self.items(block.items), over=over, title=title
                )
            case Matrix():
                label = block.row_label_formula
                return dataclasses.replace(
                    block,
                    id=self.prefix + block.id,
                    over=self.table(block.over),
                    scalars=self.items(block.scalars),
                    cells=self.items(block.cells),
                    row_label_formula=self.items((label,))[0] if label else None,
                    title=title,
                )
            case Grid():
                return dataclasses.replace(block, id=self.prefix + block.id, items=self.items(block.items), title=title)
            case Chart():
                series = tuple(Series(s.name, self.id(s.values), self.id(s.categories)) for s in block.series)
                return dataclasses.replace(block, id=self.prefix + block.id, series=series)
            case _:
                return block

    def items(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """The same items, seeing this module's names inside those of the modules around it."""
        return tuple(
            dataclasses.replace(i, scopes=(*self._under(i.scopes), Binding(self.prefix, self.bind))) for i in items
        )

    def paragraphs(self, paragraphs: tuple[str | Item, ...]) -> tuple[str | Item, ...]:
        """Paragraphs under the prefix; fixed text is the same everywhere."""
        return tuple(
            p if isinstance(p, str) else dataclasses.replace(self.items((p,))[0], id=self.prefix + p.id)
            for p in paragraphs
        )

    def _under(self, scopes: tuple[Binding, ...]) -> tuple[Binding, ...]:
        return tuple(dataclasses.replace(s, prefix=self.prefix + s.prefix) for s in scopes)

    def table(self, over: str) -> str:
        """The table that rows follow: bound, the module's own, or one of the template."""
        bound = dict(self.bind).get(over)
        if bound is not None:
            return bound
        return self.prefix + over if over in self.local else over

    def id(self, name: str) -> str:
        """An id in a chart: of something bound, or of the module's own."""
        head, dot, tail = name.partition(".")
        bound = dict(self.bind).get(head)
        return bound + dot + tail if bound is not None else self.prefix + name
