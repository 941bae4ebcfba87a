"""The part of a workbook that is the same for every case: sheets, texts, formulas, lists, print set-up, charts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from okosos_xl import __version__
from okosos_xl.sak.case import CaseValue, Override
from okosos_xl.sak.numbers import serial
from okosos_xl.satser import Satssnapshot
from okosos_xl.template.layout import Layout, Region, SheetLayout, column_name
from okosos_xl.template.spec import DATES
from okosos_xl.workbook import additions, furnish, manifest, overridesheet, ratesheet
from okosos_xl.workbook.additions import NOTHING, Additions
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.bulk import Skeleton
from okosos_xl.workbook.cells import CellBook
from okosos_xl.workbook.form import Form, Plain
from okosos_xl.workbook.rowheight import text_rows
from okosos_xl.workbook.theme import OVERRIDDEN, Theme

_CREATED = datetime(2000, 1, 1)
_LONGEST_LINK = 2_000
_LARGE_ROW = 24.0


class WriteError(ValueError):
    """The case asks for something the layout does not have, such as an override of an unknown id."""


@dataclass(frozen=True)
class Facts:
    """The rates of a workbook and what is said of them; nothing for a template without rates."""

    day: date | None = None
    kommune: str = ""
    carried: tuple[ratesheet.CarriedRate, ...] = ()
    fixed: Mapping[str, list[Any]] = field(default_factory=dict)
    """What the fixed cells hold, by the id of their region."""
    sources: Mapping[tuple[str, int], str] = field(default_factory=dict)
    hidden: Mapping[str, Collection[int]] = field(default_factory=dict)


def facts_of(layout: Layout, rates: Satssnapshot | None) -> Facts:
    """What the sheet of rates and the manifest are to say. Raises :class:`WriteError` without any."""
    if not layout.rates:
        return Facts()
    if rates is None:
        raise WriteError("arbeidsboken bruker satser, og trenger datoen de skal gjelde for.")
    return Facts(
        rates.dato, rates.kommune or "", tuple(ratesheet.carried(layout, rates)), ratesheet.fixed_values(layout, rates),
        ratesheet.sources(layout, rates), ratesheet.empty_rows(layout, rates),
    )  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A finished form, and the pattern of its footers."""

    form: Form
    footer: str


def make_form(
    layout: Layout,
    root: Path | None,
    facts: Facts,
    *,
    hide_full: bool = False,
    overrides: list[Override] | None = None,
    added: Additions = NOTHING,
) -> Made:
    """The form for a layout and its rates, with what an advisor has put in place of or beside the template's own.

    Raises :class:`WriteError`.
    """
    skeleton = Skeleton()
    theme = Theme(skeleton.workbook, root)
    writer = _Writer(skeleton, theme, layout, facts, hide_full, _by_region(layout, overrides or []), added)
    for sheet in layout.sheets:
        writer.sheet(sheet)
    register = overridesheet.override_sheet(layout, overrides or [])
    if register is not None:
        writer.sheet(register)
    for own in added.sheets:
        additions.write_sheet(skeleton, theme, own)
    writer.manifest()
    for region in layout.regions.values():
        skeleton.workbook.define_name(region.id, "=" + region.area)
    for id, cell in layout.cells().items():
        if cell.named_cells:
            skeleton.workbook.define_name(id, "=" + cell.area)
    additions.define_names(skeleton, added)
    skeleton.workbook.set_properties(
        {"title": layout.spec.title, "comments": f"okosos_xl {__version__}", "created": _CREATED, "author": ""}
    )
    return Made(skeleton.finished(text_rows(layout)), theme.data["utskrift"]["bunn"])


def cell_value(value: CaseValue) -> Plain:
    """A case value as a cell holds it: dates as serial numbers."""
    if isinstance(value, Decimal):
        return float(value)
    return serial(value) if isinstance(value, date) else value


def _by_region(layout: Layout, wanted: list[Override]) -> dict[str, list[tuple[int, int, Override]]]:
    """Overrides by region id, with their offsets inside it."""
    result: dict[str, list[tuple[int, int, Override]]] = {}
    for o in wanted:
        region = layout.regions.get(o.id)
        if region is None or region.is_input:
            raise WriteError(f"overstyringen av «{o.id}»: malen har ingen formel med den id-en.")
        row, col = max(o.row - 1, 0), max(o.period - 1, 0)
        if row >= region.nrows or col >= region.ncols:
            raise WriteError(f"overstyringen av «{o.id}»: rad {o.row}, termin {o.period} finnes ikke.")
        result.setdefault(o.id, []).append((row, col, o))
    return result


class _Writer:
    """Writes the sheets of one form."""

    def __init__(
        self, skeleton: Skeleton, theme: Theme, layout: Layout, facts: Facts, hide_full: bool,
        overrides: dict[str, list[tuple[int, int, Override]]], added: Additions,
    ) -> None:  # fmt: skip
        self.skeleton, self.theme, self.layout, self.facts, self.hide_full = skeleton, theme, layout, facts, hide_full
        self.overrides, self.added = overrides, added

    def sheet(self, sheet: SheetLayout) -> None:
        """One sheet: its cells, and everything around them."""
        skeleton, theme, layout = self.skeleton, self.theme, self.layout
        ws, book = skeleton.add_sheet(sheet.spec.name)
        heights = skeleton.heights[sheet.spec.name]
        heights |= {1: 24.0, 2: 20.0} | sheet.tall_rows
        ws.merge += [[row - 1, col - 1, last_row - 1, last_col - 1] for row, col, last_row, last_col in sheet.merged]
        large = sheet.spec.large
        if large:
            heights |= {row: max(heights.get(row, 0.0), _LARGE_ROW) for row in range(5, sheet.last_row + 1)}
        for label in sheet.labels:
            style = theme.label(label.style, large=large)
            if label.link:
                ws.write_url(label.row - 1, label.col - 1, label.link, style, label.text)
            book.text(label.row, label.col, label.text, style._get_xf_index())
        _write_links(ws, book, theme, layout, sheet)
        for region in sheet.regions:
            style = theme.value(
                region.item.type,
                region.item.style,
                is_input=region.is_input,
                in_table=region.kind in ("column", "cell", "scalar") and not region.fixed,
                large=large,
                wraps=sheet.spec.letter or region.item.lines > 1,
                shrinks=sheet.spec.letter and region.kind != "field",
            )
            index = style._get_xf_index()
            if region.is_input:
                _places(book, region, index, self.added.formulas.get(sheet.spec.name, {}))
            elif region.fixed:
                self.fixed_cells(ws, book, region, index)
            elif region.id not in self.overrides:
                self.formulas(book, region, index, large=large)
            else:  # no cell can be the one that holds the formula of the others when it may be typed over
                for offset, texts in enumerate(region.columns_of_text()):
                    book.formulas(region.row, region.col + offset, texts, index)
                for row, col, override in self.overrides[region.id]:
                    _write_override(ws, book, theme, region, row, col, override)
        hidden = set(self.facts.hidden.get(sheet.spec.name, ()))
        if self.hide_full:
            hidden |= sheet.full_rows
            if sheet.spec.only:
                ws.hide()
        skeleton.hidden_rows[sheet.spec.name] = hidden
        furnish.furnish(ws, theme, layout, sheet, self.facts.day, hide_full=self.hide_full)
        furnish.add_charts(skeleton, ws, theme, layout, [c for c in sheet.charts if c[1] not in hidden])
        additions.write_beside(ws, book, theme, sheet.spec.name, self.added)

    def formulas(self, book: CellBook, region: Region, style: int, *, large: bool) -> None:
        """The formulas of a region; a row of a grid may have a look of its own."""
        for offset, fill in enumerate(region.fills()):
            own = region.row_items[offset].style if offset < len(region.row_items) else region.item.style
            if own == region.item.style:
                book.fill(fill, style)
            else:
                look = self.theme.value(region.item.type, own, is_input=False, in_table=False, large=large)
                book.fill(fill, look._get_xf_index())

    def fixed_cells(self, ws: Any, book: CellBook, region: Region, style: int) -> None:
        """Rates and what is said of them; a source is a link to where it can be read."""
        for offset, value in enumerate(self.facts.fixed.get(region.id, [])):
            row = region.row + offset
            address = self.facts.sources.get((region.sheet, row)) if region.item.id == "kilde" else None
            if address and value and len(address) <= _LONGEST_LINK:
                look = self.theme.label("link")
                ws.write_url(row - 1, region.col - 1, address, look, str(value))
                book.text(row, region.col, str(value), look._get_xf_index())
            else:
                _put(book, row, region.col, value, style)

    def manifest(self) -> None:
        """The sheet that lets the workbook explain itself, and the lists of choices."""
        layout, facts = self.layout, self.facts
        ws, book = self.skeleton.add_sheet(manifest.SHEET)
        ws.very_hidden()
        plain = self.skeleton.workbook.add_format({"num_format": "@"})._get_xf_index()
        day = facts.day.isoformat() if facts.day else ""
        rows = manifest.manifest_rows(layout, day, facts.kommune, facts.carried, facts.fixed)
        for row, texts in enumerate(rows, 1):
            for col, text in enumerate(texts, 1):
                if text:
                    book.text(row, col, text, plain)
        for offset, (name, choices) in enumerate(layout.spec.choices.items(), 5):
            for row, choice in enumerate(choices, 1):
                book.text(row, offset, choice, plain)
            letters = column_name(offset)
            self.skeleton.workbook.define_name(
                furnish.list_name(name), f"={manifest.SHEET}!${letters}$1:${letters}${len(choices)}"
            )


def _write_links(ws: Any, book: CellBook, theme: Theme, layout: Layout, sheet: SheetLayout) -> None:
    """Row 3: the way back to the first sheet and to the checks; beside the paper on pages for people outside."""
    targets = [layout.spec.sheets[0].name, *(s.name for s in layout.spec.sheets if s.kind == "kontroll")]
    style = theme.label("link")
    first = sheet.paper_col + 2 if sheet.spec.kind == "utskrift" else 1
    for col, name in enumerate((n for n in targets if n != sheet.spec.name), first):
        ws.write_url(2, col - 1, "internal:'" + name.replace("'", "''") + "'!A1", style, name)
        book.text(3, col, name, style._get_xf_index())


def _places(book: CellBook, region: Region, style: int, own: Mapping[Cell, str]) -> None:
    """The cells of a region that a case types in; ``own`` are those where the advisor computes the value herself."""
    for offset in range(region.nrows):
        at = region.row + offset, region.col
        if at in own:
            book.formulas(*at, [own[at]], style)
        else:
            book.place(*at, style)


def _put(book: CellBook, row: int, col: int, value: Any, style: int) -> None:
    if value is None or value == "":
        book.blank(row, col, style)
        return
    plain = cell_value(value)
    if isinstance(plain, str):
        book.text(row, col, plain, style)
    else:
        book.number(row, col, plain, style)


def _write_override(
    ws: Any, book: CellBook, theme: Theme, region: Region, row: int, col: int, override: Override
) -> None:
    """An advisor's own value in place of a formula: visible in colour and word, with the reason as a comment."""
    at = (region.row + row, region.col + col)
    style = theme.overridden(region.item.type)._get_xf_index()
    if override.formula:
        book.formulas(*at, [override.formula.lstrip("=")], style)
    else:
        value = override.value
        if region.item.type not in DATES and isinstance(value, date):
            value = Decimal(int(serial(value)))
        _put(book, *at, value, style)
    text = OVERRIDDEN.capitalize() + (f": {override.reason}" if override.reason else "")
    ws.write_comment(at[0] - 1, at[1] - 1, text, {"author": override.author, "x_scale": 2})
