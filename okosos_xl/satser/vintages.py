"""The ``satser:`` list of a rate file or an overlay → vintages in order of date, each value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from okosos_xl.satser import fields
from okosos_xl.satser.fields import Sted
from okosos_xl.satser.model import Kilde, Konfidens, Nokkel, Verdi, Vintage

_REQUIRED = ("gyldig_fra", "verdier")
_OPTIONAL = ("gyldig_til", "kilde", "konfidens", "konfidens_felt", "merknad", "viderefores")


def read_vintages(
    value: object, sted: Sted, nokler: Mapping[str, Nokkel], *, default_source: Kilde | None = None
) -> tuple[Vintage, ...]:
    """Read all vintages. They must come oldest first and must not overlap.

    ``default_source`` is the overlay's own source: with it a vintage may leave out ``kilde`` and ``konfidens``.
    Raises :class:`~okosos_xl.satser.errors.SatsFileError` with the place in the file.
    """
    vintages: list[Vintage] = []
    for index, item in enumerate(fields.sequence(value, sted), 1):
        start = item.get("gyldig_fra") if isinstance(item, dict) else None
        here = sted.item(start if isinstance(start, date) else index)
        vintage = _vintage(item, here, nokler, default_source, vintages)
        if vintages:
            _check_order(vintages[-1], vintage, here)
        vintages.append(vintage)
    return tuple(vintages)


def covered_keys(key: object, sted: Sted, nokler: Mapping[str, Nokkel]) -> list[str]:
    """The keys a name stands for: the key itself, or every key of the group. Unknown names are refused."""
    name = fields.text(key, sted)
    keys = [n for n in nokler if n == name or n.startswith(f"{name}.")]
    if not keys:
        raise sted.error(f"«{name}» er ikke en nøkkel i familien", "en nøkkel eller gruppe som står under nokler")
    return keys


def _vintage(
    item: object, sted: Sted, nokler: Mapping[str, Nokkel], default_source: Kilde | None, earlier: list[Vintage]
) -> Vintage:
    table = fields.mapping(item, sted, _REQUIRED, _OPTIONAL)
    start = fields.day(table["gyldig_fra"], sted / "gyldig_fra")
    end = fields.day(table["gyldig_til"], sted / "gyldig_til") if "gyldig_til" in table else None
    if end is not None and end < start:
        raise (sted / "gyldig_til").error(f"{end} er før gyldig_fra {start}")
    verdier = _read_values(table["verdier"], sted / "verdier", "", nokler)
    if not verdier:
        raise (sted / "verdier").error("er tom", "minst én verdi")
    if "kilde" in table:
        kilde = fields.source(table["kilde"], sted / "kilde", address_required=default_source is None)
    elif default_source is not None:
        kilde = default_source
    else:
        raise (sted / "kilde").error("mangler: hvert tall skal ha en kilde", "kilde med tittel og adresse")
    if "konfidens" not in table and default_source is None:
        raise (sted / "konfidens").error("mangler", "en av " + ", ".join(Konfidens))
    konfidens = fields.word(table.get("konfidens", Konfidens.OFFISIELL), sted / "konfidens", Konfidens)
    return Vintage(
        gyldig_fra=start,
        gyldig_til=end,
        kilde=kilde,
        konfidens=konfidens,
        konfidens_felt=_field_confidence(table.get("konfidens_felt", {}), sted / "konfidens_felt", verdier),
        merknad=fields.text(table["merknad"], sted / "merknad") if "merknad" in table else "",
        verdier=MappingProxyType(verdier),
        videreforte=_carried(table.get("viderefores", []), sted / "viderefores", nokler, verdier, earlier),
    )


def _read_values(value: object, sted: Sted, prefix: str, nokler: Mapping[str, Nokkel]) -> dict[str, Verdi]:
    """The values under ``sted`` by dotted key. Every key must be declared; groups nest as the keys do."""
    found: dict[str, Verdi] = {}
    for name, item in fields.free_mapping(value, sted).items():
        key = prefix + name
        nokkel = nokler.get(key)
        if nokkel is None:
            group = f"{key}."
            if not any(n.startswith(group) for n in nokler):
                siblings = dict.fromkeys(n[len(prefix) :].split(".")[0] for n in nokler if n.startswith(prefix))
                raise (sted / name).error("ukjent nøkkel", "en av " + ", ".join(siblings))
            found |= _read_values(item, sted / name, group, nokler)
        elif type(item) is int and nokkel.ett_tall:
            found[key] = Decimal(item)  # nearly every value; the rest go the long way
        else:
            found[key] = fields.amount(item, sted / name, nokkel.enhet, nokkel.liste)
    return found


def _field_confidence(value: object, sted: Sted, verdier: Mapping[str, Verdi]) -> Mapping[str, Konfidens]:
    if not isinstance(value, dict):
        raise sted.error(f"er {fields.describe(value)}", "nøkler med konfidens")
    result: dict[str, Konfidens] = {}
    for key, item in value.items():
        if str(key) not in verdier:
            raise (sted / key).error("nøkkelen har ingen verdi i denne årgangen")
        result[str(key)] = fields.word(item, sted / key, Konfidens)
    return MappingProxyType(result)


def _carried(
    value: object, sted: Sted, nokler: Mapping[str, Nokkel], own: Mapping[str, Verdi], earlier: list[Vintage]
) -> Mapping[str, Vintage]:
    carried: dict[str, Vintage] = {}
    names: list[Any] = fields.sequence(value, sted)
    if names and not earlier:
        raise sted.error("den første årgangen har ingenting å videreføre")
    for name in names:
        for key in covered_keys(name, sted, nokler):
            origin = earlier[-1].origin(key)
            if key in own or origin is None:
                where = "har egen verdi her" if key in own else "har ingen verdi i årgangen før"
                raise (sted / key).error(where, "en nøkkel som bare årgangen før har")
            carried[key] = origin
    return MappingProxyType(carried)


def _check_order(before: Vintage, after: Vintage, sted: Sted) -> None:
    if after.gyldig_fra == before.gyldig_fra:
        raise (sted / "gyldig_fra").error(f"to årganger gjelder fra {after.gyldig_fra}")
    if after.gyldig_fra < before.gyldig_fra:
        raise (sted / "gyldig_fra").error(f"står etter årgangen fra {before.gyldig_fra}", "eldste årgang først")
    if before.gyldig_til is not None and after.gyldig_fra <= before.gyldig_til:
        raise (sted / "gyldig_fra").error(
            f"overlapper årgangen som gjelder til og med {before.gyldig_til}", "en senere dato"
        )
