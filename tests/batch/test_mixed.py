"""A folder with one workbook of every kind through the real command: each ends as it should, and nothing is lost.

``bench/mixed_workbooks.py`` does the same with hundreds of them, of all templates.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from mixed.making import KINDS, OFFICE, make
from mixed.proof import judged
from mixed_workbooks import checked, run, table, written
from own_office import missing

from okosos_xl.api import read_full
from okosos_xl.regenerate import DONE, How, regenerate

SEED = 7


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(sorted(KINDS.keys() - OFFICE), id="everything else"),
        pytest.param(sorted(OFFICE), id="LibreOffice", marks=pytest.mark.libreoffice),
    ],
)
def test_every_kind_of_workbook_ends_as_it_should_and_loses_nothing(kinds: list[str], tmp_path: Path) -> None:
    if OFFICE & set(kinds) and missing():
        pytest.skip(missing())
    wanted = [(number, kind, "statistikk") for number, kind in enumerate(kinds)]
    source, out = tmp_path / "saker", tmp_path / "ut"
    all_made = written(source, wanted, SEED, 1)
    ran = run(source, out, tmp_path / "rapport.json", 1)
    verdicts = checked(all_made, source, out, ran, 1)
    assert [what for verdict in verdicts for what in verdict.wrong] == []
    assert len(verdicts) == len(wanted) == len(ran.said)
    assert sum(verdict.compared for verdict in verdicts if verdict.status == DONE) > 100
    assert f"{len(wanted)} workbooks" in table(all_made, verdicts, ran)


def test_the_proof_sees_what_is_lost_or_invented() -> None:
    made = replace(make((1, "overstyrt", "statistikk"), SEED), kind="overstyrt")
    data = regenerate(made.data, "a.xlsx", How()).data
    assert data is not None
    assert judged(made, DONE, (), data).wrong == ()
    layout = read_full(data, name="a.xlsx").layout
    field = next(r for r in layout.inputs() if r.kind == "field" and r.item.type == "tekst")
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[field.sheet].cell(field.row, field.col).value = "noe annet"
    over = next(c for s in book for row in s.iter_rows() for c in row if c.comment and made.marks[0] in c.comment.text)
    over.value = 4711
    stream = io.BytesIO()
    book.save(stream)
    wrong = " ".join(judged(made, DONE, (), stream.getvalue()).wrong)
    for what in (f"felt: {field.id}", "overstyring borte", "overstyring for mye"):
        assert what in wrong
    noted = replace(made, marks=(*made.marks, "et notat som er borte"))
    assert judged(noted, DONE, (), data).wrong == ("ikke i resultatet: et notat som er borte",)
    assert judged(made, "manuell", (), None).wrong == ("endte som manuell: ", "ingen grunn er oppgitt")
    assert judged(made, DONE, (), None).wrong == ("filen mangler",)
