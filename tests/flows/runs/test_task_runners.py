"""Whole runs on each task runner that the settings can name."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.flows.newsroom import ask, ingest, settings_in, write_pages

RAY = pytest.param(
    "ray",
    marks=pytest.mark.skipif(find_spec("ray") is None, reason="newsgrain[ray] is not installed"),
)


@pytest.mark.parametrize("runner", ["threads", "dask", RAY])
def test_a_run_is_the_same_on_every_runner(tmp_path: Path, runner: str) -> None:
    write_pages(tmp_path / "in", 9)
    for place, task_runner in ((tmp_path / "a", "processes"), (tmp_path / "b", runner)):
        place.mkdir()
        settings = settings_in(place, task_runner=task_runner, batch_pages=4)
        assert ingest(settings, tmp_path / "in").healthy

    rows = "FROM articles SELECT article_id, headline, article_body ORDER BY ALL"
    here, there = (ask(tmp_path / name / "news.duckdb", rows) for name in "ab")
    assert here == there
    assert len(here) == 9
