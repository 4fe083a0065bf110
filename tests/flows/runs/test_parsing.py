"""Parsing on every runner: one outcome a page, in order, whatever happens to the workers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec

import pytest

import parsers
from flows.runs.parsing import (
    Failure,
    ParserPool,
    Runner,
    RunnerUnavailable,
    dask_cluster,
    open_runner,
)
from flows.runs.parsing.pages import OtherParsers, Parsing, parse_share
from flows.settings import Settings
from parsers.items import Article, Snapshot
from tests.flows.faulty_parsers import (
    parse_or_die,
    parse_with_a_bug,
)
from tests.flows.newsroom import page_text

RAY = pytest.param(
    "ray",
    marks=pytest.mark.skipif(find_spec("ray") is None, reason="newsgrain[ray] is not installed"),
)
ON_OTHER_PROCESSES = ["processes", "dask", RAY]


@pytest.fixture(scope="module")
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    with open_runner(Settings(task_runner=request.param, workers=2)) as runner:
        yield runner


def snapshot_of(words: str) -> Snapshot:
    return Snapshot(page_text(words).encode(), media_type="text/html")


# --- On every runner --------------------------------------------------------------------------


@pytest.mark.parametrize("runner", ["threads", *ON_OTHER_PROCESSES], indirect=True)
def test_the_pool_answers_in_the_order_of_the_batch(runner: Runner) -> None:
    snapshots = [snapshot_of(f"Arlsey {position}") for position in range(40)]
    snapshots[20] = Snapshot(b"fail here")
    pool = ParserPool(runner, {}, parse_with_a_bug)

    outcomes = pool.outcomes(pool.submit(snapshots))

    assert runner.workers == 2
    failed = outcomes.pop(20)
    assert isinstance(failed, Failure)
    assert failed.summary.startswith("KeyError")
    assert "the parser's own mistake" in failed.traceback
    towns = [f"Arlsey {position} " for position in range(40) if position != 20]
    for town, article in zip(towns, outcomes, strict=True):
        assert isinstance(article, Article)
        assert town in (article.headline or "")


@pytest.mark.parametrize("runner", ON_OTHER_PROCESSES, indirect=True)
def test_a_page_that_kills_its_worker_is_blamed_alone(runner: Runner) -> None:
    snapshots = [snapshot_of(f"Brindle {position}") for position in range(40)]
    snapshots[3] = Snapshot(b"die here")
    pool = ParserPool(runner, {}, parse_or_die)

    pending = [pool.submit(snapshots), pool.submit(snapshots[4:])]
    first, second = map(pool.outcomes, pending)

    assert first.pop(3) == Failure("the page killed the process parsing it", "")
    assert {type(outcome) for outcome in first + second} == {Article}
    assert len(first) == 39
    assert len(second) == 36
    assert len(pool.outcomes(pool.submit(snapshots[4:]))) == 36


@pytest.mark.parametrize("runner", ["threads", *ON_OTHER_PROCESSES], indirect=True)
def test_workers_with_other_parsers_are_refused(runner: Runner) -> None:
    other = replace(Parsing({}, parsers.parse), version="of another day").pickled()
    with pytest.raises(OtherParsers, match="the run of another day: install the same newsgrain"):
        runner.submit(parse_share, other, [snapshot_of("Corvey")]).result()


# --- Runners that cannot be used --------------------------------------------------------------


@pytest.mark.parametrize(("runner", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_a_missing_package_is_told_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, runner: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(RunnerUnavailable, match=rf"pip install 'newsgrain\[{runner}\]'"):
        open_runner(Settings(task_runner=runner))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "gopher://127.0.0.1:1"])
def test_a_scheduler_that_does_not_answer_is_told(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(dask_cluster, "_ANSWER_SECONDS", 0.3)
    with pytest.raises(RunnerUnavailable, match=f"no Dask scheduler at {address} can be used: "):
        open_runner(Settings(task_runner="dask", cluster=address))


def test_runners_are_imported_when_they_are_used() -> None:
    code = (
        "import sys, flows.commands, flows.runs.steps as steps, flows.settings as s;"
        "steps.open_runner(s.Settings()).thing.close();"
        "sys.exit(str({'dask', 'distributed', 'ray', 'prefect'} & sys.modules.keys() or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
