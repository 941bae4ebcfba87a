"""Many mixed workbooks through ``okosos regenerate`` in one run, and the proof that nothing typed is lost.

    python bench/mixed_workbooks.py --count 500               makes, runs and checks; half an hour on two cores
    python bench/mixed_workbooks.py --count 40 --folder X     keeps the workbooks, the results and the report in X

Every kind an office has is there: filled, empty, with overrides, comments, notes and sheets of one's own, saved and
edited by LibreOffice, with rows put in, of old versions, broken, with a password. Every file must end as ferdig,
manuell or avvist, with a reason; for each that is ferdig the inputs before and after are compared by id. Exit code 1
when anything is wrong. The same seed makes the same cases (LibreOffice and openpyxl write the time around them).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mixed.making import OFFICE, Order, make, orders
from mixed.order import Made
from mixed.proof import Judged, judged

RUN_SECONDS = 7_200
DATE = "2027-01-01"


@dataclass(frozen=True)
class Ran:
    """What a run over a folder said: by file its status and reasons, and what it took."""

    said: dict[str, tuple[str, tuple[str, ...]]]
    seconds: float
    peaks: tuple[float, ...]
    """The most memory of each worker, in MB."""
    per_file: dict[str, float]


def written(folder: Path, wanted: Sequence[Order], seed: int, jobs: int) -> list[Made]:
    """The workbooks in ``folder``, LibreOffice having done its part; without it those that need it are left out."""
    from own_office import edited, missing, running  # found where mixed.order says

    lacking = missing() if any(kind in OFFICE for _, kind, _ in wanted) else ""
    if lacking:
        print(f"{lacking}: workbooks from it are left out", file=sys.stderr)
        wanted = [order for order in wanted if order[1] not in OFFICE]
    found = []
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        several = stack.enter_context(_several(jobs))
        pipe = stack.enter_context(running(scratch / "profil")) if any(k in OFFICE for _, k, _ in wanted) else ""
        for made in several(make, wanted, repeat(seed)):
            if made.edits is not None:
                made = replace(made, data=edited(pipe, scratch, made.data, made.edits), edits=None)  # noqa: PLW2901
            target = folder / made.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(made.data)
            found.append(made)
            _tell("Lager", len(found), len(wanted))
    return found


@contextmanager
def _several(jobs: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """A ``map`` over processes; with one job the plain one."""
    if jobs == 1:
        yield map
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield pool.map


def run(source: Path, out: Path, report: Path, jobs: int) -> Ran:
    """The command as an office would give it, as a process of its own, with an eye on the memory of its workers."""
    okosos = str(Path(sys.executable).with_name("okosos"))
    command = [okosos, "regenerate", str(source), "-o", str(out), "--date", DATE, "--jobs", str(jobs), "--quiet"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--report", str(report)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    peaks: dict[int, float] = {}
    watch = threading.Thread(target=_watch, args=(process, peaks), daemon=True)
    watch.start()
    _, complaint = process.communicate(timeout=RUN_SECONDS)
    seconds = time.perf_counter() - started
    watch.join()
    if process.returncode not in (0, 1):
        raise SystemExit(f"okosos regenerate ended with {process.returncode}: {complaint}")
    told = json.loads(report.read_text(encoding="utf-8"))["filer"]
    journal = (out / ".okosos-journal.jsonl").read_text(encoding="utf-8").splitlines()
    lines = [line for line in map(json.loads, journal) if "fil" in line]
    return Ran(
        {entry["fil"]: (entry["status"], tuple(entry["grunner"])) for entry in told}, seconds,
        tuple(sorted(peaks.values(), reverse=True)), {line["fil"]: float(line["sek"]) for line in lines},
    )  # fmt: skip


def _watch(process: subprocess.Popen[str], peaks: dict[int, float]) -> None:
    """The highest memory of every worker as long as the process lives; its own where it does the work itself."""
    while process.poll() is None:
        for pid, peak in _memory(process.pid):
            peaks[pid] = max(peaks.get(pid, 0.0), peak)
        time.sleep(0.25)
    if len(peaks) > 1:
        peaks.pop(process.pid, None)


def _memory(parent: int) -> Iterator[tuple[int, float]]:
    """A process and the workers below it, and the most memory each has had, in MB."""
    below = {parent}
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda p: int(p.name)):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
            words = (folder / "cmdline").read_bytes()
        except (OSError, UnicodeDecodeError):
            continue  # it has ended since
        pid = int(folder.name)
        if pid != parent and int(status.get("PPid", "0")) not in below:
            continue
        below.add(pid)
        if "VmHWM" in status and (pid == parent or b"spawn_main" in words):
            yield pid, int(status["VmHWM"].split()[0]) / 1024


def checked(all_made: list[Made], source: Path, out: Path, ran: Ran, jobs: int) -> list[Judged]:
    """Every workbook judged, the originals too."""
    found = []
    with _several(jobs) as several:
        results = [out / made.name for made in all_made]
        data = [path.read_bytes() if path.exists() else None for path in results]
        status = [ran.said.get(made.name, ("", ())) for made in all_made]
        verdicts = several(judged, all_made, (s for s, _ in status), (r for _, r in status), data)
        for made, verdict in zip(all_made, verdicts, strict=True):
            there = sha256((source / made.name).read_bytes()).digest()
            wrong = verdict.wrong
            if there != sha256(made.data).digest():
                wrong = (*wrong, "originalen er endret")
            found.append(replace(verdict, wrong=tuple(f"{made.name}: {what}" for what in wrong)))
            _tell("Sjekker", len(found), len(all_made))
    extra = set(ran.said) - {made.name for made in all_made}
    if extra:
        found.append(Judged("?", "", "", wrong=tuple(f"{name}: ikke en av filene" for name in sorted(extra))))
    return found


def table(all_made: list[Made], verdicts: list[Judged], ran: Ran) -> str:
    """Kind by status, in Markdown, and what it all took."""
    rows: dict[tuple[str, str], list[tuple[Judged, float]]] = defaultdict(list)
    for made, verdict in zip(all_made, verdicts, strict=False):
        rows[made.kind, verdict.status].append((verdict, ran.per_file.get(made.name, 0.0)))
    lines = [
        "| Kind | Status | Workbooks | Inputs compared | Differences | Seconds each |",
        "| --- | --- | --: | --: | --: | --: |",
    ]
    for (kind, status), found in sorted(rows.items()):
        compared, wrong = sum(v.compared for v, _ in found), sum(len(v.wrong) for v, _ in found)
        each = sum(s for _, s in found) / len(found)
        lines.append(f"| {kind} | {status} | {len(found)} | {compared:,} | {wrong} | {each:.2f} |")
    templates: dict[str, int] = defaultdict(int)
    for made in all_made:
        templates[made.template] += 1
    compared, wrong = sum(v.compared for v in verdicts), sum(len(v.wrong) for v in verdicts)
    lines += [
        "", f"{len(all_made)} workbooks, {compared:,} inputs compared, {wrong} differences.",
        "Templates: " + ", ".join(f"{name} {count}" for name, count in sorted(templates.items())) + ".",
        f"The run took {ran.seconds:.0f} s, {len(all_made) / ran.seconds:.1f} files per second; peak memory per worker "
        + (", ".join(f"{peak:.0f} MB" for peak in ran.peaks[:4]) or "not measured (no /proc)") + ".",
    ]  # fmt: skip
    return "\n".join(lines)


def _tell(what: str, done: int, count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{what} {done} av {count}", end="\n" if done == count else "", file=sys.stderr, flush=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=500, help="how many workbooks (500)")
    options.add_argument("--seed", type=int, default=1, help="another seed, other cases (1)")
    options.add_argument("--jobs", type=int, default=2, help="processes, also of the run itself (2)")
    options.add_argument("--folder", type=Path, help="keep everything here; an empty folder or a new one")
    asked = options.parse_args()
    with ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if folder.exists() and any(folder.iterdir()):
            options.error(f"{folder} is not empty")
        source, out = folder.resolve() / "saker", folder.resolve() / "ut"
        all_made = written(source, orders(asked.count), asked.seed, asked.jobs)
        copy = folder.resolve() / "rapport.json"
        ran = run(source, out, copy, asked.jobs)
        verdicts = checked(all_made, source, out, ran, asked.jobs)
    print(table(all_made, verdicts, ran))
    wrong = [what for verdict in verdicts for what in verdict.wrong]
    for what in wrong:
        print(f"WRONG {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
