"""Reading untrusted YAML structures strictly: each function returns what was asked for or fails with file and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from okosos_xl.satser.errors import SatsFileError
from okosos_xl.satser.model import Enhet, Kilde, Verdi

_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+\Z")
_LONGEST = 60
_WORD = TypeVar("_WORD", bound=StrEnum)


class Sted:
    """A place in a file, for the error message; spelled out only when there is an error."""

    __slots__ = ("_above", "_key", "fil")

    def __init__(self, fil: str, above: Sted | None = None, key: object = "") -> None:
        self.fil, self._above, self._key = fil, above, key

    def __truediv__(self, key: object) -> Sted:
        return Sted(self.fil, self, key)

    def item(self, index: object) -> Sted:
        """The place of one item in the list here."""
        return Sted(self.fil, self, (index,))

    @property
    def sti(self) -> str:
        """The way from the top of the file: ``satser[2026-07-01].verdier.enslig``."""
        above = self._above.sti if self._above is not None else ""
        if isinstance(self._key, tuple):
            return f"{above}[{self._key[0]}]"
        return f"{above}.{self._key}" if above else str(self._key)

    def error(self, problem: str, forventet: str = "") -> SatsFileError:
        """The one-line refusal for this place, to be raised."""
        return SatsFileError(self.fil, self.sti, problem, forventet)


def describe(value: object) -> str:
    """A value as a short, harmless piece of a Norwegian sentence; never echoes a large structure."""
    if value is None:
        return "tomt"
    if isinstance(value, dict):
        return "en tabell"
    if isinstance(value, list):
        return "en liste"
    if isinstance(value, bool):
        return "ja" if value else "nei"
    text = " ".join(str(value).split())
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"teksten «{short}»" if isinstance(value, str) else f"«{short}»"


def mapping(value: object, sted: Sted, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
    """A mapping with exactly the known keys; a missing or unknown key is refused by name."""
    if not isinstance(value, dict):
        raise sted.error(f"er {describe(value)}", "nøkler med verdier under")
    table: dict[str, Any] = value
    unknown = [key for key in table if key not in required and key not in optional]
    if unknown:
        raise (sted / unknown[0]).error("ukjent nøkkel", "en av " + ", ".join(dict.fromkeys([*required, *optional])))
    for key in required:
        if key not in table:
            raise (sted / key).error("mangler")
    return table


def free_mapping(value: object, sted: Sted) -> dict[str, Any]:
    """A mapping whose keys the caller checks; they are plain ids."""
    if not isinstance(value, dict):
        raise sted.error(f"er {describe(value)}", "nøkler med verdier under")
    table: dict[str, Any] = value
    for key in table:
        if not (key.isascii() and key.replace("_", "0").isalnum()):
            raise sted.error(f"nøkkelen {describe(key)} kan ikke brukes", "bokstavene a–z, tall og understrek")
    return table


def sequence(value: object, sted: Sted) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise sted.error(f"er {describe(value)}", "en liste")
    return value


def text(value: object, sted: Sted) -> str:
    """Non-empty text, trimmed."""
    if not isinstance(value, str):
        raise sted.error(f"er {describe(value)}", "tekst")
    if not value.strip():
        raise sted.error("er tomt", "tekst")
    return value.strip()


def day(value: object, sted: Sted) -> date:
    """A calendar date without a time."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise sted.error(f"er {describe(value)}", "en dato som 2026-07-01")
    return value


def word(value: object, sted: Sted, words: type[_WORD]) -> _WORD:
    """One of the words of an enum."""
    try:
        return words(str(value))
    except ValueError:
        pass
    raise sted.error(f"er {describe(value)}", "en av " + ", ".join(words))


def source(value: object, sted: Sted, *, address_required: bool = True) -> Kilde:
    """A source with title and address."""
    table = mapping(value, sted, ["tittel", "adresse"] if address_required else ["tittel"], ["adresse"])
    address = text(table["adresse"], sted / "adresse") if "adresse" in table else ""
    if address and not _ADDRESS.match(address):
        raise (sted / "adresse").error(f"er {describe(address)}", "en adresse som begynner med https://")
    return Kilde(text(table["tittel"], sted / "tittel"), address)


def number(value: object, sted: Sted) -> Decimal:
    """An exact number. Text that looks like a number is refused: it is nearly always a thousands separator or comma."""
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise sted.error(f"er {describe(value)}", "et tall uten mellomrom og med punktum, som 11388 eller 12.25")


def _flag(value: object, sted: Sted) -> bool:
    if not isinstance(value, bool):
        raise sted.error(f"er {describe(value)}", "true eller false")
    return value


def amount(value: object, sted: Sted, enhet: Enhet, liste: bool) -> Verdi:
    """One rate in the unit its key declares."""
    if liste:
        items = sequence(value, sted)
        if not items:
            raise sted.error("er en tom liste", "minst ett ledd")
        if enhet.er_tall:
            return tuple(number(item, sted.item(n)) for n, item in enumerate(items, 1))
        return tuple(text(item, sted.item(n)) for n, item in enumerate(items, 1))
    read: Callable[[object, Sted], Verdi] = number
    if enhet is Enhet.TEKST:
        read = text
    elif enhet is Enhet.DATO:
        read = day
    elif enhet is Enhet.JA_NEI:
        read = _flag
    return read(value, sted)
