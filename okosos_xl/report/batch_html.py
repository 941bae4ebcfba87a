"""A run over many workbooks as one page that needs nothing beside it."""

from __future__ import annotations

from html import escape

from okosos_xl.batch.details import Entry
from okosos_xl.batch.summary import Movement, Summary
from okosos_xl.report.batch_text import change_words, changed, closing, shown

_STYLE = """
body{font:15px/1.5 Arial,sans-serif;color:#1F2933;margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th{background:#243B53;color:#fff;text-align:left}
th,td{border:1px solid #C9CFD6;padding:.35rem .5rem;vertical-align:top}
td.tall{text-align:right;white-space:nowrap}
.ferdig{color:#1B5E3B}.manuell{background:#FFE9B8;color:#5C3C00}.avvist{background:#F9D6D5;color:#7A0C0A}
@media print{body{margin:0}thead{display:table-header-group}tr{break-inside:avoid}}
"""


def page(entries: list[Entry], total: Summary, title: str) -> str:
    """The whole page; every text from outside is escaped."""
    moved = "".join(_movement(m) for m in total.movements)
    rows = "".join(_row(entry) for entry in entries)
    return f"""<!DOCTYPE html>
<html lang="nb"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><h1>{escape(title)}</h1>
<p><strong>{escape(closing(total))}</strong></p>
<h2>Nøkkeltallene</h2>
<table><thead><tr><th>Mal</th><th>Nøkkeltall</th><th>Filer</th><th>Endret</th><th>Største nedgang</th>
<th>Største økning</th><th>Snitt av de endrede</th></tr></thead><tbody>{moved}</tbody></table>
<h2>Fil for fil</h2>
<table><thead><tr><th>Fil</th><th>Status</th><th>Mal</th><th>Endringer</th><th>Båret med</th>
<th>Hvorfor</th></tr></thead><tbody>{rows}</tbody></table></body></html>
"""


def _movement(m: Movement) -> str:
    numbers = "".join(
        f'<td class="tall">{escape(shown(n))}</td>' for n in (m.files, m.changed, m.lowest, m.highest, m.mean)
    )
    return f"<tr><td>{escape(m.template)}</td><td>{escape(m.label)}</td>{numbers}</tr>\n"


def _row(entry: Entry) -> str:
    template = f"{entry.template} {entry.to_version}" if entry.template else ""
    cells = (
        entry.name, template, "; ".join(map(change_words, changed(entry))),
        ", ".join(entry.carried), " ".join(entry.reasons),
    )  # fmt: skip
    name, *rest = (f"<td>{escape(text)}</td>" for text in cells)
    return f'<tr>{name}<td class="{escape(entry.status)}">{escape(entry.status)}</td>{"".join(rest)}</tr>\n'
