"""A filled-in workbook → a PDF of what stands in it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from okosos_xl.engine.formualizer_engine import FormualizerEngine
from okosos_xl.engine.libreoffice_engine import convert, find_soffice
from okosos_xl.utskrift.around import read_around
from okosos_xl.utskrift.content import Content, is_bare
from okosos_xl.utskrift.fresh import Fresh, PrintRefused, fresh_values
from okosos_xl.utskrift.printcopy import OnPaper, Plan, area_text, print_copy
from okosos_xl.utskrift.seen import Sheet, looks_from_formula, spill, visible
from okosos_xl.utskrift.styles import Styles, read_styles
from okosos_xl.utskrift.tails import empty_tails
from okosos_xl.workbook import manifest as manifests
from okosos_xl.workbook.areas import Cell, address, column_letters, parse_area, parse_cell

if TYPE_CHECKING:
    from okosos_xl.engine import CellValue
    from okosos_xl.workbook.package import SheetInfo
    from okosos_xl.workbook.reading import Reading

_SECONDS = 180.0
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


@dataclass(frozen=True)
class Wanted:
    """What is to be printed: ``only`` these sheets (empty: all that have content), never those in ``without``;
    ``everything`` takes the sheets without content too."""

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    everything: bool = False


@dataclass(frozen=True)
class PrintCopy:
    """A workbook ready to be printed. ``sheets`` are those on paper, in order; the others that a person can see are in
    ``empty`` (nothing in them), ``letters`` (nobody chosen) or ``charts`` (sheets with nothing but a chart).

    ``outside``: cells with something in them beside the paper. ``as_it_stands``: nothing is filled in at all, so
    nothing is left out."""

    data: bytes
    plan: Plan
    sheets: tuple[str, ...]
    empty: tuple[str, ...]
    letters: tuple[str, ...]
    charts: tuple[str, ...]
    outside: tuple[str, ...]
    fresh: Fresh
    as_it_stands: bool = False


@dataclass(frozen=True)
class Printed:
    """A PDF, how many pages it has (0 when that cannot be told), and what it was made from."""

    pdf: bytes
    pages: int
    copy: PrintCopy


def printed(reading: Reading, wanted: Wanted | None = None, *, templates: Path | None = None) -> Printed:
    """The PDF of a workbook that has been read.

    Raises :class:`PrintRefused`, also when LibreOffice is not installed, ``WorkbookRefused`` and ``EngineError``.
    """
    program = find_soffice()
    if program is None:
        raise PrintRefused(NO_OFFICE)
    copy = print_copy_of(reading, wanted, templates=templates)
    pdf = as_pdf(program, copy.data, reading.file)
    return Printed(pdf, len(_PAGE.findall(pdf)), copy)


NO_OFFICE = (
    "LibreOffice er ikke installert, og trengs for å lage PDF. Installer det fra libreoffice.org, eller oppgi hvor "
    "programmet soffice ligger i OKOSOS_SOFFICE."
)


def as_pdf(program: str, data: bytes, name: str) -> bytes:
    """The PDF of a print copy, made by LibreOffice in a folder of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="okosos-utskrift-") as temporary:
        source, out = Path(temporary) / "utskrift.xlsx", Path(temporary) / "pdf"
        source.write_bytes(data)
        try:
            convert(program, [source], "pdf", out, _SECONDS, language="nb-NO")
        except (subprocess.TimeoutExpired, OSError):
            raise PrintRefused(f"{name}: LibreOffice svarer ikke, så PDF-en er ikke laget. Prøv på nytt.") from None
        made = out / "utskrift.pdf"
        if not made.is_file():
            raise PrintRefused(f"{name}: LibreOffice klarte ikke å lage PDF. Åpne og lagre filen, og prøv igjen.")
        return made.read_bytes()


def print_copy_of(reading: Reading, wanted: Wanted | None = None, *, templates: Path | None = None) -> PrintCopy:
    """The print copy of a workbook that has been read; LibreOffice is not needed. Raises as :func:`printed`."""
    return _Print(reading, wanted or Wanted(), templates).run()


def _now() -> datetime:
    """The time on the wall, in the words the engine has for it: what a formula with TODAY() is to show on the paper."""
    return datetime.now().replace(tzinfo=UTC)


class _Print:
    def __init__(self, reading: Reading, wanted: Wanted, templates: Path | None) -> None:
        self.reading, self.wanted, self.package = reading, wanted, reading.package
        renamed = reading.renamed_sheets
        self.template = {renamed.get(s.spec.name, s.spec.name): s for s in reading.layout.sheets}
        self.working = {name for name, s in self.template.items() if s.spec.kind == "beregning"} | {manifests.SHEET}
        self.only = self.named(wanted.only)
        self.without = self.named(wanted.without)
        self.styles: Styles = read_styles(self.package)
        self.fresh = fresh_values(self.package, FormualizerEngine(_now()))
        self.content = Content(reading, self.styles, templates)

    def named(self, names: Iterable[str]) -> set[str]:
        """The sheets meant, by the name on the tab or the one the template gives, in either case of letters."""
        tabs = [s.name for s in self.package.sheets if s.name not in self.working]
        known = {s.spec.name.casefold(): name for name, s in self.template.items() if name in tabs}
        known |= {name.casefold(): name for name in tabs}
        found = set()
        for name in names:
            if name.casefold() in {working.casefold() for working in self.working}:
                self.refuse(f"arket «{name}» er mellomregninger, og skrives ikke ut.")
            if name.casefold() not in known:
                self.refuse(f"det er ikke noe ark som heter «{name}». Velg blant: {', '.join(tabs)}.")
            found.add(known[name.casefold()])
        return found

    def refuse(self, reason: str) -> NoReturn:
        raise PrintRefused(f"{self.reading.file}: {reason}")

    def run(self) -> PrintCopy:
        sheets = {info.name: self.sheet(info) for info in self.candidates() if info.kind == "worksheet"}
        bare = is_bare(self.reading)
        everything = self.wanted.everything or bool(self.only) or bare
        empty = [] if everything else [name for name, sheet in sheets.items() if not self.has_content(name, sheet)]
        chosen = [name for name in sheets if name not in empty]
        if not chosen:
            self.refuse("det er ingen ark igjen å skrive ut.")
        plan = Plan(
            {name: self.paper(name, sheets[name], whole=bare) for name in chosen},
            {
                info.name: self.formula_values(info.name, sheets.get(info.name))
                for info in self.package.sheets
                if info.kind == "worksheet"
            },
            self.fresh.values.keys(),
        )
        letters = [n for n in empty if n in self.template and self.content.is_letter(self.template[n])]
        return PrintCopy(
            print_copy(self.package, plan), plan, tuple(chosen),
            tuple(name for name in empty if name not in letters), tuple(letters),
            tuple(info.name for info in self.candidates() if info.kind != "worksheet"),
            tuple(place for name in chosen for place in self.outside(name, sheets[name], plan.sheets[name])),
            self.fresh, bare,
        )  # fmt: skip

    def candidates(self) -> list[SheetInfo]:
        """The sheets that may be printed, in the order of the tabs."""
        return [
            s
            for s in self.package.sheets
            if s.name not in self.working
            and s.name not in self.without
            and (s.name in self.only if self.only else s.state == "visible")
        ]

    def sheet(self, info: SheetInfo) -> Sheet:
        cells = self.package.sheet(info.name)
        values = cells.values | dict(self.fresh.values.get(info.name, {}))
        regions = tuple(r for r in self.reading.layout.regions.values() if r.sheet == info.name)
        changed = frozenset(c.cell for c in self.reading.changes if c.region.sheet == info.name)
        return Sheet(info.name, values, cells, read_around(self.package, info, self.styles), regions, changed)

    def formula_values(self, name: str, sheet: Sheet | None) -> dict[Cell, CellValue]:
        """What is to stand on the paper in place of each formula; not of those that LibreOffice may compute."""
        cells = self.package.sheet(name)
        stored: dict[Cell, CellValue] = {cell: cells.values[cell] for cell in cells.formulas if cell in cells.values}
        values = stored | dict(self.fresh.values.get(name, {}))
        for cell in looks_from_formula(sheet, self.styles) if sheet is not None and not self.fresh.unsure else ():
            values.pop(cell, None)
        return values

    def has_content(self, name: str, sheet: Sheet) -> bool:
        """The first sheet of the template is the face of the case, and is always with."""
        layout = self.template.get(name)
        if layout is None:
            return bool(visible(sheet, self.styles)) or bool(sheet.around.pictures)
        return layout is self.reading.layout.sheets[0] or self.content.has_any(layout, sheet)

    def paper(self, name: str, sheet: Sheet, *, whole: bool) -> OnPaper:
        area = self.area(name, sheet)
        rows, columns = (set(), set()) if whole else empty_tails(sheet, self.styles)
        return OnPaper(area, frozenset(rows), frozenset(columns))

    def area(self, name: str, sheet: Sheet) -> str:
        """The sheet's own print area, else everything that can be seen on it: a sheet without one is not printed."""
        said = self.package.defined_names.get(f"{name}!_xlnm.Print_Area")
        if said is not None and not said.is_broken and said.text:
            return said.text
        seen = visible(sheet, self.styles)
        areas = sheet.around.pictures
        row = max([row for row, _ in seen] + [area.row2 for area in areas], default=1)
        column = max([spill(sheet, cell, self.styles) for cell in seen] + [area.col2 for area in areas], default=1)
        return area_text(name, row, column_letters(column))

    def outside(self, name: str, sheet: Sheet, paper: OnPaper) -> list[str]:
        """The advisor's own cells that lie beside the print area."""
        area = parse_area(paper.area)
        if name in self.template:
            noted = (e.cell for e in self.reading.sak.extras if e.kind == "notat" and e.sheet == name)
            found = [parse_cell(cell) for cell in noted]
        else:
            found = sorted(visible(sheet, self.styles))
        return [f"{name}!{address(cell)}" for cell in found if area is not None and cell not in area]
