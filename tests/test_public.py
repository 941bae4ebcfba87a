"""What is promised from Python: every public name, in whatever order things are imported."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import iter_modules

import okosos_xl


def test_no_part_of_the_package_has_the_name_of_a_public_function() -> None:
    """A subpackage that has been imported takes the place of a function with its name."""
    assert not {module.name for module in iter_modules(okosos_xl.__path__)} & set(okosos_xl.__all__)


def test_every_public_name_is_there_once_everything_has_been_imported() -> None:
    script = (
        "import importlib, pkgutil, okosos_xl\n"
        "for found in pkgutil.walk_packages(okosos_xl.__path__, 'okosos_xl.'):\n"
        "    importlib.import_module(found.name)\n"
        "print(all(callable(getattr(okosos_xl, n)) for n in okosos_xl.__all__ if n != '__version__'))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (run.stdout.strip(), run.returncode) == ("True", 0), run.stderr
