"""Two versions of a template: what has been renamed, moved, split and dropped finds its way, and the rest is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from advisor import edited, place
from openpyxl.comments import Comment

from okosos_xl.api import generate, read_full, validate
from okosos_xl.regenerate import DONE, MANUAL, How, Outcome, regenerate
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.errors import TemplateError
from okosos_xl.workbook.reading import Reading

OLD = {
    "mal.yaml": """
id: prove
tittel: Prøve
versjon: 1
om: En liten mal.
ark: [skjema, kontroll]
valg:
  sivil: [gift med barn, enslig med barn, enslig]
status: status
dato: dato
nokkeltall: [sum_gjeld, rest]
""",
    "skjema.yaml": """
sheet: Skjema
title: Skjema
kind: fyll_inn
conclusion: '"Gjelden er "&sum_gjeld'
blocks:
  - fields:
      - {id: dato, label: Dato, type: dato, input: {}}
      - {id: navn, label: Navn, type: tekst, input: {}}
      - {id: faks, label: Faks, type: tekst, input: {}}
      - {id: telefon, label: Telefon, type: tekst, input: {}}
      - {id: inntekt, label: Inntekt, type: kr, input: {min: 0}}
      - {id: husleie, label: Husleie med strøm, type: kr, input: {min: 0}}
      - {id: sivilstand, label: Sivilstand, type: valg, choices: sivil, input: {}}
      - {id: sum_gjeld, label: Sum gjeld, type: kr_ore, formula: SUM(krav.rest)}
      - id: rest
        label: Rest
        type: kr_ore
        formula: 'inntekt-husleie-IF(sivilstand="enslig",0,100)-IF(ISNUMBER(dato),0,1)'
  - table: krav
    rows: 5
    grows: true
    margin: 5
    columns:
      - {id: navn, label: Navn, type: tekst, input: {}}
      - {id: rest, label: Rest, type: kr_ore, input: {min: 0}}
      - {id: dobbel, label: Dobbel, type: kr_ore, first: "[rest]*2", formula: "[rest]*2+[dobbel forrige]*0"}
""",
    "kontroll.yaml": """
sheet: Kontroll
title: Kontroll
kind: kontroll
blocks:
  - fields:
      - {id: status, label: Status, type: tekst, formula: 'COUNTIF(kontroll.status,"feil")&""'}
  - special: kontroll
checks:
  - {id: PRV1, label: Rest, severity: feil, formula: rest>=0, message: Resten er negativ., action: Se på tallene.}
  - {id: PRV2, label: Gjeld, severity: advarsel, formula: sum_gjeld<1000000, message: Mye gjeld., action: Se.}
""",
}
NEW = {
    "mal.yaml": """
id: prove
tittel: Prøve
versjon: 2
om: En liten mal.
ark: [forside, gjeld, kontroll]
valg:
  samliv: [gift, enslig]
  ja_nei: [ja, nei]
status: status
dato: dato
nokkeltall: [sum_gjeld, rest]
migrering:
  1:
    nytt_navn: {inntekt: netto_inntekt, krav: fordring, krav.rest: fordring.saldo}
    delt:
      sivilstand:
        samliv: {gift med barn: gift, enslig med barn: enslig, enslig: enslig}
        har_barn: {gift med barn: ja, enslig med barn: ja, enslig: nei}
      husleie: {leie: gammel*0.8, strom: gammel-gammel*0.8}
    fjernet: {faks: Malen spør ikke lenger etter faks.}
    tekster: [Skjema, Faks, Telefon, Inntekt, Husleie med strøm, Sivilstand, Rest]
""",
    "forside.yaml": """
sheet: Forside
title: Forside
kind: fyll_inn
blocks:
  - fields:
      - {id: netto_inntekt, label: Netto inntekt, type: kr, input: {min: 0}}
      - {id: leie, label: Leie, type: kr_ore, input: {min: 0}}
      - {id: strom, label: Strøm, type: kr_ore, input: {min: 0}}
      - {id: samliv, label: Samliv, type: valg, choices: samliv, input: {}}
      - {id: har_barn, label: Har barn, type: valg, choices: ja_nei, input: {}}
      - {id: dato, label: Dato, type: dato, input: {}}
      - {id: navn, label: Navn, type: tekst, input: {}}
      - id: rest
        label: Til overs
        type: kr_ore
        formula: 'netto_inntekt-leie-strom-IF(samliv="enslig",0,50)-IF(har_barn="ja",25,0)-IF(ISNUMBER(dato),0,1)'
""",
    "gjeld.yaml": """
sheet: Gjeld
title: Gjeld
kind: fyll_inn
blocks:
  - table: fordring
    rows: 8
    grows: true
    margin: 5
    columns:
      - {id: ny, label: Ny, type: tekst, input: {}}
      - {id: navn, label: Navn, type: tekst, input: {}}
      - {id: dobbel, label: Dobbel, type: kr_ore, formula: "[saldo]*2"}
      - {id: saldo, label: Saldo, type: kr_ore, input: {min: 0}}
  - fields:
      - {id: sum_gjeld, label: Sum gjeld, type: kr_ore, formula: SUM(fordring.saldo)+0*SUM(fordring.dobbel)}
""",
    "kontroll.yaml": OLD["kontroll.yaml"].replace("PRV1", "PRV9"),
}
CASE = {
    "dato": "2026-11-01", "navn": "A", "faks": "22 22 22 22", "inntekt": 20000, "husleie": 10001,
    "sivilstand": "gift med barn",
    "krav": [{"navn": "Banken", "rest": 100.5}, {"navn": "Butikken", "rest": 200}],
}  # fmt: skip


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    found = []
    for name, files in (("gammel", OLD), ("ny", NEW)):
        folder = tmp_path_factory.mktemp(name)
        (folder / "prove").mkdir()
        for file, text in files.items():
            (folder / "prove" / file).write_text(text, encoding="utf-8")
        found.append(folder)
    return found[0], found[1]


def old_book(roots: tuple[Path, Path], **changes: Any) -> bytes:
    return generate("prove", {k: v for k, v in (CASE | changes).items() if v is not None}, templates=roots[0])


def moved(roots: tuple[Path, Path], book: bytes) -> tuple[Outcome, Reading]:
    outcome = regenerate(book, "sak.xlsx", How(templates=roots[1]))
    assert (outcome.status, outcome.reasons) == (DONE, ())
    assert outcome.data is not None
    return outcome, read_full(outcome.data, name="ny.xlsx", templates=roots[1])


def test_renamed_moved_and_split_values_are_where_the_new_template_wants_them(roots: tuple[Path, Path]) -> None:
    outcome, reading = moved(roots, old_book(roots))
    assert reading.sak.fields == {
        "netto_inntekt": 20000, "leie": Decimal("8000.8"), "strom": Decimal("2000.2"), "samliv": "gift",
        "har_barn": "ja", "dato": date(2026, 11, 1), "navn": "A",
    }  # fmt: skip
    assert reading.sak.tables == {"fordring": [
        {"navn": "Banken", "saldo": Decimal("100.5")}, {"navn": "Butikken", "saldo": 200},
    ]}  # fmt: skip
    figures = {k.id: (k.before, k.after, k.why) for k in outcome.key_figures}
    assert figures == {"sum_gjeld": (300.5, 300.5, ()), "rest": (9899.0, 9924.0, ("mal",))}
    assert "innholdet i Skjema!B7 er ikke med: Malen spør ikke lenger etter faks." in outcome.carried


def test_an_old_workbook_reads_as_a_case_for_the_new_template(roots: tuple[Path, Path]) -> None:
    reading = read_full(old_book(roots), name="a.xlsx", templates=roots[1])
    assert reading.sak.fields["netto_inntekt"] == 20000
    assert [(e.kind, e.text) for e in reading.sak.extras] == [("fjernet felt", "22 22 22 22")]
    assert (reading.unsure, reading.missing_names, reading.missing_sheets, reading.changes) == ([], [], [], [])
    codes = [f.code for f in validate(old_book(roots), templates=roots[1]).findings if f.severity != "opplysning"]
    assert codes == ["OKX330"]


def test_an_id_the_template_has_forgotten_is_left_for_a_person(roots: tuple[Path, Path]) -> None:
    outcome = regenerate(old_book(roots, telefon="99 99 99 99"), "sak.xlsx", How(templates=roots[1]))
    assert (outcome.status, outcome.data) == (MANUAL, None)
    assert outcome.reasons == ("det er usikkert hvor verdien i Skjema!B8 hører hjemme i den nye malen",)
    assert regenerate(old_book(roots), "sak.xlsx", How(templates=roots[1])).status == DONE


def test_overrides_formulas_comments_and_notes_follow_to_the_new_layout(roots: tuple[Path, Path]) -> None:
    book = old_book(roots)
    layout = read_full(book, name="a.xlsx", templates=roots[0]).layout

    def change(workbook: Any, cell: Any) -> None:
        cell("krav.dobbel", 1).value = 77
        cell("krav.dobbel", 1).comment = Comment("avtalt", "R")
        first, last = (
            place(cell("krav.rest", row)).split("!")[1] for row in (0, layout.regions["krav.rest"].nrows - 1)
        )
        cell("inntekt").value = f"=SUM({first}:{last})+19000"
        cell("krav.rest", 1).comment = Comment("ring banken", "R")
        own = workbook.create_sheet("Mitt")
        own["A1"] = f"={place(cell('inntekt'))}*2"
        own["A2"] = "=inntekt+rest"
        cell("krav.rest", 1).parent.cell(cell("krav.rest", 1).row, 9).value = "ved siden av"

    _, reading = moved(roots, edited(book, layout, change))
    [override] = reading.sak.overrides
    assert (override.id, override.row, override.value, override.reason) == ("fordring.dobbel", 2, 77, "avtalt")
    [formula] = reading.input_formulas.values()
    saldo = reading.layout.regions["fordring.saldo"]
    assert formula == f"=SUM(Gjeld!D{saldo.row}:D{saldo.row + saldo.nrows - 1})+19000"
    own = reading.package.sheet("Mitt").formulas
    assert (own[1, 1], own[2, 1]) == ("Forside!B5*2", "netto_inntekt+rest")
    kinds = {e.kind: (e.sheet, e.cell, e.text) for e in reading.sak.extras}
    assert kinds["kommentar"] == ("Gjeld", f"D{saldo.row + 1}", "ring banken")
    assert kinds["notat"][0] == "Gjeld"
    assert kinds["notat"][2] == "ved siden av"


def test_a_formula_that_speaks_of_something_gone_is_left_for_a_person(roots: tuple[Path, Path]) -> None:
    book = old_book(roots)
    layout = read_full(book, name="a.xlsx", templates=roots[0]).layout

    def change(workbook: Any, cell: Any) -> None:
        workbook.create_sheet("Mitt")["A1"] = f"={place(cell('husleie'))}*12"

    outcome = regenerate(edited(book, layout, change), "sak.xlsx", How(templates=roots[1]))
    assert outcome.status == MANUAL
    assert "Mitt!A1" in outcome.reasons[0]


def test_an_old_formula_that_was_changed_is_an_override(roots: tuple[Path, Path]) -> None:
    book = old_book(roots)
    layout = read_full(book, name="a.xlsx", templates=roots[0]).layout

    def change(_: Any, cell: Any) -> None:
        cell("rest").value = f"={place(cell('inntekt'))}-5"

    _, reading = moved(roots, edited(book, layout, change))
    assert [(o.id, o.formula) for o in reading.sak.overrides] == [("rest", "=Forside!B5-5")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("migrering: {2: {}}", "eldre versjon"), ("migrering: {1: {nytt: {}}}", "ukjent nøkkel"),
        ("migrering: {1: {delt: {x: {borte: gammel}}}}", "finnes ikke i malen"),
        ("migrering: {1: {nytt_navn: {x: navn}, fjernet: {x: nei}}}", "to steder"),
    ],
)  # fmt: skip
def test_a_wrong_migration_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "prove").mkdir()
    for file, content in NEW.items():
        changed = content.split("migrering:")[0] + text + "\n" if file == "mal.yaml" else content
        (tmp_path / "prove" / file).write_text(changed, encoding="utf-8")
    with pytest.raises(TemplateError, match=problem):
        compile_template(load_spec("prove", tmp_path))
