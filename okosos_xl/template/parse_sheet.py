"""One sheet file → :class:`SheetSpec`: what the sheet is for, how it prints, its blocks and its checks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from okosos_xl.resources import templates_root
from okosos_xl.template.parse_blocks import MAX_PERIODS, parse_block
from okosos_xl.template.parse_item import only_in
from okosos_xl.template.reader import Place, load
from okosos_xl.template.spec import Block, Check, SheetSpec

SHEET_KINDS = ("fyll_inn", "resultat", "utskrift", "kontroll", "beregning")
SEVERITIES = ("feil", "advarsel", "opplysning")
_COLUMN = re.compile(r"[A-Z]{1,2}")


def sheet_name(value: Any, p: Place) -> str:
    """A sheet of the template's own, or one of another template: ``gjeldsradgivning/husstand``."""
    if isinstance(value, str) and value.count("/") == 1:
        return "/".join(p.file_name(part, "ark") for part in value.split("/"))
    return p.file_name(value, "ark")


def shared(name: str, p: Place, problem: str) -> Path:
    """A file of another template: beside this one, else the toolkit's own."""
    found = next((path for root in (p.folder.parent, templates_root()) if (path := root / name).is_file()), None)
    if found is None:
        raise p.fail(problem, f"filen {name}")
    return found


def parse_sheet(name: str, mal: Place) -> SheetSpec:
    file = f"{name}.yaml" if "/" in name else f"{mal.folder.name}/{name}.yaml"
    if "/" in name:
        path = shared(file, mal.at(name), "arkfilen finnes ikke.")
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
        only=only_in(data, p),
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
