"""YAML files of one template folder → :class:`TemplateSpec`. Unknown keys and wrong shapes are refused."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from okosos_xl.resources import templates_root
from okosos_xl.template.datafiles import rows_from
from okosos_xl.template.migration import parse_migrations
from okosos_xl.template.modules import include
from okosos_xl.template.reader import Place, load
from okosos_xl.template.spec import (
    DATES,
    NUMERIC,
    TYPES,
    Block,
    Chart,
    Check,
    Fields,
    Grid,
    GridRow,
    Input,
    Item,
    LetterSpec,
    Matrix,
    Note,
    RatesWanted,
    Series,
    SheetSpec,
    Special,
    Table,
    TemplateSpec,
    Text,
)

SHEET_KINDS = ("fyll_inn", "resultat", "utskrift", "kontroll", "beregning")
SEVERITIES = ("feil", "advarsel", "opplysning")
SPECIALS = ("lenker", "forklaring", "kontroll", "satser")
ONLY = ("full",)
CHARTS = ("area", "bar", "column", "line", "pie")
FORMATS = ("fodselsnummer",)
STYLES = ("", "nokkel", "sum", "kort")
MAX_ROWS = 5_000
MAX_PERIODS = 1_200
MAX_LINES = 40
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_COLUMN = re.compile(r"[A-Z]{1,2}")


def parse_template(folder: Path, office: Path | None = None) -> TemplateSpec:
    """Read ``mal.yaml`` and the sheet files it lists; ``office`` is a folder with data files laid on top.

    Raises :class:`TemplateError` for the first thing that is wrong, with file, sheet and id where they are known.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a name also for «.», and links keep theirs
    p = Place(f"{folder.name}/mal.yaml", "", "", folder, office=office)
    root = p.keys(
        load(folder / "mal.yaml"),
        "id tittel versjon om ark",
        "valg nokkeltall status dato bunntekst familie satser forenklet tar_fra register brev migrering valg_fra",
    )
    id = p.file_name(root["id"], "id")
    if id != folder.name:
        raise p.at(id).fail(f"mappen heter «{folder.name}».", "samme navn på mappen som på malen")
    names = p.list(root["ark"], "ark", lambda name: _sheet_name(name, p))
    version = p.number(root["versjon"], "versjon", 1, 1_000_000)
    simple = p.keys(root["forenklet"], "felt valg") if "forenklet" in root else {}
    return TemplateSpec(
        id=id,
        title=p.words(root["tittel"], "tittel"),
        version=version,
        about=p.text(root["om"], "om"),
        folder=str(folder),
        sheets=tuple(_parse_sheet(name, p) for name in names),
        choices=_shared_choices(root, p) | _choices(p.mapping(root.get("valg", {}), "valg"), p),
        key_figures=p.list(root.get("nokkeltall", []), "nokkeltall", lambda x: _reference(x, p), empty=True),
        status=_reference(root.get("status", ""), p),
        date_id=_reference(root.get("dato", ""), p),
        footer_id=_reference(root.get("bunntekst", ""), p),
        family=p.optional(root, "familie"),
        rates=tuple(_rates(name, raw, p) for name, raw in p.mapping(root.get("satser", {}), "satser").items()),
        version_id=_reference(simple.get("felt", ""), p),
        simple_version=p.optional(simple, "valg"),
        register=tuple(
            (p.identifier(column, "kolonnen"), _reference(id, p))
            for column, id in p.mapping(root.get("register", {}), "register").items()
        ),
        letters=tuple(_letter(name, raw, p) for name, raw in p.mapping(root.get("brev", {}), "brev").items()),
        takes_from=tuple(_takes(n, raw, p) for n, raw in p.mapping(root.get("tar_fra", {}), "tar_fra").items()),
        migrations=parse_migrations(root.get("migrering", {}), version, p),
    )


def _takes(name: str, raw: Any, p: Place) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A template whose cases can be used here, and which of its values go into which of our fields."""
    pairs = p.at(name).mapping({} if raw is None else raw, "tar_fra").items()
    return p.file_name(name, "tar_fra"), tuple((_reference(own, p), _reference(theirs, p)) for own, theirs in pairs)


def _rates(family: str, raw: Any, p: Place) -> RatesWanted:
    """``alle``, a list of keys, or both that and when they are used: ``{nokler: alle, naar: norm_nr=2}``."""
    p = p.at(family)
    used_when = own_used_when = ""
    if isinstance(raw, dict):
        raw = p.keys(raw, "nokler naar", "naar_kommune")
        used_when, own_used_when = p.words(raw["naar"], "naar"), p.optional(raw, "naar_kommune")
        raw = raw["nokler"]
    keys = () if raw == "alle" else p.list(raw, "nøklene", lambda key: p.words(key, "nøkkelen"))
    return RatesWanted(p.identifier(family, "navnet på satsene"), keys, used_when, own_used_when)


def _letter(name: str, raw: Any, p: Place) -> LetterSpec:
    p = p.at(name)
    raw = p.keys(raw, "ark velg fra passer", "vedlegg vanlig")
    return LetterSpec(
        name=p.file_name(name, "brevet"),
        sheet=p.words(raw["ark"], "ark"),
        chosen=p.list(raw["velg"], "velg", lambda id: _reference(id, p)),
        source=_reference(raw["fra"], p),
        when=_reference(raw["passer"], p),
        annexes=p.list(raw.get("vedlegg", []), "vedlegg", lambda sheet: p.words(sheet, "vedlegg"), empty=True),
        usual=p.flag(raw, "vanlig"),
    )


def _reference(value: Any, p: Place) -> str:
    text = p.text(value, "id")
    if text and not _ID.fullmatch(text):
        raise p.at(text).fail("dette er ikke en id.", "id-en til et felt i malen")
    return text


def _choices(raw: dict[str, Any], p: Place) -> dict[str, tuple[str, ...]]:
    lists = {}
    for name, values in raw.items():
        at = p.at(name)
        words = at.list(values, name, partial(at.words, what=name))
        folded = [word.casefold() for word in words]
        if len(set(folded)) < len(folded) or any(len(word) > 100 or '"' in word for word in words):
            raise at.fail("valgene må være ulike, korte og uten hermetegn.", "en liste med ulike valg")
        lists[at.identifier(name, "navnet på listen")] = words
    return lists


def _shared_choices(root: dict[str, Any], p: Place) -> dict[str, tuple[str, ...]]:
    """The lists of another template, for the sheets that are taken from it."""
    if "valg_fra" not in root:
        return {}
    other = p.file_name(root["valg_fra"], "valg_fra")
    path = _shared(f"{other}/mal.yaml", p.at(other), "malen i «valg_fra» finnes ikke.")
    there = Place(f"{other}/mal.yaml", "", "", p.folder)
    return _choices(there.mapping(load(path).get("valg", {}), "valg"), there)


def _sheet_name(value: Any, p: Place) -> str:
    """A sheet of the template's own, or one of another template: ``gjeldsradgivning/husstand``."""
    if isinstance(value, str) and value.count("/") == 1:
        return "/".join(p.file_name(part, "ark") for part in value.split("/"))
    return p.file_name(value, "ark")


def _shared(name: str, p: Place, problem: str) -> Path:
    """A file of another template: beside this one, else the toolkit's own."""
    found = next((path for root in (p.folder.parent, templates_root()) if (path := root / name).is_file()), None)
    if found is None:
        raise p.fail(problem, f"filen {name}")
    return found


def _parse_sheet(name: str, mal: Place) -> SheetSpec:
    file = f"{name}.yaml" if "/" in name else f"{mal.folder.name}/{name}.yaml"
    if "/" in name:
        path = _shared(file, mal.at(name), "arkfilen finnes ikke.")
    else:
        path = mal.folder / f"{name}.yaml"
        if not path.is_file():
            raise mal.at(name).fail("arkfilen finnes ikke.", f"filen {file}")
    data = load(path)
    sheet = data.get("sheet", "")
    p = Place(file, sheet[:60] if isinstance(sheet, str) else "", "", mal.folder, office=mal.office)
    data = p.keys(
        data,
        "sheet title kind",
        "conclusion landscape periods_per_page print_scale pages_wide widths blocks checks only large letter",
    )
    blocks: list[Block] = []
    for raw in p.list(data.get("blocks", []), "blocks", lambda b: p.mapping(b, "blokken"), empty=True):
        blocks.extend(parse_block(raw, p))
    return SheetSpec(
        name=p.words(data["sheet"], "sheet"),
        title=p.words(data["title"], "title"),
        kind=p.choice(data["kind"], "arktype", SHEET_KINDS),
        file=p.file,
        blocks=tuple(blocks),
        checks=p.list(data.get("checks", []), "checks", lambda c: _parse_check(c, p), empty=True),
        conclusion=p.optional(data, "conclusion"),
        landscape=p.flag(data, "landscape"),
        periods_per_page=p.number(data.get("periods_per_page", 0), "periods_per_page", 0, MAX_PERIODS),
        print_scale=p.number(data["print_scale"], "print_scale", 10, 400) if "print_scale" in data else 0,
        pages_wide=p.number(data.get("pages_wide", 1), "pages_wide", 1, 20),
        widths=_widths(p.mapping(data.get("widths", {}), "widths"), p),
        only=_only(data, p),
        large=p.flag(data, "large"),
        letter=p.flag(data, "letter"),
    )


def _widths(raw: dict[str, Any], p: Place) -> tuple[tuple[str, float], ...]:
    for column in raw:
        if not _COLUMN.fullmatch(column):
            raise p.fail(f"«widths» har en ukjent kolonne «{column[:60]}».", "kolonnebokstaver: {A: 30, B: 14}")
    return tuple((column, p.size(width, column)) for column, width in raw.items())


def _parse_check(raw: Any, p: Place) -> Check:
    p = p.at(p.mapping(raw, "kontrollen").get("id", ""))
    raw = p.keys(raw, "id label severity formula message action")
    texts = {key: p.words(raw[key], key) for key in ("label", "formula", "message", "action")}
    return Check(
        **texts,
        id=p.identifier(raw["id"], "koden"),
        severity=p.choice(raw["severity"], "alvorlighet", SEVERITIES),
        file=p.file,
        sheet=p.sheet,
    )


def _only(raw: dict[str, Any], p: Place) -> str:
    return p.choice(raw["only"], "versjon", ONLY) if "only" in raw else ""


def parse_block(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    """The blocks that one block of a file stands for: itself, or those of the module it includes."""
    kinds = [kind for kind in _BLOCKS if kind in raw]
    if len(kinds) != 1:
        raise p.fail("blokken har ingen kjent art, eller flere.", "en av " + ", ".join(_BLOCKS))
    return _BLOCKS[kinds[0]](raw, p)


def _items(
    raw: Any, what: str, p: Place, *, inputs: bool = False, first: bool = False, lined: bool = False
) -> tuple[Item, ...]:
    items = p.list(raw, what, lambda i: _item(i, p, lined=lined))
    for item in items:
        if item.input is not None and not inputs:
            raise p.at(item.id).fail("her kan det ikke fylles inn noe.", "formula; input bare i fields, table og grid")
        if item.first is not None and not first:
            raise p.at(item.id).fail("«first» har ingen mening her.", "first bare i en tabell eller matrise")
    return items


def _fields(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    raw = p.keys(raw, "fields", "title only beside")
    items = _items(raw["fields"], "fields", p, inputs=True)
    yield Fields(items, p.optional(raw, "title"), _only(raw, p), p.flag(raw, "beside"))


def _table(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    p = p.at(raw["table"])
    raw = p.keys(raw, "table columns", "title rows over lines margin grows sums help shown_by only unique")
    if sum(key in raw for key in ("rows", "over", "lines")) != 1:
        raise p.fail("tabellen må ha enten «rows», «over» eller «lines».", "rows: 40, eller over: en tabell")
    has_lines = "lines" in raw
    items = _items(raw["columns"], "columns", p, inputs=not has_lines, first=True, lined=has_lines)
    sums = _sums(raw, items[1:], p)
    _no_defaults(items, p)
    lined = [item.id for item in items if item.input is None and item.formula is None]
    yield Table(
        id=p.identifier(raw["table"], "id-en"),
        items=items,
        title=p.optional(raw, "title"),
        over=_reference(raw["over"], p) if "over" in raw else "",
        rows=p.number(raw["rows"], "rows", 1, MAX_ROWS) if "rows" in raw else 0,
        margin=p.number(raw.get("margin", 0), "margin", 0, MAX_ROWS),
        grows=p.flag(raw, "grows"),
        sums=sums,
        help=p.optional(raw, "help"),
        shown_by=p.choice(raw["shown_by"], "kolonne", [item.id for item in items]) if "shown_by" in raw else "",
        lines=_lines(raw["lines"], lined, p) if has_lines else (),
        only=_only(raw, p),
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
        scalars=_items(raw["scalars"], "scalars", p, first=True) if "scalars" in raw else (),
        cells=_items(raw["cells"], "cells", p, first=True) if "cells" in raw else (),
        title=p.optional(raw, "title"),
        over=_reference(raw.get("over", ""), p),
        row_label_formula=Item("rad", "", "tekst", formula=label, file=p.file) if label else None,
        only=_only(raw, p),
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
        return GridRow(id, p.text(data["label"], "label"), names, _only(data, p), style)

    items = _items(raw["columns"], "columns", p, inputs=True)
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
        _only(raw, p),
        f"{raw['rows_from']['folder']}/" if "rows_from" in raw else "",
    )


def _chart(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    p = p.at(raw["chart"])
    raw = p.keys(raw, "chart kind title alt series", "y_title x_title height only")

    def series(data: Any) -> Series:
        data = p.keys(data, "name values categories")
        return Series(p.words(data["name"], "name"), _reference(data["values"], p), _reference(data["categories"], p))

    yield Chart(
        p.identifier(raw["chart"], "id-en"),
        p.choice(raw["kind"], "diagramtype", CHARTS),
        p.words(raw["title"], "title"),
        p.words(raw["alt"], "alt"),
        p.list(raw["series"], "series", series),
        p.optional(raw, "y_title"),
        p.optional(raw, "x_title"),
        p.number(raw.get("height", 15), "height", 5, 100),
        _only(raw, p),
    )


def _note(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    raw = p.keys(raw, "note", "lines only")
    title = "" if raw["note"] is None else p.text(raw["note"], "note")
    lines = p.list(raw.get("lines", []), "lines", lambda x: p.text(x, "lines"), empty=True)
    yield Note(title, lines, _only(raw, p))


def _text(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    raw = p.keys(raw, "text paragraphs", "only")

    def paragraph(data: Any) -> str | Item:
        if not isinstance(data, dict):
            return p.text(data, "paragraphs")
        data = p.at(data.get("id", "")).keys(data, "id formula", "lines style")
        return _item({"label": "", "type": "langtekst", **data}, p)

    title = "" if raw["text"] is None else p.text(raw["text"], "text")
    yield Text(p.list(raw["paragraphs"], "paragraphs", paragraph), title, _only(raw, p))


def _special(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    raw = p.keys(raw, "special", "title")
    yield Special(p.choice(raw["special"], "blokk", SPECIALS), p.optional(raw, "title"))


def _include(raw: dict[str, Any], p: Place) -> Iterable[Block]:
    return include(raw, p, parse_block)


def _item(raw: Any, p: Place, *, lined: bool = False) -> Item:
    p = p.at(p.mapping(raw, "feltet").get("id", ""))
    raw = p.keys(
        raw, "id label type", "input formula first help unit style choices choices_from width only format lines"
    )
    id = p.identifier(raw["id"], "id-en")
    type = p.choice(raw["type"], "type", TYPES)
    if ("input" in raw) + ("formula" in raw) not in ((0, 1) if lined else (1,)):
        raise p.fail("må ha enten «input» eller «formula».", "input: {} eller formula: …")
    choices = p.optional(raw, "choices") or ("ja_nei" if type == "ja_nei" else "")
    if (type == "valg" and not choices and "input" in raw) or (choices and type not in ("valg", "ja_nei")):
        raise p.fail("typen «valg» og nøkkelen «choices» hører sammen.", "type: valg og choices: navnet på en liste")
    if "choices_from" in raw and (type != "tekst" or "input" not in raw):
        raise p.fail("«choices_from» er bare for tekst som fylles inn.", "type: tekst og input: {}")
    if "format" in raw and (type != "tekst" or "input" not in raw):
        raise p.fail("«format» er bare for tekst som fylles inn.", "type: tekst og input: {}")
    if "first" in raw and "formula" not in raw:
        raise p.fail("«first» hører sammen med «formula».", "formula: …")
    return Item(
        id=id,
        label=p.text(raw["label"], "label"),
        type=type,
        input=_input(raw["input"], type, p) if "input" in raw else None,
        formula=p.words(raw["formula"], "formula") if "formula" in raw else None,
        first=p.words(raw["first"], "first") if "first" in raw else None,
        help=p.optional(raw, "help"),
        unit=p.optional(raw, "unit"),
        style=p.choice(raw.get("style", ""), "stil", STYLES),
        choices=choices if "input" in raw else "",
        choices_from=_reference(raw.get("choices_from", ""), p),
        width=p.size(raw["width"], "width") if "width" in raw else None,
        file=p.file,
        only=_only(raw, p),
        format=p.choice(raw["format"], "format", FORMATS) if "format" in raw else "",
        lines=p.number(raw.get("lines", 1), "lines", 1, MAX_LINES),
    )


def _input(raw: Any, type: str, p: Place) -> Input:
    raw = p.keys({} if raw is None else raw, "", "required min max default example")
    limits: dict[str, Decimal] = {}
    for bound in ("min", "max"):
        if bound in raw:
            if isinstance(raw[bound], bool) or not isinstance(raw[bound], int | Decimal) or type not in NUMERIC:
                raise p.fail(f"«{bound}» må være et tall, og feltet en talltype.", f"{bound}: 0")
            limits[bound] = Decimal(raw[bound])
    if len(limits) == 2 and limits["min"] > limits["max"]:
        raise p.fail("«min» er større enn «max».", "min: 0, max: 100")
    return Input(
        required=p.flag(raw, "required"),
        min=limits.get("min"),
        max=limits.get("max"),
        default=_value(raw.get("default"), "default", type, p),
        example=_value(raw.get("example"), "example", type, p),
    )


def _value(value: Any, what: str, type: str, p: Place) -> object:
    """A default or an example: empty, or a value of the field's own type."""
    kinds: tuple[Any, ...] = (int, Decimal) if type in NUMERIC else (date,) if type in DATES else (str,)
    if value is None or (isinstance(value, kinds) and not isinstance(value, bool)):
        return p.text(value, what) if isinstance(value, str) else value
    raise p.fail(f"«{what}» passer ikke med typen «{type}».", f"en verdi av typen {type}")


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
