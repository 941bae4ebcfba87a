"""A field or a column of a sheet file → :class:`Item`: its type, what may be typed in it, or its formula."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from okosos_xl.template.reader import Place
from okosos_xl.template.spec import DATES, NUMERIC, TYPES, Input, Item

ONLY = ("full",)
FORMATS = ("fodselsnummer",)
STYLES = ("", "nokkel", "sum", "kort")
MAX_LINES = 40
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


def reference(value: Any, p: Place) -> str:
    text = p.text(value, "id")
    if text and not _ID.fullmatch(text):
        raise p.at(text).fail("dette er ikke en id.", "id-en til et felt i malen")
    return text


def only_in(raw: dict[str, Any], p: Place) -> str:
    return p.choice(raw["only"], "versjon", ONLY) if "only" in raw else ""


def items_of(
    raw: Any, what: str, p: Place, *, inputs: bool = False, first: bool = False, lined: bool = False
) -> tuple[Item, ...]:
    items = p.list(raw, what, lambda i: item_of(i, p, lined=lined))
    for item in items:
        if item.input is not None and not inputs:
            raise p.at(item.id).fail("her kan det ikke fylles inn noe.", "formula; input bare i fields, table og grid")
        if item.first is not None and not first:
            raise p.at(item.id).fail("«first» har ingen mening her.", "first bare i en tabell eller matrise")
    return items


def item_of(raw: Any, p: Place, *, lined: bool = False) -> Item:
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
        choices_from=reference(raw.get("choices_from", ""), p),
        width=p.size(raw["width"], "width") if "width" in raw else None,
        file=p.file,
        only=only_in(raw, p),
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
