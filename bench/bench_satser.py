"""How long the rates take: everything read, checked and touched; one family; and what they hold in memory.

    python bench/bench_satser.py

Target: reading all rates and a snapshot of every value in at most 50 ms. Medians of 20 runs in one process; the cache
of parsed files is emptied before each run, so each one reads, parses and checks every file again.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from datetime import date

from okosos_xl.satser import Satser
from okosos_xl.satser.load import forget_parsed_files

DATE = date(2026, 11, 22)
RUNS = 20


def everything() -> int:
    """Read all files, take a snapshot, touch every value."""
    return sum(len(sats.nokkel.id) > 0 for sats in Satser.load().check().at(DATE).satser())


def one_family() -> int:
    """What most commands do: ask for one value."""
    return int(Satser.load().at(DATE).value("livsopphold_gjeldsordning", "enslig"))


def measure(name: str, work: Callable[[], int], *, cold: bool) -> None:
    """Print median, best and worst of the runs in milliseconds."""
    times = []
    for _ in range(RUNS):
        if cold:
            forget_parsed_files()
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    print(f"{name:<48} median {statistics.median(times):6.1f} ms   best {min(times):6.1f}   worst {max(times):6.1f}")


def main() -> None:
    """Print the times and the memory."""
    print(f"{len(Satser.load().familier)} families, {everything()} values on {DATE}, {RUNS} runs")
    measure("all files read, checked, every value touched", everything, cold=True)
    measure("the same, files already parsed in this process", everything, cold=False)
    measure("one value of one family", one_family, cold=True)
    forget_parsed_files()
    tracemalloc.start()
    kept = Satser.load().check()
    current, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"memory for all {len(kept.familier)} families: {current / 1e6:.1f} MB held, {peak / 1e6:.1f} MB at the peak")


if __name__ == "__main__":
    main()
