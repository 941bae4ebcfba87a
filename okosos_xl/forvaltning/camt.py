"""A bank's statement as ISO 20022 camt.053 XML, versions 001.02 to 001.08, in whatever namespace."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from okosos_xl.forvaltning.statement import (
    MAX_AMOUNT,
    MAX_ROWS,
    MAX_TEXT,
    BankFileError,
    BankRow,
    Skipped,
    Statement,
    clean,
)
from okosos_xl.workbook.xmlguard import BadXmlError, local, vetted_xml

_DEPTH = 40
_OTHERS = {
    "BkToCstmrAcctRpt": "camt.052 (en foreløpig oversikt)",
    "BkToCstmrDbtCdtNtfctn": "camt.054 (et varsel)",
    "CstmrCdtTrfInitn": "pain.001 (et betalingsoppdrag)",
    "CstmrPmtStsRpt": "pain.002 (en kvittering)",
}
_DECLARED = re.compile(
    rb"""^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["'](?i:iso-8859-1|latin-?1|windows-1252)["'][^>]*?\?>"""
)
_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,5})?", re.ASCII)
_NO_REFERENCE = {"", "NOTPROVIDED", "NOT PROVIDED"}


def is_camt(data: bytes) -> bool:
    """Whether a file is XML at all, judged by its beginning."""
    start = data[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    return start.startswith((b"<?xml", b"<Document", b"<!DOCTYPE")) or bool(re.match(rb"<\w*:?Document\b", start))


def read_camt(data: bytes, file: str) -> Statement:
    """The booked entries. Raises :class:`BankFileError` naming the line or entry that cannot be used.

    An entry that gathers several payments becomes one row for each when their amounts are given and add up.
    """
    statements = _statements(_parsed(data, file), file)
    rows: list[BankRow] = []
    skipped: list[Skipped] = []
    number = 0
    for statement in statements:
        for entry in statement.findall("Ntry"):
            number += 1
            place = f"post {number}"
            reason = _left_out(entry)
            if reason:
                skipped.append(Skipped(place, reason))
                continue
            rows += _rows(entry, place, file)
            if len(rows) > MAX_ROWS:
                raise BankFileError(file, f"har flere enn {MAX_ROWS} poster. Last ned for en kortere periode.")
    return Statement(tuple(rows), tuple(skipped))


def _parsed(data: bytes, file: str) -> Element:
    """The document with names without their namespaces, which differ with the version and say nothing else."""
    declared = _DECLARED.match(data)
    if declared is not None:
        data = data[declared.end() :].decode("cp1252", "replace").encode()
    try:
        text = vetted_xml(data, _DEPTH)
    except BadXmlError as problem:
        reasons = {
            "OKX019": "har en dokumenttype, slik skadelige filer kan ha, og leses ikke.",
            "OKX020": "er unaturlig dypt nøstet, slik skadelige filer kan være, og leses ikke.",
        }
        raise BankFileError(file, reasons.get(problem.code, "har en tegnkoding som ikke kan leses.")) from None
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - vetted: no document type, bounded depth and size
    except ElementTree.ParseError as problem:
        line = f"linje {problem.position[0]}"
        raise BankFileError(
            file, "er ikke gyldig XML. Filen er kanskje avkuttet; last den ned på nytt.", line
        ) from None
    except (ValueError, LookupError):
        raise BankFileError(file, "er ikke gyldig XML. Last den ned på nytt.") from None
    names: dict[str, str] = {}
    for element in root.iter():
        tag = element.tag
        element.tag = names.get(tag) or names.setdefault(tag, local(tag))
    return root


def _statements(root: Element, file: str) -> list[Element]:
    body = next(iter(root), None) if root.tag == "Document" else None
    name = "" if body is None else body.tag
    if name in _OTHERS:
        raise BankFileError(file, f"er {_OTHERS[name]}, ikke en kontoutskrift. Last ned camt.053.")
    if body is None or name != "BkToCstmrStmt":
        raise BankFileError(file, "er ikke en kontoutskrift i formatet camt.053.")
    found = body.findall("Stmt")
    accounts = {_text(s, "Acct/Id/IBAN") or _text(s, "Acct/Id/Othr/Id") for s in found} - {""}
    if len(accounts) > 1:
        raise BankFileError(file, f"gjelder {len(accounts)} kontoer. Last ned en fil for hver konto.")
    return found


def _left_out(entry: Element) -> str:
    """Why an entry is not taken in; empty when it is."""
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
    if status not in ("", "BOOK"):
        return f"er ikke bokført ennå ({clean(status)[:20]})"
    amount = entry.find("Amt")
    currency = "" if amount is None else amount.get("Ccy", "NOK")
    return f"er i en annen valuta ({clean(currency)[:10]})" if currency not in ("", "NOK") else ""


def _rows(entry: Element, place: str, file: str) -> list[BankRow]:
    total = _amount(entry.find("Amt"), place, file)
    if total is None:
        raise BankFileError(file, "mangler beløpet.", place)
    way = _text(entry, "CdtDbtInd")
    if way not in ("CRDT", "DBIT"):
        raise BankFileError(file, "sier ikke om beløpet er inn eller ut.", place)
    day = _day(entry, place, file)
    details = entry.findall("NtryDtls/TxDtls")
    sign = 1 if way == "CRDT" else -1
    parts = [_part(detail, way, place, file) for detail in details]
    known = [part for part in parts if part is not None]
    if len(parts) > 1 and len(known) == len(parts) and sum(known) == total:
        together = zip(details, known, strict=True)
        return [_row(entry, [detail], day, sign * part, place, file) for detail, part in together]
    return [_row(entry, details, day, sign * total, place, file)] if total else []


def _part(detail: Element, way: str, place: str, file: str) -> Decimal | None:
    """The amount of one payment in an entry, None unless it is in kroner and goes the same way."""
    found = detail.find("Amt")
    if found is None:
        found = detail.find("AmtDtls/TxAmt/Amt")
    if found is None or found.get("Ccy", "NOK") != "NOK" or _text(detail, "CdtDbtInd") not in ("", way):
        return None
    return _amount(found, place, file) or None


def _row(entry: Element, details: list[Element], day: date, amount: Decimal, place: str, file: str) -> BankRow:
    one = details[0] if len(details) == 1 else None
    out = amount < 0
    party, account = ("Cdtr", "CdtrAcct") if out else ("Dbtr", "DbtrAcct")
    counterparty = kid = reference = number = message = ""
    if one is not None:
        counterparty = _text(one, f"RltdPties/{party}/Nm") or _text(one, f"RltdPties/{party}/Pty/Nm")
        number = _text(one, f"RltdPties/{account}/Id/Othr/Id") or _text(one, f"RltdPties/{account}/Id/IBAN")
        kid = _text(one, "RmtInf/Strd/CdtrRefInf/Ref")
        messages = [line.text or "" for line in one.findall("RmtInf/Ustrd")]
        message = " ".join(messages) or _text(one, "AddtlTxInf")
        candidates = [_text(one, f"Refs/{name}") for name in ("AcctSvcrRef", "EndToEndId", "TxId")]
        reference = next((r for r in candidates if r.upper() not in _NO_REFERENCE), "")
    own = reference or _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    text = message or _text(entry, "AddtlNtryInf") or _text(entry, "BkTxCd/Prtry/Cd") or counterparty
    texts = [clean(t) for t in (text, counterparty, kid or own, number)]
    if any(len(t) > MAX_TEXT for t in texts):
        raise BankFileError(file, f"har en tekst på over {MAX_TEXT} tegn.", place)
    return BankRow(place, day, amount, *texts)


def _amount(element: Element | None, place: str, file: str) -> Decimal | None:
    """An amount without sign, None when there is none."""
    text = "" if element is None else (element.text or "").strip()
    if not text:
        return None
    if not _AMOUNT.fullmatch(text) or (found := Decimal(text)) > MAX_AMOUNT or found != round(found, 2):
        raise BankFileError(file, f"beløpet «{clean(text)[:30]}» kan ikke leses.", place)
    return round(found, 2)


def _day(entry: Element, place: str, file: str) -> date:
    for name in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"):
        text = _text(entry, name)
        if not text:
            continue
        try:
            found = date.fromisoformat(text[:10])
        except ValueError:
            found = date.min
        if not 1990 <= found.year < 2200:
            raise BankFileError(file, f"«{clean(text)[:30]}» er ikke en dato.", place)
        return found
    raise BankFileError(file, "mangler bokføringsdato.", place)


def _text(parent: Element, path: str) -> str:
    return (parent.findtext(path) or "").strip()
