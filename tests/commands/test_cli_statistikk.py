"""``okosos statistikk``: a register from a folder of case workbooks, kept up to date, and merged without names."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okosos_xl import api
from okosos_xl.commands import main
from okosos_xl.statistikk.region import SMALL, merge
from okosos_xl.template.compile import load_spec

CASE: dict[str, Any] = {
    "mal": "gjeldsradgivning",
    "saksnummer": "2026-1",
    "navn": "Ingeborg Hemmelig",
    "raadgiver": "Anders Rådgiver",
    "kontor": "NAV Sør",
    "kommune": "Sørby",
    "husstand_id": "H77",
    "dato": "2026-11-22",
    "soknadsdato": "2026-09-01",
    "vedtaksdato": "2026-09-10",
    "startdato": "2026-09-20",
    "sakstype": "økonomisk rådgivning",
    "nivaa": "II",
    "bolig": "leier privat",
    "voksne": [{"navn": "Ingeborg Hemmelig", "fodt": "1990-05-17", "kjonn": "kvinne"}],
    "barn": [{"navn": "Lillegutt Hemmelig", "fodt": "2016-06-16"}],
    "inntekter": [{"type": "uføretrygd", "brutto": 25000}],
    "krav": [{"kreditor": "Banken", "saldo": 120000}, {"kreditor": "Kommunen", "saldo": 5000}],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cases in two folders, and a file that is not a workbook."""
    path = tmp_path_factory.mktemp("saker")
    (path / "b").mkdir()
    second = CASE | {"saksnummer": "2026-2", "sakstype": "frivillig forvaltning", "krav": [], "barn": []}
    third = CASE | {"saksnummer": "2026-3", "resultat": "refinansiert", "avsluttet": "2026-11-20", "nivaa": "III"}
    for name, case in (("en", CASE), ("b/to", second), ("b/tre", third)):
        (path / f"{name}.xlsx").write_bytes(api.generate("gjeldsradgivning", case))
    (path / "odelagt.xlsx").write_text("dette er ikke en arbeidsbok")
    (path / "~$en.xlsx").write_text("låsefil")
    return path


def run(*arguments: str) -> tuple[int, str, str]:
    from click.testing import CliRunner

    result = CliRunner().invoke(main, ["statistikk", *arguments])
    return result.exit_code, result.stdout, result.stderr


def register(path: Path) -> list[dict[str, Any]]:
    return api.read(path).tables["register"]


def test_every_case_becomes_a_row_and_a_broken_file_is_told(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "statistikk.xlsx"
    code, out, err = run(str(folder), "-o", str(target), "--date", "2026-11-22")
    assert (code, out) == (1, "")
    assert "odelagt.xlsx: OKX005" in err and "~$" not in err
    assert "3 arbeidsbøker: 3 nye saker, 0 endret, 0 uendret" in err
    rows = register(target)
    assert [row["kilde"] for row in rows] == ["b/to.xlsx", "b/tre.xlsx", "en.xlsx"]
    assert rows[2] == {
        "saksnr": "2026-1", "husstand_id": "H77", "kommune": "Sørby", "kontor": "NAV Sør",
        "raadgiver": "Anders Rådgiver", "soknad": date(2026, 9, 1), "vedtak": date(2026, 9, 10),
        "start": date(2026, 9, 20), "sakstype": "økonomisk rådgivning", "nivaa": "II", "inntektskilde": "uføretrygd",
        "sosialhjelp": "nei", "barn_under_18": Decimal(1), "aldersgruppe": "35–49", "kjonn": "kvinne",
        "bolig": "leier privat", "sum_gjeld": Decimal(125000), "antall_kreditorer": Decimal(2), "forvaltning": "nei",
        "kilde": "en.xlsx",
    }  # fmt: skip
    assert "sum_gjeld" not in rows[0] and rows[0]["forvaltning"] == "ja"
    assert (rows[1]["resultat"], rows[1]["avsluttet"]) == ("refinansiert", date(2026, 11, 20))
    assert not [f for f in api.validate(target).findings if f.code.startswith("OKX")]


def test_a_register_is_brought_up_to_date_and_keeps_what_was_typed(folder: Path, tmp_path: Path) -> None:
    old = api.generate(
        "statistikk",
        {"dato": "2026-10-01", "register": [
            {"saksnr": "2025-9", "soknad": "2025-12-01", "merknad": "gammel sak"},
            {"saksnr": "2026-1", "soknad": "2026-09-01", "merknad": "ring i mars", "tiltak": "utsettelse"},
        ]},
    )  # fmt: skip
    (tmp_path / "gammel.xlsx").write_bytes(old)
    target = tmp_path / "ny.xlsx"
    code, _, err = run(str(folder / "en.xlsx"), "-o", str(target), "--merge", str(tmp_path / "gammel.xlsx"))
    assert code == 0 and "1 arbeidsbøker: 0 nye saker, 1 endret, 0 uendret" in err
    rows = register(target)
    assert rows[0] == {"saksnr": "2025-9", "soknad": date(2025, 12, 1), "merknad": "gammel sak"}
    assert (rows[1]["merknad"], rows[1]["tiltak"], rows[1]["nivaa"]) == ("ring i mars", "utsettelse", "II")
    code, _, err = run(str(folder / "en.xlsx"), "-o", str(tmp_path / "igjen.xlsx"), "--merge", str(target))
    assert "0 nye saker, 0 endret, 1 uendret" in err
    assert register(tmp_path / "igjen.xlsx") == rows
    assert api.read(tmp_path / "gammel.xlsx").tables["register"][1]["tiltak"] == "utsettelse"  # the old one is left


def test_the_same_case_number_in_two_files_is_told(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "en.xlsx", tmp_path / "a.xlsx")
    shutil.copy(folder / "en.xlsx", tmp_path / "b.xlsx")
    code, _, err = run(str(tmp_path), "-o", str(tmp_path / "r.xlsx"),
                       "--date", "2026-11-22")  # fmt: skip
    assert code == 1 and "2026-1: a.xlsx og b.xlsx" in err
    assert len(register(tmp_path / "r.xlsx")) == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["finnes-ikke/"], "finnes ikke."),
        (["TOM"], "Fant ingen arbeidsbøker (.xlsx) å samle fra."),
        (["EN", "--merge", "EN"], "er ikke et register, men en arbeidsbok av malen «gjeldsradgivning»."),
    ],
)
def test_what_cannot_run_is_one_line(arguments: list[str], line: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tom").mkdir()
    names = {"TOM": str(tmp_path / "tom"), "EN": str(folder / "en.xlsx")}
    code, out, err = run(*(names.get(a, a) for a in arguments), "-o", str(tmp_path / "r.xlsx"), "--date", "2026-11-22")
    assert (code, out) == (2, "") and err.strip().endswith(line) and err.count("\n") == 1
    assert not (tmp_path / "r.xlsx").exists()


def test_a_regional_register_has_no_names_or_numbers_anywhere(folder: Path, tmp_path: Path) -> None:
    run(str(folder), "-o", str(tmp_path / "a.xlsx"), "--date", "2026-11-22")
    other = {"dato": "2026-11-22", "historikk": [
        {"saksnr": "4-2024", "husstand_id": "17059012345", "raadgiver": "Berit Navn", "soknad": "2024-02-01",
         "sakstype": "økonomisk rådgivning", "kontor": "NAV Nord", "merknad": "Kari Nordmann ringte"},
    ]}  # fmt: skip
    (tmp_path / "b.xlsx").write_bytes(api.generate("statistikk", other))
    target = tmp_path / "region.xlsx"
    code, _, err = run("merge", str(tmp_path / "a.xlsx"), str(tmp_path / "b.xlsx"), "-o", str(target),
                       "--date", "2026-11-22")  # fmt: skip
    assert code == 0 and "4 saker fra 2 registre" in err
    secrets = ("Hemmelig", "Rådgiver", "Berit", "Navn", "17059012345", "4-2024", "H77", "Nordmann",
               "en.xlsx", "tre.xlsx", "1990", "Lillegutt")  # fmt: skip
    cells = [str(v) for row in register(target) for v in row.values()]
    with zipfile.ZipFile(target) as archive:
        package = "\n".join(archive.read(name).decode() for name in archive.namelist())
    texts = "\n".join(re.findall(r"<t[^>]*>([^<]*)</t>", package)) + "\n".join(cells)
    labels = {"Rådgiver", "Navn"}  # the form's own headings
    assert [secret for secret in secrets if secret in texts and secret not in labels] == []
    assert not {"2026-1", "2026-2", "2026-3"} & set(cells)
    assert "Anders" not in package and "Berit" not in package
    households = [row.get("husstand_id") for row in register(target)]
    assert households == ["H-00001", "H-00001", "H-00001", "H-00002"]


def test_small_groups_are_left_blank_and_cannot_be_counted_back() -> None:
    spec = load_spec("statistikk")
    rows = [{"saksnr": str(n), "nivaa": "III" if n < 2 else "II" if n < 8 else "I"} for n in range(20)]
    region = merge([api._case(spec, {"mal": "statistikk", "register": rows}, api.Making())], spec)
    levels = [row.get("nivaa") for row in region.sak.tables["register"]]
    # two of III is too few, and blanking them alone would show that they are two: so the six of II go too
    assert levels == [None] * 8 + ["I"] * 12
    assert region.blanked == 8
    assert all(levels.count(level) >= SMALL for level in set(levels))
