"""From a workbook or a case file to a folder of letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from okosos_xl.brev.frozen import frozen
from okosos_xl.brev.letters import Letters, LettersRefused, Wanted
from okosos_xl.brev.names import file_name


@dataclass(frozen=True)
class Made:
    """One letter: what it is about, and its workbook; ``stem`` is the file name without ending."""

    kind: str
    row: int
    name: str
    stem: str
    data: bytes


@dataclass(frozen=True)
class Unsuited:
    """A row that was asked for by number, and that a kind of letter does not suit."""

    kind: str
    row: int
    name: str


def workbook(source: Path, templates: Path | None) -> bytes:
    """The workbook to write letters from: the advisor's own file as it is, or one made of a case file."""
    if source.suffix.lower() not in (".yaml", ".yml", ".json"):
        from okosos_xl.workbook.guard import read_vetted

        return read_vetted(source).data
    from okosos_xl.api import generate
    from okosos_xl.sak.load import case_template, parse_case
    from okosos_xl.sak.problems import CaseError, CaseProblem

    try:
        template = case_template(parse_case(source.read_bytes(), str(source)))
    except FileNotFoundError:
        raise CaseError([CaseProblem(str(source), "", "filen finnes ikke.")]) from None
    if not template:
        raise CaseError([CaseProblem(str(source), "mal", "saken sier ikke hvilken mal den er for.")])
    return generate(template, source, templates=templates)


def make(
    letters: Letters, wanted: Wanted, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Iterator[Made | Unsuited]:
    """The letters that are wanted, one by one. Raises :class:`LettersRefused` for a kind or row there is none of."""
    kinds = letters.known(wanted.kinds)
    letters.fill(wanted.fields)
    plan: list[tuple[int, list[tuple[int, str]]]] = []
    found: set[int] = set()
    for number, kind in enumerate(kinds):
        rows = letters.rows(kind)
        chosen = [(row, name) for row, name, suits in rows if suits and (not wanted.rows or row in wanted.rows)]
        plan.append((number, chosen))
        found |= {row for row, _, _ in rows}
        for row, name, suits in rows:
            # With no kind asked for, a row gets the one of the usual letters that suits it.
            if row in wanted.rows and not suits and wanted.kinds:
                yield Unsuited(kind.name, row, name)
    for row in wanted.rows:
        if row not in found:
            raise LettersRefused(f"Krav {row} finnes ikke. Numrene står i kolonnen Nr. på Gjeld.")
    total, done = sum(len(chosen) for _, chosen in plan), 0
    for number, chosen in plan:
        for letter in letters.letters(kinds[number], chosen):
            done += 1
            progress(done, total)
            stem = file_name(letter.case_number, letter.row, letter.name, letter.kind)
            yield Made(letter.kind, letter.row, letter.name, stem, frozen(letter))
