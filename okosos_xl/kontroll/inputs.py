"""Inputs that are not what the form asks for."""

from __future__ import annotations

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, Finding
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.reading import InputProblem, Reading

_SHOWN = 60


def check_inputs(reading: Reading) -> list[Finding]:
    """One finding per wrong input cell."""
    return [_finding(problem) for problem in reading.problems]


def _finding(problem: InputProblem) -> Finding:
    region = problem.region
    text = problem.text if len(problem.text) <= _SHOWN else problem.text[: _SHOWN - 1] + "…"
    code, severity, message, action = _words(problem, text, region.item.label)
    return Finding(code, severity, region.sheet, address(problem.cell), message, action, region.id)


def _words(problem: InputProblem, text: str, label: str) -> tuple[str, str, str, str]:
    match problem.kind:
        case "mangler":
            return "OKX110", FEIL, f"«{label}» er ikke fylt inn.", "Fyll inn feltet."
        case "tall":
            meant = f" Mente du {problem.meant}?" if problem.meant else ""
            return "OKX120", FEIL, f"«{text}» er tekst, ikke et tall.{meant}", "Skriv bare tallet, med komma foran ørene."
        case "dato":
            meant = f" Mente du {problem.meant}?" if problem.meant else ""
            return "OKX121", FEIL, f"«{text}» er ikke en dato.{meant}", "Skriv en dato, for eksempel 01.12.2026."
        case "minst":
            return "OKX122", FEIL, f"{label}: {text} er mindre enn {problem.meant}, som er det minste tillatte.", "Rett tallet."
        case "mest":
            return "OKX123", ADVARSEL, f"{label}: {text} er mer enn {problem.meant}, som er det største tillatte.", "Rett tallet."
        case "heltall":
            return "OKX124", FEIL, f"{label}: {text} er ikke et helt tall.", "Skriv et helt tall."
        case "valg":
            return "OKX125", FEIL, f"{label}: «{text}» står ikke i listen.", f"Velg en av: {problem.meant}."
    return "OKX126", FEIL, f"{label}: cellen viser {text}.", "Skriv verdien på nytt."
