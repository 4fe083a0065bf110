"""What the warehouse holds of each page that can be read again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

from flows.comparing.differences import Fate, StoredArticle, told_attributes, told_date
from warehouse import StoredPage

Version = tuple[str, int]


class Held(NamedTuple):
    """What the last look at a page came to: a version of an article, or why there is none."""

    version: Version | None
    reason: str

    def __str__(self) -> str:
        return f"{self.version[0]}@{self.version[1]}" if self.version else self.reason


Place = tuple[str | None, str]
"""What a page is known by: its source, and its address, else its path."""


def place_of(page: StoredPage) -> Place:
    """What a page is known by."""
    return page.source_id, page.url or page.path or page.target


def held_pages(connection: duckdb.DuckDBPyConnection) -> dict[Place, Held]:
    """What the last look at each page came to, its capture read again included."""
    rows = connection.execute(
        """
        SELECT source_id, place, article_id, version, if(outcome = 'rejected', reason, outcome)
        FROM (
            SELECT source_id, coalesce(url, path, target) AS place, article_id, version, outcome,
                run_id, target
            FROM fetches
            WHERE payload_digest IS NOT NULL
            QUALIFY row_number() OVER (
                PARTITION BY source_id, place ORDER BY run_id DESC, visited_at DESC
            ) = 1
        )
        LEFT JOIN (SELECT run_id, target, any_value(reason) AS reason FROM rejections GROUP BY ALL)
            USING (run_id, target)
        """
    ).fetchall()
    return {
        (source_id, place): Held((article_id, version) if article_id else None, reason)
        for source_id, place, article_id, version, reason in rows
    }


def stored_articles(
    connection: duckdb.DuckDBPyConnection, versions: Collection[Version]
) -> dict[Version, StoredArticle]:
    """These versions with every block, by id and number."""
    if not versions:
        return {}
    ids = sorted({article_id for article_id, _ in versions})
    blocks = _blocks(connection, ids)
    attributes = _attributes(connection, ids)
    rows = _rows(
        connection,
        """
        SELECT article_id, version, payload_digest, body_digest, headline, authors,
            date_published, date_published_precision, date_modified, description, section, area,
            publisher, in_language, canonical_url, flags
        FROM article_versions
        """,
        ids,
    )
    articles = {}
    for article_id, version, payload_digest, body_digest, *rest in rows:
        key = (article_id, version)
        if key not in versions:
            continue
        kept, left = blocks.get(key, ([], []))
        fields = _fields(article_id, attributes.get(key, ""), *rest)
        articles[key] = StoredArticle(
            article_id, version, payload_digest, body_digest, fields, kept, left
        )
    return articles


def _fields(
    article_id: str,
    attributes: str,
    headline: str | None,
    authors: Sequence[str],
    published: datetime | None,
    precision: str,
    modified: datetime | None,
    *texts_and_flags: Any,
) -> Mapping[str, str]:
    """The fields that are compared, in the words of ``told_fields``."""
    *texts, flags = texts_and_flags
    names = ("description", "section", "area", "publisher", "in_language", "canonical_url")
    return {
        "article_id": article_id,
        "headline": headline or "",
        "authors": ", ".join(authors),
        "date_published": told_date(published, precision),
        "date_modified": told_date(modified, "minute"),
        **{name: text or "" for name, text in zip(names, texts, strict=True)},
        "flags": ", ".join(sorted(flags)),
        "attributes": attributes,
    }


def _blocks(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str]
) -> dict[Version, tuple[list[Fate], list[Fate]]]:
    """The kept blocks of each version of some articles, and the others, in order."""
    rows = _rows(
        connection,
        """
        SELECT article_id, version, text, role, coalesce(rule, 'moved to ' || field)
        FROM blocks
        """,
        ids,
        "ORDER BY article_id, version, position",
    )
    found: dict[Version, tuple[list[Fate], list[Fate]]] = {}
    for article_id, version, text, role, by in rows:
        kept, left = found.setdefault((article_id, version), ([], []))
        (kept if role else left).append(Fate(text, role or by))
    return found


def _attributes(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[Version, str]:
    rows = _rows(
        connection, "SELECT article_id, version, name, value, normalised_value FROM attributes", ids
    )
    found: dict[Version, list[tuple[str, str, str | None]]] = {}
    for article_id, version, *attribute in rows:
        found.setdefault((article_id, version), []).append(tuple(attribute))
    return {version: told_attributes(attributes) for version, attributes in found.items()}


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, ids: Sequence[str], rest: str = ""
) -> list[tuple[Any, ...]]:
    """Rows of some articles. The ids stand in the query: a filter that reaches the scans."""
    marks = ", ".join("?" * len(ids))
    return connection.execute(f"{query} WHERE article_id IN ({marks}) {rest}", ids).fetchall()
