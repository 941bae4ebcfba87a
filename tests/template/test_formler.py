"""What the compiler makes of a template: references, words in sentences, includes, grids, rows and lists."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tiny_template import block, compiled, items, tiny, write

from okosos_xl.engine import get_engine
from okosos_xl.sak.case import Sak
from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout
from okosos_xl.template.parse import parse_template
from okosos_xl.workbook.write import build

Files = dict[str, Any]


def text(layout: Layout, id: str, row: int = 0, period: int = 0) -> str:
    """The formula of one cell of a region, as it will stand in Excel."""
    region = layout.regions[id]
    return region.formula_at(row, period).at(region.row + row, region.col + period)


REFERENCES: dict[str, tuple[str, str, tuple[int, int], str]] = {
    # where, formula, which row and period, what Excel sees (krav: rows 11-15, plan: row 30 and rows 32-36)
    "a field": ("rest", "inntekt*LEN(farge)", (0, 0), "$B$5*LEN($B$6)"),
    "a whole column": ("rest", "SUM(krav.saldo)", (0, 0), "SUM($B$11:$B$15)"),
    "a whole period row": ("rest", "SUM(plan.nr)", (0, 0), "SUM($B$30:$D$30)"),
    "a whole matrix": ("rest", "SUM(plan.belop)", (0, 0), "SUM($B$32:$D$36)"),
    "this row": ("krav.dobbel", "[saldo]*2", (1, 0), "$B12*2"),
    "this row of another table": ("regnskap.halv", "krav[saldo]", (4, 0), "$B15"),
    "everything so far": ("krav.dobbel", "SUM([saldo hittil])", (2, 0), "SUM($B$11:$B13)"),
    "all rows": ("krav.dobbel", "[saldo]/SUM([saldo alle])", (2, 0), "$B13/SUM($B$11:$B$15)"),
    "the previous row": ("annen.a", "[a forrige]+1", (2, 0), "$A26+1"),
    "the first row": ("annen.a", "[a forrige]+1", (0, 0), "1"),
    "the previous period": ("plan.nr", "[nr forrige]+1", (0, 2), "C$30+1"),
    "the first period": ("plan.nr", "[nr forrige]+1", (0, 0), "1"),
    "this period": ("plan.belop", "[nr]", (3, 2), "D$30"),
    "this row in a matrix": ("plan.belop", "krav[saldo]*[nr]", (3, 1), "$B14*C$30"),
    "all rows in this period": ("plan.nr", "[nr forrige]+0*LEN(SUM([x alle]))", (0, 1), "B$30+0*LEN(SUM(C$38:C$42))"),
    "so far in a period row": ("plan.belop", "SUM([nr hittil])", (0, 1), "SUM($B$30:C$30)"),
    "so far in this row": ("plan.belop", "SUM([x hittil])", (1, 1), "SUM($B39:C39)"),
    "this cell": ("plan.belop", "[x]+1", (1, 1), "C39+1"),
    "this row through all periods": ("krav.dobbel", "SUM(plan[belop])", (1, 0), "SUM($B33:$D33)"),
    "words are kept as they are": ("rest", '"a  ""b"" 1"', (0, 0), '"a  ""b"" 1"'),
    "capitals": ("rest", "max(1,2)*true", (0, 0), "MAX(1,2)*TRUE"),
    "lines": ("rest", "1 +\n  2", (0, 0), "1+2"),
}


@pytest.mark.parametrize("case", REFERENCES, ids=str)
def test_reference_becomes_an_address(case: str, tmp_path: Path) -> None:
    where, formula, (row, period), expected = REFERENCES[case]

    def change(files: Files) -> None:
        items(files, where)["formula"] = formula
        block(files, "matrix", "plan")["cells"].append(
            {"id": "x", "label": "X", "type": "tall", "first": "0", "formula": "[x forrige]+inntekt+LEN(farge)"}
        )

    assert text(compiled(tmp_path, change), where, row, period) == expected


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Ark", "Ark!"),
        ("Gjeld_2", "Gjeld_2!"),
        ("Åpen gjeld", "'Åpen gjeld'!"),
        ("Gjeldsrådgivning", "Gjeldsrådgivning!"),
        ("Ola's ark", "'Ola''s ark'!"),
        ("2026", "'2026'!"),
        ("a-b", "'a-b'!"),
    ],
)
def test_sheet_names_are_quoted(name: str, prefix: str, tmp_path: Path) -> None:
    def change(files: Files) -> None:
        files["skjema"]["sheet"] = name
        files["skjema"]["conclusion"] = '"Sum {sum_gjeld:kr}"'
        files["kontroll"]["blocks"][0]["fields"].append(
            {"id": "vist", "label": "Vist", "type": "kr", "formula": "SUM(krav.saldo)+rest"}
        )

    layout = compiled(tmp_path, change)
    assert text(layout, "vist") == f"SUM({prefix}$B$11:$B$15)+{prefix}$B$8"
    book = load_workbook(io.BytesIO(build(layout, Sak("prove", 1), get_engine())[0]))
    assert book.sheetnames[0] == name
    assert "rest" in book.defined_names
    assert sum(id.startswith("konklusjon.") for id in book.defined_names) == 1


def test_a_row_may_use_what_the_row_before_it_made(tmp_path: Path) -> None:
    def change(files: Files) -> None:
        block(files, "table", "annen")["columns"] += [
            {"id": "b", "label": "B", "type": "tall", "first": "0", "formula": "[c forrige]"},
            {"id": "c", "label": "C", "type": "tall", "formula": "[b]+SUM([a hittil])"},
        ]

    layout = compiled(tmp_path, change)
    _, values = build(layout, Sak("prove", 1), get_engine())
    region = layout.regions["annen.c"]
    assert [values["Skjema"][region.row - 1 + i][region.col - 1] for i in range(4)] == [1, 4, 10, 20]


WORDS = {
    "kr": {0: "0 kr", -1234.5: "−1 235 kr", 999.5: "1 000 kr", 1000: "1 000 kr", 999999.6: "1 000 000 kr",
           1234567.89: "1 234 568 kr", -0.4: "0 kr", 1001001: "1 001 001 kr"},
    "kr_ore": {0: "0,00 kr", -1234.5: "−1 234,50 kr", 999.5: "999,50 kr", 1000: "1 000,00 kr",
               999999.6: "999 999,60 kr",
               1234567.89: "1 234 567,89 kr", -0.004: "0,00 kr", 999.999: "1 000,00 kr", 0.07: "0,07 kr"},
    "heltall": {0: "0", -12: "−12", 999.5: "1 000", 1000: "1 000", 1234567.89: "1 234 568"},
    "prosent": {0: "0,0 %", 0.125: "12,5 %", 1: "100,0 %", -0.125: "−12,5 %", 0.9996: "100,0 %", -0.0004: "0,0 %"},
    "maaned": {46327: "november 2026", 46054: "februar 2026"},
    "dato": {46327: "01.11.2026", 45351: "29.02.2024"},
    "tekst": {12: "12", 0.5: "0.5"},
}  # fmt: skip


@pytest.mark.parametrize("style", WORDS, ids=str)
def test_values_become_norwegian_words(style: str, tmp_path: Path) -> None:
    cases = WORDS[style]
    fields = [
        {"id": f"verdi_{n}", "label": "V", "type": "tekst", "formula": f'"({{{value}:{style}}})"'}
        for n, value in enumerate(cases)
    ]
    layout = compiled(tmp_path, lambda f: f["skjema"]["blocks"].append({"fields": fields}))
    _, values = build(layout, Sak("prove", 1), get_engine())
    regions = [layout.regions[f["id"]] for f in fields]
    assert [values["Skjema"][r.row - 1][1] for r in regions] == [f"({words})" for words in cases.values()]


def test_words_with_quotes_holes_with_formulas_and_long_texts(tmp_path: Path) -> None:
    long = "Dette er en lang setning. " * 15
    checks = [
        {"id": "PRV2", "label": 'Si "hei"', "severity": "advarsel", "formula": 'farge="blå"', "action": "-",
         "message": 'Fargen er "{IF(farge="","ingen",farge):tekst}", {1+1:heltall} ganger.'},
        {"id": "PRV3", "label": "Lang", "severity": "opplysning", "formula": "1=2", "message": long, "action": "-"},
        {"id": "PRV4", "label": 'Feil i "hullet"', "severity": "feil", "formula": "1=2", "action": "-",
         "message": "{1/0:kr} er galt."},
    ]  # fmt: skip
    layout = compiled(tmp_path, lambda f: f["kontroll"]["checks"].extend(checks))
    _, values = build(layout, Sak("prove", 1), get_engine())
    status, message = layout.regions["kontroll.status"], layout.regions["kontroll.melding"]
    rows = [values["Kontroll"][status.row - 1 + i] for i in range(4)]
    assert [row[status.col - 1] for row in rows] == ["i orden", "advarsel", "opplysning", "feil"]
    said = [row[message.col - 1] for row in rows]
    assert said == ["", 'Fargen er "ingen", 2 ganger.', long.strip(), 'Feil i "hullet"']


def field(id: str, formula: str) -> dict[str, Any]:
    return {"id": id, "label": id, "type": "tall", "formula": formula}


INNER = {
    "module": "indre",
    "parameters": ["x"],
    "blocks": [{"fields": [field("dobbel", "x*2"), field("firedobbel", "dobbel*2")]}],
}
OUTER = {
    "module": "ytre",
    "parameters": ["krav", "faktor"],
    "blocks": [
        {"table": "t", "over": "krav", "columns": [field("a", "krav[saldo]*faktor")]},
        {"table": "u", "over": "t", "columns": [field("b", "t[a]+1")]},
        {"fields": [field("sum", "SUM(u.b)")]},
        {"include": "indre", "prefix": "i", "bind": {"x": "sum+faktor"}},
        {"grid": "g", "rows": [{"id": "en", "label": "En", "bind": {"hva": "i.dobbel"}}],
         "columns": [field("v", "hva+faktor")]},
        {"chart": "c", "kind": "line", "title": "T", "alt": "A",
         "series": [{"name": "S", "values": "t.a", "categories": "krav.saldo"}]},
    ],
}  # fmt: skip


def test_modules_nest_and_bind(tmp_path: Path) -> None:
    files = tiny()
    for prefix, factor in (("p", "10"), ("q", "rest+1")):
        bind = {"krav": "krav", "faktor": factor}
        files["skjema"]["blocks"].append({"include": "ytre", "prefix": prefix, "bind": bind, "title": prefix})
    folder = write(tmp_path, {**files, "moduler/ytre": OUTER, "moduler/indre": INNER})
    layout = compile_template(parse_template(folder))
    at = {id: region.area.removeprefix("Skjema!") for id, region in layout.regions.items()}
    saldo = layout.regions["krav.saldo"]
    assert text(layout, "p.t.a", 1) == f"$B{saldo.row + 1}*10"
    assert text(layout, "q.t.a", 1) == f"$B{saldo.row + 1}*({at['rest']}+1)"
    assert text(layout, "p.u.b") == f"$A{layout.regions['p.t.a'].row}+1"
    assert text(layout, "q.sum") == f"SUM({at['q.u.b']})"
    assert text(layout, "q.i.dobbel") == f"({at['q.sum']}+({at['rest']}+1))*2"
    assert text(layout, "q.i.firedobbel") == f"{at['q.i.dobbel']}*2"
    assert text(layout, "p.g.v") == f"{at['p.i.dobbel']}+10"
    assert [chart.series[0].values for chart, _ in layout.sheets[0].charts] == ["plan.nr", "p.t.a", "q.t.a"]
    _, values = build(layout, Sak("prove", 1, tables={"krav": []}), get_engine())
    grid = layout.cells()["p.g.en.v"]
    assert values["Skjema"][grid.row - 1][grid.col - 1] == (5 + 10) * 2 + 10


def test_grid_rows_bind_names(tmp_path: Path) -> None:
    grid = {
        "grid": "g",
        "rows": [
            {"id": "en", "label": "En", "bind": {"tabell": "krav", "tall": "2"}},
            {"id": "to", "label": "To", "bind": {"tabell": "annen", "tall": "1+rest"}},
        ],
        "columns": [field("v", "SUM(tabell.a)*tall")],
    }

    def change(files: Files) -> None:
        block(files, "table", "krav")["columns"].append(field("a", "[saldo]"))
        files["skjema"]["blocks"].append(grid)

    layout = compiled(tmp_path, change)
    assert text(layout, "g.v", 0) == "SUM($D$11:$D$15)*2"
    assert text(layout, "g.v", 1) == "SUM($A$25:$A$28)*(1+$B$8)"


def test_room_follows_the_case(tmp_path: Path) -> None:
    def rows(wanted: int) -> int:
        return compiled(tmp_path, krav=wanted).regions["plan.belop"].nrows

    assert rows(0) == 5
    assert rows(5) == 10
    assert rows(70) == 75
    assert rows(76) == 85
    spec = parse_template(write(tmp_path, tiny()))
    assert compile_template(spec, exact={"krav": 73}).regions["krav.saldo"].nrows == 73
    assert compile_template(spec, exact={"annen": 73}).regions["annen.a"].nrows == 4


def test_long_lists_and_lists_with_commas_become_named_ranges(tmp_path: Path) -> None:
    lists = {
        "ja_nei": ["ja", "nei"],
        "farge": ["rød", "blå"],
        "lang": [f"et ganske langt valg nummer {n}" for n in range(12)],
        "komma": ["ja, med renter", "nei"],
    }

    def change(files: Files) -> None:
        files["mal"]["valg"] = lists
        for name in ("lang", "komma"):
            files["skjema"]["blocks"][0]["fields"].append(
                {"id": name, "label": name, "type": "valg", "choices": name, "input": {}}
            )
        items(files, "rest")["formula"] = "IF(farge=lang,LEN(komma),inntekt)"

    layout = compiled(tmp_path, change)
    book = load_workbook(io.BytesIO(build(layout, Sak("prove", 1), get_engine())[0]))
    rules = {str(v.sqref): v.formula1 for v in book["Skjema"].data_validations.dataValidation if v.type == "list"}
    assert rules == {"B6": '"rød,blå"', "B9": "liste.lang", "B10": "liste.komma"}
    for name in ("lang", "komma"):
        sheet, area = book.defined_names[f"liste.{name}"].attr_text.split("!")
        assert [cell.value for (cell,) in book[sheet.strip("'")][area.replace("$", "")]] == lists[name]


def test_sheets_without_checks_and_rows_of_one(tmp_path: Path) -> None:
    def change(files: Files) -> None:
        files["kontroll"]["checks"] = []
        files["kontroll"]["blocks"] = [{"special": "kontroll"}]
        del files["mal"]["status"]
        block(files, "table", "annen")["rows"] = 1
        block(files, "matrix", "kort")["periods"] = 1
        items(files, "rest")["formula"] = "inntekt+LEN(farge)"

    layout = compiled(tmp_path, change)
    _, values = build(layout, Sak("prove", 1), get_engine())
    region = layout.regions["annen.a"]
    assert values["Skjema"][region.row - 1][0] == 1
