"""What a template says, as typed data: sheets, blocks, inputs, formulas, checks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okosos_xl.template.migration import Migration

TYPES = frozenset(
    {"tekst", "langtekst", "kr", "kr_ore", "prosent", "heltall", "tall", "dato", "maaned", "ja_nei", "valg"}
)
NUMERIC = frozenset({"kr", "kr_ore", "prosent", "heltall", "tall"})
DATES = frozenset({"dato", "maaned"})


@dataclass(frozen=True)
class Input:
    """An input: what an advisor may type. ``min``/``max`` in the unit of the type (kr, fraction, number)."""

    required: bool = False
    min: Decimal | None = None
    max: Decimal | None = None
    default: object = None
    example: object = None


@dataclass(frozen=True)
class Item:
    """One named value: a field, a table column, a period row or a matrix cell. Either ``input`` or ``formula``."""

    id: str
    label: str
    type: str
    input: Input | None = None
    formula: str | None = None
    first: str | None = None
    help: str = ""
    unit: str = ""
    style: str = ""
    choices: str = ""
    choices_from: str = ""
    """A column whose texts are offered to choose from; anything else may be typed too."""
    width: float | None = None
    file: str = ""
    scopes: tuple[Binding, ...] = ()
    only: str = ""
    """``full``: belongs to the full version of a case only."""
    format: str = ""
    """What a text must be: ``fodselsnummer``, else anything."""
    lines: int = 1
    """Lines of text there is room for: with more than one the text wraps."""


@dataclass(frozen=True)
class Binding:
    """What an include or a grid row adds to the names a formula sees: a prefix for ids, and names bound to formulas.

    An item's ``scopes`` stand innermost first. A bound formula is read in the scopes outside its own.
    """

    prefix: str
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Fields:
    """Label, value and a word of help, one under the other. ``beside``: to the right of the paper, never printed."""

    items: tuple[Item, ...]
    title: str = ""
    only: str = ""
    beside: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of the same columns. ``over`` names another table whose rows it follows; otherwise it has its own.

    With ``lines`` the rows are fixed: each gives its own formulas for the columns that have none.
    """

    id: str
    items: tuple[Item, ...]
    title: str = ""
    over: str = ""
    rows: int = 0
    margin: int = 0
    grows: bool = False
    sums: tuple[str, ...] = ()
    help: str = ""
    shown_by: str = ""
    lines: tuple[tuple[tuple[str, str], ...], ...] = ()
    only: str = ""
    unique: tuple[str, ...] = ()
    """Columns that two rows should not have the same in, when all of them are filled in."""


@dataclass(frozen=True)
class Matrix:
    """Periods across; ``scalars`` have one value per period, ``cells`` one per row of ``over`` and period."""

    id: str
    periods: int
    scalars: tuple[Item, ...]
    cells: tuple[Item, ...]
    title: str = ""
    over: str = ""
    row_label_formula: Item | None = None
    only: str = ""


@dataclass(frozen=True)
class GridRow:
    """One row of a grid: its label, and what the names in the column formulas stand for here."""

    id: str
    label: str
    bind: tuple[tuple[str, str], ...]
    only: str = ""
    style: str = ""
    file: str = ""
    """The data file the row comes from, if any: its formulas are read as being from there."""


@dataclass(frozen=True)
class Grid:
    """A small fixed table: every row applies the column formulas with its own bindings, or is filled in.

    A cell is called ``grid.row.column`` and a whole column ``grid.column``. ``rows_of`` is the folder of data its rows
    come from: grids with the rows of the same folder follow each other.
    """

    id: str
    rows: tuple[GridRow, ...]
    items: tuple[Item, ...]
    title: str = ""
    corner: str = ""
    sums: tuple[str, ...] = ()
    help: str = ""
    only: str = ""
    rows_of: str = ""


@dataclass(frozen=True)
class Series:
    """One line, area or bar of a chart: the ids of its values and of what stands along the axis."""

    name: str
    values: str
    categories: str


@dataclass(frozen=True)
class Chart:
    """A picture: ``title`` says the message, ``alt`` describes it for those who cannot see it."""

    id: str
    kind: str
    title: str
    alt: str
    series: tuple[Series, ...]
    y_title: str = ""
    x_title: str = ""
    height: int = 15
    only: str = ""


@dataclass(frozen=True)
class Note:
    """A heading and/or plain lines of text."""

    title: str = ""
    lines: tuple[str, ...] = ()
    only: str = ""


@dataclass(frozen=True)
class Text:
    """Running text over the width of the paper: fixed paragraphs, and computed ones with room for ``lines`` each."""

    paragraphs: tuple[str | Item, ...]
    title: str = ""
    only: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        """The computed paragraphs."""
        return tuple(p for p in self.paragraphs if isinstance(p, Item))


@dataclass(frozen=True)
class Special:
    """A block the toolkit fills in by itself: ``lenker`` (links), ``forklaring`` (legend), ``kontroll`` (checks) or
    ``satser`` (the rates the workbook is computed with)."""

    kind: str
    title: str = ""


Block = Fields | Table | Matrix | Grid | Chart | Note | Text | Special


@dataclass(frozen=True)
class Check:
    """A rule that must hold: ``formula`` is TRUE when all is well. ``message`` and ``action`` speak to the advisor."""

    id: str
    label: str
    severity: str
    formula: str
    message: str
    action: str
    file: str
    sheet: str


@dataclass(frozen=True)
class SheetSpec:
    """One sheet: its blocks from top to bottom, its checks, and how it looks on paper."""

    name: str
    title: str
    kind: str
    file: str
    blocks: tuple[Block, ...]
    checks: tuple[Check, ...] = ()
    conclusion: str = ""
    landscape: bool = False
    periods_per_page: int = 0
    print_scale: int = 0
    pages_wide: int = 1
    """How many pages across the sheet prints on; with more than one the first column is repeated."""
    widths: tuple[tuple[str, float], ...] = ()
    only: str = ""
    large: bool = False
    """Large type, for those who are not used to spreadsheets."""
    letter: bool = False
    """A letter: the conclusion and the texts of fields wrap over the width of the paper."""

    @property
    def paper_columns(self) -> int:
        """How many columns running text goes over: those that have been given a width."""
        return max((column_number(name) for name, _ in self.widths), default=1)


@dataclass(frozen=True)
class RatesWanted:
    """The rates of one family that a template's formulas may use: keys or groups, all when ``keys`` is empty.

    ``used_when`` is a formula that is true when the case leans on them; without it they always count as used.
    ``own_used_when`` is the same for the municipality's own, where that differs from the state's.
    """

    family: str
    keys: tuple[str, ...] = ()
    used_when: str = ""
    own_used_when: str = ""


@dataclass(frozen=True)
class LetterSpec:
    """A kind of letter: its sheet, the fields that choose what it is about, and the sheets that go with it.

    ``source`` is the column that is chosen from, ``when`` the column that is 1 in the rows the letter suits.
    """

    name: str
    sheet: str
    chosen: tuple[str, ...]
    source: str
    when: str
    annexes: tuple[str, ...] = ()
    usual: bool = False
    """Made when nobody says which kinds of letters are wanted."""


@dataclass(frozen=True)
class TemplateSpec:
    """A whole workbook as the template says it, before anything has a place."""

    id: str
    title: str
    version: int
    about: str
    folder: str
    sheets: tuple[SheetSpec, ...]
    choices: dict[str, tuple[str, ...]]
    key_figures: tuple[str, ...]
    status: str
    date_id: str
    footer_id: str
    family: str = ""
    rates: tuple[RatesWanted, ...] = ()
    version_id: str = ""
    simple_version: str = ""
    """The field that chooses the version of a case, and the choice that leaves the ``full`` parts out."""
    register: tuple[tuple[str, str], ...] = ()
    """The columns of the register of cases, and the ids of this template whose values go there."""
    letters: tuple[LetterSpec, ...] = ()
    """The kinds of letters that can be made of a case, one file for each of those they are about."""
    takes_from: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """The templates whose cases can be used here too: by name, with own fields and the ids whose values they get."""
    migrations: tuple[Migration, ...] = ()
    """What has become of the ids of older versions."""

    def choice(self, name: str, text: str) -> str | None:
        """The choice of the list ``name`` that ``text`` means, spelled as in the list; None when it is none of them."""
        wanted = text.strip().casefold()
        return next((choice for choice in self.choices[name] if choice.casefold() == wanted), None)


def column_number(name: str) -> int:
    """The 1-based number of a column given in letters."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number
