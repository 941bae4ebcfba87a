"""``okosos regenerate``: a folder of workbooks to a new one, with exit codes, reports, dry runs and resumed runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from okosos_xl import api

Run = Callable[..., Result]


HOUSEHOLD = {
    "saksnummer": "2026-8", "dato": "2026-06-10", "voksne": [{"navn": "A", "fodt": "1990-05-17"}],
    "barn": [{"navn": "B", "fodt": "2016-06-16"}], "inntekter": [{"type": "uføretrygd", "netto": 25000}],
}  # fmt: skip


@pytest.fixture(scope="module")
def debts() -> dict[str, bytes]:
    """A plan and a case with debts: large workbooks."""
    plan = {
        "saksnummer": "2026-7", "dato": "2026-11-01", "saldodato": "2026-10-15", "disponibelt": 1850,
        "startmaaned": "2026-12", "krav": [{"kreditor": "=1+1", "saldo": 37400}],
    }  # fmt: skip
    return {
        "plan.xlsx": api.generate("dividende", plan),
        "kontor/husstand.xlsx": api.generate("gjeldsradgivning", HOUSEHOLD),
    }


@pytest.fixture(scope="module")
def small() -> dict[str, bytes]:
    return {
        "plan.xlsx": api.generate("statistikk", {"fra": "2026-01-01", "til": "2026-06-30"}),
        "kontor/husstand.xlsx": api.generate("sosialhjelp", HOUSEHOLD),
    }


def laid_out(root: Path, books: dict[str, bytes]) -> Path:
    for name, data in books.items():
        path = root / "saker" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root / "saker"


@pytest.fixture
def debt_folder(tmp_path: Path, debts: dict[str, bytes]) -> Path:
    return laid_out(tmp_path, debts)


@pytest.fixture
def folder(tmp_path: Path, small: dict[str, bytes]) -> Path:
    return laid_out(tmp_path, small)


def test_new_rates_for_a_folder(run: Run, debt_folder: Path) -> None:
    before = {p: p.read_bytes() for p in debt_folder.rglob("*.xlsx")}
    result = run("regenerate", "saker", "-o", "nye", "--date", "2026-11-22", "--format", "json", code=0)
    data = json.loads(result.stdout)
    assert data["sammendrag"]["antall"] == {"ferdig": 2, "manuell": 0, "avvist": 0}
    household, plan = data["filer"]
    assert (household["fil"], household["mal"]) == ("kontor/husstand.xlsx", "gjeldsradgivning")
    assert (plan["fil"], plan["mal"]) == ("plan.xlsx", "dividende")
    living = next(k for k in household["nokkeltall"] if k["id"] == "sum_livsopphold")
    # Single adult and a child of ten: 11 046 + 4 690 before 1 July 2026, 11 388 + 4 835 from then on.
    assert (living["for"], living["etter"], living["hvorfor"]) == (15736.0, 16223.0, ["satser"])
    assert api.read(Path("nye/plan.xlsx")).tables["krav"][0]["kreditor"] == "=1+1"
    assert {p: p.read_bytes() for p in before} == before


def test_what_cannot_be_used_is_named_and_the_rest_is_done(run: Run, folder: Path) -> None:
    (folder / "brev.xlsx").write_bytes(b"ikke en arbeidsbok")
    (folder / "makro.xlsm").write_bytes((folder / "plan.xlsx").read_bytes())
    result = run("regenerate", "saker", "-o", "nye", code=1)
    assert "brev.xlsx   avvist" in result.stdout
    assert "3 ferdig" in result.stderr
    assert sorted(p.name for p in Path("nye").rglob("*.xls*")) == ["husstand.xlsx", "makro.xlsx", "plan.xlsx"]


def test_a_dry_run_writes_nothing(run: Run, folder: Path) -> None:
    result = run("regenerate", "saker", "-o", "nye", "--dry-run", code=0)
    assert "plan.xlsx   ferdig" in result.stdout
    assert not list(Path("nye").rglob("*.xlsx"))


def test_resumed_it_says_the_same_again(run: Run, folder: Path) -> None:
    first = run("regenerate", "saker", "-o", "nye", "--format", "json", code=0)
    assert "--resume" in run("regenerate", "saker", "-o", "nye", code=2).stderr
    again = run("regenerate", "saker", "-o", "nye", "--format", "json", "--resume", code=0)

    def without_when(text: str) -> list[dict[str, Any]]:
        return [{k: v for k, v in file.items() if k != "tidligere"} for file in json.loads(text)["filer"]]

    assert without_when(again.stdout) == without_when(first.stdout)
    assert all(file["tidligere"] for file in json.loads(again.stdout)["filer"])


@pytest.mark.parametrize("name", ["rapport.xlsx", "rapport.json"])
def test_reports(run: Run, folder: Path, name: str) -> None:
    (folder / "<b>fet.xlsx").write_bytes(b"tull")
    run("regenerate", "saker", "-o", "nye", "--date", "2026-11-22", "--report", name, code=1)
    data = Path(name).read_bytes()
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(BytesIO(data))
        assert book.sheetnames == ["Sammendrag", "Filer", "Nøkkeltall"]
        assert [row[0].value for row in book["Filer"].iter_rows(min_row=5)] == [
            "<b>fet.xlsx", "kontor/husstand.xlsx", "plan.xlsx",
        ]  # fmt: skip
    else:
        assert len(json.loads(data)["filer"]) == 3


def test_the_report_as_a_page(run: Run, debt_folder: Path) -> None:
    (debt_folder / "<b>fet.xlsx").write_bytes(b"tull")
    run("regenerate", "saker", "-o", "nye", "--date", "2026-11-22", "--report", "rapport.html", code=1)
    text = Path("rapport.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;fet.xlsx" in text
    assert "<b>fet" not in text
    assert "15 736 → 16 223 (satser)".replace(" 7", "\u00a07").replace(" 2", "\u00a02") in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("borte", "-o", "nye"), "borte: finnes ikke."),
        (("saker", "-o", "saker"), "oppå en original"),
        (("saker", "-o", "nye", "--report", "rapport.pdf"), "rapporten kan være"),
        (("saker", "-o", "nye", "--report", "ukjent/rapport.json"), "mappen finnes ikke"),
        (("saker", "-o", "nye", "--report", "saker/plan.xlsx"), "en av arbeidsbøkene"),
        (("saker", "-o", "nye", "--report", "nye/plan.xlsx"), "en av arbeidsbøkene"),
        (("saker", "-o", "nye", "--date", "1. januar"), "er ikke en dato"),
        (("saker", "-o", "nye", "--dry-run", "--resume"), "--resume"),
        (("saker", "-o", "nye", "--kommune", "borte.yaml"), "borte.yaml"),
        (("saker", "-o", "nye", "--kommune", "gal.yaml"), "gal.yaml"),
        (("saker", "-o", "nye", "--engine", "kalkulator"), "kalkulator"),
        (("saker", "-o", "nye", "--dask", "tcp://127.0.0.1:9"), "Får ikke kontakt"),
        (("tom", "-o", "nye"), "Fant ingen arbeidsbøker"),
    ],
)
def test_what_cannot_run_is_one_line(
    run: Run, folder: Path, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okosos_xl.batch import cluster

    monkeypatch.setattr(cluster, "_PATIENCE", "1s")
    before = (folder / "plan.xlsx").read_bytes()
    Path("tom").mkdir()
    Path("gal.yaml").write_text("kommune: [Oslo", encoding="utf-8")
    result = run("regenerate", *arguments, code=2)
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert said in line
    assert not list(Path("nye").rglob("*.xlsx"))
    assert (folder / "plan.xlsx").read_bytes() == before
