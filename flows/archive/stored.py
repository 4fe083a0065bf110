"""Pages that the warehouse holds already: found by name, and made into snapshots again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb
from pydantic import TypeAdapter

from flows.archive.warc import read_payload
from parsers.items import Capture, Snapshot, Source
from warehouse import StoredPage

_CAPTURE = tuple(field.name for field in fields(Capture))
_SOURCE = TypeAdapter(Source)


def stored_snapshot(page: StoredPage, captures: Path) -> Snapshot:
    """A stored page as it was read when it was captured.

    Raises:
        ArchiveError: the capture cannot be read back.
    """
    capture = page.capture
    return Snapshot(
        body=read_payload(captures, capture),
        url=page.url,
        requested_url=capture.requested_url if page.url == capture.url else page.url,
        path=page.path,
        source_id=page.source_id,
        fetched_at=capture.fetched_at,
        http_status=capture.http_status,
        media_type=capture.media_type,
        charset=capture.charset,
    )


def find_page(connection: duckdb.DuckDBPyConnection, name: str) -> StoredPage | None:
    """The page last seen under a name: an address, an article's id, or a path in its folder."""
    row = connection.execute(
        f"""
        SELECT target, fetches.source_id, fetches.url, fetches.path,
            {", ".join(f"snapshots.{column}" for column in _CAPTURE)}
        FROM fetches JOIN snapshots USING (payload_digest)
        WHERE article_id = $1 OR fetches.url = $1 OR target = $1
            OR article_id IN (FROM articles SELECT article_id WHERE canonical_url = $1)
        ORDER BY visited_at DESC, run_id DESC
        LIMIT 1
        """,  # noqa: S608 - column names of our own type
        [name],
    ).fetchone()
    return _page(*row) if row else None


def latest_pages(
    connection: duckdb.DuckDBPyConnection, names: Collection[str]
) -> dict[str, StoredPage]:
    """The pages last seen under many names.

    A name is the id of an article or, of a look that gave none, source, space and target.
    """
    rows = connection.execute(
        f"""
        SELECT name, target, fetches.source_id, fetches.url, fetches.path,
            {", ".join(f"snapshots.{column}" for column in _CAPTURE)}
        FROM fetches
        JOIN (SELECT DISTINCT unnest($1::VARCHAR[]) AS name)
            ON name = coalesce(article_id, coalesce(fetches.source_id, '') || ' ' || target)
        JOIN snapshots USING (payload_digest)
        QUALIFY row_number() OVER (PARTITION BY name ORDER BY visited_at DESC, run_id DESC) = 1
        """,  # noqa: S608 - column names of our own type
        [list(names)],
    ).fetchall()
    return {name: _page(*row) for name, *row in rows}


def _page(
    target: str, source_id: str | None, url: str | None, path: str | None, *capture: Any
) -> StoredPage:
    return StoredPage(
        target=target,
        source_id=source_id,
        url=url,
        path=path,
        capture=Capture(**dict(zip(_CAPTURE, capture, strict=True))),
    )


def stored_sources(connection: duckdb.DuckDBPyConnection) -> dict[str, Source]:
    """The sources by id as they were declared when their pages were last ingested."""
    rows = connection.execute("SELECT source_id, declaration FROM sources").fetchall()
    return {source_id: _SOURCE.validate_json(declared) for source_id, declared in rows}


def sample_captures(connection: duckdb.DuckDBPyConnection, number: int) -> list[Capture]:
    """Some captures from all over the index: digests have no order but their own."""
    rows = connection.execute(
        f"SELECT {', '.join(_CAPTURE)} FROM snapshots ORDER BY payload_digest LIMIT ?",  # noqa: S608
        [number],
    ).fetchall()
    return [Capture(**dict(zip(_CAPTURE, row, strict=True))) for row in rows]
