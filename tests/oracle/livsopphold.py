"""Living expenses by the four norms, line by line (kr per month), and what is used after the advisor's adjustment.

A line is None when it has nothing to say: no one in the row, the norm has no value at the date, or an age or sex the
norm needs is missing. It is 0 when the norm answers nothing for a person who is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from okosos_xl.satser.errors import SatsLookupError
from okosos_xl.satser.snapshot import Satssnapshot

from .husstand import (
    AMMENDE,
    ENSLIG,
    FORSORGER,
    GIFT,
    GJELDSORDNING,
    GRAVID,
    GUTT,
    IKKE_GRAVID,
    JENTE,
    KOMMUNE,
    KVINNE,
    MANN,
    NULL,
    SIFO,
    SOSIALHJELP,
    Husstand,
    Sak,
    husstand,
    ore,
)

STORSTE_HUSHOLD = 7


@dataclass(frozen=True, slots=True)
class Linjer:
    """One norm: a line per row of ``voksne`` and ``barn``, and one for the household (only SIFO has any)."""

    voksne: tuple[Decimal | None, ...]
    barn: tuple[Decimal | None, ...]
    husholdningen: Decimal | None


@dataclass(frozen=True, slots=True)
class Brukt:
    """The chosen norm with adjustments: what goes into the budget."""

    voksne: tuple[Decimal, ...]
    barn: tuple[Decimal, ...]
    husholdningen: Decimal

    @property
    def sum(self) -> Decimal:
        """All living expenses of the household."""
        return sum(self.voksne, NULL) + sum(self.barn, NULL) + self.husholdningen


@dataclass(frozen=True, slots=True)
class Livsopphold:
    """The four norms side by side, and the one that is used."""

    normer: Mapping[str, Linjer]
    brukt: Brukt


def verdi(satser: Satssnapshot, familie: str, nokkel: str) -> Decimal | None:
    """The rate, or None when there is none at the date."""
    try:
        return satser.value(familie, nokkel)
    except SatsLookupError:
        return None


# --- gjeldsordning og utleggstrekk ----------------------------------------------------------------------------------


def gjeldsordning(sak: Sak, satser: Satssnapshot) -> Linjer:
    """Forskrift om livsoppholdssatser ved utleggstrekk og gjeldsordning (FOR-2014-06-13-724) §§ 3–5.

    20 % off the supplement from person no. 4 in the household and from access child no. 3, always for the youngest.
    The part for shared residence is not in the regulation; it is the advisor's (``delt_andel``).
    """
    hus = husstand(sak)

    def sats(nokkel: str) -> Decimal | None:
        return verdi(satser, "livsopphold_gjeldsordning", nokkel)

    stilling = {ENSLIG: "enslig", GIFT: "gift_samboer", FORSORGER: "forsorger_ektefelle_samboer"}[hus.stilling]
    a = sats(stilling) if hus.registrert[0] else None
    b = None
    if hus.registrert[1]:
        b = NULL if hus.stilling == FORSORGER else sats(stilling)

    linjer: list[Decimal | None] = []
    for barn, status in zip(sak.barn, hus.barn, strict=True):
        if status.alder is None:
            linjer.append(None)
            continue
        baand = _forskriftens_baand(status.alder)
        if status.her:
            belop, andel, plass = sats(baand), status.andel, status.person_nr
            prosent = sats("reduksjon_prosent_barnetillegg")
            fra = sats("reduksjon_fra_person_nr_i_husstand")
        elif status.samv:
            belop, andel, plass = sats(f"samvaer.klasse_{barn.klasse}.{baand}"), Decimal(1), status.samv_nr
            prosent = sats("reduksjon_prosent_samvaer")
            fra = sats("reduksjon_samvaer_fra_barn_nr")
        else:
            linjer.append(NULL)  # § 5: less access than class 1 gives nothing
            continue
        if belop is None:
            linjer.append(None)
            continue
        assert plass is not None and prosent is not None and fra is not None
        rest = 100 - prosent if plass >= fra else Decimal(100)
        linjer.append(ore(belop * andel * rest / 100))
    return Linjer(voksne=(a, b), barn=tuple(linjer), husholdningen=NULL)


def _forskriftens_baand(alder: int) -> str:
    if alder < 6:
        return "barn_0_5"
    if alder < 11:
        return "barn_6_10"
    return "barn_11_14" if alder < 15 else "barn_15_pluss"


# --- SIFO -----------------------------------------------------------------------------------------------------------

_BAAND = re.compile(
    r"(?:(?P<hvem>barn|jente|gutt|kvinne|mann|voksen)_)?"
    r"(?:(?P<fra>\d+)_(?P<til>\d+)(?P<mnd>_mnd)?|under_(?P<under>\d+)|over_(?P<over>\d+)|(?P<bare>\d+))"
)
_KJONN = {"jente": KVINNE, "kvinne": KVINNE, "gutt": MANN, "mann": MANN}
_ER_KJONN = {JENTE: KVINNE, KVINNE: KVINNE, GUTT: MANN, MANN: MANN}
UENDELIG = 10**6


def sifo_baand(nokkel: str) -> tuple[str | None, int, int] | None:
    """What a key of SIFO's tables covers: sex (or both) and age in months from–to, the last one not included.

    None for keys that are no age band (pregnant, student). «over_50» is from 51 years.
    """
    match = _BAAND.fullmatch(nokkel)
    if match is None:
        return None
    kjonn = _KJONN.get(match["hvem"] or "")
    if match["mnd"]:
        return kjonn, int(match["fra"]), int(match["til"]) + 1
    if match["fra"]:
        return kjonn, 12 * int(match["fra"]), 12 * (int(match["til"]) + 1)
    if match["under"]:
        return kjonn, 0, 12 * int(match["under"])
    if match["over"]:
        return kjonn, 12 * (int(match["over"]) + 1), UENDELIG
    return kjonn, 12 * int(match["bare"]), 12 * (int(match["bare"]) + 1)


def _i_baand(tabell: Mapping[str, Decimal], mnd: int, kjonn: str | None) -> Decimal:
    """The amount of the band the person is in. Bands that exist together do not overlap."""
    treff = []
    for nokkel, belop in tabell.items():
        baand = sifo_baand(nokkel)
        if baand is not None and baand[1] <= mnd < baand[2] and baand[0] in (None, kjonn):
            treff.append(belop)
    assert len(treff) <= 1, (mnd, kjonn, tabell)
    return treff[0] if treff else NULL


@dataclass(frozen=True, slots=True)
class _Person:
    mnd: int
    kjonn: str | None
    student: bool = False
    gravid: str = IKKE_GRAVID


def sifo(sak: Sak, satser: Satssnapshot) -> Linjer:
    """SIFOs referansebudsjett: what each person costs by age and sex, and what the household costs by its size."""
    hus = husstand(sak)
    tabeller = {}
    try:
        for gruppe in ("mat_og_drikke", "klaer_og_sko", "personlig_pleie", "lek_og_mediebruk", "reisekostnader"):
            tabeller[gruppe] = satser.table("sifo_referansebudsjett", f"individ.{gruppe}")
    except SatsLookupError:
        return Linjer((None,) * len(sak.voksne), (None,) * len(sak.barn), None)
    spedbarn = verdi(satser, "sifo_referansebudsjett", "individ.spedbarnsutstyr.supplering_under_1_aar") or NULL
    rabatt = verdi(satser, "sifo_referansebudsjett", "stordriftsrabatt_mat.prosent") or NULL
    if not (hus.antall_voksne == 2 and hus.antall_her > 2):
        rabatt = NULL

    def linje(person: _Person, andel: Decimal) -> Decimal | None:
        if person.kjonn is None and person.mnd >= 120:
            return None
        mat = _i_baand(tabeller["mat_og_drikke"], person.mnd, person.kjonn)
        if person.kjonn == KVINNE and person.gravid in (GRAVID, AMMENDE):
            tabell = tabeller["mat_og_drikke"]
            mat = tabell.get(person.gravid, tabell.get("gravid_eller_ammende", mat))
        reise = _i_baand(tabeller["reisekostnader"], person.mnd, person.kjonn)
        if person.student and 20 <= person.mnd // 12 <= 29:
            reise = tabeller["reisekostnader"].get("student_20_29", reise)
        resten = reise + (spedbarn if person.mnd < 12 else NULL)
        for gruppe in ("klaer_og_sko", "personlig_pleie", "lek_og_mediebruk"):
            resten += _i_baand(tabeller[gruppe], person.mnd, person.kjonn)
        return ore((mat * (100 - rabatt) + resten * 100) * andel / 100)

    voksne = tuple(
        linje(_Person(mnd, _ER_KJONN.get(voksen.kjonn or ""), voksen.student, voksen.gravid), Decimal(1))
        if mnd is not None
        else None
        for voksen, mnd in zip(sak.voksne, hus.alder_mnd_voksne, strict=True)
    )
    barn = tuple(
        linje(_Person(status.alder_mnd, _ER_KJONN.get(barn.kjonn or "")), status.andel)
        if status.her and status.alder_mnd is not None
        else None
        for barn, status in zip(sak.barn, hus.barn, strict=True)
    )
    return Linjer(voksne, barn, _sifo_husholdningen(hus, satser))


def _sifo_husholdningen(hus: Husstand, satser: Satssnapshot) -> Decimal:
    """The four tables of the household for its number of persons; the last column is 7."""
    antall = min(STORSTE_HUSHOLD, hus.antall_registrerte + hus.antall_her)
    if antall == 0:
        return NULL
    grupper = ("andre_dagligvarer", "husholdningsartikler", "mobler", "mediebruk_og_fritid")
    familie = "sifo_referansebudsjett"
    return sum((satser.value(familie, f"hushold_etter_antall_personer.{g}.{antall}") for g in grupper), NULL)


# --- økonomisk stønad -----------------------------------------------------------------------------------------------


def sosialhjelp(sak: Sak, satser: Satssnapshot) -> Linjer:
    """Statens veiledende satser for økonomisk stønad (sosialtjenesteloven § 18).

    With a snapshot that has the municipality's file on top: the municipality's own, and the state's where it has none.
    The rate of a couple is halved between them. All who are single share a dwelling when ``bofellesskap`` says so.
    """
    hus = husstand(sak)

    def sats(nokkel: str) -> Decimal | None:
        return verdi(satser, "sosialhjelp_veiledende", nokkel)

    voksen: Decimal | None
    if hus.stilling == ENSLIG:
        voksen = sats("person_i_bofellesskap" if sak.bofellesskap else "enslig")
        a = b = voksen
    else:
        par = sats("ektepar_samboere")
        if hus.stilling == FORSORGER:
            a, b = par, NULL
        else:
            a = b = None if par is None else ore(par / 2)

    linjer: list[Decimal | None] = []
    for status in hus.barn:
        if status.alder is None:
            linjer.append(None)
        elif not status.her or status.alder >= 18:
            linjer.append(NULL)
        else:
            alder = status.alder
            belop = sats("barn_0_5" if alder < 6 else "barn_6_10" if alder < 11 else "barn_11_17")
            linjer.append(None if belop is None else ore(belop * status.andel))
    return Linjer(
        voksne=(a if hus.registrert[0] else None, b if hus.registrert[1] else None),
        barn=tuple(linjer),
        husholdningen=NULL,
    )


# --- what is used ---------------------------------------------------------------------------------------------------


def _brukt(valgt: Decimal | None, justering: Decimal | None) -> Decimal:
    """The line of the chosen norm (blank is 0) with the adjustment, never below 0."""
    return max(NULL, (valgt or NULL) + (justering or NULL))


def livsopphold(sak: Sak, satser: Satssnapshot, kommune: Satssnapshot | None = None) -> Livsopphold:
    """All four norms and the one used. ``kommune`` is the snapshot with the municipality's file, if there is one."""
    normer = {
        GJELDSORDNING: gjeldsordning(sak, satser),
        SIFO: sifo(sak, satser),
        SOSIALHJELP: sosialhjelp(sak, satser),
        KOMMUNE: sosialhjelp(sak, kommune or satser),
    }
    valgt = normer[sak.norm]
    return Livsopphold(
        normer=normer,
        brukt=Brukt(
            voksne=tuple(
                _brukt(linje, rad.justering) for linje, rad in zip(valgt.voksne, sak.livsopphold_voksne, strict=True)
            ),
            barn=tuple(
                _brukt(linje, rad.justering) for linje, rad in zip(valgt.barn, sak.livsopphold_barn, strict=True)
            ),
            husholdningen=_brukt(valgt.husholdningen, sak.hus_justering),
        ),
    )
