"""The collection of all rate files: the door into this package."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from okosos_xl.resources import templates_root
from okosos_xl.satser.errors import SatsError, SatsFileError, SatsLookupError
from okosos_xl.satser.load import load_family
from okosos_xl.satser.model import Familie
from okosos_xl.satser.overlay import Kommune, load_overlay
from okosos_xl.satser.snapshot import Satssnapshot


@dataclass(frozen=True)
class Satser:
    """Every rate family, read when first asked for.

    Make one with :meth:`load`. ``kommune`` is the municipal overlay in use, if any.
    """

    files: tuple[tuple[str, Path], ...]
    kommune: Kommune | None = None
    _read: dict[str, Familie] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, root: Path | None = None) -> Satser:
        """The rates in a folder (default: the project's own), one ``<familie>.yaml`` per family.

        Reads only the list of files. A file is parsed and checked when one of its values is asked for, so a command
        that needs two families does not wait for forty; ``Satser.load().check()`` reads them all.
        Raises :class:`SatsFileError` when there is no such folder or no rate file in it.
        """
        folder = root if root is not None else templates_root() / "satser"
        if folder.is_file():
            problem = "er en fil, ikke en mappe med satser. En kommunefil kontrolleres med --kommune foran navnet"
            raise SatsFileError(str(folder), "", problem)
        if not folder.is_dir():
            raise SatsFileError(str(folder), "", "mappen med satser finnes ikke")
        files = tuple(sorted((path.stem, path) for path in folder.glob("*.yaml")))
        if not files:
            raise SatsFileError(str(folder), "", "mappen har ingen satsfiler", "filer som trinnskatt.yaml")
        return cls(files)

    def with_overlay(self, path: Path) -> Satser:
        """These rates with a municipality's own on top. Raises :class:`SatsFileError` for a file that is refused."""
        return replace(self, kommune=load_overlay(path, self), _read=self._read)

    def without_overlay(self) -> Satser:
        """The state's rates alone."""
        return replace(self, kommune=None, _read=self._read) if self.kommune is not None else self

    def at(self, dato: date, *, carry_forward: bool = True) -> Satssnapshot:
        """The rates on a date.

        ``carry_forward``: after the end of a family's newest vintage, give that value marked as possibly outdated;
        with False such a question is an error. Raises :class:`SatsError` when the overlay has nothing in force yet.
        """
        if self.kommune is not None and not any(f.at(dato) for f in self.kommune.familier.values()):
            first = min(v.gyldig_fra for f in self.kommune.familier.values() for v in f.vintages)
            raise SatsError(
                f"{self.kommune.fil}: ingen av satsene gjelder per {dato} (første gjelder fra {first})"
                "; forventet minst én som gjelder på sakens dato"
            )
        return Satssnapshot(dato, self, carry_forward)

    @property
    def familier(self) -> tuple[str, ...]:
        """The ids of all families, in alphabetical order."""
        return tuple(name for name, _ in self.files)

    def familie(self, familie: str) -> Familie:
        """The family as the rate file has it, without any overlay.

        Raises :class:`SatsLookupError` for an unknown family and :class:`SatsFileError` for a file that is refused.
        """
        if familie not in self._read:
            path = dict(self.files).get(familie)
            if path is None:
                near = get_close_matches(familie, self.familier, n=3, cutoff=0.6)
                hint = f"; mente du {' eller '.join(near)}?" if near else f"; familier: {', '.join(self.familier)}"
                raise SatsLookupError(f"ukjent satsfamilie «{familie}»{hint}", familie=familie)
            self._read[familie] = load_family(path)
        return self._read[familie]

    def layers(self, familie: str) -> tuple[Familie, ...]:
        """Where a value is looked for, in order: the municipality's own (if it has any), then the rate file."""
        base = self.familie(familie)
        own = self.kommune.familier.get(familie) if self.kommune else None
        return (own, base) if own is not None else (base,)

    def check(self) -> Satser:
        """Read every file now. Raises :class:`SatsFileError` for the first that is refused; returns itself."""
        for name in self.familier:
            self.familie(name)
        return self
