"""Answers of several engines compared: each kind of disagreement has its own code, and our workbooks have none."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from okosos_xl import api
from okosos_xl.engine import EngineError, ExcelError, get_engine
from okosos_xl.engine.libreoffice_engine import find_soffice
from okosos_xl.kontroll import crosscheck
from okosos_xl.kontroll.crosscheck import disagreements, findings_of, with_cross_check
from okosos_xl.kontroll.finding import Finding, Report
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package

ERROR = ExcelError("#VALUE!")


def book(*stored: object, formula: str = "=1+1") -> Package:
    """One sheet with a formula per stored value in column A."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Ark")
        for row, value in enumerate(stored):
            sheet.write_formula(row, 0, formula, None, value)
    return Package(read_vetted(stream.getvalue(), name="sak.xlsx"))


def codes(stored: object, **answers: object) -> list[str]:
    grids = {name: {"Ark": [[value]]} for name, value in answers.items()}
    return [one.code for one in disagreements(book(stored), grids)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stored", "first", "second", "office", "expected"),
    [
        (2.0, 2.0, 2.0, 2.0, []),
        (2.0, 2.0, 2.0 + 1e-12, 2.0, []),
        (3.0, 2.0, 2.0, 2.0, ["OKX510"]),
        (2.0, 2.0, 5.0, 2.0, ["OKX511"]),
        (3.0, 2.0, 5.0, 2.0, ["OKX511"]),
        (2.0, 2.0, 2.0, 5.0, ["OKX512"]),
        (3.0, 2.0, 2.0, 5.0, ["OKX512", "OKX510"]),
        (2.0, 2.0, ExcelError("#N/IMPL!"), 2.0, ["OKX513"]),
        (3.0, 2.0, ExcelError("#ERROR!"), 2.0, ["OKX513", "OKX510"]),
        ("ja", "ja", "ja", 1.0, ["OKX512"]),
    ],
)
def test_each_kind_of_disagreement_has_its_code(stored, first, second, office, expected) -> None:
    assert codes(stored, formualizer=first, ironcalc=second, libreoffice=office) == expected


def test_known_differences_are_no_disagreement() -> None:
    """docs/engines.md: which error it is does not matter, and LibreOffice has no truth values."""
    assert codes("#DIV/0!", formualizer=ExcelError("#DIV/0!"), ironcalc=ERROR, libreoffice=ERROR) == []
    assert codes(True, formualizer=True, ironcalc=True, libreoffice=1.0) == []
    clocks = {"formualizer": {"Ark": [[36526.0]]}, "ironcalc": {"Ark": [[46000.0]]}}
    assert disagreements(book(46000.0, formula="=TODAY()"), clocks) == []  # type: ignore[arg-type]


def test_one_finding_per_kind_with_samples_and_all_answers() -> None:
    answers = {"formualizer": {"Ark": [[1412.5]] * 5}, "ironcalc": {"Ark": [[1412.5]] * 5}}
    (found,) = findings_of(disagreements(book(*[1200.0] * 5), answers))  # type: ignore[arg-type]
    assert (found.code, found.place, found.count, found.samples) == ("OKX510", "Ark!A1", 5, ("A1", "A2", "A3"))
    assert found.message == (
        "Den lagrede verdien er en annen enn den regnemotorene gir: 5 celler. "
        "Her: lagret 1 200, formualizer 1 412,50, ironcalc 1 412,50."
    )


def test_it_takes_the_place_of_the_finding_about_stale_values(monkeypatch) -> None:
    monkeypatch.setattr(crosscheck, "installed_engines", lambda: ("formualizer", "ironcalc"))
    package = book(7.0)
    values = get_engine().evaluate(package.vetted.data)
    stale = Finding("OKX220", "advarsel", "Ark", "A1", "…", "…")
    report = with_cross_check(Report("sak.xlsx", (stale,), "formualizer"), package, "formualizer", values)
    assert [f.code for f in report.findings] == ["OKX510"]
    assert report.engine == "formualizer, ironcalc"


def test_an_engine_that_gives_up_is_told_of(monkeypatch) -> None:
    class Broken:
        def evaluate(self, _package: bytes) -> None:
            raise EngineError("Regnemotoren ironcalc klarte ikke å lese arbeidsboken.")

    monkeypatch.setattr(crosscheck, "installed_engines", lambda: ("formualizer", "ironcalc"))
    package = book(2.0)
    values = get_engine().evaluate(package.vetted.data)
    monkeypatch.setattr(crosscheck, "get_engine", lambda _name: Broken())
    report = with_cross_check(Report("sak.xlsx", (), "formualizer"), package, "formualizer", values)
    assert [(f.code, f.severity) for f in report.findings] == [("OKX513", "opplysning")]
    assert report.findings[0].message.endswith("Den er ikke med i kryssjekken.")


def small() -> bytes:
    return api.generate("dividende", {
        "saldodato": "2026-10-15", "disponibelt": 1850, "startmaaned": "2026-12",
        "krav": [{"kreditor": "Fjordbanken", "saldo": 37400}, {"kreditor": "Åsen", "saldo": 9100}],
    })  # fmt: skip


def test_our_workbook_gives_nothing_and_a_changed_value_does(monkeypatch) -> None:
    monkeypatch.setattr(crosscheck, "installed_engines", lambda: ("formualizer", "ironcalc"))
    data = small()
    assert api.validate(data, cross_check=True).findings == api.validate(data).findings
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member, content.replace(b"<v>46500</v>", b"<v>46501</v>"))
    (found,) = [f for f in api.validate(stream.getvalue(), cross_check=True).findings if f.code.startswith("OKX")]
    assert found.code == "OKX510"


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees_about_our_workbook() -> None:
    data = small()
    report = api.validate(data, cross_check=True)
    assert report.engine == "formualizer, ironcalc, libreoffice"
    assert report.findings == api.validate(data).findings
