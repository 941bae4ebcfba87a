"""The rates a workbook carries: which values stand in the cells of its sheet of rates, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okosos_xl.satser import Enhet, Konfidens, Sats, Satssnapshot
from okosos_xl.satser.model import Verdi
from okosos_xl.satser.text import verdi as in_words
from okosos_xl.template import rates
from okosos_xl.template.layout import Layout, RateRow

CellContent = Decimal | date | str
"""What a cell on the sheet of rates holds; an empty text for nothing."""


@dataclass(frozen=True)
class CarriedRate:
    """One rate as a workbook was made with it: its text (empty when there was none) and since when it applies."""

    id: str
    value: str
    valid_from: str


def found_rates(layout: Layout, per: Satssnapshot) -> list[Sats | None]:
    """The value of every row on the sheet of rates, None where there is none on the date."""
    by_layer: dict[tuple[str, bool], dict[str, Sats]] = {}
    result = []
    for row in layout.rates:
        layer = (row.family, row.own)
        if layer not in by_layer:
            by_layer[layer] = _layer(row, per)
        result.append(by_layer[layer].get(row.key))
    return result


def _layer(row: RateRow, per: Satssnapshot) -> dict[str, Sats]:
    """The values of the state's file, or of the municipality's own."""
    chosen = per if row.own else Satssnapshot(per.dato, per.rates.without_overlay(), per.carry_forward)
    values = chosen.satser(row.family)
    return {s.nokkel.id: s for s in values if not row.own or s.kommune is not None}


def fixed_values(layout: Layout, per: Satssnapshot) -> dict[str, list[CellContent]]:
    """What the fixed cells hold, by the id of their region."""
    if not layout.rates:
        return {}
    found = found_rates(layout, per)
    groups = rates.groups(layout.spec)
    result: dict[str, list[CellContent]] = {}
    start = 0
    for group in groups:
        rows = found[start : start + len(group.keys)]
        start += len(group.keys)
        result[f"{group.owner}.fast"] = [cell_content(s.verdi, s.enhet) if s else "" for s in rows]
        result[f"{group.owner}.fra"] = [s.gyldig_fra if s else "" for s in rows]
        result[f"{group.owner}.forbehold"] = [_remark(s, own=group.own) for s in rows]
        result[f"{group.owner}.kilde"] = [s.kilde.tittel if s else "" for s in rows]
        result[f"{group.owner}.kilder"] = [_common_source(rows)]
        result.setdefault(f"{rates.FAMILIES}.navn", []).append(_family_name(group.title, rows))
        result.setdefault(f"{rates.FAMILIES}.utdatert", []).append(Decimal(sum(s.mulig_utdatert for s in rows if s)))
        unsure = sum(s.konfidens != "offisiell" for s in rows if s)
        result.setdefault(f"{rates.FAMILIES}.uoffisiell", []).append(Decimal(unsure))
    since, until = unchanged(layout, per, found)
    result |= {
        "satser.dato": [per.dato], "satser.fra": [since], "satser.til": [until or ""],
        "satser.kommune": [per.kommune or ""],
    }  # fmt: skip
    return result


def empty_rows(layout: Layout, per: Satssnapshot) -> dict[str, set[int]]:
    """The rows to hide, by sheet: the state's rates without a value, in families that have others (other age bands)."""
    empty = empty_ids(layout, per)
    hidden: dict[str, set[int]] = {}
    for row in layout.rates:
        if row.id in empty:
            hidden.setdefault(row.sheet, set()).add(row.row)
    return hidden


def empty_ids(layout: Layout, per: Satssnapshot) -> set[str]:
    """The ids of the rates whose rows are hidden."""
    found = list(zip(layout.rates, found_rates(layout, per), strict=True))
    filled = {row.owner for row, sats in found if sats is not None}
    return {row.id for row, sats in found if sats is None and not row.own and row.owner in filled}


def sources(layout: Layout, per: Satssnapshot) -> Mapping[tuple[str, int], str]:
    """The address of the source of each row, by sheet and row."""
    pairs = zip(layout.rates, found_rates(layout, per), strict=True)
    return {(row.sheet, row.row): s.kilde.adresse for row, s in pairs if s is not None and s.kilde.adresse}


def sources_by_id(layout: Layout, per: Satssnapshot) -> dict[str, str]:
    """The address of the source of each rate, by id."""
    pairs = zip(layout.rates, found_rates(layout, per), strict=True)
    return {row.id: s.kilde.adresse for row, s in pairs if s is not None and s.kilde.adresse}


def carried(layout: Layout, per: Satssnapshot) -> list[CarriedRate]:
    """The rates as the manifest records them."""
    return [
        CarriedRate(row.id, _text(cell_content(s.verdi, s.enhet)) if s else "", str(s.gyldig_fra) if s else "")
        for row, s in zip(layout.rates, found_rates(layout, per), strict=True)
    ]


def unchanged(layout: Layout, per: Satssnapshot, found: list[Sats | None]) -> tuple[date, date | None]:
    """The dates from and to which every one of these rates is the same as on the snapshot's date."""
    since = max((s.gyldig_fra for s in found if s), default=per.dato)
    ends: list[date] = []
    for family in {row.family for row in layout.rates}:
        for layer in per.rates.layers(family):
            ends += [v.gyldig_fra - timedelta(days=1) for v in layer.vintages if v.gyldig_fra > per.dato]
            ends += [v.gyldig_til for v in layer.vintages if v.gyldig_til and v.gyldig_til >= per.dato]
    return since, min(ends, default=None)


def cell_content(value: Verdi, enhet: Enhet) -> CellContent:
    """A value as a cell holds it: numbers as numbers, everything else in words."""
    return value if isinstance(value, Decimal) else in_words(value, enhet)


def _text(value: CellContent) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _remark(sats: Sats | None, *, own: bool) -> str:
    if sats is None:
        return "" if own else "ingen verdi på denne datoen"
    owner = f"{sats.kommune}s egen" if sats.kommune else ""
    due = sats.mulig_utdatert_fra
    late = f"mulig utdatert: ny ventet {due:%d.%m.%Y}" if due else ""
    unsure = f"{sats.konfidens}, ikke offisiell" if sats.konfidens is not Konfidens.OFFISIELL else ""
    return "; ".join(part for part in (owner, late, unsure) if part)


def _common_source(rows: list[Sats | None]) -> str:
    """The source that all the values of a family share, in full; the column of sources may be too narrow for it."""
    titles = {s.kilde.tittel for s in rows if s}
    return f"Kilde: {titles.pop()}" if len(titles) == 1 else ""


def _family_name(title: str, rows: list[Sats | None]) -> str:
    newest = max((s.gyldig_fra for s in rows if s), default=None)
    return f"{title} (fra {newest:%d.%m.%Y})" if newest else title
