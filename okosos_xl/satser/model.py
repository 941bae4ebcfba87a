"""What a rate is: a family of keys, each with dated values that carry their source.

Everything here is frozen. Nothing here knows YAML, Excel or the clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Verdi: TypeAlias = Decimal | str | bool | date | tuple[Decimal, ...] | tuple[str, ...]
"""One value: nearly always a ``Decimal``; a few rules are text, a date, yes/no, or an ordered list."""


class Enhet(StrEnum):
    """The unit of a value, spelled as in the rate files."""

    KR = "kr"
    KR_MAANED = "kr per måned"
    KR_AAR = "kr per år"
    KR_DAG = "kr per dag"
    PROSENT = "prosent"
    PROSENTPOENG = "prosentpoeng"
    PROMILLE = "promille"
    G = "G"
    FAKTOR = "faktor"
    ANTALL = "antall"
    AAR = "år"
    MAANEDER = "måneder"
    UKER = "uker"
    TIMER_UKE = "timer per uke"
    TEKST = "tekst"
    DATO = "dato"
    JA_NEI = "ja/nei"

    @property
    def er_tall(self) -> bool:
        """Whether a value in this unit must be a number."""
        return self not in _NOT_NUMBERS


_NOT_NUMBERS = frozenset({Enhet.TEKST, Enhet.DATO, Enhet.JA_NEI})


class Konfidens(StrEnum):
    """How sure a value is: read in law or at the authority, read elsewhere, or computed from an official rule."""

    OFFISIELL = "offisiell"
    SEKUNDAER = "sekundær"
    UTLEDET = "utledet"


class Syklus(StrEnum):
    """How often a family gets new values."""

    AARLIG = "årlig"
    HALVAARLIG = "halvårlig"
    UJEVN = "ujevn"


class Kommunal(StrEnum):
    """Whether a municipal overlay may fill a family: never, instead of the state's values, or it alone."""

    NEI = "nei"
    KAN = "kan"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Kilde:
    """Where a value was read. ``adresse`` is an http(s) address; empty only for a municipality's own decision."""

    tittel: str
    adresse: str


@dataclass(frozen=True, slots=True)
class Nokkel:
    """A key of a family: dotted ``id``, Norwegian label, the labels of the groups above it, and its unit."""

    id: str
    navn: str
    grupper: tuple[str, ...]
    enhet: Enhet
    liste: bool = False

    @property
    def ett_tall(self) -> bool:
        """Whether a value of this key is one number (not text, a date, yes/no or a list)."""
        return self.enhet not in _NOT_NUMBERS and not self.liste

    @property
    def fullt_navn(self) -> str:
        """The label with its groups: ``Samvær, klasse 1 …, barn under 6 år``."""
        return ", ".join([*self.grupper, self.navn])


@dataclass(frozen=True, slots=True)
class Oppdatering:
    """When new values are due.

    ``datoer`` are (month, day) for the yearly and half-yearly cycles. ``sjekk_etter_maaneder`` is a maintenance rule
    for irregular families: after that many months the newest value should be looked up again.
    """

    syklus: Syklus
    datoer: tuple[tuple[int, int], ...]
    sjekk_etter_maaneder: int | None
    om: str

    def due(self, gyldig_fra: date, dato: date) -> date | None:
        """The first scheduled update after ``gyldig_fra``, when it is not after ``dato``; None when none was due."""
        if self.sjekk_etter_maaneder is not None:
            months = gyldig_fra.month - 1 + self.sjekk_etter_maaneder
            first = date(gyldig_fra.year + months // 12, months % 12 + 1, min(gyldig_fra.day, 28))
        else:
            years = (gyldig_fra.year, gyldig_fra.year + 1)
            updates = [date(year, month, day) for year in years for month, day in self.datoer]
            first = min((update for update in updates if update > gyldig_fra), default=date.max)
        return first if first <= dato else None


@dataclass(frozen=True, slots=True)
class Hull:
    """An explained gap: from and to (inclusive, None = open), the keys it concerns (empty = all), and why."""

    fra: date | None
    til: date | None
    nokler: tuple[str, ...]
    grunn: str

    def covers(self, start: date, end: date) -> bool:
        """Whether the whole of ``start``–``end`` lies in the gap."""
        return (self.fra is None or self.fra <= start) and (self.til is None or end <= self.til)

    def concerns(self, nokkel: str) -> bool:
        """Whether the gap is about this key (or about the group it is in, or about everything)."""
        return not self.nokler or any(nokkel == n or nokkel.startswith(f"{n}.") for n in self.nokler)


@dataclass(frozen=True, slots=True)
class Vintage:
    """The values that came into force together. ``gyldig_til`` is inclusive; None = until the next vintage.

    ``videreforte`` are keys an earlier vintage gave and that still hold, with the vintage they come from.
    """

    gyldig_fra: date
    gyldig_til: date | None
    kilde: Kilde
    konfidens: Konfidens
    konfidens_felt: Mapping[str, Konfidens]
    merknad: str
    verdier: Mapping[str, Verdi]
    videreforte: Mapping[str, Vintage]

    def origin(self, nokkel: str) -> Vintage | None:
        """The vintage whose own value applies for the key: this one, the one it was carried from, or None."""
        return self if nokkel in self.verdier else self.videreforte.get(nokkel)

    def konfidens_for(self, nokkel: str) -> Konfidens:
        """The confidence of one of this vintage's own values."""
        return self.konfidens_felt.get(nokkel, self.konfidens)

    @property
    def periode(self) -> str:
        """``2026-07-01–`` or ``2025-07-01–2026-06-30``."""
        return f"{self.gyldig_fra}–{self.gyldig_til or ''}"


@dataclass(frozen=True, slots=True)
class Familie:
    """Rates that share a rule, a legal basis and an update cycle: one file.

    ``vintages`` are in order of date and never overlap. ``eier`` is the municipality for values from an overlay.
    """

    id: str
    fil: str
    tittel: str
    hjemmel: tuple[Kilde, ...]
    regel: str
    merknad: str
    oppdatering: Oppdatering
    kommunal: Kommunal
    egne_nokler: bool
    nokler: Mapping[str, Nokkel]
    hull: tuple[Hull, ...]
    vintages: tuple[Vintage, ...]
    eier: str | None = None

    def at(self, dato: date) -> Vintage | None:
        """The vintage in force at ``dato``.

        After the end of the newest vintage that one is still returned (see :meth:`outdated_since`), because the newest
        known value with a warning serves a case better than none. Before the first vintage, and in a gap between two,
        the answer is None.
        """
        index = bisect_right(self.vintages, dato, key=lambda v: v.gyldig_fra) - 1
        if index < 0:
            return None
        vintage = self.vintages[index]
        newest = index == len(self.vintages) - 1
        if vintage.gyldig_til is not None and dato > vintage.gyldig_til and not newest:
            return None
        return vintage

    def outdated_since(self, vintage: Vintage, dato: date) -> date | None:
        """Since when ``vintage`` is possibly outdated at ``dato``; None when it is known to hold.

        A stated end that has not passed means the value is known to hold. Otherwise the value is possibly outdated
        from the day after its stated end, or from the first scheduled update after it came into force.
        """
        if vintage.gyldig_til is None:
            return self.oppdatering.due(vintage.gyldig_fra, dato)
        return vintage.gyldig_til + timedelta(days=1) if dato > vintage.gyldig_til else None
