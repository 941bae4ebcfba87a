"""Sheets, names and foreign parts: what has happened to the workbook as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding
from okosos_xl.kontroll.grouping import SAMPLES, group_words, samples_of
from okosos_xl.template.layout import Region
from okosos_xl.workbook import manifest as manifests
from okosos_xl.workbook.areas import Cell, address, parse_cell
from okosos_xl.workbook.package import cells_of
from okosos_xl.workbook.pristine import few
from okosos_xl.workbook.reading import Reading

_ANEW = "Lag arbeidsboken på nytt fra saken."
_ROWS_BELOW = 3
"""So far under a table something typed is taken for a row that was meant to be in it."""


def check_structure(reading: Reading) -> list[Finding]:
    """Findings about removed, renamed, hidden and added sheets, lost names, notes, links, and an older template."""
    return [
        *_sheets(reading), *_own_sheets(reading), *_names(reading), *_manifest(reading), *_notes(reading),
        *_foreign(reading), *_calculation(reading), *_version(reading),
    ]  # fmt: skip


def _sheets(reading: Reading) -> Iterator[Finding]:
    for name in reading.missing_sheets:
        yield Finding("OKX310", FEIL, name, "", f"Arket «{name}» er slettet.", _ANEW)
    for old, new in reading.renamed_sheets.items():
        yield Finding(
            "OKX311", OPPLYSNING, new, "", f"Arket «{old}» heter nå «{new}».", "Ingenting; innholdet er lest."
        )
    standing = {r.sheet for r in reading.layout.regions.values()} - _left_out(reading)
    for sheet in reading.package.sheets:
        if sheet.state != "visible" and sheet.name in standing:
            yield Finding("OKX312", ADVARSEL, sheet.name, "", f"Arket «{sheet.name}» er skjult.", "Vis arket igjen.")
        if sheet.name == manifests.SHEET and sheet.state == "visible":
            message = f"Arket «{sheet.name}», som forklarer arbeidsboken, er gjort synlig."
            yield Finding("OKX315", OPPLYSNING, sheet.name, "", message, "Skjul det igjen, og la det stå urørt.")


def _own_sheets(reading: Reading) -> Iterator[Finding]:
    """Sheets that are not the template's; a copy of one that is can be mistaken for it."""
    titles = {s.spec.title: s.spec.name for s in reading.layout.sheets}
    get = cells_of(reading.package)
    for name in reading.extra_sheets:
        original = titles.get(str(get(name).values.get((1, 1), "")))
        if original:
            message = f"Arket «{name}» ser ut som en kopi av «{original}». Tallene der regnes ikke med."
            action = f"Før alt på «{original}», og slett kopien."
            yield Finding("OKX324", ADVARSEL, name, "", message, action)
        else:
            message = f"Arket «{name}» er ikke fra malen."
            yield Finding("OKX320", OPPLYSNING, name, "", message, "Ingenting; det blir stående.")


def _names(reading: Reading) -> Iterator[Finding]:
    """Names that are gone or astray, and cells that have been deleted; a sheet that is gone says enough."""
    present = {s.name for s in reading.package.sheets}
    regions = reading.layout.regions

    def standing(ids: list[str]) -> list[str]:
        return [id for id in ids if regions[id].sheet in present]

    def found(code: str, severity: str, ids: list[str], message: str, action: str) -> Finding:
        first = regions[ids[0]]
        here = [(regions[id].row, regions[id].col) for id in ids if regions[id].sheet == first.sheet]
        return Finding(
            code, severity, first.sheet, address(here[0]), message, action, ids[0], len(ids), samples=samples_of(here)
        )

    named = {*reading.deleted, *reading.astray}
    if lost := standing([id for id in reading.missing_names if id not in named]):
        message = f"{len(lost)} navngitte områder er borte ({few(lost)}). De er lest der de sto fra starten."
        if len(lost) == 1:
            message = f"Det navngitte området {lost[0]} er borte. Det er lest der det sto fra starten."
        action = "Kontroller at riktige celler er lest, eller lag arbeidsboken på nytt fra saken."
        yield found("OKX313", ADVARSEL, lost, message, action)
    if gone := standing(reading.deleted):
        names = ", ".join(f"«{regions[id].item.label or id}»" for id in gone[:SAMPLES])
        more = f" og {len(gone) - SAMPLES} til" if len(gone) > SAMPLES else ""
        message = f"Cellene for {names}{more} er slettet. Det som sto der, er ikke lest."
        yield found("OKX316", FEIL, gone, message, "Angre slettingen, eller lag arbeidsboken på nytt fra saken.")
    if astray := standing(reading.astray):
        many = f"Navnene {few(astray)} viser" if len(astray) > 1 else f"Navnet {astray[0]} viser"
        message = f"{many} til andre celler enn før. Verdiene er lest der de hører hjemme."
        action = "Kontroller at riktige celler er lest, og lag arbeidsboken på nytt fra saken."
        yield found("OKX317", FEIL, astray, message, action)


def _manifest(reading: Reading) -> Iterator[Finding]:
    if reading.damage:
        message = f"Det skjulte arket som forklarer arbeidsboken, stemmer ikke med malen: {'; '.join(reading.damage)}."
        action = "Bruk malen arbeidsboken ble laget med (--templates), eller lag den på nytt fra saken."
        yield Finding("OKX314", ADVARSEL, manifests.SHEET, "", message, action)


def _notes(reading: Reading) -> Iterator[Finding]:
    """What is written beside the form: numbers that were meant for a table, and everything else."""
    notes = [e for e in reading.sak.extras if e.kind == "notat"]
    get = cells_of(reading.package)
    under: dict[str, list[Cell]] = {}
    columns = [r for r in reading.layout.inputs() if r.kind == "column" and r.id not in reading.deleted]
    others = []
    for note in notes:
        cell = parse_cell(note.cell)
        value = get(note.sheet).values.get(cell)
        column = _beside(columns, note.sheet, cell) if value.__class__ is float else None
        if column is not None:
            under.setdefault(column.owner, []).append(cell)
        else:
            others.append(note)
    for table, cells in under.items():
        sheet = next(r.sheet for r in columns if r.owner == table)
        more, samples = group_words(cells, 0)
        message = f"Et tall står rett utenfor tabellen, og regnes ikke med i summer og planer.{more}"
        action = "Flytt raden inn i tabellen: bruk de ledige radene nederst i den."
        yield Finding("OKX323", FEIL, sheet, address(cells[0]), message, action, table, len(cells), samples=samples)
    for note in others[:SAMPLES]:
        message = "Noe er skrevet utenfor skjemaet."
        yield Finding("OKX321", OPPLYSNING, note.sheet, note.cell, message, "Ingenting; det er med i saken.")
    if len(others) > SAMPLES:
        rest = len(others) - SAMPLES
        message = f"{rest} celler til er skrevet utenfor skjemaet."
        yield Finding("OKX321", OPPLYSNING, "", "", message, "", count=rest)


def _beside(columns: list[Region], sheet: str, cell: Cell) -> Region | None:
    """The table column that a cell stands right under or right over, where a row has been put in at the edge."""
    row, col = cell
    return next(
        (
            r
            for r in columns
            if r.sheet == sheet
            and r.col == col
            and (row == r.row - 1 or r.row + r.nrows <= row < r.row + r.nrows + _ROWS_BELOW)
        ),
        None,
    )


def _foreign(reading: Reading) -> Iterator[Finding]:
    kinds: dict[str, list[str]] = {}
    for part in reading.package.vetted.foreign:
        kinds.setdefault(part.kind, []).append(part.part)
    for kind, parts in kinds.items():
        message = f"Arbeidsboken har en {kind}, som ikke følges."
        yield Finding("OKX340", ADVARSEL, "", "", message, "Fjern den hvis den ikke er ment.", count=len(parts))


def _calculation(reading: Reading) -> Iterator[Finding]:
    """Settings of the workbook that make another program show other numbers."""
    if reading.package.date1904:
        message = "Arbeidsboken teller datoer fra 1904."
        yield Finding("OKX341", ADVARSEL, "", "", message, "Slå av «1904-datosystem» i Excel.")
    settings = reading.package.calculation
    if settings.get("calcMode", "auto") == "manual":
        message = "Arbeidsboken regner ikke ut på nytt av seg selv: beregningen er satt til manuell."
        yield Finding(
            "OKX342", ADVARSEL, "", "", message, "Velg Formler → Beregningsalternativer → Automatisk i Excel."
        )
    if settings.get("fullPrecision", "1") in ("0", "false"):
        message = "Arbeidsboken regner med tallene slik de vises, og ikke med ørene bak."
        yield Finding("OKX342", ADVARSEL, "", "", message, "Slå av «Bruk presisjon som vist» i Excel.")
    if settings.get("iterate", "0") in ("1", "true"):
        message = "Arbeidsboken godtar formler som trenger seg selv (iterativ beregning)."
        yield Finding("OKX342", ADVARSEL, "", "", message, "Slå av «Aktiver iterativ beregning» i Excel.")


def _version(reading: Reading) -> Iterator[Finding]:
    made, now = reading.manifest.template_version, reading.layout.spec.version
    if 0 < made < now:
        message = f"Arbeidsboken er laget med versjon {made} av malen; nå er den {now}."
        yield Finding("OKX330", ADVARSEL, "", "", message, _ANEW)


def _left_out(reading: Reading) -> set[str]:
    """The sheets that a simple case leaves out, as they are called now: hidden on purpose."""
    spec = reading.layout.spec
    if not spec.version_id or reading.sak.fields.get(spec.version_id) != spec.simple_version:
        return set()
    return {r.sheet for s in reading.layout.sheets if s.spec.only for r in s.regions}
