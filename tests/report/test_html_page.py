"""The HTML report: self-contained, escaped, accessible, and shown by a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from okosos_xl.report.formats import render
from okosos_xl.report.html_page import style

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
VOID = {"meta", "br", "link", "img", "input", "hr"}


class _Page(HTMLParser):
    """Every element with its attributes, in order; all are closed where they should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(all_judged) -> None:
    page = _Page(render(all_judged, "html"))
    tags = {tag for tag, _ in page.found}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "form", "b"}
    for _, attributes in page.found:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    policy = next(a["content"] for t, a in page.found if t == "meta" and "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "url(" not in style()
    assert "@import" not in style()


def test_the_page_can_be_read_by_everybody(all_judged) -> None:
    text = render(all_judged, "html")
    page = _Page(text)
    assert ("html", {"lang": "nb"}) in page.found
    assert [t for t, _ in page.found].count("h1") == 1
    assert all(a.get("scope") in ("col", "row") for t, a in page.found if t == "th")
    tables = [t for t, _ in page.found if t in ("table", "caption")]
    assert tables == ["table", "caption"] * (len(tables) // 2)
    ids = [a["id"] for _, a in page.found if "id" in a]
    assert len(set(ids)) == len(ids)
    for _, attributes in page.found:
        assert str(attributes.get("href", "#innhold"))[1:] in ids
    assert '<span class="grad feil">feil</span>' in text  # the word, never the colour alone
    assert "1 412,50 kr" in text.replace("\u00a0", " ")


def test_what_stands_in_a_cell_is_text(all_judged) -> None:
    text = render(all_judged, "html")
    assert "=1+1 &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp;" in text
    assert "saker/&lt;b&gt;.xlsx" in text
    assert "<b>" not in text


@pytest.mark.chromium
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_browser_shows_and_prints_the_page(all_judged, tmp_path: Path) -> None:
    file = tmp_path / "funn.html"
    file.write_text(render(all_judged, "html"), encoding="utf-8")

    def chromium(*args: str) -> str:
        command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'p'}"]
        done = subprocess.run(
            [*command, *args, file.as_uri()], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-500:]
        return done.stdout

    shown = chromium("--dump-dom")
    assert re.search(r"<title>Funn i 3 arbeidsbøker</title>", shown)
    assert "<script" not in shown
    assert shown.count("<tr>") == render(all_judged, "html").count("<tr>")
    chromium("--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'funn.pdf'}")
    assert (tmp_path / "funn.pdf").read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", str(tmp_path / "funn.pdf"), "-"], capture_output=True, text=True, check=True
        ).stdout
        assert "Kontroll av 3 arbeidsbøker" in text
        assert '<script>alert("x")</script>' in text
