"""Whether a value is seen with its number format."""

from __future__ import annotations

import pytest

from okosos_xl.engine import CellValue, ExcelError
from okosos_xl.utskrift.styles import is_shown

BLANK_ZERO = "#,##0.00;−#,##0.00;;@"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (None, "", False), ("", "", False), ("  ", "", False), ("x", "", True), (0.0, "", True), (-0.0, "#,##0", True),
        (0.0, BLANK_ZERO, False), (-0.0, BLANK_ZERO, False), (0.001, BLANK_ZERO, True), (-1.0, BLANK_ZERO, True),
        ("x", BLANK_ZERO, True), ("x", ";;;", False), (5.0, ";;;", False), (5.0, "0;", True), (-5.0, "0;", False),
        (0.0, "0;-0", True), (0.0, '0" ; ";-0', True), (0.0, '0;-0;"";@', True), (0.0, r"0;\−0;;@", False),
        (0.0, "[>100]0;;", True), (0.0, "[=0]\"\";0;;", True), (0.0, "[Red]0;[Blue]-0;", False),
        (True, ";;;", True), (False, BLANK_ZERO, True), (ExcelError("#N/A"), ";;;", True),
    ],
)  # fmt: skip
def test_what_is_seen(value: CellValue, code: str, shown: bool) -> None:
    assert is_shown(value, code) is shown
