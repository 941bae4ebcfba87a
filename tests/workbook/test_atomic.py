"""Files are replaced in one step or not at all, and nothing is left lying about."""

from __future__ import annotations

import errno
import os
import pickle
import stat
import tempfile
from pathlib import Path

import pytest

from okosos_xl.workbook.atomic import WriteRefused, write_atomic


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_new_file_is_written_with_ordinary_permissions(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        assert write_atomic(tmp_path / "sak.xlsx", b"ny", keep_original=True) is None
    finally:
        os.umask(mask)
    assert (tmp_path / "sak.xlsx").read_bytes() == b"ny"
    assert names(tmp_path) == ["sak.xlsx"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "sak.xlsx").stat().st_mode) == 0o640


def test_an_existing_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "sak.xlsx"
    path.write_bytes(b"gammel")
    path.chmod(0o600)
    assert write_atomic(path, b"ny") is None
    assert path.read_bytes() == b"ny"
    assert names(tmp_path) == ["sak.xlsx"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name != "posix"


def test_originals_are_kept_and_numbered(tmp_path: Path) -> None:
    path = tmp_path / "sak.xlsx"
    path.write_bytes(b"0")
    kept = [write_atomic(path, text, keep_original=True) for text in (b"1", b"2", b"3")]
    assert [one.name for one in kept if one] == ["sak.xlsx.original", "sak.xlsx.original-2", "sak.xlsx.original-3"]
    assert [one.read_bytes() for one in kept if one] == [b"0", b"1", b"2"]
    assert path.read_bytes() == b"3"


def test_originals_are_copied_where_the_disk_has_no_second_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_arguments: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "sak.xlsx"
    path.write_bytes(b"0")
    for text in (b"1", b"2"):
        write_atomic(path, text, keep_original=True)
    assert names(tmp_path) == ["sak.xlsx", "sak.xlsx.original", "sak.xlsx.original-2"]
    assert (tmp_path / "sak.xlsx.original-2").read_bytes() == b"1"


@pytest.mark.parametrize("step", ["fsync", "replace", "link"])
@pytest.mark.parametrize(
    ("code", "word"),
    [
        (errno.ENOSPC, "full"),
        (errno.EACCES, "skrivebeskyttet"),
        (errno.EROFS, "skrivebeskyttet"),
        (errno.EIO, "feil"),
    ],
)
def test_a_failure_at_any_step_changes_nothing(
    step: str, code: int, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sak.xlsx"
    path.write_bytes(b"gammel")

    def failing(*_arguments: object, **_more: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, step, failing)
    if step == "link":
        monkeypatch.setattr("okosos_xl.workbook.atomic._copy", failing)
    with pytest.raises(WriteRefused) as caught:
        write_atomic(path, b"ny", keep_original=True)
    message = caught.value.message
    assert message.startswith("«sak.xlsx» kan ikke skrives: ")
    assert word in message
    assert os.strerror(code) not in message
    assert names(tmp_path) == ["sak.xlsx"]
    assert path.read_bytes() == b"gammel"


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "sak.xlsx"
    path.write_bytes(b"gammel")
    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, b"ny", keep_original=True)
    assert names(tmp_path) == ["sak.xlsx"]


def test_impossible_places_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mappe").mkdir()
    (tmp_path / "fil").write_bytes(b"")
    for path, word in (
        (tmp_path / "mappe", "mappe med det navnet"),
        (tmp_path / "borte" / "sak.xlsx", "mappen finnes ikke"),
        (tmp_path / "fil" / "sak.xlsx", "mappen finnes ikke"),
        (tmp_path / ("x" * 300), "filnavnet"),
        (tmp_path / "a\0b", "filnavnet"),
    ):
        with pytest.raises(WriteRefused) as caught:
            write_atomic(path, b"ny")
        assert word in caught.value.message

    def read_only(*_arguments: object, **_more: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(tempfile, "mkstemp", read_only)
    with pytest.raises(WriteRefused, match="skrivebeskyttet"):
        write_atomic(tmp_path / "sak.xlsx", b"ny")
    assert names(tmp_path) == ["fil", "mappe"]


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "sak.xlsx").write_bytes(b"gammel")
    link = tmp_path / "snarvei.xlsx"
    try:
        link.symlink_to("sak.xlsx")
    except OSError:
        pytest.skip("symbolske lenker kan ikke lages her")
    write_atomic(link, b"ny")
    assert link.is_symlink()
    assert (tmp_path / "sak.xlsx").read_bytes() == b"ny"


def test_the_refusal_survives_the_way_between_processes() -> None:
    error = WriteRefused("sak.xlsx", "disken er full.")
    assert pickle.loads(pickle.dumps(error)).message == error.message
