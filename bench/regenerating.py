"""What ``bench_regenerate.py`` measures, each in a process of its own: ``python bench/regenerating.py WHAT ARGUMENT…``.

The last line that is printed is the answer: seconds and the most memory in MB, unless it says otherwise.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import yaml

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "par-fire-barn.yaml"
BEFORE, AFTER = "2025-11-22", date(2026, 11, 22)


def make(templates: str, months: str, claims: str, large: str, small: str, *different: str) -> str:
    """The workbooks; ``templates`` gets the template of the small one."""
    sys.path[:0] = [str(ROOT / "tests" / name) for name in ("numbers", "regenerate", ".")]
    from advisor import random_case
    from bench_dividende import the_case
    from dividende_book import small_template

    from okosos_xl.api import generate
    from okosos_xl.template.compile import load_spec

    case = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")) | {"dato": BEFORE}
    case["krav"] = [{"kreditor": f"Kreditor {i}", "saldo": 1000 + 371.5 * i, "rente": 0.1} for i in range(int(claims))]
    Path(large).write_bytes(generate("gjeldsradgivning", case))
    Path(templates).mkdir()
    root = small_template(Path(templates), int(months))
    Path(small).write_bytes(generate("dividende", the_case(), templates=root))
    spec = load_spec("statistikk")
    for seed, file in enumerate(different):
        Path(file).write_bytes(generate("statistikk", random_case(spec, seed, date(2026, 3, 1))))
    return "0"


def count(file: str) -> str:
    """How many formulas there are."""
    with ZipFile(file) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return str(sum(len(re.findall(rb"<f[ >/]", archive.read(name))) for name in sheets))


def _best(work: Callable[[], object], runs: str) -> str:
    work()  # templates and rates are read once in a batch
    best = float("inf")
    for _ in range(int(runs)):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return f"{best} {_peak(resource.RUSAGE_SELF)}"


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def ours(file: str, runs: str, templates: str = "") -> str:
    from okosos_xl.regenerate import How, regenerate

    data, how = Path(file).read_bytes(), How(AFTER, templates=Path(templates) if templates else None)

    def work() -> None:
        outcome = regenerate(data, "sak.xlsx", how)
        assert outcome.status == "ferdig", outcome.reasons

    return _best(work, runs)


def gently(file: str, runs: str) -> str:
    from okosos_xl.regenerate import How
    from okosos_xl.regenerate.gently import update_rates

    data = Path(file).read_bytes()
    return _best(lambda: update_rates(data, "sak.xlsx", How(AFTER)), runs)


def by_hand(file: str, target: str) -> str:
    """What one would write without the toolkit: read, compute, write everything again."""
    import formulas
    import openpyxl
    import xlsxwriter

    started = time.perf_counter()
    book = openpyxl.load_workbook(file)
    solution = formulas.ExcelModel().loads(file).finish().calculate()
    values = {}
    for key, ranges in solution.items():
        if isinstance(key, str) and hasattr(ranges, "value") and ":" not in key:
            values[key.rpartition("]")[2].replace("'", "").upper()] = ranges.value[0, 0]
    out = xlsxwriter.Workbook(target)
    for sheet in book:
        into = out.add_worksheet(sheet.title)
        for cell in (c for row in sheet.iter_rows() for c in row):
            if cell.data_type == "f":
                known = values.get(f"{sheet.title}!{cell.coordinate}".upper(), 0)
                into.write_formula(cell.row - 1, cell.column - 1, cell.value, None, str(known))
            elif cell.value is not None:
                into.write(cell.row - 1, cell.column - 1, cell.value)
    out.close()
    return f"{time.perf_counter() - started} {_peak(resource.RUSAGE_SELF)}"


def office(program: str, file: str, profile: str, folder: str) -> str:
    started = time.perf_counter()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir", folder]
    subprocess.run([*command, file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return f"{time.perf_counter() - started} {_peak(resource.RUSAGE_CHILDREN)}"


WAYS: tuple[Callable[..., str], ...] = (make, count, ours, gently, by_hand, office)


if __name__ == "__main__":
    print({way.__name__: way for way in WAYS}[sys.argv[1]](*sys.argv[2:]))
