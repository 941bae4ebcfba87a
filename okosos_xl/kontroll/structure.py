"""Sheets, names and foreign parts: what has happened to the workbook as a whole."""

from __future__ import annotations

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding
from okosos_xl.workbook.reading import Reading

_SHOWN = 3


def check_structure(reading: Reading) -> list[Finding]:
    """Findings about removed, renamed, hidden and added sheets, lost names, links, and an older template."""
    found = [
        Finding("OKX310", FEIL, name, "", f"Arket «{name}» er slettet.", "Lag arbeidsboken på nytt fra saken.")
        for name in reading.missing_sheets
    ]
    found += [
        Finding("OKX311", OPPLYSNING, new, "", f"Arket «{old}» heter nå «{new}».", "Ingenting; innholdet er lest.")
        for old, new in reading.renamed_sheets.items()
    ]
    standing = {r.sheet for r in reading.layout.regions.values()} - _left_out(reading)
    found += [
        Finding("OKX312", ADVARSEL, s.name, "", f"Arket «{s.name}» er skjult.", "Vis arket igjen.")
        for s in reading.package.sheets
        if s.state != "visible" and s.name in standing
    ]
    found += [
        Finding("OKX320", OPPLYSNING, name, "", f"Arket «{name}» er ikke fra malen.", "Ingenting; det blir stående.")
        for name in reading.extra_sheets
    ]
    if reading.missing_names and not reading.missing_sheets:
        names = ", ".join(reading.missing_names[:_SHOWN])
        found.append(
            Finding(
                "OKX313", ADVARSEL, "", "",
                f"{len(reading.missing_names)} navngitte områder er borte eller ødelagt ({names}). "
                "De er lest der de sto fra starten.",
                "Kontroller at riktige celler er lest, eller lag arbeidsboken på nytt fra saken.",
                count=len(reading.missing_names),
            )
        )  # fmt: skip
    notes = [e for e in reading.sak.extras if e.kind == "notat"]
    found += [
        Finding(
            "OKX321", OPPLYSNING, e.sheet, e.cell, "Noe er skrevet utenfor skjemaet.", "Ingenting; det er med i saken."
        )
        for e in notes[:_SHOWN]
    ]
    if len(notes) > _SHOWN:
        found.append(
            Finding(
                "OKX321",
                OPPLYSNING,
                "",
                "",
                f"{len(notes) - _SHOWN} celler til er skrevet utenfor skjemaet.",
                "",
                count=len(notes) - _SHOWN,
            )
        )
    found += [
        Finding(
            "OKX340",
            ADVARSEL,
            "",
            "",
            f"Arbeidsboken har en {part.kind}, som ikke følges.",
            "Fjern den hvis den ikke er ment.",
        )
        for part in reading.package.vetted.foreign
    ]
    if reading.package.date1904:
        found.append(
            Finding(
                "OKX341", ADVARSEL, "", "", "Arbeidsboken teller datoer fra 1904.", "Slå av «1904-datosystem» i Excel."
            )
        )
    if reading.manifest.template_version < reading.layout.spec.version:
        found.append(
            Finding(
                "OKX330", ADVARSEL, "", "",
                f"Arbeidsboken er laget med versjon {reading.manifest.template_version} av malen; "
                f"nå er den {reading.layout.spec.version}.",
                "Lag arbeidsboken på nytt fra saken.",
            )
        )  # fmt: skip
    return found


def _left_out(reading: Reading) -> set[str]:
    """The sheets that a simple case leaves out, as they are called now: hidden on purpose."""
    spec = reading.layout.spec
    if not spec.version_id or reading.sak.fields.get(spec.version_id) != spec.simple_version:
        return set()
    return {r.sheet for s in reading.layout.sheets if s.spec.only for r in s.regions}
