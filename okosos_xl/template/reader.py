"""Reads template data piece by piece, and says where and what when a piece has the wrong shape."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from okosos_xl import strict_yaml
from okosos_xl.template.errors import TemplateError

RESERVED = frozenset({"forrige", "alle", "hittil", "true", "false"})
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MAX_BYTES = 2_000_000
_MAX_TEXT = 8_000
T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Place:
    """Where in the template we are, so that every complaint can say so. ``modules``: the includes we are inside.

    ``office``: a folder with nothing but data, laid on top of the toolkit's own templates.
    """

    file: str
    sheet: str
    id: str
    folder: Path
    modules: tuple[str, ...] = ()
    office: Path | None = None

    def at(self, id: Any) -> Place:
        """The same place, at the thing called ``id``."""
        return dataclasses.replace(self, id=str(id)[:60] if isinstance(id, str | int | Decimal) else "")

    def fail(self, problem: str, expected: str = "") -> TemplateError:
        """The complaint about this place, ready to raise."""
        return TemplateError(self.file, self.sheet, self.id, problem, expected)

    def mapping(self, data: Any, what: str) -> dict[str, Any]:
        """``data`` as keys with values."""
        if not isinstance(data, dict):
            raise self.fail(f"«{what}» må være nøkler med verdier.", "nøkkel: verdi")
        return {str(key): value for key, value in data.items()}

    def keys(self, data: Any, required: str, optional: str = "") -> dict[str, Any]:
        """``data`` with exactly the keys that are allowed, and all those that are required."""
        given = self.mapping(data, "blokken")
        need = required.split()
        allowed = set(need) | set(optional.split())
        unknown = sorted(set(given) - allowed)
        if unknown:
            raise self.fail(f"ukjent nøkkel «{unknown[0][:60]}».", one_of(allowed))
        missing = [key for key in need if key not in given]
        if missing:
            raise self.fail(f"nøkkelen «{missing[0]}» mangler.", "nøklene " + ", ".join(need))
        return given

    def text(self, value: Any, what: str) -> str:
        """``value`` as a text that may be empty."""
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise self.fail(f"«{what}» må være tekst.", "en tekst, gjerne i hermetegn")
        text = str(value).strip()
        if _UNPRINTABLE.search(text) or len(text) > _MAX_TEXT:
            raise self.fail(f"«{what}» har tegn som ikke kan vises, eller er for lang.", "vanlig tekst")
        return text

    def words(self, value: Any, what: str) -> str:
        """``value`` as a text that is not empty."""
        text = self.text(value, what)
        if not text:
            raise self.fail(f"«{what}» er tom.", "en tekst")
        return text

    def optional(self, data: dict[str, Any], key: str) -> str:
        """The text under ``key``, empty if it is not there."""
        return self.text(data[key], key) if key in data else ""

    def choice(self, value: Any, what: str, known: Iterable[str]) -> str:
        """``value`` as one of the ``known`` words."""
        known = tuple(known)
        if not isinstance(value, str) or value not in known:
            shown = f" «{str(value)[:60]}»" if isinstance(value, str | int) else ""
            raise self.fail(f"ukjent {what}{shown}.", one_of(known))
        return value

    def identifier(self, value: Any, what: str) -> str:
        """``value`` as an id that formulas can use."""
        if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value) or value.lower() in RESERVED:
            reserved = ", ".join(sorted(RESERVED))
            raise self.fail(f"{what} kan ikke brukes.", f"bokstaver a–z, tall og understrek; ikke {reserved}")
        return value

    def file_name(self, value: Any, what: str) -> str:
        """``value`` as the name of a file or folder of the template."""
        if not isinstance(value, str) or not _FILE_NAME.fullmatch(value):
            raise self.fail(f"«{what}» kan ikke brukes.", "små bokstaver a–z, tall, bindestrek og understrek")
        return value

    def number(self, value: Any, what: str, low: int, high: int) -> int:
        """``value`` as a whole number from ``low`` to ``high``."""
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(f"«{what}» må være et heltall fra {low} til {high}.", f"{what}: {max(low, 1)}")
        return value

    def size(self, value: Any, what: str) -> float:
        """``value`` as a width Excel can show."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 < value <= 255:
            raise self.fail(f"«{what}» må være et tall fra 1 til 255.", f"{what}: 14")
        return float(value)

    def flag(self, data: dict[str, Any], key: str, default: bool = False) -> bool:
        """The true or false under ``key``."""
        value = data.get(key, default)
        if not isinstance(value, bool):
            raise self.fail(f"«{key}» må være true eller false.", f"{key}: true")
        return value

    def list(self, value: Any, what: str, read: Callable[[Any], T], *, empty: bool = False) -> tuple[T, ...]:
        """``value`` as a list, each part read by ``read``."""
        if not isinstance(value, list) or not (value or empty):
            raise self.fail(f"«{what}» må være en liste.", "- verdi")
        return tuple(read(part) for part in value)


def one_of(known: Iterable[str]) -> str:
    """The words for a choice, in order."""
    return "en av " + ", ".join(sorted(word for word in known if word))


def load(path: Path) -> dict[str, Any]:
    """The keys and values of one YAML file. Raises :class:`TemplateError`, with the line where there is one."""
    file = f"{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise TemplateError(file, "", "", "filen er for stor.", "høyst 2 MB")
        text = path.read_bytes().decode("utf-8-sig")
        data: Any = strict_yaml.loads(text, file)
    except OSError:
        raise TemplateError(file, "", "", "filen finnes ikke eller kan ikke leses.", f"filen {file}") from None
    except UnicodeDecodeError:
        raise TemplateError(file, "", "", "teksten er ikke UTF-8.", "en fil lagret som UTF-8") from None
    except strict_yaml.YamlError as error:
        place = f"linje {error.line}: " if error.line else ""
        raise TemplateError(file, "", "", f"{place}{error.problem}.", "gyldig YAML, hver nøkkel én gang") from None
    if not isinstance(data, dict):
        raise TemplateError(file, "", "", "filen er ikke nøkler med verdier.", "nøkkel: verdi")
    return data
