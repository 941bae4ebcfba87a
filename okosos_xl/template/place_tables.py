"""Places what has rows: tables, matrices and grids, with their headings and sums."""

from __future__ import annotations

import dataclasses

from okosos_xl.template.pen import Pen
from okosos_xl.template.spec import Binding, Grid, Item, Matrix, Table
from okosos_xl.template.widths import WIDTHS, header_height

TOP = (4, 1)
"""Where a sheet is frozen when it has no long table."""
_LOWEST_FROZEN = 18
"""Headings further down than this are not frozen: on a laptop there would be no room left under them."""


class TablePen(Pen):
    """A pen that knows the blocks with rows."""

    def table(self, block: Table) -> None:
        self.heading(block.title)
        if block.help:
            self.label(self.row, 1, block.help, "note")
            self.row += 1
        owner = self.layout.owners[block.id]
        head = self.row
        self.sheet.tall_rows[head] = header_height(block.items, self.spec.widths)
        first = head + (2 if block.sums else 1)
        for index, item in enumerate(block.items):
            col = index + 1
            if self.spec.letter and item.type in ("tekst", "langtekst") and item.input is None and not item.style:
                item = dataclasses.replace(item, style="avsnitt")  # noqa: PLW2901
            self.label(head, col, item.label + (f"\n{item.unit}" if item.unit else ""), "header")
            lined = [dict(line).get(item.id) for line in block.lines]
            region = self.region(
                f"{block.id}.{item.id}", item, "rows" if any(lined) else "column", (first, col),
                size=(owner.nrows, 1), owner=block.id,
            )  # fmt: skip
            if any(lined):
                region.row_items = tuple(dataclasses.replace(item, formula=formula) for formula in lined)
            self.width(col, item.width or WIDTHS[item.type])
        self.sums(block, head + 1)
        if block.shown_by:
            key = [item.id for item in block.items].index(block.shown_by) + 1
            self.sheet.filled_rows.append((first, 1, owner.nrows, len(block.items), key))
        if owner.nrows > 15:
            # With two long tables, the headings of the last: they are repeated on the pages after it alone.
            self.sheet.repeat_rows = (head, first - 1)
            if self.sheet.freeze == TOP and head <= _LOWEST_FROZEN:
                self.sheet.freeze = (first, 2)
        self.row = first + owner.nrows

    def sums(self, block: Table | Grid, row: int) -> None:
        """The row of sums under the headings."""
        if not block.sums:
            return
        self.label(row, 1, "Sum", "sumlabel")
        start = 2 if isinstance(block, Grid) else 1
        for col, item in enumerate(block.items, start):
            if item.id in block.sums:
                total = Item(
                    f"sum_{item.id}", f"Sum {item.label.lower()}", item.type, formula=f"SUM({block.id}.{item.id})",
                    style="sum", file=self.spec.file, only=item.only,
                )  # fmt: skip
                self.region(f"{block.id}.sum_{item.id}", total, "field", (row, col))

    def matrix(self, block: Matrix) -> None:
        self.heading(block.title)
        owner = self.layout.owners[block.id]
        self.width(1, 26.0)
        head = self.row
        for item in block.scalars:
            self.label(self.row, 1, item.label, "label")
            self.region(f"{block.id}.{item.id}", item, "scalar", (self.row, 2), size=(1, block.periods), owner=block.id)
            self.row += 1
        for item in block.cells:
            self.label(self.row, 1, item.label, "subheading")
            self.row += 1
            if block.row_label_formula is not None:
                label = block.row_label_formula
                self.region(
                    f"{block.id}.{item.id}_rad", label, "column", (self.row, 1), size=(owner.nrows, 1), owner=block.id
                )
            size = (owner.nrows, block.periods)
            self.region(f"{block.id}.{item.id}", item, "cell", (self.row, 2), size=size, owner=block.id)
            if block.row_label_formula is not None and self.spec.kind in ("resultat", "utskrift"):
                self.sheet.filled_rows.append((self.row, 1, owner.nrows, block.periods + 1, 1))
            self.row += owner.nrows
        for item in (*block.scalars, *block.cells):
            for col in range(2, block.periods + 2):
                self.width(col, item.width or WIDTHS[item.type])
        if self.spec.periods_per_page:
            per = self.spec.periods_per_page
            self.sheet.page_breaks = list(range(1 + per, 1 + block.periods, per))
            if block.scalars:
                top = head + min(len(block.scalars), 3)
                self.sheet.repeat_rows, self.sheet.freeze = (head, top - 1), (top, 2)

    def grid(self, block: Grid) -> None:
        self.heading(block.title)
        if block.help:
            self.label(self.row, 1, block.help, "note")
            self.row += 1
        self.sheet.tall_rows[self.row] = max(32.0, header_height((Item("", "", "tekst", width=30), *block.items), ()))
        self.label(self.row, 1, block.corner, "header")
        head, self.row = self.row, self.row + (2 if block.sums else 1)
        for index, row in enumerate(block.rows):
            self.label(self.row + index, 1, row.label, "sumlabel" if row.style == "sum" else "label")
            if row.only:
                self.sheet.full_rows.add(self.row + index)
        for col, item in enumerate(block.items, 2):
            self.label(head, col, item.label + (f"\n{item.unit}" if item.unit else ""), "header")
            self.width(col, item.width or WIDTHS[item.type])
            size = (len(block.rows), 1)
            region = self.region(f"{block.id}.{item.id}", item, "rows", (self.row, col), size=size, owner=block.id)
            prefix = item.scopes[0].prefix if item.scopes else ""
            region.row_items = tuple(
                dataclasses.replace(
                    item,
                    scopes=(Binding(prefix, row.bind), *item.scopes),
                    style=row.style or item.style,
                    file=row.file or item.file,
                )
                for row in block.rows
            )
            region.cell_ids = tuple(f"{block.id}.{row.id}.{item.id}" for row in block.rows)
        self.sums(block, head + 1)
        self.row += len(block.rows)
