"""What changes between two dates: value, old, new, percent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from okosos_xl.satser.snapshot import Sats, Satssnapshot


@dataclass(frozen=True, slots=True)
class Endring:
    """One value that differs. ``gammel`` is None when the value is new, ``ny`` is None when it is gone.

    ``ukjent`` says that the missing side is a known gap in the files: the value existed, but we do not have it.
    """

    familie: str
    tittel: str
    gammel: Sats | None
    ny: Sats | None
    ukjent: bool = False

    @property
    def hva(self) -> str:
        """``endret``, ``ny``, ``borte``, ``ikke kjent før`` or ``ikke kjent etter``."""
        if self.gammel is None:
            return "ikke kjent før" if self.ukjent else "ny"
        if self.ny is None:
            return "ikke kjent etter" if self.ukjent else "borte"
        return "endret"

    @property
    def sats(self) -> Sats:
        """The value on either side: the new one when there is one."""
        found = self.ny or self.gammel
        assert found is not None
        return found

    @property
    def prosent(self) -> Decimal | None:
        """The change in percent of the old number, to one decimal; None when there is no such percentage."""
        if self.gammel is None or self.ny is None:
            return None
        old, new = self.gammel.verdi, self.ny.verdi
        if not isinstance(old, Decimal) or not isinstance(new, Decimal) or old == 0:
            return None
        return ((new - old) / abs(old) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def diff(gammel: Satssnapshot, ny: Satssnapshot) -> tuple[Endring, ...]:
    """Every value that differs between two snapshots, family by family, in the order of the files."""
    changes: list[Endring] = []
    names = dict.fromkeys([*gammel.rates.familier, *ny.rates.familier])
    for name in names:
        old = {s.nokkel.id: s for s in gammel.satser(name)} if name in gammel.rates.familier else {}
        new = {s.nokkel.id: s for s in ny.satser(name)} if name in ny.rates.familier else {}
        source = ny if name in ny.rates.familier else gammel
        family = source.rates.familie(name)
        for key in dict.fromkeys([*old, *new]):
            before, after = old.get(key), new.get(key)
            if before is None or after is None or before.verdi != after.verdi:
                missing = gammel.dato if before is None else ny.dato
                unknown = any(gap.covers(missing, missing) and gap.concerns(key) for gap in family.hull)
                changes.append(Endring(name, family.tittel, before, after, unknown))
    return tuple(changes)
