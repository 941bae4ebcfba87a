"""The sheet «Funn»: the findings inside a copy of the advisor's own workbook, each with a link to its cell."""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding, Report
from okosos_xl.report.clean import one_line
from okosos_xl.report.judged import Judged
from okosos_xl.report.summary import counted
from okosos_xl.workbook.add_sheet import NewSheet, with_sheet
from okosos_xl.workbook.add_styles import Look
from okosos_xl.workbook.package import Package

SHEET = "Funn"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COLUMNS = (
    ("Alvorlighet", 13), ("Kode", 10), ("Sted", 20), ("Hva", 50), ("Hvorfor det betyr noe", 44),
    ("Hva du gjør", 44), ("Kroner", 14),
)  # fmt: skip
_HEAD = 4
_LONGEST = 32_000
_WAY = "Arket er lagt til av okosos validate, og lages på nytt neste gang. Skriv ikke noe her som du vil beholde."


def with_findings(package: Package, report: Report, judged: Judged) -> bytes:
    """The workbook with the findings on a sheet of its own, and every other sheet as it was.

    Raises :class:`~okosos_xl.workbook.refusal.WorkbookRefused` where the file cannot take a sheet.
    """
    theme = _theme()

    def xml(numbers: dict[str, int]) -> bytes:
        return _Sheet(numbers, theme).xml(report, judged)

    return with_sheet(package, NewSheet(SHEET, _looks(theme), xml, _HEAD))


def _theme() -> dict[str, Any]:
    from okosos_xl import strict_yaml
    from okosos_xl.resources import templates_root

    theme: dict[str, Any] = strict_yaml.load(templates_root() / "tema.yaml")
    return theme


def _looks(theme: dict[str, Any]) -> dict[str, Look]:
    font, colours = theme["skrift"], theme["farger"]
    name, size, black, line = font["navn"], float(font["punkt"]), colours["tekst"], colours["kant"]
    return {
        "tittel": Look(name, float(font["tittel"]), black, bold=True),
        "merknad": Look(name, size, colours["dempet"]),
        "hode": Look(name, size, colours["hode_tekst"], bold=True, fill=colours["hode"], border=line, wrap=True),
        "tekst": Look(name, size, black, border=line, wrap=True),
        "lenke": Look(name, size, colours["lenke"], underline=True, border=line, wrap=True),
        "kroner": Look(name, size, black, border=line, number=4, right=True),
        FEIL: Look(name, size, colours["feil_tekst"], bold=True, fill=colours["feil"], border=line),
        ADVARSEL: Look(name, size, colours["advarsel_tekst"], bold=True, fill=colours["advarsel"], border=line),
        OPPLYSNING: Look(name, size, black, fill=colours["nokkel"], border=line),
    }


def text_lines(text: str, width: float) -> int:
    """How many lines a text takes in a column so wide, on the safe side; Excel shows no more than 27 of them."""
    return min(27, max(1, ceil(len(text) / (width * 0.92))))


class _Sheet:
    def __init__(self, numbers: dict[str, int], theme: dict[str, Any]) -> None:
        self.numbers, self.theme = numbers, theme
        self.links: list[str] = []

    def xml(self, report: Report, judged: Judged) -> bytes:
        said = ", ".join(counted(report.count(s), s) for s in (FEIL, ADVARSEL, OPPLYSNING) if report.count(s))
        rows = [
            self.row(1, self.text("A1", "Funn i arbeidsboken", "tittel")),
            self.row(2, self.text("A2", f"{said}." if said else "I orden. Det er ingen funn.", "merknad")),
            self.row(3, self.text("A3", _WAY, "merknad")),
            self.row(_HEAD, *(self.text(f"{chr(65 + i)}{_HEAD}", t, "hode") for i, (t, _) in enumerate(_COLUMNS))),
        ]
        rows += [self.finding(_HEAD + 1 + n, finding, judged) for n, finding in enumerate(report.findings)]
        widths = "".join(
            f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>' for i, (_, width) in enumerate(_COLUMNS, 1)
        )
        links = f"<hyperlinks>{''.join(self.links)}</hyperlinks>" if self.links else ""
        inches = float(self.theme["utskrift"]["marg_cm"]) / 2.54
        sides = " ".join(f'{side}="{inches:.3f}"' for side in ("left", "right", "top", "bottom"))
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{_MAIN}"><sheetPr><tabColor rgb="FF{self.theme["faner"]["kontroll"]}"/>'
            '<pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" workbookViewId="0">'
            f'<pane ySplit="{_HEAD}" topLeftCell="A{_HEAD + 1}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="A{_HEAD + 1}" sqref="A{_HEAD + 1}"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{"".join(rows)}</sheetData>{links}'
            f'<pageMargins {sides} header="0.3" footer="0.3"/>'
            f'<pageSetup paperSize="{self.theme["utskrift"]["papir"]}" orientation="landscape" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;Rside &amp;P av &amp;N</oddFooter></headerFooter></worksheet>"
        ).encode()

    def finding(self, row: int, finding: Finding, judged: Judged) -> str:
        entry = judged.entries.get(finding.code)
        more = f" ({', '.join(finding.samples)}{' …' * (finding.count > len(finding.samples))})"
        cells = [
            self.text(f"A{row}", finding.severity, finding.severity),
            self.text(f"B{row}", finding.code, "tekst"),
            self.place(f"C{row}", finding),
            self.text(f"D{row}", finding.message + (more if finding.count > 1 and finding.samples else ""), "tekst"),
            self.text(f"E{row}", entry.why if entry else "", "tekst"),
            self.text(f"F{row}", finding.action, "tekst"),
            self.number(f"G{row}", finding.kroner),
        ]
        texts = (finding.place, finding.message, entry.why if entry else "", finding.action)
        widths = (width for _, width in _COLUMNS[2:6])
        lines = max(text_lines(text, width) for text, width in zip(texts, widths, strict=True))
        return self.row(row, *cells, height=15.0 * lines + 3)

    def row(self, number: int, *cells: str, height: float = 0.0) -> str:
        tall = f' ht="{height:g}" customHeight="1"' if height else ""
        return f'<row r="{number}"{tall}>{"".join(cells)}</row>'

    def style(self, meaning: str) -> str:
        return f' s="{self.numbers[meaning]}"' if meaning in self.numbers else ""

    def text(self, at: str, value: str, meaning: str) -> str:
        """A text as such, never a formula, whatever it begins with."""
        shown = escape(one_line(value)[:_LONGEST])
        return f'<c r="{at}"{self.style(meaning)} t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'

    def number(self, at: str, value: Decimal | None) -> str:
        inside = "" if value is None else f"<v>{value:f}</v>"
        return f'<c r="{at}"{self.style("kroner")}>{inside}</c>'

    def place(self, at: str, finding: Finding) -> str:
        if not finding.sheet:
            return self.text(at, finding.place, "tekst")
        quoted = "'" + finding.sheet.replace("'", "''") + "'"
        location = quoteattr(f"{quoted}!{finding.cell or 'A1'}")
        self.links.append(f'<hyperlink ref="{at}" location={location} display={quoteattr(finding.place)}/>')
        return self.text(at, finding.place, "lenke")
