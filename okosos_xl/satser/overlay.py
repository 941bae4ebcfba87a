"""A municipality's own rates and norms, on top of the state's: one file, its own source, checked like the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from okosos_xl.satser import fields
from okosos_xl.satser.fields import Sted
from okosos_xl.satser.load import read_key, read_yaml
from okosos_xl.satser.model import Familie, Kilde, Kommunal, Nokkel
from okosos_xl.satser.vintages import read_vintages

if TYPE_CHECKING:
    from okosos_xl.satser.samling import Satser


@dataclass(frozen=True, slots=True)
class Kommune:
    """A municipal overlay: the municipality's name, its main source, and its families by id."""

    navn: str
    fil: str
    kilde: Kilde
    familier: Mapping[str, Familie]


def load_overlay(path: Path, rates: Satser) -> Kommune:
    """Read and check an overlay file against the families in ``rates``.

    Raises :class:`~okosos_xl.satser.errors.SatsFileError` (one Norwegian line) for a file that cannot be read, has no
    source, names an unknown or state-only family, an unknown key, or text where a number should be.
    """
    shown = str(path)
    top = Sted(shown)
    table = fields.mapping(read_yaml(path, shown), top, ["kommune", "kilde", "satser"], ["egne_nokler"])
    navn = fields.text(table["kommune"], top / "kommune")
    kilde = fields.source(table["kilde"], top / "kilde", address_required=False)
    own_keys = _own_keys(table.get("egne_nokler", {}), top / "egne_nokler", rates)
    families: dict[str, Familie] = {}
    for name, value in fields.free_mapping(table["satser"], top / "satser").items():
        here = (top / "satser") / name
        base = _family(name, here, rates)
        nokler = {**base.nokler, **own_keys.get(name, {})}
        vintages = read_vintages(value, here, nokler, default_source=kilde)
        if not vintages:
            raise here.error("er tom", "minst én årgang")
        families[name] = replace(
            base, fil=shown, nokler=MappingProxyType(nokler), vintages=vintages, hull=(), eier=navn
        )
    if not families:
        raise (top / "satser").error("er tom", "minst én familie")
    for name in own_keys:
        if name not in families:
            raise ((top / "egne_nokler") / name).error("familien har ingen satser i filen")
    return Kommune(navn, shown, kilde, MappingProxyType(families))


def _family(name: str, sted: Sted, rates: Satser) -> Familie:
    """The family an overlay may fill under that name; anything else is refused with the ones it may."""
    if name not in rates.familier:
        near = get_close_matches(name, rates.familier, n=1, cutoff=0.6)
        raise sted.error("ukjent familie" + (f" (mente du {near[0]}?)" if near else ""), _open_families(rates))
    base = rates.familie(name)
    if base.kommunal is Kommunal.NEI:
        raise sted.error("er statens satser og kan ikke endres av kommunen", _open_families(rates))
    return base


def _open_families(rates: Satser) -> str:
    return "en av " + ", ".join(n for n in rates.familier if rates.familie(n).kommunal is not Kommunal.NEI)


def _own_keys(value: object, sted: Sted, rates: Satser) -> dict[str, dict[str, Nokkel]]:
    result: dict[str, dict[str, Nokkel]] = {}
    for name, keys in fields.free_mapping(value, sted).items():
        base = _family(name, sted / name, rates)
        if not base.egne_nokler:
            raise (sted / name).error("familien tar ikke egne nøkler")
        unit = next(iter(base.nokler.values())).enhet
        result[name] = {}
        for key, item in fields.free_mapping(keys, sted / name).items():
            if key in base.nokler:
                raise ((sted / name) / key).error("nøkkelen finnes fra før", "et navn familien ikke har")
            result[name][key] = read_key(key, item, (sted / name) / key, (), unit)
    return result
