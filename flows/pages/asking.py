"""What a report tells of a warehouse, asked of the copy that readers open."""

from __future__ import annotations

from typing import Any

import duckdb

from flows.pages.overview import (
    ARTICLES_SHOWN,
    DAYS_SHOWN,
    FEWEST_BEFORE,
    FEWEST_LATELY,
    LATELY_DAYS,
    Day,
    Drift,
    EditedArticle,
    Gap,
    GoneArticle,
    Health,
    HeldBack,
    Label,
    Month,
    NewArticle,
    Overview,
    RejectedPage,
    Rejections,
    Rule,
    Standing,
)
from warehouse.questions import find_question
from warehouse.runs import report


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
