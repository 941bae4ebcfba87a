"""What is not in order stands first on Kontroll, the worst at the top."""

from __future__ import annotations

from typing import Any

import pytest

from okosos_xl import api

CASE: dict[str, Any] = {
    "dato": "2026-11-01",
    "saldodato": "2026-07-01",
    "disponibelt": 1000,
    "startmaaned": "2026-12",
    "krav": [
        {"saldo": 5000, "rente": 0.18, "rente_loper": "ja"},
        {"kreditor": "Sparebanken", "saldo": 900, "hovedstol": 100},
    ],
    "perioder": [{"fra": "2027-06", "belop": 900}, {"fra": "2027-01", "belop": 800}],
}


@pytest.mark.parametrize("engine", ["formualizer", "ironcalc"])
def test_the_worst_comes_first(engine: str) -> None:
    values = api.recalc(api.generate("dividende", CASE), engine=engine).values
    listed = list(zip(values["viktigst.status"], values["viktigst.melding"], strict=True))
    ranks = {"feil": 0, "advarsel": 1, "opplysning": 2, "": 3, None: 3}
    assert [ranks[status] for status, _ in listed] == sorted(ranks[status] for status, _ in listed)
    assert listed[0] == ("feil", "Periodene står ikke i rekkefølge, eller det er en tom rad mellom dem.")
    wrong = [
        (s, m) for s, m in zip(values["kontroll.status"], values["kontroll.melding"], strict=True) if s != "i orden"
    ]
    assert len(wrong) >= 3
    assert sorted(m for s, m in listed if s) == sorted(m for s, m in wrong)[: len(listed)]


def test_nothing_is_listed_when_all_is_well() -> None:
    case = {"dato": "2026-11-01", "saldodato": "2026-10-20", "disponibelt": 1000, "startmaaned": "2026-12"}
    values = api.recalc(api.generate("dividende", case | {"krav": [{"kreditor": "Sparebanken", "saldo": 900}]})).values
    assert set(values["viktigst.status"]) <= {"", None}
