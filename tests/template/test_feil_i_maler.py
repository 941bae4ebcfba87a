"""Every mistake in a template is a TemplateError that says where it is, what is wrong and what was expected."""
# ruff: noqa: E501 - the cases are a table

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_template import block, compiled, items, tiny, write

from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.parse import parse_template

Files = dict[str, Any]
Change = Callable[[Files], object]


def formula(id: str, text: str) -> Change:
    return lambda f: items(f, id).update(formula=text)


def item(id: str, **changes: Any) -> Change:
    return lambda f: items(f, id).update(changes)


def of_block(key: str, id: str = "", **changes: Any) -> Change:
    return lambda f: block(f, key, id).update(changes)


def mal(**changes: Any) -> Change:
    return lambda f: f["mal"].update(changes)


def sheet(**changes: Any) -> Change:
    return lambda f: f["skjema"].update(changes)


def check(**changes: Any) -> Change:
    return lambda f: f["kontroll"]["checks"][0].update(changes)


def without(id: str, key: str) -> Change:
    return lambda f: items(f, id).pop(key)


def add(*blocks: Any) -> Change:
    return lambda f: f["skjema"]["blocks"].extend(blocks)


def field(id: str, text: str = "1", **more: Any) -> dict[str, Any]:
    return {"id": id, "label": id, "type": "tall", "formula": text, **more}


def ring(f: Files) -> None:
    add({"fields": [field("x", "y+1"), field("y", "x+1")]})(f)


def ring_through_rows(f: Files) -> None:
    block(f, "table", "annen")["columns"] += [
        field("b", "[c forrige]", first="1"),
        field("c", "SUM(annen.b)"),
    ]


S, M, K, ARK = "prove/skjema.yaml", "prove/mal.yaml", "prove/kontroll.yaml", "Skjema"

# name: change, file, sheet, id, part of what was wrong, part of what was expected
CASES: dict[str, tuple[Change, str, str, str, str, str]] = {
    "unknown id": (formula("rest", "inntekt-sum_gjel+0*LEN(farge)"), S, ARK, "rest", "ukjent id «sum_gjel»", "sum_gjeld"),
    "unknown id, nothing like it": (formula("rest", "qqqqqqqq"), S, ARK, "rest", "ukjent id «qqqqqqqq»", "en id i malen"),
    "duplicate id": (add({"fields": [field("rest")]}), S, ARK, "rest", "brukt to ganger", "ny id"),
    "duplicate id in other letters": (add({"fields": [field("Rest")]}), S, ARK, "Rest", "brukt to ganger", "ny id"),
    "duplicate table": (add({"table": "krav", "rows": 2, "columns": [field("z")]}), S, ARK, "krav", "to ganger", "ny id"),
    "table called kontroll": (of_block("table", "annen", table="kontroll"), S, ARK, "kontroll", "to ganger", "ny id"),
    "unused input": (formula("rest", 'IF(farge="rød",1,2)'), S, ARK, "inntekt", "ingen formel", "ta den bort"),
    "cycle on itself": (formula("rest", 'rest+inntekt*LEN(farge)'), S, ARK, "rest", "rest → rest", "ikke trenger seg selv"),
    "cycle through two fields": (ring, S, ARK, "x", "x → y → x", "seg selv"),
    "cycle through hittil": (
        formula("krav.dobbel", "SUM([dobbel hittil])"), S, ARK, "krav.dobbel", "krav.dobbel → krav.dobbel", "seg selv",
    ),
    "cycle through the whole column": (ring_through_rows, S, ARK, "annen.b", "annen.b → annen.c → annen.b", "seg selv"),
    "cycle through a check's sum": (
        formula("sum_gjeld", "SUM(krav.saldo)+rest"), S, ARK, "rest", "formlene går i ring", "seg selv",
    ),
    "function not allowed": (formula("rest", "TODAY()"), S, ARK, "rest", "TODAY er ikke tillatt", "en av ABS"),
    "function spelt wrong": (formula("rest", "SUMM(1)"), S, ARK, "rest", "SUMM er ikke tillatt", "SUM"),
    "malformed formula": (formula("rest", "SUM(1"), S, ARK, "rest", "«SUM(1» kan ikke leses", "Excel-formel"),
    "formula with =": (formula("rest", "=1"), S, ARK, "rest", "kan ikke leses", "uten = foran"),
    "formula with semicolon": (formula("rest", "MAX(1;2)"), S, ARK, "rest", "kan ikke leses", "med komma"),
    "empty formula": (formula("rest", " "), S, ARK, "rest", "«formula» er tom", "en tekst"),
    "nested too deep": (formula("rest", "(" * 70 + "1" + ")" * 70), S, ARK, "rest", "nivåer", "Excel-formel"),
    "formula far too long": (formula("rest", "+".join(["1"] * 5000)), S, ARK, "rest", "for lang", "tekst"),
    "formula too long when compiled": (
        formula("rest", "SUM(" + ",".join(["krav.saldo"] * 700) + ")"), S, ARK, "rest", "lengre enn 8192", "kortere",
    ),
    "A1 address": (formula("rest", "A1+1"), S, ARK, "rest", "«A1» er en celleadresse", "aldri A1"),
    "A1 range": (formula("rest", "SUM($A$1:B2)"), S, ARK, "rest", "«$A$1:B2» er ikke en id", "aldri A1"),
    "A1 on a sheet": (formula("rest", "Skjema!B2"), S, ARK, "rest", "er ikke en id", "aldri A1"),
    "whole column": (formula("rest", "SUM(A:A)"), S, ARK, "rest", "er ikke en id", "aldri A1"),
    "range of two ids": (formula("rest", "SUM(krav.saldo:krav.dobbel)"), S, ARK, "rest", "«:» kan ikke stå", "tall"),
    "array": (formula("rest", "SUM({1,2})"), S, ARK, "rest", "kan ikke stå i en formel", "tall"),
    "error value": (formula("rest", "#REF!+1"), S, ARK, "rest", "«#REF!» kan ikke stå", "tall"),
    "a whole table as a value": (formula("rest", "SUM(krav)"), S, ARK, "rest", "hel tabell", "krav.kolonne"),
    "hole without format": (formula("rest", '"sum {sum_gjeld}"'), S, ARK, "rest", "hull i teksten", "{sum_gjeld:kr}"),
    "hole with unknown format": (formula("rest", '"{sum_gjeld:euro}"'), S, ARK, "rest", "tallformat «euro»", "kr_ore"),
    "hole with unknown id": (formula("rest", '"{sum_gjel:kr}"'), S, ARK, "rest", "ukjent id «sum_gjel»", "sum_gjeld"),
    "unknown key": (item("rest", formel="1"), S, ARK, "rest", "ukjent nøkkel «formel»", "formula"),
    "unknown key on the sheet": (sheet(farge=1), S, ARK, "", "ukjent nøkkel «farge»", "blocks"),
    "unknown key in mal.yaml": (mal(navn="x"), M, "", "", "ukjent nøkkel «navn»", "tittel"),
    "missing key": (without("rest", "label"), S, ARK, "rest", "nøkkelen «label» mangler", "label"),
    "missing key in mal.yaml": (lambda f: f["mal"].pop("ark"), M, "", "", "«ark» mangler", "ark"),
    "missing key in a check": (
        lambda f: f["kontroll"]["checks"][0].pop("action"), K, "Kontroll", "PRV1", "«action» mangler", "action",
    ),
    "text where a number belongs": (of_block("table", "annen", rows="fem"), S, ARK, "annen", "«rows» må være", "rows:"),
    "no rows": (of_block("table", "annen", rows=0), S, ARK, "annen", "heltall fra 1", "rows: 1"),
    "a thousand million rows": (of_block("table", "annen", rows=10**9), S, ARK, "annen", "til 5000", "rows: 1"),
    "list where a text belongs": (item("rest", label=["a"]), S, ARK, "rest", "«label» må være tekst", "tekst"),
    "text where a list belongs": (sheet(blocks="x"), S, ARK, "", "«blocks» må være en liste", "- verdi"),
    "text where true belongs": (sheet(landscape="ja"), S, ARK, "", "true eller false", "landscape: true"),
    "width of nothing": (item("rest", width=0), S, ARK, "rest", "«width»", "14"),
    "unknown column in widths": (sheet(widths={"Første": 3}), S, ARK, "", "ukjent kolonne «Første»", "A: 30"),
    "unknown type": (item("rest", type="penger"), S, ARK, "rest", "ukjent type «penger»", "kr_ore"),
    "type is a list": (item("rest", type=["kr"]), S, ARK, "rest", "ukjent type", "kr_ore"),
    "neither input nor formula": (without("rest", "formula"), S, ARK, "rest", "enten «input» eller", "formula"),
    "both input and formula": (item("rest", input={}), S, ARK, "rest", "enten «input» eller", "formula"),
    "input in a matrix": (
        lambda f: block(f, "matrix", "plan")["scalars"].append({"id": "q", "label": "q", "type": "kr", "input": {}}),
        S, ARK, "q", "kan det ikke fylles inn", "fields",
    ),
    "unused input in a following table": (
        lambda f: block(f, "table", "regnskap")["columns"].append({"id": "q", "label": "q", "type": "kr", "input": {}}),
        S, ARK, "regnskap.q", "ingen formel eller kontroll bruker", "en formel som bruker den",
    ),
    "min above max": (item("inntekt", input={"min": 2, "max": 1}), S, ARK, "inntekt", "«min» er større", "min: 0"),
    "min of a text": (item("krav.navn", input={"min": 2}), S, ARK, "navn", "«min» må være", "min: 0"),
    "default of another type": (item("inntekt", input={"default": "x"}), S, ARK, "inntekt", "«default» passer", "kr"),
    "default not in the list": (item("farge", input={"default": "grå"}), S, ARK, "farge", "«grå» står ikke", "rød"),
    "unknown list of choices": (item("farge", choices="fager"), S, ARK, "farge", "ukjent liste «fager»", "farge"),
    "choice without a list": (without("farge", "choices"), S, ARK, "farge", "hører sammen", "choices"),
    "ja_nei without its list": (
        lambda f: (f["mal"]["valg"].pop("ja_nei"), items(f, "farge").update(type="ja_nei", choices="ja_nei")),
        S, ARK, "farge", "ukjent liste «ja_nei»", "farge",
    ),
    "empty list of choices": (mal(valg={"farge": []}), M, "", "farge", "må være en liste", "- verdi"),
    "the same choice twice": (mal(valg={"farge": ["a", "A"]}), M, "", "farge", "ulike", "ulike valg"),
    "ja without quotes is a truth value": (mal(valg={"farge": [True]}), M, "", "farge", "må være tekst", "hermetegn"),
    "unknown table in over": (of_block("table", "regnskap", over="kra"), S, ARK, "regnskap", "ukjent tabell «kra»", "krav"),
    "over itself": (of_block("table", "regnskap", over="regnskap"), S, ARK, "regnskap", "ukjent tabell", "krav"),
    "over something without rows": (of_block("table", "regnskap", over="kort"), S, ARK, "regnskap", "ingen rader", "tabell"),
    "rows and over": (of_block("table", "regnskap", rows=3), S, ARK, "regnskap", "enten «rows», «over» eller «lines»", "rows: 40"),
    "cells without rows": (lambda f: block(f, "matrix", "plan").pop("over"), S, ARK, "plan", "trenger rader", "over"),
    "bracket in a field": (formula("rest", "[saldo alle]"), S, ARK, "rest", "uten tabellnavn", "tabell.kolonne"),
    "this row from a field": (formula("rest", "krav[saldo]"), S, ARK, "rest", "har ingen mening her", "krav.saldo"),
    "this period from a table": (formula("annen.a", "plan[nr]"), S, ARK, "annen.a", "har ingen mening", "plan.nr"),
    "unknown column": (formula("krav.dobbel", "[sald]"), S, ARK, "krav.dobbel", "har ikke «sald»", "saldo"),
    "unknown table in a bracket": (formula("krav.dobbel", "kra[saldo]"), S, ARK, "krav.dobbel", "ukjent tabell", "krav"),
    "unknown word in a bracket": (formula("krav.dobbel", "[saldo neste]"), S, ARK, "krav.dobbel", "er ikke en id", "[kolonne]"),
    "forrige without first": (without("annen.a", "first"), S, ARK, "a", "hva som gjelder først", "first"),
    "forrige in first": (item("annen.a", first="[a forrige]"), S, ARK, "a", "ingen forrige", "uten"),
    "first on a field": (item("rest", first="1"), S, ARK, "rest", "«first» har ingen mening", "matrise"),
    "rows that do not follow": (formula("annen.a", "krav[saldo]"), S, ARK, "annen.a", "samme radene", "over «annen»"),
    "different number of periods": (formula("kort.nr", "plan[nr]"), S, ARK, "kort.nr", "mange perioder", "2 perioder"),
    "module missing": (add({"include": "fins-ikke", "prefix": "p"}), S, ARK, "fins-ikke", "finnes ikke", "moduler/fins-ikke"),
    "module outside its folder": (add({"include": "../mal", "prefix": "p"}), S, ARK, "../mal", "kan ikke brukes", "bokstaver"),
    "sheet file missing": (mal(ark=["skjema", "borte"]), M, "", "borte", "arkfilen finnes ikke", "prove/borte.yaml"),
    "no sheets": (mal(ark=[]), M, "", "", "«ark» må være en liste", "- verdi"),
    "sheet file outside the folder": (mal(ark=["../x"]), M, "", "", "«ark» kan ikke brukes", "bokstaver"),
    "folder and id differ": (mal(id="annet"), M, "", "annet", "mappen heter «prove»", "samme navn"),
    "sheet name twice": (sheet(sheet="KONTROLL"), K, "Kontroll", "", "samme navn", "ulike"),
    "sheet name too long": (sheet(sheet="x" * 32), S, "x" * 32, "", "kan ikke brukes i Excel", "31 tegn"),
    "sheet name illegal": (sheet(sheet="a/b"), S, "a/b", "", "kan ikke brukes i Excel", "31 tegn"),
    "sheet name ends in apostrophe": (sheet(sheet="ab'"), S, "ab'", "", "kan ikke brukes i Excel", "apostrof"),
    "sheet name empty": (sheet(sheet=""), S, "", "", "«sheet» er tom", "tekst"),
    "unknown kind of sheet": (sheet(kind="ark"), S, ARK, "", "ukjent arktype «ark»", "fyll_inn"),
    "check code twice": (
        lambda f: f["kontroll"]["checks"].append(dict(f["kontroll"]["checks"][0])),
        K, "Kontroll", "PRV1", "brukt to ganger", "ny kode",
    ),
    "unknown severity": (check(severity="katastrofe"), K, "Kontroll", "PRV1", "alvorlighet «katastrofe»", "advarsel"),
    "check with a bad formula": (check(formula="rest>="), K, "Kontroll", "PRV1", "«rest>=» kan ikke leses", "Excel-formel"),
    "check that breaks out of its IF": (check(formula="TRUE),(1"), K, "Kontroll", "PRV1", "kan ikke leses", "Excel"),
    "check nobody sees": (
        lambda f: f["kontroll"]["blocks"].pop(), K, "Kontroll", "PRV1", "vises ikke", "special: kontroll",
    ),
    "unknown special": (add({"special": "sol"}), S, ARK, "", "ukjent blokk «sol»", "lenker"),
    "block of no kind": (add({"tabell": "x"}), S, ARK, "", "ingen kjent art", "fields"),
    "block of two kinds": (add({"note": "x", "fields": []}), S, ARK, "", "eller flere", "fields"),
    "chart to an unknown id": (
        of_block("chart", series=[{"name": "x", "values": "plan.x", "categories": "plan.nr"}]),
        S, ARK, "bilde", "ukjent id «plan.x»", "en id i malen",
    ),
    "chart of a whole matrix": (
        of_block("chart", series=[{"name": "x", "values": "plan.belop", "categories": "plan.nr"}]),
        S, ARK, "bilde", "hel matrise", "kolonne",
    ),
    "chart with too few categories": (
        of_block("chart", series=[{"name": "x", "values": "plan.nr", "categories": "kort.nr"}]),
        S, ARK, "bilde", "ikke like mange", "like mange",
    ),
    "unknown kind of chart": (of_block("chart", kind="kake"), S, ARK, "bilde", "diagramtype «kake»", "line"),
    "help text too long": (item("rest", help="x" * 256), S, ARK, "rest", "for lang", "255"),
    "id like a cell address": (add({"fields": [field("b12")]}), S, ARK, "b12", "celleadresse", "annet navn"),
    "id like R1C1": (add({"fields": [field("R1C1")]}), S, ARK, "R1C1", "celleadresse", "annet navn"),
    "table id like a cell address": (of_block("table", "annen", table="ab1"), S, ARK, "ab1", "celleadresse", "navn"),
    "id with a space": (add({"fields": [field("min id")]}), S, ARK, "min id", "kan ikke brukes", "bokstaver"),
    "id with æ": (add({"fields": [field("lønn")]}), S, ARK, "lønn", "kan ikke brukes", "a–z"),
    "reserved id": (add({"fields": [field("forrige")]}), S, ARK, "forrige", "kan ikke brukes", "ikke alle"),
    "key figure unknown": (mal(nokkeltall=["sum"]), M, "", "sum", "«nokkeltall»: id-en finnes ikke", "et felt"),
    "key figure is a column": (mal(nokkeltall=["krav.saldo"]), M, "", "krav.saldo", "ikke et enkelt felt", "et felt"),
    "status unknown": (mal(status="stat"), M, "", "stat", "«status»: id-en finnes ikke", "et felt"),
    "date unknown": (mal(dato="dato"), M, "", "dato", "«dato»: id-en finnes ikke", "et felt"),
    "version is a text": (mal(versjon="1.0"), M, "", "", "«versjon» må være et heltall", "versjon: 1"),
    "unique of a column that is not there": (of_block("table", "krav", unique=["navnet"]), S, ARK, "krav", "ukjent kolonne «navnet»", "navn"),
    "unique of a computed column": (of_block("table", "krav", unique=["dobbel"]), S, ARK, "krav", "ukjent kolonne «dobbel»", "navn"),
    "unknown format": (item("krav.navn", format="epost"), S, ARK, "navn", "ukjent format «epost»", "fodselsnummer"),
    "format of a number": (item("krav.saldo", format="fodselsnummer"), S, ARK, "saldo", "bare for tekst", "type: tekst"),
    "sum of a text column": (of_block("table", "krav", sums=["navn"]), S, ARK, "krav", "«navn» kan ikke summeres", "tall"),
    "shown_by an unknown column": (of_block("table", "krav", shown_by="x"), S, ARK, "krav", "ukjent kolonne", "saldo"),
    "control character": (item("rest", label="a\x01b"), S, ARK, "rest", "tegn som ikke kan vises", "vanlig tekst"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_mistake_is_named(case: str, tmp_path: Path) -> None:
    change, file, sheet_name, id, problem, expected = CASES[case]
    with pytest.raises(TemplateError) as caught:
        compiled(tmp_path, change)
    error = caught.value
    assert (error.file, error.sheet, error.id) == (file, sheet_name, id), str(error)
    assert problem in error.problem
    assert expected in error.expected
    assert "\n" not in str(error)


def test_the_tiny_template_itself_is_fine(tmp_path: Path) -> None:
    assert compiled(tmp_path).regions["rest"].formula is not None


BROKEN_FILES: dict[str, tuple[str, bytes | None, str]] = {
    "duplicate key": (
        "skjema",
        b"sheet: A\ntitle: B\nsheet: C\nkind: fyll_inn\n",
        "linje 3: nøkkelen «sheet» står to ganger",
    ),
    "syntax error": ("skjema", b"sheet: A\ntitle: [B\nkind: fyll_inn\n", "linje 3"),
    "tab": ("skjema", b"sheet: A\n\ttitle: B\n", "linje 2"),
    "not keys": ("skjema", b"- a\n- b\n", "ikke nøkler med verdier"),
    "empty": ("skjema", b"", "ikke nøkler med verdier"),
    "not UTF-8": ("skjema", "sheet: Gjeldsrådgivning\n".encode("latin-1"), "ikke UTF-8"),
    "not text at all": ("skjema", bytes(range(256)), "ikke UTF-8"),
    "nested too deep in lists": ("skjema", b"sheet: " + b"[" * 200_000, "nivåer"),
    "nested too deep in dashes": ("skjema", b"- " * 200_000, "nivåer"),
    "nested too deep in keys": ("skjema", b"\n".join(b" " * i + b"a:" for i in range(1500)), "nivåer"),
    "a list inside itself": ("skjema", b"sheet: &a [*a]\n", "recursive"),
    "enormous": ("skjema", b"# " + b"x" * 2_000_001, "for stor"),
    "mal.yaml missing": ("mal", None, "finnes ikke"),
}


@pytest.mark.parametrize("case", BROKEN_FILES, ids=str)
def test_broken_file_is_named(case: str, tmp_path: Path) -> None:
    name, content, problem = BROKEN_FILES[case]
    folder = write(tmp_path, tiny())
    path = folder / f"{name}.yaml"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TemplateError) as caught:
        compile_template(parse_template(folder))
    assert caught.value.file == f"prove/{name}.yaml"
    assert problem in caught.value.problem
    assert caught.value.expected


def test_byte_order_mark_is_fine(tmp_path: Path) -> None:
    folder = write(tmp_path, tiny())
    text = (folder / "skjema.yaml").read_bytes()
    (folder / "skjema.yaml").write_bytes(b"\xef\xbb\xbf" + text)
    assert compile_template(parse_template(folder)).sheets[0].spec.name == "Skjema"


def test_unknown_template_names_those_there_are(tmp_path: Path) -> None:
    write(tmp_path, tiny())
    with pytest.raises(TemplateError, match=r"malen finnes ikke\. Ventet: en av: prove"):
        load_spec("borte", tmp_path)


MODULE = {
    "module": "dobling",
    "parameters": ["kilde"],
    "blocks": [{"fields": [{"id": "ut", "label": "Ut", "type": "tall", "formula": "kilde*2"}]}],
}
MODULE_CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "parameter unbound": (MODULE, {"bind": {}}, "«kilde» er ikke bundet", "kilde"),
    "parameter unknown": (MODULE, {"bind": {"kilde": "rest", "annet": "1"}}, "«annet» er ukjent", "kilde"),
    "bound to an unknown id": (MODULE, {"bind": {"kilde": "rets"}}, "ukjent id «rets»", "rest"),
    "bound to a bad formula": (MODULE, {"bind": {"kilde": "(1"}}, "kan ikke leses", "Excel-formel"),
    "bound to a list": (MODULE, {"bind": {"kilde": ["a"]}}, "«kilde» må være tekst", "tekst"),
    "prefix with a dot": (MODULE, {"bind": {"kilde": "1"}, "prefix": "a.b"}, "prefikset kan ikke brukes", "bokstaver"),
    "no blocks": (MODULE | {"blocks": []}, {"bind": {"kilde": "1"}}, "«blocks» må være en liste", "- verdi"),
    "unknown key": (MODULE | {"ark": 1}, {"bind": {"kilde": "1"}}, "ukjent nøkkel «ark»", "parameters"),
    "special inside": (
        MODULE | {"blocks": [{"special": "lenker"}]},
        {"bind": {"kilde": "1"}},
        "ikke stå i en modul",
        "table",
    ),
    "includes itself": (
        MODULE | {"parameters": [], "blocks": [{"include": "dobling", "prefix": "q"}]},
        {},
        "tar inn seg selv",
        "uten ring",
    ),
    "a formula where a table is needed": (
        MODULE | {"blocks": [{"fields": [{"id": "ut", "label": "Ut", "type": "tall", "formula": "SUM(kilde.saldo)"}]}]},
        {"bind": {"kilde": "1+1"}},
        "bundet til en formel, ikke en tabell",
        "tabell",
    ),
}


@pytest.mark.parametrize("case", MODULE_CASES, ids=str)
def test_mistake_in_an_include_is_named(case: str, tmp_path: Path) -> None:
    module, include, problem, expected = MODULE_CASES[case]
    files = tiny()
    files["skjema"]["blocks"].append({"include": "dobling", "prefix": "p", **include})
    with pytest.raises(TemplateError) as caught:
        compile_template(parse_template(write(tmp_path, {**files, "moduler/dobling": module})))
    assert problem in caught.value.problem
    assert expected in caught.value.expected
    assert caught.value.file in (S, "moduler/dobling.yaml")
    assert caught.value.sheet == "Skjema"
