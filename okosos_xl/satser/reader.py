"""The YAML that rate files may use: plain tables, lists, text, numbers and dates, read exactly.

Narrower than :mod:`okosos_xl.strict_yaml`, because one misread digit is a wrong decision for somebody: a number is
written ``11388`` or ``12.25`` and nothing else (YAML's octal 0600, 12:30, 1e3 and .nan are text here, and text is
refused where a number belongs), ``yes`` and ``off`` are words, every key is text, and anchors, aliases and tags are
refused. It also reads the forty rate files in half the time, since it builds the tables straight from the parser's
events; the event classes are compared by identity because that is what the time goes to.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from okosos_xl.strict_yaml import YamlError

try:
    from yaml import CSafeLoader as _Parser
except ImportError:  # a PyYAML built without libyaml: slower, same result
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+\Z")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_DIGIT_OR_SIGN = frozenset("0123456789+-")
_LONGEST_NUMBER = 40
_Next = Callable[[], Any]


def loads(content: bytes, file: str) -> Any:
    """Read one document: numbers become ``Decimal``, whole numbers ``int``, dates ``date``.

    Raises :class:`~okosos_xl.strict_yaml.YamlError` with the line for anything else than described above.
    """
    try:
        follow: _Next = _Parser(content.decode("utf-8-sig")).get_event
        follow()  # the stream starts
        first = follow()
        if not isinstance(first, DocumentStartEvent):
            return None
        result = _node(follow(), follow, file)
        follow()  # the document ends
        if not isinstance(follow(), StreamEndEvent):
            raise YamlError(file, 0, "filen har flere dokumenter (---); forventet ett")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise YamlError(file, line, f"sjekk innrykk, kolon og anførselstegn ({error.problem})") from None
    except yaml.YAMLError as error:
        raise YamlError(file, 0, str(error).splitlines()[0]) from None
    except UnicodeDecodeError:
        raise YamlError(file, 0, "teksten er ikke UTF-8") from None
    except RecursionError:
        raise YamlError(file, 0, "tabeller i tabeller, for mange nivåer") from None
    return result


def _node(event: Any, follow: _Next, file: str) -> Any:
    """The value that starts with ``event``; consumes the events that belong to it."""
    kind = event.__class__
    if kind is AliasEvent or event.anchor is not None or event.tag is not None:
        what = "alias (*)" if kind is AliasEvent else "anker (&) eller type (!)"
        raise YamlError(file, _line(event), f"{what} er ikke tillatt; skriv verdien ut")
    if kind is ScalarEvent:
        return _plain(event, file) if event.implicit[0] else event.value
    if kind is MappingStartEvent:
        return _mapping(follow, file)
    items: list[Any] = []
    while (event := follow()).__class__ is not SequenceEndEvent:
        items.append(_node(event, follow, file))
    return items


def _mapping(follow: _Next, file: str) -> dict[str, Any]:
    table: dict[str, Any] = {}
    while (event := follow()).__class__ is not MappingEndEvent:
        if event.__class__ is not ScalarEvent or event.anchor is not None:
            raise YamlError(file, _line(event), "en nøkkel skal være et ord eller et heltall")
        key: str = event.value
        if key in table:
            raise YamlError(file, _line(event), f"nøkkelen «{key}» står to ganger")
        event = follow()
        if event.__class__ is ScalarEvent and event.implicit[0] and event.anchor is None:  # the usual case, unwrapped
            text: str = event.value
            table[key] = _plain(event, file) if text[:1] in _DIGIT_OR_SIGN else _WORDS.get(text, text)
        else:
            table[key] = _node(event, follow, file)
    return table


def _line(event: Any) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _plain(event: Any, file: str) -> Any:
    """An unquoted word: a number, a date, true/false/null, or just text."""
    text: str = event.value
    if text[:1] in _DIGIT_OR_SIGN and len(text) <= _LONGEST_NUMBER:
        if _INTEGER.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return Decimal(text)
        found = _DATE.match(text)
        if found:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                raise YamlError(file, _line(event), f"datoen {text} finnes ikke") from None
    return _WORDS.get(text, text)
