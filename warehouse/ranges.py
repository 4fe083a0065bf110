"""What is usual for a source: how its latest articles read, what its lists and pages bring.

Everything is asked once a run, of the tables that a load fills anyway; nothing is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

import duckdb

from warehouse.tables import matching

LATEST = 300
"""Articles of a source whose readings say what is usual: the latest."""

CHROME_PAGES = 5
"""Articles that a block must have been removed from to be known as chrome."""

CHROME_KEPT = 10
"""Chrome was removed from more than so many times as many articles as it was kept in."""


class Signature(NamedTuple):
    """What a reading looks like, whatever it says.

    ``blocks`` and ``list_items`` count kept blocks, ``removed`` non-space characters that rules
    removed, ``leaks`` kept blocks that are known as chrome. ``moment`` is the time of publication,
    when it is known to the minute; ``is_ahead`` when it is not before the first look at the page.
    """

    article_id: str
    has_headline: bool
    has_date: bool
    has_authors: bool
    moment: datetime | None
    is_ahead: bool
    words: int
    blocks: int
    list_items: int
    removed: int
    leaks: int


class History(NamedTuple):
    """The latest articles of a source, oldest first, and its chrome.

    ``released`` are the articles among them that were quarantined and that a person has released,
    each with its alarms. ``chrome`` are texts that were removed from page after page.
    """

    signatures: tuple[Signature, ...] = ()
    released: Mapping[str, tuple[str, ...]] = {}
    chrome: frozenset[str] = frozenset()


class Yield(NamedTuple):
    """How many pages of a source gave no article: of those known before a run, and of its own.

    Pages that gave none before are not counted again. ``examples`` are targets of the run.
    """

    source_id: str
    earlier: int
    earlier_rejected: int
    pages: int
    rejected: int
    examples: tuple[str, ...]


class Listing(NamedTuple):
    """How many pages a source listed in a run, and the fewest in how many looks before it."""

    source_id: str
    listed: int
    fewest: int
    looks: int


class Ranges:
    """Answers what is usual, on the writer's connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def histories(self, source_ids: Collection[str]) -> dict[str, History]:
        """The history of each of the sources; an empty one when it has no article yet."""
        chrome, kept_in = self._chrome(source_ids)
        found: dict[str, list[Signature]] = {source_id: [] for source_id in source_ids}
        released: dict[str, dict[str, tuple[str, ...]]] = {s: {} for s in source_ids}
        for source_id, alarms, article_id, *values in matching(
            self._connection, _SIGNATURES, "source_id", source_ids
        ):
            signature = Signature._make((article_id, *values, kept_in[str(article_id)]))
            found[str(source_id)].append(signature)
            if alarms is not None:
                released[str(source_id)][signature.article_id] = tuple(alarms)  # type: ignore[arg-type]
        return {
            source_id: History(
                tuple(found[source_id]),
                released[source_id],
                frozenset(chrome.get(source_id, ())),
            )
            for source_id in source_ids
        }

    def loaded_digests(self, article_ids: Collection[str]) -> dict[str, str]:
        """What the latest version of each of the articles says, by its ``body_digest``."""
        query = (
            "SELECT article_id, arg_max(body_digest, version) FROM article_versions "
            "SEMI JOIN batch USING (article_id) GROUP BY article_id"
        )
        rows = matching(self._connection, query, "article_id", article_ids)
        return {str(article_id): str(digest) for article_id, digest in rows}

    def yields(self, run_id: str) -> list[Yield]:
        """How many pages of each source of a run gave no article, beside those before it."""
        rows = self._connection.execute(_YIELDS, {"run_id": run_id, "latest": LATEST}).fetchall()
        return [Yield._make((*counts, tuple(examples))) for *counts, examples in rows]

    def listings(self, run_id: str) -> list[Listing]:
        """How many pages each source listed in a run, beside its ten whole looks before."""
        rows = self._connection.execute(
            """
            SELECT now.source_id, now.listed, min(before.listed), count(*)
            FROM discoveries AS now
            JOIN (
                FROM discoveries
                WHERE complete AND run_id <> $1
                QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY started_at DESC) <= 10
            ) AS before USING (source_id)
            WHERE now.run_id = $1
            GROUP BY ALL
            ORDER BY ALL
            """,
            [run_id],
        ).fetchall()
        return [Listing(*row) for row in rows]

    def _chrome(self, source_ids: Collection[str]) -> tuple[dict[str, set[str]], Counter[str]]:
        """The chrome of each source, and how much of it is kept in which of its articles."""
        chrome: dict[str, set[str]] = {}
        kept_in: Counter[str] = Counter()
        for source_id, text, article_ids in matching(
            self._connection, _CHROME, "source_id", source_ids
        ):
            chrome.setdefault(str(source_id), set()).add(str(text))
            kept_in.update(article_ids)  # type: ignore[call-overload]
        return chrome, kept_in


_RECENT = f"""
    recent AS (
        SELECT * EXCLUDE (article_body)
        FROM articles
        SEMI JOIN batch USING (source_id)
        QUALIFY row_number() OVER (
            PARTITION BY source_id ORDER BY run_id DESC, first_seen_at DESC, article_id
        ) <= {LATEST}
    ),
    places AS (
        SELECT source_id, article_id, version, unnest(passages).passage AS passage
        FROM accounts
        JOIN (SELECT source_id, article_id, version FROM recent) USING (article_id, version)
    )
"""  # noqa: S608 - our own constant

_SIGNATURES = f"""
    WITH {_RECENT},
    removed AS (
        SELECT article_id, version, sum(characters)::BIGINT AS characters
        FROM places
        JOIN (SELECT passage, characters FROM passages WHERE disposition = 'removed')
            USING (passage)
        GROUP BY article_id, version
    )
    SELECT
        recent.source_id,
        released.alarms,
        article_id,
        headline IS NOT NULL,
        date_published IS NOT NULL,
        len(authors) > 0,
        if(date_published_precision = 'minute', date_published, NULL),
        coalesce(date_published > first_seen_at - INTERVAL 1 MINUTE, false),
        word_count,
        len(kept),
        len(list_filter(kept, lambda block: block.kind = 'list_item')),
        coalesce(characters, 0)
    FROM recent
    JOIN accounts USING (article_id, version)
    LEFT JOIN removed USING (article_id, version)
    LEFT JOIN (
        SELECT article_id, version, any_value(alarms) AS alarms
        FROM quarantine
        WHERE state = 'released'
        GROUP BY article_id, version
    ) AS released USING (article_id, version)
    ORDER BY recent.run_id, first_seen_at, article_id DESC
"""  # noqa: S608 - our own constant

# Passages are counted before their texts are laid out: the same ones stand on page after page.
_CHROME = f"""
    WITH {_RECENT},
    removed AS (
        SELECT source_id, text, sum(pages) AS pages
        FROM (
            SELECT source_id, pages, unnest(list_distinct(texts)) AS text
            FROM (
                SELECT source_id, passage, count(*) AS pages
                FROM places
                GROUP BY source_id, passage
            )
            JOIN passages USING (passage)
            WHERE disposition = 'removed' AND reason <> 'duplicate'
        )
        WHERE length(text) >= 12 AND contains(text, ' ')
        GROUP BY source_id, text
        HAVING sum(pages) >= {CHROME_PAGES}
    ),
    kept AS (
        SELECT DISTINCT source_id, article_id, unnest(string_split(article_body, E'\\n\\n')) AS text
        FROM article_versions
        SEMI JOIN recent USING (article_id, version)
    )
    SELECT source_id, text, coalesce(list(article_id) FILTER (article_id IS NOT NULL), [])
    FROM removed
    LEFT JOIN kept USING (source_id, text)
    GROUP BY source_id, text, pages
    HAVING count(article_id) * {CHROME_KEPT} < pages
"""  # noqa: S608 - our own constants

_YIELDS = """
    WITH
    looks AS (
        SELECT source_id, target, run_id = $run_id AS is_own, outcome = 'rejected' AS rejected,
            visited_at
        FROM fetches
        WHERE payload_digest IS NOT NULL AND cause = 'captured' AND source_id IN (
            SELECT source_id FROM fetches WHERE run_id = $run_id
        )
    ),
    earlier AS (
        SELECT source_id, target, arg_max(rejected, visited_at) AS rejected
        FROM looks
        WHERE NOT is_own
        GROUP BY source_id, target
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY max(visited_at) DESC) <= $latest
    ),
    own AS (
        SELECT source_id, target, bool_or(looks.rejected) AS rejected
        FROM looks
        ANTI JOIN (FROM earlier WHERE rejected) USING (source_id, target)
        WHERE is_own
        GROUP BY source_id, target
    )
    SELECT source_id, known.pages, known.rejected, count(*), count(*) FILTER (own.rejected),
        coalesce((list(target ORDER BY target) FILTER (own.rejected))[:3], [])
    FROM own
    JOIN (
        SELECT source_id, count(*) AS pages, count(*) FILTER (rejected) AS rejected
        FROM earlier
        GROUP BY source_id
    ) AS known USING (source_id)
    GROUP BY ALL
    ORDER BY ALL
"""
