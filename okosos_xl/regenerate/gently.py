"""The gentle way: the advisor's own file with the rates of another date, and everything else byte for byte as it was.

Changed are the cells of the rates, what the file says of them (dates, sources, the footer, the manifest), the date of
the calculation when the rates are no longer those of that date, and the stored values of formulas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NoReturn

from okosos_xl.engine import get_engine
from okosos_xl.regenerate import figures
from okosos_xl.regenerate.asitwas import as_it_was
from okosos_xl.regenerate.outcome import How, KeyChange
from okosos_xl.regenerate.partbytes import linked, shown_row
from okosos_xl.regenerate.target import computed_date, made_for, rates_day, same_rates
from okosos_xl.sak.numbers import serial
from okosos_xl.satser import Satssnapshot
from okosos_xl.template.rates import rates_of
from okosos_xl.workbook import manifest as manifests
from okosos_xl.workbook import ratesheet
from okosos_xl.workbook.areas import Cell, address
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.opc import relationships_name
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.patch import Edit, patch
from okosos_xl.workbook.patch_zip import with_members
from okosos_xl.workbook.read import read_workbook
from okosos_xl.workbook.reading import Reading

_FOOTER = re.compile(rb"<((?:\w+:)?)headerFooter\b.*?</\1headerFooter>", re.S)
_LINK = re.compile(rb"<(?:\w+:)?hyperlink\b[^<>]*/>")
_EMPTY_LINKS = re.compile(rb"<((?:\w+:)?)hyperlinks>\s*</\1hyperlinks>")
_AT = re.compile(rb"""\sref\s*=\s*["']([A-Z]+[0-9]+)["']""")
_ID = re.compile(rb"""\s(?:\w+:)?id\s*=\s*["']([^"']+)["']""")


class UpdateRefused(Exception):  # noqa: N818 - the counterpart of WorkbookRefused
    """The file cannot be updated in place; the text is one Norwegian line with the way out."""


@dataclass(frozen=True)
class Updated:
    """The updated file. ``refreshed``: formulas with a new stored value; ``unsure``: those only Excel can compute."""

    data: bytes
    before: date | None
    after: date
    rates: int
    refreshed: int
    unsure: int
    notes: tuple[str, ...]
    key_figures: tuple[KeyChange, ...]


def update_rates(source: bytes, name: str, how: How) -> Updated:
    """The workbook with the rates of ``how.day``. The same bytes and ``how`` give the same bytes.

    Raises ``WorkbookRefused`` for a file that cannot be read or patched, :class:`UpdateRefused` where only a new
    workbook will do, ``SatsError`` and ``EngineError``.
    """
    return _Update(read_workbook(source, name=name, templates=how.templates), how).run()


class _Update:
    def __init__(self, reading: Reading, how: How) -> None:
        self.reading, self.how, self.layout = reading, how, reading.layout
        self.edits: dict[str, dict[Cell, Edit]] = {}

    def refuse(self, why: str, way: str = "Lag arbeidsboken på nytt med okosos regenerate.") -> NoReturn:
        raise UpdateRefused(f"{self.reading.file}: {why} {way}")

    def run(self) -> Updated:
        self._check()
        day = rates_day(self.reading, self.reading.sak, self.layout.spec, self.how.day)
        if day is None:
            self.refuse("datoen i saken mangler, og satsene følger den.", "Fyll den inn, eller oppgi --date.")
        rates = rates_of(self.layout.spec)
        if self.how.kommune is not None:
            rates = rates.with_overlay(self.how.kommune)
        new = rates.at(day)
        was = self.reading.manifest.municipality
        if was and new.kommune and was != new.kommune:
            self.refuse(f"saken bruker satsene til {was}, og filen er for {new.kommune}.", "Oppgi den riktige filen.")
        count = self._rate_cells(new)
        self._manifest(new)
        notes = self._date(new)
        engine = get_engine(self.how.engine)
        patched = patch(self.reading.package, self.edits, engine=engine)
        data = self._around(patched.data, new)
        after = read_workbook(data, name=self.reading.file, templates=self.how.templates)
        self._prove(after)
        anew = partial(as_it_was, self.reading, engine=engine)
        changes = figures.key_changes(self.reading, self.layout, _stored(after), new, anew, lambda _: _stored(after))
        return Updated(
            data, made_for(self.reading), new.dato, count, patched.refreshed, patched.unsure, tuple(notes), changes
        )

    def _check(self) -> None:
        """The honest refusals: whatever makes the sheet of rates another than the template's."""
        reading, manifest = self.reading, self.reading.manifest
        if not self.layout.spec.rates:
            self.refuse(f"malen «{self.layout.spec.id}» bruker ingen satser.", "Det er ingenting å oppdatere.")
        if manifest.template_version != self.layout.spec.version:
            now = self.layout.spec.version
            self.refuse(f"er laget med versjon {manifest.template_version} av malen, og her er versjon {now}.")
        if manifest.municipality and self.how.kommune is None:
            self.refuse(f"saken bruker satsene til {manifest.municipality}.", "Oppgi filen deres med --kommune.")
        if reading.missing_sheets or reading.missing_names:
            self.refuse("ark eller navngitte områder er borte, så det er usikkert hvor satsene står.")
        if reading.altered_rates:
            first = reading.altered_rates[0]
            self.refuse(
                f"satsen i {first.region.sheet}!{address(first.cell)} er skrevet over.",
                "Skriv tallet under «Egen verdi» og satsen tilbake, eller bruk okosos regenerate.",
            )
        if reading.altered_facts:
            self.refuse(f"det som er sagt om satsene på arket «{reading.altered_facts[0].sheet}», er endret for hånd.")
        if {row.id for row in self.layout.rates} != set(manifest.rates):
            self.refuse("har andre satser enn de malen har nå.")
        satser = {r.owner for r in self.layout.regions.values() if r.fixed}
        if satser & set(reading.inserted_rows):
            self.refuse("det er satt inn rader på arket med satser.")

    def _rate_cells(self, new: Satssnapshot) -> int:
        """Edits for every fixed cell that says something else now; the number of rates that change."""
        changed = 0
        for id, values in ratesheet.fixed_values(self.layout, new).items():
            region = self.layout.regions[id]
            cells = self.reading.package.sheet(region.sheet).values
            for offset, value in enumerate(values):
                cell = (region.row + offset, region.col)
                wanted, found = _content(value), cells.get(cell)
                if (None if found == "" else found) != wanted:
                    self.edits.setdefault(region.sheet, {})[cell] = Edit(wanted)
                    changed += id.endswith(".fast")
        return changed

    def _manifest(self, new: Satssnapshot) -> None:
        package = self.reading.package
        sheet = next(
            s.name
            for s in package.sheets
            if s.kind == "worksheet" and package.sheet(s.name).values.get((1, 1)) == manifests.MAGIC
        )
        rows = manifests.manifest_rows(
            self.layout, new.dato.isoformat(), new.kommune or "", ratesheet.carried(self.layout, new),
            ratesheet.fixed_values(self.layout, new),
        )  # fmt: skip
        wanted = {id: (one, two) for id, one, two in rows}
        values = package.sheet(sheet).values
        for row in range(1, max(r for r, _ in values) + 1):
            id = str(values.get((row, 1), ""))
            region = self.layout.regions.get(id)
            columns = (
                {2: 0, 3: 1} if id.startswith("sats:") or id == "satser" else {3: 1} if region and region.fixed else {}
            )
            for col, part in columns.items():
                text = wanted[id][part]
                if str(values.get((row, col), "")) != text:
                    self.edits.setdefault(sheet, {})[row, col] = Edit(text or None)

    def _date(self, new: Satssnapshot) -> list[str]:
        """The date of the calculation follows the rates when they are no longer those of that date."""
        spec = self.layout.spec
        own = self.reading.sak.fields.get(spec.date_id)
        computed = computed_date(self.reading)
        if not isinstance(own, date):  # also a formula that nothing has computed yet
            stays = not computed or new.dato == made_for(self.reading)
        else:
            stays = own == new.dato or same_rates(self.layout, own, new)
        if stays:
            return []
        if computed or not isinstance(own, date):
            self.refuse(f"datoen i {computed} er regnet ut med en formel.", "Skriv datoen, og prøv igjen.")
        region = self.layout.regions[spec.date_id]
        days = serial(new.dato) - (1462 if self.reading.package.date1904 else 0)
        self.edits.setdefault(region.sheet, {})[region.row, region.col] = Edit(days)
        return [f"«{region.item.label}» er flyttet fra {own:%d.%m.%Y} til {new.dato:%d.%m.%Y}"]

    def _around(self, data: bytes, new: Satssnapshot) -> bytes:
        """The footers that tell the date of the rates, and where the sources are linked to."""
        vetted = read_vetted(data, name=self.reading.file)
        changed: dict[str, bytes] = {}
        members = {name.casefold(): name for name in vetted.parts}
        before = made_for(self.reading)
        for sheet in self.reading.package.sheets:
            part = members.get(sheet.part.casefold(), sheet.part)
            content = vetted.parts[part]
            if before is not None:
                said, says = f"satser per {before:%d.%m.%Y}".encode(), f"satser per {new.dato:%d.%m.%Y}".encode()
                footed = _FOOTER.sub(lambda m: m[0].replace(said, says), content)  # noqa: B023 - used at once
                if footed != content:
                    changed[part] = footed
            shown = self._rows(sheet.name, changed.get(part, content), new)
            shown = self._without_dead_links(sheet.name, shown, new)
            if shown != content:
                changed[part] = shown
            links = self._links(sheet.name, shown, new)
            rels = members.get(relationships_name(sheet.part).casefold())
            if links and rels is not None:
                changed[rels] = linked(vetted.parts[rels], links)
        changed = {name: content for name, content in changed.items() if content != vetted.parts[name]}
        return with_members(data, changed)

    def _rows(self, sheet: str, content: bytes, new: Satssnapshot) -> bytes:
        """The rows of rates without a value on the new date hidden, and those that have got one shown."""
        hidden, were_hidden = ratesheet.empty_ids(self.layout, new), self._were_hidden()
        for id, (name, row) in self._rate_rows().items():
            if name == sheet and (id in hidden) != (id in were_hidden):
                content = shown_row(content, row, hide=id in hidden)
        return content

    def _were_hidden(self) -> set[str]:
        """The rates whose rows were hidden when the workbook was made; a row the advisor hides or shows is left so."""
        made_with = self.reading.manifest.rates
        empty = {row.id for row in self.layout.rates if made_with.get(row.id, ("", ""))[0] == ""}
        filled = {row.owner for row in self.layout.rates if row.id not in empty}
        return {row.id for row in self.layout.rates if row.id in empty and not row.own and row.owner in filled}

    def _rate_rows(self) -> dict[str, tuple[str, int]]:
        """Where each rate stands now."""
        found: dict[str, tuple[str, int]] = {}
        for owner in dict.fromkeys(row.owner for row in self.layout.rates):
            region = self.layout.regions[f"{owner}.brukes"]
            found |= {id: (region.sheet, region.row + i) for i, id in enumerate(region.cell_ids) if id}
        return found

    def _links(self, sheet: str, content: bytes, new: Satssnapshot) -> dict[str, str]:
        """Relationship id → the address it should have, for the sources on a sheet."""
        wanted = {address((row, col)): link for (row, col), link in self._sources(sheet, new).items()}
        found: dict[str, str] = {}
        for tag in _LINK.findall(content) if wanted else ():
            at, id = _AT.search(tag), _ID.search(tag)
            if at is not None and id is not None and at[1].decode() in wanted:
                link = wanted[at[1].decode()]
                if found.setdefault(id[1].decode(), link) != link:
                    self.refuse("flere kilder deler én lenke, og skal nå til hvert sitt sted.")
        return found

    def _without_dead_links(self, sheet: str, content: bytes, new: Satssnapshot) -> bytes:
        """A source without an address is no longer something to click on."""
        dead = {address(cell) for cell, link in self._sources(sheet, new).items() if not link}

        def kept(match: re.Match[bytes]) -> bytes:
            at = _AT.search(match[0])
            return b"" if at is not None and at[1].decode() in dead else match[0]

        return _EMPTY_LINKS.sub(b"", _LINK.sub(kept, content)) if dead else content

    def _sources(self, sheet: str, new: Satssnapshot) -> dict[Cell, str]:
        """Where each source on the sheet of rates can be read; empty for one without an address."""
        addresses = ratesheet.sources_by_id(self.layout, new)
        found: dict[Cell, str] = {}
        for owner in dict.fromkeys(row.owner for row in self.layout.rates):
            region, used = self.layout.regions[f"{owner}.kilde"], self.layout.regions[f"{owner}.brukes"]
            if region.sheet == sheet:
                for offset, id in enumerate(used.cell_ids):
                    found[region.row + offset, region.col] = addresses.get(id, "")
        return found

    def _prove(self, after: Reading) -> None:
        before = replace(self.reading.sak, extras=[])
        if self.layout.spec.date_id in before.fields:
            before.fields = {**before.fields, self.layout.spec.date_id: after.sak.fields[self.layout.spec.date_id]}
        same = before == replace(after.sak, extras=[]) and not after.altered_rates and not after.altered_facts
        if not same or len(after.changes) != len(self.reading.changes):
            self.refuse("kontrollen etterpå fant noe som ikke stemmer; ingenting er skrevet.")


def _content(value: Any) -> float | str | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return serial(value)
    return float(value) if isinstance(value, Decimal | float | int) else str(value)


def _stored(reading: Reading) -> Any:
    """The stored values of a workbook as grids, like an engine gives them."""
    from okosos_xl.engine.values import grid_of

    package: Package = reading.package
    return {
        s.name: grid_of((row, col, value) for (row, col), value in package.sheet(s.name).values.items())
        for s in package.sheets
        if s.kind == "worksheet"
    }
