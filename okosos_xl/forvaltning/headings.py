"""Which column of a bank's file is what, found by the words in its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_DATE = (
    "bokført dato", "bokføringsdato", "bokføringsdag", "bokført", "bokf dato", "posteringsdato", "dato",
    "transaksjonsdato", "utført dato", "betalingsdato", "dato bokført", "booking date", "date",
    "rentedato", "valuteringsdato", "valutadato",
)  # fmt: skip
_TEXT = (
    "forklaring", "tekst", "beskrivelse", "transaksjonstekst", "transaksjonsbeskrivelse", "tittel", "detaljer",
    "melding", "transaksjon", "description",
)  # fmt: skip
_OUT = (
    "ut", "ut fra konto", "belastning", "belastet", "beløp ut", "ut av konto", "debet", "debit", "ut nok", "uttak",
    "beløp belastet",
)  # fmt: skip
_IN = (
    "inn", "inn på konto", "godskrift", "godskrevet", "beløp inn", "inn til konto", "kredit", "credit", "inn nok",
    "innskudd", "beløp godskrevet",
)  # fmt: skip
_AMOUNT = ("beløp", "beløp nok", "beløp i nok", "transaksjonsbeløp", "bokført beløp", "beløp kr", "amount", "sum")
_KID = ("kid", "kid nummer", "kidnummer", "kid nr")
_REFERENCE = (
    "referanse", "arkivref", "arkivreferanse", "arkiv ref", "referansenummer", "numref", "ref", "numerisk referanse",
)  # fmt: skip
_PAYEE = ("mottaker", "mottakernavn", "mottakers navn", "navn mottaker", "betalingsmottaker")
_PAYER = ("avsender", "avsendernavn", "avsenders navn", "navn avsender", "betaler", "innbetaler")
_PARTY = ("motpart", "motpartsnavn", "navn", "til fra", "mottaker avsender", "avsender mottaker", "motpart navn")
_TO_ACCOUNT = ("til kontonummer", "til konto", "mottakerkonto", "mottakers konto", "kontonummer mottaker")
_FROM_ACCOUNT = ("fra kontonummer", "fra konto", "avsenderkonto", "avsenders konto")
_ACCOUNT = ("motkonto", "motpartskonto", "motpart konto", "kontonummer motpart")
_CURRENCY = ("valuta", "valutakode", "currency")
_STATUS = ("status",)
_NOT_WORDS = re.compile(r"[^0-9a-zæøåäöü]+")
_PLAIN = ("æ", "ae"), ("ø", "o"), ("å", "a"), ("oe", "o"), ("aa", "a")
"""Banks whose files are plain ASCII write «Belop» or «Beloep», «Bokfort» or «Bokfoert»."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Column numbers from 0; None for a column the file does not have."""

    day: int
    text: int | None
    out: int | None
    into: int | None
    amount: int | None
    kid: int | None
    reference: int | None
    payee: int | None
    payer: int | None
    party: int | None
    to_account: int | None
    from_account: int | None
    account: int | None
    currency: int | None
    status: int | None
    width: int
    """How many columns the heading has, empty ones at the end left out."""


def find_headings(cells: Sequence[str]) -> Headings | None:
    """The columns named in a line, or None when it is not the heading of a list of movements."""
    words = [_plain(_NOT_WORDS.sub(" ", cell.casefold()).strip()) for cell in cells]

    def column(names: Sequence[str]) -> int | None:
        return next((words.index(name) for name in map(_plain, names) if name in words), None)

    day, amount, out, into = (column(names) for names in (_DATE, _AMOUNT, _OUT, _IN))
    if day is None or (amount is None and (out is None or into is None)):
        return None
    if out is not None and into is not None:
        amount = None
    else:
        out = into = None
    width = max(i for i, word in enumerate(words) if word) + 1
    return Headings(
        day=day,
        text=column(_TEXT),
        out=out,
        into=into,
        amount=amount,
        kid=column(_KID),
        reference=column(_REFERENCE),
        payee=column(_PAYEE),
        payer=column(_PAYER),
        party=column(_PARTY),
        to_account=column(_TO_ACCOUNT),
        from_account=column(_FROM_ACCOUNT),
        account=column(_ACCOUNT),
        currency=column(_CURRENCY),
        status=column(_STATUS),
        width=width,
    )


def _plain(word: str) -> str:
    for letters, plain in _PLAIN:
        word = word.replace(letters, plain)
    return word
