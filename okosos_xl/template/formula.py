"""The formula language: Excel formulas that speak of ids. Compiles them to references; computes nothing.

``sum_gjeld`` is a field and ``krav.saldo`` a whole column. ``[saldo]`` is this row (in a matrix: this row and
period), ``krav[saldo]`` the same row of another table, ``[saldo forrige]`` the previous row or period,
``[saldo alle]`` all rows in this period and ``[saldo hittil]`` everything up to this one. In a matrix's row of a
table, ``plan[betalt]`` is that row through all periods. ``{sum_gjeld:kr}`` inside a text becomes words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from okosos_xl.engine.functions import ALLOWED
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.layout import Formula, Owner, Ref, Region, quoted_sheet
from okosos_xl.template.wording import FORMATS

_BRACKET = re.compile(r"^([A-Za-z_][\w.]*)?\[(\w+)(?: (forrige|alle|hittil))?\]$")
_NAME = re.compile(r"^[A-Za-z_][\w.]*$")
_HOLE = re.compile(r"\{([^{}:]+):(\w+)\}")


@dataclass
class Scope:
    """The ids a formula can see."""

    regions: dict[str, Region]
    owners: dict[str, Owner]
    used: set[str] = field(default_factory=set)
    edges: dict[str, set[str]] = field(default_factory=dict)


def compile_formula(text: str, home: Region, scope: Scope, *, sheet_of_check: str = "") -> Formula:
    """Compile ``text`` for the cells of ``home``. Raises :class:`TemplateError` with file, sheet, id and expectation."""
    return _Compiler(home, scope, home.item.prefix, dict(home.item.bind)).compile(text)


class _Compiler:
    def __init__(self, home: Region, scope: Scope, prefix: str, bind: dict[str, str]) -> None:
        self.home, self.scope, self.prefix, self.bind = home, scope, prefix, bind
        self.owner = scope.owners.get(home.owner)

    def fail(self, problem: str, expected: str = "") -> TemplateError:
        return TemplateError(self.home.item.file, self.home.sheet, self.home.id, problem, expected)

    def compile(self, text: str) -> Formula:
        merged: list[str | Ref] = []
        for part in self._parts(text):
            if isinstance(part, str) and merged and isinstance(merged[-1], str):
                merged[-1] += part
            else:
                merged.append(part)
        return Formula(tuple(merged))

    def _parts(self, text: str) -> Iterator[str | Ref]:
        import formualizer  # noqa: PLC0415 - only when a template is compiled

        source = " ".join(text.split())
        try:
            tokens = list(formualizer.tokenize("=" + source))
            formualizer.parse("=" + _BRACKETS_FOR_PARSER.sub("A1", source))
        except Exception as error:
            raise self.fail(f"formelen «{source}» kan ikke leses ({str(error).splitlines()[0]}).", "en Excel-formel") from None
        for token in tokens:
            kind, sub, value = str(token.token_type), str(token.subtype), token.value
            if kind == "Whitespace":
                continue
            if kind == "Func" and sub == "Open":
                name = value[:-1].upper()
                if name not in ALLOWED:
                    raise self.fail(f"funksjonen {name} er ikke tillatt.", "en av " + ", ".join(sorted(ALLOWED)))
                yield name + "("
            elif kind == "Operand" and sub == "Text":
                yield from self._words(value)
            elif kind == "Operand" and sub == "Range":
                yield from self._reference(value)
            else:
                yield value

    def _words(self, literal: str) -> Iterator[str | Ref]:
        """A text with ``{id:format}`` holes becomes a concatenation."""
        if "{" not in literal:
            yield literal
            return
        pieces = _HOLE.split(literal[1:-1])
        yield "("
        for index in range(0, len(pieces), 3):
            if index:
                yield "&"
            yield f'"{pieces[index]}"'
            if index + 2 < len(pieces):
                expression, style = pieces[index + 1].strip(), pieces[index + 2]
                if style not in FORMATS:
                    raise self.fail(f"ukjent tallformat «{style}» i teksten.", "en av " + ", ".join(sorted(FORMATS)))
                value = list(self._parts(expression))
                yield "&("
                for chunk in re.split(r"(\bX\b)", FORMATS[style]):
                    if chunk == "X":
                        yield "("
                        yield from value
                        yield ")"
                    else:
                        yield chunk
                yield ")"
        yield ")"

    def _reference(self, text: str) -> Iterator[str | Ref]:
        if text.upper() in ("TRUE", "FALSE"):
            yield text.upper()
            return
        bound = self._bound(text)
        if bound is not None:
            if _NAME.match(bound) or _BRACKET.match(bound) or bound.isdigit():
                yield from _Compiler(self.home, self.scope, "", {})._parts(bound)
            else:
                yield "("
                yield from _Compiler(self.home, self.scope, "", {})._parts(bound)
                yield ")"
            return
        match = _BRACKET.match(text)
        if match:
            yield self._bracket(text, *match.groups())
            return
        if not _NAME.match(text):
            raise self.fail(f"«{text}» er ikke en id.", "en id, tabell.kolonne eller [kolonne]; aldri A1-adresser")
        region = self._region(text)
        self._note(region, lagged=False)
        yield Ref(
            self._sheet(region), True, region.row, True, region.col,
            True, region.row + region.nrows - 1, True, region.col + region.ncols - 1,
            is_range=region.nrows * region.ncols > 1,
        )  # fmt: skip

    def _bound(self, text: str) -> str | None:
        """What the name is bound to by an include or a grid row, if anything."""
        if text in self.bind:
            return self.bind[text]
        head, _, tail = text.partition(".")
        if tail and head in self.bind:
            return f"{self.bind[head]}.{tail}"
        match = _BRACKET.match(text)
        if match and match[1] and match[1].split(".")[0] in self.bind:
            head, _, tail = match[1].partition(".")
            return self.bind[head] + (f".{tail}" if tail else "") + text[len(match[1]) :]
        return None

    def _region(self, name: str) -> Region:
        for candidate in (self.prefix + name, name):
            if candidate in self.scope.regions:
                return self.scope.regions[candidate]
        import difflib  # noqa: PLC0415 - only on error

        near = difflib.get_close_matches(name, self.scope.regions, 3, 0.5)
        raise self.fail(f"ukjent id «{name}».", "for eksempel " + ", ".join(near) if near else "en id i malen")

    def _owner(self, name: str | None) -> Owner:
        if name is None:
            if self.owner is None:
                raise self.fail("[…] uten tabellnavn kan bare stå i en tabell eller matrise.", "tabell.kolonne")
            return self.owner
        for candidate in (self.prefix + name, name):
            if candidate in self.scope.owners:
                return self.scope.owners[candidate]
        raise self.fail(f"ukjent tabell «{name}».", "en av " + ", ".join(sorted(self.scope.owners)))

    def _bracket(self, text: str, table: str | None, var: str, mode: str | None) -> Ref:
        owner = self._owner(table)
        region = self.scope.regions.get(f"{owner.id}.{var}")
        if region is None:
            known = sorted(k.rsplit(".", 1)[1] for k in self.scope.regions if k.rsplit(".", 1)[0] == owner.id)
            raise self.fail(f"«{text}»: «{owner.id}» har ikke «{var}».", "en av " + ", ".join(known))
        self._note(region, lagged=mode == "forrige")
        by_row = self.home.kind in ("column", "cell", "rows")
        by_period = self.home.kind in ("scalar", "cell")
        mine = self.owner
        if by_row and region.kind in ("column", "cell", "rows") and mode != "alle" and mine and mine.root != owner.root:
            raise self.fail(f"«{text}»: «{owner.id}» følger ikke de samme radene.", f"en tabell over «{mine.root}»")
        if by_period and region.kind in ("scalar", "cell") and mine and mine.periods != owner.periods:
            raise self.fail(f"«{text}»: «{owner.id}» har ikke like mange perioder.", f"{mine.periods} perioder")
        drow, dcol = region.row - self.home.row, region.col - self.home.col
        last_row, last_col = region.row + region.nrows - 1, region.col + region.ncols - 1
        sheet = self._sheet(region)
        match region.kind, by_row, by_period, mode:
            case ("column" | "rows", _, _, "alle"):
                return Ref(sheet, True, region.row, True, region.col, True, last_row, True, region.col, True)
            case ("column" | "rows", True, _, None):
                return Ref(sheet, False, drow, True, region.col)
            case ("column" | "rows", True, _, "forrige"):
                return Ref(sheet, False, drow - 1, True, region.col)
            case ("column" | "rows", True, _, "hittil"):
                return Ref(sheet, True, region.row, True, region.col, False, drow, True, region.col, True)
            case ("cell", True, True, None):
                return Ref(sheet, False, drow, False, dcol)
            case ("cell", True, True, "forrige"):
                return Ref(sheet, False, drow, False, dcol - 1)
            case ("cell", True, True, "hittil"):
                return Ref(sheet, False, drow, True, region.col, False, drow, False, dcol, True)
            case ("cell", _, True, "alle"):
                return Ref(sheet, True, region.row, False, dcol, True, last_row, False, dcol, True)
            case ("cell", True, False, None):
                return Ref(sheet, False, drow, True, region.col, False, drow, True, last_col, True)
            case ("scalar", _, True, None):
                return Ref(sheet, True, region.row, False, dcol)
            case ("scalar", _, True, "forrige"):
                return Ref(sheet, True, region.row, False, dcol - 1)
            case ("scalar", _, True, "hittil"):
                return Ref(sheet, True, region.row, True, region.col, True, region.row, False, dcol, True)
        raise self.fail(f"«{text}» har ingen mening her.", f"{owner.id}.{var} (alle verdiene)")

    def _sheet(self, region: Region) -> str:
        return "" if region.sheet == self.home.sheet else quoted_sheet(region.sheet) + "!"

    def _note(self, region: Region, *, lagged: bool) -> None:
        self.scope.used.add(region.id)
        if not lagged:
            self.scope.edges.setdefault(self.home.id, set()).add(region.id)


_BRACKETS_FOR_PARSER = re.compile(r"(?:[A-Za-z_][\w.]*)?\[[^\]]*\]")
