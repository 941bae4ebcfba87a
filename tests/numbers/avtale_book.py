"""A Gjeldsrådgivning workbook with few more claims than the case has, for the sheets that share money on the claims."""

from __future__ import annotations

from functools import cache
from typing import Any

from husstand_book import HouseBook, room, spec

from okosos_xl.api import Making, _prepared, _rates
from okosos_xl.engine import DEFAULT_ENGINE, get_engine
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import compile_template
from okosos_xl.template.layout import Layout
from okosos_xl.workbook.write import draft

Case = dict[str, Any]


@cache
def layout_for(claims: int, incomes: int) -> Layout:
    return compile_template(spec(), exact={"krav": claims, "inntekter": incomes})


def case(**given: Any) -> Case:
    """A household of one adult, and what is given."""
    base: Case = {
        "mal": "gjeldsradgivning",
        "dato": "2026-11-22",
        "voksne": [{"navn": "A", "fodt": "1985-03-05"}],
        "inntekter": [{"hvem": "A", "type": "lønn", "netto": 40000}],
    }
    return base | given


def compute(given: Case, engine: str = DEFAULT_ENGINE) -> HouseBook:
    how = Making()
    sak = _prepared(case_from_data(given, spec()), spec(), how)
    layout = layout_for(room(len(given.get("krav", []))), room(len(given.get("inntekter", []))))
    return HouseBook(layout, draft(layout, sak, rates=_rates(spec(), sak, how)).values(get_engine(engine)))


def ore(book: HouseBook, id: str, rows: int | None = None) -> Any:
    """Kroner on the sheet as whole øre; a list when ``rows`` is given. An empty cell is 0."""

    def one(value: Any) -> int:
        if value in (None, ""):
            return 0
        cents = value * 100
        assert abs(cents - round(cents)) < 1e-5, (id, value)
        return round(cents)

    return one(book.cell(id)) if rows is None else [one(book.cell(id, row)) for row in range(rows)]
