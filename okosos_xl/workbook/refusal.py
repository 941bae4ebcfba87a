"""The one way a workbook is turned away: a stable code and one sentence an advisor can act on."""

from __future__ import annotations

from typing import Self

CODES = {
    "OKX001": "Filen finnes ikke",
    "OKX002": "Stedet er en mappe eller noe annet enn en vanlig fil",
    "OKX003": "Filen kan ikke leses",
    "OKX004": "Filen er tom",
    "OKX005": "Filen er ikke en Excel-arbeidsbok",
    "OKX006": "Arbeidsboken er i det gamle .xls-formatet",
    "OKX007": "Arbeidsboken er passordbeskyttet",
    "OKX008": "Arbeidsboken er i det binære .xlsb-formatet",
    "OKX009": "Filen er et OpenDocument-regneark",
    "OKX010": "Arbeidsboken inneholder makroer",
    "OKX011": "Filen er avkuttet",
    "OKX012": "En del av filen er skadet",
    "OKX013": "To deler av filen har samme navn eller samme plass",
    "OKX014": "En del av filen har et utrygt navn",
    "OKX015": "Filen har for mange deler",
    "OKX016": "Filen er for stor",
    "OKX017": "Filen er unaturlig hardt komprimert",
    "OKX018": "Filen blir for stor når den pakkes ut",
    "OKX019": "Filen inneholder en XML-dokumenttype",
    "OKX020": "Filen er for dypt nøstet",
    "OKX021": "Filen mangler det som gjør den til en arbeidsbok",
    "OKX022": "En del av arbeidsboken har ugyldig innhold",
    "OKX023": "Filen er en midlertidig låsefil fra Excel",
    "OKX024": "Arbeidsboken er ikke laget med okosos_xl",
    "OKX025": "Malen arbeidsboken er laget av, er ikke installert",
    "OKX026": "Arbeidsboken er laget med en nyere versjon av malen",
    "OKX027": "Cellene kan ikke fylles ut i filen slik den er",
    "OKX028": "Et ark har celler for langt ute",
}
"""Every reason a workbook is turned away before its content is judged, with a short title."""


class WorkbookRefused(ValueError):  # noqa: N818 - what happened, in the words of the field
    """A file that is not read. ``code`` is a key of :data:`CODES`; ``message`` is one Norwegian sentence.

    The message names the file and the way out, and never quotes the content of a cell.
    """

    def __init__(self, code: str, file: str, reason: str) -> None:
        self.code, self.file, self.reason = code, file, reason
        self.message = f"«{file}» {reason}"
        super().__init__(self.message)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:
        return type(self), (self.code, self.file, self.reason)
