"""Mistakes in formulas: one function per kind. Each changes one formula's text, or gives it back when it cannot."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.r1c1 import translate

Change = Callable[[str, Cell, random.Random], str]

_RANGE = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+):(\$?[A-Z]{1,3}\$?)(\d+)")
_ONE = re.compile(r"(?<![\w$:.!'])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w:(!.])")
_ANY = re.compile(r"(?<![\w$.])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(!.])")
_NUMBER = re.compile(r'(?<![\w$.:!"])(\d+)(?![\w.:!"])')


def _outside_texts(formula: str, change: Callable[[str], str]) -> str:
    """Only what is not inside a text is changed."""
    pieces = re.split(r"""("(?:[^"]|"")*"|'[^']*'!)""", formula)
    return "".join(p if p[:1] in ('"', "'") else change(p) for p in pieces)


def _once(pattern: str | re.Pattern[str], new: str | Callable[[re.Match[str]], str], formula: str) -> str:
    done = False

    def one(match: re.Match[str]) -> str:
        nonlocal done
        if done:
            return match[0]
        done = True
        return match.expand(new) if isinstance(new, str) else new(match)

    return _outside_texts(formula, lambda text: re.sub(pattern, one, text))


def sign_flipped(f: str, cell: Cell, rnd: random.Random) -> str:
    if "-" in re.sub(r'"[^"]*"', "", f):
        return _once(r"-", "+", f)
    return f"-({f})"


def plus_to_minus(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(r"\+", "-", f)


def range_shortened(f: str, cell: Cell, rnd: random.Random) -> str:
    def shorter(m: re.Match[str]) -> str:
        return f"{m[1]}{m[2]}:{m[3]}{int(m[4]) - 1}" if int(m[4]) > int(m[2]) else m[0]

    return _once(_RANGE, shorter, f)


def range_begins_late(f: str, cell: Cell, rnd: random.Random) -> str:
    def later(m: re.Match[str]) -> str:
        return f"{m[1]}{int(m[2]) + 1}:{m[3]}{m[4]}" if int(m[4]) > int(m[2]) else m[0]

    return _once(_RANGE, later, f)


def range_too_long(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(_RANGE, lambda m: f"{m[1]}{m[2]}:{m[3]}{int(m[4]) + 1}", f)


def range_moved(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(_RANGE, lambda m: f"{m[1]}{int(m[2]) + 1}:{m[3]}{int(m[4]) + 1}", f)


def absolute_lost(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(r"\$([A-Z]{1,3})\$(\d+)", r"\1\2", f)


def row_no_longer_fixed(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(r"(\$?[A-Z]{1,3})\$(\d+)", r"\1\2", f)


def made_absolute(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(r"(?<![\w$.:])(\$?[A-Z]{1,3})(\d+)(?![\w(!.:])", r"\1$\2", f)


def another_row(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(_ONE, lambda m: f"{m[1]}{m[2]}{m[3]}{int(m[4]) + 1}", f)


def row_above(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(_ONE, lambda m: f"{m[1]}{m[2]}{m[3]}{max(1, int(m[4]) - 1)}", f)


def another_column(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(_ONE, lambda m: f"{m[1]}{'B' if m[2] == 'A' else 'A'}{m[3]}{m[4]}", f)


def another_sheet(f: str, cell: Cell, rnd: random.Random) -> str:
    return re.sub(r"(?<![\w'])([^\W\d]\w*)!", lambda m: "Kontroll!" if m[1] != "Kontroll" else "Forside!", f, count=1)


def another_function(f: str, cell: Cell, rnd: random.Random) -> str:
    swaps = {
        "SUM(": "MAX(", "MAX(": "MIN(", "MIN(": "MAX(", "SUMIFS(": "COUNTIFS(", "COUNTIF(": "SUMIF(", "AND(": "OR(",
        "OR(": "AND(", "COUNT(": "COUNTA(", "COUNTA(": "COUNT(", "ROUND(": "ROUNDUP(", "INDEX(": "MATCH(",
    }  # fmt: skip
    return _once(r"\b(" + "|".join(re.escape(k) for k in swaps) + ")", lambda m: swaps[m[0]], f)


def rounded_to_kroner(f: str, cell: Cell, rnd: random.Random) -> str:
    return f if f.startswith("ROUND(") and f.endswith(",0)") else f"ROUND({f},0)"


def rounding_taken_away(f: str, cell: Cell, rnd: random.Random) -> str:
    found = re.fullmatch(r"ROUND\((.*),\d\)", f)
    return found[1] if found else f


def something_added(f: str, cell: Cell, rnd: random.Random) -> str:
    return f"{f}+{rnd.randrange(1, 500)}"


def scaled(f: str, cell: Cell, rnd: random.Random) -> str:
    return f"({f})*1.1"


def errors_hidden(f: str, cell: Cell, rnd: random.Random) -> str:
    return f"IFERROR({f},0)"


def hard_coded(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(_ONE, lambda m: str(rnd.randrange(100, 9000)), f)


def comparison_flipped(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(r"(?<![<>])([<>])(?![<>])", lambda m: "<" if m[0] == ">" else ">", f)


def limit_moved(f: str, cell: Cell, rnd: random.Random) -> str:
    """At least becomes more than, at most becomes less than."""
    return _once(r"[<>]=", lambda m: m[0][0], f)


def constant_changed(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(_NUMBER, lambda m: str(int(m[0]) + 1), f)


def word_changed(f: str, cell: Cell, rnd: random.Random) -> str:
    texts = [t for t in re.findall(r"""'[^']*'!|"(?:[^"]|"")*(?:")""", f) if t[0] == '"' and len(t) > 2]
    return f.replace(texts[0], texts[0][:-1] + ' "', 1) if texts else f


def times_to_divide(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(r"\*", "/", f)


def negated(f: str, cell: Cell, rnd: random.Random) -> str:
    return _once(r"=", "<>", f)


def other_workbook(f: str, cell: Cell, rnd: random.Random) -> str:
    return f"{f}+[1]Ark1!$A$1"


def follows_the_clock(f: str, cell: Cell, rnd: random.Random) -> str:
    return f"{f}+0*TODAY()"


def refers_to_itself(f: str, cell: Cell, rnd: random.Random) -> str:
    from okosos_xl.workbook.areas import address

    return f"{f}+{address(cell)}"


def pasted_from_below(f: str, cell: Cell, rnd: random.Random) -> str:
    """The text of the cell below, unchanged, as after sorting or a paste of the text."""
    return translate(f, cell, (cell[0] + 1, cell[1]))


def pasted_from_the_right(f: str, cell: Cell, rnd: random.Random) -> str:
    return translate(f, cell, (cell[0], cell[1] + 1))


CHANGES: dict[str, Change] = {
    change.__name__: change
    for change in (
        sign_flipped, plus_to_minus, range_shortened, range_begins_late, range_too_long, range_moved, absolute_lost,
        row_no_longer_fixed, made_absolute, another_row, row_above, another_column, another_sheet, another_function,
        rounded_to_kroner, rounding_taken_away, something_added, scaled, errors_hidden, hard_coded, comparison_flipped,
        limit_moved, constant_changed, word_changed, times_to_divide, negated, other_workbook, follows_the_clock,
        refers_to_itself, pasted_from_below, pasted_from_the_right,
    )
}  # fmt: skip
