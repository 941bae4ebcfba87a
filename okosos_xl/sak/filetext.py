"""The text of a case file → plain data, with every complaint in Norwegian and with its line.

JSON is read as JSON (YAML 1.1 disagrees with it about numbers and emoji). YAML is first walked through as a flat
stream: nesting is bounded before anything recursive sees it, and scalars that YAML would silently read as something
else than what is written (``004512`` → 2378, ``12:30`` → 750) are refused.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from okosos_xl import strict_yaml

MAX_DEPTH = 32
MAX_DIGITS = 400
"""More than any number needs, and far below where Python refuses to convert."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SURPRISING = re.compile(
    r"[-+]?(?:0[0-9_]+|0x[0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9]+_[0-9_]*)|\+[0-9.]+"
)
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_LONG = re.compile(rf"[-+]?[0-9_]{{{MAX_DIGITS},}}")
_WORDS = (
    ("nesting depth", "innholdet er for dypt nøstet"),
    ("found duplicate", "samme nøkkel står to ganger"),
    ("found character '\\t'", "linjen begynner med tabulator; bruk mellomrom"),
    ("found character that cannot start any token", "linjen har et tegn som ikke kan stå der, kanskje en tabulator"),
    ("mapping values are not allowed", "et kolon står der det ikke kan stå; sett teksten i anførselstegn"),
    ("could not find expected ':'", "det mangler et kolon etter navnet på feltet"),
    ("did not find expected ',' or", "en parentes [ eller { er ikke lukket"),
    ("did not find expected key", "innrykket stemmer ikke med linjene over"),
    ("did not find expected '-' indicator", "innrykket stemmer ikke med linjene over"),
    ("did not find expected node content", "det står ingenting der det skal være en verdi"),
    ("found unexpected end of stream", "et anførselstegn er ikke lukket"),
    ("found undefined alias", "«*» foran teksten betyr noe eget i YAML; sett teksten i anførselstegn"),
    ("while scanning an a", "«&» eller «*» foran teksten betyr noe eget i YAML; sett teksten i anførselstegn"),
    ("did not find expected alphabetic", "«&», «*» eller «!» foran teksten betyr noe eget i YAML; bruk anførselstegn"),
    ("tag:yaml.org,2002:merge", "«<<» kan ikke brukes her"),
    ("could not determine a constructor", "«!» foran teksten betyr noe eget i YAML; sett teksten i anførselstegn"),
    ("unconstructable recursive", "en del av filen viser til seg selv"),
    ("found another document", "filen har mer enn ett dokument («---»)"),
    ("control characters are not allowed", "filen inneholder tegn som ikke hører hjemme i en tekstfil"),
    ("unacceptable character", "filen er ikke ren tekst i UTF-8; lagre den på nytt som UTF-8"),
    ("found unknown escape", "«\\» i anførselstegn betyr noe eget; bruk enkle anførselstegn"),
    ("er verken tekst eller heltall", "navnet på et felt mangler eller er ikke tekst"),
)


class FileTextError(ValueError):
    """A case file that is not well formed; ``line`` counts from 1, 0 when unknown."""

    def __init__(self, line: int, problem: str) -> None:
        self.line, self.problem = line, problem
        super().__init__(problem)


def parse(text: str | bytes) -> Any:
    """The data of a YAML or JSON text; decimals are exact. Raises :class:`FileTextError`."""
    if isinstance(text, bytes):
        text = _decoded(text)
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text, parse_float=_number, parse_constant=str, object_pairs_hook=_pairs)
        except json.JSONDecodeError:
            pass  # YAML may begin with a brace too
        except RecursionError:
            raise FileTextError(0, "innholdet er for dypt nøstet") from None
        except ValueError as error:
            if isinstance(error, FileTextError):
                raise
            raise FileTextError(0, "et tall har altfor mange sifre") from None
    _walk(text)
    try:
        return strict_yaml.loads(text)
    except strict_yaml.YamlError as error:
        raise FileTextError(error.line, _words(error.problem)) from None
    except OverflowError:
        raise FileTextError(0, "en dato eller et klokkeslett finnes ikke") from None


def _decoded(text: bytes) -> str:
    try:
        if text.startswith((b"\xff\xfe", b"\xfe\xff")):
            return text.decode("utf-16")
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = 0 if text.startswith((b"\xff\xfe", b"\xfe\xff")) else text.count(b"\n", 0, error.start) + 1
        raise FileTextError(line, "filen er ikke ren tekst i UTF-8; lagre den på nytt som UTF-8") from None


def _number(text: str) -> Decimal:
    return Decimal(text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise FileTextError(0, f"nøkkelen «{key}» står to ganger")
        found[key] = value
    return found


def _walk(text: str) -> None:
    """Bounds the nesting and looks at every plain scalar, in one flat pass."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    _refuse(event, "innholdet er for dypt nøstet")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.ScalarEvent) and event.implicit[0] and not event.style:
                _look_at(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = f"{error.context or ''} {error.problem or ''}"
        raise FileTextError(mark.line + 1 if mark else 0, _words(said)) from None
    except yaml.YAMLError as error:
        raise FileTextError(0, _words(str(error))) from None


def _look_at(event: yaml.ScalarEvent) -> None:
    value = str(event.value)
    if _LONG.match(value):
        _refuse(event, "et tall har altfor mange sifre")
    if value.isdigit() and value.startswith("0") and value.strip("01234567"):
        return  # 0089 is text in YAML, as it was meant
    if value not in ("0", "-0") and _SURPRISING.fullmatch(value):
        way_out = f'Er det tekst, skriv "{value}" i anførselstegn. Er det et tall, skriv det med bare sifre'
        _refuse(event, f"«{value}» kan leses på flere måter. {way_out}")
    day = _DAY.fullmatch(value)
    if day:
        try:
            date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            _refuse(event, f"datoen «{value}» finnes ikke")


def _refuse(event: yaml.Event, problem: str) -> NoReturn:
    mark = event.start_mark
    raise FileTextError(mark.line + 1 if mark else 0, problem)


def _words(problem: str) -> str:
    """What the YAML reader said, in Norwegian; its own Norwegian is left as it is."""
    for english, norwegian in _WORDS:
        if english in problem:
            return norwegian
    if any(word in problem for word in ("nøkkelen", "er ikke", "ugyldig")):
        return problem
    return "teksten følger ikke reglene for YAML"
