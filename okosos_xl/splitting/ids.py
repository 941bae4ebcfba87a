"""Which inputs of a template belong to whom, told by their ids and where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from okosos_xl.sak.inputs import input_items
from okosos_xl.template.spec import Fields, Grid, Item, Table, TemplateSpec

_TOKEN = re.compile(r"[._]")
SHARED_TOKENS = ("f", "felles")
PERSON_COLUMNS = ("hvem", "eier", "skyldner")


@dataclass(frozen=True)
class Ids:
    """The inputs of a template, with the questions a split asks of them."""

    spec: TemplateSpec

    @cached_property
    def fields(self) -> dict[str, Item]:
        return input_items(self.spec)[0]

    @cached_property
    def tables(self) -> dict[str, tuple[Table, dict[str, Item]]]:
        return input_items(self.spec)[1]

    @cached_property
    def sheet_files(self) -> dict[str, str]:
        """Field (or the first word of it) → the title of the sheet it stands on."""
        found: dict[str, str] = {}
        for sheet in self.spec.sheets:
            for block in sheet.blocks:
                if isinstance(block, Fields):
                    found |= {item.id: sheet.name for item in block.items}
                elif isinstance(block, Grid | Table):
                    found[block.id] = sheet.name
        return found

    def sheet_of(self, id: str) -> str:
        return self.sheet_files.get(id) or self.sheet_files.get(id.split(".", maxsplit=1)[0], "")

    def person(self, id: str) -> str:
        """«a» or «b» for an id that has a twin for the other adult (``trekk_a``, ``losning.b.metode``), else empty."""
        for token, other in (("a", "b"), ("b", "a")):
            if self._twin(id, token, other):
                return token
        return ""

    def for_a(self, id: str) -> str:
        """The id A's twin of B's id has."""
        return self._twin(id, "b", "a") or id

    def shared(self, id: str) -> bool:
        """Whether the id is the one for the two together, beside one for A and one for B."""
        return any(self._twin(id, token, "a") and self._twin(id, token, "b") for token in SHARED_TOKENS)

    def _twin(self, id: str, token: str, other: str) -> str:
        known = self.tables if id in self.tables else self.fields
        spans = [m.start() for m in _TOKEN.finditer(id)]
        starts = [0, *(s + 1 for s in spans)]
        for start, end in zip(starts, [*spans, len(id)], strict=True):
            if id[start:end] == token:
                twin = id[:start] + other + id[end:]
                if twin in known:
                    return twin
        return ""

    def root(self, table: str) -> str:
        """The table whose rows ``table`` follows (itself when it follows none)."""
        every = {b.id: b for s in self.spec.sheets for b in s.blocks if isinstance(b, Table)}
        while table in every and every[table].over:
            table = every[table].over
        return table

    def person_column(self, table: str) -> str:
        columns = self.tables[table][1]
        return next((c for c in PERSON_COLUMNS if c in columns and columns[c].choices), "")

    def names_adults(self, id: str) -> bool:
        """Whether a field is a choice between A and B (and perhaps both)."""
        item = self.fields.get(id)
        return item is not None and {"A", "B"} <= set(self.spec.choices.get(item.choices, ()))

    def is_money(self, table: str, column: str) -> bool:
        return self.tables[table][1][column].type in ("kr", "kr_ore")
