"""Formulas in a form that does not depend on where they stand or on which program wrote them.

``=B2*$G$3`` in C2 and ``=B3*$G$3`` in C3 are the same calculation; in R1C1 form they are the same text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from okosos_xl.workbook.areas import MAX_COLUMN, MAX_ROW, Cell, column_letters, column_number

_TOKENS = re.compile(
    r"""
      (?:[^"'\[\#$\w\\.\s]++|"(?:[^"]++|"")*+"|(?:0|[1-9][0-9]{0,14}+)(?![\w.:]))++   # operators, texts, whole numbers
    | \$?[A-Za-z]{1,3}+\$?[1-9][0-9]{0,6}+(?![\w.?\\(!]|:[^\W\d][\w.]*+!)   # cell
    | \$?[A-Za-z]{1,3}+:\$?[A-Za-z]{1,3}+(?![\w.?\\(!$])           # whole columns
    | (?:[^\W\d]|\\)[\w.?\\]*+(?::[^\W\d][\w.]*+!|!|\s*+\((?:\s*+\))?)?   # name, function, sheet, sheet:sheet
    | \$?[1-9][0-9]{0,6}+:\$?[1-9][0-9]{0,6}+(?![\w.?\\(!])        # whole rows
    | (?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[Ee][+-]?[0-9]++)?         # other number
    | \s++
    | '(?:[^']|'')*+'!?                                            # sheet in apostrophes
    | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*+\])*+\]                  # table column, other workbook
    | \#[A-Za-z0-9/_]++[!?]?                                       # error value
    | .                                                            # what no formula has
    """,
    re.VERBOSE | re.DOTALL,
)
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]*)")
_COLUMNS = re.compile(r"(\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})")
_ROWS = re.compile(r"(\$?)([0-9]+):(\$?)([0-9]+)")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")
_PLAIN_SHEET = re.compile(r"'([^\W\d][\w.]*(?::[^\W\d][\w.]*)?)'!")
_LIKE_SOMETHING_ELSE = re.compile(r"[a-z]{1,3}[0-9]+|r[0-9]*(?:c[0-9]*)?|c[0-9]*|true|false", re.I)
_PREFIX = re.compile(r"(?:_XLFN\.|_XLWS\.|COM\.MICROSOFT\.|ORG\.OPENOFFICE\.|ORG\.LIBREOFFICE\.)+")
_NAME_TOKEN = re.compile(r"(?:[^\W\d]|\\)[\w.?\\]*")
_TEXTS = re.compile(r'"(?:[^"]|"")*"')
_OPERAND_END = re.compile(r"[\w.)\]}'\"$#!?]\Z")
_OPERAND_START = re.compile(r"[\w.\['\"$#\\]")

# A reference: fixed row or None, row; fixed column or None, column. Row 0 (column 0) means "all of them".
_Corner = tuple[bool, int, bool, int]
_Reference = tuple[_Corner, ...]
MoveArea = Callable[[str, Cell, Cell], tuple[str, Cell, Cell] | None]
MoveName = Callable[[str], str | None]

_tokens = _TOKENS.findall
_known: dict[str, str | _Reference] = {}
_KNOWN_MAX = 200_000


def normalise(formula: str, row: int, col: int) -> str:
    """The formula of the cell in ``row``, ``col`` (from 1) in a canonical R1C1 form, without a leading ``=``.

    Relative references become offsets (``R[-1]C``), fixed ones positions (``R3C7``); whitespace outside texts goes,
    except where it is the intersection operator; function names are upper case without ``_xlfn.``; numbers and
    ``TRUE()`` have one spelling; sheet names lose apostrophes they do not need. Texts, defined names, table
    references and error values are left as they are. Never raises: what is not a formula comes back much as it was.
    """
    pieces = []
    known = _known
    for token in _tokens(formula):
        meaning = known.get(token)
        if meaning is None:
            meaning = _learn(token)
        if isinstance(meaning, str):
            pieces.append(meaning)
        elif len(meaning) == 1:  # one cell, by far the most common: spelled out here for speed
            fixed_row, to_row, fixed_col, to_col = meaning[0]
            pieces.append(
                (f"R{to_row}" if fixed_row else "R" if to_row == row else f"R[{to_row - row}]")
                + (f"C{to_col}" if fixed_col else "C" if to_col == col else f"C[{to_col - col}]")
            )
        else:
            pieces.append(":".join([_relative(corner, row, col) for corner in meaning]))
    return "".join(_without_spaces(pieces) if " " in pieces else pieces).removeprefix("=")


def translate(formula: str, from_cell: Cell, to_cell: Cell) -> str:
    """The formula of ``from_cell`` as filling it into ``to_cell`` would give it: relative references moved.

    Everything else stays letter for letter. A reference that leaves the sheet becomes ``#REF!``.
    """
    down, right = to_cell[0] - from_cell[0], to_cell[1] - from_cell[1]
    pieces = []
    for token in _tokens(formula):
        meaning = _known.get(token) or _learn(token)
        if isinstance(meaning, str):
            pieces.append(token)
        else:
            corners = [_moved(corner, down, right) for corner in meaning]
            pieces.append("#REF!" if "" in corners else ":".join(corners))
    return "".join(pieces)


def rewritten(formula: str, area: MoveArea, name: MoveName) -> str | None:
    """The formula with every reference replaced by what ``area`` makes of it, and every name by what ``name`` does.

    ``area`` is asked with the sheet as written (unquoted, empty when there is none) and two corners, 0 meaning all rows
    or columns; it answers with the same, or None. Everything else stays letter for letter. None when something has no
    counterpart, and for references to several sheets or other workbooks.
    """
    tokens = _tokens(formula)
    pieces: list[str] = []
    sheet, index = "", 0
    while index < len(tokens):
        token = tokens[index]
        meaning = _known.get(token) or _learn(token)
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token.startswith("[") or (token.endswith("!") and token[0] not in "#" and ("[" in token or ":" in token)):
            return None
        if isinstance(meaning, str):
            if token.endswith("!") and token[0] != "#":
                sheet = token[1:-2].replace("''", "'") if token.startswith("'") else token[:-1]
            elif _NAME_TOKEN.fullmatch(token) and token.upper() not in ("TRUE", "FALSE"):
                found = name(token)
                if found is None:
                    return None
                pieces.append(_prefix(sheet) + found)
                sheet = ""
            elif ":" in _TEXTS.sub("", token):
                return None
            else:
                pieces.append(token)
            index += 1
            continue
        corners = list(meaning)
        index += 1
        if following == ":" and len(corners) == 1 and index + 1 < len(tokens):
            last = _known.get(tokens[index + 1]) or _learn(tokens[index + 1])
            if isinstance(last, str) or len(last) != 1:
                return None
            corners.append(last[0])
            index += 2
        first, last_corner = corners[0], corners[-1]
        moved = area(sheet, (first[1], first[3]), (last_corner[1], last_corner[3]))
        if moved is None:
            return None
        ends = [_plain_corner(corner, cell) for corner, cell in zip(corners, moved[1:], strict=False)]
        pieces.append(_prefix(moved[0]) + ":".join(ends))
        sheet = ""
    return "".join(pieces)


def _prefix(sheet: str) -> str:
    """The sheet as it stands before a reference. «Ark1», what Excel calls a new sheet here, is a cell too: quoted."""
    if not sheet:
        return ""
    plain = all(c.isalpha() or c.isdecimal() or c == "_" for c in sheet) and not sheet[0].isdecimal()
    plain = plain and not _LIKE_SOMETHING_ELSE.fullmatch(sheet)
    return (sheet if plain else "'" + sheet.replace("'", "''") + "'") + "!"


def _plain_corner(corner: _Corner, cell: Cell) -> str:
    fixed_row, _, fixed_col, _ = corner
    row, col = cell
    column = ("$" if fixed_col else "") + column_letters(col) if col else ""
    return column + (("$" if fixed_row else "") + str(row) if row else "")


def _learn(token: str) -> str | _Reference:
    """The canonical text of a token, or the reference it is; remembered."""
    meaning = _reference(token) or _canonical(token)
    if len(_known) >= _KNOWN_MAX:
        _known.clear()
    _known[token] = meaning
    return meaning


def _reference(token: str) -> _Reference | None:
    try:
        if match := _CELL.fullmatch(token):
            row = int(match[4])
            corner = (match[3] == "$", row, match[1] == "$", column_number(match[2]))
            return (corner,) if row <= MAX_ROW else None
        if match := _COLUMNS.fullmatch(token):
            return (
                (False, 0, match[1] == "$", column_number(match[2])),
                (False, 0, match[3] == "$", column_number(match[4])),
            )
    except ValueError:  # more letters than a sheet has columns: a name
        return None
    if match := _ROWS.fullmatch(token):
        return ((match[1] == "$", int(match[2]), False, 0), (match[3] == "$", int(match[4]), False, 0))
    return None


def _canonical(token: str) -> str:
    first = token[0]
    if first == "'":
        plain = _PLAIN_SHEET.fullmatch(token)
        return f"{plain[1]}!" if plain else token
    if first.isspace():
        return " "
    if _NUMBER.fullmatch(token):
        return format(float(token), ".15g")
    if not (first.isalpha() or first in "_\\"):
        return token
    upper = token.upper()
    if upper in ("TRUE", "FALSE"):
        return upper
    name, bracket, rest = upper.partition("(")
    if bracket:
        name = _PREFIX.sub("", name.rstrip(), count=1)
        return name if rest and name in ("TRUE", "FALSE") else name + bracket + rest.strip()
    return token.removeprefix("_xlpm.")


def _relative(corner: _Corner, row: int, col: int) -> str:
    fixed_row, to_row, fixed_col, to_col = corner
    text = ""
    if to_row:
        text = f"R{to_row}" if fixed_row else f"R[{to_row - row}]" if to_row != row else "R"
    if to_col:
        text += f"C{to_col}" if fixed_col else f"C[{to_col - col}]" if to_col != col else "C"
    return text


def _moved(corner: _Corner, down: int, right: int) -> str:
    """A corner in A1 form after a move, or nothing when it falls off the sheet."""
    fixed_row, to_row, fixed_col, to_col = corner
    text = ""
    if to_col:
        column = to_col if fixed_col else to_col + right
        if not 1 <= column <= MAX_COLUMN:
            return ""
        text = ("$" if fixed_col else "") + column_letters(column)
    if to_row:
        line = to_row if fixed_row else to_row + down
        if not 1 <= line <= MAX_ROW:
            return ""
        text += ("$" if fixed_row else "") + str(line)
    return text


def _without_spaces(pieces: list[str]) -> list[str]:
    """Spaces removed, except one between two operands: there it is an operator."""
    kept = [piece for piece in pieces if piece]
    for index, piece in enumerate(kept):
        if piece == " ":
            before = kept[index - 1] if index else ""
            after = kept[index + 1] if index + 1 < len(kept) else ""
            operands = _OPERAND_END.search(before) and (
                _OPERAND_START.match(after) or (after.startswith("(") and before.endswith(")"))
            )
            kept[index] = " " if operands else ""
    return kept


def functions_in(formula: str) -> set[str]:
    """The functions a formula calls, in capitals."""
    return {name for token in _tokens(formula) if "(" in token and (name := _canonical_function(token))}


def _canonical_function(token: str) -> str:
    if not (token[0].isalpha() or token[0] in "_\\"):
        return ""
    return _PREFIX.sub("", token.upper().partition("(")[0].rstrip(), count=1)
