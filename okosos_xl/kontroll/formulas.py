"""Formulas that have been typed over, changed, deleted or broken."""

from __future__ import annotations

from itertools import groupby

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding
from okosos_xl.sak.case import CaseValue
from okosos_xl.sak.numbers import show_number
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.reading import FormulaChange, Reading

ERROR_CODES = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_SAMPLES = 3
_LONGEST = 60


def check_formulas(reading: Reading) -> list[Finding]:
    """Findings for changed formulas, grouped per region and kind so that they never flood."""
    reasons = {o.cell: o.reason for o in reading.sak.overrides}
    findings: list[Finding] = []
    ordered = sorted(reading.changes, key=lambda c: (c.region.sheet, c.region.row, *_group(c)))
    for (_, kind), group in groupby(ordered, key=_group):
        if kind != "ny_rad":
            findings.append(_finding(kind, list(group), reasons))
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


def is_error(change: FormulaChange) -> bool:
    """Whether an error value such as #REF! has been typed, or pasted, over the formula."""
    return change.kind == "verdi" and change.found in ERROR_CODES


def _group(change: FormulaChange) -> tuple[str, str]:
    return change.region.id, "feilverdi" if is_error(change) else change.kind


def _finding(kind: str, changes: list[FormulaChange], reasons: dict[str, str]) -> Finding:
    first = changes[0]
    region = first.region
    name = region.item.label or region.id
    count = len(changes)
    places = ", ".join(address(c.cell) for c in changes[:_SAMPLES]) + (" …" if count > _SAMPLES else "")
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
    return Finding(code, severity, region.sheet, address(first.cell), message, action, region.id, count)


def _shown(found: str) -> str:
    try:
        number = float(found)
    except ValueError:
        return f"«{found if len(found) <= _LONGEST else found[:_LONGEST] + '…'}»"
    from okosos_xl.workbook.read import plain_number

    return show_number(plain_number(number))


def shown_value(value: CaseValue | None) -> str:
    return "" if value is None else str(value)
