"""What is read out of an advisor's workbook, before anybody judges it."""

from __future__ import annotations

from dataclasses import dataclass, field

from okosos_xl.sak.case import Sak
from okosos_xl.template.layout import Layout, RateRow, Region
from okosos_xl.workbook.areas import Cell
from okosos_xl.workbook.manifest import Manifest
from okosos_xl.workbook.package import Package


@dataclass(frozen=True)
class InputProblem:
    """An input cell whose content is not what the form asks for.

    ``kind``: tall, dato, aarstall, valg, minst, mest, heltall, feilverdi, mangler.
    """

    kind: str
    region: Region
    cell: Cell
    text: str
    meant: str = ""


@dataclass(frozen=True)
class FormulaChange:
    """A formula cell that no longer holds the template's formula.

    ``kind``: verdi, slettet, endret, brutt, ny_rad. ``found`` is what stands there, ``expected`` the template's formula
    as it reads in this cell (without ``=``), empty for a row that is new.
    """

    kind: str
    region: Region
    cell: Cell
    row: int
    period: int
    found: str
    expected: str = ""


@dataclass(frozen=True)
class AlteredRate:
    """A rate that has been typed over on the sheet of rates: what the workbook was made with, and what stands there."""

    row: RateRow
    region: Region
    cell: Cell
    made_with: str
    found: str


@dataclass
class Reading:
    """A workbook as the toolkit understands it."""

    file: str
    package: Package
    manifest: Manifest
    layout: Layout
    sak: Sak
    problems: list[InputProblem] = field(default_factory=list)
    changes: list[FormulaChange] = field(default_factory=list)
    missing_sheets: list[str] = field(default_factory=list)
    missing_names: list[str] = field(default_factory=list)
    """Regions whose names cannot be trusted: gone, astray or deleted. They are read where they stood from the start."""
    astray: list[str] = field(default_factory=list)
    """Those of them whose names have come to speak of something else; they are read where they belong."""
    deleted: list[str] = field(default_factory=list)
    """Those of them whose cells have been deleted. Nothing is read of them, and their formulas are not compared."""
    damage: list[str] = field(default_factory=list)
    """What in the hidden sheet that explains the workbook no longer is as it was written, in words."""
    extra_sheets: list[str] = field(default_factory=list)
    renamed_sheets: dict[str, str] = field(default_factory=dict)
    inserted_rows: dict[str, list[int]] = field(default_factory=dict)
    filled_rows: dict[str, list[int]] = field(default_factory=dict)
    input_formulas: dict[str, str] = field(default_factory=dict)
    altered_rates: list[AlteredRate] = field(default_factory=list)
    altered_facts: list[Region] = field(default_factory=list)
    """Fixed cells, other than rates, that no longer say what they said when the workbook was made."""
