"""The tables, matrices and grids of a template, and how many rows each of them gets."""

from __future__ import annotations

from okosos_xl.template.errors import TemplateError
from okosos_xl.template.formula import CELL_LIKE
from okosos_xl.template.layout import Layout, Owner
from okosos_xl.template.spec import Grid, Matrix, SheetSpec, Table, TemplateSpec


def add_owners(spec: TemplateSpec, layout: Layout, capacity: dict[str, int], exact: dict[str, int]) -> None:
    """Tables with rows of their own first, then those that follow them."""
    blocks = [(s, b) for s in spec.sheets for b in s.blocks]
    for sheet, b in blocks:
        if isinstance(b, Grid):
            _add_owner(layout, sheet, Owner(b.id, "grid", b.rows_of or b.id, len(b.rows)))
        if isinstance(b, Table) and not b.over:
            rows = len(b.lines) or b.rows
            wanted = capacity.get(b.id, 0)
            if b.grows and wanted > 0:
                rows = max(rows, -(-(wanted + b.margin) // 5) * 5)
            if b.grows:
                rows = max(1, exact.get(b.id, rows))
            _add_owner(layout, sheet, Owner(b.id, "table", b.id, rows))
            if b.grows:
                layout.capacity[b.id] = rows
    waiting = [(s, b) for s, b in blocks if isinstance(b, Matrix) or (isinstance(b, Table) and b.over)]
    while waiting:
        ready = [(s, b) for s, b in waiting if not b.over or b.over in layout.owners]
        if not ready:
            sheet, b = waiting[0]
            known = ", ".join(sorted(layout.owners)) or "id-en til en tabell"
            raise TemplateError(sheet.file, sheet.name, b.id, f"ukjent tabell «{b.over}».", known)
        for sheet, b in ready:
            _add_follower(layout, sheet, b)
        waiting = [(s, b) for s, b in waiting if b.id not in layout.owners]


def _add_follower(layout: Layout, sheet: SheetSpec, block: Table | Matrix) -> None:
    periods = block.periods if isinstance(block, Matrix) else 0
    kind = "matrix" if periods else "table"
    if not block.over:
        _add_owner(layout, sheet, Owner(block.id, kind, block.id, 0, periods))
        return
    followed = layout.owners[block.over]
    if not followed.nrows:
        raise TemplateError(sheet.file, sheet.name, block.id, f"«{block.over}» har ingen rader.", "id-en til en tabell")
    _add_owner(layout, sheet, Owner(block.id, kind, followed.root, followed.nrows, periods))


def _add_owner(layout: Layout, sheet: SheetSpec, owner: Owner) -> None:
    if owner.id.lower() in {id.lower() for id in layout.owners} or owner.id == "kontroll":
        raise TemplateError(sheet.file, sheet.name, owner.id, "id-en er brukt to ganger.", "en ny id")
    if CELL_LIKE.fullmatch(owner.id):
        raise TemplateError(sheet.file, sheet.name, owner.id, "id-en ser ut som en celleadresse.", "et lengre navn")
    layout.owners[owner.id] = owner
