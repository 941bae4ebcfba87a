"""The formula language: Excel formulas that speak of ids. Compiles them to references; computes nothing.

``sum_gjeld`` is a field and ``krav.saldo`` a whole column. ``[saldo]`` is this row (in a matrix: this row and
period), ``krav[saldo]`` the same row of another table, ``[saldo forrige]`` the previous row or period,
``[saldo alle]`` all rows in this period and ``[saldo hittil]`` everything up to this one. In a matrix's row of a
table, ``plan[betalt]`` is that row through all periods. ``{sum_gjeld:kr}`` inside a text becomes words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from okosos_xl.engine.functions import ALLOWED
from okosos_xl.engine.protocol import is_rust_panic
from okosos_xl.template.cycles import AXES, Edge
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Formula, Owner, Ref, Region, quoted_sheet
from okosos_xl.template.spec import Binding
from okosos_xl.template.wording import FORMATS, HOLE

CELL_LIKE = re.compile(r"([A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[RrCc])")
MAX_LENGTH = 8_192
_MAX_TEXT = 255
_MAX_NESTING = 64
_BRACKET = re.compile(r"([A-Za-z_][\w.]*)?\[(\w+)(?: (forrige|alle|hittil))?\]")
_BRACKETS_FOR_PARSER = re.compile(r"(?:[A-Za-z_][\w.]*)?\[[^\]]*\]")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_PLAIN = {"Number", "Logical"}
_OTHERS = {"Func", "Sep", "Paren", "OpInfix", "OpPrefix", "OpPostfix"}
_NOT_OURS = {":", ",", "@", "#", ";"}
Scopes = tuple[Binding, ...]


@dataclass
class Scope:
    """The ids a formula can see, and what has been seen: ``used`` ids, and which id needs which (``edges``).

    ``cells`` are the cells inside regions that have ids of their own.
    """

    regions: dict[str, Region]
    owners: dict[str, Owner]
    cells: dict[str, Region] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    edges: set[Edge] = field(default_factory=set)


def compile_formula(text: str, home: Region, scope: Scope, row: int | None = None) -> Formula:
    """Compile ``text`` for the cells of ``home``; ``row`` (from 0) when it is for that row of it alone.

    Raises :class:`TemplateError` with file, sheet and id when the text is not a formula, uses a function, name or
    bracket that has no meaning there, or becomes longer than Excel takes.
    """
    return _Compiler(home, scope, row).compile(text)


class _Compiler:
    def __init__(self, home: Region, scope: Scope, row: int | None) -> None:
        self.home, self.scope, self.row = home, scope, row
        self.owner = scope.owners.get(home.owner)

    def fail(self, problem: str, expected: str = "") -> TemplateError:
        cell = self.home.cell_ids[self.row] if self.row is not None and self.home.cell_ids else ""
        return TemplateError(self.home.item.file, self.home.sheet, cell or self.home.id, problem, expected)

    def compile(self, text: str) -> Formula:
        merged: list[str | Ref] = []
        for part in self._parts(text, self.home.item.scopes):
            if isinstance(part, str) and merged and isinstance(merged[-1], str):
                merged[-1] += part
            else:
                merged.append(part)
        formula = Formula(tuple(merged))
        if formula.at_most > MAX_LENGTH and len(formula.at(1_000, 1_000)) > MAX_LENGTH:
            raise self.fail(f"formelen blir lengre enn {MAX_LENGTH} tegn.", "kortere ledd, eller et felt til")
        return formula

    def _parts(self, text: str, scopes: Scopes) -> Iterator[str | Ref]:
        for kind, sub, value in self._tokens(text):
            if kind == "Func" and sub == "Open":
                yield self._function(value[:-1].upper()) + "("
            elif kind == "Operand" and sub == "Text":
                yield from self._words(value, scopes)
            elif kind == "Operand" and sub == "Range":
                yield from self._reference(value, scopes)
            elif kind in _OTHERS and (kind == "Sep" or value not in _NOT_OURS):
                yield value
            elif kind == "Operand" and sub in _PLAIN:
                yield value.upper()
            elif kind != "Whitespace":
                raise self.fail(
                    f"«{value}» kan ikke stå i en formel.", "tall, tekst, id-er, + - * / ^ & og sammenligning"
                )

    def _tokens(self, source: str) -> tuple[tuple[str, str, str], ...]:
        """The tokens of a formula that the parser accepts."""
        shown = source if len(source) <= 120 else source[:117] + "…"
        try:
            return _tokenized(source)
        except BaseException as error:
            if not isinstance(error, Exception) and not is_rust_panic(error):
                raise
            why = (str(error).splitlines() or [""])[0][:120]
            raise self.fail(
                f"formelen «{shown}» kan ikke leses ({why}).", "en Excel-formel uten = foran, med komma"
            ) from None

    def _function(self, name: str) -> str:
        if name in ALLOWED:
            return name
        near = difflib.get_close_matches(name, ALLOWED, 3, 0.8)
        expected = "for eksempel " + ", ".join(near) if near else "en av " + ", ".join(sorted(ALLOWED))
        raise self.fail(f"funksjonen {name[:60]} er ikke tillatt.", expected)

    def _words(self, literal: str, scopes: Scopes) -> Iterator[str | Ref]:
        """A text with ``{id:format}`` holes becomes a concatenation; so does a text longer than Excel takes."""
        if "{" not in literal and "}" not in literal and len(literal) <= _MAX_TEXT:
            yield literal  # nearly all of them
            return
        pieces = HOLE.split(literal[1:-1])
        if any("{" in words or "}" in words for words in pieces[::3]):
            raise self.fail("et hull i teksten er ikke på formen {id:format}.", "for eksempel {sum_gjeld:kr}")
        chunks = _quoted(pieces[0])
        if len(pieces) == 1 and len(chunks) == 1:
            yield literal
            return
        yield "(" + "&".join(chunks)
        for index in range(1, len(pieces), 3):
            expression, style = pieces[index].replace('""', '"').strip(), pieces[index + 1]
            if style not in FORMATS:
                raise self.fail(f"ukjent tallformat «{style}» i teksten.", "en av " + ", ".join(sorted(FORMATS)))
            value = list(self._parts(expression, scopes))
            yield "&("
            for chunk in re.split(r"(\bX\b)", FORMATS[style]):
                if chunk == "X":
                    yield "("
                    yield from value
                    yield ")"
                else:
                    yield chunk
            yield ")&" + "&".join(_quoted(pieces[index + 2]))
        yield ")"

    def _reference(self, text: str, scopes: Scopes) -> Iterator[str | Ref]:
        match = _BRACKET.fullmatch(text)
        name = match[1] if match else text
        if name is not None:
            for depth, binding in enumerate(scopes):
                bound = self._bound(name, "" if match is None else text[len(name) :], binding)
                if bound is not None:
                    yield from self._substitute(bound, scopes[depth + 1 :])
                    return
                known = (self.scope.owners,) if match else (self.scope.regions, self.scope.cells)
                if any(binding.prefix + name in ids for ids in known):
                    break
        if match:
            yield self._bracket(match, scopes)
            return
        if not _NAME.fullmatch(text):
            raise self.fail(f"«{text[:60]}» er ikke en id.", "en id, tabell.kolonne eller [kolonne]; aldri A1-adresser")
        region = self._region(text, scopes)
        self._note(region, wide=[axis for axis, n in zip(AXES, (region.nrows, region.ncols), strict=True) if n > 1])
        yield Ref(
            self._sheet(region), True, region.row, True, region.col,
            True, region.row + region.nrows - 1, True, region.col + region.ncols - 1,
            is_range=region.nrows * region.ncols > 1,
        )  # fmt: skip

    def _substitute(self, bound: str, scopes: Scopes) -> Iterator[str | Ref]:
        alone = _NAME.fullmatch(bound) or _BRACKET.fullmatch(bound) or bound.isdigit()
        yield "" if alone else "("
        yield from self._parts(bound, scopes)
        yield "" if alone else ")"

    def _bound(self, name: str, bracket: str, binding: Binding) -> str | None:
        """What ``name`` (with its bracket, if any) is bound to, if anything."""
        names = dict(binding.names)
        if name in names and not bracket:
            return names[name]
        head, dot, tail = name.partition(".")
        if head not in names:
            return None
        if not _NAME.fullmatch(names[head]):
            raise self.fail(
                f"«{name}{bracket}»: «{head}» er bundet til en formel, ikke en tabell.", "id-en til en tabell"
            )
        return names[head] + dot + tail + bracket

    def _region(self, name: str, scopes: Scopes) -> Region:
        for candidate in _candidates(name, scopes):
            found = self.scope.regions.get(candidate) or self.scope.cells.get(candidate)
            if found is not None:
                return found
        if CELL_LIKE.fullmatch(name):
            raise self.fail(f"«{name}» er en celleadresse.", "en id; aldri A1-adresser")
        if name in self.scope.owners:
            raise self.fail(f"«{name}» er en hel tabell.", f"{name}.kolonne")
        near = difflib.get_close_matches(name, [*self.scope.regions, *self.scope.cells], 3, 0.5)
        raise self.fail(f"ukjent id «{name[:60]}».", "for eksempel " + ", ".join(near) if near else "en id i malen")

    def _owner(self, name: str | None, scopes: Scopes) -> Owner:
        if name is None:
            if self.owner is None:
                raise self.fail("[…] uten tabellnavn kan bare stå i en tabell eller matrise.", "tabell.kolonne")
            return self.owner
        for candidate in _candidates(name, scopes):
            if candidate in self.scope.owners:
                return self.scope.owners[candidate]
        raise self.fail(f"ukjent tabell «{name[:60]}».", "en av " + ", ".join(sorted(self.scope.owners)))

    def _bracket(self, match: re.Match[str], scopes: Scopes) -> Ref:
        text, table, var, mode = match[0], match[1], match[2], match[3]
        owner = self._owner(table, scopes)
        region = self.scope.regions.get(f"{owner.id}.{var}")
        if region is None:
            known = sorted(k.rsplit(".", 1)[1] for k in self.scope.regions if k.rsplit(".", 1)[0] == owner.id)
            raise self.fail(f"«{text[:60]}»: «{owner.id}» har ikke «{var[:60]}».", "en av " + ", ".join(known))
        by_row = self.home.kind in ("column", "cell", "rows")
        by_period = self.home.kind in ("scalar", "cell")
        mine = self.owner
        if by_row and region.kind in ("column", "cell", "rows") and mode != "alle" and mine and mine.root != owner.root:
            raise self.fail(f"«{text}»: «{owner.id}» følger ikke de samme radene.", f"en tabell over «{mine.root}»")
        if by_period and region.kind in ("scalar", "cell") and mine and mine.periods != owner.periods:
            raise self.fail(f"«{text}»: «{owner.id}» har ikke like mange perioder.", f"{mine.periods} perioder")
        ref = _bracket_ref(self.home, region, self._sheet(region), (by_row, by_period, mode))
        if ref is None:
            raise self.fail(f"«{text}» har ingen mening her.", f"{owner.id}.{var} (alle verdiene)")
        axis = "row" if region.kind in ("column", "rows") else "period"
        wide = {"row"} if mode == "alle" else {"period"} if region.kind == "cell" and not by_period else set()
        self._note(region, lag=axis if mode == "forrige" else "", wide=wide)
        return ref

    def _same_rows(self, region: Region) -> bool:
        theirs = self.scope.owners.get(region.owner)
        return self.owner is not None and theirs is not None and self.owner.root == theirs.root

    def _sheet(self, region: Region) -> str:
        return "" if region.sheet == self.home.sheet else quoted_sheet(region.sheet) + "!"

    def _note(self, region: Region, *, lag: str = "", wide: Iterable[str] = ()) -> None:
        self.scope.used.add(region.id)
        target, wide = region.id, frozenset(wide)
        if self.row is not None and self._same_rows(region) and region.cell_ids and not lag and not wide:
            target = region.cell_ids[self.row] or target
        home = (self.home.cell_ids[self.row] if self.row is not None and self.home.cell_ids else "") or self.home.id
        self.scope.edges.add(Edge(home, target, lag, wide))


def _bracket_ref(home: Region, to: Region, sheet: str, how: tuple[bool, bool, str | None]) -> Ref | None:
    """Where a bracket points from the cells of ``home``; None when it has no meaning there."""
    drow, dcol = to.row - home.row, to.col - home.col
    last_row, last_col = to.row + to.nrows - 1, to.col + to.ncols - 1
    match "column" if to.kind == "rows" else to.kind, *how:
        case ("column", _, _, "alle"):
            return Ref(sheet, True, to.row, True, to.col, True, last_row, True, to.col, True)
        case ("column", True, _, None):
            return Ref(sheet, False, drow, True, to.col)
        case ("column", True, False, "forrige"):
            return Ref(sheet, False, drow - 1, True, to.col)
        case ("column", True, _, "hittil"):
            return Ref(sheet, True, to.row, True, to.col, False, drow, True, to.col, True)
        case ("cell", True, True, None):
            return Ref(sheet, False, drow, False, dcol)
        case ("cell", True, True, "forrige"):
            return Ref(sheet, False, drow, False, dcol - 1)
        case ("cell", True, True, "hittil"):
            return Ref(sheet, False, drow, True, to.col, False, drow, False, dcol, True)
        case ("cell", _, True, "alle"):
            return Ref(sheet, True, to.row, False, dcol, True, last_row, False, dcol, True)
        case ("cell", True, False, None):
            return Ref(sheet, False, drow, True, to.col, False, drow, True, last_col, True)
        case ("scalar", _, True, None):
            return Ref(sheet, True, to.row, False, dcol)
        case ("scalar", _, True, "forrige"):
            return Ref(sheet, True, to.row, False, dcol - 1)
        case ("scalar", _, True, "hittil"):
            return Ref(sheet, True, to.row, True, to.col, True, to.row, False, dcol, True)
    return None


def _candidates(name: str, scopes: Scopes) -> list[str]:
    return [*(scope.prefix + name for scope in scopes), name]


@lru_cache(maxsize=4_096)
def _tokenized(source: str) -> tuple[tuple[str, str, str], ...]:
    """The tokens of a formula; a module that is included twelve times has the same ones each time."""
    import formualizer

    if len(source) > MAX_LENGTH:
        raise ValueError(f"lengre enn {MAX_LENGTH} tegn")
    tokens = tuple((str(t.token_type), str(t.subtype), t.value) for t in formualizer.tokenize("=" + source) if t)
    if _nesting(tokens) > _MAX_NESTING:
        raise ValueError(f"mer enn {_MAX_NESTING} nivåer")
    formualizer.parse("=" + _BRACKETS_FOR_PARSER.sub("A1", source))
    return tokens


def _nesting(tokens: Iterable[tuple[str, str, str]]) -> int:
    depth = deepest = signs = 0
    for kind, sub, _ in tokens:
        depth += (sub == "Open") - (sub == "Close")
        signs = signs + 1 if kind in ("OpPrefix", "OpPostfix") else 0
        deepest = max(deepest, depth, signs)
    return deepest


def _quoted(text: str) -> list[str]:
    """A text (with its quotes doubled) as Excel literals of at most 255 characters."""
    plain = text.replace('""', '"')
    chunks = [plain[i : i + _MAX_TEXT] for i in range(0, len(plain), _MAX_TEXT)] or [""]
    return ['"' + chunk.replace('"', '""') + '"' for chunk in chunks]
