"""What a template says of its older versions: which ids have other names now, which have been split, which are gone.

migrering:
  1:                                   # from version 1 to version 2
    nytt_navn: {gammelt_felt: nytt_felt, krav.rest: krav.saldo}
    delt:
      sivilstand:                      # one choice has become two fields
        samliv: {gift med barn: gift, enslig med barn: enslig}
        har_barn: {gift med barn: ja, enslig med barn: ja}
      husleie:                         # an amount has become two: a formula where «gammel» is the old value
        leie: gammel*0.8
        strom: gammel*0.2
    fjernet: {faks: Malen spør ikke lenger etter faksnummer.}
    tekster: [Gammel ledetekst]        # texts of the old version that the new one does not have
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from okosos_xl.template.reader import Place

OLD_VALUE = "gammel"
"""What a formula calls the old value."""


@dataclass(frozen=True)
class Part:
    """What one new field gets from an old one: another choice for each old choice, or a formula of the old value."""

    new: str
    choices: tuple[tuple[str, str], ...] = ()
    formula: str = ""


@dataclass(frozen=True)
class Migration:
    """From one version of a template to the next. Ids are those of fields, or ``tabell.kolonne``."""

    version: int
    renamed: tuple[tuple[str, str], ...] = ()
    split: tuple[tuple[str, tuple[Part, ...]], ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()


def parse_migrations(raw: Any, version: int, p: Place) -> tuple[Migration, ...]:
    """``migrering`` of ``mal.yaml``, oldest first. Raises ``TemplateError``."""
    found = []
    for key, said in p.mapping(raw, "migrering").items():
        at = p.at(f"migrering {key}")
        if not key.isdecimal() or not 1 <= int(key) < version:
            raise at.fail(f"«{key}» er ikke en eldre versjon.", f"et tall fra 1 til {version - 1}")
        found.append(_parse(int(key), said, at))
    return tuple(sorted(found, key=lambda m: m.version))


def _parse(version: int, raw: Any, p: Place) -> Migration:
    said = p.keys(raw, "", "nytt_navn delt fjernet tekster")
    renamed = p.mapping(said.get("nytt_navn", {}), "nytt_navn")
    split = p.mapping(said.get("delt", {}), "delt")
    dropped = p.mapping(said.get("fjernet", {}), "fjernet")
    for twice in (set(renamed) & set(split)) | (set(renamed) & set(dropped)) | (set(split) & set(dropped)):
        raise p.fail(f"«{twice}» står to steder.", "ett av nytt_navn, delt og fjernet")
    return Migration(
        version,
        tuple((old, p.words(new, old)) for old, new in renamed.items()),
        tuple((old, _parts(old, into, p)) for old, into in split.items()),
        tuple((old, p.words(reason, old)) for old, reason in dropped.items()),
        p.list(said.get("tekster", []), "tekster", lambda text: p.words(text, "tekster"), empty=True),
    )


def _parts(old: str, raw: Any, p: Place) -> tuple[Part, ...]:
    parts = []
    for new, said in p.mapping(raw, old).items():
        if isinstance(said, dict):
            pairs = p.mapping(said, new).items()
            parts.append(Part(new, tuple((str(one), p.words(other, new)) for one, other in pairs)))
        else:
            parts.append(Part(new, formula=p.words(said, new)))
    return tuple(parts)


class Names:
    """What the ids of an older version are called in this one, through all the steps between."""

    def __init__(self, migrations: tuple[Migration, ...], version: int) -> None:
        self.steps = [m for m in migrations if m.version >= version]
        self.dropped: dict[str, str] = {}
        self.split: dict[str, tuple[Part, ...]] = {}
        """By the id the old version used; only splits of the step that the id survives to."""
        self._renamed: dict[str, str] = {}
        origin: dict[str, str] = {}
        for step in self.steps:
            for old, new in step.renamed:
                first = origin.pop(old, old)
                self._renamed[first], origin[new] = new, first
                self.split = {id: tuple(_renamed(part, old, new) for part in ps) for id, ps in self.split.items()}
            for old, reason in step.dropped:
                self.dropped[origin.get(old, old)] = reason
            for old, parts in step.split:
                self.split[origin.get(old, old)] = parts
        self.texts = frozenset(text for step in self.steps for text in step.texts)

    def new(self, old: str) -> str:
        """The id in this version; empty when it has been split or dropped. A table's columns follow the table."""
        if old in self.dropped or old in self.split:
            return ""
        table, dot, column = old.rpartition(".")
        if old not in self._renamed and dot and table in self._renamed:
            return f"{self._renamed[table]}.{column}"
        return self._renamed.get(old, old)


def _renamed(part: Part, old: str, new: str) -> Part:
    return replace(part, new=new) if part.new == old else part
