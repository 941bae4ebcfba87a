"""Open, tested Excel workbooks for Norwegian debt counsellors: generate, read, recalculate, validate.

>>> from okosos_xl import generate, read, validate
>>> case = {"disponibelt": 1850, "startmaaned": "2026-12", "krav": [{"kreditor": "A", "saldo": 900}]}
>>> package = generate("dividende", case)
>>> read(package).tables["krav"][0]["kreditor"]
'A'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Sak", "__version__", "generate", "read", "recalc", "split", "to_pdf", "validate"]

if TYPE_CHECKING:
    from okosos_xl.api import generate, read, recalc, split, to_pdf, validate
    from okosos_xl.sak.case import Sak

_HOMES = {"Sak": "okosos_xl.sak.case"}


def __getattr__(name: str) -> Any:
    """Load the public functions when first asked for, so that the command line starts at once."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES.get(name, "okosos_xl.api")), name)
