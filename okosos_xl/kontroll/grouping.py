"""One finding for many cells: how many, of how many, and the first three."""

from __future__ import annotations

from collections.abc import Sequence

from okosos_xl.workbook.areas import Cell, address

SAMPLES = 3


def samples_of(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The addresses of the first three cells."""
    return tuple(address(cell) for cell in cells[:SAMPLES])


def group_words(cells: Sequence[Cell], of: int) -> tuple[str, tuple[str, ...]]:
    """« Det samme gjelder 12 av 40 celler (D7, D8, D9 …).», empty for one cell; and the samples.

    ``of`` is how many cells there could have been, 0 when that says nothing.
    """
    samples = samples_of(cells)
    if len(cells) == 1:
        return "", samples
    many = f"{len(cells)} av {of} celler" if of else f"{len(cells)} celler"
    rest = " …" if len(cells) > SAMPLES else ""
    return f" Det gjelder {many} ({', '.join(samples)}{rest}).", samples
