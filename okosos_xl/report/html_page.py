"""Findings as one HTML page: nothing is fetched, nothing runs, everything from a workbook is escaped."""

from __future__ import annotations

import re
from html import escape

from okosos_xl import __version__
from okosos_xl.kontroll.catalogue import Entry
from okosos_xl.kontroll.finding import ADVARSEL, FEIL, OPPLYSNING, Finding, Report
from okosos_xl.report.clean import one_line
from okosos_xl.report.judged import Judged
from okosos_xl.report.summary import closing, in_words, kroner, per_code, whole

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = "rapport.css"
_NOT_IN_FONT = re.compile(r"[^\w ]")


def render(judged: Judged) -> str:
    """A summary, a table per workbook, and every code in it explained."""
    books = "".join(_book(report, number) for number, report in enumerate(judged.reports))
    body = "".join((_summary(judged), books, _explained(judged)))
    return (
        f'<!DOCTYPE html>\n<html lang="nb">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Funn i {_books(judged)}</title>\n<style>\n{style()}</style>\n</head>\n<body>\n"
        f'<a class="hopp" href="#innhold">Hopp til funnene</a>\n'
        f"<header><h1>Kontroll av {_books(judged)}</h1>\n<p>{text(_conclusion(judged))}</p></header>\n"
        f'<main id="innhold">\n{body}</main>\n'
        f"<footer>okosos_xl {text(__version__)}{_engines(judged)}. Beløpene er i kroner.</footer>\n</body>\n</html>\n"
    )


def text(value: str) -> str:
    """Anything from a file, safe in the page and on one line."""
    return escape(one_line(value))


def style() -> str:
    """The style sheet with the colours and the font of the theme."""
    from okosos_xl import strict_yaml
    from okosos_xl.resources import templates_root

    theme = strict_yaml.load(templates_root() / "tema.yaml")
    colours = "".join(f"--{name}: #{value}; " for name, value in theme["farger"].items())
    font = _NOT_IN_FONT.sub("", theme["skrift"]["navn"])
    own = (templates_root() / _STYLE).read_text(encoding="utf-8")
    return f':root {{ {colours}--skrift: "{font}"; }}\n{own}'


def _books(judged: Judged) -> str:
    count = len(judged.reports)
    return f"{whole(count)} arbeidsbok" if count == 1 else f"{whole(count)} arbeidsbøker"


def _conclusion(judged: Judged) -> str:
    return closing(judged.reports).partition(" Mer:")[0]


def _engines(judged: Judged) -> str:
    return f", regnet ut med {text(', '.join(judged.engines))}" if judged.engines else ""


def _summary(judged: Judged) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#bok{n}">{text(r.file)}</a></th><td>{text(in_words(r))}</td>'
        f"{''.join(_number(r.count(s)) for s in (FEIL, ADVARSEL, OPPLYSNING))}</tr>\n"
        for n, r in enumerate(judged.reports)
    )
    totals = [sum(r.count(s) for r in judged.reports) for s in (FEIL, ADVARSEL, OPPLYSNING)]
    rows += f'<tr class="sum"><th scope="row">Til sammen</th><td></td>{"".join(map(_number, totals))}</tr>\n'
    head = (
        '<th scope="col">Arbeidsbok</th><th scope="col">Resultat</th><th scope="col" class="tall">Feil</th>'
        '<th scope="col" class="tall">Advarsler</th><th scope="col" class="tall">Opplysninger</th>'
    )
    page = f"<h2>Oversikt</h2>\n{_table('Arbeidsbøkene', head, rows)}"
    codes = per_code(judged.reports)
    if codes:
        head = (
            '<th scope="col">Kode</th><th scope="col">Hva</th><th scope="col" class="tall">Funn</th>'
            '<th scope="col" class="tall">Arbeidsbøker</th>'
        )
        rows = "".join(
            f'<tr><th scope="row" class="kort">{_code(c.code)}</th><td>{text(judged.titles[c.code])}</td>'
            f"{_number(c.findings)}{_number(c.workbooks)}</tr>\n"
            for c in codes
        )
        page += _table("Funn per kode", head, rows)
    return page


def _number(value: int) -> str:
    return f'<td class="tall">{whole(value)}</td>'


def _table(caption: str, head: str, rows: str) -> str:
    return (
        f'<div class="ramme"><table><caption>{text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody></table></div>\n"
    )


def _code(code: str) -> str:
    return f'<a href="#kode-{text(code)}">{text(code)}</a>'


def _book(report: Report, number: int) -> str:
    said = f'<span class="under">{text(in_words(report))}</span>'
    head = f'<section id="bok{number}">\n<h2>{text(report.file)} {said}</h2>\n'
    if not report.findings:
        return f'{head}<p class="orden">I orden. Ingenting å se på.</p>\n</section>\n'
    money = any(finding.kroner is not None for finding in report.findings)
    columns = ["Alvorlighet", "Kode", "Sted", *(["Kroner"] if money else []), "Hva, og hva du gjør"]
    heads = "".join(f'<th scope="col"{" class=tall" * (c == "Kroner")}>{c}</th>' for c in columns)
    rows = "".join(_row(finding, money=money) for finding in report.findings)
    return f"{head}{_table('Funnene', heads, rows)}</section>\n"


def _row(finding: Finding, *, money: bool) -> str:
    more = ""
    rest = " …" if finding.count > len(finding.samples) else ""
    if finding.count > 1 and finding.samples:
        more = f'<div class="flere">{text(", ".join(finding.samples) + rest)}</div>'
    amount = f'<td class="tall">{text(kroner(finding.kroner))}</td>' if money else ""
    way_out = f'<div class="gjor">→ {text(finding.action)}</div>' if finding.action else ""
    return (
        f'<tr><td class="kort"><span class="grad {text(finding.severity)}">{text(finding.severity)}</span></td>'
        f'<td class="kort">{_code(finding.code)}</td><td>{text(finding.place)}{more}</td>{amount}'
        f"<td>{text(finding.message)}{way_out}</td></tr>\n"
    )


def _explained(judged: Judged) -> str:
    if not judged.entries:
        return ""
    return "<h2>Forklaringer</h2>\n" + "".join(_entry(entry) for entry in judged.entries.values())


def _entry(entry: Entry) -> str:
    parts = [("Hva", entry.what), ("Hvorfor", entry.why), ("Gjør", entry.action), ("Eksempel", entry.example)]
    rows = "".join(f"<dt>{head}</dt><dd>{text(said)}</dd>" for head, said in parts if said)
    code = text(entry.code)
    return f'<div class="forklart" id="kode-{code}"><h3>{code} {text(entry.title)}</h3>\n<dl>{rows}</dl></div>\n'
