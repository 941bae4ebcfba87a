"""The outputs of ``okosos validate`` by name."""

from __future__ import annotations

from importlib import import_module

from okosos_xl.report.judged import Judged

_RENDERERS = {
    "json": "okosos_xl.report.as_json",
    "sarif": "okosos_xl.report.sarif",
    "junit": "okosos_xl.report.junit",
    "html": "okosos_xl.report.html_page",
}
FORMATS = ("text", *_RENDERERS)


def render(judged: Judged, fmt: str) -> str:
    """The reports as one document; the text ends with a line break. KeyError for a format that does not exist."""
    if fmt == "text":
        from okosos_xl.report.text import document

        return document(judged.reports, judged.titles)
    text: str = import_module(_RENDERERS[fmt]).render(judged)
    return text
