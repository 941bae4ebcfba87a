"""Formulas in R1C1-normal form: equal when filled from one another, whoever wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okosos_xl.workbook.areas import MAX_COLUMN, MAX_ROW, column_letters, column_number, parse_area, parse_cell
from okosos_xl.workbook.r1c1 import normalise, translate


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("B5", "RC[-2]"),
        ("$B$5+$B5+B$5", "R5C2+RC2+R5C[-2]"),
        ("D5:E6", "RC:R[1]C[1]"),
        ("Krav!D5", "Krav!RC"),
        ("'Krav'!D5", "Krav!RC"),
        ("'Mitt ark'!$D$5:D5", "'Mitt ark'!R5C4:RC"),
        ("'Kari''s'!D5", "'Kari''s'!RC"),
        ("Ark1!D5+Ark1:Ark3!D5", "Ark1!RC+Ark1:Ark3!RC"),
        ("[1]Krav!D5", "[1]Krav!RC"),
        ("SUM(D:D,$A:E)", "SUM(C:C,C1:C[1])"),
        ("SUM(5:5,$1:6)", "SUM(R:R,R1:R[1])"),
        ('IF(D5="D5 og ""D6""",1,2)', 'IF(RC="D5 og ""D6""",1,2)'),
        ("LOG10(D5)+log10(D5)", "LOG10(RC)+LOG10(RC)"),
        ("krav.saldo*a1.b+D5_x+_D5+D5x", "krav.saldo*a1.b+D5_x+_D5+D5x"),
        ("årsrente+blåbær5", "årsrente+blåbær5"),
        ("ZZZ5+XFE1+A1048577+A0", "ZZZ5+XFE1+A1048577+A0"),
        ("XFD1048576", "R[1048571]C[16380]"),
        ("Krav[[#This Row],[D5]]+[@D5]+Krav[D5]", "Krav[[#This Row],[D5]]+[@D5]+Krav[D5]"),
        ("#REF!+Krav!#REF!+#N/A+#DIV/0!", "#REF!+Krav!#REF!+#N/A+#DIV/0!"),
        ("D5#+@D5", "RC#+@RC"),
        ("{1,2;3,4}", "{1,2;3,4}"),
        ("D5:INDEX(D:D,3)", "RC:INDEX(C:C,3)"),
        ("D5%^-2", "RC%^-2"),
        ("NOW( )", "NOW()"),
    ],
)
def test_each_kind_of_reference_has_one_form(formula: str, expected: str) -> None:
    assert normalise(formula, 5, 4) == expected
    assert normalise("=" + formula, 5, 4) == expected


@pytest.mark.parametrize(
    "versions",
    [
        ["IF(A1,TRUE,FALSE)", "IF(A1,TRUE(),FALSE())", "if(A1, true, false())", "IF( A1 ,TRUE ( ),FALSE)"],
        ["A1*0.1", "A1*0.10", "A1*.1", "A1*1E-1", "A1 * 0.1"],
        ["A1+1", "A1+1.0", "A1+01"],
        ["IFS(A1,1)", "_xlfn.IFS(A1,1)", "_XLFN.IFS(A1,1)", "_xlfn.COM.MICROSOFT.IFS(A1,1)"],
        ["SORT(A1)", "_xlfn._xlws.SORT(A1)"],
        ["LET(x,1,x)", "_xlfn.LET(_xlpm.x,1,_xlpm.x)"],
        ["Krav!A1:B2", "'Krav'!A1:B2", "Krav!a1:b2"],
        ["SUM(A1:B2,C3)", "SUM(\n  A1:B2,\n  C3\n)", "SUM (A1 : B2 , C3)"],
    ],
)
def test_the_same_formula_from_different_programs_is_equal(versions: list[str]) -> None:
    assert len({normalise(one, 7, 7) for one in versions}) == 1


def test_a_space_between_two_areas_is_an_operator_and_stays() -> None:
    assert normalise("SUM(A1:C3  B2:D4)", 1, 1) == "SUM(RC:R[2]C[2] R[1]C[1]:R[3]C[3])"
    assert normalise("krav.saldo rad", 1, 1) != normalise("krav.saldorad", 1, 1)


def test_different_calculations_stay_different() -> None:
    forms = ["A1", "$A1", "A$1", "$A$1", "A2", "B1", '"A1"', "a.1", "Krav!A1", "A1:A1", "A1+0.5", "A1+0.05", "SUM(A1)"]
    assert len({normalise(form, 1, 1) for form in forms}) == len(forms)


REFERENCES = st.builds(
    lambda sheet, d1, column, d2, row: f"{sheet}{d1}{column_letters(column)}{d2}{row}",
    st.sampled_from(["", "Krav!", "'Mitt ark'!"]),
    st.sampled_from(["", "$"]),
    st.integers(100, 300),
    st.sampled_from(["", "$"]),
    st.integers(100, 300),
)
FORMULAS = st.lists(
    REFERENCES | st.sampled_from(['"A1 b"', "krav.saldo", "LOG10(1)", "0.50", "A:A", "$1:$2", "TRUE()"]),
    min_size=1,
    max_size=6,
).map("+".join)


@given(FORMULAS, st.integers(-50, 50), st.integers(-50, 50))
def test_a_filled_formula_has_the_form_of_its_origin(formula: str, down: int, right: int) -> None:
    formula = formula.replace("A:A", "CV:CV")
    moved = translate(formula, (200, 200), (200 + down, 200 + right))
    assert normalise(moved, 200 + down, 200 + right) == normalise(formula, 200, 200)
    assert translate(moved, (200 + down, 200 + right), (200, 200)) == formula


@given(st.text(alphabet="AB1$:!'\"[]#(),. +*\\_%{}æ²٣xE=\n", max_size=30))
def test_no_text_whatever_makes_it_fail(text: str) -> None:
    normalise(text, 3, 3)
    translate(text, (3, 3), (4, 4))


def test_translation_changes_relative_references_and_nothing_else() -> None:
    formula = "IF($A2=\"A2\", ROUND(B1 * Krav!C$3,2), krav.saldo+'B1'!B1+SUM(C:C,2:$2))"
    assert translate(formula, (2, 2), (3, 4)) == (
        "IF($A3=\"A2\", ROUND(D2 * Krav!E$3,2), krav.saldo+'B1'!D2+SUM(E:E,3:$2))"
    )


def test_a_reference_that_leaves_the_sheet_is_lost() -> None:
    assert translate("A1+$A2+SUM(A:B)", (5, 5), (4, 4)) == "#REF!+$A1+SUM(#REF!)"
    assert translate("A1:B2", (5, 5), (4, 5)) == "#REF!:B1"


def test_column_names_and_numbers_are_each_others_inverse() -> None:
    assert [column_letters(column_number(name)) for name in ("A", "Z", "AA", "XFD")] == ["A", "Z", "AA", "XFD"]
    for bad in ("XFE", "", "Å"):
        with pytest.raises(ValueError, match="not a column"):
            column_number(bad)
    for number in (0, MAX_COLUMN + 1):
        with pytest.raises(ValueError, match="not a column"):
            column_letters(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Krav!$G$8:$G$47", ("Krav", 8, 7, 47, 7)),
        ("=Krav!$G$8", ("Krav", 8, 7, 8, 7)),
        ("'Mitt ark'!$B$3", ("Mitt ark", 3, 2, 3, 2)),
        ("'Kari''s ark'!B3:A1", ("Kari's ark", 1, 1, 3, 2)),
        ("Krav!$A:$C", ("Krav", 1, 1, MAX_ROW, 3)),
        ("Krav!$2:$5", ("Krav", 2, 1, 5, MAX_COLUMN)),
        ("Årsplan_2!A1", ("Årsplan_2", 1, 1, 1, 1)),
    ],
)
def test_a_reference_names_a_rectangle(text: str, expected: tuple[str, int, int, int, int]) -> None:
    area = parse_area(text)
    assert area is not None
    assert (area.sheet, area.row1, area.col1, area.row2, area.col2) == expected
    assert (area.row1, area.col1) in area
    assert (area.row2 + 1, area.col2) not in area


@pytest.mark.parametrize(
    "text",
    ["", "Krav!", "Krav!#REF!", "#REF!", "Krav!A1,Krav!B2", "[1]Krav!A1", "'[1]Krav'!A1", "SUM(A1)", "0.25", '"A1"',
     "A1", "Krav!A", "Krav!5", "Krav!A1:B", "Krav!XFE1", "Krav!A1048577", "Krav!A:5", "Krav!A1:Krav!B2"],
)  # fmt: skip
def test_anything_else_names_no_rectangle(text: str) -> None:
    assert parse_area(text) is None


def test_a_reference_without_a_sheet_means_the_sheet_given() -> None:
    area = parse_area("$B$3", sheet="Krav")
    assert area is not None
    assert area.sheet == "Krav"
    assert parse_cell("$C$7") == (7, 3)
    for bad in ("Krav!C7", "C7:C8", "C", "7", ""):
        with pytest.raises(ValueError, match="not a cell"):
            parse_cell(bad)
