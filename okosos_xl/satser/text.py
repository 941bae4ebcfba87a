"""Values as an advisor reads them: «11 388», «12,25 %», «1. juli»."""

from __future__ import annotations

from decimal import Decimal

from okosos_xl.satser.model import Enhet, Oppdatering, Syklus, Verdi

_SUFFIX = {
    Enhet.KR: "kr",
    Enhet.KR_MAANED: "kr/md",
    Enhet.KR_AAR: "kr/år",
    Enhet.KR_DAG: "kr/dag",
    Enhet.PROSENT: "%",
    Enhet.PROSENTPOENG: "prosentpoeng",
    Enhet.PROMILLE: "‰",
    Enhet.G: "G",
    Enhet.FAKTOR: "x",
    Enhet.AAR: "år",
    Enhet.MAANEDER: "md",
    Enhet.UKER: "uker",
    Enhet.TIMER_UKE: "timer/uke",
}
_MONTHS = (
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
)


def tall(value: Decimal) -> str:
    """A number with a space for thousands and a comma for decimals; trailing zero decimals are dropped.

    A single decimal is kept as it is; amounts such as 37.5 are shown as 37,50 by :func:`verdi`.
    """
    text = f"{value:,f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", " ").replace("-", "−") + (f",{decimals}" if decimals else "")


def verdi(value: Verdi, enhet: Enhet) -> str:
    """A value without its unit: ``11 388``, ``37,50``, ``12,25``, ``ja``, ``a, b, c``."""
    if isinstance(value, tuple):
        return ", ".join(tall(item) if isinstance(item, Decimal) else item for item in value)
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, Decimal):
        in_kroner = enhet in (Enhet.KR, Enhet.KR_MAANED, Enhet.KR_AAR, Enhet.KR_DAG)
        text = tall(value)
        return text + "0" if in_kroner and "," in text and len(text.partition(",")[2]) == 1 else text
    return str(value)


def med_enhet(value: Verdi, enhet: Enhet) -> str:
    """A value with its unit: ``11 388 kr/md``, ``12,25 %``."""
    suffix = _SUFFIX.get(enhet, "")
    return f"{verdi(value, enhet)} {suffix}".rstrip()


def maaned_dag(month: int, day: int) -> str:
    """``1. juli``."""
    return f"{day}. {_MONTHS[month - 1]}"


def oppdatering(cycle: Oppdatering) -> str:
    """The update cycle in words: ``årlig 1. juli``, ``ujevn, ses etter hver 12. måned``."""
    if cycle.syklus is not Syklus.UJEVN:
        return f"{cycle.syklus} " + " og ".join(maaned_dag(month, day) for month, day in cycle.datoer)
    months = cycle.sjekk_etter_maaneder
    return "ujevn" if months is None else f"ujevn, ses etter når den er {months} måneder gammel"
