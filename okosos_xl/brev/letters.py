"""A case → its letters: every letter sheet as it stands for each of those it is about, values only.

The workbook is computed once. A letter is chosen by writing in its own cell, and only what leans on that cell is
computed again; so sixty creditors cost little more than one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from okosos_xl.engine import Values
from okosos_xl.engine.formualizer_engine import Opened
from okosos_xl.template.layout import Layout, Region, SheetLayout
from okosos_xl.template.spec import LetterSpec


class LettersRefused(Exception):  # noqa: N818 - a refusal, as elsewhere
    """The workbook cannot give the letters that are wanted. The message is one Norwegian line."""


@dataclass(frozen=True)
class Letter:
    """One letter: its kind, the row it is about (from 1) and what that is called, and its sheets with their values."""

    kind: str
    row: int
    name: str
    case_number: str
    sheets: tuple[tuple[SheetLayout, dict[str, list[Any]]], ...]
    """Each sheet as the template lays it out, and the values of its regions by id, column by column."""


@dataclass(frozen=True)
class Wanted:
    """Which letters: kinds (empty: the usual ones) and rows (empty: all that a kind suits), and for one plan alone."""

    kinds: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """Inputs to fill in before anything is read: id and text."""


class Letters:
    """The letters of one workbook, found and computed as they are asked for. Raises :class:`LettersRefused`."""

    def __init__(self, package: bytes, *, name: str, templates: Path | None = None) -> None:
        from okosos_xl.template.compile import compile_template
        from okosos_xl.workbook.read import read_layout

        source, self._at = read_layout(package, name=name, templates=templates)
        self.spec = self._at.spec
        self._name = name
        present = {sheet.name for sheet in source.sheets}
        self.kinds = {k.name: k for k in self.spec.letters if self._stands(k, present)}
        if not self.kinds:
            raise LettersRefused(
                f"{name}: arbeidsboken har ingen brev. Er den laget med en eldre mal, hent saken ut med okosos read "
                "og lag arbeidsboken på nytt."
            )
        rows = {id: owner.nrows for id, owner in self._at.owners.items() if id in self._at.capacity}
        self._clean: Layout = compile_template(self.spec, exact=rows)
        self._book = Opened(source.vetted.data)
        self._grids: Values = {}

    def _stands(self, kind: LetterSpec, present: set[str]) -> bool:
        """Whether the letter's sheets are in the workbook."""
        return all(
            self._at.regions[id].sheet in present
            for sheet in self._at.sheets
            if sheet.spec.name in (kind.sheet, *kind.annexes)
            for id in (region.id for region in sheet.regions)
        )

    def known(self, kinds: tuple[str, ...]) -> list[LetterSpec]:
        """The kinds by their names; the usual ones without any."""
        if not kinds:
            return [kind for kind in self.kinds.values() if kind.usual]
        for kind in kinds:
            if kind not in self.kinds:
                raise LettersRefused(f"Brevet «{kind}» finnes ikke. Velg blant: {', '.join(self.kinds)}.")
        return [self.kinds[kind] for kind in dict.fromkeys(kinds)]

    def fill(self, fields: tuple[tuple[str, str], ...]) -> None:
        """Fill in inputs, for this time only."""
        for id, text in fields:
            if id not in self._at.regions:
                raise LettersRefused(f"{self._name}: arbeidsboken har ikke feltet «{id}», så --plan kan ikke brukes.")
            self._put(id, text)
        self._compute()

    def rows(self, kind: LetterSpec) -> list[tuple[int, str, bool]]:
        """What the letter can be about: row, name and whether it suits."""
        names, suits = self._values(self._at.regions[kind.source]), self._values(self._at.regions[kind.when])
        return [
            (row, str(name), suit == 1.0) for row, (name, suit) in enumerate(zip(names, suits, strict=True), 1) if name
        ]

    def letters(self, kind: LetterSpec, rows: list[tuple[int, str]]) -> Iterator[Letter]:
        """The letter for each of the rows."""
        number = self._values(self._at.regions[self.spec.footer_id])[0] if self.spec.footer_id else ""
        sheets = {sheet.spec.name: sheet for sheet in self._clean.sheets}
        for row, name in rows:
            for id in kind.chosen:
                self._put(id, name)
            self._compute()
            yield Letter(
                kind.name, row, name, _plain(number),
                tuple((sheets[title], self._sheet(sheets[title])) for title in (kind.sheet, *kind.annexes)),
            )  # fmt: skip

    def _sheet(self, sheet: SheetLayout) -> dict[str, list[Any]]:
        return {region.id: self._values(self._at.regions[region.id]) for region in sheet.regions}

    def _put(self, id: str, text: str) -> None:
        region = self._at.regions[id]
        self._book.put(region.sheet, region.row, region.col, text)

    def _compute(self) -> None:
        self._book.compute()
        self._grids = {}

    def _values(self, region: Region) -> list[Any]:
        """The cells of a region, column by column."""
        if region.sheet not in self._grids:
            self._grids[region.sheet] = self._book.grid(region.sheet)
        grid = self._grids[region.sheet]
        return [
            grid[r - 1][c - 1] if r <= len(grid) and c <= len(grid[r - 1]) else None
            for c in range(region.col, region.col + region.ncols)
            for r in range(region.row, region.row + region.nrows)
        ]


def _plain(value: Any) -> str:
    """A case number as it reads, also when it was typed as a number."""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else str(value)
