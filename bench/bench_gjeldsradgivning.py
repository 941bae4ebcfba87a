"""The Gjeldsrådgivning workbook: recomputed by every engine, and the command line as whole processes, in one run.

python bench/bench_gjeldsradgivning.py             a minute or two; writes docs/benchmarks-gjeldsradgivning.md
python bench/bench_gjeldsradgivning.py --formulas  with ``formulas`` too, which needs a quarter of an hour
python bench/bench_gjeldsradgivning.py --dry-run   print only
python bench/bench_gjeldsradgivning.py --quick     everything once; print only
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "benchmarks-gjeldsradgivning.md"
CASE = ROOT / "examples" / "par-fire-barn.yaml"
ENGINES = {"formualizer": 5, "ironcalc": 3, "libreoffice": 3, "formulas": 1}
MEASURE = """
import resource, sys, time
from pathlib import Path
from okosos_xl.engine import get_engine
data = Path(sys.argv[2]).read_bytes()
engine = get_engine(sys.argv[1])
started = time.perf_counter()
engine.evaluate(data)
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(time.perf_counter() - started, peak / 1024)
"""
RUN = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def many_claims() -> dict[str, object]:
    """Two adults, 60 claims with interest, some joint, eight periods each: the largest case to be expected."""
    rates, owners = (0, 0.0975, 0.1225, 0.18, 0.24), ("A", "B", "A", "B", "felles")
    claims = [
        {"kreditor": f"Kreditor {i + 1}", "saldo": 1500 + 1327 * i % 80000, "rente": rates[i % 5],
         "eier": owners[i * 7 % 5], "prioritert": "ja" if i % 9 == 0 else "nei"}
        for i in range(60)
    ]  # fmt: skip
    periods = [{"fra": f"{2027 + k}-06", "belop": 15000 + 500 * k} for k in range(8)]
    options = {who: {"metode": "dividende med rente", "belop": 14000} for who in "ab"}
    adults = [{"navn": "A", "fodt": "1980-01-01"}, {"navn": "B", "fodt": "1981-01-01"}]
    return {
        "mal": "gjeldsradgivning", "dato": "2026-11-15", "saldodato": "2026-11-01", "voksne": adults, "krav": claims,
        "losning": options, "perioder_a": periods, "perioder_b": periods,
    }  # fmt: skip


def many_claims_lines(okosos: str, folder: str, runs: int) -> list[str]:
    """The section about the case with 60 claims."""
    case, file = Path(folder) / "mange.json", Path(folder) / "mange.xlsx"
    case.write_text(json.dumps(many_claims()), encoding="utf-8")
    made = measured(RUN, [okosos, "generate", "gjeldsradgivning", str(case), "-o", str(file)], min(runs, 3))
    again = measured(MEASURE, ["formualizer", str(file)], runs)
    lines = [
        "", "## 60 claims, two adults, eight periods, interest, 120 months", "", "| What | Target | Measured |",
        "| --- | --- | --- |", f"| `okosos generate`, whole process | ≤ 4 s | {made[0]:.2f} s |",
        f"| recomputed in process, default engine | ≤ 0.5 s | {again[0]:.2f} s |",
        f"| file | ≤ 3 MB | {file.stat().st_size / 1e6:.2f} MB |",
    ]  # fmt: skip
    if shutil.which("soffice"):
        profile = f"-env:UserInstallation=file://{folder}/lo"
        command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", folder, str(file)]
        measured(RUN, command, 1)  # makes the profile
        lines.append(f"| LibreOffice opens and saves it | ≤ 10 s | {measured(RUN, command, min(runs, 3))[0]:.1f} s |")
    return lines


def measured(script: str, arguments: list[str], times: int) -> tuple[float, float]:
    """Median seconds and the largest peak in MB of some runs, each in a process of its own."""
    runs = []
    for _ in range(times):
        done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
        seconds, peak = done.stdout.split()
        runs.append((float(seconds), float(peak)))
    return statistics.median(s for s, _ in runs), max(p for _, p in runs)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--dry-run", action="store_true", help="print only")
    options.add_argument("--quick", action="store_true", help="everything once; print only")
    options.add_argument("--formulas", action="store_true", help="measure formulas too: a quarter of an hour")
    asked = options.parse_args()
    runs = 1 if asked.quick else 5
    from okosos_xl.engine import get_engine, installed_engines
    from okosos_xl.template.compile import compile_template, load_spec

    layout = compile_template(load_spec("gjeldsradgivning"))
    formulas = sum(r.nrows * r.ncols for r in layout.formulas())
    okosos = str(Path(sys.executable).with_name("okosos"))
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "sak.xlsx")
        commands = {
            "`okosos generate gjeldsradgivning`": (
                [okosos, "generate", "gjeldsradgivning", str(CASE), "-o", file], "≤ 2.5 s, ≤ 350 MB"),
            "`okosos validate`": ([okosos, "validate", file], "≤ 2 s, ≤ 350 MB"),
            "`okosos read`": ([okosos, "read", file], ""),
        }  # fmt: skip
        lines = [
            "# Benchmarks: Gjeldsrådgivning", "",
            "Written by `python bench/bench_gjeldsradgivning.py`, everything in one run on one machine.",
            f"The workbook is `examples/{CASE.name}`: {formulas:,} formulas on {len(layout.sheets)} sheets.", "",
            f"Machine: {platform.machine()}, Python {platform.python_version()}.", "",
            "## Whole processes", "", f"Median of {runs}, largest peak memory of the {runs}.", "",
            "| Command | Target | Time | Peak memory |", "| --- | --- | --- | --- |",
        ]  # fmt: skip
        for name, (command, target) in commands.items():
            seconds, peak = measured(RUN, command, runs)
            lines.append(f"| {name} | {target} | {seconds:.2f} s | {peak:.0f} MB |")
        lines += ["", "## Recomputing the workbook", "", "From the bytes of the package to every value in Python."]
        lines += ["", "| Engine | Runs | Time | Peak memory | Against default |", "| --- | --- | --- | --- | --- |"]
        base = 0.0
        for engine, most in ENGINES.items():
            if engine == "formulas" and not asked.formulas:
                lines.append("| formulas | not measured: a quarter of an hour (`--formulas`) | | | |")
                continue
            times = min(runs, most)
            if engine not in installed_engines():
                lines.append(f"| {engine} | not installed | | | |")
                continue
            started = time.perf_counter()
            seconds, peak = measured(MEASURE, [engine, file], times)
            base = base or seconds
            version = get_engine(engine).version()
            lines.append(f"| {engine} {version} | {times} | {seconds:.2f} s | {peak:.0f} MB | {seconds / base:.1f} × |")
            print(f"{engine}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        lines += many_claims_lines(okosos, folder, runs)
    text = "\n".join(lines) + "\n"
    print(text)
    if not asked.dry_run and not asked.quick:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
