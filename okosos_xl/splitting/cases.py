"""One registration → the inputs of two cases, where each adult is the A of an own case."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from okosos_xl.sak.case import CaseValue, Sak
from okosos_xl.sak.numbers import show_number
from okosos_xl.splitting.children import child_rows
from okosos_xl.splitting.choices import BY_SHARE, Choices
from okosos_xl.splitting.costs import cost_lines
from okosos_xl.splitting.ids import Ids
from okosos_xl.splitting.report import BOTH, LEFT_OUT, SHARED, A, B, Entry, Split, joined
from okosos_xl.splitting.shares import part, parts, plain
from okosos_xl.template.spec import TemplateSpec

Row = dict[str, CaseValue]
Value = Callable[..., Any]
"""A computed value of the household's workbook: ``value(id)`` or ``value(id, row)``, rows from 0."""

COSTS = ("boutgifter", "energi", "andre")
SHARED_FIELDS = ("sikret_gjeld", "prioriterte_avtaler")
LIVING = ("livsopphold_voksne", "livsopphold_barn")
CASE_BY_SHARE = "etter andel"
"""The choice on Betalingsløsning that splits joint claims by the internal share."""
PLAN_FORM, OWN_PLANS = "planform", "hver sin plan"
ANSWERS = ("forslag",)
"""Tables of answers to what the workbook proposes: the same row is another proposal in another case."""
SETTLED = ("hus_justering", "hus_grunn")
"""Written anew when the two live together (see ``living.py``)."""
BASE_SHEETS = (
    "forside",
    "husstand",
    "livsopphold",
    "inntekt",
    "skatt",
    "boutgifter",
    "budsjett",
    "maaneder",
    "gjeld",
    "satser",
)
"""The sheets whose fields mean the same in a case of one's own; those on other sheets are to be looked at."""


class Splitter:
    """Goes through every input of the case once and says where it went."""

    def __init__(self, spec: TemplateSpec, sak: Sak, value: Value, choices: Choices) -> None:
        self.ids, self.sak, self.value, self.choices = Ids(spec), sak, value, choices
        self.share = Fraction(str(value("andel_teller"))) / Fraction(str(value("andel_nevner")))
        self.a, self.b = Sak(spec.id, spec.version), Sak(spec.id, spec.version)
        self.entries: list[Entry] = []

    def run(self) -> Split:
        self.names()
        for grid in COSTS:
            cost_lines(self, grid)
        for id, value in self.sak.fields.items():
            self.field(id, value)
        for id, rows in self.sak.tables.items():
            if self.ids.root(id) == id:
                self.table(id, rows)
        self.beside()
        self.in_order()
        return Split(self.a, self.b, self.entries)

    def in_order(self) -> None:
        """Fields, tables and columns in the order of the form."""
        for case in (self.a, self.b):
            case.fields = {id: case.fields[id] for id in self.ids.fields if id in case.fields}
            case.tables = {
                id: [{c: row[c] for c in columns if c in row} for row in case.tables[id]]
                for id, (_, columns) in self.ids.tables.items()
                if id in case.tables
            }

    # --- fields ---------------------------------------------------------------------------------------------------

    def names(self) -> None:
        """Case number and name of each; whether they live together."""
        adults = [*self.sak.tables.get("voksne", []), {}, {}]
        number = self.sak.fields.get("saksnummer")
        for case, letter, adult in ((self.a, A, adults[0]), (self.b, B, adults[1])):
            if number is not None:
                case.fields["saksnummer"] = f"{number} {letter}"
            if "navn" in self.sak.fields:
                case.fields["navn"] = adult.get("navn") or f"{self.sak.fields['navn']} ({letter})"
            # the rate for a couple also where the other adult has a case of his own
            case.fields["samliv"] = "enslig" if self.choices.apart else "gift eller samboende"

    def field(self, id: str, value: CaseValue) -> None:
        if id.split(".", maxsplit=1)[0] in COSTS:
            return
        if id in ("saksnummer", "navn", "samliv"):
            self.say(id, BOTH)
        elif id in SHARED_FIELDS and isinstance(value, Decimal):
            self.a.fields[id], self.b.fields[id] = part(value, self.share)
            self.say(id, SHARED)
        elif id in SETTLED and not self.choices.apart:
            self.say(id, SHARED)
        elif id == PLAN_FORM:
            self.a.fields[id] = self.b.fields[id] = OWN_PLANS
            self.say(id, BOTH, note="" if value == OWN_PLANS else "var felles, er nå en egen plan i hver sak")
        elif self.ids.names_adults(id) and value in (A, B):
            (self.a if value == A else self.b).fields[id] = A
            self.say(id, str(value))
        elif person := self.ids.person(id):
            if person == "a":
                self.a.fields[id] = value
            else:
                self.b.fields[self.ids.for_a(id)] = value
            self.say(id, A if person == "a" else B)
        elif self.ids.shared(id):
            self.say(id, LEFT_OUT, note="gjelder de to sammen")
        else:
            self.a.fields[id] = self.b.fields[id] = value
            self.say(id, BOTH, note=self.look(id))

    def look(self, id: str) -> str:
        """What to look at in a field that stands in both cases."""
        known = {s.name: s.file for s in self.ids.spec.sheets}
        file = known.get(self.ids.sheet_of(id), "").rsplit("/", 1)[-1].removesuffix(".yaml")
        item = self.ids.fields.get(id)
        if file in BASE_SHEETS or id.startswith(("egne_satser", "egne_kommunesatser")) or item is None:
            return ""
        return "gjaldt hele husstanden" if item.type in ("kr", "kr_ore") else ""

    # --- tables ---------------------------------------------------------------------------------------------------

    def table(self, id: str, rows: list[Row]) -> None:
        followers = [t for t in self.sak.tables if t != id and self.ids.root(t) == id]
        if id == "barn":
            child_rows(self, rows, followers)
        elif id == "voksne":
            for number, row in enumerate(rows[:2]):
                self.put(id, number, (row, None) if number == 0 else (None, row), followers)
        elif id == "inntekter":
            self.incomes(rows, followers)
        elif id == "krav":
            self.claims(rows, followers)
        elif person := self.ids.person(id):
            if person == "a":
                self.a.tables[id] = [dict(r) for r in rows]
            else:
                self.b.tables[self.ids.for_a(id)] = [dict(r) for r in rows]
            self.say(id, A if person == "a" else B)
        elif self.ids.shared(id) or id in ANSWERS:
            if any(rows):
                note = "svar på nytt, forslagene er andre i hver sak" if id in ANSWERS else "gjelder de to sammen"
                self.say(id, LEFT_OUT, note=note)
        else:
            self.other(id, rows, followers)

    def other(self, id: str, rows: list[Row], followers: list[str]) -> None:
        """A table of which nothing is known but whom its rows are for, if they say so."""
        column = self.ids.person_column(id)
        for number, row in enumerate(rows):
            who = str(row.get(column, "")).upper() if column else ""
            mine = {c: v for c, v in row.items() if c != column} if who == B else dict(row)
            self.put(id, number, (None if who == B else mine, None if who == A else mine), followers)

    def incomes(self, rows: list[Row], followers: list[str]) -> None:
        """Own incomes as they are; those of the household by share, as net amounts per month."""
        joint = [n for n in range(len(rows)) if self.value("inntekt_regn.person", n) == 3]
        net = dict(
            zip(joint, parts([self.amount("inntekter.netto_maaned", n) for n in joint], self.share), strict=True)
        )
        given = [
            plain(float(r)) if isinstance(r := rows[n].get("etter_tiltak"), Decimal) else Decimal(0) for n in joint
        ]
        after = dict(zip(joint, parts(given, self.share), strict=True))
        for number, row in enumerate(rows):
            if number not in net:
                mine = self.value("inntekt_regn.person", number) != 2
                own = {c: v for c, v in row.items() if c != "hvem"}
                self.put("inntekter", number, (own, None) if mine else (None, own), followers)
                continue
            pair = []
            for index in (0, 1):
                part_row = {c: v for c, v in row.items() if c in ("beskrivelse", "type", "hvem")}
                if "netto" in row or "brutto" in row:
                    part_row["netto"] = net[number][index]
                if "etter_tiltak" in row:
                    part_row["etter_tiltak"] = after[number][index]
                whole = show_number(sum(net[number], Decimal(0)))
                part_row["merknad"] = joined(row.get("merknad"), f"Del av {whole} kr netto per måned i husstanden")
                pair.append(part_row)
            note = "utbetalingsdagen er ikke med, beløpet er per måned" if "utbetales" in row else self.apart_note()
            self.put("inntekter", number, (pair[0], pair[1]), followers, SHARED, note)

    def claims(self, rows: list[Row], followers: list[str]) -> None:
        """Own claims to the one who owes them; joint ones in full to both, or by the internal share."""
        for number, row in enumerate(rows):
            owner = self.value("krav.eier_nr", number)
            bare = {c: v for c, v in row.items() if c not in ("eier", "andel_a", "andel_b")}
            if owner != 3:
                self.put("krav", number, (bare, None) if owner == 1 else (None, bare), followers)
                continue
            share = Fraction(str(self.value("krav.andel_a_brukt", number)))
            chosen = self.choices.joint_debt or (
                BY_SHARE if self.sak.fields.get("felles_krav") == CASE_BY_SHARE else ""
            )
            by_share = chosen == BY_SHARE
            pair = (self.claim(bare, share, 0, by_share), self.claim(bare, share, 1, by_share))
            where = SHARED if by_share else BOTH
            agreed = not by_share and ("avtalt" in row or "minstebelop" in row)
            note = "hele kravet og det som er avtalt per måned, står i begge" if agreed else ""
            self.put("krav", number, pair, followers, where, note, share=share if by_share else None)

    def claim(self, row: Row, share: Fraction, index: int, by_share: bool) -> Row:
        result = self.portion("krav", row, share, index) if by_share else dict(row)
        own = share if index == 0 else 1 - share
        percent = show_number(round(Decimal(own.numerator) / own.denominator * 100, 2))
        said = "Felles krav, begge skylder hele. " + (
            f"Her er andelen på {percent} %" if by_share else f"Andel {percent} %"
        )
        result["merknad"] = joined(row.get("merknad"), said)
        return result

    def portion(self, table: str, row: Row, share: Fraction, index: int) -> Row:
        """The row with every amount of money by share."""
        return {
            c: part(v, share)[index] if isinstance(v, Decimal) and self.ids.is_money(table, c) else v
            for c, v in row.items()
        }

    def put(
        self, table: str, number: int, pair: tuple[Row | None, Row | None], followers: list[str],
        where: str = "", note: str = "", *, share: Fraction | None = None,
    ) -> None:  # fmt: skip
        """A row into one or both cases, and with it the rows of the tables that follow it."""
        for index, (case, row) in enumerate(((self.a, pair[0]), (self.b, pair[1]))):
            if row is None:
                continue
            place = len(case.tables.setdefault(table, []))
            case.tables[table].append(row)
            for name in followers:
                beside = self.sak.tables[name]
                if number >= len(beside) or (name in LIVING and not self.choices.apart):
                    continue
                mine = case.tables.setdefault(name, [])
                mine.extend({} for _ in range(place - len(mine)))
                mine.append(dict(beside[number]) if share is None else self.portion(name, beside[number], share, index))
        if self.sak.tables[table][number]:
            found = BOTH if None not in pair else A if pair[1] is None else B
            self.say(table, where or found, number + 1, note)
            for name in followers:
                if number < len(self.sak.tables[name]) and self.sak.tables[name][number]:
                    self.say(name, where or found, number + 1)

    # --- the rest -------------------------------------------------------------------------------------------------

    def beside(self) -> None:
        """Overrides and what stood beside the form follow neither case: they were about the household."""
        for override in self.sak.overrides:
            self.say(override.id, LEFT_OUT, override.row, "overstyring: før den på nytt der den hører til")
        for extra in self.sak.extras:
            place = f"{extra.sheet}!{extra.cell}" if extra.cell else extra.sheet
            self.say(f"tillegg {place}", LEFT_OUT, note="sto ved siden av skjemaet")

    def apart_note(self) -> str:
        return "delt som i husstanden. Stemmer det når de bor hver for seg?" if self.choices.apart else ""

    def amount(self, id: str, row: int = 0) -> Decimal:
        value = self.value(id, row)
        return plain(value) if isinstance(value, float) else Decimal(0)

    def say(self, id: str, where: str, row: int = 0, note: str = "") -> None:
        self.entries.append(Entry(id, where, row, note))
