"""The versions of an article as the warehouse has them, each beside the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import duckdb

from flows.pages.side_by_side import Row, side_by_side

STEPS_SHOWN = 5
"""Versions that are laid beside the one before, the latest first."""


class Version(NamedTuple):
    """A version; ``seen_at`` is when the look that made it was taken."""

    version: int
    cause: str
    seen_at: datetime | None
    headline: str | None
    authors: Sequence[str]
    date_published: datetime | None
    date_published_precision: str
    word_count: int
    parser_version: str


class Change(NamedTuple):
    """A row of ``changes``: what differs from the version before."""

    what: str
    kind: str
    before: str | None
    after: str | None
    aspects: Sequence[str]


class Step(NamedTuple):
    """A version beside the one before: what changed, and both texts in rows."""

    before: Version
    after: Version
    changes: Sequence[Change]
    rows: Sequence[Row]


class History(NamedTuple):
    """All versions of an article, the first one first, and the latest steps, the last one first."""

    article_id: str
    versions: Sequence[Version]
    steps: Sequence[Step]


def find_history(connection: duckdb.DuckDBPyConnection, name: str) -> History | None:
    """The history of the article with this id or address; None when there is none."""
    row = connection.execute(
        """
        SELECT article_id FROM article_versions
        WHERE article_id = $1 OR url = $1 OR canonical_url = $1
        ORDER BY article_id = $1 DESC, run_id DESC
        LIMIT 1
        """,
        [name],
    ).fetchone()
    return _history(connection, row[0]) if row else None


def _history(connection: duckdb.DuckDBPyConnection, article_id: str) -> History:
    rows = connection.execute(
        """
        SELECT version, cause, seen_at, headline, authors, date_published,
            date_published_precision, word_count, parser_version
        FROM article_versions
        LEFT JOIN (
            SELECT version, min(visited_at) AS seen_at FROM fetches
            WHERE article_id = $1 AND outcome IN ('new', 'updated')
            GROUP BY version
        ) USING (version)
        WHERE article_id = $1
        ORDER BY version
        """,
        [article_id],
    ).fetchall()
    versions = [Version(*row) for row in rows]
    latest = list(pairwise(versions))[-STEPS_SHOWN:]
    steps = [_step(connection, article_id, *pair) for pair in reversed(latest)]
    return History(article_id, versions, steps)


def _step(
    connection: duckdb.DuckDBPyConnection, article_id: str, before: Version, after: Version
) -> Step:
    rows = connection.execute(
        """
        SELECT what, kind, before, after, aspects FROM changes
        WHERE article_id = ? AND version = ?
        ORDER BY kind = 'substantive' DESC, position NULLS FIRST
        """,
        [article_id, after.version],
    ).fetchall()
    texts = [_paragraphs(connection, article_id, version) for version in (before, after)]
    return Step(before, after, [Change(*row) for row in rows], side_by_side(*texts))


def _paragraphs(
    connection: duckdb.DuckDBPyConnection, article_id: str, version: Version
) -> list[str]:
    """The headline and the kept texts of a version."""
    rows = connection.execute(
        "SELECT text FROM paragraphs WHERE article_id = ? AND version = ? ORDER BY paragraph",
        [article_id, version.version],
    ).fetchall()
    return [version.headline or "(no headline)", *(text for (text,) in rows)]
