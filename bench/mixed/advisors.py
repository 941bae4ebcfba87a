"""What advisors do to workbooks, in Excel (by openpyxl) and in LibreOffice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from mixed.order import ROOT, Made, Making, at, numbers, typed

from advisor import edited, place  # isort: skip - found where mixed.order says

from okosos_xl.api import generate, read_full
from okosos_xl.template.layout import cell_name

WORKBOOKS = ROOT / "tests" / "workbooks"
MUNICIPALITY = ROOT / "examples" / "kommune-eksempel.yaml"


def untouched(making: Making) -> Made:
    return making.made(making.filled())


def empty(making: Making) -> Made:
    return making.made(generate(making.template, case_date=making.day()))


def overridden(making: Making) -> Made:
    """Formulas typed over, by value and by another formula, each with its reason as a comment."""
    from openpyxl.comments import Comment

    data, layout = making.laid_out()

    def change(_: Any, cell: Callable[..., Any]) -> None:
        for n, region in enumerate(making.chance.sample(numbers(layout, inputs=False), 3)):
            target = cell(region.id)
            target.value = f"{target.value}+{n}" if n == 2 else making.chance.randrange(1, 5_000)
            target.comment = Comment(making.mark("grunn"), "Rådgiver")

    return making.made(edited(data, layout, change))


def annotated(making: Making) -> Made:
    """Comments, notes beside the form, formulas in fields, sheets of one's own."""
    from openpyxl.comments import Comment

    data, layout = making.laid_out()

    def change(book: Any, cell: Callable[..., Any]) -> None:
        regions = making.chance.sample(numbers(layout, inputs=True), 2)
        cell(regions[0].id).comment = Comment(making.mark("kommentar"), "Rådgiver")
        computed = making.chance.choice(numbers(layout, inputs=True))
        cell(computed.id).value = f"={typed(making, computed)!r}+0"
        beside = cell(regions[1].id)
        sheet = beside.parent
        far = max(sheet.max_column, 30) + 2
        sheet.cell(beside.row, far).value = making.mark("notat")
        sheet.cell(beside.row, far + 1).value = f"={place(beside)}*2"
        own = book.create_sheet(f"Notater {making.number}")
        own["A1"], own["B1"], own["B2"] = making.mark("eget ark"), 100.25, f"=B1*2+{place(beside)}"
        own["B1"].number_format = "#,##0.00"
        own.column_dimensions["A"].width = 33

    return making.made(edited(data, layout, change))


def saved_by_libreoffice(making: Making) -> Made:
    return making.made(making.filled(), edits=())


def edited_by_libreoffice(making: Making) -> Made:
    data, layout = making.laid_out()
    changed, noted, computed = making.chance.sample(numbers(layout, inputs=True), 3)
    over = making.chance.choice(numbers(layout, inputs=False))
    row = making.chance.randrange(changed.nrows)
    return making.made(
        data,
        edits=[
            ("unprotect",),
            ("number", at(changed, row), typed(making, changed)),
            ("formula", at(computed), f"={typed(making, computed)!r}+0"),
            ("comment", at(noted), making.mark("kommentar")),
            ("number", at(over), making.chance.randrange(1, 5_000)),
            ("comment", at(over), making.mark("grunn")),
            ("text", f"{changed.sheet}!BZ{changed.row}", making.mark("notat")),
            ("add_sheet", "Mitt ark"),
            ("text", "Mitt ark!A1", making.mark("eget ark")),
            ("formula", "Mitt ark!B1", f"=$'{changed.sheet}'.{cell_name(changed.row + row, changed.col)}*2"),
        ],
    )


def row_inserted(making: Making) -> Made:
    """A row put in among those of a table that can grow, and filled in."""
    data, layout = making.laid_out()
    columns = {r.owner: r for r in reversed(numbers(layout, inputs=True)) if r.owner in layout.capacity}
    region = columns[making.chance.choice(sorted(columns))]
    row = region.row + making.chance.randrange(1, 4)
    return making.made(
        data,
        edits=[
            ("unprotect", region.sheet),
            ("insert_row", region.sheet, row),
            ("number", f"{region.sheet}!{cell_name(row, region.col)}", typed(making, region)),
        ],
    )


def of_an_old_version(making: Making) -> Made:
    """A workbook of the first version of a template, with other numbers in it."""
    file = making.chance.choice(sorted(WORKBOOKS.glob("*-1.xlsx")))
    making.template = file.stem.removesuffix("-1")
    data = file.read_bytes()
    layout = read_full(data, name=file.name).layout

    def change(_: Any, cell: Callable[..., Any]) -> None:
        for region in making.chance.sample(numbers(layout, inputs=True), 2):
            cell(region.id, making.chance.randrange(region.nrows)).value = typed(making, region)

    return making.made(edited(data, layout, change) if making.chance.random() < 0.6 else data)


def for_a_person(making: Making) -> Made:
    """What can not be carried: a chart of one's own, a sheet gone, an error value, a municipality's rates."""
    what = making.chance.randrange(4)
    if what == 3:
        making.template = "sosialhjelp"
        sak = making.sak()
        sak.fields["dato"] = date(2026, making.chance.randint(1, 12), 1)  # no rates before
        return making.made(generate(making.template, sak, kommune=MUNICIPALITY), "manuell")
    data, layout = making.laid_out()

    def change(book: Any, cell: Callable[..., Any]) -> None:
        from openpyxl.chart import BarChart, Reference

        region = making.chance.choice(numbers(layout, inputs=True))
        if what == 0:
            chart = BarChart()
            chart.add_data(Reference(cell(region.id).parent, min_col=region.col, min_row=region.row))
            book.create_sheet("Mitt diagram").add_chart(chart)
        elif what == 1:
            del book[next(s.spec.name for s in layout.sheets[1:] if s.spec.kind == "fyll_inn")]
        else:
            cell(region.id).value = "#N/A"

    return making.made(edited(data, layout, change), "manuell")
