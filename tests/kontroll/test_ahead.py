"""A workbook computed while it is being read gives the same report, and what fails in the thread is not lost."""

from __future__ import annotations

import gc
import threading

import pytest
from mutable import good

from okosos_xl import api
from okosos_xl.engine import EngineError, Values, get_engine
from okosos_xl.kontroll import ahead as module
from okosos_xl.kontroll.ahead import Ahead
from okosos_xl.workbook.package import Package
from okosos_xl.workbook.refusal import WorkbookRefused


class Broken:
    name = "ødelagt"

    def __init__(self, problem: BaseException) -> None:
        self.problem, self.asked = problem, 0

    def evaluate(self, package: bytes) -> Values:
        self.asked += 1
        raise self.problem


@pytest.fixture(name="data")
def _data() -> bytes:
    return good("dividende").data


def test_the_report_is_that_of_a_workbook_read_first_and_computed_afterwards(data: bytes) -> None:
    assert gc.isenabled()
    threads, stack = threading.active_count(), threading.stack_size()
    report = api.validate(data, name="sak.xlsx")
    reading = api.read_full(data, name="sak.xlsx")
    assert report == api.judge_reading(reading)
    ahead = Ahead(None)
    ahead.start(reading.package)
    assert ahead.values() == get_engine(None).evaluate(data)
    assert (threading.active_count(), threading.stack_size()) == (threads, stack)
    assert gc.isenabled()


def test_a_workbook_the_engine_gives_up_on_is_judged_without_values(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Broken(EngineError("ødelagt", "kunne ikke regne"))
    monkeypatch.setattr(module, "get_engine", lambda _name: broken)
    assert "OKX222" in {f.code for f in api.validate(data).findings}
    assert broken.asked == 1


@pytest.mark.parametrize("problem", [MemoryError(), KeyboardInterrupt(), ValueError("x")])
def test_anything_else_that_goes_wrong_in_the_thread_comes_out(
    data: bytes, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    monkeypatch.setattr(module, "get_engine", lambda _name: Broken(problem))
    with pytest.raises(type(problem)):
        api.validate(data)


def test_nothing_is_computed_of_a_workbook_that_is_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken(MemoryError())
    monkeypatch.setattr(module, "get_engine", lambda _name: broken)

    def refuse(self: Package) -> None:
        raise WorkbookRefused("OKX028", "sak.xlsx", "er for stor.")

    monkeypatch.setattr(Package, "read_all", refuse)
    with pytest.raises(WorkbookRefused, match="for stor"):
        api.validate(data)
    with pytest.raises(WorkbookRefused):
        api.validate(b"ikke en arbeidsbok")
    assert broken.asked == 0


def test_an_engine_that_is_not_there_is_said_so(data: bytes) -> None:
    with pytest.raises(EngineError):
        api.validate(data, engine="finnes-ikke")
