"""Changes into their table: each new version against the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from warehouse.changes.comparing import Change, Edition, compare
from warehouse.tables import append, arrow_table, columns, matching


def append_changes(
    connection: duckdb.DuckDBPyConnection, editions: Sequence[tuple[str, int, Edition]]
) -> None:
    """Enter what changed with each of these versions, before they are stored themselves.

    ``editions`` are (article_id, version, what it says), an article's versions in order.
    """
    if not editions:
        return
    latest = _stored(connection, {article_id for article_id, _, _ in editions})
    rows: list[tuple[object, ...]] = []
    for article_id, version, edition in editions:
        if version > 1:
            found = compare(latest[article_id], edition)
            rows += ((article_id, version, *change) for change in found)
        latest[article_id] = edition
    data = columns(("article_id", "version", *Change._fields), rows)
    append(connection, "changes", arrow_table(connection, "changes", data))


def _stored(
    connection: duckdb.DuckDBPyConnection, article_ids: Iterable[str]
) -> dict[str, Edition]:
    """What the latest stored version of each of the articles says."""
    rows = matching(
        connection,
        """
        SELECT
            article_id,
            headline,
            string_split(article_body, E'\\n\\n')[:len(kept)],
            list_transform(kept, lambda block: block.position),
            authors,
            date_published,
            date_published_precision
        FROM articles
        JOIN accounts USING (article_id, version)
        SEMI JOIN batch USING (article_id)
        """,
        "article_id",
        article_ids,
    )
    return {str(article_id): Edition(*values) for article_id, *values in rows}  # type: ignore[arg-type]  # columns come as object
