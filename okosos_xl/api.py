"""The toolkit from Python: ``generate``, ``read``, ``recalc`` and ``validate``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from okosos_xl.engine import Values
    from okosos_xl.sak.case import Sak


def generate(
    template: str,
    case: Sak | dict[str, Any] | Path | str | None = None,
    *,
    case_date: date | None = None,
    templates: Path | None = None,
    engine: str | None = None,
    capacity: dict[str, int] | None = None,
) -> bytes:
    """An .xlsx for ``template``, filled in from ``case``; without a case an empty form.

    ``case`` is a :class:`~okosos_xl.sak.case.Sak`, a dict, or a path to a YAML or JSON file. ``case_date`` fills in the
    case date (the template says which field) where the case has none. ``capacity`` asks for more rows per table.
    Raises ``TemplateError``, ``CaseError``, ``WriteError`` or ``EngineError``.
    """
    return generate_with_values(template, case, case_date, templates, engine, capacity)[0]


def generate_with_values(
    template: str,
    case: Sak | dict[str, Any] | Path | str | None = None,
    case_date: date | None = None,
    templates: Path | None = None,
    engine: str | None = None,
    capacity: dict[str, int] | None = None,
) -> tuple[bytes, Values]:
    """As :func:`generate`, with the computed value of every cell (sheet → grid from A1)."""
    from okosos_xl.engine import get_engine
    from okosos_xl.sak.case import Sak
    from okosos_xl.sak.load import CaseError, CaseProblem, case_from_data, loads_case
    from okosos_xl.template.compile import compile_template, load_spec
    from okosos_xl.workbook.write import build

    spec = load_spec(template, templates)
    if case is None:
        sak = Sak(spec.id, spec.version)
    elif isinstance(case, Sak):
        sak = case
    elif isinstance(case, dict):
        sak = case_from_data(case, spec)
    else:
        path = Path(case)
        try:
            text = path.read_bytes()
        except OSError as error:
            raise CaseError([CaseProblem(str(path), "", _os_problem(error))]) from None
        sak = loads_case(text, spec, str(path))
    if sak.template != spec.id:
        raise CaseError([CaseProblem("saken", "mal", f"saken er for «{sak.template}», ikke «{spec.id}».")])
    if case_date is not None and spec.date_id and spec.date_id not in sak.fields:
        sak.fields[spec.date_id] = case_date
    rows = {id: len(table) for id, table in sak.tables.items()}
    layout = compile_template(spec, rows | (capacity or {}))
    return build(layout, sak, get_engine(engine), templates)


def _os_problem(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "filen finnes ikke."
    if isinstance(error, IsADirectoryError):
        return "dette er en mappe, ikke en fil."
    return "filen kan ikke leses. Har du tilgang til den?"
