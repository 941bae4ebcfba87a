"""Measure what the calculation engines do differently from Excel, and how fast they are.

    python bench/engine_differences.py            write the measured parts of docs/engines.md
    python bench/engine_differences.py --check    exit 1 if the table of differences no longer matches

The questions are tests/engine/function_cases.yaml, with answers typed by hand from Excel's documented behaviour, and
sweeps over 2 000 two-decimal amounts with answers from Decimal arithmetic. Only installed engines are measured.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "engine")]

from input_sheet import ASKED, Case, excel_answer, load_cases, workbook_of  # noqa: E402

from okosos_xl.engine import CellValue, EngineError, ExcelError, get_engine, installed_engines, value_at  # noqa: E402
from okosos_xl.engine.compare import same  # noqa: E402
from okosos_xl.engine.functions import ALLOWED  # noqa: E402

DOCUMENT = ROOT / "docs" / "engines.md"
AS_EXCEL = "·"


def to(places: str, rounding: str) -> Callable[[Decimal], Decimal]:
    """Rounding to the place of ``places`` (``"0.01"``)."""
    return lambda amount: amount.quantize(Decimal(places), rounding=rounding)


class Sweep(NamedTuple):
    """One formula asked about every amount."""

    name: str
    formula: str
    expected: Callable[[Decimal], Decimal]


SWEEPS = [
    Sweep("round_1", "=ROUND({a},1)", to("0.1", ROUND_HALF_UP)),
    Sweep("round_2_of_quarter", "=ROUND({a}/4,2)", lambda amount: to("0.01", ROUND_HALF_UP)(amount / 4)),
    Sweep("round_0_of_oere", "=ROUND({a}*100,0)", lambda amount: amount * 100),
    Sweep("roundup_2", "=ROUNDUP({a},2)", to("0.01", ROUND_UP)),
    Sweep("roundup_0", "=ROUNDUP({a},0)", to("1", ROUND_UP)),
    Sweep("rounddown_2", "=ROUNDDOWN({a},2)", to("0.01", ROUND_DOWN)),
    Sweep("int", "=INT({a})", to("1", ROUND_FLOOR)),
    Sweep("mod_1", "=MOD({a},1)", lambda amount: amount - to("1", ROUND_FLOOR)(amount)),
]
AMOUNTS = [Decimal(number * 7919 % 200_000 - 100_000) / 100 for number in range(1, 2001)]


class Row(NamedTuple):
    """A question that at least one engine answers otherwise than Excel."""

    name: str
    formula: str
    excel: str
    answers: dict[str, str]
    only_error_code: bool
    avoid: bool


class Measured(NamedTuple):
    """Everything one run found."""

    rows: list[Row]
    score: dict[str, list[int]]
    safe: list[str]


def evaluate_all(engine: str, formulas: Sequence[str]) -> list[CellValue]:
    """The engine's answers; a formula that makes it refuse the whole workbook is answered ``#REFUSED!``."""
    try:
        values = get_engine(engine).evaluate(workbook_of(list(formulas)))
    except EngineError:
        if len(formulas) == 1:
            return [ExcelError("#REFUSED!")]
        middle = len(formulas) // 2
        return evaluate_all(engine, formulas[:middle]) + evaluate_all(engine, formulas[middle:])
    return [value_at(values, ASKED, f"A{row}") for row in range(1, len(formulas) + 1)]


def sweep_workbook() -> bytes:
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    sheet = book.add_worksheet(ASKED)
    for row, amount in enumerate(AMOUNTS):
        sheet.write_number(row, 0, float(amount))
        for column, sweep in enumerate(SWEEPS, 1):
            sheet.write_formula(row, column, sweep.formula.format(a=f"A{row + 1}"))
    book.close()
    return memory.getvalue()


def measure(engines: Sequence[str]) -> Measured:
    cases = load_cases()
    answers = {engine: evaluate_all(engine, [case.formula for case in cases]) for engine in engines}
    score = {engine: [0, 0] for engine in engines}
    rows: list[Row] = []
    unsafe = {case.subject for case in cases} - {case.subject for case in cases if not case.avoid}
    for index, case in enumerate(cases):
        expected = excel_answer(case)
        given = {engine: answers[engine][index] for engine in engines}
        wrong = {engine for engine, value in given.items() if not same(value, expected)}
        for engine in engines:
            score[engine][case.avoid] += engine not in wrong
        if not wrong:
            continue
        code_only = isinstance(expected, ExcelError) and all(isinstance(given[one], ExcelError) for one in wrong)
        shown_all = {engine: shown(value) if engine in wrong else AS_EXCEL for engine, value in given.items()}
        rows.append(Row(case.id, case.formula, shown(expected), shown_all, code_only, case.avoid))
        if not case.avoid and not code_only:
            unsafe.add(case.subject)
    rows += sweep_rows(engines)
    safe = sorted({case.subject for case in cases if case.subject.isupper()} - unsafe)
    return Measured(rows, score, safe)


def sweep_rows(engines: Sequence[str]) -> list[Row]:
    package = sweep_workbook()
    grids = {engine: get_engine(engine).evaluate(package)[ASKED] for engine in engines}
    rows = []
    for column, sweep in enumerate(SWEEPS, 1):
        expected = [float(sweep.expected(amount)) for amount in AMOUNTS]
        wrong = {
            engine: sum(not same(line[column], value) for line, value in zip(grid, expected, strict=True))
            for engine, grid in grids.items()
        }
        if any(wrong.values()):
            given = {
                engine: f"{count} of {len(AMOUNTS)} differ" if count else AS_EXCEL for engine, count in wrong.items()
            }
            rows.append(Row(f"sweep.{sweep.name}", sweep.formula.format(a="amount"), "exact", given, False, False))
    return rows


def shown(value: CellValue) -> str:
    """A value as it stands in the table: text in quotes, truth values in capitals."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return f"{value:.15g}"
    return "(empty)" if value is None else f'"{value}"' if isinstance(value, str) else value.code


# --- speed -----------------------------------------------------------------------------------------------------------


def speed_workbook(rows: int, columns: int = 40) -> bytes:
    """A payment plan: every creditor a column, every month a row, each cell depending on the one above."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    claims, plan = book.add_worksheet("Krav"), book.add_worksheet("Plan")
    for claim in range(columns):
        claims.write_row(claim + 1, 0, [f"Kreditor {claim}", 1000.25 * (claim + 1), 0.01 * (claim % 20)])
    claims.write(0, 5, 250_000)
    book.define_name("krav.saldo", f"=Krav!$B$2:$B${columns + 1}")
    book.define_name("beløp", "=Krav!$F$1")
    for row in range(rows):
        for column in range(columns):
            above, claim = xl_rowcol_to_cell(row - 1, column) if row else "", column + 2
            first = f"=ROUND(Krav!$B${claim}/SUM(krav.saldo)*beløp,2)"
            later = f"=IF({above}>0,MAX(0,ROUND({above}*(1+Krav!$C${claim}/12)-50,2)),0)"
            plan.write_formula(row, column, later if row else first)
    book.close()
    return memory.getvalue()


def time_one(engine: str, rows: int, times: int) -> dict[str, float]:
    """Best of ``times`` evaluations in this process, and the largest memory it or its children have used."""
    package = speed_workbook(rows)
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        get_engine(engine).evaluate(package)
        seconds.append(time.perf_counter() - start)
    return {"seconds": min(seconds), "megabytes": peak_megabytes()}


def peak_megabytes() -> float:
    """Largest memory of this process or of a child it waited for, whichever is larger; Unix only."""
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    status = Path("/proc/self/status")  # ru_maxrss of this process would include what its parent had before exec
    own = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return max(children, int(own[1]) / 1024 if own else 0)


def speed_table(engines: Sequence[str]) -> str:
    lines = [
        "| engine | version | formulas | load + evaluate | per formula | peak memory |",
        "|---|---|---|---|---|---|",
    ]
    for engine in engines:
        slow = engine in ("formulas", "libreoffice")
        for rows in (250, 1640) if engine != "formulas" else (250,):
            command = [sys.executable, __file__, "--time", engine, str(rows), "1" if slow else "3"]
            done = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            count = rows * 40
            lines.append(
                f"| {engine} | {get_engine(engine).version()} | {count:,} | {done['seconds']:.2f} s "
                f"| {done['seconds'] / count * 1e6:.1f} µs | {done['megabytes']:.0f} MB |"
            )
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return "\n".join([*lines, "", f"Measured in one run, each engine in a process of its own; {machine}."])


# --- the document ----------------------------------------------------------------------------------------------------


def difference_table(rows: Sequence[Row], engines: Sequence[str]) -> str:
    lines = ["| case | formula | Excel | " + " | ".join(engines) + " |", "|---" * (3 + len(engines)) + "|"]
    for row in rows:
        name = f"{row.name} †" if row.avoid else row.name
        cells = [name, f"`{row.formula}`", row.excel, *(row.answers[engine] for engine in engines)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def score_table(measured: Measured, cases: list[Case]) -> str:
    avoided = sum(case.avoid for case in cases)
    ordinary = len(cases) - avoided
    lines = [f"| engine | version | ordinary uses ({ordinary}) | uses to avoid ({avoided}) |", "|---|---|---|---|"]
    for engine, (plain, odd) in measured.score.items():
        lines.append(f"| {engine} | {get_engine(engine).version()} | {plain} | {odd} |")
    return "\n".join(lines)


def safe_list(measured: Measured) -> str:
    allowed = ", ".join(name for name in measured.safe if name in ALLOWED)
    others = ", ".join(name for name in measured.safe if name not in ALLOWED)
    return f"Allowed in templates: {allowed}.\n\nComputed alike, but no template has needed them: {others}."


def replaced(text: str, block: str, content: str) -> str:
    """The document with what stands between the block's two markers replaced."""
    pattern = re.compile(f"(<!-- {block}:begin -->\n).*?(<!-- {block}:end -->)", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{DOCUMENT.name}: no block called {block}")
    return pattern.sub(lambda match: f"{match[1]}{content}\n{match[2]}", text)


def table_in(text: str, block: str) -> dict[str, dict[str, str]]:
    """The rows of a block's table: case → column → cell."""
    between = text.partition(f"<!-- {block}:begin -->")[2].partition(f"<!-- {block}:end -->")[0]
    lines = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in between.strip().splitlines()]
    return {line[0]: dict(zip(lines[0], line, strict=True)) for line in lines[2:]}


def check(measured: Measured, engines: Sequence[str]) -> int:
    """0 when the document says what was measured, looking only at the engines installed here."""
    text = DOCUMENT.read_text(encoding="utf-8")
    wrong = 0
    for block, code_only in (("differences", False), ("error-codes", True)):
        rows = [row for row in measured.rows if row.only_error_code == code_only]
        table = difference_table(rows, engines)
        found = table_in(f"<!-- {block}:begin -->\n{table}\n<!-- {block}:end -->", block)
        written = table_in(text, block)
        for name in sorted(found.keys() | written.keys()):
            for engine in engines:
                now = found.get(name, {}).get(engine, AS_EXCEL)
                then = written.get(name, {}).get(engine, AS_EXCEL)
                if now != then:
                    print(f"{name}: {engine} now gives {now}, {DOCUMENT.name} says {then}")
                    wrong += 1
    print(f"{wrong} differences from {DOCUMENT.name}" if wrong else f"{DOCUMENT.name} is as measured")
    return 1 if wrong else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with docs/engines.md, write nothing")
    parser.add_argument("--time", nargs=3, metavar=("ENGINE", "ROWS", "TIMES"), help="time one engine, print JSON")
    chosen = parser.parse_args(arguments)
    if chosen.time:
        engine, rows, times = chosen.time
        print(json.dumps(time_one(engine, int(rows), int(times))))
        return 0
    engines = installed_engines()
    if chosen.check:
        return check(measure(engines), engines)
    speed = speed_table(engines)
    measured = measure(engines)
    blocks = {
        "score": score_table(measured, load_cases()),
        "speed": speed,
        "differences": difference_table([row for row in measured.rows if not row.only_error_code], engines),
        "error-codes": difference_table([row for row in measured.rows if row.only_error_code], engines),
        "safe": safe_list(measured),
    }
    text = DOCUMENT.read_text(encoding="utf-8")
    for block, content in blocks.items():
        text = replaced(text, block, content)
    DOCUMENT.write_text(text, encoding="utf-8")
    print(f"wrote {DOCUMENT.relative_to(ROOT)}: {len(measured.rows)} differences, engines {', '.join(engines)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
