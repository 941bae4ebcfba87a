"""Rates and other fixed cells that no longer say what they said when the workbook was made."""

from __future__ import annotations

from decimal import Decimal

from okosos_xl.workbook import manifest as manifests
from okosos_xl.workbook.package import cells_of
from okosos_xl.workbook.reading import AlteredRate, Reading
from okosos_xl.workbook.typed import case_value, rate_text


def read_rates(reading: Reading) -> None:
    """Rates typed over where they stand; in the case such a value is the advisor's own."""
    get = cells_of(reading.package)
    rows = {row.id: row for row in reading.layout.rates}
    for owner in dict.fromkeys(row.owner for row in reading.layout.rates):
        region, own, used = (reading.layout.regions[f"{owner}.{column}"] for column in ("fast", "verdi", "brukes"))
        for offset, id in enumerate(used.cell_ids):
            if not id or region.id in reading.deleted:
                continue
            cell = (region.row + offset, region.col)
            value = case_value(get(region.sheet).values.get(cell))
            if id not in reading.manifest.rates:
                continue
            made_with = reading.manifest.rates[id][0]
            if rate_text(value) != made_with:
                reading.altered_rates.append(AlteredRate(rows[id], region, cell, made_with, rate_text(value)))
                if isinstance(value, Decimal):
                    reading.sak.fields.setdefault(own.cell_ids[offset], value)
    for region in reading.layout.regions.values():
        mark = reading.manifest.regions.get(region.id, ("", ""))[1]
        if region.fixed and mark and not region.id.endswith(".fast"):
            values = get(region.sheet).values
            found = [values.get((region.row + i, region.col), "") for i in range(region.nrows)]
            if region.owner not in reading.inserted_rows and manifests.fixed_mark(found) != mark:
                reading.altered_facts.append(region)
