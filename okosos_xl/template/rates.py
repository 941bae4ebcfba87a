"""The rates a template asks for, on the sheet that shows them: which rows, which cells, and the checks on them.

Where they stand depends on the template alone; what they are is filled in when a workbook is made.
"""

from __future__ import annotations

from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from okosos_xl.resources import templates_root
from okosos_xl.template.errors import TemplateError
from okosos_xl.template.spec import Check, Item, RatesWanted, TemplateSpec

if TYPE_CHECKING:
    from okosos_xl.satser import Familie, Nokkel, Satser
    from okosos_xl.template.reader import Place

FAMILIES = "satsfamilier"
"""The owner of the overview of families."""
VINTAGE_COLUMNS = ("fra", "verdi")
"""The columns of a table with a row for every vintage of a rate."""
TOP = (
    Item("satser.dato", "Satsene er hentet for", "dato", style="nokkel"),
    Item("satser.fra", "De samme satsene gjelder fra", "dato"),
    Item("satser.til", "De samme satsene gjelder til", "dato", help="Tom: ingen av dem har en kjent slutt."),
    Item("satser.kommune", "Kommune", "tekst", help="Kommunen som har gitt egne satser. Tom: bare statens satser."),
)
"""What is said of the rates as a whole when the workbook is made."""
COLUMNS = (
    ("Sats", 54.0), ("Verdi", 12.0), ("Egen verdi", 12.0), ("Grunn", 20.0), ("Brukes", 12.0),
    ("Enhet", 14.0), ("Gjelder fra", 12.0), ("Forbehold", 30.0), ("Kilde", 36.0),
)  # fmt: skip


class Group(NamedTuple):
    """The rates of one family that stand together. ``own``: the municipality's, beside the state's."""

    family: Familie
    wanted: RatesWanted
    own: bool
    keys: tuple[Nokkel, ...]

    @property
    def owner(self) -> str:
        """The table the rows belong to."""
        return f"{'kommunesatser' if self.own else 'satser'}_{self.family.id}"

    @property
    def title(self) -> str:
        return f"{self.family.tittel} – kommunens egne" if self.own else self.family.tittel

    def ids(self, start: str, column: str = "") -> tuple[str, ...]:
        """The ids of the cells of one column: ``sats.<familie>.<nøkkel>`` or ``egne_satser.….verdi``."""
        return tuple(f"{start}.{self.family.id}.{key.id}{column}" for key in self.keys)


def rates_of(spec: TemplateSpec) -> Satser:
    """The rate files a template uses: ``satser/`` beside its folder, else the toolkit's own."""
    return _rates_beside(Path(spec.folder))


def _rates_beside(folder: Path) -> Satser:
    from okosos_xl.satser import Satser

    beside = folder.parent / "satser"
    return Satser.load(beside if beside.is_dir() else templates_root() / "satser")


def vintages(folder: Path, name: str, p: Place) -> list[tuple[str, str]]:
    """Since when and how much, for every value the rate ``familie.nøkkel`` has had, oldest first, as formulas.

    Unlike ``sats.…``, which is one value on the date of the case: interest that has run for years needs them all.
    """
    from okosos_xl.satser import SatsError

    family, _, key = name.partition(".")
    try:
        found = _rates_beside(folder).familie(family)
    except SatsError as error:
        raise p.fail(f"{error}", "familie.nøkkel") from None
    values = [(v.gyldig_fra, v.verdier.get(key)) for v in found.vintages]
    lines = [
        (f"DATE({since.year},{since.month},{since.day})", f"{value}")
        for since, value in values
        if isinstance(value, Decimal)
    ]
    if not lines:
        raise p.fail(f"satsen «{name[:60]}» har ingen tall.", "familie.nøkkel med ett tall: " + ", ".join(found.nokler))
    return lines


def groups(spec: TemplateSpec) -> list[Group]:
    """The rates ``spec`` asks for. Raises :class:`TemplateError` for a family or key that does not exist."""
    from okosos_xl.satser import SatsError
    from okosos_xl.satser.model import Kommunal

    if not spec.rates:
        return []
    rates, found = rates_of(spec), []
    for wanted in spec.rates:
        try:
            family = rates.familie(wanted.family)
        except SatsError as error:
            raise _fail(spec, wanted.family, f"{error}", "en satsfamilie") from None
        keys = tuple(_keys(spec, family, wanted))
        if not keys:
            raise _fail(spec, wanted.family, "ingen av nøklene er én verdi.", "minst én nøkkel som ikke er en liste")
        if family.kommunal is not Kommunal.BARE:
            found.append(Group(family, wanted, False, keys))
        if family.kommunal is not Kommunal.NEI:
            found.append(Group(family, wanted, True, keys))
    return found


def _keys(spec: TemplateSpec, family: Familie, wanted: RatesWanted) -> list[Nokkel]:
    chosen: dict[str, Nokkel] = {}
    for name in wanted.keys or ("",):
        under = {id: n for id, n in family.nokler.items() if not name or id == name or id.startswith(f"{name}.")}
        if not under:
            near = ", ".join(get_close_matches(name, family.nokler, 3, 0.5)) or "en nøkkel i familien"
            raise _fail(spec, f"{family.id}.{name}", "ukjent nøkkel i satsene.", near)
        chosen |= {id: n for id, n in under.items() if not n.liste}
    return list(chosen.values())


def _fail(spec: TemplateSpec, id: str, problem: str, expected: str) -> TemplateError:
    return TemplateError(f"{spec.id}/mal.yaml", "", id, problem, expected)


def used_formula(group: Group) -> str:
    """1 when the case leans on the rates of a group, else 0."""
    return f"IF({group.wanted.used_when},1,0)" if group.wanted.used_when else "1"


def listing(count: int, column: str) -> str:
    """The names of the families in use where ``column`` is above zero, with commas between."""
    parts = (
        f'IF(INDEX({FAMILIES}.bruk,{n})*INDEX({FAMILIES}.{column},{n})>0,", "&INDEX({FAMILIES}.navn,{n}),"")'
        for n in range(1, count + 1)
    )
    return f"MID({'&'.join(parts)},3,2000)"


def rate_checks(spec: TemplateSpec, sheet: str, file: str) -> list[Check]:
    """What the Kontroll sheet says of the rates, live: the wrong date, out of date, unofficial, overridden."""

    def check(id: str, label: str, severity: str, formula: str, message: str, action: str) -> Check:
        return Check(id, label, severity, formula, message, action, file, sheet)

    found = [
        check(
            "SATS2", "Ferske satser", "advarsel", 'satser.utdatert=""',
            "Mulig utdatert: {satser.utdatert:tekst}.",
            "Se om det har kommet nye satser. Skriv den nye under «Egen verdi» på arket, med grunn.",
        ),
        check(
            "SATS3", "Offisielle satser", "opplysning", 'satser.uoffisiell=""',
            "Ikke bekreftet mot en offisiell kilde: {satser.uoffisiell:tekst}.",
            "Kontroller verdien mot kilden før den brukes i et vedtak.",
        ),
        check(
            "SATS4", "Egne satser har grunn", "advarsel", "satser.uten_grunn=0",
            "Egne satser uten grunn: {satser.uten_grunn:heltall}.",
            "Skriv grunnen ved siden av den egne verdien.",
        ),
        check(
            "SATS5", "Statens satser", "opplysning", "satser.egne=0",
            "Satser som er erstattet med en egen verdi: {satser.egne:heltall}.",
            "Se at de egne verdiene fortsatt gjelder.",
        ),
    ]  # fmt: skip
    if spec.date_id:
        d = spec.date_id
        found.insert(
            0,
            check(
                "SATS1", "Satsene passer til datoen", "feil",
                f"IF(AND(ISNUMBER({d}),ISNUMBER(satser.dato)),"
                f'AND({d}>=satser.fra,IF(ISNUMBER(satser.til),{d}<=satser.til,TRUE)),TRUE)',
                "Datoen er endret: satsene er hentet for {satser.dato:dato}, og kan være andre på sakens dato.",
                "Lag arbeidsboken på nytt fra saken, så følger satsene datoen.",
            ),
        )  # fmt: skip
    return found
