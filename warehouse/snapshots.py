"""The index of captures: which payloads are kept, where, and which pages they came from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

import duckdb

from parsers.items import Capture
from warehouse.remembering import Remembered
from warehouse.tables import append, arrow_table, columns, matching, matching_table

_CAPTURE = tuple(field.name for field in fields(Capture))
_values = attrgetter(*_CAPTURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """A page that can be read again from its latest capture.

    ``target``, ``source_id``, ``url`` and ``path`` are the page's own; ``capture`` says where its
    payload lies and what was known when those bytes were captured first, perhaps on another page.
    """

    target: str
    source_id: str | None
    url: str | None
    path: str | None
    capture: Capture


Payloads = Remembered[None]
"""The payloads that are indexed, by digest."""


def index_captures(
    connection: duckdb.DuckDBPyConnection, captures: Sequence[Capture], payloads: Payloads
) -> None:
    """Enter captures whose payload is not indexed yet; of equal payloads the first counts."""
    distinct = {capture.payload_digest: capture for capture in reversed(captures)}
    known = payloads.get(distinct)
    new = [distinct[digest] for digest in reversed(distinct) if digest not in known]
    data = columns(_CAPTURE, map(_values, new))
    append(connection, "snapshots", arrow_table(connection, "snapshots", data))
    payloads.note(dict.fromkeys(capture.payload_digest for capture in new))


def indexed_payloads(
    connection: duckdb.DuckDBPyConnection, digests: Collection[str] | None
) -> dict[str, None]:
    """Those of the payload digests whose payload is indexed, or (None) all that are."""
    query = "SELECT payload_digest FROM snapshots"
    if digests is None:
        table = connection.execute(query).to_arrow_table()
    else:
        semi_join = f"{query} SEMI JOIN batch USING (payload_digest)"
        table = matching_table(connection, semi_join, "payload_digest", digests)
    return dict.fromkeys(map(str, table["payload_digest"].to_pylist()))


def stored_captures(
    connection: duckdb.DuckDBPyConnection, digests: Collection[str]
) -> dict[str, Capture]:
    """The captures of those of the payload digests that are indexed, by digest."""
    query = f"SELECT {', '.join(_CAPTURE)} FROM snapshots SEMI JOIN batch USING (payload_digest)"  # noqa: S608
    rows = matching(connection, query, "payload_digest", digests)
    captures = (Capture(**dict(zip(_CAPTURE, row, strict=True))) for row in rows)  # type: ignore[arg-type]  # columns come as object
    return {capture.payload_digest: capture for capture in captures}


def superseded(connection: duckdb.DuckDBPyConnection, before: datetime) -> set[str]:
    """Payloads captured before a moment that made no version and are the latest of no page.

    What was rejected counts like any other: the latest of its page stays. What waits in quarantine
    stays too.
    """
    rows = connection.execute(
        """
        WITH latest AS (
            SELECT payload_digest
            FROM fetches
            WHERE payload_digest IS NOT NULL AND cause = 'captured'
            QUALIFY row_number() OVER (
                PARTITION BY source_id, coalesce(url, path, target)
                ORDER BY visited_at DESC, run_id DESC
            ) = 1
        )
        SELECT payload_digest
        FROM snapshots
        ANTI JOIN latest USING (payload_digest)
        ANTI JOIN article_versions USING (payload_digest)
        ANTI JOIN pages USING (payload_digest)
        ANTI JOIN (FROM quarantine WHERE state = 'waiting') USING (payload_digest)
        WHERE fetched_at < ?
        """,
        [before],
    ).fetchall()
    return {digest for (digest,) in rows}


def forget(connection: duckdb.DuckDBPyConnection, digests: Collection[str]) -> None:
    """Strike payloads out of the index; their records still lie in their files."""
    matching(
        connection,
        "DELETE FROM snapshots WHERE payload_digest IN (FROM batch SELECT payload_digest)",
        "payload_digest",
        digests,
    )


def stored_pages(
    connection: duckdb.DuckDBPyConnection, source_id: str | None
) -> tuple[StoredPage, ...]:
    """Each page's latest capture, of one source or (None) of all, in the order last visited.

    A page is known by its source and its address, else its path.
    """
    rows = connection.execute(
        """
        WITH pages AS (
            SELECT target, source_id, url, path, payload_digest, visited_at
            FROM fetches
            WHERE payload_digest IN (SELECT payload_digest FROM snapshots)
                AND cause = 'captured'
                AND ($1 IS NULL OR source_id = $1)
            QUALIFY row_number() OVER (
                PARTITION BY source_id, coalesce(url, path, target)
                ORDER BY visited_at DESC, run_id DESC
            ) = 1
        )
        SELECT pages.target, pages.source_id, pages.url, pages.path,
            snapshots.payload_digest, snapshots.source_id, snapshots.url, requested_url,
            snapshots.path, fetched_at, http_status, media_type, charset, size, warc_file,
            warc_offset
        FROM pages JOIN snapshots USING (payload_digest)
        ORDER BY pages.visited_at, pages.target
        """,
        [source_id],
    ).fetchall()
    return tuple(
        StoredPage(
            target=target,
            source_id=source,
            url=url,
            path=path,
            capture=Capture(**dict(zip(_CAPTURE, capture, strict=True))),
        )
        for target, source, url, path, *capture in rows
    )
