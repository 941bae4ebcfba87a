"""Validation of every workbook there is an example of: as a process, per workbook in a batch, and its peak memory.

    python bench/bench_validate.py             some minutes; writes docs/benchmarks-validate.md
    python bench/bench_validate.py --dry-run   print only
    python bench/bench_validate.py --quick     the two smallest workbooks, once; print only

Reading and judging are measured apart from computing, since the engine is not ours. ``ratio`` is the whole time divided
by the engine's: 1.0 would be for free.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "benchmarks-validate.md"
RUNS, BATCH = 3, 20
CASES: dict[str, str] = {
    "gjeldsradgivning": "par-fire-barn.yaml",
    "dividende": "ola-og-renter.yaml",
    "forvaltning": "forvaltning-tone.yaml",
    "manedsbudsjett": "manedsbudsjett-mona.yaml",
    "statistikk": "statistikk-kontor.yaml",
    "sosialhjelp": "sosial-enslig-tre-barn.yaml",
}
QUICK = ("manedsbudsjett", "statistikk")
RUN = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def process(command: list[str], times: int) -> tuple[float, float, float]:
    """The fewest seconds, the fewest processor seconds and the most MB of some runs."""
    runs = []
    for _ in range(times):
        done = subprocess.run([sys.executable, "-c", RUN, *command], capture_output=True, text=True, check=True)
        runs.append(tuple(map(float, done.stdout.split())))
    return min(r[0] for r in runs), min(r[1] for r in runs), max(r[2] for r in runs)


def fewest(work: Callable[[], object], times: int) -> float:
    """Processor seconds of the quickest of some runs: what else the machine does counts less."""
    spent = []
    for _ in range(times):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--dry-run", action="store_true", help="print only")
    options.add_argument("--quick", action="store_true", help="little, once; print only")
    asked = options.parse_args()
    runs, batch = (1, 3) if asked.quick else (RUNS, BATCH)
    cases = {name: CASES[name] for name in QUICK} if asked.quick else CASES
    from okosos_xl import api
    from okosos_xl.engine import get_engine

    engine = get_engine()
    okosos = str(Path(sys.executable).with_name("okosos"))
    rows = []
    for template, case in cases.items():
        data = api.generate(template, ROOT / "examples" / case)
        reading = api.read_full(data, name="sak.xlsx")
        formulas = sum(r.nrows * r.ncols for r in reading.layout.formulas())
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "sak.xlsx"
            file.write_bytes(data)
            seconds, processor, peak = process([okosos, "validate", str(file)], runs)
        read = fewest(lambda data=data: api.read_full(data, name="sak.xlsx"), runs)  # type: ignore[misc]
        computing = fewest(lambda data=data: engine.evaluate(data), runs)  # type: ignore[misc]
        started = time.process_time()
        for _ in range(batch):
            api.validate(data, name="sak.xlsx")
        each = (time.process_time() - started) / batch
        rows.append(
            f"| {template} | {formulas:,} | {seconds:.2f} s | {processor:.2f} s | {peak:.0f} MB "
            f"| {each:.2f} s | {1 / each:.1f} | {read:.2f} s | {computing:.2f} s | {each / computing:.1f} |"
        )
        print(rows[-1], flush=True)
    text = "\n".join(
        [
            "# Benchmarks: okosos validate", "",
            "Written by `python bench/bench_validate.py`, everything in one run on one machine.",
            f"The machine had other work at the time: the quickest of {runs} processes is shown, and processor time",
            "for what happens inside one. Targets: a Gjeldsrådgivning workbook in 2 s as a process, and 5 workbooks",
            "per second and core in a batch.", "",
            f"{platform.machine()}, Python {platform.python_version()}; engine {engine.name} {engine.version()}.", "",
            "| Workbook | Formulas | Process | Processor | Memory | In a batch | Per s | Reading | Computing | Ratio |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |", *rows, "",
            f"In a batch: {batch} of them in one process. Ratio: the whole divided by computing alone.",
        ]
    )  # fmt: skip
    if not asked.dry_run and not asked.quick:
        DOCUMENT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
