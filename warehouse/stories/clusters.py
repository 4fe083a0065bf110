"""Articles that tell one story, from texts that are the same or nearly so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import duckdb

from warehouse.tables import append, arrow_table, columns

CONTAINED = 0.6
"""Share of the shorter text that makes two pages one story, when they are of different sites."""

ALIKE = 0.8
"""Jaccard similarity that does so on one site, whose template all its pages share."""


def components(edges: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The connected components of a graph, by union-find."""
    parents: dict[str, str] = {}

    def root(node: str) -> str:
        parents.setdefault(node, node)
        while parents[node] != node:
            parents[node] = node = parents[parents[node]]
        return node

    for one, other in edges:
        parents[root(one)] = root(other)
    members: dict[str, set[str]] = defaultdict(set)
    for node in parents:
        members[root(node)].add(node)
    return list(members.values())


def update_members(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table ``story_members`` say what texts and pairs say now."""
    now = set(_members(connection))
    stored = set(connection.execute("SELECT story_id, article_id FROM story_members").fetchall())
    gone = [article_id for _, article_id in stored - now]
    connection.execute("DELETE FROM story_members WHERE list_contains($1, article_id)", [gone])
    data = columns(("story_id", "article_id"), sorted(now - stored))
    append(connection, "story_members", arrow_table(connection, "story_members", data))


def _members(connection: duckdb.DuckDBPyConnection) -> Iterable[tuple[str, str]]:
    seen: dict[str, datetime] = dict(
        connection.execute("SELECT article_id, first_seen_at FROM articles").fetchall()
    )
    for component in components(_edges(connection)):
        articles = sorted(node for node in component if node in seen)
        if len(articles) > 1:
            first = min(articles, key=seen.__getitem__)
            yield from ((first, article_id) for article_id in articles)


def _edges(connection: duckdb.DuckDBPyConnection) -> Iterable[tuple[str, str]]:
    """Articles with the texts they have had, and texts that tell one story."""
    return connection.execute(
        """
        WITH sites AS (
            SELECT
                text,
                min(coalesce(platform, source_id, '')) AS least,
                max(coalesce(platform, source_id, '')) AS greatest,
                count(DISTINCT article_id) AS articles
            FROM article_texts
            JOIN article_versions USING (article_id, version)
            LEFT JOIN sources USING (source_id)
            WHERE text IS NOT NULL
            GROUP BY text
        ),
        linked AS (
            SELECT text, earlier_text
            FROM text_pairs
            JOIN sites AS one USING (text)
            JOIN sites AS other ON other.text = earlier_text
            WHERE jaccard >= $alike
                OR (
                    greatest(containment, earlier_containment) >= $contained
                    AND (one.least <> other.greatest OR one.greatest <> other.least)
                )
        ),
        told AS (
            SELECT text FROM sites WHERE articles > 1
            UNION SELECT text FROM linked
            UNION SELECT earlier_text FROM linked
        )
        SELECT text::VARCHAR, earlier_text::VARCHAR FROM linked
        UNION ALL
        SELECT DISTINCT text::VARCHAR, article_id FROM article_texts SEMI JOIN told USING (text)
        """,
        {"alike": ALIKE, "contained": CONTAINED},
    ).fetchall()
