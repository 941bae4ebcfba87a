"""An advisor's own formula in a case file: only what templates may use, and nothing outside the workbook."""

from __future__ import annotations

from okosos_xl.sak.problems import shown


def formula_problem(formula: str) -> str:
    """What is wrong with an advisor's own formula, as the rest of a sentence; empty when it may be used.

    A case may come from anywhere: only the functions templates may use, and nothing outside the workbook.
    """
    import formualizer

    from okosos_xl.engine.functions import ALLOWED

    text = formula if formula.startswith("=") else "=" + formula
    try:
        formualizer.parse(text)
        tokens = [token for token in formualizer.tokenize(text) if token is not None]
    except Exception:
        return f"«{shown(formula)}» kan ikke leses. Skriv den på engelsk med komma, for eksempel =ROUND(A1*2,0)."
    for token in tokens:
        kind, sub, value = str(token.token_type), str(token.subtype), str(token.value)
        if kind == "Func" and sub == "Open" and value[:-1].upper() not in ALLOWED:
            return f"bruker funksjonen {shown(value[:-1].upper())}, som ikke kan brukes her. Skriv verdien i stedet."
        if kind == "Operand" and sub == "Range" and ("[" in value or "|" in value):
            return "viser til en annen fil. Skriv verdien i stedet."
    return ""
