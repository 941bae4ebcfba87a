"""A tiny template for the tests of the compiler: written to a folder, with one thing changed at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout
from okosos_xl.template.parse import parse_template

Data = dict[str, Any]

MAL = """
id: prove
tittel: Prøve
versjon: 1
om: En liten mal.
ark: [skjema, kontroll]
valg: {ja_nei: [ja, nei], farge: [rød, blå]}
status: status
nokkeltall: [sum_gjeld]
"""
SKJEMA = """
sheet: Skjema
title: Skjema
kind: fyll_inn
blocks:
  - fields:
      - {id: inntekt, label: Inntekt, type: kr, input: {min: 0}}
      - {id: farge, label: Farge, type: valg, choices: farge, input: {}}
      - {id: sum_gjeld, label: Sum gjeld, type: kr_ore, formula: SUM(krav.saldo)}
      - {id: rest, label: Rest, type: kr_ore, formula: 'IF(farge="rød",inntekt-sum_gjeld,0)'}
  - table: krav
    rows: 5
    grows: true
    margin: 5
    columns:
      - {id: navn, label: Navn, type: tekst, input: {}}
      - {id: saldo, label: Saldo, type: kr_ore, input: {min: 0}}
      - {id: dobbel, label: Dobbel, type: kr_ore, formula: "[saldo]*2"}
  - table: regnskap
    over: krav
    columns:
      - {id: halv, label: Halv, type: kr_ore, formula: "krav[saldo]/2"}
  - table: annen
    rows: 4
    columns:
      - {id: a, label: A, type: heltall, first: "1", formula: "[a forrige]+1"}
  - matrix: plan
    over: krav
    periods: 3
    scalars:
      - {id: nr, label: Nr., type: heltall, first: "1", formula: "[nr forrige]+1"}
    cells:
      - {id: belop, label: Beløp, type: kr_ore, formula: "krav[saldo]*[nr]"}
  - matrix: kort
    periods: 2
    scalars:
      - {id: nr, label: Nr., type: heltall, first: "1", formula: "[nr forrige]+1"}
  - chart: bilde
    kind: line
    title: Plan
    alt: En linje.
    series: [{name: Nr., values: plan.nr, categories: plan.nr}]
"""
KONTROLL = """
sheet: Kontroll
title: Kontroll
kind: kontroll
blocks:
  - fields:
      - {id: status, label: Status, type: tekst, formula: 'COUNTIF(kontroll.status,"feil")&""'}
  - special: kontroll
checks:
  - {id: PRV1, label: Rest, severity: feil, formula: rest>=0, message: Resten er negativ., action: Se på tallene.}
"""


def tiny() -> dict[str, Data]:
    """The template's files, as data to change."""
    return {name: yaml.safe_load(text) for name, text in (("mal", MAL), ("skjema", SKJEMA), ("kontroll", KONTROLL))}


def block(files: dict[str, Data], key: str, id: str = "") -> Data:
    """The block of Skjema with ``key``, and ``id`` if there are several."""
    found: Data = next(b for b in files["skjema"]["blocks"] if key in b and id in ("", b[key]))
    return found


def items(files: dict[str, Data], id: str) -> Data:
    """The item called ``id``, wherever it stands on Skjema (``plan.nr`` for one inside a table or matrix)."""
    table, _, name = id.rpartition(".")
    for b in files["skjema"]["blocks"]:
        owner = next((b[k] for k in ("table", "matrix", "grid") if k in b), "")
        for key in ("fields", "columns", "scalars", "cells"):
            for item in b.get(key, ()):
                if item["id"] == name and owner == table:
                    return item
    raise KeyError(id)


def write(root: Path, files: dict[str, Data | str]) -> Path:
    """Write the files to ``root/prove`` (a name with ``/`` is relative to ``root``) and return the folder."""
    folder = root / "prove"
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        path = root / f"{name}.yaml" if "/" in name else folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return folder


def compiled(root: Path, change: Callable[[dict[str, Data]], object] | None = None, **capacity: int) -> Layout:
    """The layout of the tiny template after ``change``."""
    files = tiny()
    if change is not None:
        change(files)
    return compile_template(parse_template(write(root, files)), capacity)
