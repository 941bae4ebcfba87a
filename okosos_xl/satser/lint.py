"""Every fault in a folder of rate files, file by file; the strict reader finds most, the rules below the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from okosos_xl.satser.errors import SatsError, SatsFileError
from okosos_xl.satser.load import load_family
from okosos_xl.satser.model import Familie, Kommunal

_FACTOR = 5


@dataclass(frozen=True, slots=True)
class Funn:
    """One fault: the file, the place in it (may be empty) and what is wrong."""

    fil: str
    nokkel: str
    melding: str

    def __str__(self) -> str:
        return f"{self.fil}: {self.nokkel}: {self.melding}" if self.nokkel else f"{self.fil}: {self.melding}"


def lint(root: Path) -> tuple[Funn, ...]:
    """All findings in the ``.yaml`` files of a folder; empty when all is well.

    A file that is refused gives one finding. Raises :class:`SatsFileError` when there is no such folder or it has no
    rate file.
    """
    if not root.is_dir():
        raise SatsFileError(str(root), "", "mappen med satser finnes ikke")
    findings: list[Funn] = []
    paths = sorted(path for path in root.iterdir() if not path.name.startswith("."))
    if not any(path.suffix == ".yaml" for path in paths):
        raise SatsFileError(str(root), "", "mappen har ingen satsfiler", "filer som trinnskatt.yaml")
    for path in paths:
        if path.suffix != ".yaml" or path.is_dir():
            findings.append(Funn(f"{root.name}/{path.name}", "", "er ikke en satsfil; forventet <familie>.yaml"))
            continue
        try:
            family = load_family(path)
        except SatsFileError as error:
            melding = error.problem + (f"; forventet {error.forventet}" if error.forventet else "")
            findings.append(Funn(error.fil, error.nokkel, melding))
        except SatsError as error:
            findings.append(Funn(f"{root.name}/{path.name}", "", str(error)))
        else:
            for rule in _RULES:
                findings += rule(family)
    return tuple(findings)


def _unused_keys(family: Familie) -> Iterator[Funn]:
    """A label nobody has a value for is a misspelt key or a left-over."""
    if family.kommunal is Kommunal.BARE:
        return
    used = {key for vintage in family.vintages for key in vintage.verdier}
    for key in family.nokler:
        if key not in used:
            yield Funn(family.fil, f"nokler.{key}", "ingen årgang har en verdi for nøkkelen")


def _leaps(family: Familie) -> Iterator[Funn]:
    """A value five times the one before is a digit too many or too few; rates move by percents."""
    for before, after in pairwise(family.vintages):
        for key, new in after.verdier.items():
            old = before.verdier.get(key)
            if not isinstance(old, Decimal) or not isinstance(new, Decimal) or not old or not new:
                continue
            if max(abs(new / old), abs(old / new)) >= _FACTOR:
                place = f"satser[{after.gyldig_fra}].verdier.{key}"
                yield Funn(family.fil, place, f"går fra {old} til {new}; et siffer for mye eller for lite?")


_RULES: tuple[Callable[[Familie], Iterator[Funn]], ...] = (_unused_keys, _leaps)
