"""A run in a process of its own, to be killed: ``python killable.py SOURCES RESULTS JOBS``."""

from __future__ import annotations

import sys
from pathlib import Path

from batch_workers import slow

from okosos_xl.batch.local import local
from okosos_xl.batch.plan import plan
from okosos_xl.batch.run import Options, run
from okosos_xl.regenerate.outcome import How

if __name__ == "__main__":
    sources, out, jobs = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    run(plan((sources,), out), out, How(), local(jobs, slow), Options({"dato": None}, resume=True), lambda _: None)
