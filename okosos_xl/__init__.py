"""Open, tested Excel workbooks for Norwegian debt counsellors: generate, read, recalculate, validate."""

from __future__ import annotations

__version__ = "0.1.0"
