"""Where the templates live: inside an installed wheel, or at the top of a source checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_root() -> Path:
    """The folder with one sub-folder per workbook, ``satser/`` and ``tema.yaml``.

    A wheel carries the templates as ``okosos_xl/_templates``; a checkout keeps them at its top level.
    """
    installed = _PACKAGE / "_templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def examples_root() -> Path:
    """The folder of example cases; a wheel carries them as ``okosos_xl/_examples``."""
    installed = _PACKAGE / "_examples"
    return installed if installed.is_dir() else _PACKAGE.parent / "examples"
