"""``edit``: workbooks opened, edited and saved by one LibreOffice for all tests. Tests elsewhere load this file too."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from own_office import edited, missing, running

Edit = Callable[..., bytes]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the pipe a running LibreOffice listens on."""
    lacking = missing()
    if lacking:
        pytest.skip(lacking)
    with running(tmp_path_factory.mktemp("profil")) as pipe:
        yield pipe


@pytest.fixture
def edit(office: str, tmp_path: Path) -> Edit:
    """``edit(package, [name, argument …], …)``: the package opened, edited and saved by LibreOffice."""
    return lambda package, *edits: edited(office, tmp_path, package, edits)
