"""A small management workbook with the ids of the real one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import Result

from okosos_xl import api

TEMPLATES = Path(__file__).parent / "maler"
Run = Callable[..., Result]

CASE: dict[str, Any] = {
    "saksnummer": "2026-1",
    "navn": "Kari",
    "kontor": "NAV Sør",
    "dato": "2026-11-22",
    "startmaaned": "2026-01",
    "valgt_maaned": "2026-11",
    "inngaaende": 1000.5,
    "avsetning_inngaaende": 200,
    "formaal": [
        {"navn": "Husleie", "mottaker": "Bolig AS", "konto": "1234.56.78903", "belop": 8000, "frekvens": "hver måned"},
        {"navn": "Strøm", "mottaker": "Kraft", "referanse": "0012345678", "belop": 1500, "frekvens": "hvert kvartal",
         "avsettes": "ja"},
        {"navn": "Depositum", "belop": 3000, "frekvens": "én gang", "forste": "2026-03"},
        {"navn": "Flytting", "belop": 900, "frekvens": "én gang", "forste": "2027-03"},
        {"navn": "SFO", "mottaker": "Kommunen", "belop": 950, "frekvens": "hver måned"},
        {"navn": "Barnehage", "mottaker": "Kommunen", "referanse": "77777", "belop": 2000, "frekvens": "hver måned"},
    ],
    "formaal_merknad": [{"merknad": "om husleien"}, {}, {"merknad": "om depositum"}, {"merknad": "om flytting"}],
    "inntekter": [{"navn": "Uføretrygd", "belop": 17000, "frekvens": "hver måned"}],
    "regler": [{"inneholder": "rema", "formaal": "Mat"}, {"inneholder": "Rema 1000 Stor", "formaal": "husleie"}],
    "krav": [{"kreditor": "Banken", "saldo": 10000}],
    "saldoer": [{"dato": "2026-01-31", "saldo": 99}],
    "kladd": [
        {"dato": "2026-01-02", "tekst": "Varekjøp Kiwi", "ut": 100.5, "bilag": "7", "formaal": "Mat"},
        {"dato": "2026-01-02", "tekst": "Uten bilag", "ut": 1},
    ],
}  # fmt: skip


@cache
def made(rows: int = 0) -> bytes:
    """The workbook of :data:`CASE`, with so many more rows in the ledger."""
    more = [{"dato": "2026-01-05", "tekst": f"Rad {i}", "ut": 1} for i in range(rows)]
    return api.generate("forvaltning", CASE | {"kladd": CASE["kladd"] + more}, templates=TEMPLATES)
