"""What a warehouse says, to be compared: everything but the names and times of runs."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.warehouse.building import NOON, article, capture, visit
from warehouse import Place, Writer, open_reader, open_writer

_OF_RUNS = frozenset(
    {
        "applied_at", "as_of", "finished_at", "found_run_id", "missing_run_id", "run_id",
        "started_at", "writer",
    }
)  # fmt: skip
_OF_LOADING = (
    "article_versions", "blocks", "paragraphs", "passages", "images", "links", "date_evidence",
    "snapshots",
)  # fmt: skip


def everything(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table and view, in their order by value."""
    with open_reader(place) as reader:
        names = reader.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() "
            "UNION SELECT view_name FROM duckdb_views() "
            "WHERE database_name = current_database() AND NOT internal"
        ).fetchall()
        return {name: _rows(reader, name) for (name,) in names}


def loaded(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of what loads leave, the ledgers of runs aside."""
    with open_reader(place) as reader:
        return {name: _rows(reader, name) for name in _OF_LOADING}


def load_pages(place: Place, name: str, batches: int) -> None:
    """A run that loads batches of three pages of its own and one that other runs load too."""
    with open_writer(place, wait=60) as writer:
        run_id = writer.start_run("ingest", {"name": name})
        for number in range(batches):
            load_batch(writer, run_id, name, number)
        writer.finish_run(run_id, "completed")
        writer.publish()


def load_batch(writer: Writer, run_id: str, name: str, number: int) -> tuple[str, ...]:
    """One of the batches; what its pages came to, the common one last."""
    pages = [f"{name}/{number}-{page}" for page in range(3)] + [f"common/{number}"]
    visits = [visit(article(page=page), at=NOON) for page in pages]
    return writer.load(run_id, visits, [capture(seen) for seen in visits])


def _rows(reader: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Any, ...]]:
    columns = reader.execute(
        "SELECT column_name FROM duckdb_columns() "
        "WHERE database_name = current_database() AND table_name = ? ORDER BY column_index",
        [name],
    ).fetchall()
    told = ", ".join(f'"{column}"' for (column,) in columns if column not in _OF_RUNS)
    return reader.execute(f"SELECT {told} FROM {name} ORDER BY ALL").fetchall()
