"""YAML or JSON → :class:`Sak`, checked against the template. Every complaint is one line with file, id and way out."""

from __future__ import annotations

import difflib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from okosos_xl.sak.case import CaseValue, Extra, Override, Sak
from okosos_xl.sak.filetext import FileTextError, parse
from okosos_xl.sak.inputs import flat, input_items, table_rows
from okosos_xl.sak.numbers import guess_date, guess_number, names_a_day, show_number
from okosos_xl.sak.ownformula import formula_problem
from okosos_xl.sak.problems import CaseError, CaseProblem, shown
from okosos_xl.template.spec import DATES, NUMERIC, Item, TemplateSpec

META = ("mal", "malversjon", "overstyringer", "tillegg")
MAX_TEXT = 32_000
"""Characters as Excel counts them (UTF-16); a cell holds 32 767."""
MAX_NUMBER = Decimal(10) ** 12
"""Where no narrower limit is given: a thousand billion kroner, in øre still exact in a spreadsheet."""


def loads_case(text: str | bytes, spec: TemplateSpec, file: str = "saken") -> Sak:
    """Read a case for ``spec`` from YAML (or JSON, which is YAML). Raises :class:`CaseError`."""
    return case_from_data(parse_case(text, file), spec, file)


def parse_case(text: str | bytes, file: str = "saken") -> Any:
    """The data in a case file, not yet held against any template. Raises :class:`CaseError`."""
    try:
        return parse(text)
    except FileTextError as error:
        line = f"linje {error.line}" if error.line else ""
        raise CaseError([CaseProblem(file, line, f"filen kan ikke leses: {error.problem}.")]) from None


def case_template(data: Any) -> str:
    """The template a case says it is for; empty when it does not say."""
    template = data.get("mal", "") if isinstance(data, dict) else ""
    return template if isinstance(template, str) else ""


def case_from_data(data: Any, spec: TemplateSpec, file: str = "saken") -> Sak:
    """The same, from data already in memory (a dict of fields and lists of rows)."""
    reader = _Reader(spec, file)
    sak = reader.read(data)
    if reader.problems:
        raise CaseError(reader.problems)
    return sak


class _Reader:
    def __init__(self, spec: TemplateSpec, file: str) -> None:
        self.spec, self.file = spec, file
        self.problems: list[CaseProblem] = []
        self.fields, self.tables = input_items(spec)

    def complain(self, place: str, problem: str) -> None:
        self.problems.append(CaseProblem(self.file, place, problem))

    def read(self, data: Any) -> Sak:
        sak = Sak(self.spec.id, self.spec.version)
        if not isinstance(data, dict):
            self.complain("", "filen er ikke en sak. Den skal ha linjer som «disponibelt: 4500».")
            return sak
        template = data.get("mal", self.spec.id)
        if template != self.spec.id:
            self.complain("mal", f"saken er for malen «{shown(template)}», ikke «{self.spec.id}».")
            return sak
        version = data.get("malversjon")
        if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
            self.complain("malversjon", "skal være et helt tall.")
        elif version is not None and version > self.spec.version:
            newer = f"saken er laget med versjon {version} av malen; her er versjon {self.spec.version}."
            self.complain("malversjon", f"{newer} Oppdater okosos_xl.")
        for key, raw in flat(data, {*META, *self.fields, *self.tables}).items():
            if key in META:
                continue
            if key in self.fields:
                value = self.value(self.fields[key], raw, str(key))
                if value is not None:
                    sak.fields[key] = value
            elif key in self.tables:
                sak.tables[key] = self.table(key, raw)
            else:
                self.complain(shown(key), f"ukjent felt.{self.near(str(key), [*self.fields, *self.tables])}")
        for id, item in self.fields.items():  # what the form would say; so the case that is read back is the same
            if id not in sak.fields and item.input is not None and item.input.default is not None:
                default = self.value(item, item.input.default, id)
                if default is not None:
                    sak.fields[id] = default
        for index, raw in enumerate(self.entries(data, "overstyringer"), 1):
            self.override(sak, raw, index)
        for index, raw in enumerate(self.entries(data, "tillegg"), 1):
            self.beside(sak, raw, index)
        return sak

    def entries(self, data: dict[Any, Any], key: str) -> list[Any]:
        raw = data.get(key)
        if raw is not None and not isinstance(raw, list):
            self.complain(key, "skal være en liste, én post per linje som begynner med «-».")
        return raw if isinstance(raw, list) else []

    def near(self, key: str, known: list[str]) -> str:
        close = difflib.get_close_matches(key, known, 1, 0.6)
        return f" Mente du «{close[0]}»?" if close else f" Felt som finnes: {_some(known)}."

    def table(self, id: str, raw: Any) -> list[dict[str, CaseValue]]:
        table, columns = self.tables[id]
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.complain(id, "skal være en liste med rader, én rad per linje som begynner med «-».")
            return []
        limit = table_rows(self.spec, table)
        if len(raw) > limit:
            self.complain(id, f"har {len(raw)} rader, men det er plass til {limit}. Ta bort {len(raw) - limit}.")
            return []
        rows: list[dict[str, CaseValue]] = []
        for number, line in enumerate(raw, 1):
            place = f"{id}, rad {number}"
            if line is None:
                rows.append({})
                continue
            if not isinstance(line, dict):
                self.complain(place, "skal ha kolonner med verdier.")
                continue
            row = {}
            for key, value in line.items():
                if key not in columns:
                    self.complain(place, f"ukjent kolonne «{shown(key)}».{self.near(str(key), list(columns))}")
                    continue
                read = self.value(columns[key], value, f"{place}, {key}")
                if read is not None:
                    row[key] = read
            rows.append(row)
        return rows

    def value(self, item: Item, raw: Any, place: str) -> CaseValue | None:
        """The typed value, or None when empty or wrong (then a problem is noted)."""
        if raw is None or raw == "":
            return None
        if item.type in NUMERIC:
            return self.number(item, raw, place)
        if item.type in DATES:
            return self.date(item, raw, place)
        if isinstance(raw, bool) and item.choices:
            raw = "ja" if raw else "nei"
        if isinstance(raw, bool | datetime):
            self.complain(place, "må stå i anførselstegn, ellers leses det som noe annet enn tekst.")
            return None
        if not isinstance(raw, str | int | float | Decimal | date):
            self.complain(place, "skal være tekst.")
            return None
        text = raw.isoformat() if isinstance(raw, date) else str(raw)
        if item.choices:
            choice = self.spec.choice(item.choices, text)
            if choice is None:
                known = ", ".join(self.spec.choices[item.choices])
                self.complain(place, f"«{shown(text)}» er ikke et valg. Velg en av: {known}.")
            return choice
        return text if self.fits(text, place) else None

    def fits(self, text: str, place: str) -> bool:
        """Whether a cell can hold the text; else a problem is noted."""
        try:
            length = len(text.encode("utf-16-le")) // 2
        except UnicodeEncodeError:
            self.complain(place, "teksten har et halvt tegn (surrogat) som ikke kan skrives. Skriv teksten på nytt.")
            return False
        if length > MAX_TEXT:
            self.complain(place, f"teksten er på {length} tegn. Høyst {MAX_TEXT} får plass.")
        return length <= MAX_TEXT

    def number(self, item: Item, raw: Any, place: str) -> Decimal | None:
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal | float):
            guess = guess_number(raw) if isinstance(raw, str) else None
            meant = f" Mente du {guess:f}?" if guess is not None else ""
            said = f"«{shown(raw)}»" if isinstance(raw, str | date) else "verdien"
            if guess is not None and raw == f"{guess:f}":
                self.complain(place, f"«{shown(raw)}» er tekst, ikke et tall. Skriv tallet uten anførselstegn.")
                return None
            self.complain(place, f"{said} er ikke et tall.{meant} Skriv tallet med punktum foran desimalene.")
            return None
        value = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
        limits = item.input
        assert limits is not None
        if not value.is_finite():
            self.complain(place, "er ikke et tall.")
            return None
        if value.copy_abs() > MAX_NUMBER:
            self.complain(place, f"tallet er for stort. Det største som kan brukes, er {show_number(MAX_NUMBER)}.")
            return None
        if limits.min is not None and value < limits.min:
            least = show_number(limits.min)
            self.complain(place, f"{show_number(value)} er mindre enn {least}, som er det minste tillatte.")
            return None
        if limits.max is not None and value > limits.max:
            hint = " Renter skrives som brøk: 18 % er 0.18." if item.type == "prosent" else ""
            most = show_number(limits.max)
            self.complain(place, f"{show_number(value)} er mer enn {most}, som er det største tillatte.{hint}")
            return None
        if item.type == "heltall" and value != int(value):
            self.complain(place, f"{show_number(value)} er ikke et helt tall.")
            return None
        if Decimal(repr(float(value))) != value:
            self.complain(place, "tallet har flere sifre enn et regneark kan holde. Rund det av.")
            return None
        return value

    def date(self, item: Item, raw: Any, place: str) -> date | None:
        if isinstance(raw, datetime):
            raw = raw.date()
        example = "en måned. Skriv den som 2026-12." if item.type == "maaned" else "en dato. Skriv den som 2026-12-01."
        if isinstance(raw, str):
            guess = guess_date(raw)
            if guess is None:
                self.complain(place, f"«{shown(raw)}» er ikke {example}")
                return None
            if item.type != "maaned" and not names_a_day(raw):
                self.complain(place, f"«{shown(raw)}» er en måned. Skriv datoen med dag, som 2026-12-01.")
                return None
            raw = guess
        if not isinstance(raw, date):
            number = isinstance(raw, int | float | Decimal) and not isinstance(raw, bool)
            self.complain(place, f"{f'«{raw}»' if number else 'verdien'} er ikke {example}")
            return None
        if not date(1900, 3, 1) <= raw <= date(2199, 12, 31):
            self.complain(place, f"{raw.isoformat()} er utenfor årene 1900–2199.")
            return None
        return raw.replace(day=1) if item.type == "maaned" else raw

    def override(self, sak: Sak, raw: Any, index: int) -> None:
        place = f"overstyringer, nr. {index}"
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
            self.complain(place, "skal ha «id» og «verdi», og gjerne «rad», «termin» og «grunn».")
            return
        place += f", {shown(raw['id'])}"
        unknown = [str(k) for k in raw if k not in _OVERRIDE]
        if unknown:
            self.complain(place, f"ukjent felt «{shown(unknown[0])}». Felt som finnes: {', '.join(_OVERRIDE)}.")
            return
        value = raw.get("verdi")
        formula, reason, cell = (raw.get(k) or "" for k in ("formel", "grunn", "celle"))
        if not (isinstance(formula, str) and isinstance(reason, str) and isinstance(cell, str)):
            self.complain(place, "«grunn» og «formel» skal være tekst.")
            return
        if value is None and not formula:
            self.complain(place, "mangler verdien.")
            return
        row, period = raw.get("rad", 0), raw.get("termin", 0)
        if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in (row, period)):
            self.complain(place, "«rad» og «termin» skal være hele tall fra 1.")
            return
        if formula and (wrong := formula_problem(formula)):
            self.complain(place, f"formelen {wrong}")
            return
        typed = None if value is None else self.free(value, place)
        if (value is None or typed is not None) and self.fits(formula, place) and self.fits(reason, place):
            sak.overrides.append(Override(raw["id"], typed, row, period, reason, formula, cell))

    def free(self, raw: Any, place: str) -> CaseValue | None:
        """A value whose type no item decides: a number, a date or a text."""
        if isinstance(raw, datetime):
            raw = raw.date()
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal | float | str | date):
            self.complain(place, "verdien skal være et tall, en dato eller tekst.")
            return None
        if isinstance(raw, str):
            return raw if self.fits(raw, place) else None
        if isinstance(raw, date):
            return raw
        value = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
        if not value.is_finite() or value.copy_abs() > MAX_NUMBER or Decimal(repr(float(value))) != value:
            self.complain(place, "verdien er ikke et tall som kan brukes.")
            return None
        return value

    def beside(self, sak: Sak, raw: Any, index: int) -> None:
        """What stood beside the form when the case was read: kept as it is, written nowhere."""
        names = ("slag", "ark", "celle", "tekst")
        if not isinstance(raw, dict) or not all(k in names and isinstance(v, str) for k, v in raw.items()):
            self.complain(f"tillegg, nr. {index}", f"skal ha {', '.join(f'«{n}»' for n in names)}, som tekst.")
            return
        sak.extras.append(Extra(*(raw.get(n, "") for n in names)))


def _some(names: list[str]) -> str:
    """The names for a line: grids and rates by their first word."""
    return ", ".join(dict.fromkeys(name.split(".")[0] for name in names))


_OVERRIDE = ("id", "rad", "termin", "celle", "verdi", "formel", "malens_verdi", "grunn")
