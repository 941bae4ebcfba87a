"""One workbook moved to new rates, against the pipeline written by hand and LibreOffice, in one run.

    python bench/bench_regenerate.py             some minutes; writes docs/benchmarks-regenerering.md
    python bench/bench_regenerate.py --dry-run   print only
    python bench/bench_regenerate.py --quick     without the pipeline by hand, which needs minutes for one workbook

Each way runs in a process of its own. The toolkit's time is for a workbook in a warm process, as in a batch, and it
includes reading back and comparing; the two others do neither, and lose comments, lists, colours and charts on the way.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "benchmarks-regenerering.md"
EXAMPLE = ROOT / "examples" / "par-fire-barn.yaml"
CLAIMS = 60
MAKE = """
import sys, yaml
from pathlib import Path
from okosos_xl.api import generate
case = yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8"))
case["dato"] = "2025-11-22"
case["krav"] = [{"kreditor": f"Kreditor {i}", "saldo": 1000 + 371.5 * i, "rente": 0.1} for i in range(int(sys.argv[3]))]
Path(sys.argv[2]).write_bytes(generate("gjeldsradgivning", case))
"""
OURS = """
import resource, sys, time
from datetime import date
from pathlib import Path
from okosos_xl.regenerate import How, regenerate
data, how = Path(sys.argv[1]).read_bytes(), How(date(2026, 11, 22))
regenerate(data, "a", how)
best = 1e9
for _ in range(int(sys.argv[2])):
    started = time.perf_counter()
    assert regenerate(data, "a", how).status == "ferdig"
    best = min(best, time.perf_counter() - started)
print(best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
GENTLE = OURS.replace("import How, regenerate", "import How").replace(
    "data, how =", "from okosos_xl.regenerate.gently import update_rates\ndata, how ="
).replace('assert regenerate(data, "a", how).status == "ferdig"', 'update_rates(data, "a", how)').replace(
    'regenerate(data, "a", how)\nbest', 'update_rates(data, "a", how)\nbest'
)  # fmt: skip
BY_HAND = """
import resource, sys, time
import formulas, openpyxl, xlsxwriter
started = time.perf_counter()
book = openpyxl.load_workbook(sys.argv[1])
model = formulas.ExcelModel().loads(sys.argv[1]).finish()
solution = model.calculate()
values = {}
for key, ranges in solution.items():
    if isinstance(key, str) and hasattr(ranges, "value") and ":" not in key:
        values[key.rpartition("]")[2].replace("'", "").upper()] = ranges.value[0, 0]
out = xlsxwriter.Workbook(sys.argv[2])
for sheet in book:
    target = out.add_worksheet(sheet.title)
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                known = values.get(f"{sheet.title}!{cell.coordinate}".upper(), 0)
                target.write_formula(cell.row - 1, cell.column - 1, cell.value, None, str(known))
            elif cell.value is not None:
                target.write(cell.row - 1, cell.column - 1, cell.value)
out.close()
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
OFFICE = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(
    [sys.argv[1], f"-env:UserInstallation={sys.argv[3]}", "--headless", "--convert-to", "xlsx", "--outdir", sys.argv[4],
     sys.argv[2]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def measured(script: str, *arguments: str) -> tuple[float, float]:
    """Seconds and peak MB of one process."""
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    seconds, peak = done.stdout.split()[-2:]
    return float(seconds), float(peak)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dry-run", action="store_true")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--runs", type=int, default=10)
    asked = options.parse_args()
    from okosos_xl.engine.libreoffice_engine import find_soffice

    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "sak.xlsx", Path(folder) / "ut"
        out.mkdir()
        subprocess.run([sys.executable, "-c", MAKE, str(EXAMPLE), str(file), str(CLAIMS)], check=True)
        rows = [("`regenerate`, read back and compared", *measured(OURS, str(file), str(asked.runs)))]
        rows.append(("`okosos oppdater`, read back and compared", *measured(GENTLE, str(file), str(asked.runs))))
        office = find_soffice()
        if office:
            profile = (Path(folder) / "profil").as_uri()
            measured(OFFICE, office, str(file), profile, str(out))  # the first start makes the profile
            rows.append(
                (
                    "LibreOffice headless conversion",
                    *min(measured(OFFICE, office, str(file), profile, str(out)) for _ in range(3)),
                )
            )
        if not asked.quick:
            rows.append(
                (
                    "by hand: openpyxl + formulas + xlsxwriter",
                    *measured(BY_HAND, str(file), str(out / "for-haand.xlsx")),
                )
            )
    base = rows[0][1]
    lines = [
        "# Benchmarks: regeneration", "",
        "Written by `python bench/bench_regenerate.py`, everything in one run on one machine.",
        f"The workbook is Gjeldsrådgivning with {CLAIMS} claims, moved from the rates of 2025-11-22 to 2026-11-22.", "",
        f"Machine: {platform.machine()}, Python {platform.python_version()}. The best of {asked.runs} for the toolkit,"
        " of 3 for LibreOffice; the pipeline by hand is run once.", "",
        "| Way | Seconds per workbook | Workbooks per second | Peak memory | Against `regenerate` |",
        "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    lines += [f"| {name} | {s:.2f} | {1 / s:.1f} | {peak:.0f} MB | {s / base:.1f} × |" for name, s, peak in rows]
    text = "\n".join(lines) + "\n"
    print(text)
    if not asked.dry_run:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
