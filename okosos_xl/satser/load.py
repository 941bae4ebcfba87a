"""One rate file → one :class:`Familie`, or one clear refusal."""

from __future__ import annotations

import re
from calendar import monthrange
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from okosos_xl.satser import fields, reader
from okosos_xl.satser.errors import SatsFileError
from okosos_xl.satser.fields import Sted
from okosos_xl.satser.gaps import check_gaps
from okosos_xl.satser.model import Enhet, Familie, Hull, Kommunal, Nokkel, Oppdatering, Syklus
from okosos_xl.satser.vintages import covered_keys, read_vintages
from okosos_xl.strict_yaml import YamlError

_LARGEST = 1_000_000
_REQUIRED = ("familie", "tittel", "hjemmel", "regel", "oppdatering", "enhet", "nokler", "hull", "satser")
_OPTIONAL = ("merknad", "kommune", "egne_nokler")
_RESERVED = ("gruppe", "enhet")
_LABEL = re.compile(r"(.+?) +\[([^\]]*?)(, liste)?\]\Z")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)\Z")
_PER_CYCLE = {Syklus.AARLIG: 1, Syklus.HALVAARLIG: 2, Syklus.UJEVN: 0}


def read_yaml(path: Path, shown: str) -> Any:
    """The content of a YAML file; every way it can fail becomes a :class:`SatsFileError` naming ``shown``."""
    return parse_yaml(read_bytes(path, shown), shown)


def read_bytes(path: Path, shown: str) -> bytes:
    """The bytes of a file of sensible size, or a :class:`SatsFileError`."""
    if path.is_dir():
        raise SatsFileError(shown, "", "er en mappe", "en YAML-fil")
    try:
        if path.stat().st_size > _LARGEST:
            raise SatsFileError(shown, "", "filen er større enn 1 MB", "en fil med satser")
        return path.read_bytes()
    except FileNotFoundError:
        raise SatsFileError(shown, "", "filen finnes ikke") from None
    except OSError as error:
        raise SatsFileError(shown, "", f"filen kan ikke leses ({error.strerror or error.__class__.__name__})") from None


def parse_yaml(content: bytes, shown: str) -> Any:
    """The structure in a YAML text, or a :class:`SatsFileError` with the line number."""
    try:
        return reader.loads(content, shown)
    except YamlError as error:
        place = f"linje {error.line}" if error.line else ""
        raise SatsFileError(shown, place, f"kan ikke leses som YAML: {error.problem}") from None


def load_family(path: Path) -> Familie:
    """Read, check and return the family in a rate file. Raises :class:`SatsFileError`."""
    shown = f"{path.parent.name}/{path.name}"
    return _parse_family(read_bytes(path, shown), shown, path.stem)


@lru_cache(maxsize=256)
def _parse_family(content: bytes, shown: str, stem: str) -> Familie:
    # Keyed on the content itself: a batch that loads the rates for every case parses each version of a file once.
    top = Sted(shown)
    table = fields.mapping(parse_yaml(content, shown), top, _REQUIRED, _OPTIONAL)
    family_id = fields.text(table["familie"], top / "familie")
    if family_id != stem:
        raise (top / "familie").error(f"er «{family_id}», men filen heter «{stem}.yaml»", "samme navn")
    enhet = fields.word(table["enhet"], top / "enhet", Enhet)
    nokler = _keys(table["nokler"], top / "nokler", enhet)
    kommunal = fields.word(table.get("kommune", "nei"), top / "kommune", Kommunal)
    vintages = read_vintages(table["satser"], top / "satser", nokler)
    if bool(vintages) == (kommunal is Kommunal.BARE):
        raise (top / "satser").error(
            "skal være tom når bare kommunefiler fyller familien" if vintages else "har ingen satser",
            "" if vintages else "minst én årgang",
        )
    hull = tuple(
        _gap(item, (top / "hull").item(n), nokler) for n, item in enumerate(_items(table["hull"], top / "hull"), 1)
    )
    check_gaps(vintages, hull, top)
    return Familie(
        id=family_id,
        fil=shown,
        tittel=fields.text(table["tittel"], top / "tittel"),
        hjemmel=tuple(
            fields.source(item, (top / "hjemmel").item(n))
            for n, item in enumerate(_items(table["hjemmel"], top / "hjemmel", least=1), 1)
        ),
        regel=fields.text(table["regel"], top / "regel"),
        merknad=fields.text(table["merknad"], top / "merknad") if "merknad" in table else "",
        oppdatering=_cycle(table["oppdatering"], top / "oppdatering"),
        kommunal=kommunal,
        egne_nokler=table.get("egne_nokler", False) is True,
        nokler=MappingProxyType(nokler),
        hull=hull,
        vintages=vintages,
    )


def forget_parsed_files() -> None:
    """Empty the cache of parsed files (for benchmarks; a changed file is parsed anew in any case)."""
    _parse_family.cache_clear()


def _items(value: object, sted: Sted, least: int = 0) -> list[Any]:
    items = fields.sequence(value, sted)
    if len(items) < least:
        raise sted.error("er tom", f"minst {least}")
    return items


def _keys(
    value: object, sted: Sted, enhet: Enhet, *, prefix: str = "", grupper: tuple[str, ...] = ()
) -> dict[str, Nokkel]:
    """The keys of a (nested) ``nokler`` table by dotted id, in the order they are written."""
    found: dict[str, Nokkel] = {}
    for name, item in fields.free_mapping(value, sted).items():
        here, key = sted / name, f"{prefix}{name}"
        if name in _RESERVED:
            raise here.error("er et reservert ord", "et annet navn på nøkkelen")
        if isinstance(item, dict) and "gruppe" in item:
            label = fields.text(item["gruppe"], here / "gruppe")
            unit = fields.word(item.get("enhet", enhet), here / "enhet", Enhet)
            inner = {k: v for k, v in item.items() if k not in ("gruppe", "enhet")}
            found |= _keys(inner, here, unit, prefix=f"{key}.", grupper=(*grupper, label))
        else:
            found[key] = read_key(key, item, here, grupper, enhet)
    if not found:
        raise sted.error("har ingen nøkler", "minst én")
    return found


def read_key(key: str, item: object, sted: Sted, grupper: tuple[str, ...], enhet: Enhet) -> Nokkel:
    """One key from its label, with the unit in brackets when it is not the family's: ``Sats [prosent]``.

    ``[tekst, liste]`` says that the value is an ordered list.
    """
    label = fields.text(item, sted)
    found = _LABEL.match(label)
    if found is None:
        return Nokkel(key, label, grupper, enhet)
    return Nokkel(key, found[1], grupper, fields.word(found[2], sted, Enhet), liste=found[3] is not None)


def _gap(value: object, sted: Sted, nokler: dict[str, Nokkel]) -> Hull:
    table = fields.mapping(value, sted, ["grunn"], ["fra", "til", "nokler"])
    start = fields.day(table["fra"], sted / "fra") if "fra" in table else None
    end = fields.day(table["til"], sted / "til") if "til" in table else None
    if start is None and end is None:
        raise sted.error("mangler både fra og til", "minst én av dem")
    if start is not None and end is not None and end < start:
        raise (sted / "til").error(f"{end} er før fra-datoen {start}")
    names = _items(table.get("nokler", []), sted / "nokler")
    for name in names:
        covered_keys(name, sted / "nokler", nokler)
    return Hull(start, end, tuple(names), fields.text(table["grunn"], sted / "grunn"))


def _cycle(value: object, sted: Sted) -> Oppdatering:
    table = fields.mapping(value, sted, ["syklus", "om"], ["datoer", "sjekk_etter_maaneder"])
    syklus = fields.word(table["syklus"], sted / "syklus", Syklus)
    dates = [_month_day(item, sted / "datoer") for item in _items(table.get("datoer", []), sted / "datoer")]
    if len(dates) != _PER_CYCLE[syklus]:
        raise (sted / "datoer").error(f"har {len(dates)} datoer", f"{_PER_CYCLE[syklus]} når syklusen er {syklus}")
    months = table.get("sjekk_etter_maaneder")
    if months is not None and (syklus is not Syklus.UJEVN or isinstance(months, bool) or not isinstance(months, int)):
        raise (sted / "sjekk_etter_maaneder").error(
            f"er {fields.describe(months)}", "et helt antall måneder, ved ujevn syklus"
        )
    if isinstance(months, int) and not 1 <= months <= 120:
        raise (sted / "sjekk_etter_maaneder").error(f"er {months}", "1–120 måneder")
    return Oppdatering(syklus, tuple(sorted(dates)), months, fields.text(table["om"], sted / "om"))


def _month_day(value: object, sted: Sted) -> tuple[int, int]:
    match = _MONTH_DAY.match(value) if isinstance(value, str) else None
    if match:
        month, day = int(match[1]), int(match[2])
        if 1 <= month <= 12 and 1 <= day <= monthrange(2001, month)[1]:  # no leap year: 29 February is no yearly date
            return month, day
    raise sted.error(f"er {fields.describe(value)}", "måned-dag som 07-01")
