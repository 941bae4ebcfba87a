"""Recompute the Dividende workbook with every engine, and run the command line as whole processes, side by side.

    python bench/bench_dividende.py              a few minutes; writes docs/benchmarks.md
    python bench/bench_dividende.py --full       ``formulas`` and pycel get the whole workbook too (an hour or more)
    python bench/bench_dividende.py --dry-run    print only

Each measurement runs in a process of its own, so that its peak memory is its own. Without ``--full`` the two Python
engines compute a copy of the template with six months instead of 120, and so does the default engine; figures for the
whole workbook are then time per formula × number of formulas, and marked as such.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "benchmarks.md"
CLAIMS = 40
FEW_MONTHS = 6
PATIENCE = 900
"""Seconds until an engine is stopped, without ``--full``."""
DEFAULT = "formualizer"

# --- in the processes that are measured -------------------------------------------------------------------------------


def the_case() -> dict[str, Any]:
    """Forty claims with interest, two of them prioritised, that take most of the 120 months."""
    claims = [
        {
            "kreditor": f"Kreditor {i}",
            "saldo": round(1_900.0 + 613.37 * i * (1 + i % 3), 2),
            "rente": (0.0, 0.0925, 0.1225, 0.18, 0.2195)[i % 5],
            "prioritert": "ja" if i in (7, 23) else "nei",
        }
        for i in range(1, CLAIMS + 1)
    ]
    return {
        "mal": "dividende",
        "startmaaned": "2027-01",
        "disponibelt": 15_000,
        "metode": "dividende med rente",
        "krav": claims,
    }


def child_few(target: str) -> dict[str, Any]:
    """Write the same workbook with few months (the template's own formulas) to ``target``."""
    sys.path[:0] = [str(ROOT / "tests" / "numbers"), str(ROOT / "tests")]
    from dividende_book import small_template

    from okosos_xl.api import generate

    with tempfile.TemporaryDirectory() as folder:
        Path(target).write_bytes(generate("dividende", the_case(), templates=small_template(Path(folder), FEW_MONTHS)))
    return {}


def child_count(source: str) -> dict[str, Any]:
    """How many formulas there are."""
    import re
    from zipfile import ZipFile

    with ZipFile(source) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return {"formulas": sum(len(re.findall(rb"<f[ >/]", archive.read(name))) for name in sheets)}


def child_engine(name: str, source: str, runs: str) -> dict[str, Any]:
    """Load, recompute and read back every value; and how many values differ from the ones in the file."""
    from okosos_xl.engine import get_engine

    package = Path(source).read_bytes()
    engine = get_engine(name)
    times, grids = [], {}
    for _ in range(int(runs)):
        start = time.perf_counter()
        grids = engine.evaluate(package)
        times.append(time.perf_counter() - start)
    unlike = 0
    for sheet, rows, _ in _stored(source):
        unlike += sum(
            not _same(value, _at(grids[sheet], r, c)) for r, row in enumerate(rows) for c, value in enumerate(row)
        )
    return {"seconds": statistics.median(times), "unlike": unlike, "version": engine.version()}


def child_pycel(source: str) -> dict[str, Any]:
    """Every formula in turn; pycel follows references by recursion, hence the large stack."""
    result: dict[str, Any] = {}

    def work() -> None:
        from importlib.metadata import version

        from pycel import ExcelCompiler

        sys.setrecursionlimit(1_000_000)
        start = time.perf_counter()
        model = ExcelCompiler(filename=source)
        errors, unlike, first, count = 0, 0, "", 0
        for sheet, rows, formulas in _stored(source):
            for r, c, address in formulas:
                count += 1
                try:
                    value = model.evaluate(f"'{sheet}'!{address}")
                except Exception as problem:
                    errors += 1
                    first = first or f"{type(problem).__name__}: {str(problem).strip().splitlines()[-1]}"[:160]
                else:
                    unlike += not _same(rows[r][c], value)
        result.update(seconds=time.perf_counter() - start, errors=errors, unlike=unlike, first=first, count=count)
        result["version"] = version("pycel")

    threading.stack_size(1 << 29)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return result


def _stored(source: str) -> list[tuple[str, list[list[Any]], list[tuple[int, int, str]]]]:
    """Per sheet its name, the stored values and where the formulas are."""
    import openpyxl

    values, texts = openpyxl.load_workbook(source, data_only=True), openpyxl.load_workbook(source)
    return [
        (
            sheet.title,
            [list(row) for row in values[sheet.title].iter_rows(values_only=True)],
            [(c.row - 1, c.column - 1, c.coordinate) for row in sheet.iter_rows() for c in row if c.data_type == "f"],
        )
        for sheet in texts.worksheets
    ]


def _at(grid: list[list[Any]], row: int, col: int) -> Any:
    return grid[row][col] if row < len(grid) and col < len(grid[row]) else None


def _same(stored: Any, value: Any) -> bool:
    """Alike as people see it: numbers to a millionth, an empty text is an empty cell; dates are left alone."""
    if hasattr(stored, "year") or (stored or "") == (value or ""):
        return True
    try:
        return abs(float(stored) - float(value)) <= 1e-6 * max(1.0, abs(float(stored)))
    except (TypeError, ValueError):
        return str(stored) == str(value)


CHILDREN: dict[str, Callable[..., dict[str, Any]]] = {
    "few": child_few,
    "count": child_count,
    "engine": child_engine,
    "pycel": child_pycel,
}

# --- in the process that measures: nothing heavy, for a child's peak memory begins with its parent's ------------------


@dataclass
class Process:
    """How a whole process went."""

    seconds: float
    megabytes: float | None
    output: str
    code: int | None


def run(command: list[str], patience: float = 600) -> Process:
    """Run to the end, or stop it when patience is out (then ``code`` is None)."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, cwd=ROOT)
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            with contextlib.suppress(OSError):
                child.kill()

        clock = threading.Timer(patience, stop)
        clock.start()
        megabytes = None
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            megabytes = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1000)
        else:
            child.wait()
        seconds = time.perf_counter() - start
        clock.cancel()
        output.seek(0)
        return Process(seconds, megabytes, output.read(), None if stopped.is_set() else child.returncode)


def ask(*words: str, patience: float = 7_200) -> tuple[dict[str, Any] | None, float | None]:
    """What a child says (None if it failed or took too long), and its peak memory."""
    done = run([sys.executable, str(Path(__file__).resolve()), "--child", *words], patience)
    if done.code != 0:
        return None, done.megabytes
    return json.loads(done.output.strip().splitlines()[-1]), done.megabytes


def okosos(runs: int, *words: str) -> tuple[float, float | None]:
    """Median seconds and peak memory of a whole ``okosos`` process."""
    done = [run([sys.executable, str(ROOT / "cli.py"), *words]) for _ in range(runs)]
    bad = [one for one in done if one.code not in (0, 1)]
    if bad:
        raise SystemExit(f"okosos {words[0]} ended with {bad[0].code}")
    megabytes = [one.megabytes for one in done if one.megabytes is not None]
    return statistics.median(one.seconds for one in done), max(megabytes, default=None)


def mb(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} MB"


def sec(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s" if value < 100 else f"{value:,.0f} s"


def times(value: float) -> str:
    return f"{value:.1f} ×" if value < 10 else f"{value:,.0f} ×"


def measure(folder: Path, *, full: bool) -> str:
    """The whole report."""
    case, whole, few = folder / "sak.json", folder / "plan.xlsx", folder / "faa.xlsx"
    case.write_text(json.dumps(the_case()), encoding="utf-8")
    print("command line …", file=sys.stderr)
    commands = {
        "`okosos generate dividende`": (okosos(5, "generate", "dividende", str(case), "-o", str(whole)), 1.5, 300),
        "`okosos validate`": (okosos(5, "validate", str(whole)), 1.5, 300),
        "`okosos --help`": (okosos(5, "--help"), 0.2, None),
    }
    ask("few", str(few))
    counts = {file: (ask("count", str(file))[0] or {})["formulas"] for file in (whole, few)}
    rows: list[list[str]] = []
    notes: list[str] = []
    seconds: dict[tuple[str, Path], float] = {}

    def engine(name: str, file: Path, runs: int) -> None:
        print(f"{name}, {counts[file]} formulas …", file=sys.stderr)
        patience = 7_200 if full or file == few else PATIENCE
        if name == "pycel":
            said, memory = ask("pycel", str(file), patience=patience)
        else:
            said, memory = ask("engine", name, str(file), str(runs), patience=patience)
        which = "whole" if file == whole else f"{FEW_MONTHS} months"
        if said is None:
            rows.append([name, which, f"{counts[file]:,}", "not computed", "", mb(memory), ""])
            return
        seconds[name, file] = said["seconds"]
        ratio = said["seconds"] / seconds[DEFAULT, file]
        label = f"{name} {said['version']}"
        if said.get("errors"):
            notes.append(
                f"pycel refused {said['errors']:,} of {said['count']:,} formulas ({which}); "
                f"the first: `{said['first']}`."
            )
        if said["unlike"]:
            notes.append(f"{label} ({which}): {said['unlike']:,} values unlike the ones in the file.")
        per = said["seconds"] / counts[file] * 1e6
        rows.append(
            [label, which, f"{counts[file]:,}", sec(said["seconds"]), f"{per:,.1f} µs", mb(memory), times(ratio)]
        )

    engine(DEFAULT, whole, 5)
    engine("ironcalc", whole, 3)
    engine("libreoffice", whole, 3)
    engine(DEFAULT, few, 5)
    engine("formulas", few, 1)
    engine("pycel", few, 1)
    if full:
        engine("formulas", whole, 1)
        engine("pycel", whole, 1)
    return report(commands, rows, notes, seconds, counts, whole, few)


def report(
    commands: dict[str, Any],
    rows: list[list[str]],
    notes: list[str],
    seconds: dict[tuple[str, Path], float],
    counts: dict[Path, int],
    whole: Path,
    few: Path,
) -> str:
    """The figures as Markdown."""
    formulas = [
        times(seconds["formulas", file] / seconds[DEFAULT, file]) + f" on {name}"
        for file, name in ((whole, "the whole workbook"), (few, f"{FEW_MONTHS} months"))
        if ("formulas", file) in seconds
    ]
    if ("formulas", few) in seconds and ("formulas", whole) not in seconds:
        guess = seconds["formulas", few] / counts[few] * counts[whole]
        formulas.append(
            f"{times(guess / seconds[DEFAULT, whole])} on the whole workbook if its time per formula stays the same "
            f"({sec(guess)}; **extrapolated, not measured**)"
        )
    office = seconds.get(("libreoffice", whole))
    targets = [
        ["Recompute against `formulas`", "≥ 100 ×", "; ".join(formulas) or "not measured"],
        [
            "Recompute against LibreOffice headless",
            "≥ 10 ×",
            times(office / seconds[DEFAULT, whole]) if office else "not measured",
        ],
    ]
    for name, ((took, memory), limit, most) in commands.items():
        want = f"≤ {limit:g} s" + (f", ≤ {most} MB" if most else "")
        targets.append([name + ", whole process", want, f"{sec(took)}, {mb(memory)}"])
    lines = [
        "# Benchmarks",
        "",
        "Written by `python bench/bench_dividende.py`, everything in one run on one machine. The workbook is Dividende",
        f"with {CLAIMS} claims with interest, 120 months and all four methods: {counts[whole]:,} formulas.",
        "",
        f"Machine: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}.",
        "",
        "## Targets",
        "",
        *table(["", "Target", "Measured"], targets),
        "",
        "Processes: median of 5, largest peak memory of the 5.",
        "",
        "## Recomputing the workbook",
        "",
        "From the bytes of the package to every value in Python; LibreOffice with starting it. Median of 5 (default",
        "engine), 3 (ironcalc, LibreOffice) or 1 (formulas, pycel). The last column is against the default engine on",
        "the same file.",
        "",
        *table(["Engine", "Workbook", "Formulas", "Time", "Per formula", "Peak memory", "Against default"], rows),
        "",
        *([*(f"- {note}" for note in notes), ""] if notes else []),
    ]
    return "\n".join(lines)


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table."""
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]


def main() -> None:
    """Measure, print and write the document."""
    if sys.argv[1:2] == ["--child"]:
        sys.path.insert(0, str(ROOT))
        print(json.dumps(CHILDREN[sys.argv[2]](*sys.argv[3:])))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="formulas and pycel on the whole workbook too")
    parser.add_argument("--dry-run", action="store_true", help="do not write docs/benchmarks.md")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = measure(Path(folder), full=chosen.full)
    print(text)
    if not chosen.dry_run:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
