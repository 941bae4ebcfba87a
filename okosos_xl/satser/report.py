"""What ``okosos satser`` prints: aligned Norwegian text, or JSON-ready structures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from okosos_xl.satser import text as norsk
from okosos_xl.satser.diff import Endring
from okosos_xl.satser.model import Familie, Kilde, Nokkel, Verdi, Vintage
from okosos_xl.satser.samling import Satser
from okosos_xl.satser.snapshot import Sats, Satssnapshot

_LABEL = 64
_COLUMNS = 5


def _table(rows: Sequence[Sequence[str] | str], right: set[int]) -> list[str]:
    """Rows as aligned text; the columns in ``right`` are right-aligned, and a bare string is a heading of its own."""
    cells = [row for row in rows if not isinstance(row, str)]
    if not cells:
        return []
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines = []
    for row in rows:
        if isinstance(row, str):
            lines.append(row)
            continue
        padded = [c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(padded).rstrip())
    return lines


def _grouped(rows: Iterable[tuple[Nokkel, Sequence[str]]]) -> list[Sequence[str] | str]:
    """Rows with their label in front; a heading wherever the group of the key changes."""
    result: list[Sequence[str] | str] = []
    groups: tuple[str, ...] = ()
    for nokkel, cells in rows:
        if nokkel.grupper != groups and nokkel.grupper:
            result.append(f"{', '.join(nokkel.grupper)}:")
        groups = nokkel.grupper
        result.append([("  " if groups else "") + _short(nokkel.navn), *cells])
    return result


def _short(label: str) -> str:
    return label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"


def _json(value: Verdi | None) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)  # prints back the same digits
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _source(kilde: Kilde) -> dict[str, str]:
    return {"tittel": kilde.tittel, "adresse": kilde.adresse}


def _sats(sats: Sats) -> dict[str, Any]:
    return {
        "nokkel": sats.nokkel.id,
        "navn": sats.nokkel.fullt_navn,
        "verdi": _json(sats.verdi),
        "enhet": str(sats.enhet),
        "gyldig_fra": _iso(sats.gyldig_fra),
        "gyldig_til": _iso(sats.gyldig_til),
        "kilde": _source(sats.kilde),
        "konfidens": str(sats.konfidens),
        "merknad": sats.merknad,
        "kommune": sats.kommune,
        "mulig_utdatert_fra": _iso(sats.mulig_utdatert_fra),
    }


# --- list -------------------------------------------------------------------------------------------------------------


def _newest(rates: Satser, name: str) -> Vintage | None:
    found = [v for layer in rates.layers(name) for v in layer.vintages]
    return max(found, key=lambda v: v.gyldig_fra) if found else None


def families_json(rates: Satser) -> list[dict[str, Any]]:
    """Every family with its newest vintage."""
    rows = []
    for name in rates.familier:
        family, newest = rates.familie(name), _newest(rates, name)
        rows.append(
            {
                "familie": name,
                "tittel": family.tittel,
                "arganger": len(family.vintages),
                "nyeste_fra": _iso(newest.gyldig_fra) if newest else None,
                "konfidens": str(newest.konfidens) if newest else None,
                "oppdatering": norsk.oppdatering(family.oppdatering),
            }
        )
    return rows


def families_text(rates: Satser) -> list[str]:
    """Every family with its newest vintage, as a table."""
    rows = [["Familie", "Tittel", "Årganger", "Nyeste fra", "Konfidens", "Oppdateres"]]
    for row in families_json(rates):
        cells = [row["familie"], _short(row["tittel"]), str(row["arganger"]), row["nyeste_fra"] or "(kommunefil)"]
        rows.append([*cells, row["konfidens"] or "", row["oppdatering"]])
    return _table(rows, {2})


def status_json(per: Satssnapshot) -> list[dict[str, Any]]:
    """Every family with values on the date, and how many of them need care."""
    rows = []
    for name in per.familier:
        values = per.satser(name)
        rows.append(
            {
                "familie": name,
                "tittel": per.rates.familie(name).tittel,
                "gyldig_fra": _iso(max(s.gyldig_fra for s in values)),
                "verdier": len(values),
                "mulig_utdatert": sum(s.mulig_utdatert for s in values),
                "ikke_offisielle": len(per.unofficial(name)),
                "kommune": next((s.kommune for s in values if s.kommune), None),
            }
        )
    return rows


def status_text(per: Satssnapshot) -> list[str]:
    """Every family with values on the date, as a table with remarks."""
    rows = [["Familie", "Tittel", "Gjelder fra", "Verdier", "Merk"]]
    for row in status_json(per):
        remarks = []
        if row["mulig_utdatert"]:
            remarks.append("mulig utdatert")
        if row["ikke_offisielle"]:
            remarks.append(f"{row['ikke_offisielle']} ikke offisielle")
        if row["kommune"]:
            remarks.append(f"egne satser fra {row['kommune']}")
        cells = [row["familie"], _short(row["tittel"]), row["gyldig_fra"], str(row["verdier"])]
        rows.append([*cells, "; ".join(remarks)])
    return _table(rows, {3})


# --- show -------------------------------------------------------------------------------------------------------------


def _head_json(family: Familie) -> dict[str, Any]:
    return {
        "familie": family.id,
        "tittel": family.tittel,
        "regel": family.regel,
        "merknad": family.merknad,
        "hjemmel": [_source(kilde) for kilde in family.hjemmel],
        "oppdatering": norsk.oppdatering(family.oppdatering),
    }


def _head_text(family: Familie) -> list[str]:
    lines = [family.tittel, "=" * len(family.tittel), "", *family.regel.splitlines()]
    if family.merknad:
        lines += ["", f"Merk: {family.merknad}"]
    lines += ["", *(f"Hjemmel: {kilde.tittel}  {kilde.adresse}" for kilde in family.hjemmel)]
    return [*lines, f"Oppdateres: {norsk.oppdatering(family.oppdatering)} ({family.oppdatering.om})", ""]


def values_json(per: Satssnapshot, familie: str) -> dict[str, Any]:
    """One family's values on the date."""
    return {
        **_head_json(per.rates.familie(familie)),
        "dato": per.dato.isoformat(),
        "kommune": per.kommune,
        "verdier": [_sats(sats) for sats in per.satser(familie)],
    }


def values_text(per: Satssnapshot, familie: str) -> list[str]:
    """One family's values on the date, then the sources and the reservations."""
    values = per.satser(familie)
    rows = []
    for s in values:
        remarks = [f"{s.kommune}s egen"] if s.kommune else []
        remarks += [str(s.konfidens)] if s.konfidens != "offisiell" else []
        cells = [norsk.med_enhet(s.verdi, s.enhet), str(s.gyldig_fra), s.nokkel.id, ", ".join(remarks)]
        rows.append((s.nokkel, cells))
    header = [f"Per {per.dato}", "Verdi", "Gjelder fra", "Nøkkel", ""]
    lines = [*_head_text(per.rates.familie(familie)), *_table([header, *_grouped(rows)], {1}), ""]
    for kilde in dict.fromkeys(s.kilde for s in values):
        lines.append(f"Kilde: {kilde.tittel}  {kilde.adresse}".rstrip())
    lines += [f"Merk: {note}" for note in dict.fromkeys(s.merknad for s in values if s.merknad)]
    outdated = dict.fromkeys((s.gyldig_fra, s.mulig_utdatert_fra) for s in values if s.mulig_utdatert)
    lines += [f"Mulig utdatert: nyeste kjente gjelder fra {fra}, ny ventet {ny}" for fra, ny in outdated]
    return lines


def family_json(layers: tuple[Familie, ...]) -> dict[str, Any]:
    """A family with all its vintages, the municipality's own included."""
    return {
        **_head_json(layers[-1]),
        "hull": [
            {"fra": _iso(h.fra), "til": _iso(h.til), "nokler": list(h.nokler), "grunn": h.grunn}
            for h in layers[-1].hull
        ],
        "nokler": [{"nokkel": n.id, "navn": n.fullt_navn, "enhet": str(n.enhet)} for n in layers[0].nokler.values()],
        "arganger": [
            {
                "gyldig_fra": _iso(v.gyldig_fra),
                "gyldig_til": _iso(v.gyldig_til),
                "kilde": _source(v.kilde),
                "konfidens": str(v.konfidens),
                "konfidens_felt": {key: str(k) for key, k in v.konfidens_felt.items()},
                "merknad": v.merknad,
                "kommune": layer.eier,
                "viderefort": sorted(v.videreforte),
                "verdier": {key: _json(value) for key, value in v.verdier.items()},
            }
            for layer in reversed(layers)
            for v in layer.vintages
        ],
    }


def family_text(layers: tuple[Familie, ...]) -> list[str]:
    """A family with all its vintages side by side, newest first, and their sources."""
    lines = _head_text(layers[-1])
    for layer in layers:
        if layer.eier:
            lines += [f"{layer.eier}s egne satser", ""]
        newest_first = layer.vintages[::-1]
        for start in range(0, len(newest_first), _COLUMNS):
            lines += [*_columns(layer, newest_first[start : start + _COLUMNS]), ""]
        for v in newest_first:
            lines.append(f"{v.periode}: {v.kilde.tittel} ({v.konfidens})  {v.kilde.adresse}".rstrip())
            lines += [f"  Merk: {v.merknad}"] if v.merknad else []
    for gap in layers[-1].hull:
        about = f" ({', '.join(gap.nokler)})" if gap.nokler else ""
        lines.append(f"Mangler {gap.fra or ''}–{gap.til or ''}{about}: {gap.grunn}")
    return lines


def _columns(family: Familie, vintages: tuple[Vintage, ...]) -> list[str]:
    rows = []
    for key, nokkel in family.nokler.items():
        origins = [v.origin(key) for v in vintages]
        if any(origins):
            cells = [norsk.verdi(o.verdier[key], nokkel.enhet) if o else "–" for o in origins]
            rows.append((nokkel, [*cells, str(nokkel.enhet)]))
    header = ["", *(str(v.gyldig_fra) for v in vintages), ""]
    return _table([header, *_grouped(rows)], set(range(1, len(vintages) + 1)))


# --- diff -------------------------------------------------------------------------------------------------------------


def diff_json(changes: tuple[Endring, ...], dato1: date, dato2: date) -> dict[str, Any]:
    """Every change between the two dates."""
    return {
        "fra": dato1.isoformat(),
        "til": dato2.isoformat(),
        "endringer": [
            {
                "familie": c.familie,
                "tittel": c.tittel,
                "nokkel": c.sats.nokkel.id,
                "navn": c.sats.nokkel.fullt_navn,
                "enhet": str(c.sats.enhet),
                "gammel": _json(c.gammel.verdi) if c.gammel else None,
                "ny": _json(c.ny.verdi) if c.ny else None,
                "prosent": _json(c.prosent),
                "hva": c.hva,
            }
            for c in changes
        ],
    }


def diff_text(changes: tuple[Endring, ...], dato1: date, dato2: date) -> list[str]:
    """Every change between the two dates, family by family."""
    if not changes:
        return [f"Ingen satser endres fra {dato1} til {dato2}."]
    lines: list[str] = []
    for title in dict.fromkeys(c.tittel for c in changes):
        rows = [
            (c.sats.nokkel, [_side(c.gammel), "→", _side(c.ny), _percent(c), str(c.sats.enhet)])
            for c in changes
            if c.tittel == title
        ]
        lines += [title, *(f"  {line}" for line in _table(_grouped(rows), {1, 3, 4})), ""]
    return [*lines, f"{len(changes)} verdier endres fra {dato1} til {dato2}."]


def _side(sats: Sats | None) -> str:
    return norsk.verdi(sats.verdi, sats.enhet) if sats else "–"


def _percent(change: Endring) -> str:
    if change.prosent is None:
        return "" if change.hva == "endret" else change.hva
    return f"{'+' if change.prosent > 0 else ''}{norsk.tall(change.prosent)} %"
