"""What became of a page that cannot be explained: erased on purpose, or held back."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from flows.sources.identities import PageIdentities
from parsers.items import Source
from warehouse.quarantine import find_held


def what_became_of(
    name: str, connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source]
) -> str | None:
    """Why no page is stored under an address, path or article id, and what can be done; or None."""
    return _erased(name, connection, sources) or _held(name, connection)


def _erased(
    name: str, connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source]
) -> str | None:
    named = name.removeprefix("erased:")
    identities = [named, *PageIdentities(sources)(None, named, None)]
    row = connection.execute(
        """
        SELECT article_id, erased_at, reason
        FROM erasures
        WHERE lifted_at IS NULL AND (
            list_contains($1, article_id)
            OR article_id IN (FROM erased_pages SELECT article_id WHERE list_contains($1, page_id))
        )
        ORDER BY erased_at DESC
        LIMIT 1
        """,
        [identities],
    ).fetchone()
    if row is None:
        return None
    article_id, erased_at, reason = row
    return (
        f"{article_id} was erased on {erased_at:%Y-%m-%d %H:%M} UTC: {reason};"
        f" `newsgrain erase --undo {article_id} --reason ...` lets it be read again"
    )


def _held(name: str, connection: duckdb.DuckDBPyConnection) -> str | None:
    held = find_held(connection, name)
    if held is None or held.state not in ("waiting", "rejected"):
        return None
    if held.state == "rejected":
        why = f" ({held.decided_reason})" if held.decided_reason else ""
        return (
            f"{held.article_id} was held back and rejected{why}: {held.detail};"
            f" `newsgrain quarantine show {held.article_id}` shows it"
        )
    return (
        f"{held.article_id} is in quarantine since {held.quarantined_at:%Y-%m-%d %H:%M} UTC:"
        f" {held.detail}; `newsgrain quarantine show {held.article_id}` shows it,"
        f" `newsgrain quarantine release {held.article_id}` loads it,"
        f" `newsgrain quarantine reject {held.article_id}` does not"
    )
