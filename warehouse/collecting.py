"""What runs that collect leave for the next: discoveries that ended, and what hosts asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

import duckdb

from warehouse.tables import append, arrow_table, columns, merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What one whole look at the lists of a source came to.

    ``listed`` counts distinct pages, ``found`` those not known before. ``complete`` when nothing
    went wrong: only then need the next look go no further back than this one.
    """

    source_id: str
    started_at: datetime
    finished_at: datetime
    listed: int
    found: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a host asked of us; the table ``hosts`` tells the fields."""

    host: str
    robots_status: int | None
    robots_body: str | None
    robots_fetched_at: datetime | None
    retry_at: datetime | None


_DISCOVERY = tuple(field.name for field in fields(Discovered))
_HOST = tuple(field.name for field in fields(Host))
_discovery_values = attrgetter(*_DISCOVERY)
_host_values = attrgetter(*_HOST)


def record_discoveries(
    connection: duckdb.DuckDBPyConnection, run_id: str, discoveries: Sequence[Discovered]
) -> None:
    """Enter discoveries that ended. Their pages are entered before, or in the same transaction."""
    rows = ((run_id, *_discovery_values(discovery)) for discovery in discoveries)
    data = columns(("run_id", *_DISCOVERY), rows)
    append(connection, "discoveries", arrow_table(connection, "discoveries", data))


def hosts(connection: duckdb.DuckDBPyConnection) -> tuple[Host, ...]:
    """What was last recorded of each host."""
    rows = connection.execute(f"SELECT {', '.join(_HOST)} FROM hosts ORDER BY host").fetchall()  # noqa: S608
    return tuple(Host(**dict(zip(_HOST, row, strict=True))) for row in rows)


def record_hosts(connection: duckdb.DuckDBPyConnection, asked: Sequence[Host]) -> None:
    """Enter what hosts asked for, instead of what was recorded of them before."""
    batch = arrow_table(connection, "hosts", columns(_HOST, map(_host_values, asked)))
    assignments = ", ".join(f"{name} = batch.{name}" for name in _HOST[1:])
    clauses = f"WHEN MATCHED THEN UPDATE SET {assignments} WHEN NOT MATCHED THEN INSERT BY NAME"
    merge(connection, "hosts", "host", batch, clauses)
