"""The latest readings of articles: what a look at a page is compared with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from warehouse.tables import matching_table


class Reading(NamedTuple):
    """What is known of the latest version of an article."""

    version: int
    body_digest: str
    payload_digest: str
    parser_version: str
    first_seen_at: datetime
    gone_at: datetime | None


_READINGS = f"SELECT article_id, {', '.join(Reading._fields)} FROM articles"  # noqa: S608 - our own names
_OFTEN_THE_SAME = frozenset(("parser_version", "first_seen_at", "gone_at"))


def latest_readings(
    connection: duckdb.DuckDBPyConnection, article_ids: Collection[str] | None
) -> dict[str, Reading]:
    """The latest readings of those of the articles that are stored, or (None) of all."""
    if article_ids is None:
        table = connection.execute(_READINGS).to_arrow_table()
    else:
        query = f"{_READINGS} SEMI JOIN batch USING (article_id)"
        table = matching_table(connection, query, "article_id", article_ids)
    ids, *values = map(_values, table.column_names, table.columns)
    return dict(zip(ids, map(Reading, *values), strict=True))


def _values(name: str, column: pa.ChunkedArray[Any]) -> list[Any]:
    """A column's values; those that many rows share are made once, for times are dear."""
    if name not in _OFTEN_THE_SAME:
        return column.to_pylist()
    encoded: Any = column.combine_chunks().dictionary_encode()
    distinct = [*encoded.dictionary.to_pylist(), None]
    return [distinct[place] for place in encoded.indices.fill_null(-1).to_pylist()]
