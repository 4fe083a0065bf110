"""The sources as declared, kept beside what came from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import duckdb

from parsers.items import Source
from warehouse.tables import append_missing, arrow_table, columns, matching

_COLUMNS = (
    "source_id",
    "publisher",
    "publisher_type",
    "platform",
    "home",
    "area",
    "in_language",
    "time_zone",
    "enabled",
    "declaration",
)


def record_sources(connection: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> None:
    """Make the table say what is declared now. Sources no longer declared stay as they were."""
    rows = {source.id: _row(source) for source in sources}
    recorded = matching(
        connection,
        "SELECT source_id, declaration::VARCHAR FROM sources SEMI JOIN batch USING (source_id)",
        "source_id",
        rows,
    )
    changed = [source_id for source_id, text in recorded if rows[str(source_id)][-1] != text]
    connection.execute("DELETE FROM sources WHERE list_contains($1, source_id)", [changed])
    batch = arrow_table(connection, "sources", columns(_COLUMNS, rows.values()))
    append_missing(connection, "sources", "source_id", batch)


def _row(source: Source) -> tuple[object, ...]:
    declaration = json.dumps(asdict(source), ensure_ascii=False, sort_keys=True)
    return (
        source.id,
        source.publisher,
        source.publisher_type,
        source.platform,
        source.home,
        source.area,
        source.language,
        source.time_zone,
        source.enabled,
        declaration,
    )
