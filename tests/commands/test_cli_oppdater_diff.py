"""``okosos oppdater`` and ``okosos diff``: the advisor's own file with other rates, and two workbooks side by side."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import Result

from okosos_xl import api
from okosos_xl.regenerate import How, regenerate
from okosos_xl.regenerate.gently import update_rates
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package

Run = Callable[..., Result]
EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def old() -> bytes:
    case = yaml.safe_load((EXAMPLES / "par-fire-barn.yaml").read_text(encoding="utf-8"))
    return api.generate("gjeldsradgivning", case | {"dato": "2025-11-22"})


@cache
def small() -> bytes:
    """A workbook with rates that other libraries read and write in a second."""
    case = yaml.safe_load((EXAMPLES / "sosial-enslig-tre-barn.yaml").read_text(encoding="utf-8"))
    return api.generate("sosialhjelp", case | {"dato": "2025-11-22"})


@cache
def with_own_things() -> bytes:
    """With a sheet of the advisor's own, saved by another library."""
    book = openpyxl.load_workbook(io.BytesIO(small()))
    book.create_sheet("Mine notater")["A1"] = "ring banken"
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def values(data: bytes) -> dict[str, dict[tuple[int, int], object]]:
    package = Package(read_vetted(data))
    return {s.name: {c: v for c, v in package.sheet(s.name).values.items() if v != ""} for s in package.sheets}


def test_the_rates_are_replaced_in_the_file_and_the_original_is_kept(run: Run, tmp_path: Path) -> None:
    Path("sak.xlsx").write_bytes(old())
    result = run("oppdater", "sak.xlsx", "--date", "2026-11-22", code=0)
    assert "162 satser er andre" in result.stdout or "satser er andre" in result.stdout
    assert "nye satser" in result.stdout
    assert "sak.xlsx.original" in result.stderr
    assert Path("sak.xlsx.original").read_bytes() == old()
    new = Path("sak.xlsx").read_bytes()
    outcome = regenerate(old(), "sak.xlsx", How(date(2026, 11, 22)))
    assert outcome.data is not None
    assert values(new) == values(outcome.data)
    assert [f for f in api.validate(new).findings if f.severity != "opplysning"] == []
    with zipfile.ZipFile(io.BytesIO(old())) as one, zipfile.ZipFile(io.BytesIO(new)) as other:
        assert one.namelist() == other.namelist()
        changed = [name for name in one.namelist() if one.read(name) != other.read(name)]
    assert all(name.startswith("xl/worksheets/") for name in changed)


def test_everything_that_is_not_rates_stays_byte_for_byte(run: Run) -> None:
    Path("sak.xlsx").write_bytes(with_own_things())
    run("oppdater", "sak.xlsx", "--date", "2026-11-22", "-o", "ny.xlsx", code=0)
    assert Path("sak.xlsx").read_bytes() == with_own_things()
    with zipfile.ZipFile("sak.xlsx") as one, zipfile.ZipFile("ny.xlsx") as other:
        for name in one.namelist():
            if not name.startswith("xl/worksheets/") or b"ring banken" in one.read(name):
                assert one.read(name) == other.read(name), name


def test_the_same_date_changes_nothing(run: Run, files: Callable[[], list[str]]) -> None:
    Path("sak.xlsx").write_bytes(small())
    result = run("oppdater", "sak.xlsx", "--date", "2025-11-22", code=0)
    assert "Ingen av satsene er andre." in result.stdout
    assert files() == ["sak.xlsx"]
    assert Path("sak.xlsx").read_bytes() == small()


def test_the_same_date_changes_nothing_either_in_a_file_another_program_has_saved() -> None:
    """Such a program writes a rate of 0, and that a row is shown, in its own way; a row that is hidden stays so."""
    book = openpyxl.load_workbook(io.BytesIO(small()))
    layout = api.read_full(small(), name="a.xlsx").layout
    for row in (row for row in layout.rates if row.own):
        book[row.sheet].row_dimensions[row.row].hidden = True
    output = io.BytesIO()
    book.save(output)
    same = update_rates(output.getvalue(), "sak.xlsx", How(date(2025, 11, 22)))
    assert (same.rates, same.refreshed) == (0, 0)
    assert same.data == output.getvalue()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: api.generate("dividende", EXAMPLES / "kari.yaml"), "bruker ingen satser"),
        (lambda: api.generate("gjeldsradgivning", EXAMPLES / "par-fire-barn.yaml",
                              kommune=EXAMPLES / "kommune-eksempel.yaml"), "--kommune"),
        (lambda: b"PK", "er ikke en Excel-arbeidsbok"),
    ],
)  # fmt: skip
def test_it_refuses_honestly_and_leaves_the_file_alone(run: Run, make: Callable[[], bytes], said: str) -> None:
    data = make()
    Path("sak.xlsx").write_bytes(data)
    result = run("oppdater", "sak.xlsx", "--date", "2026-11-22", code=2)
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert Path("sak.xlsx").read_bytes() == data


def test_a_rate_typed_over_is_refused_with_its_place(run: Run) -> None:
    book = openpyxl.load_workbook(io.BytesIO(small()))
    layout = api.read_full(small(), name="a.xlsx").layout
    region = next(r for r in layout.regions.values() if r.id == "satser_livsopphold_gjeldsordning.fast")
    book[region.sheet].cell(region.row, region.col).value = 1
    book.save("sak.xlsx")
    result = run("oppdater", "sak.xlsx", "--date", "2026-11-22", code=2)
    assert f"Satser!B{region.row} er skrevet over" in result.stderr


def test_json_tells_the_key_figures(run: Run) -> None:
    Path("sak.xlsx").write_bytes(old())
    args = ("oppdater", "sak.xlsx", "--date", "2026-11-22", "-o", "ny.xlsx", "--format", "json")
    data = json.loads(run(*args, code=0).stdout)
    assert (data["satser_fra"], data["satser_til"]) == ("2025-11-22", "2026-11-22")
    changed = {k["id"]: k["fordi"] for k in data["nokkeltall"] if k["fordi"]}
    assert changed["sum_livsopphold"] == ["satser"]


def test_two_that_hold_the_same_are_equal_whoever_wrote_them(run: Run) -> None:
    Path("a.xlsx").write_bytes(small())
    Path("b.xlsx").write_bytes(small())
    assert run("diff", "a.xlsx", "b.xlsx", code=0).stdout == "Ingen forskjell.\n"


def test_differences_are_told_by_what_they_are(run: Run) -> None:
    case = yaml.safe_load((EXAMPLES / "kari.yaml").read_text(encoding="utf-8"))
    Path("a.xlsx").write_bytes(api.generate("dividende", case))
    rows = case["krav"]
    changed = case | {
        "disponibelt": 2000,
        "krav": [rows[3], {"kreditor": "Ny kreditor", "saldo": 500}, rows[0], dict(rows[1], saldo=18000)],
    }
    Path("b.xlsx").write_bytes(api.generate("dividende", changed))
    text = run("diff", "a.xlsx", "b.xlsx", code=1).stdout
    assert "1 850 → 2 000" in text
    assert "«Mobilselskapet» er borte" in text
    assert "«Ny kreditor» er ny" in text
    assert "«Nettbutikken»: Saldo" in text
    assert "18 250,50 → 18 000" in text
    assert "«Fjordbanken»" not in text  # the same row in another place
    data = json.loads(run("diff", "a.xlsx", "b.xlsx", "--format", "json", code=1).stdout)
    assert {d["slag"] for d in data["forskjeller"]} == {"felt", "rad", "nøkkeltall"}


def test_what_stands_on_an_own_sheet_is_compared_too(run: Run) -> None:
    Path("a.xlsx").write_bytes(with_own_things())
    book = openpyxl.load_workbook(io.BytesIO(with_own_things()))
    book["Mine notater"]["A1"] = "ring kommunen"
    book.save("b.xlsx")
    assert "Eget ark Mine notater" in run("diff", "a.xlsx", "b.xlsx", code=1).stdout


def test_a_file_that_cannot_be_read_gives_two(run: Run) -> None:
    Path("a.xlsx").write_bytes(old())
    Path("b.xlsx").write_bytes(b"")
    assert "tom" in run("diff", "a.xlsx", "b.xlsx", code=2).stderr
    run("diff", "a.xlsx", "borte.xlsx", code=2)
