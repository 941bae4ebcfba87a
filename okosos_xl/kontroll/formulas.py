"""Formulas that have been typed over, changed, deleted or broken."""

from __future__ import annotations

from itertools import groupby

from okosos_xl.kontroll.effect import Effect, Effects, group_of, is_error
from okosos_xl.kontroll.effect_words import effect_words, figures_words
from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding
from okosos_xl.kontroll.grouping import SAMPLES, samples_of
from okosos_xl.kontroll.personal import masked
from okosos_xl.sak.numbers import show_number
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.reading import FormulaChange, Reading
from okosos_xl.workbook.typed import plain_number

__all__ = ["check_formulas", "is_error"]

_LONGEST = 60


def check_formulas(reading: Reading, effects: Effects | None = None) -> list[Finding]:
    """Findings for changed formulas, grouped per region and kind so that they never flood.

    ``effects`` tell what the changes mean in kroner, as far as that has been computed.
    """
    reasons = {o.cell: o.reason for o in reading.sak.overrides}
    effects = effects or Effects()
    findings: list[Finding] = []
    ordered = sorted(reading.changes, key=lambda c: (c.region.sheet, c.region.row, *group_of(c)))
    for group, changes in groupby(ordered, key=group_of):
        if group[1] != "ny_rad":
            findings.append(_finding(group[1], list(changes), reasons, effects.alone.get(group), effects.total))
    if told := figures_words(effects.total) if len(findings) > 1 else "":
        message = f"De endrede formlene gjør til sammen at {told}."
        kroner = effects.total.kroner
        findings.append(Finding("OKX215", OPPLYSNING, "", "", message, "Se på hver av dem.", kroner=kroner))
    for table, rows in reading.inserted_rows.items():
        region = next(r for r in reading.layout.regions.values() if r.owner == table)
        findings.append(
            Finding(
                "OKX214", FEIL, region.sheet, address((region.row + rows[0], region.col)),
                f"{len(rows)} rad{'er' if len(rows) > 1 else ''} er satt inn i tabellen, og regnes ikke med i planen.",
                "Bruk de ledige radene nederst, eller lag arbeidsboken på nytt fra saken.", table, len(rows),
            )
        )  # fmt: skip
    return findings


def _finding(
    kind: str, changes: list[FormulaChange], reasons: dict[str, str], alone: Effect | None, total: Effect
) -> Finding:
    first = changes[0]
    region = first.region
    name = region.item.label or region.id
    count = len(changes)
    samples = samples_of([c.cell for c in changes])
    places = ", ".join(samples) + (" …" if count > SAMPLES else "")
    many = f" ({count} av {region.nrows * region.ncols} celler: {places})" if count > 1 else ""
    place = f"{region.sheet}!{address(first.cell)}"
    reason = reasons.get(place, "")
    severity = OPPLYSNING if all(reasons.get(f"{c.region.sheet}!{address(c.cell)}") for c in changes) else ADVARSEL
    because = f" Grunn: {reason}." if reason else ""
    match kind:
        case "verdi":
            code, message = "OKX210", f"«{name}»: formelen er erstattet med {_shown(first.found)}{many}.{because}"
            action = (
                "Lag arbeidsboken på nytt fra saken uten overstyringen, eller skriv grunnen som kommentar i cellen."
            )
            if reason:
                action = "Se at overstyringen fortsatt gjelder."
        case "feilverdi":
            code, severity = "OKX213", FEIL
            message = f"«{name}»: formelen er erstattet med feilverdien {first.found}{many}."
            action = "Lag arbeidsboken på nytt fra saken."
        case "endret":
            code, message = "OKX212", f"«{name}»: formelen er endret{many}.{because}"
            action = "Lag arbeidsboken på nytt fra saken, eller skriv grunnen som kommentar i cellen."
        case "brutt":
            code, severity = "OKX213", FEIL
            message = f"«{name}»: formelen er ødelagt og viser til noe som er slettet{many}."
            action = "Lag arbeidsboken på nytt fra saken."
        case _:
            code, severity, message = "OKX211", FEIL, f"«{name}»: formelen er slettet{many}."
            action = "Lag arbeidsboken på nytt fra saken."
    if alone is None:  # what the template gives in the cells is known, but not what these changes alone do
        here = {(c.region.sheet, c.cell) for c in changes}
        alone = Effect({place: difference for place, difference in total.cells.items() if place in here})
    message += effect_words(alone, region.sheet, first.cell, many=count > 1)
    at = address(first.cell)
    return Finding(code, severity, region.sheet, at, message, action, region.id, count, alone.kroner, samples)


def _shown(found: str) -> str:
    try:
        number = float(found)
    except ValueError:
        text = masked(found)
        return f"«{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}»"
    return show_number(plain_number(number))
