"""Rows an advisor has deleted from a table, where the formulas of other sheets that followed them are broken now."""

from __future__ import annotations

from okosos_xl.workbook.reading import Reading


def lost_rows(reading: Reading) -> list[str]:
    """What to tell of tables that have lost rows which formulas elsewhere spoke of; nothing for others.

    A table that follows, row by row, on another sheet keeps its own rows: one of them now speaks of nothing, and all
    below of the row above the one they did. Put back one by one as overrides they would count some rows twice.
    """
    owners, found = reading.layout.owners, []
    changed = {
        owners[c.region.owner].root
        for c in reading.changes
        if c.kind in ("brutt", "endret") and c.region.owner in owners
    }
    for region in reading.layout.inputs():
        made = reading.manifest.area(region.id)
        if region.kind != "column" or region.cell_ids or made is None or region.owner not in owners:
            continue
        if region.nrows < made.row2 - made.row1 + 1 and owners[region.owner].root in changed:
            found.append(
                f"rader er slettet i tabellen på arket «{region.sheet}», så formler på andre ark er ødelagt eller "
                "viser til feil rad; sett radene inn igjen (tøm dem heller), eller før saken over i et nytt skjema"
            )
    return list(dict.fromkeys(found))
