"""Whatever somebody does to the shipped template files: they compile, or a TemplateError says why not."""

from __future__ import annotations

import copy
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okosos_xl.resources import templates_root
from okosos_xl.template import modules, parse
from okosos_xl.template.compile import compile_template
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.reader import load

ROUNDS = 300
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 10**9, 10**30, Decimal("1.5"), Decimal("-0.1"), date(2026, 11, 1), b"bytes", {1, 2},
    "", " ", "x", "A1", "æøå", "krav", "krav.saldo", "[saldo]", "[o forrige]", "[p alle]", "forrige", "SUM(", "=1+1",
    '"{sum_gjeld:kr}"', '"{', "1,2", "{1;2}", "#REF!", "'", "a\x00b", "\ud800", "../krav", "." * 300, "(" * 500,
    "-" * 300 + "1", "SUM(krav.saldo", "[[x]]", "[]", "x[y", "@krav", "krav#", "1:1", "A:A", "R1C1", "TRUE", "1E400",
    [], [1], ["x"], [[]], [{}], {}, {"id": "x"},
    {"x": []}, {"id": ["x"]}, {1: 2}, [None], {"min": "x"}, {"default": []},
]  # fmt: skip
WORDS = ["id", "label", "type", "input", "formula", "first", "over", "rows", "bind", "fields", "table", "help", "style"]


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a file."""
    found: list[tuple[Any, Any]] = []
    waiting = [data]
    while waiting:
        now = waiting.pop()
        keys = list(now) if isinstance(now, dict) else range(len(now)) if isinstance(now, list) else ()
        for key in keys:
            found.append((now, key))
            waiting.append(now[key])
    return found


def scribble(text: str, rng: random.Random) -> str:
    """A text with a piece taken out, put in, or moved."""
    i, j = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
    return rng.choice(
        [text[:i] + text[j:], text[:i] + rng.choice('()[]{}",.:&+- xA1æ') + text[i:], text[i:] + text[:i]]
    )


def mutate(files: dict[str, Any], rng: random.Random) -> None:
    """Change one thing in one file."""
    name = rng.choice(sorted(files))
    container, key = rng.choice(places(files[name]))
    value = container[key]
    match rng.randrange(6):
        case 0:
            del container[key]
        case 1:
            container[key] = copy.deepcopy(rng.choice(ODD))
        case 2 if isinstance(value, str):
            container[key] = scribble(value, rng)
        case 3 if isinstance(container, list):
            container.insert(rng.randint(0, len(container)), copy.deepcopy(value))
        case 4 if isinstance(container, dict):
            container[rng.choice([*WORDS, "tull", 7])] = container.pop(key)
        case _:
            other, there = rng.choice(places(files[rng.choice(sorted(files))]))
            container[key] = copy.deepcopy(other[there])


@pytest.mark.slow
def test_scribbled_dividende_compiles_or_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = templates_root() / "dividende"
    paths = [*folder.glob("*.yaml"), *(templates_root() / "moduler").glob("*.yaml")]
    shipped = {f"{path.parent.name}/{path.name}": load(path) for path in paths}
    now: dict[str, Any] = {}

    def from_memory(path: Path) -> dict[str, Any]:
        data = now[f"{path.parent.name}/{path.name}"]
        return data if isinstance(data, dict) else {}

    monkeypatch.setattr(parse, "load", from_memory)
    monkeypatch.setattr(modules, "load", from_memory)
    outcomes = {"fine": 0, "refused": 0}
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        now = copy.deepcopy(shipped)
        for _ in range(rng.choice((1, 1, 2, 4))):
            mutate(now, rng)
        try:
            compile_template(parse.parse_template(folder))
            outcomes["fine"] += 1
        except TemplateError as error:
            outcomes["refused"] += 1
            assert error.problem, seed
            assert "\n" not in str(error), seed
        except Exception as error:
            pytest.fail(f"seed {seed}: {error!r}")
    assert min(outcomes.values()) > ROUNDS / 20, outcomes
