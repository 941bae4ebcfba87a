"""Social assistance by § 18 of sosialtjenesteloven: need less income and assets, never below nothing.

Kr per month. Child benefit and the children's own income are not counted, nor is social assistance itself; support
meant for expenses of its own (grunnstønad, hjelpestønad) only when it is decided that it shall be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .husstand import NULL, ore

UTENFOR = frozenset({"barnetrygd", "utvidet barnetrygd", "sosialhjelp", "grunnstønad og hjelpestønad"})


@dataclass(frozen=True, slots=True)
class Formaal:
    """A purpose: what is asked for, what has been approved (None: not decided), and whether the duty covers it."""

    belop: Decimal
    innenfor: bool
    godkjent: Decimal | None = None
    engangs: bool = False

    @property
    def regnes(self) -> Decimal:
        """What counts: what is approved, else all of what is inside the duty and nothing of the rest."""
        if self.godkjent is not None:
            return self.godkjent
        return self.belop if self.innenfor else NULL


@dataclass(frozen=True, slots=True)
class Behov:
    """A household's month. ``inntekter``: type and net amount, with the advisor's own answer where there is one."""

    livsopphold: Decimal
    justering: Decimal = NULL
    formaal: Mapping[str, Formaal] = field(default_factory=dict)
    inntekter: Sequence[tuple[str, Decimal, bool | None]] = ()
    bidrag: Decimal = NULL
    formue: Decimal = NULL
    beholdes: Decimal = NULL

    @property
    def behov(self) -> Decimal:
        """Living expenses by the rates, adjusted, and the approved purposes of every month."""
        hver_maaned = sum((f.regnes for f in self.formaal.values() if not f.engangs), NULL)
        return ore(max(NULL, self.livsopphold + self.justering) + hver_maaned)

    @property
    def inntekt(self) -> Decimal:
        """What counts as income."""
        talt = (belop for type, belop, svar in self.inntekter if (type not in UTENFOR if svar is None else svar))
        return ore(sum(talt, NULL) + self.bidrag)

    def belop(self, *, mer_inntekt: Decimal = NULL, lavere_regninger: Decimal = NULL) -> Decimal:
        """The indicative amount; with more income and lower bills it is what is left when other rights are granted."""
        egne = max(NULL, self.formue - self.beholdes)
        return ore(max(NULL, self.behov - lavere_regninger - self.inntekt - mer_inntekt - egne))

    @property
    def engang(self) -> Decimal:
        """Approved once, beside the month."""
        return ore(sum((f.regnes for f in self.formaal.values() if f.engangs), NULL))
