"""The pages that sources list: when each is due, what it held last, whether it still stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from threading import Lock
from typing import Any

import duckdb

from parsers.items import PageRef
from warehouse.tables import arrow_table, beside, columns, matching, merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the web as it is known between looks at it; the table ``pages`` tells the fields.

    ``url`` is canonical and identifies it, ``address`` is what to ask for. All times are aware.
    """

    url: str
    address: str
    source_id: str
    found_by: str
    found_at: str | None
    found_run_id: str
    lastmod: datetime | None
    first_seen_at: datetime
    due_at: datetime
    last_seen_at: datetime | None = None
    fetched_at: datetime | None = None
    final_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validators_lie: bool = False
    not_modified: int = 0
    payload_digest: str | None = None
    article_id: str | None = None
    date_published: datetime | None = None
    changed_at: datetime | None = None
    failures: int = 0
    missing_since: datetime | None = None
    missing_run_id: str | None = None
    gone_at: datetime | None = None


def found_page(ref: PageRef, run_id: str, now: datetime) -> Page:
    """A page as it is when it has just been found: due at once."""
    return Page(
        url=ref.url,
        address=ref.listed_url or ref.url,
        source_id=ref.source_id,
        found_by=ref.found_by,
        found_at=ref.found_at,
        found_run_id=run_id,
        lastmod=ref.lastmod,
        first_seen_at=now,
        due_at=now,
    )


_PAGE = tuple(field.name for field in fields(Page))
_SELECT = f"SELECT {', '.join(_PAGE)} FROM pages"  # noqa: S608 - column names of our own type
_values = attrgetter(*_PAGE)


class PageLookup:
    """Reads the table ``pages`` on a connection of its own, so that other threads may ask.

    It sees what was committed. A context manager that closes the connection.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = beside(connection)
        self._lock = Lock()  # a connection serves one thread at a time

    def __enter__(self) -> PageLookup:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def seen_before(self, urls: Collection[str]) -> set[str]:
        """Those of the canonical addresses that a whole discovery of their source has brought.

        Pages of one that broke off do not count: what it had not reached yet would be passed by.
        """
        query = """
            SELECT url
            FROM pages
            SEMI JOIN batch USING (url)
            JOIN (
                SELECT source_id, max(run_id) AS run_id
                FROM discoveries
                WHERE complete
                GROUP BY source_id
            ) AS last_whole USING (source_id)
            WHERE found_run_id <= last_whole.run_id
        """
        with self._lock:
            return {str(url) for (url,) in matching(self._connection, query, "url", urls)}

    def was_collected(self, source_id: str) -> bool:
        """Whether a discovery of the source ever came to its end with nothing wrong."""
        query = "SELECT count(*) > 0 FROM discoveries WHERE source_id = ? AND complete"
        with self._lock:
            return self._connection.execute(query, [source_id]).fetchone() == (True,)

    def find(self, urls: Collection[str]) -> dict[str, Page]:
        """The pages that are known under these canonical addresses, by address."""
        query = f"{_SELECT} SEMI JOIN batch USING (url)"
        with self._lock:
            pages = map(_page, matching(self._connection, query, "url", urls))
            return {page.url: page for page in pages}

    def due(self, source_id: str, now: datetime, limit: int) -> tuple[Page, ...]:
        """Pages of a source that are due, at most ``limit``, those due longest first.

        Pages never fetched and pages to be looked at again take turns, so that neither a large
        find nor a large stock keeps the other waiting.
        """
        query = f"""
            {_SELECT}
            WHERE source_id = $source_id AND due_at <= $now
            WINDOW turn AS (PARTITION BY fetched_at IS NULL ORDER BY due_at, first_seen_at, url)
            QUALIFY row_number() OVER turn <= $limit
            ORDER BY row_number() OVER turn, fetched_at IS NULL
            LIMIT $limit
        """
        wanted = {"source_id": source_id, "now": now, "limit": limit}
        with self._lock:
            return tuple(map(_page, self._connection.execute(query, wanted).fetchall()))


def record_found(connection: duckdb.DuckDBPyConnection, pages: Sequence[Page]) -> None:
    """Enter pages that were listed: new ones as they are, of known ones what the list says now.

    A known page is due at once when the list tells of a change since it was last fetched.
    """
    distinct = {page.url: page for page in reversed(pages)}
    batch = _table(connection, list(reversed(distinct.values())))
    merge(
        connection,
        "pages",
        "url",
        batch,
        """
        WHEN MATCHED AND batch.lastmod > coalesce(pages.lastmod, '-infinity') THEN UPDATE SET
            lastmod = batch.lastmod,
            due_at = if(
                batch.lastmod > coalesce(pages.lastmod, pages.fetched_at),
                least(pages.due_at, batch.due_at),
                pages.due_at
            )
        WHEN NOT MATCHED THEN INSERT BY NAME
        """,
    )


def record_pages(connection: duckdb.DuckDBPyConnection, pages: Sequence[Page]) -> None:
    """Enter pages as they are after a look, and tell their articles whether they are gone.

    What the latest list said of a page stays as it is. An article is gone when each of its pages
    is, and stands again when one of them does.
    """
    distinct = {page.url: page for page in pages}
    looked_at = [name for name in _PAGE if name not in ("url", "lastmod")]
    assignments = ", ".join(f"{name} = batch.{name}" for name in looked_at)
    merge(
        connection,
        "pages",
        "url",
        _table(connection, list(distinct.values())),
        f"WHEN MATCHED THEN UPDATE SET {assignments} WHEN NOT MATCHED THEN INSERT BY NAME",
    )
    _mark_articles(connection, {page.article_id for page in pages if page.article_id})


def standing_articles(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """How many pages of each source hold an article and are not gone; how many of them a date."""
    rows = connection.execute(
        """
        SELECT source_id, count(*), count(date_published)
        FROM pages
        WHERE article_id IS NOT NULL AND gone_at IS NULL
        GROUP BY source_id
        """
    ).fetchall()
    return {source_id: (articles, dated) for source_id, articles, dated in rows}


def _mark_articles(connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]) -> None:
    matching(
        connection,
        """
        UPDATE article_versions SET gone_at = told.gone_at
        FROM (
            SELECT article_id, if(bool_and(gone_at IS NOT NULL), max(gone_at), NULL) AS gone_at
            FROM pages
            SEMI JOIN batch USING (article_id)
            GROUP BY article_id
        ) AS told
        WHERE article_versions.article_id = told.article_id
            AND article_versions.gone_at IS DISTINCT FROM told.gone_at
        """,
        "article_id",
        article_ids,
    )


def _table(connection: duckdb.DuckDBPyConnection, pages: Sequence[Page]) -> Any:
    return arrow_table(connection, "pages", columns(_PAGE, map(_values, pages)))


def _page(row: tuple[Any, ...]) -> Page:
    return Page(**dict(zip(_PAGE, row, strict=True)))
