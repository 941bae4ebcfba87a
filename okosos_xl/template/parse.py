"""YAML files of one template folder → :class:`TemplateSpec`. Unknown keys and wrong shapes are refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from okosos_xl import strict_yaml
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.spec import (
    TYPES,
    Block,
    Chart,
    Check,
    Fields,
    Grid,
    GridRow,
    Input,
    Item,
    Matrix,
    Note,
    Series,
    SheetSpec,
    Special,
    Table,
    TemplateSpec,
)

SHEET_KINDS = ("fyll_inn", "resultat", "utskrift", "kontroll", "beregning")
SEVERITIES = ("feil", "advarsel", "opplysning")
_RESERVED = frozenset({"forrige", "alle", "hittil"})


def parse_template(folder: Path) -> TemplateSpec:
    """Read ``mal.yaml`` and the sheet files it lists. Raises :class:`TemplateError`."""
    root = _load(folder / "mal.yaml")
    p = _Place(f"{folder.name}/mal.yaml", "", "")
    p.keys(
        root,
        "id tittel versjon om ark",
        "valg nokkeltall status dato bunntekst familie erstatter",
    )
    sheets = []
    for name in p.list(root["ark"], "ark", str):
        path = folder / f"{name}.yaml"
        if not path.is_file():
            raise TemplateError(p.file, "", name, "arkfilen finnes ikke.", f"filen {folder.name}/{name}.yaml")
        sheets.append(_parse_sheet(path, folder))
    return TemplateSpec(
        id=p.text(root["id"], "id"),
        title=p.text(root["tittel"], "tittel"),
        version=p.number(root["versjon"], "versjon"),
        about=p.text(root["om"], "om"),
        folder=str(folder),
        sheets=tuple(sheets),
        choices={k: tuple(p.list(v, k, str)) for k, v in p.mapping(root.get("valg", {}), "valg").items()},
        key_figures=tuple(p.list(root.get("nokkeltall", []), "nokkeltall", str)),
        status=str(root.get("status", "")),
        date_id=str(root.get("dato", "")),
        footer_id=str(root.get("bunntekst", "")),
        family=str(root.get("familie", "")),
    )


@dataclasses.dataclass(frozen=True)
class _Place:
    """Where in the template we are, so that every complaint can say so."""

    file: str
    sheet: str
    id: str

    def at(self, id: str) -> _Place:
        return dataclasses.replace(self, id=id)

    def fail(self, problem: str, expected: str = "") -> TemplateError:
        return TemplateError(self.file, self.sheet, self.id, problem, expected)

    def mapping(self, data: Any, what: str) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self.fail(f"«{what}» må være nøkler med verdier.", "nøkkel: verdi")
        return data

    def keys(self, data: Any, required: str, optional: str = "") -> dict[str, Any]:
        data = self.mapping(data, "blokken")
        need, allowed = set(required.split()), set(required.split()) | set(optional.split())
        unknown = sorted(set(map(str, data)) - allowed)
        if unknown:
            raise self.fail(f"ukjent nøkkel «{unknown[0]}».", "en av " + ", ".join(sorted(allowed)))
        missing = sorted(need - set(data))
        if missing:
            raise self.fail(f"nøkkelen «{missing[0]}» mangler.", "nøklene " + ", ".join(required.split()))
        return data

    def text(self, value: Any, what: str) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise self.fail(f"«{what}» må være tekst.", "en tekst")
        return str(value).strip()

    def number(self, value: Any, what: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fail(f"«{what}» må være et heltall.", "et heltall")
        return value

    def list(self, value: Any, what: str, kind: type) -> list[Any]:
        if not isinstance(value, list) or not all(isinstance(x, kind) for x in value):
            raise self.fail(f"«{what}» må være en liste.", "- verdi")
        return value


def _load(path: Path) -> dict[str, Any]:
    try:
        data = strict_yaml.load(path)
    except OSError:
        raise TemplateError(str(path), "", "", "filen kan ikke leses.") from None
    except strict_yaml.YamlError as error:
        raise TemplateError(f"{path.parent.name}/{path.name}", "", f"linje {error.line}", error.problem) from None
    if not isinstance(data, dict):
        raise TemplateError(f"{path.parent.name}/{path.name}", "", "", "filen er ikke nøkler med verdier.")
    return data


def _parse_sheet(path: Path, folder: Path) -> SheetSpec:
    data = _load(path)
    p = _Place(f"{folder.name}/{path.name}", str(data.get("sheet", "")), "")
    p.keys(data, "sheet title kind", "conclusion landscape periods_per_page widths blocks checks print")
    if data["kind"] not in SHEET_KINDS:
        raise p.fail(f"ukjent arktype «{data['kind']}».", "en av " + ", ".join(SHEET_KINDS))
    blocks: list[Block] = []
    for raw in p.list(data.get("blocks", []), "blocks", dict):
        blocks.extend(_parse_block(raw, p, folder))
    return SheetSpec(
        name=p.text(data["sheet"], "sheet"),
        title=p.text(data["title"], "title"),
        kind=data["kind"],
        file=p.file,
        blocks=tuple(blocks),
        checks=tuple(_parse_check(c, p) for c in p.list(data.get("checks", []), "checks", dict)),
        conclusion=str(data.get("conclusion", "")),
        landscape=bool(data.get("landscape", False)),
        periods_per_page=int(data.get("periods_per_page", 0)),
        widths=tuple((str(k), float(v)) for k, v in p.mapping(data.get("widths", {}), "widths").items()),
        in_print=bool(data.get("print", True)),
    )


def _parse_check(raw: dict[str, Any], p: _Place) -> Check:
    p = p.at(str(raw.get("id", "")))
    p.keys(raw, "id label severity formula message action", "where")
    if raw["severity"] not in SEVERITIES:
        raise p.fail(f"ukjent alvorlighet «{raw['severity']}».", "en av " + ", ".join(SEVERITIES))
    texts = {k: p.text(raw[k], k) for k in ("id", "label", "severity", "formula", "message", "action")}
    return Check(**texts, where=str(raw.get("where", "")), file=p.file, sheet=p.sheet)


def _parse_block(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    kinds = [k for k in _BLOCKS if k in raw]
    if len(kinds) != 1:
        raise p.fail("blokken har ingen kjent art, eller flere.", "en av " + ", ".join(_BLOCKS))
    return _BLOCKS[kinds[0]](raw, p, folder)


def _fields(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    p.keys(raw, "fields", "title")
    yield Fields(tuple(_item(i, p) for i in p.list(raw["fields"], "fields", dict)), str(raw.get("title", "")))


def _table(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    p = p.at(str(raw.get("table", "")))
    p.keys(raw, "table columns", "title rows over margin grows sums help")
    if ("rows" in raw) == ("over" in raw):
        raise p.fail("tabellen må ha enten «rows» eller «over».", "rows: 40, eller over: en tabell")
    yield Table(
        id=p.id,
        items=tuple(_item(i, p) for i in p.list(raw["columns"], "columns", dict)),
        title=str(raw.get("title", "")),
        over=str(raw.get("over", "")),
        rows=p.number(raw.get("rows", 0), "rows"),
        margin=p.number(raw.get("margin", 0), "margin"),
        grows=bool(raw.get("grows", False)),
        sums=tuple(p.list(raw.get("sums", []), "sums", str)),
        help=str(raw.get("help", "")),
    )


def _matrix(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    p = p.at(str(raw.get("matrix", "")))
    p.keys(raw, "matrix periods", "title over scalars cells row_label row_label_formula")
    label = raw.get("row_label_formula")
    label_item = Item("rad", "", "tekst", formula=str(label), file=p.file) if label else None
    yield Matrix(
        id=p.id,
        periods=p.number(raw["periods"], "periods"),
        scalars=tuple(_item(i, p) for i in p.list(raw.get("scalars", []), "scalars", dict)),
        cells=tuple(_item(i, p) for i in p.list(raw.get("cells", []), "cells", dict)),
        title=str(raw.get("title", "")),
        over=str(raw.get("over", "")),
        row_label=str(raw.get("row_label", "")),
        row_label_formula=label_item,
    )


def _grid(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    p = p.at(str(raw.get("grid", "")))
    p.keys(raw, "grid rows columns", "title corner")
    rows = []
    for r in p.list(raw["rows"], "rows", dict):
        p.keys(r, "id label", "bind")
        rows.append(GridRow(str(r["id"]), str(r["label"]), _bindings(r.get("bind", {}), p)))
    items = tuple(_item(i, p) for i in p.list(raw["columns"], "columns", dict))
    yield Grid(p.id, tuple(rows), items, str(raw.get("title", "")), str(raw.get("corner", "")))


def _chart(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    p = p.at(str(raw.get("chart", "")))
    p.keys(raw, "chart kind title alt series", "y_title x_title height")
    series = []
    for s in p.list(raw["series"], "series", dict):
        p.keys(s, "name values categories")
        series.append(Series(str(s["name"]), str(s["values"]), str(s["categories"])))
    yield Chart(
        p.id,
        str(raw["kind"]),
        str(raw["title"]),
        str(raw["alt"]),
        tuple(series),
        str(raw.get("y_title", "")),
        str(raw.get("x_title", "")),
        int(raw.get("height", 15)),
    )


def _note(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    p.keys(raw, "note", "lines")
    yield Note(str(raw["note"] or ""), tuple(p.list(raw.get("lines", []), "lines", str)))


def _special(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    p.keys(raw, "special", "title")
    if raw["special"] not in ("lenker", "forklaring", "kontroll"):
        raise p.fail(f"ukjent blokk «{raw['special']}».", "lenker, forklaring eller kontroll")
    yield Special(str(raw["special"]), str(raw.get("title", "")))


def _include(raw: dict[str, Any], p: _Place, folder: Path) -> Iterable[Block]:
    p = p.at(str(raw.get("include", "")))
    p.keys(raw, "include prefix", "bind title")
    path = folder.parent / "moduler" / f"{raw['include']}.yaml"
    if not path.is_file():
        raise p.fail("modulen finnes ikke.", f"filen moduler/{raw['include']}.yaml")
    data = _load(path)
    inner = _Place(f"moduler/{path.name}", p.sheet, "")
    inner.keys(data, "module parameters blocks", "about")
    bind = _bindings(raw.get("bind", {}), p)
    wanted, given = set(inner.list(data["parameters"], "parameters", str)), {k for k, _ in bind}
    if wanted != given:
        odd = sorted(wanted ^ given)[0]
        raise p.fail(f"modulens inngang «{odd}» er ikke bundet, eller finnes ikke.", ", ".join(sorted(wanted)))
    prefix = p.text(raw["prefix"], "prefix") + "."
    for block in inner.list(data["blocks"], "blocks", dict):
        for parsed in _parse_block(block, inner, folder):
            yield _prefixed(parsed, prefix, bind, str(raw.get("title", "")))


def _prefixed(block: Block, prefix: str, bind: tuple[tuple[str, str], ...], title: str) -> Block:
    """The same block with its ids under ``prefix`` and its inputs bound."""
    names = dict(bind)

    def items(old: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(dataclasses.replace(i, prefix=prefix, bind=bind) for i in old)

    heading = f"{title}: {block.title}" if title and getattr(block, "title", "") else title or getattr(block, "title", "")
    match block:
        case Fields():
            return Fields(tuple(dataclasses.replace(i, id=prefix + i.id) for i in items(block.items)), heading)
        case Table():
            over = names.get(block.over, block.over)
            return dataclasses.replace(block, id=prefix + block.id, items=items(block.items), over=over, title=heading)
        case Matrix():
            return dataclasses.replace(
                block,
                id=prefix + block.id,
                over=names.get(block.over, block.over),
                scalars=items(block.scalars),
                cells=items(block.cells),
                title=heading,
            )
        case _:
            return block


def _bindings(raw: Any, p: _Place) -> tuple[tuple[str, str], ...]:
    return tuple((str(k), p.text(v, str(k))) for k, v in p.mapping(raw, "bind").items())


def _item(raw: dict[str, Any], p: _Place) -> Item:
    p = p.at(str(raw.get("id", "")))
    p.keys(raw, "id label type", "input formula first help unit style choices width")
    if not p.id or not p.id.isidentifier() or not p.id.isascii() or p.id in _RESERVED:
        raise p.fail("id-en kan ikke brukes.", "bokstaver a–z, tall og understrek; ikke " + ", ".join(sorted(_RESERVED)))
    if raw["type"] not in TYPES:
        raise p.fail(f"ukjent type «{raw['type']}».", "en av " + ", ".join(sorted(TYPES)))
    if ("input" in raw) == ("formula" in raw):
        raise p.fail("må ha enten «input» eller «formula».", "input: {} eller formula: …")
    choices = str(raw.get("choices", "ja_nei" if raw["type"] == "ja_nei" else ""))
    if raw["type"] == "valg" and not choices and "input" in raw:
        raise p.fail("valgfeltet sier ikke hvilken liste det bruker.", "choices: navnet på en liste")
    return Item(
        id=p.id,
        label=p.text(raw["label"], "label"),
        type=raw["type"],
        input=_input(raw["input"], p) if "input" in raw else None,
        formula=p.text(raw["formula"], "formula") if "formula" in raw else None,
        first=p.text(raw["first"], "first") if "first" in raw else None,
        help=str(raw.get("help", "")).strip(),
        unit=str(raw.get("unit", "")),
        style=str(raw.get("style", "")),
        choices=choices,
        width=float(raw["width"]) if "width" in raw else None,
        file=p.file,
    )


def _input(raw: Any, p: _Place) -> Input:
    raw = p.keys(raw or {}, "", "required min max default example")
    for bound in ("min", "max"):
        if bound in raw and not isinstance(raw[bound], int | Decimal):
            raise p.fail(f"«{bound}» må være et tall.", f"{bound}: 0")
    return Input(
        required=bool(raw.get("required", False)),
        min=Decimal(raw["min"]) if "min" in raw else None,
        max=Decimal(raw["max"]) if "max" in raw else None,
        default=raw.get("default"),
        example=raw.get("example"),
    )


_BLOCKS: dict[str, Callable[[dict[str, Any], _Place, Path], Iterable[Block]]] = {
    "fields": _fields,
    "table": _table,
    "matrix": _matrix,
    "grid": _grid,
    "chart": _chart,
    "note": _note,
    "special": _special,
    "include": _include,
}
