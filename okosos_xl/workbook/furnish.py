"""Everything on a sheet but its cells: widths, lists, help, colours, protection, print set-up, charts."""

from __future__ import annotations

from datetime import date
from typing import Any

from okosos_xl.template.layout import Layout, Region, SheetLayout, cell_name, column_name, quoted_sheet
from okosos_xl.template.spec import DATES, NUMERIC, Chart
from okosos_xl.workbook.bulk import Skeleton
from okosos_xl.workbook.form import FOOTER_MARK
from okosos_xl.workbook.theme import Theme

_FEW_CATEGORIES = 24
_HEAD_ROWS = 2
_LIST_LIMIT = 255
_TITLE_LIMIT = 32
_FOOTER_LIMIT = 255
_CASE_NUMBER = 40
_PROTECTION = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": False,
    "sort": False,
    "autofilter": True,
}
CATEGORY_MARK = "@@k{}@@"
VALUE_MARK = 8_800_000_000_000


def list_name(choices: str) -> str:
    """The defined name of a list of choices."""
    return f"liste.{choices}"


def furnish(
    ws: Any,
    theme: Theme,
    layout: Layout,
    sheet: SheetLayout,
    rates_date: date | None = None,
    *,
    hide_full: bool = False,
) -> None:
    """Dress one worksheet. ``rates_date`` is told in the footer; ``hide_full`` hides columns of the full version."""
    for col, width in sheet.widths.items():
        hidden = {"hidden": True} if hide_full and col in sheet.full_columns else {}
        ws.set_column(col - 1, col - 1, width, None, hidden)
    ws.set_tab_color(theme.tab(sheet.spec.kind))
    if sheet.freeze:
        ws.freeze_panes(sheet.freeze[0] - 1, sheet.freeze[1] - 1)
    if sheet.spec.kind in ("resultat", "utskrift"):
        ws.hide_gridlines(2)
    ws.protect("", _PROTECTION)
    for region in sheet.regions:
        if layout.spec.version_id and (region.item.only or region.row in sheet.full_rows or sheet.spec.only):
            _grey_out(ws, theme, layout, region)
        if region.is_input:
            _validation(ws, layout, region)
        elif region.fixed:
            continue
        elif region.id == "kontroll.status":
            _flag_status(ws, theme, region)
        else:
            _mark_overrides(ws, theme, region)
    for area in sheet.filled_rows:
        draw_filled_rows(ws, theme, area)
    print_setup(ws, theme, sheet, FOOTER_MARK + layout.spec.title, footer_middle(layout, rates_date))


def _grey_out(ws: Any, theme: Theme, layout: Layout, region: Region) -> None:
    """Live in Excel: what belongs to the full version fades when the case is a simple one."""
    simple = f'={layout.spec.version_id}="{layout.spec.simple_version}"'
    ws.conditional_format(*_span(region), {"type": "formula", "criteria": simple, "format": theme.faded()})


def draw_filled_rows(ws: Any, theme: Theme, area: tuple[int, int, int, int, int]) -> None:
    """Rows that hold something get a line under them; the others show nothing, on screen and on paper."""
    row, col, nrows, ncols, key = area
    span = (row - 1, col - 1, row + nrows - 2, col + ncols - 2)
    first = f"${column_name(key)}{row}"
    empty = f'OR({first}="",{first}=0)'
    ws.conditional_format(*span, {"type": "formula", "criteria": f"=NOT({empty})", "format": theme.lined()})
    ws.conditional_format(*span, {"type": "formula", "criteria": f"={empty}", "format": theme.hidden()})


def _span(region: Region) -> tuple[int, int, int, int]:
    return region.row - 1, region.col - 1, region.row + region.nrows - 2, region.col + region.ncols - 2


def _validation(ws: Any, layout: Layout, region: Region) -> None:
    item = region.item
    limits = item.input
    assert limits is not None
    rule: dict[str, Any] = {"ignore_blank": True}
    if item.choices:
        choices = layout.spec.choices[item.choices]
        short = len(",".join(choices)) <= _LIST_LIMIT and not any("," in c for c in choices)
        source: Any = list(choices) if short else f"={list_name(item.choices)}"
        rule |= {"validate": "list", "source": source, "error_title": "Velg fra listen"}
        rule["error_message"] = ("Velg en av: " + ", ".join(choices))[:_LIST_LIMIT]
    elif item.choices_from:
        rule |= {"validate": "list", "source": f"={item.choices_from}", "error_type": "warning"}
        rule |= {"error_title": "Står ikke i listen", "error_message": "Teksten står ikke i listen. Er den riktig?"}
    elif item.type in NUMERIC:
        low = float(limits.min) if limits.min is not None else -1e12
        high = float(limits.max) if limits.max is not None else 1e12
        rule |= {"validate": "integer" if item.type == "heltall" else "decimal", "criteria": "between"}
        rule |= {"minimum": low, "maximum": high, "error_title": "Skriv et tall"}
        rule["error_message"] = _limits_text(region)
    elif item.type in DATES:
        rule |= {"validate": "decimal", "criteria": "between", "minimum": 61, "maximum": 109575}
        rule |= {"error_title": "Skriv en dato", "error_message": "Skriv en dato, for eksempel 01.12.2026."}
    elif not item.help:
        return
    else:
        rule |= {"validate": "any"}
    if item.help:
        rule |= {"input_title": item.label[:_TITLE_LIMIT], "input_message": item.help[:_LIST_LIMIT]}
    ws.data_validation(*_span(region), rule)


def _limits_text(region: Region) -> str:
    limits = region.item.input
    assert limits is not None
    what = "et helt tall" if region.item.type == "heltall" else "et tall uten kr og mellomrom"
    percent = region.item.type == "prosent"

    def show(value: Any) -> str:
        return f"{float(value) * 100:g} %" if percent else f"{int(value):,}".replace(",", " ")

    if limits.min is not None and limits.max is not None:
        return f"Skriv {what}, fra {show(limits.min)} til {show(limits.max)}."
    if limits.min is not None:
        return f"Skriv {what}, {show(limits.min)} eller mer."
    return f"Skriv {what}."


def _mark_overrides(ws: Any, theme: Theme, region: Region) -> None:
    """Live in Excel: a formula typed over turns orange and says so."""
    first = cell_name(region.row, region.col)
    ws.conditional_format(
        *_span(region),
        {
            "type": "formula",
            "criteria": f"=NOT(_xlfn.ISFORMULA({first}))",
            "format": theme.overridden(region.item.type),
        },
    )


def _flag_status(ws: Any, theme: Theme, region: Region) -> None:
    """The checks can be filtered, and those that found something stand out."""
    ws.autofilter(region.row - 2, region.col - 2, region.row + region.nrows - 2, region.col + 2)
    for word in ("feil", "advarsel"):
        ws.conditional_format(
            *_span(region), {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": theme.flagged(word)}
        )


def footer_middle(layout: Layout, rates_date: date | None) -> str:
    """What the middle of every footer says: which template, and which rates."""
    return f"mal versjon {layout.spec.version}" + (f" · satser per {rates_date:%d.%m.%Y}" if rates_date else "")


def footer_text(pattern: str, left: str, middle: str) -> str:
    """A whole footer in the codes of the file."""
    return pattern.format(sak=left.replace("&", "&&"), bok=middle)


def case_in_footer(pattern: str, layout: Layout, number: str, rates_date: date | None) -> str:
    """What stands for ``FOOTER_MARK`` in the footers of a case: its number, as much as there is room for.

    A footer is one line, and a file cannot hold what is no character.
    """
    title, middle = layout.spec.title, footer_middle(layout, rates_date)
    between = " · " if title else ""
    number = "".join(ch if ch.isprintable() else " " for ch in number[:_CASE_NUMBER])
    while number and _utf16(footer_text(pattern, number + between + title, middle)) > _FOOTER_LIMIT:
        number = number[:-1]
    return (number + between).replace("&", "&&") if number else ""


def _utf16(text: str) -> int:
    """The length of a text as the file format counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def print_setup(ws: Any, theme: Theme, sheet: SheetLayout, left: str, middle: str) -> None:
    """Paper, margins, footer, and how the sheet is divided into pages."""
    setup = theme.data["utskrift"]
    ws.set_paper(setup["papir"])
    (ws.set_landscape if sheet.spec.landscape else ws.set_portrait)()
    margin = float(setup["marg_cm"]) / 2.54
    ws.set_margins(left=margin, right=margin, top=margin, bottom=margin + 0.2)
    ws.set_footer(footer_text(setup["bunn"], left, middle))
    if sheet.repeat_rows:
        ws.repeat_rows(sheet.repeat_rows[0] - 1, sheet.repeat_rows[1] - 1)
    if sheet.page_breaks:
        ws.repeat_columns(0, 0)
        ws.set_v_pagebreaks(sheet.page_breaks)
        ws.set_print_scale(sheet.spec.print_scale or 60)
    else:
        ws.fit_to_pages(sheet.spec.pages_wide, 0)
        if sheet.spec.pages_wide > 1:
            ws.repeat_columns(0, 0)
    # A sheet of calculations is there to be looked into, not to be sent to anyone: one line instead of small print.
    rows = _HEAD_ROWS if sheet.spec.kind == "beregning" else sheet.last_row
    ws.print_area(0, 0, rows - 1, sheet.paper_col - 1)


def add_charts(skeleton: Skeleton, ws: Any, theme: Theme, layout: Layout, charts: list[tuple[Chart, int]]) -> None:
    """Insert the charts. Their cached numbers are tokens that the package replaces by computed values."""
    for chart, row in charts:
        picture = skeleton.workbook.add_chart({"type": chart.kind})
        for series in chart.series:
            values, categories = layout.regions[series.values], layout.regions[series.categories]
            picture.add_series(
                {
                    "name": series.name,
                    "values": "=" + _area(values),
                    "categories": "=" + _area(categories),
                    "values_data": [VALUE_MARK + skeleton.chart_cell(values.sheet, r, c) for r, c in _cells(values)],
                    "categories_data": [
                        CATEGORY_MARK.format(skeleton.chart_cell(categories.sheet, r, c)) for r, c in _cells(categories)
                    ],
                    "fill": {"color": theme.colors["diagram"]},
                    "border": {"color": theme.colors["diagram_kant"]},
                }
            )
        font = {"name": theme.data["skrift"]["navn"], "size": 10}
        picture.set_title({"name": chart.title, "name_font": font | {"size": 13}})
        picture.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom"})
        scale = {} if chart.kind in ("column", "line") else {"min": 0}
        picture.set_y_axis({"name": chart.y_title, "num_format": "#,##0", "num_font": font, "name_font": font} | scale)
        _axes(picture, chart, layout, font)
        picture.set_size({"width": 900, "height": chart.height * 20 - 10})
        ws.insert_chart(row - 1, 0, picture, {"description": chart.alt, "object_position": 2})


def _axes(picture: Any, chart: Chart, layout: Layout, font: dict[str, Any]) -> None:
    """Amounts up and categories along; for lying bars the other way, with the first category on top."""
    many = max(r.nrows * r.ncols for r in (layout.regions[s.values] for s in chart.series)) > _FEW_CATEGORIES
    along: dict[str, Any] = {"name": chart.x_title, "text_axis": True, "label_position": "low", "num_font": font}
    amounts: dict[str, Any] = {"name": chart.y_title, "num_format": "#,##0", "num_font": font, "name_font": font}
    if many:
        along |= {"interval_unit": 6, "num_font": font | {"rotation": -45}}
    if chart.kind not in ("column", "line"):
        amounts["min"] = 0
    if chart.kind == "bar":
        picture.set_y_axis(along | {"reverse": True, "crossing": "max"})
        picture.set_x_axis(amounts)
    else:
        picture.set_x_axis(along)
        picture.set_y_axis(amounts)


def _area(region: Region) -> str:
    last = f"${column_name(region.col + region.ncols - 1)}${region.row + region.nrows - 1}"
    return f"{quoted_sheet(region.sheet)}!${column_name(region.col)}${region.row}:{last}"


def _cells(region: Region) -> list[tuple[int, int]]:
    return [(region.row + i, region.col + j) for j in range(region.ncols) for i in range(region.nrows)]
