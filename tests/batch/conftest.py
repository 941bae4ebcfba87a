"""A folder of files to run on, and a run over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_folders import Start
from batch_workers import do

from okosos_xl.batch.details import Entry
from okosos_xl.batch.local import local
from okosos_xl.batch.plan import plan
from okosos_xl.batch.run import Options, run
from okosos_xl.batch.work import Executor
from okosos_xl.regenerate.outcome import How


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Thirty files in three folders; one is «manuell», one «avvist»."""
    folder = tmp_path / "saker"
    for number in range(30):
        path = folder / f"kontor {number % 3}" / f"sak-{number:02}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        first = {7: "m", 8: "a"}.get(number, "f")
        path.write_bytes(f"{first} innhold {number}".encode())
    return folder


@pytest.fixture
def start(cases: Path, tmp_path: Path) -> Start:
    """``start(resume=True)`` runs over the cases into the folder «ut»."""

    def begin(executor: Executor | None = None, *, how: How | None = None, **options: bool) -> list[Entry]:
        out = tmp_path / "ut"
        jobs = plan((cases,), out)
        return run(
            jobs, out, how or How(), executor or local(1, do), Options({"dato": None}, **options), lambda _: None
        )

    return begin
