"""A workbook's template laid out as when the workbook was made, compiled once for all workbooks of the same size."""

from __future__ import annotations

import dataclasses
from collections import Counter
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from okosos_xl.remembered import Remembered
from okosos_xl.template.compile import CELLS_KEPT, compile_template
from okosos_xl.template.layout import Layout
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.manifest import Manifest, fingerprint


@dataclass(frozen=True)
class Pristine:
    """The layout nobody has moved about in. Not to be changed: :meth:`copied` gives one that may be."""

    spec: TemplateSpec
    layout: Layout

    @cached_property
    def marks(self) -> dict[str, str]:
        """The fingerprint of the formulas of every region but those that hold rates."""
        known = self.layout.fingerprints
        for id, region in self.layout.regions.items():
            if not region.fixed and id not in known:
                known[id] = fingerprint(region)
        return {id: known[id] for id, region in self.layout.regions.items() if not region.fixed}

    def copied(self) -> Layout:
        """The same layout with regions of its own."""
        regions = {id: copy(region) for id, region in self.layout.regions.items()}
        sheets = [dataclasses.replace(s, regions=[regions[r.id] for r in s.regions]) for s in self.layout.sheets]
        return dataclasses.replace(self.layout, regions=regions, sheets=sheets)


_KNOWN: Remembered[Pristine] = Remembered(CELLS_KEPT)


def pristine(manifest: Manifest, spec: TemplateSpec) -> Pristine:
    """The template as it was laid out for a workbook with this manifest."""
    heights: dict[str, Counter[int]] = {}
    for name in manifest.regions:
        area = manifest.area(name)
        if area is not None and "." in name:
            heights.setdefault(name.rsplit(".", 1)[0], Counter())[area.row2 - area.row1 + 1] += 1
    # most of the columns say how many rows a table has, also when the place of one of them has been damaged
    exact = {name: counts.most_common(1)[0][0] for name, counts in heights.items()}
    key = (id(spec), *sorted(exact.items()))
    known = _KNOWN.get(key)
    if known is None or known.spec is not spec:
        known = Pristine(spec, compile_template(spec, exact=exact))
        _KNOWN.put(key, known, known.layout.size)
    return known


def damage(manifest: Manifest, spec: TemplateSpec) -> list[str]:
    """What in the manifest is not as the template writes it, in words; nothing for one of an older version."""
    if manifest.template_version == 0:
        return ["malens versjon kan ikke leses"]
    if manifest.template_version != spec.version:
        return []
    made = pristine(manifest, spec)
    regions = made.layout.regions
    unplaced = [id for id in regions if manifest.area(id) is None]
    misplaced = [id for id, r in regions.items() if id not in unplaced and manifest.regions[id][0] != r.area]
    other = [id for id, mark in made.marks.items() if id in manifest.regions and manifest.regions[id][1] != mark]
    rates = [row.id for row in made.layout.rates if row.id not in manifest.rates]
    said = (
        ("mangler plassen til", unplaced),
        ("har en annen plass for", misplaced),
        ("har et annet merke for formlene i", other),
        ("mangler satsen", rates),
    )
    return [f"{words} {few(ids)}" for words, ids in said if ids]


def few(ids: list[str]) -> str:
    """«krav.saldo, krav.rente, krav.navn og 12 til»."""
    return ", ".join(ids[:3]) + (f" og {len(ids) - 3} til" if len(ids) > 3 else "")
