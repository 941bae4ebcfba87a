"""The same run on a real Dask cluster of separate processes: same bytes, and a lost worker loses no file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_folders import Start, results
from batch_workers import dies_once, do

from okosos_xl.batch.cluster import ClusterError, cluster
from okosos_xl.regenerate.outcome import How

distributed = pytest.importorskip("distributed", reason="tillegget [dask] er ikke installert")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL finnes ikke her")


@pytest.fixture
def dask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    here = str(Path(__file__).parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")])))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running


def test_the_cluster_gives_the_same_bytes_and_survives_a_lost_worker(
    start: Start, cases: Path, tmp_path: Path, dask: Any
) -> None:
    (cases / "kontor 0" / "sak-09.xlsx").write_bytes(b"x en arbeider forsvinner")
    here = start()
    (tmp_path / "ut").rename(tmp_path / "her")
    marks = tmp_path / "merker"
    marks.mkdir()
    there = start(cluster(dask.scheduler_address, dies_once), how=How(templates=marks))
    assert there == here
    assert results(tmp_path / "ut") == results(tmp_path / "her")
    assert (marks / "kontor 0_sak-09.xlsx").exists(), "no worker was lost"


def test_a_cluster_that_is_not_there(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from okosos_xl.batch import cluster as module

    monkeypatch.setattr(module, "_PATIENCE", "1s")
    with pytest.raises(ClusterError, match="Får ikke kontakt"):
        start(cluster("tcp://127.0.0.1:9"))


def test_workers_that_do_not_see_the_files(start: Start, tmp_path: Path, dask: Any) -> None:
    with pytest.raises(ClusterError, match="felles disk"):
        start(cluster(dask.scheduler_address, do), how=How(kommune=tmp_path / "finnes-ikke.yaml"))
