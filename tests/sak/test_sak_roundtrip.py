"""The case out of a workbook is the case that went in; the same through YAML and JSON; and the schema fits both."""

# ruff: noqa: E501 - one line per case reads best
from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from okosos_xl import api
from okosos_xl.sak.case import Extra, Override, Sak
from okosos_xl.sak.dump import dumps_case
from okosos_xl.sak.load import case_from_data, loads_case
from okosos_xl.sak.numbers import guess_date, guess_number
from okosos_xl.sak.problems import CaseError
from okosos_xl.sak.schema import json_schema
from okosos_xl.template.compile import load_spec

EXAMPLES = sorted(
    p for p in (Path(__file__).parents[2] / "examples").glob("*.yaml") if "mal: dividende" in p.read_text()
)
SPEC = load_spec("dividende")


def big_case() -> Sak:
    rows = [
        {
            "kreditor": f"Kreditor {i} 😀 «æøå»",
            "referanse": f"00{i}",
            "saldo": Decimal(i * 100 + i) / 100 + 1000,
            "rente": Decimal("0.12345"),
            "prioritert": "ja" if i % 7 == 0 else "nei",
            "merknad": "=1+1\n- linje to",
        }
        for i in range(1, 61)
    ]
    data: dict[str, Any] = {
        "saksnummer": "007", "dato": date(2026, 11, 1), "saldodato": date(2026, 10, 1), "startmaaned": "2026-12",
        "disponibelt": Decimal("1234.56"), "metode": "høyeste rente først", "lopetid": 60, "krav": rows,
        "perioder": [{"fra": "2027-05", "belop": 0, "grunn": "null: ingenting"}, {"fra": "2028-01", "belop": 99.9}],
        "overstyringer": [
            {"id": "krav.saldo_brukt", "rad": 3, "verdi": Decimal("1500.25"), "grunn": "Avtalt på telefon 3.11."},
            {"id": "plan.betalt", "rad": 4, "verdi": 17, "formel": "=ROUND(10+7,0)", "grunn": "Egen regning"},
            {"id": "fordeling.belop", "rad": 2, "termin": 5, "verdi": 1200},
        ],
    }  # fmt: skip
    return case_from_data(data, SPEC)


CASES = {"stor": big_case(), **{p.stem: loads_case(p.read_bytes(), SPEC) for p in EXAMPLES}}


@pytest.mark.parametrize("name", ["stor", "ola-og-renter"])
def test_saken_kommer_tilbake_fra_arbeidsboken(name) -> None:
    sak = CASES[name]
    package = api.generate("dividende", sak)
    back = api.read(package)
    assert back == sak
    assert back.extras == []
    assert api.generate("dividende", loads_case(dumps_case(back), SPEC)) == package


@pytest.mark.parametrize("fmt", ["yaml", "json"])
@pytest.mark.parametrize("name", CASES)
def test_saken_kommer_tilbake_fra_yaml_og_json(name, fmt) -> None:
    sak = CASES[name]
    text = dumps_case(sak, fmt)
    assert loads_case(text, SPEC) == sak
    assert dumps_case(loads_case(text, SPEC), fmt) == text


@pytest.mark.parametrize("fmt", ["yaml", "json"])
def test_tillegg_og_steder_beholdes(fmt) -> None:
    sak = Sak("dividende", 1, overrides=[Override("sum_gjeld", Decimal(5), reason="x", cell="Krav!B5")])
    sak.extras = [Extra("ark", "Mitt ark", text="3 celler"), Extra("notat", "Krav", "P3", "husk: ring")]
    text = dumps_case(sak, fmt)
    again = loads_case(text, SPEC)
    assert again.extras == sak.extras
    assert again.overrides[0].cell == "Krav!B5"
    assert dumps_case(again, fmt).count("Krav!B5") == 1


def test_standardverdier_fylles_ut_saa_saken_er_den_samme() -> None:
    assert case_from_data({}, SPEC).fields["metode"] == "dividende uten rente"


def test_verdier_av_feil_slag_fra_python() -> None:
    for value in (float("nan"), float("inf"), Decimal("NaN"), True, b"5", [1], {"a": 1}, 10**400, Decimal("1e-400")):
        with pytest.raises(CaseError) as caught:
            case_from_data({"disponibelt": value}, SPEC)
        assert len(str(caught.value).splitlines()) == 1
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("fmt", ["yaml", "json"])
def test_sakene_stemmer_med_json_schema(name, fmt) -> None:
    schema = json_schema(SPEC)
    json.dumps(schema)
    text = dumps_case(CASES[name], fmt)
    data = json.loads(text) if fmt == "json" else yaml.safe_load(text)
    assert list(problems(schema, data, "")) == []


def test_eksemplene_stemmer_med_json_schema() -> None:
    for path in EXAMPLES:
        assert list(problems(json_schema(SPEC), yaml.safe_load(path.read_text()), path.name)) == []


def test_skjemaet_avviser_det_leseren_avviser() -> None:
    schema = json_schema(SPEC)
    ok = {"startmaaned": "2026-12", "disponibelt": 1}
    assert list(problems(schema, ok, "")) == []
    for wrong in ({"krav": [{"rente": 18}]}, {"metode": "x"}, {"ukjent": 1}, {"perioder": [{}] * 9}, {"dato": "i dag"}):
        assert list(problems(schema, ok | wrong, "")), wrong


_KINDS = {"string": str, "integer": int, "number": (int, float), "object": dict, "array": list, "null": type(None)}


def problems(schema: dict[str, Any], value: Any, place: str):
    """The part of JSON Schema our own schemas use."""
    if isinstance(value, date):
        value = value.isoformat()
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, _KINDS[k]) and not isinstance(value, bool) for k in kinds):
        yield f"{place}: {value!r} er ikke {kinds}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{place}: ikke {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} ikke i {schema['enum']}"
    if isinstance(value, int | float):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            yield f"{place}: {value} utenfor grensene"
    elif isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{place}: {value!r} ikke {schema['pattern']}"
    elif isinstance(value, list):
        if len(value) > schema.get("maxItems", len(value)):
            yield f"{place}: for mange"
        for i, item in enumerate(value):
            yield from problems(schema.get("items", {}), item, f"{place}[{i}]")
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{place}: mangler {k}" for k in schema.get("required", []) if k not in value)
        for key, item in value.items():
            if key in known:
                yield from problems(known[key], item, f"{place}.{key}")
            elif schema.get("additionalProperties") is False:
                yield f"{place}: ukjent {key}"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12 500,50 kr", "12500.50"), ("12\u00a0500,50 kr", "12500.50"), ("12\u202f500", "12500"), ("\u2212500", "-500"),
        ("–500", "-500"), ("kr 1.234,50", "1234.50"), ("1.234.567", "1234567"), ("500,-", "500"), ("18 %", "0.18"),
        ("1.234", None), ("1,2,3", None), ("", None), ("tolv", None), ("--5", None), ("1e5", None), ("٣", None),
    ],
)  # fmt: skip
def test_gjetning_paa_tall(text, number) -> None:
    assert guess_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1.12.2026", date(2026, 12, 1)), ("2026-12", date(2026, 12, 1)), ("desember 2026", date(2026, 12, 1)),
        ("12.2026", date(2026, 12, 1)), ("30.2.2026", None), ("desember 0", None), ("mai", None), ("desember ²", None),
        ("desember 99999", None),
    ],
)  # fmt: skip
def test_gjetning_paa_dato(text, day) -> None:
    assert guess_date(text) == day
