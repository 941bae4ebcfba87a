"""Lists of movements as Norwegian banks give them out in CSV, and as they come when something is wrong with them."""
# ruff: noqa: E501 - the cases are tables

from __future__ import annotations

import codecs
import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okosos_xl.forvaltning.amounts import amount, day
from okosos_xl.forvaltning.bankfile import read_bank_file
from okosos_xl.forvaltning.statement import BankFileError, BankRow, Statement, clean

D = Decimal

BANKS: dict[str, tuple[str, list[BankRow]]] = {
    "out and in, both positive": (
        'Dato;Forklaring;Rentedato;Ut fra konto;Inn på konto\n02.01.2026;"Varekjøp Kiwi";03.01.2026;1.234,50;\n'
        "5.1.2026;Lønn;05.01.2026;;20 000,00\n",
        [
            BankRow("linje 2", date(2026, 1, 2), D("-1234.50"), "Varekjøp Kiwi"),
            BankRow("linje 3", date(2026, 1, 5), D("20000.00"), "Lønn"),
        ],
    ),
    "out is negative, with parties and accounts": (
        "Utført dato;Bokført dato;Rentedato;Beskrivelse;Type;Fra konto;Avsender;Til konto;Mottakernavn;Beløp inn;Beløp ut;Valuta;Status\n"
        "01.02.2026;02.02.2026;;Husleie;Betaling;1111.22.33333;Kari;1234.56.78903;Bolig AS;;-8000,00;NOK;Bokført\n"
        "01.02.2026;02.02.2026;;Trygd;Inn;9999.88.77777;NAV;1111.22.33333;Kari;17000;;NOK;Bokført\n"
        "01.02.2026;;;Kiwi;Kort;;;;;;-100,00;NOK;Reservert\n",
        [
            BankRow("linje 2", date(2026, 2, 2), D("-8000.00"), "Husleie", "Bolig AS", "", "1234.56.78903"),
            BankRow("linje 3", date(2026, 2, 2), D("17000"), "Trygd", "NAV", "", "9999.88.77777"),
        ],
    ),
    "one signed amount, and KID before the archive reference": (
        "\ufeffBokføringsdato;Beløp;Avsender;Mottaker;Navn;Tittel;Valuta;KID;Arkivref\n"
        "2026/03/01;-349,00;;Telenor;;Telefon;NOK;00123;A1\n2026/03/02;349,00;Telenor;;;Tilbake;NOK;;A2\n",
        [
            BankRow("linje 2", date(2026, 3, 1), D("-349.00"), "Telefon", "Telenor", "00123"),
            BankRow("linje 3", date(2026, 3, 2), D("349.00"), "Tilbake", "Telenor", "A2"),
        ],
    ),
    "a preamble, commas and quotes, and a correction in the column for out": (
        'Kontoutskrift\nKonto: 1234\n\n"Dato","Tekst","Belastning","Godskrift"\n"2026-01-02","A, ""B""\nC","100,00",""\n'
        '"2026-01-03","Rettet","-20,00",""\n',
        [
            BankRow("linje 5", date(2026, 1, 2), D("-100.00"), 'A, "B" C'),
            BankRow("linje 7", date(2026, 1, 3), D("20.00"), "Rettet"),
        ],
    ),
    "tabs, shouting headings, empty columns at the end, and blank lines": (
        "BOKFØRINGSDATO\tTEKST\tUT FRA KONTO\tINN PÅ KONTO\t\t\n\n02.01.2026\t=cmd|' /C calc'!A0\t5,00\t\t\t\n\t\t\t\n",
        [BankRow("linje 3", date(2026, 1, 2), D("-5.00"), "=cmd|' /C calc'!A0")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bank", BANKS)
def test_each_banks_list_is_read_in_every_encoding(bank: str, encoding: str, newline: str) -> None:
    text, rows = BANKS[bank]
    data = text.removeprefix("\ufeff").replace("\n", newline).encode(encoding)
    assert list(read_bank_file(data, "b.csv").rows) == rows


def test_rows_that_are_not_booked_movements_in_kroner_are_skipped_and_told_of() -> None:
    text = (
        "Dato;Tekst;Beløp;Valuta;Status\n02.01.2026;A;-1,00;NOK;Bokført\n03.01.2026;B;-2,00;EUR;\n04.01.2026;C;-3;NOK;Reservert\n"
        ";Sum;-99;;\n05.01.2026;D;0,00;;\n06.01.2026;E;;;\nUtskrift slutt\n"
    )
    found = read_bank_file(text.encode(), "b.csv")
    assert [row.text for row in found.rows] == ["A"]
    assert [(s.place, s.reason) for s in found.skipped] == [
        ("linje 3", "er i en annen valuta (EUR)"),
        ("linje 4", "er ikke bokført ennå (reservert)"),
        ("linje 5", "har ingen dato"),
        ("linje 6", "har ikke noe beløp"),
        ("linje 7", "har ikke noe beløp"),
        ("linje 8", "er ikke en bevegelse"),
    ]


HEAD = "Dato;Tekst;Ut;Inn\n"
MALFORMED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "er tom"),
    "blank": (b" \r\n\n", "er tom"),
    "an Excel file": (b"PK\x03\x04....", "er en Excel-fil"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1", "er en gammel Excel-fil"),
    "a PDF": (b"%PDF-1.7", "er en PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", "er ikke en tekstfil"),
    "half of a UTF-16 character": (b"\xff\xfea\0b", "ikke en lesbar tekstfil"),
    "no heading": (b"02.01.2026;Kiwi;100;\n", "fant ikke overskriften"),
    "a letter": (b"Hei!\nHer er tallene.", "fant ikke overskriften"),
    "no amount": (b"Dato;Tekst\n02.01.2026;x\n", "fant ikke overskriften"),
    "only one way": (b"Dato;Tekst;Ut\n02.01.2026;x;1\n", "fant ikke overskriften"),
    "not a date": ((HEAD + "02.01.2026;x;1;\n31.02.2026;x;1;\n").encode(), "linje 3: «31.02.2026» er ikke en dato"),
    "a date long ago": ((HEAD + "01.01.0026;x;1;\n").encode(), "linje 2: «01.01.0026» er ikke en dato"),
    "not an amount": ((HEAD + "02.01.2026;x;ett;\n").encode(), "linje 2: beløpet «ett» kan ikke leses"),
    "an amount of two meanings": ((HEAD + "02.01.2026;x;1.234;\n").encode(), "linje 2: beløpet «1.234» kan ikke leses"),
    "percent": ((HEAD + "02.01.2026;x;12%;\n").encode(), "linje 2: beløpet «12%» kan ikke leses"),
    "an exponent": ((HEAD + "02.01.2026;x;1e5;\n").encode(), "linje 2: beløpet «1e5» kan ikke leses"),
    "not a number": ((HEAD + "02.01.2026;x;NaN;\n").encode(), "linje 2: beløpet «NaN» kan ikke leses"),
    "too large": ((HEAD + "02.01.2026;x;99999999999999;\n").encode(), "linje 2: beløpet «99999999999999» er for stort"),
    "both ways": ((HEAD + "02.01.2026;x;1;2\n").encode(), "linje 2: har beløp både inn og ut"),
    "a row cut off": ((HEAD + "02.01.2026;x;1;\n02.01.20").encode(), "linje 3: har 1 kolonner, men overskriften har 4"),
    "one column too many": ((HEAD + "02.01.2026;a;b;1;2\n").encode(), "linje 2: har flere kolonner"),
    "commas in amounts": (b"Dato,Tekst,Ut,Inn\n02.01.2026,x,1,50,,\n", "linje 2:"),
    "a quote never closed": ((HEAD + '02.01.2026;"x;1;\n' + "02.01.2026;y;1;\n" * 30).encode(), "linje 2:"),
    "text after a quote": ((HEAD + '02.01.2026;"x"y;1;\n').encode(), "linje 2: anførselstegnene stemmer ikke"),
    "an endless text": ((HEAD + "02.01.2026;" + "x" * 5000 + ";1;\n").encode(), "linje 2: har en tekst på over"),
    "an endless quoted text": ((HEAD + '02.01.2026;"' + "x" * 200_000 + '";1;\n').encode(), "linje 2:"),
    "too big": (b"Dato;Ut;Inn\n" + b" " * 30_000_001, "er større enn 30 MB"),
    "too many rows": ((HEAD + "02.01.2026;x;1;\n" * 100_001).encode(), "har flere enn 100000 rader"),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_file_is_refused_in_one_line_that_says_where(case: str) -> None:
    data, said = MALFORMED[case]
    with pytest.raises(BankFileError) as refused:
        read_bank_file(data, "bank.csv")
    assert str(refused.value).startswith("bank.csv: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 234,50", "1234.50"), ("1.234,50", "1234.50"), ("1\u00a0234,5", "1234.5"), ("-200", "-200"), ("200-", "-200"),
        ("\u2212200,00", "-200.00"), ("1,234.50", "1234.50"), ("1234.50", "1234.50"), ("kr 20", "20"), ("20 kr", "20"),
        ("20,-", "20"), ("kr -20,00", "-20.00"), ("+5", "5"), ("1.234.567", "1234567"), ("10,50000", "10.50"), ("0", "0"),
        ("1.234", None), ("1,234", None), ("1.230", None), ("1,005", None), ("", None), ("--5", None), ("(5)", None),
        ("1.23.4", None), ("٣", None), ("5 NOK", "5"), ("1'234,00", "1234.00"), ("0,001", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_norwegians_write_them_or_not_at_all(text: str, wanted: str | None) -> None:
    assert amount(text) == (None if wanted is None else D(wanted))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.2.2026", date(2026, 2, 1)), ("01.02.26", date(2026, 2, 1)), ("2026-02-01", date(2026, 2, 1)),
        ("2026/02/01", date(2026, 2, 1)), ("20260201", date(2026, 2, 1)), ("01-02-2026", date(2026, 2, 1)),
        ("2026-02-01T10:00:00+01:00", date(2026, 2, 1)), ("01.02.2026 10:15", date(2026, 2, 1)),
        ("32.01.2026", None), ("2026-13-01", None), ("1.2", None), ("46000", None), ("2026-0201", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_banks_write_them_or_not_at_all(text: str, wanted: date | None) -> None:
    assert day(text) == wanted


def test_twenty_thousand_rows_are_read_well_within_the_time() -> None:
    lines = [f"{i % 28 + 1:02d}.{i % 12 + 1:02d}.2026;Varekjøp nr. {i};{i % 900 + 1},50;;KID{i}" for i in range(20_000)]
    data = ("Dato;Forklaring;Ut;Inn;Referanse\n" + "\n".join(lines)).encode("cp1252")
    start = time.process_time()
    assert len(read_bank_file(data, "b.csv").rows) == 20_000
    assert time.process_time() - start < 5


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=30).map(clean)
ROWS = st.lists(
    st.tuples(
        st.dates(date(1990, 1, 1), date(2199, 12, 31)),
        st.integers(-(10**10), 10**10).filter(bool).map(lambda ore: D(ore) / 100),
        TEXTS,
        TEXTS,
    ),
    max_size=15,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    rows=ROWS,
    separator=st.sampled_from(";\t,"),
    signed=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_as_csv_is_read_back(
    rows: list[tuple[date, Decimal, str, str]], separator: str, signed: bool, encoding: str
) -> None:
    def number(value: Decimal) -> str:
        return f"{value:,.2f}".replace(",", " ").replace(".", ",")

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines = [["Dato", "Tekst", "KID", *(["Beløp"] if signed else ["Ut", "Inn"])]]
    for when, value, text, reference in rows:
        amounts = (
            [number(value)] if signed else [number(-value) if value < 0 else "", number(value) if value > 0 else ""]
        )
        lines.append([f"{when:%d.%m.%Y}", text, reference, *amounts])
    data = "\r\n".join(separator.join(map(quoted, line)) for line in lines).encode(encoding)
    found = read_bank_file(data, "b.csv")
    assert [(r.day, r.amount, r.text, r.reference) for r in found.rows] == rows
    assert found.skipped == ()


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: (HEAD + t).encode("utf-8", "replace"))))
def test_no_file_whatever_gives_anything_but_rows_or_one_line(data: bytes) -> None:
    try:
        assert isinstance(read_bank_file(data, "b.csv"), Statement)
    except BankFileError as error:
        assert "\n" not in str(error)


def test_a_list_of_several_accounts_is_refused_for_its_sum_is_no_accounts_balance() -> None:
    head = "Dato;Tekst;Beløp;Fra konto;Til konto\n"
    own = (
        "02.01.2026;Husleie;-8000,00;1111.22.33333;1234.56.78903\n"
        "03.01.2026;Trygd;17000,00;9999.88.77777;11112233333\n"
        "04.01.2026;Kiwi;-10,00;1111 22 33333;\n05.01.2026;Renter;1,00;;\n"
    )
    assert len(read_bank_file((head + own).encode(), "b.csv").rows) == 4
    with pytest.raises(BankFileError, match="gjelder 2 kontoer"):
        read_bank_file((head + own + "06.01.2026;Annet;-5,00;2222.33.44444;1111.22.33333\n").encode(), "b.csv")


@pytest.mark.parametrize("head", ["Bokfort dato;Belop", "Bokfoert dato;Beloep", "BOKFORINGSDATO;BELOP I NOK"])
def test_headings_in_plain_ascii_are_read(head: str) -> None:
    assert read_bank_file(f"{head}\n02.01.2026;-8000,00\n".encode(), "b.csv").rows == (
        BankRow("linje 2", date(2026, 1, 2), D(-8000)),
    )


@pytest.mark.parametrize("data", [b"<!doctype html><html>", b"\xef\xbb\xbf\n<html><body>", b"<Konto/>"])
def test_a_web_page_or_other_xml_is_told_to_be_one(data: bytes) -> None:
    with pytest.raises(BankFileError, match="nettside eller en annen slags XML"):
        read_bank_file(data, "b.csv")


def test_the_mark_of_utf_8_is_no_part_of_the_first_heading() -> None:
    assert len(read_bank_file(codecs.BOM_UTF8 + b"Dato;Ut;Inn\n02.01.2026;1;\n", "b.csv").rows) == 1
