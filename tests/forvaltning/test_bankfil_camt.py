"""Statements as camt.053 XML in the versions banks use, and files that only look like it."""
# ruff: noqa: E501 - the cases are pieces of XML

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okosos_xl.forvaltning.bankfile import read_bank_file
from okosos_xl.forvaltning.statement import BankFileError, BankRow, Statement

D = Decimal
VERSIONS = [f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{n:02d}" for n in range(2, 9)]


def document(*entries: str, space: str = VERSIONS[0], before: str = "", statements: str = "") -> bytes:
    stmt = f"<Stmt><Id>1</Id><Acct><Id><Othr><Id>11112233333</Id></Othr></Id></Acct>{''.join(entries)}</Stmt>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<Document xmlns="{space}"><BkToCstmrStmt><GrpHdr/>'
        f"{statements or stmt}</BkToCstmrStmt></Document>"
    ).encode()


def entry(amount: str = "100.50", way: str = "DBIT", status: str = "<Sts>BOOK</Sts>", details: str = "", more: str = "",
          day: str = "<BookgDt><Dt>2026-02-03</Dt></BookgDt>", currency: str = "NOK") -> str:  # fmt: skip
    inner = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{status}{day}{more}{inner}</Ntry>'


RENT = (
    "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><TxId>T1</TxId></Refs><RltdPties><Cdtr>{cdtr}</Cdtr><CdtrAcct>"
    "<Id><Othr><Id>12345678903</Id></Othr></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>Husleie</Ustrd><Ustrd>februar</Ustrd>"
    "<Strd><CdtrRefInf><Ref>0012345</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
)


@pytest.mark.parametrize("space", VERSIONS)
def test_every_version_gives_the_same_rows(space: str) -> None:
    new = space.endswith("08")
    status = "<Sts><Cd>BOOK</Cd></Sts>" if new else "<Sts>BOOK</Sts>"
    name = "<Pty><Nm>Bolig AS</Nm></Pty>" if new else "<Nm>Bolig AS</Nm>"
    pay = (
        "<TxDtls><RltdPties><Dbtr><Nm>NAV</Nm></Dbtr></RltdPties><Refs><AcctSvcrRef>S9</AcctSvcrRef></Refs>"
        "<AddtlTxInf>Uføretrygd &amp; mer</AddtlTxInf></TxDtls>"
    )
    data = document(
        entry("8000", "DBIT", status, RENT.format(cdtr=name)),
        entry("17000.00", "CRDT", status, pay, day="<BookgDt><DtTm>2026-02-04T00:00:00+01:00</DtTm></BookgDt>"),
        entry("1", "DBIT", status, more="<NtryRef>7</NtryRef><AddtlNtryInf>=1+1</AddtlNtryInf>"),
        space=space,
    )
    assert read_bank_file(data, "k.xml") == Statement((
        BankRow("post 1", date(2026, 2, 3), D("-8000.00"), "Husleie februar", "Bolig AS", "0012345", "12345678903"),
        BankRow("post 2", date(2026, 2, 4), D("17000.00"), "Uføretrygd & mer", "NAV", "S9"),
        BankRow("post 3", date(2026, 2, 3), D("-1.00"), "=1+1", "", "7"),
    ))  # fmt: skip


def test_prefixes_other_namespaces_and_other_encodings_make_no_difference() -> None:
    plain = document(entry(more="<AddtlNtryInf>Øl</AddtlNtryInf>"))
    rows = read_bank_file(plain, "k.xml").rows
    prefixed = (
        plain.replace(b"<", b"<c:").replace(b"<c:/", b"</c:").replace(b"<c:?", b"<?").replace(b"xmlns=", b"xmlns:c=")
    )
    latin = plain.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    utf16 = plain.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    for data in (prefixed, latin, utf16, b"\xef\xbb\xbf" + plain, plain.replace(VERSIONS[0].encode(), b"noe:annet")):
        assert read_bank_file(data, "k.xml").rows == rows


def test_an_entry_of_several_payments_becomes_one_row_for_each_when_they_add_up() -> None:
    def part(amount: str, text: str) -> str:
        return f'<TxDtls><AmtDtls><TxAmt><Amt Ccy="NOK">{amount}</Amt></TxAmt></AmtDtls><AddtlTxInf>{text}</AddtlTxInf></TxDtls>'

    both = part("60", "A") + part("40.50", "B")
    split = read_bank_file(document(entry("100.50", details=both)), "k.xml").rows
    assert [(r.amount, r.text) for r in split] == [(D("-60"), "A"), (D("-40.50"), "B")]
    whole = read_bank_file(document(entry("101", details=both, more="<AddtlNtryInf>Sum</AddtlNtryInf>")), "k.xml").rows
    assert [(r.amount, r.text) for r in whole] == [(D("-101"), "Sum")]


def test_entries_that_are_not_booked_in_kroner_are_skipped_and_told_of() -> None:
    found = read_bank_file(
        document(
            entry(status="<Sts>PDNG</Sts>"), entry(status="<Sts><Cd>INFO</Cd></Sts>"), entry(currency="EUR"), entry()
        ),
        "k.xml",
    )
    assert [r.place for r in found.rows] == ["post 4"]
    assert [s.reason for s in found.skipped] == [
        "er ikke bokført ennå (PDNG)", "er ikke bokført ennå (INFO)", "er i en annen valuta (EUR)",
    ]  # fmt: skip


def test_an_entry_that_takes_another_back_goes_the_way_it_says() -> None:
    assert read_bank_file(document(entry(way="CRDT", more="<RvslInd>true</RvslInd>")), "k.xml").rows[0].amount == D(
        "100.50"
    )


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
TWO = "".join(f"<Stmt><Acct><Id><IBAN>NO{n}</IBAN></Id></Acct></Stmt>" for n in (1, 2))
MALFORMED: dict[str, tuple[bytes, str]] = {
    "an entity bomb": (document(entry("&b;"), before=BOMB), "har en dokumenttype"),
    "an external entity": (document(before='<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "har en dokumenttype"),
    "nested": (b"<Document>" + b"<a>" * 200 + b"</a>" * 200 + b"</Document>", "unaturlig dypt nøstet"),
    "cut off": (document(entry())[:-30], "linje 1: er ikke gyldig XML"),
    "not XML on the third line": (
        b"<?xml version='1.0'?>\n<Document>\n<a></b>\n</Document>",
        "linje 3: er ikke gyldig XML",
    ),
    "another encoding": (b'<?xml version="1.0" encoding="koi8-r"?><Document/>', "tegnkoding"),
    "another document": (b"<html><body/></html>", "er en nettside eller en annen slags XML"),
    "another XML document": (b"<?xml version='1.0'?><html/>", "ikke en kontoutskrift"),
    "nothing in it": (b"<Document/>", "ikke en kontoutskrift"),
    "camt.054": (b"<Document><BkToCstmrDbtCdtNtfctn/></Document>", "er camt.054"),
    "camt.052": (b"<Document><BkToCstmrAcctRpt/></Document>", "er camt.052"),
    "pain.001": (b"<Document><CstmrCdtTrfInitn/></Document>", "er pain.001"),
    "two accounts": (document(statements=TWO), "gjelder 2 kontoer"),
    "no amount": (document(entry(), entry("")), "post 2: mangler beløpet"),
    "an amount with a comma": (document(entry("1,50")), "post 1: beløpet «1,50» kan ikke leses"),
    "a negative amount": (document(entry("-5")), "post 1: beløpet «-5» kan ikke leses"),
    "half an øre": (document(entry("1.005")), "post 1: beløpet «1.005» kan ikke leses"),
    "not a number": (document(entry("NaN")), "post 1: beløpet «NaN» kan ikke leses"),
    "no way": (document(entry(way="")), "post 1: sier ikke om beløpet er inn eller ut"),
    "no date": (document(entry(day="")), "post 1: mangler bokføringsdato"),
    "a wrong date": (
        document(entry(day="<BookgDt><Dt>2026-02-31</Dt></BookgDt>")),
        "post 1: «2026-02-31» er ikke en dato",
    ),
    "an endless text": (
        document(entry(more=f"<AddtlNtryInf>{'x' * 5000}</AddtlNtryInf>")),
        "post 1: har en tekst på over",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_file_is_refused_in_one_line_that_says_where(case: str) -> None:
    data, said = MALFORMED[case]
    with pytest.raises(BankFileError) as refused:
        read_bank_file(data, "k.xml")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_statement_of_nothing_has_no_rows() -> None:
    assert read_bank_file(document(), "k.xml") == Statement(())
    assert read_bank_file(document(entry("0")), "k.xml") == Statement(())


def test_twenty_thousand_entries_are_read_well_within_the_time() -> None:
    details = RENT.format(cdtr="<Nm>Bolig AS</Nm>")
    data = document(*(entry(f"{n}.50", details=details) for n in range(1, 20_001)))
    start = time.process_time()
    assert len(read_bank_file(data, "k.xml").rows) == 20_000
    assert time.process_time() - start < 5


@settings(max_examples=200, deadline=None)
@given(
    st.text("<>/&;ABNtrySmDocumenBkTs 0.", max_size=60),
    st.integers(0, 600),
)
def test_a_spoiled_file_gives_rows_or_one_line(noise: str, at: int) -> None:
    data = document(entry(details=RENT.format(cdtr="<Nm>Bolig AS</Nm>")))
    try:
        assert isinstance(read_bank_file(data[:at] + noise.encode() + data[at:], "k.xml"), Statement)
    except BankFileError as error:
        assert "\n" not in str(error)
