"""Findings as JSON: one object with a list of workbooks."""

from __future__ import annotations

import json

from okosos_xl.report.clean import one_line
from okosos_xl.report.judged import Judged


def render(judged: Judged) -> str:
    """The same keys as :meth:`Finding.data`, per workbook."""
    books = [
        {"fil": one_line(r.file), "motor": r.engine, "lest": not r.refused, "funn": [f.data() for f in r.findings]}
        for r in judged.reports
    ]
    return json.dumps({"arbeidsboker": books}, ensure_ascii=False, indent=1) + "\n"
