"""Places the sheet of checks: what is not in order first, the worst at the top, and then every check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okosos_xl.template.layout import Owner, sheet_link
from okosos_xl.template.spec import Check, Item, Table
from okosos_xl.template.widths import check_height

if TYPE_CHECKING:
    from okosos_xl.template.place_tables import TablePen

_COLUMNS = (
    ("Kode", 34.0), ("Status", 14.0), ("Hva som er galt", 52.0), ("Hvor", 14.0), ("Hva du kan gjøre", 52.0),
    ("Plass", 9.0),
)  # fmt: skip
_FOREMOST = 6
_IN_ORDER = 9000
_PLACE = (
    'IF([status]="feil",1000,IF([status]="advarsel",2000,IF([status]="opplysning",3000,'
    f"{_IN_ORDER})))+COUNTA([status hittil])"
)
"""What puts the worst first: no two checks have the same place, and those in order come last."""


class CheckSheet:
    """The block of checks on the sheet that ``on`` places."""

    def __init__(self, on: TablePen, checks: list[Check]) -> None:
        self.on, self.checks = on, checks

    def foremost(self) -> None:
        """What is not in order, the worst first: an advisor need not look for it among all that is."""
        if not self.checks:
            return
        on, rows = self.on, min(_FOREMOST, len(self.checks))
        file = on.spec.file
        which = "MATCH(SMALL(kontroll.plass,[nr]),kontroll.plass,0)"
        text = f'IF([nr]>COUNTIF(kontroll.plass,"<{_IN_ORDER}"),"",INDEX(kontroll.{{}},{which}))'
        items = (
            Item("nr", "Nr.", "heltall", first="1", formula="[nr forrige]+1", file=file),
            Item("status", "Status", "tekst", formula=text.format("status"), file=file),
            Item("melding", "Hva som er galt", "langtekst", formula=text.format("melding"), file=file),
        )
        on.layout.owners["viktigst"] = Owner("viktigst", "table", "viktigst", rows)
        on.table(Table("viktigst", items, "Det viktigste først", rows=rows, shown_by="status"))
        on.sheet.tall_rows.update((on.row - n, 30.0) for n in range(1, rows + 1))
        on.row += 1

    def all(self) -> None:
        """One row per check: status, what is wrong, where, what to do. The formulas are the template's own."""
        on = self.on
        for col, (title, width) in enumerate(_COLUMNS, 1):
            on.label(on.row, col, title, "header")
            on.width(col, width)
        on.sheet.repeat_rows = (on.row, on.row)
        on.row += 1
        first = on.row
        for check in self.checks:
            on.label(on.row, 1, f"{check.id} {check.label}", "checktext")
            on.label(on.row, 4, check.sheet, "checklink", sheet_link(check.sheet))
            on.label(on.row, 5, check.action, "checktext")
            on.sheet.tall_rows[on.row] = check_height(check, _COLUMNS[4][1])
            on.row += 1
        n = len(self.checks)
        if not n:
            on.label(first, 1, "Malen har ingen kontroller.", "note")
            on.row += 1
            return
        on.layout.owners["kontroll"] = Owner("kontroll", "table", "kontroll", n)
        for name, col, kind in (("status", 2, "tekst"), ("melding", 3, "langtekst")):
            item = Item(name, name.capitalize(), kind, formula="", style="check", file=on.spec.file)
            on.region(f"kontroll.{name}", item, "rows", (first, col), size=(n, 1), owner="kontroll")
        place = Item("plass", "Plass", "heltall", formula=_PLACE, file=on.spec.file)
        on.region("kontroll.plass", place, "rows", (first, len(_COLUMNS)), size=(n, 1), owner="kontroll")
        on.sheet.freeze = (first, 2)
