"""``mal.yaml`` and its sheet files → :class:`TemplateSpec`. Unknown keys and wrong shapes are refused."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from okosos_xl.template.migration import parse_migrations
from okosos_xl.template.parse_item import reference
from okosos_xl.template.parse_sheet import parse_sheet, shared, sheet_name
from okosos_xl.template.reader import Place, load
from okosos_xl.template.spec import LetterSpec, RatesWanted, TemplateSpec


def parse_template(folder: Path, office: Path | None = None) -> TemplateSpec:
    """Read ``mal.yaml`` and the sheet files it lists; ``office`` is a folder with data files laid on top.

    Raises :class:`TemplateError` for the first thing that is wrong, with file, sheet and id where they are known.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a name also for «.», and links keep theirs
    p = Place(f"{folder.name}/mal.yaml", "", "", folder, office=office)
    root = p.keys(
        load(folder / "mal.yaml"),
        "id tittel versjon om ark",
        "valg nokkeltall status dato bunntekst familie satser forenklet tar_fra register brev migrering valg_fra",
    )
    id = p.file_name(root["id"], "id")
    if id != folder.name:
        raise p.at(id).fail(f"mappen heter «{folder.name}».", "samme navn på mappen som på malen")
    names = p.list(root["ark"], "ark", lambda name: sheet_name(name, p))
    version = p.number(root["versjon"], "versjon", 1, 1_000_000)
    simple = p.keys(root["forenklet"], "felt valg") if "forenklet" in root else {}
    return TemplateSpec(
        id=id,
        title=p.words(root["tittel"], "tittel"),
        version=version,
        about=p.text(root["om"], "om"),
        folder=str(folder),
        sheets=tuple(parse_sheet(name, p) for name in names),
        choices=_shared_choices(root, p) | _choices(p.mapping(root.get("valg", {}), "valg"), p),
        key_figures=p.list(root.get("nokkeltall", []), "nokkeltall", lambda x: reference(x, p), empty=True),
        status=reference(root.get("status", ""), p),
        date_id=reference(root.get("dato", ""), p),
        footer_id=reference(root.get("bunntekst", ""), p),
        family=p.optional(root, "familie"),
        rates=tuple(_rates(name, raw, p) for name, raw in p.mapping(root.get("satser", {}), "satser").items()),
        version_id=reference(simple.get("felt", ""), p),
        simple_version=p.optional(simple, "valg"),
        register=tuple(
            (p.identifier(column, "kolonnen"), reference(id, p))
            for column, id in p.mapping(root.get("register", {}), "register").items()
        ),
        letters=tuple(_letter(name, raw, p) for name, raw in p.mapping(root.get("brev", {}), "brev").items()),
        takes_from=tuple(_takes(n, raw, p) for n, raw in p.mapping(root.get("tar_fra", {}), "tar_fra").items()),
        migrations=parse_migrations(root.get("migrering", {}), version, p),
    )


def _takes(name: str, raw: Any, p: Place) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A template whose cases can be used here, and which of its values go into which of our fields."""
    pairs = p.at(name).mapping({} if raw is None else raw, "tar_fra").items()
    return p.file_name(name, "tar_fra"), tuple((reference(own, p), reference(theirs, p)) for own, theirs in pairs)


def _rates(family: str, raw: Any, p: Place) -> RatesWanted:
    """``alle``, a list of keys, or both that and when they are used: ``{nokler: alle, naar: norm_nr=2}``."""
    p = p.at(family)
    used_when = own_used_when = ""
    if isinstance(raw, dict):
        raw = p.keys(raw, "nokler naar", "naar_kommune")
        used_when, own_used_when = p.words(raw["naar"], "naar"), p.optional(raw, "naar_kommune")
        raw = raw["nokler"]
    keys = () if raw == "alle" else p.list(raw, "nøklene", lambda key: p.words(key, "nøkkelen"))
    return RatesWanted(p.identifier(family, "navnet på satsene"), keys, used_when, own_used_when)


def _letter(name: str, raw: Any, p: Place) -> LetterSpec:
    p = p.at(name)
    raw = p.keys(raw, "ark velg fra passer", "vedlegg vanlig")
    return LetterSpec(
        name=p.file_name(name, "brevet"),
        sheet=p.words(raw["ark"], "ark"),
        chosen=p.list(raw["velg"], "velg", lambda id: reference(id, p)),
        source=reference(raw["fra"], p),
        when=reference(raw["passer"], p),
        annexes=p.list(raw.get("vedlegg", []), "vedlegg", lambda sheet: p.words(sheet, "vedlegg"), empty=True),
        usual=p.flag(raw, "vanlig"),
    )


def _choices(raw: dict[str, Any], p: Place) -> dict[str, tuple[str, ...]]:
    lists = {}
    for name, values in raw.items():
        at = p.at(name)
        words = at.list(values, name, partial(at.words, what=name))
        folded = [word.casefold() for word in words]
        if len(set(folded)) < len(folded) or any(len(word) > 100 or '"' in word for word in words):
            raise at.fail("valgene må være ulike, korte og uten hermetegn.", "en liste med ulike valg")
        lists[at.identifier(name, "navnet på listen")] = words
    return lists


def _shared_choices(root: dict[str, Any], p: Place) -> dict[str, tuple[str, ...]]:
    """The lists of another template, for the sheets that are taken from it."""
    if "valg_fra" not in root:
        return {}
    other = p.file_name(root["valg_fra"], "valg_fra")
    path = shared(f"{other}/mal.yaml", p.at(other), "malen i «valg_fra» finnes ikke.")
    there = Place(f"{other}/mal.yaml", "", "", p.folder)
    return _choices(there.mapping(load(path).get("valg", {}), "valg"), there)
