"""``okosos read``, ``validate`` and ``recalc`` of files that are not what they should be, and of changed workbooks."""

# ruff: noqa: E501 - one line per case reads best
from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from okosos_xl import api
from okosos_xl.engine import installed_engines
from okosos_xl.kontroll.finding import Report
from okosos_xl.resources import templates_root
from okosos_xl.sak.load import loads_case
from okosos_xl.template.compile import load_spec


def stranger() -> bytes:
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    book.add_worksheet("Budsjett").write(0, 0, "Husleie")
    book.close()
    return output.getvalue()


def utf16(text: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + text.encode("utf-16-le") + b"\0" * 512


def macro(package: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(output, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("xl/vbaProject.bin", b"x")
    return output.getvalue()


REFUSED = {
    "tom.xlsx": ("OKX004", lambda p: b""),
    "tekst.xlsx": ("OKX005", lambda p: b"dette er ikke en arbeidsbok"),
    "gammel.xls": ("OKX006", lambda p: utf16("Workbook")),
    "passord.xlsx": ("OKX007", lambda p: utf16("EncryptedPackage")),
    "avkuttet.xlsx": ("OKX011", lambda p: p[: len(p) // 2]),
    "makro.xlsm": ("OKX010", macro),
    "fremmed.xlsx": ("OKX024", lambda p: stranger()),
}


@pytest.mark.parametrize("command", [("read",), ("validate",), ("recalc",), ("recalc", "-o", "ut.xlsx")])
def test_filer_som_ikke_kan_leses(command, run, files, package, tmp_path) -> None:
    (tmp_path / "mappe").mkdir()
    for name, (_, make) in REFUSED.items():
        (tmp_path / name).write_bytes(make(package))
    before = files()
    cases = [(name, code) for name, (code, _) in REFUSED.items()] + [("borte.xlsx", "OKX001")]
    if command[0] != "validate":
        cases.append(("mappe", "OKX002"))
    for name, code in cases:
        result = run(command[0], name, *command[1:], code=2)
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"{code}: «{name}» "), line
        assert result.stdout == ""
    assert files() == before


def test_uten_forklaringsark_og_med_ukjent_mal(run, package, tmp_path, edit) -> None:
    strings = edit.parts["xl/sharedStrings.xml"].decode()
    for name, old, new, code in (
        ("uten.xlsx", ">okosos_xl<", ">noe annet<", "OKX024"),
        ("ukjent.xlsx", ">dividende<", ">snøballen<", "OKX025"),
    ):
        assert old in strings
        edit.parts["xl/sharedStrings.xml"] = strings.replace(old, new).encode()
        (tmp_path / name).write_bytes(edit.data())
        for command in ("read", "validate", "recalc"):
            assert run(command, name, code=2).stderr.startswith(f"{code}: «{name}» ")


def judged(edit) -> Report:
    return api.validate(edit.data(), name="sak.xlsx")


def said(report: Report) -> dict[str, tuple[str, str, str]]:
    """Place → code, severity and message, without what follows from stale values."""
    return {f.place: (f.code, f.severity, f.message) for f in report.findings if f.code.startswith(("OKX1", "OKX21"))}


def test_gale_felt(edit) -> None:
    wrong = {
        edit("krav.saldo", 1, text="12\u00a0500,50 kr"): ("OKX120", "«12\u00a0500,50 kr» er tekst, ikke et tall. Mente du 12 500,50?"),
        edit("krav.saldo", 2, text="\u2212500"): ("OKX120", "«\u2212500» er tekst, ikke et tall. Mente du -500?"),
        edit("krav.saldo", 3, number=-7): ("OKX122", "Saldo: -7 er mindre enn 0, som er det minste tillatte."),
        edit("krav.saldo", 4, error="#REF!"): ("OKX126", "Saldo: cellen viser #REF!."),
        edit("krav.rente", 3, number=18): ("OKX123", "Nominell rente: 18 er mer enn 0,60, som er det største tillatte."),
        edit("krav.prioritert", 1, text="kanskje"): ("OKX125", "Prioritert: «kanskje» står ikke i listen."),
        edit("startmaaned", text="neste måned"): ("OKX121", "«neste måned» er ikke en dato."),
        edit("dato", text="01.11.2026"): ("OKX121", "«01.11.2026» er tekst, ikke en dato."),
        edit("saldodato", number=5e9): ("OKX121", "«5 000 000 000» er ikke en dato."),
        edit("metode", text="snøball"): ("OKX125", "Betalingsløsning: «snøball» står ikke i listen."),
        edit("lopetid", number=12.5): ("OKX124", "Fast løpetid: 12,50 er ikke et helt tall."),
    }  # fmt: skip
    found = said(judged(edit))
    assert {place: (code, message) for place, (code, _, message) in found.items()} == wrong
    back = api.read(edit.data())
    assert back.tables["krav"][0]["saldo"] == "12\u00a0500,50 kr"
    assert back.fields["metode"] == "snøball"


def test_read_av_gale_felt_sier_fra_og_gir_saken(run, edit, tmp_path) -> None:
    place = edit("krav.saldo", 1, text="12 500,50 kr")
    (tmp_path / "sak.xlsx").write_bytes(edit.data())
    result = run("read", "sak.xlsx", code=1)
    assert "saldo: 12 500,50 kr" in result.stdout
    assert result.stderr.startswith(f"sak.xlsx  {place}  «12 500,50 kr» er tekst, ikke et tall. Mente du 12 500,50?")
    assert len(result.stderr.splitlines()) == 1
    (tmp_path / "sak.yaml").write_text(result.stdout)
    again = run("generate", "dividende", "sak.yaml", "-o", "ut.xlsx", code=2)
    assert "krav, rad 1, saldo: «12 500,50 kr» er ikke et tall. Mente du 12500.50?" in again.stderr


def test_manglende_felt_og_hull_i_periodene(edit) -> None:
    place = edit("startmaaned", empty=True)
    edit("perioder.belop", 1, empty=True)
    edit("perioder.fra", 2, number=46000)
    report = judged(edit)
    assert said(report)[place] == ("OKX110", "feil", "«Første termin» er ikke fylt inn.")
    assert {"DIV300", "DIV302", "DIV303"} <= {f.code for f in report.findings}


def test_formler_som_er_rort(edit, run, tmp_path) -> None:
    value = edit("plan.betalt", 3, number=1200)
    gone = edit("fordeling.belop", 3, 5, empty=True)
    changed = edit("fordeling.belop", 2, 7, formula="1+1", number=2)
    broken = edit("fordeling.belop", 2, 9, formula="#REF!+1", number=2)
    error = edit("krav.saldo_brukt", 4, error="#REF!")
    own = edit("krav.saldo", 1, formula="1000+250", number=1250)
    report = judged(edit)
    found = {place: (code, severity) for place, (code, severity, _) in said(report).items()}
    assert found == {
        value: ("OKX210", "advarsel"), gone: ("OKX211", "feil"), changed: ("OKX212", "advarsel"),
        broken: ("OKX213", "feil"), error: ("OKX213", "feil"), "arbeidsboken": ("OKX215", "opplysning"),
    }  # fmt: skip
    assert "erstattet med 1 200" in said(report)[value][2]
    assert "feilverdien #REF!" in said(report)[error][2]
    (mine,) = [f for f in report.findings if f.code == "OKX322"]
    assert (mine.place, mine.severity) == (own, "opplysning")
    assert "=1000+250" in mine.message
    back = api.read(edit.data())
    assert {(o.id, o.row, o.period) for o in back.overrides} >= {("plan.betalt", 3, 0), ("fordeling.belop", 2, 7)}
    assert back.tables["krav"][0]["saldo"] == 1250
    (tmp_path / "sak.xlsx").write_bytes(edit.data())
    result = run("validate", "sak.xlsx", "--format", "json", code=1)
    assert result.stderr == ""
    (book,) = json.loads(result.stdout)["arbeidsboker"]
    assert {"kode", "ark", "celle", "melding", "gjor", "alvorlighet", "id", "antall", "kroner", "celler"} == set(
        book["funn"][0]
    )
    assert any((f["kode"], f["ark"], f["celle"]) == ("OKX210", *value.split("!")) for f in book["funn"])
    lines = run("validate", "sak.xlsx", code=1).stdout.splitlines()
    assert lines[0].startswith("sak.xlsx   ")
    assert any(value in line and "OKX210" in line for line in lines)


def test_gamle_verdier(edit, run, tmp_path) -> None:
    place = edit.stored("plan.betalt", 99, row=3)
    (tmp_path / "sak.xlsx").write_bytes(edit.data())
    result = run("recalc", "sak.xlsx", "--check", code=1)
    assert result.stdout.splitlines()[0] == "sak.xlsx   1 verdi stemmer ikke med formlene (formualizer)"
    assert place in result.stdout
    result = run("recalc", "sak.xlsx", "--format", "json", "-o", "ny.xlsx", code=0)
    data = json.loads(result.stdout)
    assert set(data) == {"values", "stale", "engine"}
    assert [(s["ark"] + "!" + s["celle"], s["lagret"]) for s in data["stale"]] == [(place, 99)]
    assert data["values"]["plan.betalt"][2] == data["stale"][0]["riktig"]
    assert result.stderr == "Laget ny.xlsx.\n"
    assert api.recalc(tmp_path / "ny.xlsx").stale == []
    new, part = zipfile.ZipFile(tmp_path / "ny.xlsx"), edit.sheets["Plan"]
    for name, content in edit.parts.items():
        if not name.startswith("xl/worksheets/") and name != "xl/calcChain.xml":
            assert new.read(name) == content, name
    assert new.read(part) != edit.parts[part]
    found = [f for f in api.validate(tmp_path / "sak.xlsx").findings if f.code == "OKX220"]
    assert [f.place for f in found] == [place]


def test_recalc_gale_valg(run, package, tmp_path, files) -> None:
    (tmp_path / "sak.xlsx").write_bytes(package)
    for args, expected in (
        (("--engine", "abacus"), "Ukjent regnemotor «abacus». Velg en av: formualizer"),
        (("--engine", "ironcalc", "-o", "ut.xlsx"), "-o kan bare brukes med regnemotoren formualizer"),
        (("-o", "-", "--format", "json"), "Velg en av dem."),
        (("-o", "sak.xlsx"), "sak.xlsx: dette er filen det leses fra."),
        (("-o", "ingen/ut.xlsx"), "mappen finnes ikke"),
    ):
        result = run("recalc", "sak.xlsx", *args, code=2)
        assert expected in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert result.stdout == ""
    assert files() == ["sak.xlsx"]
    assert (tmp_path / "sak.xlsx").read_bytes() == package
    assert "Ukjent regnemotor" in run("validate", "sak.xlsx", "--engine", "abacus", code=2).stderr


@pytest.mark.parametrize("engine", [e for e in installed_engines() if e in ("formualizer", "ironcalc")])
def test_recalc_med_hver_motor(engine, run, package) -> None:
    result = run("recalc", "-", "--engine", engine, "--check", stdin=package, code=0)
    assert result.stdout == f"standard inn   alle verdier stemmer ({engine})\n"


def _two_months(root: Path) -> Path:
    """The templates of Dividende with two months instead of 120: ``formulas`` needs 10 ms for each formula."""
    for name in ("dividende", "moduler"):
        shutil.copytree(templates_root() / name, root / name)
    for file in root.glob("*/*.yaml"):
        text = re.sub(r"\b120\b", "2", file.read_text(encoding="utf-8"))
        file.write_text(re.sub(r"\b119\b", "1", text), encoding="utf-8")
    return root


@pytest.mark.slow
@pytest.mark.parametrize("engine", [e for e in installed_engines() if e in ("formulas", "libreoffice")])
def test_recalc_med_trege_motorer(engine, run, package, sak, tmp_path) -> None:
    templates = ()
    if engine == "formulas":
        root = _two_months(tmp_path / "maler")
        package, templates = api.generate("dividende", sak, templates=root), ("--templates", str(root))
    result = run("recalc", "-", "--engine", engine, "--check", *templates, stdin=package, code=0)
    assert result.stdout == f"standard inn   alle verdier stemmer ({engine})\n"


def test_arbeidsboken_som_helhet(package, run, tmp_path) -> None:
    """Own sheet, renamed, hidden and deleted sheets, notes and a reason, saved by another program."""
    book = openpyxl.load_workbook(io.BytesIO(package))
    book.create_sheet("Mitt ark")["A1"] = "husk"
    book["Krav"]["T3"] = "ring banken"
    book["Oversikt"].sheet_state = "hidden"
    cell = book["Plan"]["E10"]
    cell.value, cell.comment = 17, Comment("Overstyrt: avtalt på telefon", "meg")
    del book["Kreditorer"]
    book.save(tmp_path / "sak.xlsx")
    found = {f.code: f for f in api.validate(tmp_path / "sak.xlsx").findings}
    assert found["OKX310"].place == "Kreditorer"
    assert found["OKX312"].place == "Oversikt"
    assert found["OKX320"].place == "Mitt ark"
    assert found["OKX321"].place == "Krav!T3"
    assert (found["OKX210"].place, found["OKX210"].severity) == ("Plan!E10", "opplysning")
    assert "Grunn: avtalt på telefon." in found["OKX210"].message
    run("read", "sak.xlsx", "-o", "sak.yaml", code=0)
    sak = loads_case((tmp_path / "sak.yaml").read_bytes(), load_spec("dividende"))
    assert [(o.id, o.row, o.reason) for o in sak.overrides] == [("plan.betalt", 4, "avtalt på telefon")]
    assert {(e.kind, e.sheet) for e in sak.extras} >= {("ark", "Mitt ark"), ("notat", "Krav")}


def test_omdopt_ark(edit) -> None:
    for part in [p for p in edit.parts if p.startswith(("xl/workbook.xml", "xl/worksheets/sheet"))]:
        text = edit.parts[part].decode().replace("Krav!", "Gjelden!").replace('name="Krav"', 'name="Gjelden"')
        edit.parts[part] = text.encode()
    edit.sheets["Gjelden"] = edit.sheets.pop("Krav")
    report = judged(edit)
    assert [f.message for f in report.findings if f.code == "OKX311"] == ["Arket «Krav» heter nå «Gjelden»."]
    assert not [f for f in report.findings if f.code.startswith("OKX21")]


def test_mappe_og_flere_filer(run, package, tmp_path) -> None:
    (tmp_path / "saker" / "2026").mkdir(parents=True)
    (tmp_path / "tom").mkdir()
    (tmp_path / "saker" / "a.xlsx").write_bytes(package)
    (tmp_path / "saker" / "~$a.xlsx").write_bytes(b"laas")
    (tmp_path / "saker" / "2026" / "b.xlsx").write_bytes(b"ikke en arbeidsbok")
    result = run("validate", "saker", "borte.xlsx", code=2)
    assert result.stdout.splitlines() == [f"{Path('saker/a.xlsx')}   i orden"]
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"OKX005: «{Path('saker/2026/b.xlsx')}» ")
    assert lines[1].startswith("OKX001: «borte.xlsx» ")
    assert lines[-1].startswith("3 arbeidsbøker kontrollert, 2 ")
    data = json.loads(run("validate", "saker/2026/b.xlsx", "--format", "json", code=2).stdout)
    assert data["arbeidsboker"][0]["lest"] is False
    assert data["arbeidsboker"][0]["funn"][0]["kode"] == "OKX005"
    assert "tom: mappen har ingen .xlsx-filer." in run("validate", "tom", code=2).stderr


HELP = [
    "generate", "read", "recalc", "validate", "explain", "demo", "templates", "templates list", "templates show",
    "templates check", "templates schema", "satser", "satser list", "satser show", "satser diff", "satser check", "",
]  # fmt: skip


@pytest.mark.parametrize("command", HELP)
def test_hjelpen_viser_et_eksempel_og_er_norsk(command, run) -> None:
    text = run(*command.split(), "--help", code=0).stdout
    assert "Eksempel:  okosos" in text
    assert text.startswith("Bruk: okosos")
    for word in ("Usage", "Options", "Commands", "Show this", "default:", "required"):
        assert word not in text


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("generat", "okosos: kommandoen «generat» finnes ikke. Mente du generate? Hjelp: okosos --help"),
        ("read", "okosos read: ARBEIDSBOK mangler. Hjelp: okosos read --help"),
        ("read a b", "okosos read: for mange argumenter: b. Hjelp: okosos read --help"),
        ("read --formt json a", "okosos read: valget --formt finnes ikke. Mente du --format? Hjelp: okosos read --help"),
        ("read --format xml a", "okosos read: verdien av --format finnes ikke. Velg en av: yaml, json. Hjelp: okosos read --help"),
        ("templates shw", "okosos templates: kommandoen «shw» finnes ikke. Mente du show? Hjelp: okosos templates --help"),
    ],
)  # fmt: skip
def test_gal_bruk_sies_paa_norsk(args, expected, run) -> None:
    result = run(*args.split(), code=2)
    assert result.stderr == expected + "\n"
    assert result.stdout == ""


def test_hjelpen_laster_ikke_tunge_biblioteker() -> None:
    code = "import sys; from okosos_xl.commands import main\ntry: main(['--help'], prog_name='okosos')\nexcept SystemExit: pass\n"
    heavy = "('xlsxwriter', 'formualizer', 'yaml', 'openpyxl', 'ironcalc', 'python_calamine', 'okosos_xl.api')"
    code += f"print([m for m in {heavy} if m in sys.modules], file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr.strip() == "[]"


def test_som_eget_program(package, tmp_path) -> None:
    """Real processes: pipes, exit codes, and nothing but data on standard output."""

    def okosos(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        code = "import sys; from okosos_xl.commands import main; main(prog_name='okosos')"
        return subprocess.run(
            [sys.executable, "-c", code, *args], input=stdin, capture_output=True, check=False, cwd=tmp_path
        )

    done = okosos("read", "-", "--format", "json", stdin=package)
    assert (done.returncode, done.stderr) == (0, b"")
    made = okosos("generate", "dividende", "-", "-o", "-", stdin=done.stdout)
    assert (made.returncode, made.stderr) == (0, b"")
    assert made.stdout == package
    bad = okosos("validate", "-", stdin=b"x")
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.decode().startswith("OKX005: «standard inn» ")
