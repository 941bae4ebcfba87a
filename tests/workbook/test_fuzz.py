"""Thousands of spoiled workbooks: no traceback, no hang, no more than 500 MB, and one clear line for what is refused.

OKOSOS_FUZZ says how many (5 000 in ``make test-long``). Each is made from its number alone, and judged in a process of
its own with limits on memory and CPU time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = int(os.environ.get("OKOSOS_FUZZ", "45"))
PIECE = 30
MEGABYTES = 500
WORKER = Path(__file__).with_name("fuzz_worker.py")


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be limited this way on Windows")
@pytest.mark.parametrize("first", range(0, CASES, PIECE))
def test_spoiled_packages_are_judged_or_refused_and_nothing_else(first, tmp_path) -> None:
    pytest.importorskip("resource")
    last = min(CASES, first + PIECE)
    done = subprocess.run(
        [sys.executable, str(WORKER), str(first), str(last), str(MEGABYTES), str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["seed"] for one in found] == list(range(first, last))
    assert [one for one in found if one["wrong"] or one["megabytes"] > MEGABYTES] == []
