"""The rates on one date: every value with its vintage, source, confidence and whether it may be outdated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from okosos_xl.satser.errors import SatsLookupError
from okosos_xl.satser.model import Enhet, Familie, Kilde, Konfidens, Nokkel, Verdi, Vintage

if TYPE_CHECKING:
    from okosos_xl.satser.samling import Satser


@dataclass(frozen=True, slots=True)
class Sats:
    """One value on a date, with everything an advisor needs to trust it or not.

    ``kommune`` is set when the value is the municipality's own. ``mulig_utdatert_fra`` is the date from which a newer
    value was due (None: the value is known to hold). Percentages are in percent, amounts in kroner; see ``enhet``.
    """

    familie: str
    nokkel: Nokkel
    verdi: Verdi
    gyldig_fra: date
    gyldig_til: date | None
    kilde: Kilde
    konfidens: Konfidens
    merknad: str
    kommune: str | None
    mulig_utdatert_fra: date | None

    @property
    def enhet(self) -> Enhet:
        """The unit of the value."""
        return self.nokkel.enhet

    @property
    def tall(self) -> Decimal:
        """The value as a number. Raises :class:`SatsLookupError` when it is text, a date, yes/no or a list."""
        if isinstance(self.verdi, Decimal):
            return self.verdi
        raise SatsLookupError(
            f"{self.familie}: «{self.nokkel.id}» er ikke ett tall ({'liste' if self.nokkel.liste else self.enhet})",
            familie=self.familie,
            nokkel=self.nokkel.id,
        )

    @property
    def andel(self) -> Decimal:
        """A percentage as a fraction: 12.25 % → 0.1225. Raises :class:`SatsLookupError` for other units."""
        if self.enhet not in (Enhet.PROSENT, Enhet.PROSENTPOENG):
            raise SatsLookupError(
                f"{self.familie}: «{self.nokkel.id}» er i {self.enhet}, ikke prosent",
                familie=self.familie,
                nokkel=self.nokkel.id,
            )
        return self.tall / 100

    @property
    def mulig_utdatert(self) -> bool:
        """Whether a newer value was due before the snapshot's date."""
        return self.mulig_utdatert_fra is not None

    @property
    def forbehold(self) -> tuple[str, ...]:
        """What the advisor should know before relying on the value, as short Norwegian remarks; often empty."""
        remarks = []
        if self.mulig_utdatert_fra is not None:
            remarks.append(
                f"mulig utdatert: nyeste kjente gjelder fra {self.gyldig_fra}, ny ventet {self.mulig_utdatert_fra}"
            )
        if self.konfidens is not Konfidens.OFFISIELL:
            remarks.append(f"{self.konfidens}, ikke offisiell")
        return tuple(remarks)


@dataclass(frozen=True, slots=True)
class Satssnapshot:
    """All rates as they are on ``dato``. Made by :meth:`Satser.at`; immutable, as the files it was read from."""

    dato: date
    rates: Satser
    carry_forward: bool = True

    @property
    def kommune(self) -> str | None:
        """The municipality whose overlay is in use, if any."""
        return self.rates.kommune.navn if self.rates.kommune else None

    def value(self, familie: str, nokkel: str) -> Decimal:
        """The number for a dotted key, for instance ``("livsopphold_gjeldsordning", "samvaer.klasse_1.barn_0_5")``.

        Raises :class:`SatsLookupError` when the family or key is unknown, when no vintage has it at this date, or when
        it is not a number.
        """
        return self.sats(familie, nokkel).tall

    def sats(self, familie: str, nokkel: str) -> Sats:
        """The value with its vintage, source, confidence and unit. Raises :class:`SatsLookupError`."""
        layers = self.rates.layers(familie)
        for in_force in self._in_force(layers):
            found = in_force.sats(nokkel)
            if found is not None:
                return found
        raise _no_value(layers, nokkel, self.dato)

    def table(self, familie: str, gruppe: str) -> Mapping[str, Decimal]:
        """The numbers of a group by their key inside it: ``table("trinnskatt", "trinn")["1.over"]``.

        Raises :class:`SatsLookupError` when the group is unknown or has no numbers at this date.
        """
        prefix = f"{gruppe}."
        table = {
            sats.nokkel.id[len(prefix) :]: sats.verdi
            for sats in self.satser(familie)
            if sats.nokkel.id.startswith(prefix) and isinstance(sats.verdi, Decimal)
        }
        if not table:
            raise _no_value(self.rates.layers(familie), gruppe, self.dato)
        return table

    @property
    def familier(self) -> tuple[str, ...]:
        """The families that have at least one value at this date."""
        return tuple(name for name in self.rates.familier if next(self._of(name), None) is not None)

    def satser(self, familie: str | None = None) -> tuple[Sats, ...]:
        """Every value at this date, of one family or of all, in the order of the files."""
        names = self.rates.familier if familie is None else (familie,)
        return tuple(sats for name in names for sats in self._of(name))

    def possibly_outdated(self, *familier: str) -> tuple[Sats, ...]:
        """The values a newer one was due for before this date (in the named families, or in all)."""
        return tuple(s for s in self._chosen(familier) if s.mulig_utdatert)

    def unofficial(self, *familier: str) -> tuple[Sats, ...]:
        """The values that are only secondary or derived (in the named families, or in all)."""
        return tuple(s for s in self._chosen(familier) if s.konfidens is not Konfidens.OFFISIELL)

    def _chosen(self, familier: tuple[str, ...]) -> Iterator[Sats]:
        for name in familier or self.rates.familier:
            yield from self._of(name)

    def _of(self, familie: str) -> Iterator[Sats]:
        layers = self.rates.layers(familie)
        in_force = self._in_force(layers)
        for nokkel in layers[0].nokler:
            found = next((sats for layer in in_force if (sats := layer.sats(nokkel)) is not None), None)
            if found is not None:
                yield found

    def _in_force(self, layers: tuple[Familie, ...]) -> list[_InForce]:
        """The vintage of each layer that answers at this date, the municipality's own first."""
        result = []
        for layer in layers:
            vintage = layer.at(self.dato)
            if vintage is None:
                continue
            expired = vintage.gyldig_til is not None and self.dato > vintage.gyldig_til
            if self.carry_forward or not expired:
                result.append(_InForce(layer, vintage, layer.outdated_since(vintage, self.dato)))
        return result


class _InForce(NamedTuple):
    """One family's vintage on the date, and since when it is possibly outdated."""

    familie: Familie
    vintage: Vintage
    outdated_since: date | None

    def sats(self, nokkel: str) -> Sats | None:
        origin = self.vintage.origin(nokkel)
        if origin is None:
            return None
        return Sats(
            familie=self.familie.id,
            nokkel=self.familie.nokler[nokkel],
            verdi=origin.verdier[nokkel],
            gyldig_fra=origin.gyldig_fra,
            gyldig_til=self.vintage.gyldig_til,
            kilde=origin.kilde,
            konfidens=origin.konfidens_for(nokkel),
            merknad=origin.merknad or self.familie.merknad,
            kommune=self.familie.eier,
            mulig_utdatert_fra=self.outdated_since,
        )


def _no_value(layers: tuple[Familie, ...], nokkel: str, dato: date) -> SatsLookupError:
    """The error for a key without a value: unknown, a group, or not known at the date (with the nearest vintages)."""
    familie = layers[-1]
    known = layers[0].nokler
    under = [key for key in known if key.startswith(f"{nokkel}.")]
    if nokkel not in known and not under:
        near = get_close_matches(nokkel, known, n=3, cutoff=0.5)
        hint = f"; mente du {' eller '.join(near)}?" if near else f"; nøkler: {', '.join(list(known)[:8])} …"
        return SatsLookupError(f"{familie.id}: ukjent nøkkel «{nokkel}»{hint}", familie=familie.id, nokkel=nokkel)
    having = [
        v for layer in layers for v in layer.vintages if any(v.origin(key) is not None for key in [nokkel, *under])
    ]
    if under and any(v.gyldig_fra <= dato and (v.gyldig_til is None or dato <= v.gyldig_til) for v in having):
        text = f"{familie.id}: «{nokkel}» er en gruppe; be om en av nøklene: {', '.join(under[:8])}"
        return SatsLookupError(text, familie=familie.id, nokkel=nokkel, dato=dato)
    before = max((v for v in having if v.gyldig_fra <= dato), key=lambda v: v.gyldig_fra, default=None)
    after = min((v for v in having if v.gyldig_fra > dato), key=lambda v: v.gyldig_fra, default=None)
    text = f"{familie.id}: ingen verdi for «{nokkel}» per {dato}; {_nearest(before, after)}"
    reasons = [gap.grunn for gap in familie.hull if gap.covers(dato, dato) and gap.concerns(nokkel)]
    if reasons:
        text += f" ({reasons[0].rstrip('.')})"
    elif not having:
        text += " (familien fylles av en kommunefil)" if not familie.vintages else ""
    return SatsLookupError(text, familie=familie.id, nokkel=nokkel, dato=dato, foer=before, etter=after)


def _nearest(before: Vintage | None, after: Vintage | None) -> str:
    if before is None and after is None:
        return "ingen årgang har den"
    older = f"nærmeste før gjelder {before.periode}" if before else "ingen eldre"
    newer = f"nærmeste etter gjelder fra {after.gyldig_fra}" if after else "ingen nyere"
    return f"{older}, {newer}"
