"""Rates that are not those of the case date, or that have been typed over where they stand."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, Finding
from okosos_xl.sak.numbers import guess_number, show_number
from okosos_xl.template import rates
from okosos_xl.template.layout import RateRow
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.reading import AlteredRate, Reading

if TYPE_CHECKING:
    from okosos_xl.satser import Satssnapshot


def check_rates(reading: Reading) -> list[Finding]:
    """One finding per family with rates that are old, and one per family with rates that have been typed over."""
    if not reading.layout.rates:
        return []
    return [*_altered(reading), *_replaced(reading), *_facts(reading)]


def _facts(reading: Reading) -> list[Finding]:
    """What is told of the rates (dates, sources, remarks) has been changed by hand."""
    if not reading.altered_facts:
        return []
    first = reading.altered_facts[0]
    names = ", ".join(dict.fromkeys(f"«{region.item.label}»" for region in reading.altered_facts))
    message = f"Det som er sagt om satsene, er endret: {names}."
    action = "Lag arbeidsboken på nytt fra saken, så stemmer opplysningene igjen."
    place = address((first.row, first.col))
    return [Finding("OKX413", ADVARSEL, first.sheet, place, message, action, first.id, len(reading.altered_facts))]


def _altered(reading: Reading) -> list[Finding]:
    found = []
    for region_id, group in groupby(reading.altered_rates, key=lambda a: a.region.id):
        altered = list(group)
        first = altered[0]
        more = f" Det samme gjelder {len(altered) - 1} satser til i gruppen." if len(altered) > 1 else ""
        message = f"«{first.row.label}»: satsen er skrevet over. {_was(first)}.{more}"
        action = "Skriv tallet under «Egen verdi» med grunn, og satsen tilbake, eller lag arbeidsboken på nytt."
        place = address(first.cell)
        found.append(Finding("OKX411", ADVARSEL, first.region.sheet, place, message, action, region_id, len(altered)))
    return found


def _was(altered: AlteredRate) -> str:
    was = _shown(altered.made_with) or "ingen verdi"
    return f"Den er {was}, og her står {_shown(altered.found) or 'ingenting'}"


def _replaced(reading: Reading) -> list[Finding]:
    """Rates the workbook was made with that are others on its case date, as far as the installed files know."""
    from okosos_xl.satser import SatsError

    day = case_day(reading)
    if day is None:
        return []
    try:
        per = rates.rates_of(reading.layout.spec).at(day)
    except SatsError:
        return []
    found = []
    for owner, group in groupby((r for r in reading.layout.rates if not r.own), key=lambda r: r.owner):
        changed = [(n, row, newer) for n, row in enumerate(group) if (newer := _newer(reading, row, per))]
        if changed:
            offset, row, (old, new, since) = changed[0]
            more = f" Det samme gjelder {len(changed) - 1} satser til i gruppen." if len(changed) > 1 else ""
            message = f"«{row.label}»: arbeidsboken bruker {old}, men {day:%d.%m.%Y} gjelder {new} (fra {since})."
            region = reading.layout.regions[f"{owner}.fast"]
            ids = reading.layout.regions[f"{owner}.brukes"].cell_ids
            place = address((region.row + (ids.index(row.id) if row.id in ids else offset), region.col))
            action = "Lag arbeidsboken på nytt fra saken, så får den satsene for datoen."
            found.append(Finding("OKX410", FEIL, region.sheet, place, message + more, action, region.id, len(changed)))
    return found


def case_day(reading: Reading) -> date | None:
    """The case date; where it is missing, the date the rates were looked up for."""
    day = reading.sak.fields.get(reading.layout.spec.date_id)
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(reading.manifest.rates_date)
    except ValueError:
        return None


def _newer(reading: Reading, row: RateRow, per: Satssnapshot) -> tuple[str, str, str] | None:
    from okosos_xl.satser import SatsLookupError
    from okosos_xl.workbook.ratesheet import cell_content
    from okosos_xl.workbook.typed import rate_text

    made_with = reading.manifest.rates.get(row.id)
    if made_with is None:
        return None
    try:
        sats = per.sats(row.family, row.key)
    except SatsLookupError:
        return None
    new = rate_text(cell_content(sats.verdi, sats.enhet))
    if new == made_with[0]:
        return None
    return _shown(made_with[0]) or "ingen verdi", _shown(new), f"{sats.gyldig_fra:%d.%m.%Y}"


def _shown(text: str) -> str:
    number = guess_number(text)
    return show_number(number) if number is not None else text
