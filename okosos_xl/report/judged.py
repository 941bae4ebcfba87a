"""What every output is made from: the reports, what their codes mean, and what counts as a failure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from okosos_xl.kontroll.catalogue import Entry, catalogue, template_entries
from okosos_xl.kontroll.finding import ADVARSEL, FEIL, Finding, Report

NO_CODE = "OKX000"
"""A file that could not be judged for a reason outside the file, such as an engine that gave up."""


@dataclass(frozen=True)
class Judged:
    """The reports in the order of the input.

    ``failing``: the severities that make a workbook fail. ``root``: the folder of templates, if not the usual one.
    """

    reports: Sequence[Report]
    failing: frozenset[str] = frozenset({FEIL, ADVARSEL})
    engines: tuple[str, ...] = field(default=())
    root: Path | None = None

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """An entry for every code in the reports; a code nobody explains is given its own name.

        Found when first asked for: it takes reading every template there is, and one report in words needs none.
        """
        codes = sorted({finding.code for report in self.reports for finding in report.findings})
        own = catalogue()
        theirs = template_entries(self.root) if any(code not in own for code in codes) else {}
        return {code: own.get(code) or theirs.get(code) or _unknown(code) for code in codes}

    @property
    def titles(self) -> dict[str, str]:
        return {code: entry.title for code, entry in self.entries.items()}

    @property
    def refused(self) -> bool:
        return any(report.refused for report in self.reports)

    def fails(self, finding: Finding) -> bool:
        return finding.severity in self.failing

    @property
    def failed(self) -> bool:
        return any(self.fails(finding) for report in self.reports for finding in report.findings)


def judged(reports: Sequence[Report], failing: frozenset[str], templates: Path | None = None) -> Judged:
    """The reports together, as they are now."""
    engines = tuple(dict.fromkeys(report.engine for report in reports if report.engine))
    return Judged(tuple(reports), failing, engines, templates)


def _unknown(code: str) -> Entry:
    """A check of a template that is not among those at hand."""
    return Entry(code, code, (FEIL,), "En kontroll i malen.", "Den står på arket Kontroll.", "Se meldingen.")
