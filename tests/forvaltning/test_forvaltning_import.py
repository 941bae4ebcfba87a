"""``okosos forvaltning import``: bank rows into the ledger, once each, with a purpose, and nothing else touched."""
# ruff: noqa: E501 - the cases are tables

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from liten_forvaltning import CASE, TEMPLATES, Run, made

from okosos_xl import api
from okosos_xl.engine import get_engine
from okosos_xl.engine.compare import same
from okosos_xl.engine.libreoffice_engine import find_soffice
from okosos_xl.forvaltning.importing import ImportRefused, import_bank_file
from okosos_xl.forvaltning.ledger import Entry, entry_of, new_rows
from okosos_xl.forvaltning.nextyear import next_year
from okosos_xl.forvaltning.rules import Rules
from okosos_xl.forvaltning.statement import BankRow
from okosos_xl.sak.case import CaseValue
from okosos_xl.workbook.guard import read_vetted
from okosos_xl.workbook.package import Package

D = Decimal
HEAD = "Bokført dato;Forklaring;Ut;Inn;KID;Motpart;Motkonto\n"
BANK = HEAD + (
    "02.01.2026;VAREKJØP  Kiwi;100,50;;;;\n"  # there from before
    "03.01.2026;=cmd|' /C calc'!A0;1.200,00;;A1;;\n"
    "03.01.2026;NAV uføretrygd;;17 000,00;A2;NAV;\n"
    "04.01.2026;REMA 1000 Storgata;50,00;;A3;;\n"
    "05.01.2026;Giro;8000;;;;12345678903\n"
)


def put(**files: str | bytes) -> None:
    for name, content in files.items():
        path = Path(name.replace("_", "."))
        path.write_bytes(content if isinstance(content, bytes) else content.encode("cp1252"))


def ledger(file: str | bytes = "ny.xlsx") -> list[dict[str, CaseValue]]:
    return api.read(file if isinstance(file, bytes) else Path(file), templates=TEMPLATES).tables["kladd"]


def imported(workbook: bytes, bank: str) -> Any:
    return import_bank_file(workbook, bank.encode(), templates=TEMPLATES)


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {m.filename: archive.read(m) for m in archive.infolist()}


def test_new_rows_come_after_the_old_with_purpose_and_the_next_voucher_numbers(run: Run) -> None:
    put(bank_csv=BANK)
    said = run("import", "sak.xlsx", "bank.csv", "-o", "ny.xlsx", code=1)
    assert ledger()[2:] == [
        {"dato": date(2026, 1, 3), "tekst": "=cmd|' /C calc'!A0", "ut": D(1200), "bilag": "8", "referanse": "A1"},
        {"dato": date(2026, 1, 3), "tekst": "NAV uføretrygd", "formaal": "Uføretrygd", "inn": D(17000), "bilag": "9",
         "referanse": "A2", "motpart": "NAV"},
        {"dato": date(2026, 1, 4), "tekst": "REMA 1000 Storgata", "formaal": "Husleie", "ut": D(50), "bilag": "10",
         "referanse": "A3"},
        {"dato": date(2026, 1, 5), "tekst": "Giro", "formaal": "Husleie", "ut": D(8000), "bilag": "11"},
    ]  # fmt: skip
    assert ledger()[:2] == ledger("sak.xlsx")
    assert said.stdout.startswith("Uten formål (1):\n")
    assert re.search(r"Kladderegnskap!A9 +03\.01\.2026 +-1 200,00  =cmd", said.stdout)
    assert said.stderr == "Laget ny.xlsx (5 rader lest, 4 nye, 1 sto der fra før).\n"
    assert api.recalc("ny.xlsx", templates=TEMPLATES).stale == []
    assert "endret" not in {c.kind for c in api.read_full("ny.xlsx", templates=TEMPLATES).changes}


def test_when_every_row_has_a_purpose_and_none_is_skipped_the_code_is_0_and_nothing_is_listed(run: Run) -> None:
    put(bank_csv=HEAD + "04.01.2026;rema;50,00;;;;\n")
    assert run("import", "sak.xlsx", "bank.csv", "-o", "ny.xlsx", code=0).stdout == ""


def test_the_json_tells_every_unmatched_and_skipped_row(run: Run) -> None:
    put(bank_csv=BANK + ";Sum;1;;;;\n" + "02.01.2026;Kiwi igjen;100,50;;;;\n")
    found = json.loads(run("import", "sak.xlsx", "bank.csv", "-o", "ny.xlsx", "--format", "json", code=1).stdout)
    assert {k: found[k] for k in ("arbeidsbok", "bankfil", "ny_fil", "lest", "fantes", "nye", "ikke_regnet")} == {
        "arbeidsbok": "sak.xlsx", "bankfil": "bank.csv", "ny_fil": "ny.xlsx", "lest": 6, "fantes": 1, "nye": 5,
        "ikke_regnet": 0,
    }  # fmt: skip
    assert found["umatchet"][0] == {
        "sted": "linje 3", "dato": "2026-01-03", "belop": -1200.0, "tekst": "=cmd|' /C calc'!A0", "motpart": "",
        "referanse": "A1", "celle": "Kladderegnskap!A9", "bilag": 8, "grunn": "ingen regel passer",
    }  # fmt: skip
    assert found["hoppet_over"] == [{"sted": "linje 7", "grunn": "har ingen dato"}]
    assert found["ligner"] == []


def test_the_same_file_again_adds_nothing_and_gives_the_same_bytes(run: Run) -> None:
    put(bank_csv=BANK)
    run("import", "sak.xlsx", "bank.csv", "-o", "ny.xlsx", code=1)
    again = run("import", "ny.xlsx", "bank.csv", "-o", "igjen.xlsx", code=0)
    assert again.stderr == "Laget igjen.xlsx (5 rader lest, 0 nye, 5 sto der fra før).\n"
    assert Path("igjen.xlsx").read_bytes() == Path("ny.xlsx").read_bytes()


def test_two_equal_purchases_on_one_day_are_two_rows_once() -> None:
    row = "07.01.2026;VY;44,00;;;;\n"
    first = imported(made(), HEAD + row * 2)
    assert len(first.taken) == 2
    assert imported(first.data, HEAD + row * 2).taken == ()
    assert len(imported(first.data, HEAD + row * 3).taken) == 1


def test_overlapping_files_add_only_what_is_new() -> None:
    lines = [f"{d:02d}.02.2026;Kjøp {d % 3};{d % 2 + 1},00;;;;\n" for d in range(1, 13)]
    one = imported(made(), HEAD + "".join(lines[:8]))
    two = imported(one.data, HEAD + "".join(lines[4:]))
    assert (len(one.taken), len(two.taken), two.there) == (8, 4, 4)
    whole = imported(made(), HEAD + "".join(lines))
    assert ledger(two.data) == ledger(whole.data)


def test_another_file_format_of_the_same_account_recognises_the_references() -> None:
    csv = imported(made(), HEAD + "03.02.2026;Husleie februar;8000;;0012345;Bolig AS;\n")
    camt = (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Ntry>'
        '<Amt Ccy="NOK">8000</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-02-03</Dt></BookgDt><NtryDtls>'
        "<TxDtls><RmtInf><Strd><CdtrRefInf><Ref>0012345</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt>"
        "</BkToCstmrStmt></Document>"
    )
    assert imported(csv.data, camt).taken == ()


def test_a_new_row_with_the_date_and_amount_of_an_old_one_is_added_and_pointed_out(run: Run) -> None:
    put(bank_csv=HEAD + "02.01.2026;Rema;100,50;;;;\n")
    said = run("import", "sak.xlsx", "bank.csv", "-o", "ny.xlsx", code=0).stdout
    assert said.startswith("Samme dato og beløp som en rad som sto der, men annen tekst (1):\n  linje 2: 02.01.2026")
    assert len(ledger()) == 3


def row(text: str = "", amount: str = "-1", reference: str = "", counterparty: str = "", account: str = "") -> BankRow:
    return BankRow("linje 2", date(2026, 1, 1), D(amount), text, counterparty, reference, account)


def test_references_decide_when_both_have_one_and_text_when_one_of_them_has_not() -> None:
    there = [entry_of(row("VY", reference="A1"))]
    assert new_rows([row("VY", reference="A2")], there)[0] != []
    assert new_rows([row("noe annet", reference="A1")], there)[0] == []
    assert new_rows([row("vy")], there)[0] == []
    assert new_rows([row("VY", reference="A2")], [entry_of(row("VY"))])[0] == []
    assert new_rows([row("VY", "1")], there)[0] != []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2), st.sampled_from(["a", "b"]), st.sampled_from(["", "r", "s"]))),
       st.integers(0, 20), st.integers(0, 20))  # fmt: skip
def test_windows_on_one_list_never_give_a_row_twice_nor_lose_one(
    rows: list[tuple[int, int, str, str]], end: int, start: int
) -> None:
    bank = [BankRow("", date(2026, 1, day), D(amount), text, "", ref) for day, amount, text, ref in sorted(rows)]
    known: list[Entry] = []
    for window in (bank[:end], bank[min(start, end) :], bank):
        known += [entry_of(new) for new in new_rows(window, known)[0]]
    key = {"key": lambda e: (e.day, e.amount, e.text, e.reference)}
    whole = sorted(map(entry_of, bank), **key)  # type: ignore[arg-type]
    if len({(e.day, e.amount, e.text) for e in whole}) == len({(e.day, e.amount, e.text, e.reference) for e in whole}):
        assert sorted(known, **key) == whole  # type: ignore[arg-type]
    else:  # the same text with and without a reference may be the same movement
        assert len(known) <= len(whole)


RULES = Rules(
    [{"inneholder": "Rema", "formaal": "mat"}, {"inneholder": "rema 1000 STOR", "formaal": "husleie"},
     {"inneholder": "  ", "formaal": "Mat"}, {"inneholder": "bare halv"}, {"inneholder": "98765", "formaal": "Fritid"},
     {"inneholder": "rema", "formaal": "Strøm"}],
    [{"navn": "Husleie", "mottaker": "Bolig AS", "konto": "1234.56.78903"}, {"navn": "Mat", "mottaker": "AB"},
     {"navn": "Strøm", "referanse": "0012345678", "mottaker": "Kraft"}, {"navn": "SFO", "mottaker": "Kommunen"},
     {"navn": "Barnehage", "mottaker": "Kommunen", "referanse": "77777"}, {"navn": "Avgift", "mottaker": "Kommunen kasse"}, {}],
    [{"navn": "Uføretrygd"}, {"navn": "Lønn"}],
)  # fmt: skip


@pytest.mark.parametrize(
    ("bank", "purpose"),
    [
        (row("REMA 1000 Grønland"), "Mat"),
        (row("REMA  1000   Storgata"), "Husleie"),
        (row("kjøp", counterparty="Rema AS"), "Mat"),
        (row("kjøp", reference="KID 987650"), "Fritid"),
        (row("til Bolig AS", "-8000"), "Husleie"),
        (row("giro", account="12345678903"), "Husleie"),
        (row("giro", account="NO9312345678903"), ""),
        (row("giro", reference="12345678"), "Strøm"),
        (row("giro", reference="00 1234 5678"), "Strøm"),
        (row("Kommunen"), ""),
        (row("Kommunen", reference="77777"), "Barnehage"),
        (row("Kommunen kassekontor"), "Avgift"),
        (row("AB"), ""),
        (row("NAV uføretrygd", "17000"), "Uføretrygd"),
        (row("NAV uføretrygd", "-17000"), ""),
        (row("Bolig AS tilbake", "100"), "Husleie"),
        (row("bare halv"), ""),
        (row(""), ""),
    ],
)
def test_the_longest_rule_decides_then_reference_account_and_payee(bank: BankRow, purpose: str) -> None:
    match = RULES.match(bank)
    assert match.purpose == purpose
    assert bool(match.reason) != bool(purpose)


def test_when_several_purposes_fit_they_are_named() -> None:
    assert RULES.match(row("Kommunen")).reason == "flere formål passer: SFO, Barnehage"


def test_rows_of_another_year_are_skipped_for_they_stand_in_another_workbook() -> None:
    found = imported(
        made(), HEAD + "31.12.2025;rema;1;;;;\n01.01.2026;rema;2;;;;\n31.12.2026;rema;3;;;;\n01.01.2027;rema;4;;;;\n"
    )
    assert [t.row.amount for t in found.taken] == [-2, -3]
    assert [(s.place, s.reason) for s in found.skipped] == [
        ("linje 2", "er utenfor budsjettåret (31.12.2025)"), ("linje 5", "er utenfor budsjettåret (01.01.2027)"),
    ]  # fmt: skip


def test_a_ledger_without_room_is_told_how_many_rows_are_missing_and_nothing_is_written(run: Run) -> None:
    put(bank_csv=HEAD + "".join(f"05.02.2026;Kjøp {i};1,00;;;;\n" for i in range(50)))
    said = run("import", "sak.xlsx", "bank.csv", "-o", "ny.xlsx", code=2)
    assert (
        "plass til 38 rader til, men banken har 50 nye. Det mangler 12 rader, og ingenting er skrevet." in said.stderr
    )
    assert said.stderr.count("\n") == 1
    assert not Path("ny.xlsx").exists()


def test_exactly_as_many_rows_as_there_is_room_for_go_in() -> None:
    full = imported(made(), HEAD + "".join(f"05.02.2026;Kjøp {i};1,00;;;;\n" for i in range(38)))
    assert len(ledger(full.data)) == 40
    with pytest.raises(ImportRefused, match="plass til 0 rader til, men banken har 1 nye"):
        imported(full.data, HEAD + "06.02.2026;En til;1,00;;;;\n")


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/c calc'!A1", "+4790000000", "-1", "@SUM(A1)", "1.1.2026", "1E5", "TRUE"]
)
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    new = imported(made(), f"Dato;Tekst;Beløp;KID;Navn\n05.02.2026;{text};-1;{text};{text}\n").data
    assert ledger(new)[2] | {"bilag": ""} == {
        "dato": date(2026, 2, 5), "tekst": text, "ut": D(1), "bilag": "", "referanse": text, "motpart": text,
    }  # fmt: skip
    package = Package(read_vetted(new))
    cells = package.sheet("Kladderegnskap")
    assert len(cells.formulas) == len(Package(read_vetted(made())).sheet("Kladderegnskap").formulas)


def test_nothing_but_the_sheets_with_new_numbers_is_another() -> None:
    new = members(imported(made(), BANK).data)
    old = members(made())
    assert list(new) == list(old)
    sheets = Package(read_vetted(made())).sheets
    may = {s.part for s in sheets if s.name in ("Forside", "Avtale", "Kladderegnskap", "Kontroll")}
    assert {name for name in old if old[name] != new[name]} <= may


def test_a_big_file_is_refused_for_lack_of_room_well_within_the_time() -> None:
    lines = "".join(f"{i % 28 + 1:02d}.{i % 12 + 1:02d}.2026;Kjøp {i};{i % 900 + 1},50;;;;\n" for i in range(20_000))
    start = time.process_time()
    with pytest.raises(ImportRefused, match="banken har 20000 nye"):
        imported(made(), HEAD + lines)
    assert time.process_time() - start < 5


def test_three_hundred_rows_into_a_large_ledger_and_again() -> None:
    lines = "".join(f"{i % 28 + 1:02d}.{i % 12 + 1:02d}.2026;Kjøp {i};{i % 900 + 1},50;;;;\n" for i in range(300))
    book = api.generate("forvaltning", CASE, templates=TEMPLATES, capacity={"kladd": 1500})
    new = imported(book, HEAD + lines)
    assert len(ledger(new.data)) == 302
    assert api.recalc(new.data, templates=TEMPLATES).stale == []
    assert imported(new.data, HEAD + lines).data == new.data


WRONG: dict[str, tuple[dict[str, str | bytes], list[str], str]] = {
    "a malformed bank file": ({"bank_csv": HEAD + "x.01.2026;a;1;;;;\n"}, ["sak.xlsx", "bank.csv"], "bank.csv: linje 2: «x.01.2026» er ikke en dato"),
    "no bank file": ({}, ["sak.xlsx", "borte.csv"], "borte.csv: finnes ikke"),
    "a folder": ({}, ["sak.xlsx", "."], "er en mappe"),
    "no workbook": ({"bank_csv": BANK}, ["borte.xlsx", "bank.csv"], "«borte.xlsx» finnes ikke"),
    "not a workbook": ({"bank_csv": BANK, "x_xlsx": "hei"}, ["x.xlsx", "bank.csv"], "«x.xlsx» er ikke en Excel-arbeidsbok"),
    "the workbook as bank file": ({}, ["sak.xlsx", "sak.xlsx"], "sak.xlsx: er en Excel-fil"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_done_is_one_line_on_stderr_code_2_and_no_file(case: str, run: Run) -> None:
    files, arguments, said = WRONG[case]
    put(**files)
    result = run("import", *arguments, "-o", "ny.xlsx", code=2)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert not Path("ny.xlsx").exists()


def test_the_new_file_is_never_written_over_one_of_the_old(run: Run) -> None:
    put(bank_csv=BANK)
    before = Path("sak.xlsx").read_bytes()
    for output in ("sak.xlsx", "bank.csv"):
        assert "dette er filen det leses fra" in run("import", "sak.xlsx", "bank.csv", "-o", output, code=2).stderr
    assert Path("sak.xlsx").read_bytes() == before


def test_the_files_may_come_and_go_through_pipes(run: Run) -> None:
    put(bank_csv=BANK)
    piped = run("import", "sak.xlsx", "-", "-o", "-", code=1, stdin=BANK.encode())
    assert ledger(piped.stdout_bytes)[2]["tekst"] == "=cmd|' /C calc'!A0"
    assert piped.stderr.startswith("Uten formål")
    run("import", "-", "-", "-o", "ny.xlsx", code=2, stdin=b"")
    run("import", "sak.xlsx", "bank.csv", "-o", "-", "--format", "json", code=2)


def test_a_workbook_of_another_template_is_told_to_have_no_ledger(run: Run) -> None:
    put(bank_csv=BANK, d_xlsx=api.generate("dividende"))
    with pytest.raises(ImportRefused, match="malen «dividende», som ikke har noe kladderegnskap"):
        import_bank_file(Path("d.xlsx"), BANK.encode())


def renamed(data: bytes) -> bytes:
    """The ledger's sheet under another name, as Excel does it: in every formula, name and chart."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members(data).items():
            text = content.replace(b"Kladderegnskap!", b"'Min kladd'!").replace(
                b'name="Kladderegnskap"', b'name="Min kladd"'
            )
            archive.writestr(name, text)
    return stream.getvalue()


def test_a_renamed_ledger_sheet_is_found(run: Run) -> None:
    new = imported(renamed(made()), BANK)
    assert new.taken[0].cell == "Min kladd!A9"
    assert len(ledger(new.data)) == 6
    assert api.recalc(new.data, templates=TEMPLATES).stale == []


def test_a_ledger_whose_columns_have_lost_their_names_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members(made()).items():
            archive.writestr(name, re.sub(rb'<definedName name="kladd\.ut">[^<]*</definedName>', b"", content))
    with pytest.raises(ValueError, match="kolonnene ikke er til å kjenne igjen"):
        imported(stream.getvalue(), BANK)


def test_the_advisors_own_formula_in_a_free_row_makes_the_row_hers() -> None:
    parts = members(made())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, re.sub(rb'<c r="E9"( s="\d+")/>', rb'<c r="E9"\1><f>1+1</f><v>2</v></c>', content))
    new = imported(stream.getvalue(), BANK)
    assert new.taken[0].cell == "Kladderegnskap!A10"


@pytest.mark.libreoffice
def test_a_file_saved_by_libreoffice_with_an_inserted_row_and_an_own_sheet_is_still_right(
    edit: Callable[..., bytes],
) -> None:
    package = edit(
        made(),
        ["unprotect"],
        ["insert_row", "Kladderegnskap", 8, 2],
        ["insert_row", "Kladderegnskap", 2, 1],
        ["text", "Kladderegnskap!B9", "Skrevet mellom radene"],
        ["number", "Kladderegnskap!A9", 46030],
        ["number", "Kladderegnskap!E9", 20],
        ["add_sheet", "Mitt"],
        ["text", "Mitt!A1", "Notat"],
        ["formula", "Mitt!B1", "=SUM($Kladderegnskap.E8:E60)"],
        ["comment", "Kladderegnskap!A8", "Husk denne"],
        ["rename", "Regler", "Mine regler"],
        ["rename", "Kladderegnskap", "Min kladd"],
    )
    new = imported(package, BANK)
    reading = api.read_full(new.data, templates=TEMPLATES)
    assert [r["tekst"] for r in reading.sak.tables["kladd"]] == [
        "Varekjøp Kiwi", "Skrevet mellom radene", "Uten bilag", "=cmd|' /C calc'!A0", "NAV uføretrygd",
        "REMA 1000 Storgata", "Giro",
    ]  # fmt: skip
    assert [t.match.purpose for t in new.taken] == ["", "Uføretrygd", "Husleie", "Husleie"]
    before = Package(read_vetted(package))
    after = Package(read_vetted(new.data))
    assert after.sheet("Mitt").values[(1, 2)] == before.sheet("Mitt").values[(1, 2)] + 1200 + 50 + 8000  # type: ignore[operator]
    assert after.sheet("Min kladd").comments == before.sheet("Min kladd").comments
    assert api.recalc(new.data, templates=TEMPLATES).stale == []
    old, now = members(package), members(new.data)
    assert all(old[n] == now[n] for n in old if not n.startswith("xl/worksheets/sheet"))
    assert len(imported(new.data, BANK).taken) == 0


@pytest.mark.libreoffice
def test_rows_copied_in_make_room(edit: Callable[..., bytes]) -> None:
    full = imported(made(), HEAD + "".join(f"05.02.2026;Kjøp {i};1,00;;;;\n" for i in range(38))).data
    first = next(
        r for r in api.read_full(full, templates=TEMPLATES).layout.regions.values() if r.id == "kladd.dato"
    ).row
    edits: list[list[object]] = [["unprotect"], ["insert_row", "Kladderegnskap", first + 20, 2]]
    for at in (first + 20, first + 21):
        edits += [
            ["formula", f"Kladderegnskap!F{at}", f"=ROUND(F{at - 1}+SUM(D{at})-SUM(E{at});2)"],
            ["formula", f"Kladderegnskap!K{at}", f'=IF(A{at}="";"";B{at}&" "&C{at})'],
            ["formula", f"Kladderegnskap!L{at}", f'=IF(SUM(E{at})=0;"";1/E{at})'],
        ]
    roomier = edit(full, *edits)
    new = imported(roomier, HEAD + "06.02.2026;En;1;;;;\n06.02.2026;To;2;;;;\n")
    assert len(ledger(new.data)) == 42
    assert sum(D(str(r.get("ut", 0))) for r in ledger(new.data)) == D("101.5") + 38 + 3


@pytest.mark.libreoffice
def test_libreoffice_computes_the_values_an_import_has_stored() -> None:
    if find_soffice() is None:
        pytest.skip("LibreOffice is not installed")
    new = imported(made(), BANK).data
    computed, package = get_engine("libreoffice").evaluate(new), Package(read_vetted(new))
    for info in package.sheets:
        cells = package.sheet(info.name)
        for r, c in cells.formulas:
            grid = computed[info.name]
            value = grid[r - 1][c - 1] if r <= len(grid) and c <= len(grid[0]) else None
            assert same(cells.values.get((r, c)), value), (info.name, r, c)


def test_the_toolkits_own_template_takes_a_year_of_rows_and_goes_on_to_the_next() -> None:
    case = {k: v for k, v in CASE.items() if k != "formaal_merknad"}
    case["inntekter"] = [{"navn": "Uføretrygd", "belop": 17000, "frekvens": "per måned", "utbetales": "2026-01-15"}]
    book = api.generate("forvaltning", case)
    lines = "".join(
        f"{i % 28 + 1:02d}.{i % 12 + 1:02d}.2026;Giro {i};{i % 90 + 1},50;;{i};Bolig AS;\n" for i in range(600)
    )
    start = time.process_time()
    found = import_bank_file(book, (HEAD + lines).encode())
    assert time.process_time() - start < 15
    assert (len(found.taken), found.unmatched, found.unsure) == (600, (), 0)
    assert api.recalc(found.data).stale == []
    assert {c.kind for c in api.read_full(found.data).changes} == set()
    after = next_year(found.data)
    assert after.opening == D("899") - sum((-t.row.amount for t in found.taken), D(0))
    assert "kladd" not in api.read(after.data).tables
