"""``okosos generate``: a wrong case gives one clear line, code 2 and no file; odd texts stay plain text."""

# ruff: noqa: E501 - one line per case reads best
from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from okosos_xl import api

BASE = "startmaaned: 2026-12\ndisponibelt: 100\n"
NINE = "perioder:\n" + "".join(f"  - {{fra: 2027-0{i}, belop: 1}}\n" for i in range(1, 10))


def krav(text: str) -> str:
    return "krav:\n  - {kreditor: A, saldo: 10}\n  - {" + text + "}\n"


BAD: dict[str, tuple[str | bytes, str]] = {
    "tom": ("", "filen er ikke en sak"),
    "ikke yaml": ("krav: [1", "linje 2: filen kan ikke leses: en parentes [ eller { er ikke lukket."),
    "tabulator": ("krav:\n\t- {saldo: 1}", "linje 2: filen kan ikke leses: linjen har et tegn som ikke kan stå der"),
    "to like nøkler": ("disponibelt: 1\ndisponibelt: 2\n", "linje 2: filen kan ikke leses: nøkkelen «disponibelt» står to"),
    "to like kolonner": (krav("saldo: 1, saldo: 2"), "linje 3: filen kan ikke leses: nøkkelen «saldo» står to ganger."),
    "to like i json": ('{"disponibelt": 1, "disponibelt": 2}', "nøkkelen «disponibelt» står to ganger."),
    "ukjent felt": ("disponibel: 3\n", "disponibel: ukjent felt. Mente du «disponibelt»?"),
    "ukjent kolonne": (krav("sald: 3"), "krav, rad 2: ukjent kolonne «sald». Mente du «saldo»?"),
    "hardt mellomrom": (krav('saldo: "12\u00a0500,50 kr"'), "krav, rad 2, saldo: «12\u00a0500,50 kr» er ikke et tall. Mente du 12500.50?"),
    "matematisk minus": ('disponibelt: "\u2212500"', "disponibelt: «\u2212500» er ikke et tall. Mente du -500?"),
    "negativ": (krav("saldo: -500"), "krav, rad 2, saldo: -500 er mindre enn 0"),
    "dato som ord": ("startmaaned: neste måned\n", "startmaaned: «neste måned» er ikke en måned. Skriv den som 2026-12."),
    "dato finnes ikke": ("dato: 2026-02-30\n", "linje 1: filen kan ikke leses: datoen «2026-02-30» finnes ikke."),
    "dato for gammel": ("dato: 1850-01-01\n", "dato: 1850-01-01 er utenfor årene 1900–2199."),
    "ni perioder": (BASE + NINE, "perioder: har 9 rader, men det er plass til 8. Ta bort 1."),
    "rente 18": (krav("rente: 18"), "krav, rad 2, rente: 18 er mer enn 0,60, som er det største tillatte. Renter skrives som brøk: 18 % er 0.18."),
    "ukjent valg": ("metode: snøball\n", "metode: «snøball» er ikke et valg. Velg en av: dividende uten rente,"),
    "ikke ja eller nei": (krav("prioritert: kanskje"), "krav, rad 2, prioritert: «kanskje» er ikke et valg. Velg en av: ja, nei."),
    "annen mal": ("mal: budsjett\n", "mal: saken er for malen «budsjett», ikke «dividende»."),
    "nyere mal": ("malversjon: 99\n", "malversjon: saken er laget med versjon 99 av malen; her er versjon 2."),
    "nan": ("disponibelt: .nan\n", "linje 1: filen kan ikke leses: «.nan» er ikke et tall"),
    "uendelig": ("disponibelt: .inf\n", "linje 1: filen kan ikke leses: «.inf» er ikke et tall"),
    "nan i json": ('{"disponibelt": NaN}', "disponibelt: «NaN» er ikke et tall."),
    "1e400": ("disponibelt: 1.0e+400\n", "disponibelt: tallet er for stort."),
    "1e400 i json": ('{"disponibelt": 1e400}', "disponibelt: tallet er for stort."),
    "1e999999999": ("disponibelt: 1.0e+999999999\n", "disponibelt: tallet er for stort."),
    "400 sifre": (f"disponibelt: {'9' * 390}\n", "disponibelt: tallet er for stort."),
    "5000 sifre": (f"disponibelt: {'9' * 5000}\n", "linje 1: filen kan ikke leses: et tall har altfor mange sifre."),
    "5000 sifre i json": (f'{{"disponibelt": {"9" * 5000}}}', "filen kan ikke leses: et tall har altfor mange sifre."),
    "30 desimaler": (f"disponibelt: 1.{'1' * 30}\n", "disponibelt: tallet har flere sifre enn et regneark kan holde."),
    "halv måned": ("lopetid: 12.5\n", "lopetid: 12,50 er ikke et helt tall."),
    "for lang": ("lopetid: 500\n", "lopetid: 500 er mer enn 120"),
    "dyp": ("a: " + "[" * 5000 + "]" * 5000, "linje 1: filen kan ikke leses: innholdet er for dypt nøstet."),
    "dyp nok til å felle libyaml": ("{a: " * 100_000, "linje 1: filen kan ikke leses: innholdet er for dypt nøstet."),
    "dyp json": ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "innholdet er for dypt nøstet."),
    "6000 rader": ("krav:\n" + "  - {saldo: 1}\n" * 6000, "krav: har 6000 rader, men det er plass til 5000. Ta bort 1000."),
    "latin-1": ("navn: Åse\n".encode("latin-1"), "linje 1: filen kan ikke leses: filen er ikke ren tekst i UTF-8"),
    "nulltegn": (b"a: \x00", "filen inneholder tegn som ikke hører hjemme i en tekstfil."),
    "ledende null": (krav("referanse: 004512"), "linje 3: filen kan ikke leses: «004512» kan leses på flere måter."),
    "klokkeslett": ("saksnummer: 12:30\n", "linje 1: filen kan ikke leses: «12:30» kan leses på flere måter."),
    "telefon": ("kontakt: +4712345678\n", "«+4712345678» kan leses på flere måter. Er det tekst, skriv \"+4712345678\""),
    "sann": ("navn: yes\n", "navn: må stå i anførselstegn"),
    "python": ("navn: !!python/object:os.system x\n", "linje 1: filen kan ikke leses: «!» foran teksten"),
    "sett": ("navn: !!set {a}\n", "navn: skal være tekst."),
    "krav som tall": ("krav: 5\n", "krav: skal være en liste med rader"),
    "rad som tekst": ("krav:\n  - A\n", "krav, rad 1: skal ha kolonner med verdier."),
    "halvt tegn": ('{"navn": "\\ud800"}', "navn: teksten har et halvt tegn"),
    "for lang tekst": (f"navn: {'x' * 32_001}\n", "navn: teksten er på 32001 tegn. Høyst 32000 får plass."),
    "overstyringer som tall": ("overstyringer: 5\n", "overstyringer: skal være en liste"),
    "overstyring uten verdi": ("overstyringer:\n  - {id: sum_gjeld}\n", "overstyringer, nr. 1, sum_gjeld: mangler verdien."),
    "overstyring i rad -5": ("overstyringer:\n  - {id: sum_gjeld, verdi: 1, rad: -5}\n", "skal være hele tall fra 1."),
    "overstyring med skrivefeil": ("overstyringer:\n  - {id: sum_gjeld, verdi: 1, grun: x}\n", "ukjent felt «grun»."),
    "overstyring av ingenting": ("overstyringer:\n  - {id: sumgjeld, verdi: 1}\n", "sak.yaml: overstyringen av «sumgjeld»: malen har ingen formel"),
    "ødelagt formel": ("overstyringer:\n  - {id: sum_gjeld, formel: =1+}\n", "formelen «=1+» kan ikke leses."),
    "tall som dato": ("dato: 46000\n", "dato: «46000» er ikke en dato. Skriv den som 2026-12-01."),
    "måned som dato": ("dato: 2026-11\n", "dato: «2026-11» er en måned. Skriv datoen med dag, som 2026-12-01."),
    "tall som måned": ("startmaaned: 202612\n", "startmaaned: «202612» er ikke en måned. Skriv den som 2026-12."),
    "tall i anførselstegn": ("lopetid: '60'\n", "«60» er tekst, ikke et tall. Skriv tallet uten anførselstegn."),
    "farlig formel": ("overstyringer:\n  - {id: sum_gjeld, formel: '=WEBSERVICE(\"http://x\")'}\n", "funksjonen WEBSERVICE"),
    "formel til en annen fil": ("overstyringer:\n  - {id: sum_gjeld, formel: '=[1]Ark!A1'}\n", "viser til en annen fil"),
    "tillegg som tall": ("tillegg: 5\n", "tillegg: skal være en liste"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_gal_sak_gir_en_klar_linje(name, run, files, tmp_path) -> None:
    text, expected = BAD[name]
    (tmp_path / "sak.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    result = run("generate", "dividende", "sak.yaml", "-o", "ut.xlsx", code=2)
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("sak.yaml: ")
    assert expected in line
    assert len(line) < 400
    assert files() == ["sak.yaml"]


def test_alle_feil_i_en_sak_paa_en_gang(run, tmp_path) -> None:
    (tmp_path / "sak.yaml").write_text("disponibel: 1\nlopetid: x\n" + krav("saldo: -1, rente: 18"))
    assert len(run("generate", "dividende", "sak.yaml", "-o", "ut.xlsx", code=2).stderr.splitlines()) == 4


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("dividende", "borte.yaml", "-o", "ut.xlsx"), "borte.yaml: filen finnes ikke."),
        (("dividende", "mappe", "-o", "ut.xlsx"), "mappe: dette er en mappe, ikke en fil."),
        (("dividend", "-o", "ut.xlsx"), "dividende"),
        (("../../etc", "-o", "ut.xlsx"), "mal"),
        (("dividende", "-o", "ingen/ut.xlsx"), "mappen finnes ikke"),
        (("dividende", "-o", "ut.pdf"), "ut.pdf: filen blir en arbeidsbok. Gi den et navn som slutter på .xlsx."),
        (("dividende", "-o", "mappe"), "det finnes en mappe med det navnet"),
        (("dividende", "sak.yaml", "-o", "sak.yaml"), "sak.yaml: dette er filen det leses fra."),
        (
            ("dividende", "-o", "ut.xlsx", "--date", "1.11.2026"),
            "«1.11.2026» er ikke en dato. Skriv den som 2026-11-01.",
        ),
        (("dividende", "-o", "ut.xlsx", "--date", "1850-01-01"), "«1850-01-01» er utenfor årene"),
        (("dividende", "-o", "ut.xlsx", "--engine", "abacus"), "Ukjent regnemotor «abacus». Velg en av: formualizer"),
        (("dividende", "-o", "ut.xlsx", "--templates", "ingen"), "ingen: mappen med maler finnes ikke."),
        (("dividende",), "okosos generate: --output mangler."),
        ((), "okosos generate: MAL mangler. Hjelp: okosos generate --help"),
    ],
)
def test_gale_argumenter(args, expected, run, files, tmp_path) -> None:
    (tmp_path / "sak.yaml").write_text(BASE)
    (tmp_path / "mappe").mkdir()
    result = run("generate", *args, code=2)
    (line,) = result.stderr.splitlines()
    assert expected in line
    assert result.stdout == ""
    assert files() == ["mappe", "sak.yaml"]
    assert (tmp_path / "sak.yaml").read_text() == BASE


def test_what_a_case_for_another_template_loses_on_the_way_is_told(run, tmp_path) -> None:
    (tmp_path / "sak.yaml").write_text(
        "mal: dividende\ndato: 2026-11-01\n" + BASE + "perioder: [{fra: 2027-02, belop: 900}]\n"
    )
    said = run("generate", "gjeldsradgivning", "sak.yaml", "-o", "ut.xlsx", code=0).stderr.splitlines()
    assert said[0] == "Malen «gjeldsradgivning» har ikke plass til alt i saken. Borte: disponibelt, perioder."
    own = run("generate", "dividende", "sak.yaml", "-o", "egen.xlsx", code=0).stderr.splitlines()
    assert len(own) == 1


ODD = [
    '=HYPERLINK("http://x","y")', "+47 12345678", "@x", "-2+3", "x" * 32_000, "Åse 😀", "a\x01b\x0b", "_x0041_",
    " rom ", "linje\nto", "<b>&amp;", "\t=1+1", "#REF!", "TRUE", "0012", "http://x.y", "mailto:a@b.no",
]  # fmt: skip


def test_navn_som_ligner_formler_forblir_tekst() -> None:
    rows = [{"kreditor": name, "saldo": 100 + i} for i, name in enumerate(ODD)]
    case = {"startmaaned": "2026-12", "disponibelt": 500, "navn": "=1+1", "krav": rows}
    package = api.generate("dividende", case)
    assert [row["kreditor"] for row in api.read(package).tables["krav"]] == ODD
    region = api.read_full(package).layout.regions["krav.kreditor"]
    sheet = openpyxl.load_workbook(io.BytesIO(package), read_only=True)[region.sheet]
    area = {"min_row": region.row, "max_row": region.row + len(ODD) - 1, "min_col": region.col, "max_col": region.col}
    cells = [row[0] for row in sheet.iter_rows(**area)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[0].value == ODD[0]
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    assert not any(
        "http://x" in text for name, text in parts.items() if name != "xl/sharedStrings.xml" and "<f" not in text
    )
    assert not any(
        "HYPERLINK" in formula for text in parts.values() for formula in re.findall("<f[^>]*>([^<]*)</f>", text)
    )
    findings = api.validate(package).findings
    assert {f.code for f in findings} <= {"DIV100", "OKX220"}, findings


def test_tomt_skjema_og_uferdig_sak_lages(run, tmp_path) -> None:
    result = run("generate", "dividende", "-", "-o", "-", stdin=b"navn: Uferdig\n", code=0)
    assert result.stderr == ""
    assert api.read(result.stdout_bytes).fields["navn"] == "Uferdig"
    assert api.validate(result.stdout_bytes).clean
    (tmp_path / "sak.yaml").write_text("krav:\n  - {kreditor: A, saldo: 10}\n")
    result = run("generate", "dividende", "sak.yaml", "-o", "ut.xlsx", "--date", "2026-11-01", code=0)
    assert result.stdout == ""
    assert result.stderr.startswith("Laget ut.xlsx (")
    codes = [f.code for f in api.validate(tmp_path / "ut.xlsx").findings]
    assert {"OKX110", "DIV300"} <= set(codes)
    assert str(api.read(tmp_path / "ut.xlsx").fields["dato"]) == "2026-11-01"


def test_skrivebeskyttet_maal(run, tmp_path, monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "nei")

    monkeypatch.setattr("okosos_xl.workbook.atomic.tempfile.mkstemp", refused)
    monkeypatch.setattr("okosos_xl.api.generate", lambda *_, **__: b"PK")
    (tmp_path / "ut.xlsx").write_bytes(b"gammel")
    result = run("generate", "dividende", "-o", "ut.xlsx", code=2)
    assert "«ut.xlsx» kan ikke skrives: mappen er skrivebeskyttet" in result.stderr
    assert Path("ut.xlsx").read_bytes() == b"gammel"
