"""Validates spoiled packages, each in a process of its own with limits, one line of JSON for each; see test_fuzz.py.

python tests/workbook/fuzz_worker.py FIRST LAST MEGABYTES FOLDER
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from click.testing import CliRunner  # noqa: E402
from fuzz_packages import made_bases, mutated  # noqa: E402

from okosos_xl import api  # noqa: E402 - loaded before the processes are split off
from okosos_xl.commands import main, validate  # noqa: E402, F401
from okosos_xl.workbook.refusal import WorkbookRefused  # noqa: E402

MEGABYTE = 1_000_000
EVERY = int(os.environ.get("OKOSOS_FUZZ_TWICE", "3"))
"""So often a package is judged a second time, when it and the good ones have been read; 1 for all of them."""
CPU_SECONDS = 10
WALL_SECONDS = 120
"""Against waiting for something; on a busy machine ten seconds of work can take this long."""


def apart(work: Callable[[], None], megabytes: int = 0) -> tuple[str, float, int]:
    """Do something in a process of its own: how it ended («» for well), CPU seconds, and megabytes at most."""
    child = os.fork()
    if child == 0:
        try:
            if megabytes:
                resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEGABYTE,) * 2)
                resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
            signal.alarm(WALL_SECONDS)
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(99)
    _, status, used = os.wait4(child, 0)
    number = os.waitstatus_to_exitcode(status)
    ended = "" if number == 0 else signal.Signals(-number).name if number < 0 else f"exit code {number}"
    return ended, round(used.ru_utime + used.ru_stime, 2), used.ru_maxrss * 1024 // MEGABYTE


def command(seed: int, file: Path) -> list[str]:
    if seed % 10 == 3:
        return ["read", str(file)]
    if seed % 10 == 7:
        return ["recalc", str(file), "--check"]
    if seed % 10 == 9:
        return ["validate", str(file), "--report", str(file.with_name("kopi.xlsx")), "-q"]
    return ["validate", str(file), "--format", "json"]


def judge(args: list[str]) -> dict[str, object]:
    """Run a command on a package: its exit code, what it said first, and what is wrong with how it behaved."""
    result = CliRunner().invoke(main, args, prog_name="okosos")
    said = result.stdout + result.stderr
    wrong = ""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        wrong = repr(result.exception)[:300]
    elif result.exit_code not in (0, 1, 2) or "Traceback" in said or "Noe uventet" in said or "ikke nok minne" in said:
        wrong = f"{result.exit_code}: {said[-300:]}"
    elif result.exit_code == 2 and args[0] != "validate" and len(result.stderr.strip().splitlines()) != 1:
        wrong = f"not one line: {result.stderr[:300]}"
    codes = [word.strip('":,') for word in said.split() if word.strip('":,').startswith("OKX0")]
    known = {"code": result.exit_code, "said": codes[0] if codes and result.exit_code == 2 else "", "wrong": wrong}
    return {**known, "all": said}


def judge_known(args: list[str], file: Path, bases: list[bytes]) -> dict[str, object]:
    """The same once the package, and those it may have been spoiled from, have been read: nothing may change."""
    for source in (*bases, file):
        with contextlib.suppress(WorkbookRefused, MemoryError):
            api.read_full(source)
    return judge(args)


def run(first: int, last: int, megabytes: int, folder: Path) -> None:
    answer, again = folder / "svar.json", folder / "igjen.json"
    file, made = folder / "sak.xlsx", folder / "gjort.txt"

    def make_bases() -> None:
        for n, data in enumerate(made_bases()):
            (folder / f"base{n}.bin").write_bytes(data)

    ended = apart(make_bases)[0]
    assert not ended, ended
    bases = [path.read_bytes() for path in sorted(folder.glob("base*.bin"))]
    for seed in range(first, last):

        def spoil(seed: int = seed) -> None:
            what, data = mutated(seed, bases)
            file.write_bytes(data)
            made.write_text(what, encoding="utf-8")

        def look(seed: int = seed) -> None:
            answer.write_text(json.dumps(judge(command(seed, file))), encoding="utf-8")

        def look_again(seed: int = seed) -> None:
            again.write_text(json.dumps(judge_known(command(seed, file), file, bases[-2:])), encoding="utf-8")

        answer.unlink(missing_ok=True)
        again.unlink(missing_ok=True)
        ended = apart(spoil)[0]
        assert not ended, (seed, ended)
        ended, seconds, peak = apart(look, megabytes)
        found = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {}
        wrong = f"the process ended with {ended}" if ended else found.get("wrong", "no answer")
        if seed % EVERY == 0:
            ended = apart(look_again)[0]
            known = json.loads(again.read_text(encoding="utf-8")) if again.exists() else {"all": ended}
            if not wrong and known != found:
                wrong = f"another answer when it has been read before: {str(known['all'])[-300:]}"
        found.pop("all", None)
        told = {"seed": seed, "what": made.read_text(encoding="utf-8"), "seconds": seconds, "megabytes": peak}
        print(json.dumps({**told, **found, "wrong": wrong}), flush=True)


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
