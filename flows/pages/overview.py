"""What a report tells of a warehouse, asked of the copy that readers open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import duckdb

from parsers.items import RunReport
from warehouse.questions import find_question
from warehouse.runs import report

ARTICLES_SHOWN = 20
"""Articles of a kind (newest, edited, gone) and rejected pages that a report names."""

RULES_SHOWN = 30
LATELY_DAYS = 30
"""Days before the last run that are held against all time before them."""

DAYS_SHOWN = 90
"""Days up to the last run whose coverage a report shows day by day."""

FEWEST_LATELY, FEWEST_BEFORE = 5, 10
"""Pages of a source on each side of that line, fewer of which tell nothing."""


class Standing(NamedTuple):
    """How fresh and how large the copy is; the first fields are those of ``publication``."""

    as_of: datetime | None
    run_id: str | None
    kind: str | None
    status: str | None
    complete: bool | None
    articles: int
    versions: int
    words: int
    sources: int
    gone: int
    stories: int
    captures: int


class Month(NamedTuple):
    """Articles of a source published in a month; None for those without a date."""

    source_id: str | None
    month: date | None
    articles: int


class Rule(NamedTuple):
    """What a rule removed from the articles as they read now."""

    rule: str
    reason: str
    articles: int
    blocks: int
    characters: int


class Rejections(NamedTuple):
    """Pages of a source that were rejected for a reason, over all runs."""

    source_id: str | None
    reason: str
    pages: int
    last_rejected_at: datetime


class RejectedPage(NamedTuple):
    """One of the pages that were rejected last."""

    target: str
    source_id: str | None
    reason: str
    detail: str
    rejected_at: datetime

    @property
    def name(self) -> str:
        """What its stored page is found by; see ``latest_pages``."""
        return f"{self.source_id or ''} {self.target}"


class Drift(NamedTuple):
    """How a source came out before and lately; shares are of 1, ``words`` a median.

    ``pages_before`` and ``pages`` are the looks at its pages, ``articles_before`` and ``articles``
    those that were first seen in that time.
    """

    source_id: str
    pages_before: int
    pages: int
    articles_before: int
    articles: int
    rejected_before: float
    rejected: float
    dated_before: float | None
    dated: float | None
    signed_before: float | None
    signed: float | None
    kept_before: float | None
    kept: float | None
    words_before: float | None
    words: float | None


class HeldBack(NamedTuple):
    """A page in quarantine, waiting for a person."""

    article_id: str
    source_id: str
    headline: str | None
    detail: str
    quarantined_at: datetime


class Label(NamedTuple):
    """A label of records that no parser knows."""

    source_id: str | None
    label: str
    articles: int
    latest_value: str


class Health(NamedTuple):
    """How a source is doing, as the worked question tells it."""

    source_id: str
    state: str
    looked_at: datetime | None
    looks: int
    unread: int
    rejected: int
    articles: int
    last_published: datetime | None


class Day(NamedTuple):
    """A day of a source, as ``coverage`` tells it."""

    source_id: str
    day: date
    expected: int
    loaded: int
    missing: int
    certainty: str


class Gap(NamedTuple):
    """Days of a source on which pages are missing, or on which nobody looked."""

    source_id: str
    first_day: date
    last_day: date
    certainty: str
    expected: int
    loaded: int
    missing: int


class NewArticle(NamedTuple):
    """An article that was seen for the first time lately."""

    article_id: str
    source_id: str | None
    headline: str | None
    date_published: datetime | None
    date_published_precision: str
    first_seen_at: datetime


class EditedArticle(NamedTuple):
    """A version that a publisher made of an article, and how much it changed."""

    article_id: str
    source_id: str | None
    headline: str | None
    version: int
    kind: str
    changes: int
    headline_changed: bool
    aspects: Sequence[str]


class GoneArticle(NamedTuple):
    """An article whose page was taken off the web."""

    article_id: str
    source_id: str | None
    headline: str | None
    date_published: datetime | None
    date_published_precision: str
    gone_at: datetime
    days_up: int


class Overview(NamedTuple):
    """All that a report tells. ``run`` is the last one, None before any and while it is open."""

    standing: Standing
    run: RunReport | None
    months: Sequence[Month]
    rules: Sequence[Rule]
    rejections: Sequence[Rejections]
    rejected: Sequence[RejectedPage]
    drifts: Sequence[Drift]
    held_back: Sequence[HeldBack]
    labels: Sequence[Label]
    health: Sequence[Health]
    days: Sequence[Day]
    gaps: Sequence[Gap]
    newest: Sequence[NewArticle]
    edited: Sequence[EditedArticle]
    gone: Sequence[GoneArticle]


def overview(connection: duckdb.DuckDBPyConnection) -> Overview:
    """Ask a warehouse all that a report tells of it."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query).fetchall()

    standing = Standing(*ask(_STANDING)[0])
    ended = standing.run_id and standing.status not in ("running", "crashed")
    return Overview(
        standing,
        report(connection, standing.run_id) if ended and standing.run_id else None,
        [Month(*row) for row in ask("SELECT source_id, month, articles FROM coverage_by_month")],
        [Rule(*row) for row in ask(_RULES)],
        [Rejections(*row) for row in ask(_REJECTIONS)],
        [RejectedPage(*row) for row in ask(_REJECTED)],
        [Drift(*row) for row in ask(_DRIFTS)],
        [HeldBack(*row) for row in ask(_HELD_BACK)],
        [Label(*row) for row in ask(_LABELS)],
        [Health(*row) for row in ask(find_question("sources_that_need_a_look").sql)],
        [Day(*row) for row in ask(_DAYS)],
        [Gap(*row) for row in ask(find_question("coverage_gaps").sql)],
        [NewArticle(*row) for row in ask(_NEWEST)],
        [EditedArticle(*row) for row in ask(_EDITED)],
        [GoneArticle(*row) for row in ask(_GONE)],
    )


_STANDING = """
    SELECT as_of, run_id, kind, status, complete,
        (SELECT count(*) FROM articles),
        (SELECT count(*) FROM article_versions),
        (SELECT coalesce(sum(word_count), 0)::BIGINT FROM articles),
        (SELECT count(DISTINCT source_id) FROM articles),
        (SELECT count(*) FROM articles WHERE gone_at IS NOT NULL),
        (SELECT count(*) FROM (
            SELECT story_id FROM story_members GROUP BY story_id HAVING count(*) > 1
        )),
        (SELECT count(*) FROM snapshots)
    FROM publication
"""

_RULES = """
    SELECT rule, reason, sum(articles)::BIGINT, sum(blocks)::BIGINT AS blocks,
        sum(characters)::BIGINT
    FROM rule_activity
    GROUP BY rule, reason
    ORDER BY blocks DESC, rule
"""

_REJECTIONS = """
    SELECT source_id, reason, pages, last_rejected_at
    FROM rejections_by_reason
    ORDER BY pages DESC, source_id, reason
    LIMIT 50
"""

_REJECTED = f"""
    SELECT target, source_id, reason, detail, rejected_at
    FROM rejections
    QUALIFY row_number() OVER (
        PARTITION BY source_id, coalesce(url, path, target) ORDER BY rejected_at DESC, run_id DESC
    ) = 1
    ORDER BY rejected_at DESC, target
    LIMIT {ARTICLES_SHOWN}
"""  # noqa: S608 - a number of our own

_DRIFTS = f"""
    WITH line AS (
        SELECT max(coalesce(finished_at, started_at)) - INTERVAL {LATELY_DAYS} DAY AS since
        FROM runs
    ),
    looks AS (
        SELECT source_id, visited_at >= since AS lately, outcome = 'rejected' AS rejected
        FROM fetches, line
        WHERE cause = 'captured' AND outcome <> 'unread' AND source_id IS NOT NULL
    ),
    looked AS (
        SELECT source_id,
            count(*) FILTER (NOT lately) AS pages_before,
            count(*) FILTER (lately) AS pages,
            avg(rejected::INTEGER) FILTER (NOT lately) AS rejected_before,
            avg(rejected::INTEGER) FILTER (lately) AS rejected
        FROM looks
        GROUP BY source_id
        HAVING pages_before >= {FEWEST_BEFORE} AND pages >= {FEWEST_LATELY}
    ),
    read AS (
        SELECT source_id, first_seen_at >= since AS lately, date_published IS NOT NULL AS dated,
            authors <> [] AS signed, word_count,
            non_space_characters(article_body) / input_characters AS kept
        FROM articles, line
        WHERE source_id IN (SELECT source_id FROM looked) AND input_characters > 0
    ),
    came AS (
        SELECT source_id,
            count(*) FILTER (NOT lately) AS articles_before,
            count(*) FILTER (lately) AS articles,
            avg(dated::INTEGER) FILTER (NOT lately) AS dated_before,
            avg(dated::INTEGER) FILTER (lately) AS dated,
            avg(signed::INTEGER) FILTER (NOT lately) AS signed_before,
            avg(signed::INTEGER) FILTER (lately) AS signed,
            avg(kept) FILTER (NOT lately) AS kept_before,
            avg(kept) FILTER (lately) AS kept,
            median(word_count) FILTER (NOT lately) AS words_before,
            median(word_count) FILTER (lately) AS words
        FROM read
        GROUP BY source_id
    )
    SELECT source_id, pages_before, pages, coalesce(articles_before, 0), coalesce(articles, 0),
        rejected_before, rejected, dated_before, dated, signed_before, signed, kept_before, kept,
        words_before, words
    FROM looked
    LEFT JOIN came USING (source_id)
    ORDER BY source_id
"""  # noqa: S608 - numbers of our own

_HELD_BACK = f"""
    SELECT article_id, source_id, headline, detail, quarantined_at
    FROM quarantine
    WHERE state = 'waiting'
    ORDER BY quarantined_at DESC, article_id
    LIMIT {ARTICLES_SHOWN}
"""  # noqa: S608 - a number of our own

_LABELS = """
    SELECT source_id, label, articles, latest_value
    FROM unknown_labels
    ORDER BY articles DESC, source_id, label
    LIMIT 20
"""

_DAYS = f"""
    SELECT source_id, day, expected, loaded, missing, certainty
    FROM coverage, publication
    WHERE day <= as_of AND day > as_of - INTERVAL {DAYS_SHOWN} DAY AND source_id IS NOT NULL
    ORDER BY source_id, day
"""  # noqa: S608 - a number of our own

_NEWEST = f"""
    SELECT article_id, source_id, headline, date_published, date_published_precision, first_seen_at
    FROM articles
    ORDER BY date_trunc('day', first_seen_at) DESC, date_published DESC NULLS LAST, article_id
    LIMIT {ARTICLES_SHOWN}
"""  # noqa: S608 - a number of our own

_EDITED = f"""
    WITH latest AS (
        SELECT article_id, version, edits.source_id, kind,
            substantive_changes + cosmetic_changes AS changes, headline_changed, aspects, run_id
        FROM edits
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY version DESC) = 1
        ORDER BY run_id DESC, kind DESC, changes DESC, article_id
        LIMIT {ARTICLES_SHOWN}
    )
    SELECT article_id, latest.source_id, headline, latest.version, kind, changes,
        headline_changed, aspects
    FROM latest
    JOIN (SELECT article_id, headline FROM articles) USING (article_id)
    ORDER BY latest.run_id DESC, kind DESC, changes DESC, article_id
"""  # noqa: S608 - a number of our own

_GONE = f"""
    SELECT article_id, source_id, headline, date_published, date_published_precision, gone_at,
        days_up
    FROM gone_articles
    JOIN (SELECT article_id, date_published_precision FROM articles) USING (article_id)
    ORDER BY gone_at DESC, article_id
    LIMIT {ARTICLES_SHOWN}
"""  # noqa: S608 - a number of our own
