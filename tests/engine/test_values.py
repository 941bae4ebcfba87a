"""Grids, addresses and the comparison of cached with recomputed values."""

from __future__ import annotations

import pytest

from okosos_xl.engine import CellValue, ExcelError, value_at
from okosos_xl.engine.compare import same
from okosos_xl.engine.values import MAX_CELLS, cell_position, grid_of, trimmed


@pytest.mark.parametrize(
    ("address", "position"), [("A1", (1, 1)), ("C7", (7, 3)), ("$AA$10", (10, 27)), ("XFD1048576", (1048576, 16384))]
)
def test_cell_position(address: str, position: tuple[int, int]) -> None:
    assert cell_position(address) == position


@pytest.mark.parametrize("address", ["", "A0", "7", "A1:B2", "Ark!A1", "AAAA1"])
def test_not_an_address(address: str) -> None:
    with pytest.raises(ValueError, match="not a cell address"):
        cell_position(address)


def test_grid_is_the_smallest_rectangle() -> None:
    assert grid_of([(2, 2, 1.0), (5, 5, None)]) == [[None, None], [None, 1.0]]
    assert grid_of([]) == grid_of([(3, 3, None)]) == []


def test_a_stray_cell_in_the_far_corner_does_not_fill_the_memory() -> None:
    with pytest.raises(ValueError, match="too large"):
        grid_of([(1048576, 16384, 1.0)])
    assert MAX_CELLS > 65_000


def test_trimmed() -> None:
    assert trimmed([[1.0, None, None], [None, "", None], [None, None, None]]) == [[1.0, None], [None, ""]]
    assert trimmed([[None]]) == trimmed([]) == []


def test_value_at_outside_the_grid_is_empty_and_an_unknown_sheet_is_a_mistake() -> None:
    values = {"Ark": [[1.0]], "Tomt": []}
    assert value_at(values, "Ark", "A1") == 1.0
    assert value_at(values, "Ark", "B1") is value_at(values, "Ark", "A2") is value_at(values, "Tomt", "A1") is None
    with pytest.raises(KeyError):
        value_at(values, "Ukjent", "A1")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (0.1 + 0.2, 0.3),
        (1e12, 1e12 + 0.0001),
        (0.0, 1e-10),
        (5, 5.0),
        (None, ""),
        (None, None),
        ("æ", "æ"),
        (True, True),
        (ExcelError("#N/A"), ExcelError("#N/A")),
        (float("inf"), float("inf")),
    ],
)
def test_same(a: CellValue, b: CellValue) -> None:
    assert same(a, b)
    assert same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (100.0, 100.01),
        (1.0, True),
        (0.0, False),
        (0.0, None),
        (0.0, ""),
        (1.0, "1"),
        (False, None),
        ("a", "A"),
        ("#N/A", ExcelError("#N/A")),
        (ExcelError("#N/A"), ExcelError("#VALUE!")),
    ],
)
def test_not_same(a: CellValue, b: CellValue) -> None:
    assert not same(a, b)
    assert not same(b, a)


def test_tolerance_can_be_chosen() -> None:
    assert same(100.0, 100.004, tolerance=0.005)
    assert not same(100.0, 101.0, tolerance=0.005)
