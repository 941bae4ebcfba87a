"""The looks of a workbook, read from ``tema.yaml``: styles by meaning → formats of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from okosos_xl import strict_yaml
from okosos_xl.resources import templates_root

OVERRIDDEN = "overstyrt"


def _laid_over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """``base`` with what ``own`` says instead, group by group: a theme may be older than the toolkit."""
    return {
        key: {**value, **own.get(key, {})} if isinstance(value, dict) else own.get(key, value)
        for key, value in base.items()
    }


def theme_sources(root: Path | None) -> tuple[bytes, ...]:
    """What the files of the theme say, byte by byte."""
    own = (root or templates_root()) / "tema.yaml"
    shared = templates_root() / "tema.yaml"
    return tuple(file.read_bytes() for file in dict.fromkeys((shared, own)) if file.is_file())


class Theme:
    """Hands out one format per meaning; the numbers and colours come from ``tema.yaml``."""

    def __init__(self, workbook: Any, root: Path | None = None) -> None:
        own = (root or templates_root()) / "tema.yaml"
        self.data: dict[str, Any] = strict_yaml.load(templates_root() / "tema.yaml")
        if root is not None and own.is_file():
            self.data = _laid_over(self.data, strict_yaml.load(own))
        self.workbook = workbook
        self._cache: dict[tuple[str, ...], Any] = {}
        self.colors: dict[str, str] = {k: f"#{v}" for k, v in self.data["farger"].items()}
        self.numbers: dict[str, str] = self.data["tallformat"]

    def _make(self, key: tuple[str, ...], **properties: Any) -> Any:
        if key not in self._cache:
            font = self.data["skrift"]
            base = {
                "font_name": font["navn"],
                "font_size": font["punkt"],
                "font_color": self.colors["tekst"],
                "valign": "vcenter",
                "locked": True,
            }
            self._cache[key] = self.workbook.add_format(base | properties)
        return self._cache[key]

    def label(self, style: str, *, large: bool = False) -> Any:
        """The format of a fixed text: title, heading, header, label, note, unit, link …"""
        font, colors = self.data["skrift"], self.colors
        size = {"font_size": font["stor"]} if large and style not in ("title", "heading", "link") else {}
        looks: dict[str, dict[str, Any]] = {
            "title": {"bold": True, "font_size": font["tittel"]},
            "heading": {"bold": True, "font_size": font["overskrift"], "bottom": 1, "bottom_color": colors["kant"]},
            "subheading": {"bold": True},
            "header": {
                "bold": True, "font_color": colors["hode_tekst"], "bg_color": colors["hode"], "text_wrap": True,
                "border": 1, "border_color": colors["kant"], "align": "center",
            },
            "label": {},
            "toplabel": {"valign": "top"},
            "wrapped": {"text_wrap": True},
            "paragraph": {"text_wrap": True, "valign": "top"},
            "sumlabel": {"bold": True, "top": 1, "bottom": 1, "border_color": colors["tekst"]},
            "note": {"font_color": colors["dempet"]},
            "unit": {"font_color": colors["dempet"], "indent": 1},
            "link": {"font_color": colors["lenke"], "underline": 1},
            "checklink": {
                "font_color": colors["lenke"], "underline": 1, "valign": "top",
                "border": 1, "border_color": colors["kant"],
            },
            "checktext": {"text_wrap": True, "valign": "top", "border": 1, "border_color": colors["kant"]},
            "legend_input": {"bg_color": colors["input"], "border": 1, "border_color": colors["input_kant"]},
            "legend_formula": {"border": 1, "border_color": colors["kant"]},
            "legend_key": {"bold": True, "bg_color": colors["nokkel"], "border": 1, "border_color": colors["kant"]},
            "legend_override": {
                "bold": True, "bg_color": colors["overstyrt"], "border": 1, "border_color": colors["tekst"],
            },
        }  # fmt: skip
        return self._make(("label", style, str(large)), **(looks[style] | size))

    def value(
        self, type: str, style: str, *, is_input: bool, in_table: bool, large: bool = False, wraps: bool = False,
        shrinks: bool = False,
    ) -> Any:  # fmt: skip
        """The format of a computed or typed cell of a given type, by its meaning.

        ``wraps`` and ``shrinks`` say what becomes of a text that is too long for its cell.
        """
        look: dict[str, Any] = {
            "num_format": self.number_format(type, blank_zero=(in_table or style == "sum") and not is_input)
        }
        if f"{type}_{style}" in self.numbers:
            look["num_format"] = self.numbers[f"{type}_{style}"]
        if type in ("tekst", "langtekst", "valg", "ja_nei"):
            look |= {"align": "left", "indent": 0 if style == "konklusjon" else 1}
        elif type in ("maaned", "dato"):
            look |= {"align": "right"}
        if (is_input and in_table and type in ("tekst", "langtekst")) or (type == "langtekst" and not style):
            look["text_wrap"] = True
        if is_input:
            look |= {
                "bg_color": self.colors["input"], "border": 1,
                "border_color": self.colors["input_kant"], "locked": False,
            }  # fmt: skip
        elif style == "konklusjon":
            look |= {"font_size": 12, "italic": True, "num_format": "General"}
            if wraps:
                look |= {"text_wrap": True, "valign": "top"}
        elif style == "avsnitt":
            look |= {"text_wrap": True, "valign": "top", "indent": int(in_table), "num_format": "General"}
        elif style == "nokkel":
            look |= {"bold": True, "bg_color": self.colors["nokkel"], "border": 1, "border_color": self.colors["kant"]}
        elif style == "sum":
            look |= {"bold": True, "top": 1, "bottom": 1, "border_color": self.colors["tekst"]}
        elif style == "check":
            look |= {"text_wrap": True, "valign": "top", "border": 1, "border_color": self.colors["kant"]}
        if wraps and in_table:
            look["valign"] = "top"
        if shrinks and look.pop("text_wrap", False):
            look["shrink"] = True
        if large:
            look["font_size"] = self.data["skrift"]["stor"]
        flags = (is_input, in_table, large, wraps, shrinks)
        return self._make(("value", type, style, *map(str, flags)), **look)

    def number_format(self, type: str, *, blank_zero: bool) -> str:
        code = self.numbers.get(type, "General")
        if type in ("tekst", "langtekst", "valg", "ja_nei"):
            return "General"
        if blank_zero and type == "prosent":
            code = self.numbers["andel"]
        if blank_zero and type in ("kr", "kr_ore", "heltall", "prosent"):
            return f"{code};−{code};;@"
        return code

    def overridden(self, type: str) -> Any:
        """The format of an overridden formula: orange, bold and the word itself, so that it shows in grey print too."""
        code = self.number_format(type, blank_zero=False)
        code = "General" if code == "@" else code
        word = f'" {OVERRIDDEN}"'
        return self._make(
            ("override", type),
            bg_color=self.colors["overstyrt"],
            bold=True,
            num_format=f"{code}{word};−{code}{word};{code}{word};@{word}",
        )

    def own(self, look: tuple[tuple[str, Any], ...]) -> Any:
        """A look an advisor has given a cell of her own."""
        if not look:
            return self.label("label")
        key = ("own", *(f"{name}={value}" for name, value in look))
        if key not in self._cache:
            self._cache[key] = self.workbook.add_format(dict(look))
        return self._cache[key]

    def lined(self) -> Any:
        """The thin line under a row that holds something."""
        return self._make(("lined",), bottom=1, bottom_color=self.colors["kant"])

    def faded(self) -> Any:
        """What does not count in the simple version of a case."""
        return self._make(
            ("faded",), font_color=self.colors["bleknet"], bg_color=self.colors["bleknet_bunn"], italic=True
        )

    def hidden(self) -> Any:
        """Numbers of a row that holds nothing: not shown."""
        return self._make(("hidden",), num_format=";;;")

    def flagged(self, kind: str) -> Any:
        """The format of a check that found something."""
        return self._make(
            ("flag", kind), bg_color=self.colors[kind], font_color=self.colors[f"{kind}_tekst"], bold=True
        )

    def tab(self, kind: str) -> str:
        return f"#{self.data['faner'][kind]}"
