"""The functions a template may use: those every engine computes as Excel does.

The evidence is ``tests/engine/function_cases.yaml``, asked in every installed engine by
``tests/engine/test_functions.py``; ``docs/engines.md`` says which *uses* of them to avoid. Extend the list only
together with cases for the new function.
"""

from __future__ import annotations

ARITHMETIC = frozenset(["ABS", "INT", "MOD", "POWER", "ROUND", "ROUNDDOWN", "ROUNDUP", "SIGN", "SQRT", "TRUNC"])
SUMS = frozenset(["SUM", "SUMIF", "SUMIFS", "SUMPRODUCT"])
COUNTS = frozenset(["COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS"])
ORDER = frozenset(["AVERAGE", "LARGE", "MAX", "MEDIAN", "MIN", "RANK", "SMALL"])
LOGIC = frozenset(["AND", "CHOOSE", "IF", "IFERROR", "NOT", "OR"])
LOOKUP = frozenset(["INDEX", "MATCH"])
DATES = frozenset(["DATE", "DAY", "EDATE", "EOMONTH", "MONTH", "WEEKDAY", "YEAR"])
LOANS = frozenset(["FV", "NPER", "PMT", "PV", "RATE"])
TEXTS = frozenset(["LEFT", "LEN", "MID", "REPT", "RIGHT", "SUBSTITUTE", "VALUE"])
TESTS = frozenset(["ISBLANK", "ISERROR", "ISNUMBER", "ISTEXT"])

ALLOWED: frozenset[str] = ARITHMETIC | SUMS | COUNTS | ORDER | LOGIC | LOOKUP | DATES | LOANS | TEXTS | TESTS
"""Names in capitals, as written in a formula."""
