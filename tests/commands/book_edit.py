"""Changes a generated workbook as an advisor (or an accident) would, by its parts; nothing else is touched."""

from __future__ import annotations

import io
import re
import zipfile
from html import escape

from okosos_xl.sak.case import Sak
from okosos_xl.template.compile import compile_template, load_spec
from okosos_xl.template.layout import Layout, cell_name

_RELATION = re.compile(r'<Relationship Id="(\w+)"[^>]*Target="([^"]+)"')
_SHEET = re.compile(r'<sheet name="([^"]+)" sheetId="\d+"([^>]*) r:id="(\w+)"/>')


def layout_of(sak: Sak) -> Layout:
    return compile_template(load_spec(sak.template), {id: len(rows) for id, rows in sak.tables.items()})


class Edit:
    """A workbook being changed: ``edit("krav.saldo", 1, text="12 500")``, then ``data()``."""

    def __init__(self, package: bytes, layout: Layout) -> None:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            self.parts = {m.filename: archive.read(m) for m in archive.infolist()}
        self.layout = layout
        relations = dict(_RELATION.findall(self.parts["xl/_rels/workbook.xml.rels"].decode()))
        book = self.parts["xl/workbook.xml"].decode()
        self.sheets = {name: "xl/" + relations[rid] for name, _, rid in _SHEET.findall(book)}

    def place(self, id: str, row: int = 1, period: int = 1) -> tuple[str, str]:
        """Sheet and address of a value."""
        region = self.layout.regions[id]
        return region.sheet, cell_name(region.row + row - 1, region.col + period - 1)

    def __call__(
        self,
        id: str,
        row: int = 1,
        period: int = 1,
        *,
        text: str | None = None,
        number: float | None = None,
        formula: str | None = None,
        error: str | None = None,
        empty: bool = False,
    ) -> str:
        """Put something in a cell; its place as ``Krav!G8`` is returned."""
        sheet, address = self.place(id, row, period)
        if text is not None:
            kind, inside = ' t="inlineStr"', f'<is><t xml:space="preserve">{escape(text)}</t></is>'
        elif error is not None:
            kind, inside = ' t="e"', f"<v>{error}</v>"
        elif formula is not None:
            kind, inside = "", f"<f>{escape(formula, quote=False)}</f><v>{number or 0}</v>"
        else:
            assert empty or number is not None
            kind, inside = "", "" if empty else f"<v>{number}</v>"
        self.put(sheet, address, kind, inside)
        return f"{sheet}!{address}"

    def put(self, sheet: str, address: str, kind: str, inside: str) -> None:
        part = self.sheets[sheet]
        content = self.parts[part].decode()
        pattern = re.compile(rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', re.S)
        found = pattern.search(content)
        if found is None:
            raise AssertionError(f"{sheet}!{address} står ikke i filen")
        assert "ref=" not in found[0], "cellen deler formelen sin med andre"
        cell = f'<c r="{address}"{found[1] or ""}{kind}>{inside}</c>'
        self.parts[part] = (content[: found.start()] + cell + content[found.end() :]).encode()

    def stored(self, id: str, value: float, row: int = 1, period: int = 1) -> str:
        """Another cached value for a formula that stays."""
        sheet, address = self.place(id, row, period)
        part = self.sheets[sheet]
        content = self.parts[part].decode()
        pattern = re.compile(rf'(<c r="{address}"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)<v>)[^<]*(</v>)')
        content, count = pattern.subn(rf"\g<1>{value}\g<2>", content)
        assert count == 1
        self.parts[part] = content.encode()
        return f"{sheet}!{address}"

    def replace(self, part: str, old: str, new: str) -> None:
        content = self.parts[part].decode()
        assert old in content, f"{old} står ikke i {part}"
        self.parts[part] = content.replace(old, new).encode()

    def data(self) -> bytes:
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return output.getvalue()
