"""The blocks of a sheet file: fields, tables, matrices, grids, charts, texts, and the modules they include."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from okosos_xl.template.datafiles import rows_from
from okosos_xl.template.modules import include
from okosos_xl.template.parse_item import STYLES, item_of, items_of, only_in, reference
from okosos_xl.template.reader import Place
from okosos_xl.template.spec import (
    NUMERIC,
    Block,
    Chart,
    Fields,
    Grid,
    GridRow,
    Item,
    Matrix,
    Note,
    Series,
    Special,
    Table,
    Text,
)

SPECIALS = ("lenker", "forklaring", "kontroll", "satser")
CHARTS = ("area", "bar", "column", "line", "pie")
MAX_ROWS = 5_000
MAX_PERIODS = 1_200


def parse_block(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    """The blocks that one block of a file stands for: itself, or those of the module it includes."""
    kinds = [kind for kind in _BLOCKS if kind in raw]
    if len(kinds) != 1:
        raise p.fail("blokken har ingen kjent art, eller flere.", "en av " + ", ".join(_BLOCKS))
    return _BLOCKS[kinds[0]](raw, p)


def _fields(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    raw = p.keys(raw, "fields", "title only beside")
    items = items_of(raw["fields"], "fields", p, inputs=True)
    yield Fields(items, p.optional(raw, "title"), only_in(raw, p), p.flag(raw, "beside"))


def _table(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    p = p.at(raw["table"])
    raw = p.keys(raw, "table columns", "title rows over lines margin grows sums help shown_by only unique")
    if sum(key in raw for key in ("rows", "over", "lines")) != 1:
        raise p.fail("tabellen må ha enten «rows», «over» eller «lines».", "rows: 40, eller over: en tabell")
    has_lines = "lines" in raw
    items = items_of(raw["columns"], "columns", p, inputs=not has_lines, first=True, lined=has_lines)
    sums = _sums(raw, items[1:], p)
    _no_defaults(items, p)
    lined = [item.id for item in items if item.input is None and item.formula is None]
    yield Table(
        id=p.identifier(raw["table"], "id-en"),
        items=items,
        title=p.optional(raw, "title"),
        over=reference(raw["over"], p) if "over" in raw else "",
        rows=p.number(raw["rows"], "rows", 1, MAX_ROWS) if "rows" in raw else 0,
        margin=p.number(raw.get("margin", 0), "margin", 0, MAX_ROWS),
        grows=p.flag(raw, "grows"),
        sums=sums,
        help=p.optional(raw, "help"),
        shown_by=p.choice(raw["shown_by"], "kolonne", [item.id for item in items]) if "shown_by" in raw else "",
        lines=_lines(raw["lines"], lined, p) if has_lines else (),
        only=only_in(raw, p),
        unique=_unique(raw, items, p),
    )


def _lines(raw: Any, columns: list[str], p: Place) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Fixed rows: each spelled out, or one for every vintage of a rate (``{satser: familie.nøkkel}``)."""
    if not isinstance(raw, dict):
        return tuple(p.list(raw, "lines", lambda line: _line(line, columns, p)))
    from okosos_xl.template.rates import VINTAGE_COLUMNS, vintages

    name = p.words(p.keys(raw, "satser")["satser"], "satser")
    if sorted(columns) != sorted(VINTAGE_COLUMNS):
        raise p.fail("en tabell over årganger har andre kolonner uten formel.", " og ".join(VINTAGE_COLUMNS))
    return tuple(tuple(zip(VINTAGE_COLUMNS, line, strict=True)) for line in vintages(p.folder, name, p))


def _line(raw: Any, columns: list[str], p: Place) -> tuple[tuple[str, str], ...]:
    """One fixed row: a formula for every column that has none of its own."""
    raw = p.keys(raw, " ".join(columns))
    return tuple((column, p.words(raw[column], column)) for column in columns)


def _unique(raw: dict[str, Any], items: tuple[Item, ...], p: Place) -> tuple[str, ...]:
    columns = [item.id for item in items if item.input is not None]
    return p.list(raw.get("unique", []), "unique", lambda x: p.choice(x, "kolonne", columns), empty=True)


def _sums(raw: dict[str, Any], items: tuple[Item, ...], p: Place) -> tuple[str, ...]:
    sums = p.list(raw.get("sums", []), "sums", lambda x: p.text(x, "sums"), empty=True)
    summable = [item.id for item in items if item.type in NUMERIC]
    for name in sums:
        if name not in summable:
            raise p.fail(f"«{name}» kan ikke summeres.", "en tallkolonne som ikke er den første")
    return sums


def _no_defaults(items: tuple[Item, ...], p: Place) -> None:
    for item in items:
        if item.input is not None and item.input.default is not None:
            raise p.at(item.id).fail("en kolonne kan ikke ha «default».", "default bare i fields")


def _matrix(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    p = p.at(raw["matrix"])
    raw = p.keys(raw, "matrix periods", "title over scalars cells row_label_formula only")
    if ("cells" in raw or "row_label_formula" in raw) and "over" not in raw:
        raise p.fail("«cells» trenger rader å følge.", "over: en tabell")
    if "cells" not in raw and "scalars" not in raw:
        raise p.fail("matrisen er tom.", "scalars, cells eller begge")
    label = p.optional(raw, "row_label_formula")
    yield Matrix(
        id=p.identifier(raw["matrix"], "id-en"),
        periods=p.number(raw["periods"], "periods", 1, MAX_PERIODS),
        scalars=items_of(raw["scalars"], "scalars", p, first=True) if "scalars" in raw else (),
        cells=items_of(raw["cells"], "cells", p, first=True) if "cells" in raw else (),
        title=p.optional(raw, "title"),
        over=reference(raw.get("over", ""), p),
        row_label_formula=Item("rad", "", "tekst", formula=label, file=p.file) if label else None,
        only=only_in(raw, p),
    )


def _grid(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    p = p.at(raw["grid"])
    raw = p.keys(raw, "grid columns", "rows rows_from title corner sums help only")
    if ("rows" in raw) == ("rows_from" in raw):
        raise p.fail("rutenettet må ha enten «rows» eller «rows_from».", "rows: rader med id og label")

    def row(data: Any) -> GridRow:
        data = p.keys(data, "id label", "bind only style")
        bind = p.mapping(data.get("bind", {}), "bind")
        names = tuple((p.identifier(k, "navnet i bind"), p.words(v, k)) for k, v in bind.items())
        style = p.choice(data.get("style", ""), "stil", STYLES)
        id = p.identifier(data["id"], "radens id")
        return GridRow(id, p.text(data["label"], "label"), names, only_in(data, p), style)

    items = items_of(raw["columns"], "columns", p, inputs=True)
    _no_defaults(items, p)
    rows = p.list(raw["rows"], "rows", row) if "rows" in raw else rows_from(raw["rows_from"], p)
    for number, one in enumerate(rows):
        if any(one.id.casefold() == other.id.casefold() for other in rows[:number]):
            raise p.at(one.id).fail("to rader har samme id.", "ulike id-er på radene")
    yield Grid(
        p.identifier(raw["grid"], "id-en"),
        rows,
        items,
        p.optional(raw, "title"),
        p.optional(raw, "corner"),
        _sums(raw, items, p),
        p.optional(raw, "help"),
        only_in(raw, p),
        f"{raw['rows_from']['folder']}/" if "rows_from" in raw else "",
    )


def _chart(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    p = p.at(raw["chart"])
    raw = p.keys(raw, "chart kind title alt series", "y_title x_title height only")

    def series(data: Any) -> Series:
        data = p.keys(data, "name values categories")
        return Series(p.words(data["name"], "name"), reference(data["values"], p), reference(data["categories"], p))

    yield Chart(
        p.identifier(raw["chart"], "id-en"),
        p.choice(raw["kind"], "diagramtype", CHARTS),
        p.words(raw["title"], "title"),
        p.words(raw["alt"], "alt"),
        p.list(raw["series"], "series", series),
        p.optional(raw, "y_title"),
        p.optional(raw, "x_title"),
        p.number(raw.get("height", 15), "height", 5, 100),
        only_in(raw, p),
    )


def _note(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    raw = p.keys(raw, "note", "lines only")
    title = "" if raw["note"] is None else p.text(raw["note"], "note")
    lines = p.list(raw.get("lines", []), "lines", lambda x: p.text(x, "lines"), empty=True)
    yield Note(title, lines, only_in(raw, p))


def _text(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    raw = p.keys(raw, "text paragraphs", "only")

    def paragraph(data: Any) -> str | Item:
        if not isinstance(data, dict):
            return p.text(data, "paragraphs")
        data = p.at(data.get("id", "")).keys(data, "id formula", "lines style")
        return item_of({"label": "", "type": "langtekst", **data}, p)

    title = "" if raw["text"] is None else p.text(raw["text"], "text")
    yield Text(p.list(raw["paragraphs"], "paragraphs", paragraph), title, only_in(raw, p))


def _special(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    raw = p.keys(raw, "special", "title")
    yield Special(p.choice(raw["special"], "blokk", SPECIALS), p.optional(raw, "title"))


def _include(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    return include(raw, p, parse_block)


_BLOCKS: dict[str, Callable[[dict[str, Any], Place], Iterable[Block]]] = {
    "fields": _fields,
    "table": _table,
    "matrix": _matrix,
    "grid": _grid,
    "chart": _chart,
    "note": _note,
    "text": _text,
    "special": _special,
    "include": _include,
}
