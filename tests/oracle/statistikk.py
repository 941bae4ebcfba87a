"""The register and its report, worked out from the domain description (5.2 and 5.3) case by case, in whole days and
exact fractions. Knows nothing of the workbook's formulas. Also draws random registers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, Any]

IKKE_OPPGITT = "ikke oppgitt"
MIDLERTIDIG, VARIG, NAMSMANN, UTEN = "midlertidig løsning", "varig løsning", "søknad til namsmannen", "uten løsning"
LOSNINGER = (MIDLERTIDIG, VARIG, NAMSMANN)
GRUPPE = {
    "utenrettslig gjeldsordning": VARIG,
    "refinansiert": VARIG,
    "akkord eller engangsoppgjør": VARIG,
    "gjelden er betalt": VARIG,
    "søknad om gjeldsordning til namsmannen": NAMSMANN,
    "utsettelse eller avdragsavtale": MIDLERTIDIG,
    "avtale om frivillig forvaltning": MIDLERTIDIG,
    "råd og budsjett": UTEN,
    "overført til andre": UTEN,
    "trukket av brukeren": UTEN,
    "avsluttet uten kontakt": UTEN,
    "avslått": UTEN,
}
"""The result codes and the group each belongs to; the first three groups count as solved."""
CHOICES: dict[str, tuple[str, ...]] = {
    "sakstype": (
        "råd og oversikt", "disponering av økonomien", "økonomisk rådgivning", "forhandling med kreditorer",
        "utenrettslig gjeldsordning", "gjeldsordning etter loven", "frivillig forvaltning", "annet",
    ),
    "vedtak_resultat": ("innvilget", "avslått", "trukket"),
    "nivaa": ("I", "II", "III"),
    "henvist_fra": (
        "tok kontakt selv", "NAV-kontoret", "andre kommunale tjenester", "helsetjenesten", "kriminalomsorgen",
        "namsmannen", "kreditor eller inkasso", "pårørende", "andre",
    ),
    "inntektskilde": (
        "lønn", "dagpenger", "AAP", "uføretrygd", "alderspensjon", "sykepenger", "overgangsstønad",
        "kvalifiseringsstønad", "sosialhjelp", "næring", "ingen inntekt", "annet",
    ),
    "sosialhjelp": ("ja", "nei"),
    "aldersgruppe": ("under 25", "25–34", "35–49", "50–66", "67 og over"),
    "kjonn": ("kvinne", "mann", "annet"),
    "bolig": ("eier", "leier privat", "kommunal bolig", "uten bolig"),
    "forvaltning": ("ja", "nei"),
    "resultat": tuple(GRUPPE),
}  # fmt: skip


def tenths(value: Fraction, places: int = 1) -> Decimal:
    """Rounded half up, as a spreadsheet rounds."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def share(part: int, whole: int) -> Decimal | None:
    """A share with three decimals; nothing of nothing has no share."""
    return None if whole == 0 else tenths(Fraction(part, whole), 3)


@dataclass(frozen=True)
class Periode:
    """Both days are in the period."""

    fra: date
    til: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.fra <= day <= self.til

    def aaret_for(self) -> Periode:
        """The same days one year before. The last day of February stays the last day of February."""
        last = self.til + timedelta(days=1)
        til = year_before(last) - timedelta(days=1) if last.day == 1 else year_before(self.til)
        return Periode(year_before(self.fra), til)


def year_before(day: date) -> date:
    """The day one year before; the 28th for 29 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@dataclass(frozen=True)
class Sak:
    """One row. Only a case with an application date counts."""

    rad: int
    arkiv: bool
    data: Row

    def __getattr__(self, name: str) -> Any:
        return self.data.get(name)

    @property
    def gruppe(self) -> str | None:
        return GRUPPE.get(self.data.get("resultat", ""))

    def open_at_start(self, p: Periode) -> bool:
        return self.soknad < p.fra and not (self.avsluttet is not None and self.avsluttet < p.fra)

    def new(self, p: Periode) -> bool:
        return self.soknad in p

    def closed(self, p: Periode) -> bool:
        return self.avsluttet in p

    def open_at_end(self, p: Periode) -> bool:
        return self.soknad <= p.til and not (self.avsluttet is not None and self.avsluttet <= p.til)

    def in_report(self, p: Periode) -> bool:
        return self.open_at_start(p) or self.new(p)

    def solved(self, p: Periode) -> bool:
        return self.closed(p) and self.gruppe in LOSNINGER

    def started(self, p: Periode) -> bool:
        return self.start is not None and self.start <= p.til

    def waited(self, p: Periode) -> int | None:
        """Days from application to start, for a case started in the period; a start before it is a mistake."""
        if self.start not in p or self.start < self.soknad:
            return None
        return int((self.start - self.soknad).days)


def saker(case: Row) -> list[Sak]:
    """The cases that count: those of the register, then those of the archive."""
    return [
        Sak(number, arkiv, row)
        for arkiv, table in ((False, "register"), (True, "historikk"))
        for number, row in enumerate(case.get(table, []), 1)
        if row.get("soknad")
    ]


FLAGS: dict[str, Callable[[Sak, Periode], bool]] = {
    "apne_start": Sak.open_at_start,
    "nye": Sak.new,
    "avsluttet": Sak.closed,
    "apne_slutt": Sak.open_at_end,
    "lost": Sak.solved,
}
"""What is counted for every group."""


def counted(cases: Iterable[Sak], p: Periode) -> dict[str, int]:
    cases = list(cases)
    return {name: sum(flag(c, p) for c in cases) for name, flag in FLAGS.items()}


@dataclass
class Rapport:
    """Everything the report says of one period."""

    p: Periode
    cases: list[Sak]
    tall: dict[str, int] = field(init=False)
    venting: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.tall = counted(self.cases, self.p)
        self.venting = [days for c in self.cases if (days := c.waited(self.p)) is not None]

    @property
    def venter(self) -> list[Sak]:
        """Open at the end and not started by then."""
        return [c for c in self.cases if c.open_at_end(self.p) and not c.started(self.p)]

    @property
    def uten_vedtak(self) -> int:
        return sum(c.vedtak is None or c.vedtak > self.p.til for c in self.venter)

    def identity(self) -> int:
        t = self.tall
        return t["apne_start"] + t["nye"] - t["avsluttet"] - t["apne_slutt"]

    def flyt(self) -> dict[str, int]:
        t, waiting = self.tall, len(self.venter)
        return {
            "apne_start": t["apne_start"], "nye": t["nye"], "avsluttet": t["avsluttet"],
            "apne_slutt": t["apne_slutt"], "kontroll": self.identity(), "arbeid": t["apne_slutt"] - waiting,
            "venter": waiting, "uten_vedtak": self.uten_vedtak, "husstander": len(self.husstander()),
        }  # fmt: skip

    def husstander(self) -> list[Sak]:
        """Every household with a case in the period once, by the first of its cases in the lists."""
        seen: set[Any] = set()
        first = []
        for c in self.cases:
            if c.in_report(self.p):
                name = str(c.husstand_id).casefold() if c.husstand_id else (c.arkiv, c.rad)
                if name not in seen:
                    seen.add(name)
                    first.append(c)
        return first

    def ventetid(self) -> dict[str, Decimal | None]:
        days = sorted(self.venting)
        n = len(days)
        if not n:
            return {"antall": Decimal(0), "snitt": None, "median": None, "lengst": None}
        middle = Fraction(days[(n - 1) // 2] + days[n // 2], 2)
        return {
            "antall": Decimal(n),
            "snitt": tenths(Fraction(sum(days), n)),
            "median": Decimal(middle.numerator) / middle.denominator,
            "lengst": Decimal(days[-1]),
        }

    def over(self, limit: int) -> tuple[int, Decimal | None]:
        more = sum(days > limit for days in self.venting)
        return more, share(more, len(self.venting))

    def grad(self) -> Decimal | None:
        return share(self.tall["lost"], self.tall["avsluttet"])

    def by(self, key: Callable[[Sak], Any]) -> dict[Any, dict[str, int]]:
        groups: dict[Any, list[Sak]] = {}
        for c in self.cases:
            groups.setdefault(key(c), []).append(c)
        return {name: counted(cases, self.p) for name, cases in groups.items()}

    def maaneder(self) -> Iterator[tuple[date, int, int, int]]:
        """Month by month, twelve at most: new, closed, and open when the month (or the period) ends."""
        first = self.p.fra.replace(day=1)
        for _ in range(12):
            if first > self.p.til:
                return
            following = (first + timedelta(days=31)).replace(day=1)
            part = Periode(max(first, self.p.fra), min(following - timedelta(days=1), self.p.til))
            now = counted(self.cases, part)
            yield first, now["nye"], now["avsluttet"], now["apne_slutt"]
            first = following


def barn(c: Sak) -> str:
    """The row of the table of children that a case belongs to."""
    n = c.barn_under_18
    return "ikke_oppgitt" if n is None else ("ingen", "ett", "to")[int(n)] if n < 3 else "tre"


def names(case: Row, rapport: Rapport, column: str) -> list[tuple[str, list[Sak]]]:
    """Advisers or offices with a case in the period, in the order they are first seen in the lists."""
    order: dict[str, str] = {}
    for table in ("register", "historikk"):
        for row in case.get(table, []):
            if row.get(column):
                order.setdefault(row[column].casefold(), row[column])
    here: dict[str, list[Sak]] = {name: [] for name in (*order, "")}
    for c in rapport.cases:
        if c.in_report(rapport.p):
            here[str(c.data.get(column) or "").casefold()].append(c)
    return [(order.get(name, IKKE_OPPGITT), cases) for name, cases in here.items() if cases]


def waiting_without_decision(case: Row) -> list[tuple[int, int]]:
    """Days and row of the cases in the register that wait now without a decision; the oldest first."""
    today = case.get("dato")
    found = [
        (max(0, (today - row["soknad"]).days) if today else 0, number)
        for number, row in enumerate(case.get("register", []), 1)
        if row.get("soknad") and not (row.get("start") or row.get("avsluttet") or row.get("vedtak"))
    ]
    return sorted(found, key=lambda x: (-x[0], x[1]))


def kostra(rapport: Rapport, *, arkiv: bool) -> list[tuple[int, int]]:
    """Row and code (1 yes, 2 no) of the cases in the period: advice on level II or III that has started."""
    p = rapport.p
    return [
        (c.rad, 1 if c.nivaa in ("II", "III") and c.started(p) else 2)
        for c in rapport.cases
        if c.arkiv == arkiv and c.in_report(p)
    ]


def mistakes(case: Row) -> dict[str, int]:
    """How many rows break each rule. Rows are wrong one by one, so a row may count in several."""
    rows = [(False, r) for r in case.get("register", [])] + [(True, r) for r in case.get("historikk", [])]
    today = case.get("dato")
    seen: set[str] = set()
    found = dict.fromkeys(
        ("uten_soknad", "vedtak_for_soknad", "start_for_soknad", "start_for_vedtak", "avsluttet_for", "uten_saksnr",
         "dobbel", "startet_uten_vedtak", "uten_resultat", "uten_avsluttet", "avslag_apen", "uten_husstand",
         "uten_nivaa", "oppfolging_passert", "apen_arkiv"), 0
    )  # fmt: skip
    for arkiv, r in rows:
        applied, decided, started, closed = (r.get(k) for k in ("soknad", "vedtak", "start", "avsluttet"))
        content = ("saksnr", "husstand_id", "raadgiver", "vedtak", "start", "resultat", "avsluttet")
        found["uten_soknad"] += not applied and any(r.get(k) for k in content)
        number = (r.get("saksnr") or "").casefold()
        found["dobbel"] += bool(applied and number and number in seen)
        seen.add(number)
        found["uten_saksnr"] += bool(applied and not number)
        found["uten_husstand"] += bool(applied and not r.get("husstand_id"))
        found["vedtak_for_soknad"] += bool(applied and decided and decided < applied)
        found["start_for_soknad"] += bool(applied and started and started < applied)
        found["start_for_vedtak"] += bool(decided and started and started < decided)
        found["avsluttet_for"] += bool(closed and any(d and closed < d for d in (applied, started)))
        found["startet_uten_vedtak"] += bool(started and not decided)
        found["uten_resultat"] += bool(closed and not r.get("resultat"))
        found["uten_avsluttet"] += bool(r.get("resultat") and not closed)
        found["avslag_apen"] += r.get("vedtak_resultat") in ("avslått", "trukket") and not closed
        found["uten_nivaa"] += bool(started and not r.get("nivaa"))
        after = r.get("oppfolging")
        found["oppfolging_passert"] += bool(today and after and after < today and not closed)
        found["apen_arkiv"] += bool(arkiv and applied and not closed)
    return found


# --- random registers -------------------------------------------------------------------------------------------------


def tilfeldig(number: int, size: int | None = None) -> Row:
    """A random register, archive and period. Some rows are as wrong as rows can be."""
    r = random.Random(number)
    size = r.choice((0, 1, 2, 5, 20, 60, 120, 200)) if size is None else size
    fra = date(2025, 1, 1) + timedelta(days=r.randrange(0, 700))
    til = fra + timedelta(days=r.choice((0, 1, 27, 30, 89, 180, 364, 365, 500)))
    if r.random() < 0.5:  # whole months, as most periods are
        fra = fra.replace(day=1)
        til = (til + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    case: Row = {"mal": "statistikk", "fra": fra, "til": til, "dato": til + timedelta(days=r.choice((0, 0, 9, 400)))}
    if r.random() < 0.05:
        del case["dato"]
    old = r.choice((0, 0, size // 3, size))
    messy = r.choice((0.0, 0.05, 0.3))
    case["register"] = [_row(r, n, size, messy) for n in range(size - old)]
    case["historikk"] = [_row(r, n, size, messy) for n in range(size - old, size)]
    return case


def _row(r: random.Random, number: int, size: int, messy: float) -> Row:
    applied = date(2023, 6, 1) + timedelta(days=r.randrange(0, 1300))
    decided = applied + timedelta(days=r.randrange(0, 40))
    started = decided + timedelta(days=int(r.expovariate(1 / 30)))
    closed = started + timedelta(days=r.randrange(1, 500))
    row: Row = {
        "saksnr": f"{applied.year}-{number:04d}",
        "husstand_id": r.choice("hH") + str(r.randrange(1, max(2, size))),
        "kommune": "Fjordvik",
        "kontor": r.choice(("Sentrum", "Øst", "Vest")),
        "raadgiver": r.choice(("Per", "per", "Åse", "Lin", "Mo", "Kim", *(f"R{n}" for n in range(size // 12)))),
        "soknad": applied,
        "barn_under_18": r.choice((0, 0, 1, 2, 3, 5)),
        "sum_gjeld": r.randrange(0, 2_000_000),
        "antall_kreditorer": r.randrange(0, 30),
    }
    row |= {name: r.choice(choices) for name, choices in CHOICES.items() if name not in ("vedtak_resultat", "resultat")}
    stage = r.random()
    if stage > 0.08:
        row |= {"vedtak": decided, "vedtak_resultat": "innvilget"}
    if stage > 0.2:
        row["start"] = started
        row["oppfolging"] = started + timedelta(days=60)
    if stage > 0.4:
        row |= {"avsluttet": closed, "resultat": r.choice(CHOICES["resultat"])}
    for name in list(row):
        if r.random() < messy:
            if isinstance(row[name], date) and r.random() < 0.7:
                row[name] += timedelta(days=r.randrange(-300, 300))
            else:
                del row[name]
    if r.random() < messy:
        row["vedtak_resultat"] = r.choice(CHOICES["vedtak_resultat"])
    if r.random() < messy / 3:
        row["saksnr"] = "2025-0001"
    return {} if r.random() < messy / 5 else row
