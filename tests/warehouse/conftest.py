from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parsers.items import RunReport, Visit
from tests.warehouse.building import capture
from warehouse import open_reader, open_writer

Run = Callable[..., tuple[tuple[str, ...], RunReport]]
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.duckdb"


@pytest.fixture
def run(path: Path) -> Run:
    """A whole run: load the visits with their captures, finish, publish."""

    def work(visits: Sequence[Visit], **options: str) -> tuple[tuple[str, ...], RunReport]:
        with open_writer(path) as writer:
            run_id = writer.start_run("ingest", {"targets": ["all"]})
            captures = [capture(visit) for visit in visits if visit.payload_digest]
            outcomes = writer.load(run_id, visits, captures, **options)  # type: ignore[arg-type]
            report = writer.finish_run(run_id, "completed")
            writer.publish()
        return outcomes, report

    return work


@pytest.fixture
def query(path: Path) -> Query:
    """Rows of a query on what is published at that moment."""

    def ask(text: str, *values: object) -> list[tuple[Any, ...]]:
        with open_reader(path) as reader:
            return reader.execute(text, values).fetchall()

    return ask

    return ask


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse as readers see it."""
    path = tmp_path_factory.mktemp("empty") / "empty.duckdb"
    with open_writer(path) as writer:
        writer.publish()
    with open_reader(path) as connection:
        yield connection
