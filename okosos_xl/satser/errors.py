"""What can go wrong with rates: a file that may not be used, or a question that has no answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okosos_xl.satser.model import Vintage


class SatsError(ValueError):
    """Anything this package refuses. ``str()`` is one line in Norwegian, meant for the advisor or the maintainer."""


class SatsFileError(SatsError):
    """A rate file or municipal overlay that is refused.

    ``fil`` names the file, ``nokkel`` the place in it (empty when the whole file is meant), ``problem`` what is wrong
    and ``forventet`` what was expected instead (may be empty).
    """

    def __init__(self, fil: str, nokkel: str, problem: str, forventet: str = "") -> None:
        self.fil, self.nokkel, self.problem, self.forventet = fil, nokkel, problem, forventet
        place = f"{fil}: {nokkel}" if nokkel else fil
        super().__init__(f"{place}: {problem}" + (f"; forventet {forventet}" if forventet else ""))

    def __reduce__(self) -> tuple[type[SatsFileError], tuple[str, str, str, str]]:
        return type(self), (self.fil, self.nokkel, self.problem, self.forventet)


class SatsLookupError(SatsError):
    """No such rate, or none at that date.

    ``foer`` and ``etter`` are the nearest vintages before and after the date that do have the value, if any.
    """

    def __init__(
        self,
        melding: str,
        *,
        familie: str,
        nokkel: str = "",
        dato: date | None = None,
        foer: Vintage | None = None,
        etter: Vintage | None = None,
    ) -> None:
        self.familie, self.nokkel, self.dato, self.foer, self.etter = familie, nokkel, dato, foer, etter
        super().__init__(melding)
