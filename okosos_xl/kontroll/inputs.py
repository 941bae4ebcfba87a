"""Inputs that are not what the form asks for."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding
from okosos_xl.kontroll.grouping import SAMPLES, group_words
from okosos_xl.kontroll.personal import masked
from okosos_xl.workbook.areas import address
from okosos_xl.workbook.reading import InputProblem, Reading

_SHOWN = 60


def check_inputs(reading: Reading) -> list[Finding]:
    """Findings for wrong input cells, grouped where there are many, and one for cells with formulas of the advisor."""
    return [*_problems(reading), *_own_formulas(reading)]


def _problems(reading: Reading) -> list[Finding]:
    """One finding per wrong cell, or per column and kind of mistake where there are many."""
    kinds: dict[tuple[str, str], list[InputProblem]] = {}
    for problem in reading.problems:
        kinds.setdefault((problem.region.id, problem.kind), []).append(problem)
    found: list[Finding] = []
    for alike in kinds.values():
        if len(alike) <= SAMPLES:
            found += map(_finding, alike)
            continue
        first, cells = _finding(alike[0]), [problem.cell for problem in alike]
        more, samples = group_words(cells, alike[0].region.nrows)
        found.append(replace(first, message=first.message + more, count=len(alike), samples=samples))
    return found


def _own_formulas(reading: Reading) -> list[Finding]:
    found = []
    for sheet, places in groupby(reading.input_formulas, key=lambda place: place.rpartition("!")[0]):
        cells = list(places)
        formula = shown(reading.input_formulas[cells[0]])
        more = f" Det samme gjelder {len(cells) - 1} celler til på arket." if len(cells) > 1 else ""
        message = f"Verdien er regnet ut med en egen formel, {formula}, og lest som den er lagret.{more}"
        at = cells[0].rpartition("!")[2]
        found.append(Finding("OKX322", OPPLYSNING, sheet, at, message, "Ingenting.", count=len(cells)))
    return found


def shown(text: str) -> str:
    """Something typed, short enough for a line, without control characters and identity numbers."""
    line = masked("".join(c if c.isprintable() or c == "\u00a0" else " " for c in text))
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _finding(problem: InputProblem) -> Finding:
    region = problem.region
    code, severity, message, action = _words(problem, shown(problem.text), region.item.label)
    return Finding(code, severity, region.sheet, address(problem.cell), message, action, region.id)


def _words(problem: InputProblem, text: str, label: str) -> tuple[str, str, str, str]:
    match problem.kind:
        case "mangler":
            return "OKX110", FEIL, f"«{label}» er ikke fylt inn.", "Fyll inn feltet."
        case "tall":
            meant = f" Mente du {problem.meant}?" if problem.meant and masked(problem.meant) == problem.meant else ""
            message = f"«{text}» er tekst, ikke et tall.{meant}"
            return "OKX120", FEIL, message, "Skriv bare tallet, med komma foran ørene."
        case "dato":
            if problem.meant == text:
                return "OKX121", FEIL, f"«{text}» er tekst, ikke en dato.", f"Skriv datoen på nytt: {text}."
            meant = f" Mente du {problem.meant}?" if problem.meant else ""
            return "OKX121", FEIL, f"«{text}» er ikke en dato.{meant}", "Skriv en dato, for eksempel 01.12.2026."
        case "aarstall":
            message = f"{label}: {text} er årstallet {problem.meant}, lest som en dato."
            return "OKX127", FEIL, message, f"Skriv hele datoen, for eksempel 01.12.{problem.meant}."
        case "minst":
            message = f"{label}: {text} er mindre enn {problem.meant}, som er det minste tillatte."
            return "OKX122", FEIL, message, "Rett tallet."
        case "mest":
            message = f"{label}: {text} er mer enn {problem.meant}, som er det største tillatte."
            hint = (
                "Skriv renten i prosent, for eksempel 18 %."
                if problem.region.item.type == "prosent"
                else "Rett tallet."
            )
            return "OKX123", ADVARSEL, message, hint
        case "heltall":
            return "OKX124", FEIL, f"{label}: {text} er ikke et helt tall.", "Skriv et helt tall."
        case "valg":
            return "OKX125", FEIL, f"{label}: «{text}» står ikke i listen.", f"Velg en av: {problem.meant}."
    return "OKX126", FEIL, f"{label}: cellen viser {text}.", "Skriv verdien på nytt."
