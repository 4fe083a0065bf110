"""Runs on a real Dask cluster of two worker processes: what is lost with a worker is nothing."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from flows.runs.parsing import RunnerUnavailable, dask_cluster
from flows.settings import Settings
from tests.flows.newsroom import Silence, ask, ingest, settings_in, write_pages

PAGES = 300
IN_ORDER = [(f"{position:03}.html",) for position in range(PAGES)]


@contextmanager
def cluster_of_two(**scheduler: int) -> Iterator[LocalCluster]:
    """Two worker processes on loopback, each with a nanny that starts it again when it dies."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
        scheduler_kwargs={"dashboard": False, **scheduler},
    ) as cluster:
        yield cluster


def on(cluster: LocalCluster, folder: Path) -> Settings:
    address = cluster.scheduler_address
    return settings_in(folder, task_runner="dask", cluster=address, batch_pages=20)


class KillsWorkers(Silence):
    """Kills a worker, as the kernel does when memory is short, after each of these batches."""

    def __init__(self, cluster: LocalCluster, after: Iterable[int]) -> None:
        super().__init__()
        self._cluster = cluster
        self._after = set(after)
        self._batches = 0
        self.killed: list[int] = []

    def advance(self, outcomes: Iterable[str]) -> None:
        super().advance(outcomes)
        self._batches += 1
        if self._batches in self._after:
            with Client(self._cluster.scheduler_address, set_as_default=False) as client:
                worker = next(iter(client.run(os.getpid, on_error="ignore").values()))
            os.kill(worker, signal.SIGKILL)
            self.killed.append(worker)


@pytest.mark.parametrize(
    ("after", "allowed_failures"),
    [
        pytest.param([3], 3, id="Dask gives its work to another worker"),
        pytest.param([3, 6], 0, id="its work comes back and is done here"),
    ],
)
def test_a_worker_lost_in_the_middle_of_a_run_loses_nothing(
    tmp_path: Path, after: list[int], allowed_failures: int
) -> None:
    write_pages(tmp_path / "in", PAGES)
    with cluster_of_two(allowed_failures=allowed_failures) as cluster:
        progress = KillsWorkers(cluster, after)
        settings = on(cluster, tmp_path)
        summary = ingest(settings, tmp_path / "in", progress=progress)

    assert len(set(progress.killed)) == len(after)
    assert summary.healthy
    assert summary.report.outcomes["new"] == PAGES
    assert ask(settings.warehouse, "FROM fetches SELECT path") == IN_ORDER
    assert ask(settings.warehouse, "FROM articles SELECT count(*)") == [(PAGES,)]


class ClosesTheCluster(Silence):
    """Stops the scheduler and its workers when the first batch is loaded."""

    def __init__(self, cluster: LocalCluster) -> None:
        super().__init__()
        self._cluster = cluster

    def advance(self, outcomes: Iterable[str]) -> None:
        super().advance(outcomes)
        self._cluster.close()


def test_a_cluster_that_is_lost_fails_the_run_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "_ANSWER_SECONDS", 2)
    write_pages(tmp_path / "in", PAGES)
    with cluster_of_two() as cluster, pytest.raises(RunnerUnavailable, match="lost"):
        ingest(on(cluster, tmp_path), tmp_path / "in", progress=ClosesTheCluster(cluster))

    settings = settings_in(tmp_path)
    ((status, loaded),) = ask(settings.warehouse, "FROM runs SELECT status, new")
    assert status == "failed"
    assert 0 < loaded < PAGES
    outcomes = ingest(settings, tmp_path / "in").report.outcomes
    assert (outcomes["unchanged"], outcomes["new"]) == (loaded, PAGES - loaded)
