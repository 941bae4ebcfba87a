"""Workbooks moved to new rates, against the pipeline written by hand and LibreOffice, in one run on one machine.

    python bench/bench_regenerate.py             about half an hour; writes docs/benchmarks-regenerering.md
    python bench/bench_regenerate.py --dry-run   print only
    python bench/bench_regenerate.py --quick     some minutes: few files, nothing by hand; print only

Each way runs in a process of its own. The toolkit's time is for a workbook in a warm process, as in a batch, and it
includes reading back and comparing; the two others do neither, and lose comments, lists, colours and charts on the way.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mixed_workbooks import Ran, run

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "benchmarks-regenerering.md"
SCRIPTS = Path(__file__).with_name("regenerating.py")
CLAIMS, FEW_MONTHS = 60, 6
MANY, LARGE_FILES, DIFFERENT = (100, 2_000), 40, 20
JOBS = 2
LARGE = f"Gjeldsrådgivning, {CLAIMS} claims"
SMALL = f"Dividende, 40 claims, {FEW_MONTHS} months"


@dataclass(frozen=True)
class Way:
    """One way to do it, for one workbook. ``guessed`` when it is worked out from another workbook."""

    name: str
    seconds: float
    peak: float = 0.0
    guessed: bool = False


@dataclass(frozen=True)
class Book:
    """A workbook that is moved, with its number of formulas and the ways it was moved."""

    name: str
    formulas: int
    ways: tuple[Way, ...]

    def times(self, start: str) -> str:
        """How many times as long a way takes as ours does."""
        way = next((w for w in self.ways if w.name.startswith(start)), None)
        if way is None:
            return f"{self.name}: not measured"
        ratio = way.seconds / self.ways[0].seconds
        many = f"{ratio:,.0f}" if ratio > 20 else f"{ratio:.1f}"
        return f"{self.name}: {many} ×" + (" (**extrapolated, not measured**)" if way.guessed else "")


def asked(*arguments: str) -> list[float]:
    """The numbers one of the scripts prints, in a process of its own."""
    done = subprocess.run([sys.executable, str(SCRIPTS), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments[:1])}: {done.stderr[-2_000:]}")
    return [float(word) for word in done.stdout.splitlines()[-1].split()]


def measured(name: str, *arguments: str) -> Way:
    seconds, peak = asked(*arguments)
    return Way(name, seconds, peak)


def one_workbook(name: str, file: Path, folder: Path, runs: int, templates: str = "") -> Book:
    """The toolkit's ways and LibreOffice's."""
    from okosos_xl.engine.libreoffice_engine import find_soffice

    ways = [measured("`regenerate`, read back and compared", "ours", str(file), str(runs), templates)]
    if not templates:
        ways.append(measured("`okosos oppdater`, read back and compared", "gently", str(file), str(runs)))
    office = find_soffice()
    if office:
        arguments = ("office", office, str(file), (folder / "profil").as_uri(), str(folder / "fra-libreoffice"))
        asked(*arguments)  # the first start makes the profile
        seconds, peak = min(asked(*arguments) for _ in range(3))
        ways.append(Way("LibreOffice headless conversion", seconds, peak))
    [formulas] = asked("count", str(file))
    return Book(name, int(formulas), tuple(ways))


def by_hand(small: Book, large: Book, file: Path, folder: Path) -> tuple[Book, Book]:
    """The pipeline by hand, measured on the small workbook and worked out for the large one."""
    seconds, peak = asked("by_hand", str(file), str(folder / "for-haand.xlsx"))
    name = "by hand: openpyxl + formulas + xlsxwriter"
    whole = Way(name, seconds / small.formulas * large.formulas, guessed=True)
    return (
        Book(small.name, small.formulas, (*small.ways, Way(name, seconds, peak))),
        Book(large.name, large.formulas, (*large.ways, whole)),
    )


def a_run(files: list[Path], count: int, folder: Path) -> Ran:
    """``okosos regenerate`` over ``count`` files: links to a few that are different."""
    source, out = folder / "saker", folder / "ut"
    source.mkdir(parents=True)
    for number in range(count):
        os.link(files[number % len(files)], source / f"sak-{number:05}.xlsx")
    ran = run(source, out, folder / "rapport.json", JOBS)
    ended = {status for status, _ in ran.said.values()}
    if ended != {"ferdig"}:
        raise SystemExit(f"the run ended with {sorted(ended)}")
    shutil.rmtree(folder)
    return ran


def book_lines(book: Book) -> list[str]:
    lines = [
        "", f"## {book.name}: {book.formulas:,} formulas", "",
        "| Way | Seconds per workbook | Workbooks per second | Peak memory | Against `regenerate` |",
        "| --- | --: | --: | --: | --: |",
    ]  # fmt: skip
    for way in book.ways:
        name = f"{way.name} (**extrapolated**)" if way.guessed else way.name
        peak = f"{way.peak:.0f} MB" if way.peak else ""
        ratio = way.seconds / book.ways[0].seconds
        lines.append(f"| {name} | {way.seconds:,.2f} | {1 / way.seconds:.3g} | {peak} | {ratio:,.1f} × |")
    return lines


def run_lines(runs: list[tuple[str, int, Ran]]) -> list[str]:
    lines = [
        "", "## Whole runs", "",
        f"`okosos regenerate FOLDER -o OUT --date 2027-01-01 --jobs {JOBS} --report FILE`, as one process with {JOBS}",
        f"workers, starting them counted. The small files are {DIFFERENT} different ones over and over.", "",
        "| Workbooks | Files | Seconds | Seconds per file | Files per second and worker | Peak memory per worker |",
        "| --- | --: | --: | --: | --: | --: |",
    ]  # fmt: skip
    for name, count, ran in runs:
        lines.append(
            f"| {name} | {count:,} | {ran.seconds:.0f} | {ran.seconds / count:.2f} | {count / ran.seconds / JOBS:.2f} "
            f"| {max(ran.peaks, default=0):.0f} MB |"
        )
    return lines


def target_lines(small: Book, large: Book, runs: list[tuple[str, int, Ran]]) -> list[str]:
    (_, few, first), (_, many, last), (_, files, heavy) = runs
    growth = last.seconds / many / (first.seconds / few)
    return [
        "", "## Targets", "", "|  | Target | Measured |", "| --- | --- | --- |",
        f"| Against the pipeline by hand | ≥ 20 × | {small.times('by hand')}; {large.times('by hand')} |",
        f"| Against LibreOffice headless | ≥ 3 × | {small.times('Libre')}; {large.times('Libre')} |",
        f"| {LARGE}, warm process | ≥ 4 workbooks per second and core | {1 / large.ways[0].seconds:.2f} |",
        f"| {LARGE}, {files} in a run | ≥ 4 per second and core | {files / heavy.seconds / JOBS:.2f} |",
        f"| Memory per worker | ≤ 350 MB | {max((p for _, _, r in runs for p in r.peaks), default=0):.0f} MB |",
        f"| Cost per workbook, {many:,} against {few:,} | the same | {growth:.2f} × |",
    ]  # fmt: skip


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--dry-run", action="store_true", help="print only")
    options.add_argument("--quick", action="store_true", help="few files, nothing by hand, print only")
    options.add_argument("--runs", type=int, default=10, help="how often the toolkit is measured; the best counts (10)")
    given = options.parse_args()
    sizes, heavy_files = ((5, 10), 4) if given.quick else (MANY, LARGE_FILES)
    with tempfile.TemporaryDirectory(prefix="okosos-") as name:
        folder = Path(name)
        templates = folder / "maler"
        big, few = folder / "stor.xlsx", folder / "liten.xlsx"
        different = [folder / f"ulik-{n}.xlsx" for n in range(min(DIFFERENT, sizes[0]))]
        asked("make", str(templates), str(FEW_MONTHS), str(CLAIMS), str(big), str(few), *map(str, different))
        large = one_workbook(LARGE, big, folder, given.runs)
        small = one_workbook(SMALL, few, folder, given.runs, str(templates))
        if not given.quick:
            small, large = by_hand(small, large, few, folder)
        runs = [("Administrasjon og statistikk", n, a_run(different, n, folder / "mange")) for n in sizes]
        runs.append((LARGE, heavy_files, a_run([big], heavy_files, folder / "store")))
    lines = [
        "# Benchmarks: regeneration", "",
        "Written by `python bench/bench_regenerate.py`, everything in one run on one machine.", "",
        f"Machine: {machine()}.",
        f"The best of {given.runs} for the toolkit, of 3 for LibreOffice; the pipeline by hand is run once, on the",
        "small workbook. On the large one it would take an hour, so its time there is time per formula × number of",
        "formulas: a low guess, for `formulas` needs more per formula the more there are.",
        *target_lines(small, large, runs), *book_lines(large), *book_lines(small), *run_lines(runs),
    ]  # fmt: skip
    text = "\n".join(lines) + "\n"
    print(text)
    if not given.dry_run and not given.quick:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
