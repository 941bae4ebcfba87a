"""YAML as the project reads it: no duplicate keys, decimals exact, every complaint with file and line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import yaml

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # a PyYAML built without libyaml: slower, same result
    from yaml import SafeLoader as _Base  # type: ignore[assignment]


class YamlError(ValueError):
    """A YAML text that cannot be read; ``file``, ``line`` (1-based, 0 = unknown) and ``problem`` say where and why."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {problem}")


class _StrictLoader(_Base):
    """Safe loader that refuses duplicate keys and reads decimals as ``Decimal``."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int)):
            _fail(key_node, f"nøkkelen {key!r} er verken tekst eller heltall")
        if key in result:
            _fail(key_node, f"nøkkelen «{key}» står to ganger")
        result[key] = loader.construct_object(value_node, deep=True)
    return result


def _decimal(_loader: _StrictLoader, node: yaml.ScalarNode) -> Decimal:
    text = str(node.value).replace("_", "")
    try:
        value = Decimal(text)
    except ArithmeticError:
        _fail(node, f"«{node.value}» er ikke et tall")
    if not value.is_finite():
        _fail(node, f"«{node.value}» er ikke et tall")
    return value


def _fail(node: yaml.Node, problem: str) -> NoReturn:
    raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _decimal)


_SAFE_DEPTH = 2_000
_MAX_DEPTH = 100


def _refuse_depth(text: str | bytes, file: str) -> None:
    """Refuse nesting that would overflow the C stack of the parser, where no Python limit holds."""
    brackets, newline = (b"[", b"{"), b"\n"
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if sum(data.count(b) for b in brackets) + max(map(len, data.split(newline)), default=0) < _SAFE_DEPTH:
        return  # every level takes a bracket, or a column further in
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 0
                raise YamlError(file, line, f"mer enn {_MAX_DEPTH} nivåer inni hverandre")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _said(error: yaml.MarkedYAMLError) -> str:
    """What the parser complains of; newer versions of it have a limit to nesting of their own."""
    problem = error.problem or "ugyldig YAML"
    return "for mange nivåer inni hverandre" if "nesting depth" in problem else problem


def loads(text: str | bytes, file: str = "<tekst>") -> Any:
    """Read one YAML document. Numbers with a point become ``Decimal``; dates become ``datetime.date``.

    Raises :class:`YamlError` for anything that is not one well-formed document with unique keys.
    """
    try:
        _refuse_depth(text, file)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of the safe loader
    except YamlError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(file, mark.line + 1 if mark else 0, _said(error)) from None
    except yaml.YAMLError as error:
        raise YamlError(file, 0, str(error).splitlines()[0]) from None
    except UnicodeDecodeError:
        raise YamlError(file, 0, "teksten er ikke UTF-8") from None
    except RecursionError:
        raise YamlError(file, 0, "for mange nivåer inni hverandre") from None
    except ValueError as error:
        raise YamlError(file, 0, f"ugyldig innhold ({error.__class__.__name__})") from None


def load(path: Path) -> Any:
    """Read one YAML file; see :func:`loads`. Raises ``OSError`` if the file cannot be read."""
    return loads(path.read_bytes(), str(path))
