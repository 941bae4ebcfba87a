"""Read, move to the new rates and template, write, read back, compare: one workbook, and nothing half-done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from okosos_xl.engine import EngineError, ExcelError, Values, get_engine, value_at
from okosos_xl.kontroll.effect import is_error
from okosos_xl.regenerate import figures, proof
from okosos_xl.regenerate.asitwas import as_it_was
from okosos_xl.regenerate.cellmap import CellMap
from okosos_xl.regenerate.lostrows import lost_rows
from okosos_xl.regenerate.moving import Mover, sheet_names
from okosos_xl.regenerate.outcome import DONE, MANUAL, REFUSED, How, KeyChange, Outcome
from okosos_xl.regenerate.own import Own, own_things
from okosos_xl.regenerate.target import Target, computed_date, made_for, rates_day, same_rates, target_of
from okosos_xl.sak.case import Sak
from okosos_xl.satser import SatsError, Satssnapshot
from okosos_xl.template.layout import Region
from okosos_xl.template.needs import leads_to
from okosos_xl.template.rates import rates_of
from okosos_xl.template.spec import TemplateSpec
from okosos_xl.workbook.additions import Additions
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.read import read_workbook
from okosos_xl.workbook.reading import Reading
from okosos_xl.workbook.refusal import WorkbookRefused
from okosos_xl.workbook.write import Draft, WriteError, draft


def regenerate(source: bytes, name: str, how: How) -> Outcome:
    """The workbook ``source`` made anew with the rates of ``how.day`` and the installed template.

    ``name`` is what messages call the file. Pure: the same bytes and ``how`` give the same outcome, and nothing is
    written. Raises ``SatsError`` for rate files, ``TemplateError`` for templates and ``EngineError`` for an engine that
    cannot be used at all: those are the same for every file.
    """
    get_engine(how.engine)
    try:
        reading = read_workbook(source, name=name, templates=how.templates)
        own = own_things(reading)
    except WorkbookRefused as refused:
        return Outcome(REFUSED, None, reasons=(refused.message,))
    return _Regeneration(reading, own, how).run()


class _Manual(Exception):  # noqa: N818 - not an error: a person takes over
    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(dict.fromkeys(reasons))
        super().__init__(*self.reasons)


class _Regeneration:
    def __init__(self, reading: Reading, own: Own, how: How) -> None:
        self.reading, self.own, self.how = reading, own, how
        self.spec: TemplateSpec = reading.layout.spec
        self.day: date | None = None

    def run(self) -> Outcome:
        manifest = self.reading.manifest
        base = Outcome(
            MANUAL, None, self.spec.id, manifest.template_version, self.spec.version, made_for(self.reading), None
        )
        try:
            return self._done(base)
        except _Manual as manual:
            return replace(base, reasons=manual.reasons)

    def _done(self, base: Outcome) -> Outcome:
        self._check_reading()
        sak = self.reading.sak
        self.day = rates_day(self.reading, sak, self.spec, self.how.day)
        rates = self._rates(self.day)
        sak, moved_date = self._dated(sak, rates)
        target = target_of(self.reading, sak, self.spec)
        cells = CellMap(
            self.reading.layout,
            target.layout,
            target.rows,
            sheet_names(self.own, target.layout),
            self.reading.old_names,
        )
        older = self.reading.manifest.template_version < self.spec.version
        mover = Mover(cells, target.layout, older=older)
        added = mover.additions(self.own)
        target.written.overrides[:] = [mover.override(o) for o in target.written.overrides]
        target.expected = replace(target.expected, overrides=[mover.override(o) for o in sak.overrides])
        if mover.obstacles:
            raise _Manual(mover.obstacles)
        data, values, changes = self._made(target, rates, added)
        differences = proof.differences(self.reading, self.own, target, added, data, self.how.templates)
        if differences:
            raise _Manual([f"kontrollen etter flytting fant en forskjell: {what}" for what in differences])
        self._check_own_formulas(added, values)
        return replace(
            base, status=DONE, data=data, rates_after=rates.dato if rates else None,
            carried=(*proof.carried(self.reading, self.own), *moved_date), key_figures=changes,
        )  # fmt: skip

    def _check_reading(self) -> None:
        """What makes a workbook one for a person, before anything is tried."""
        reading = self.reading
        found = [*self.own.obstacles]
        found += [f"arket «{name}» er slettet, så det som sto der, kan ikke leses" for name in reading.missing_sheets]
        if reading.missing_names and not reading.missing_sheets:
            count = len(reading.missing_names)
            found.append(f"{count} navngitte områder er borte eller ødelagt, så det er usikkert hva som står hvor")
        found += [
            f"cellen {p.region.sheet}!{address(p.cell)} viser en feilverdi"
            for p in reading.problems
            if p.kind == "feilverdi"
        ]
        found += [
            f"formelen i {c.region.sheet}!{address(c.cell)} er erstattet med en feilverdi"
            for c in reading.changes
            if is_error(c)
        ]
        for table in reading.inserted_rows:
            if reading.layout.owners[table].kind == "grid" or any(
                r.cell_ids for r in reading.layout.regions.values() if r.owner == table
            ):
                found.append("en rad er satt inn mellom faste linjer i skjemaet")
        found += lost_rows(reading)
        for altered in reading.altered_rates:
            try:
                float(altered.found)
            except ValueError:
                found.append(
                    f"satsen i {altered.region.sheet}!{address(altered.cell)} er slettet eller erstattet med tekst"
                )
        found += [
            f"det som er sagt om satsene på arket «{r.sheet}», er endret for hånd ({r.item.label or r.id})"
            for r in reading.altered_facts
        ]
        found += [
            f"det er usikkert {what}"
            if what.startswith(("hva ", "hvor "))
            else f"{what} kan ikke sammenlignes med den gamle malen"
            for what in reading.unsure
        ]
        if reading.manifest.municipality and self.how.kommune is None and self.spec.rates:
            found.append(f"saken bruker satsene til {reading.manifest.municipality}; oppgi filen deres med --kommune")
        if found:
            raise _Manual(found)

    def _rates(self, day: date | None) -> Satssnapshot | None:
        if not self.spec.rates:
            return None
        if day is None:
            raise _Manual(["datoen i saken mangler, og satsene følger den; fyll den inn, eller oppgi --date"])
        rates = rates_of(self.spec)
        if self.how.kommune is not None:
            rates = rates.with_overlay(self.how.kommune)
        try:
            found = rates.at(day)
        except SatsError as error:
            raise _Manual([str(error)]) from None
        was = self.reading.manifest.municipality
        if was and found.kommune and was != found.kommune:
            raise _Manual([f"saken bruker satsene til {was}, og filen er for {found.kommune}"])
        return found

    def _dated(self, sak: Sak, rates: Satssnapshot | None) -> tuple[Sak, tuple[str, ...]]:
        """The case with the date its rates are for, when they are not those of its own date.

        In a template with rates the date is «the date of the calculation»: age, rates and tax are all for that day. A
        workbook with the rates of one day and the ages of another would be wrong, and say so on its own Kontroll sheet.
        """
        own = sak.fields.get(self.spec.date_id)
        if rates is None:
            return sak, ()
        layout = self.reading.layout
        computed = computed_date(self.reading)
        if not isinstance(own, date):  # also a formula that nothing has computed yet
            stays = not computed or rates.dato == made_for(self.reading)
        else:
            stays = own == rates.dato or same_rates(layout, own, rates)
        if stays:
            return sak, ()
        if computed or not isinstance(own, date):
            raise _Manual([f"datoen i {computed} er regnet ut med en formel, og satsene er for en annen; skriv datoen"])
        label = layout.regions[self.spec.date_id].item.label
        moved = replace(sak, fields={**sak.fields, self.spec.date_id: rates.dato})
        return moved, (f"«{label}» er flyttet fra {own:%d.%m.%Y} til {rates.dato:%d.%m.%Y}",)

    def _made(
        self, target: Target, rates: Satssnapshot | None, added: Additions
    ) -> tuple[bytes, Values, tuple[KeyChange, ...]]:
        """The new workbook, its values, and what they say of the key figures."""
        engine = get_engine(self.how.engine)
        try:
            book = self._draft(target, rates, added)
            values = book.values(engine)
            anew = partial(as_it_was, self.reading, engine=engine)
            old_rates = partial(self._with_old_rates, target, added)
            changes = figures.key_changes(self.reading, target.layout, values, rates, anew, old_rates)
        except (WriteError, EngineError) as error:
            raise _Manual([str(error)]) from None
        return book.package(values), values, changes

    def _draft(self, target: Target, rates: Satssnapshot | None, added: Additions) -> Draft:
        return draft(
            target.layout, target.written, self.how.templates, rates=rates, hide_full=_hides_full(self.reading),
            added=added,
        )  # fmt: skip

    def _with_old_rates(self, target: Target, added: Additions, regions: list[Region]) -> Values:
        """The new template with the old rates and the old date: what the template alone has changed."""
        written = target.written
        own = self.reading.sak.fields.get(self.spec.date_id)
        if own is not None:
            written = replace(written, fields={**written.fields, self.spec.date_id: own})
        rates = self._rates(made_for(self.reading) or self.day)
        usual = added.empty and not written.overrides
        sheets = {region.sheet for region in leads_to(target.layout, regions)} if usual else None
        book = self._draft(replace(target, written=written), rates, added)
        return book.values(get_engine(self.how.engine), sheets)

    def _check_own_formulas(self, added: Additions, values: Values) -> None:
        """A field the advisor computes must still have a value."""
        for sheet, cells in added.formulas.items():
            for cell in cells:
                if isinstance(value_at(values, sheet, address(cell)), ExcelError):
                    raise _Manual([f"formelen du har skrevet i {sheet}!{address(cell)}, kan ikke regnes ut her"])


def _hides_full(reading: Reading) -> bool:
    """Whether the workbook was made as the simple version, with the sheets of the full one hidden."""
    names = {next((r.sheet for r in s.regions), "") for s in reading.layout.sheets if s.spec.only}
    return any(s.state != "visible" for s in reading.package.sheets if s.name in names)
