"""A run over many workbooks as a workbook: one sheet for the office, one with a row per file, one with every change."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from okosos_xl.batch.details import Entry
from okosos_xl.batch.summary import Summary
from okosos_xl.regenerate.outcome import KeyChange
from okosos_xl.regenerate.words import date_or_part
from okosos_xl.report.batch_text import closing
from okosos_xl.workbook.theme import Theme

_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The same run gives the same bytes, whenever it was."""


def workbook(entries: list[Entry], total: Summary, title: str) -> bytes:
    """The .xlsx. Texts stay texts, also those that look like formulas."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "created": _CREATED.replace(tzinfo=None)})
    theme = Theme(book)
    _sheet(
        book, theme, "Sammendrag", title, closing(total),
        ["Mal", "Nøkkeltall", "Filer", "Endret", "Største nedgang", "Største økning", "Snitt av de endrede"],
        [[m.template, m.label, m.files, m.changed, m.lowest, m.highest, m.mean] for m in total.movements],
        (18, 34, 10, 10, 18, 18, 20),
    )  # fmt: skip
    _sheet(
        book, theme, "Filer", "Fil for fil", closing(total),
        ["Fil", "Status", "Mal", "Fra versjon", "Til versjon", "Satser før", "Satser etter", "Båret med", "Hvorfor"],
        [
            [
                e.name, e.status, e.template, e.from_version or "", e.to_version or "",
                f"{e.rates_before:%d.%m.%Y}" if e.rates_before else "",
                f"{e.rates_after:%d.%m.%Y}" if e.rates_after else "",
                ", ".join(e.carried), " ".join(e.reasons),
            ]
            for e in entries
        ],
        (40, 11, 18, 9, 9, 12, 12, 34, 60),
    )  # fmt: skip
    _sheet(
        book, theme, "Nøkkeltall", "Nøkkeltallene før og etter", "Tall i samme enhet som i arbeidsboken.",
        ["Fil", "Nøkkeltall", "Før", "Etter", "Endring", "Hvorfor"],
        [
            [e.name, k.label, _cell(k.before, k.type), _cell(k.after, k.type), _step(k), ", ".join(k.why)]
            for e in entries
            for k in e.key_figures
        ],
        (40, 34, 18, 18, 16, 30),
    )  # fmt: skip
    book.close()
    return out.getvalue()


def _cell(value: float | str | None, type: str) -> float | str:
    return date_or_part(value, type) or ("" if value is None else value)


def _step(figure: KeyChange) -> float | str:
    before, after = figure.before, figure.after
    if not isinstance(before, float | int) or not isinstance(after, float | int) or date_or_part(after, figure.type):
        return ""
    return round(float(after) - float(before), 6)


def _sheet(
    book: Any, theme: Theme, name: str, title: str, conclusion: str, heads: list[str], rows: list[list[Any]],
    widths: tuple[int, ...],
) -> None:  # fmt: skip
    ws = book.add_worksheet(name)
    ws.hide_gridlines(2)
    ws.write_string(0, 0, title, theme.label("title"))
    ws.write_string(1, 0, conclusion, theme.label("note"))
    for col, (head, width) in enumerate(zip(heads, widths, strict=True)):
        ws.set_column(col, col, width)
        ws.write_string(3, col, head, theme.label("header"))
    text, number = theme.label("checktext"), theme.value("tall", "", is_input=False, in_table=True)
    for row, cells in enumerate(rows, 4):
        for col, cell in enumerate(cells):
            if isinstance(cell, str):
                ws.write_string(row, col, cell, text)
            else:
                ws.write_number(row, col, cell, number)
    if rows:
        ws.autofilter(3, 0, 3 + len(rows), len(heads) - 1)
    ws.freeze_panes(4, 1)
    ws.set_paper(9)
    ws.set_landscape()
    ws.fit_to_pages(1, 0)
    ws.repeat_rows(3)
    ws.set_footer("&Rside &P av &N")
