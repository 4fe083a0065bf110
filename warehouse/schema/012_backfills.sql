-- Backfills: what was asked for, window by window, so that one that broke off goes on.

CREATE TABLE backfills (
    backfill_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    missing_only BOOLEAN NOT NULL,
    targets VARCHAR[] NOT NULL,
    complete BOOLEAN NOT NULL,
    planned_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE backfills IS 'Ledger: backfills that were planned, each for one source and a span of days';
COMMENT ON COLUMN backfills.backfill_id IS 'Run that planned it';
COMMENT ON COLUMN backfills.source_id IS 'Source';
COMMENT ON COLUMN backfills.since IS 'First day asked for';
COMMENT ON COLUMN backfills.until IS 'Last day asked for';
COMMENT ON COLUMN backfills.missing_only IS 'Whether only pages that were never read were asked for';
COMMENT ON COLUMN backfills.targets IS 'WARC files and folders that were named; empty when pages are asked for on the web';
COMMENT ON COLUMN backfills.complete IS 'Whether the lists were read to their end and reach back to its first day';
COMMENT ON COLUMN backfills.planned_at IS 'When the lists were read';

CREATE TABLE backfill_windows (
    backfill_id VARCHAR NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    pages INTEGER NOT NULL,
    urls VARCHAR[] NOT NULL,
    run_id VARCHAR,
    finished_at TIMESTAMPTZ
);
COMMENT ON TABLE backfill_windows IS 'The windows of a backfill: each is done by a run of its own, the newest first';
COMMENT ON COLUMN backfill_windows.backfill_id IS 'Backfill';
COMMENT ON COLUMN backfill_windows.since IS 'First day of the window';
COMMENT ON COLUMN backfill_windows.until IS 'Last day of the window';
COMMENT ON COLUMN backfill_windows.pages IS 'Pages listed for it';
COMMENT ON COLUMN backfill_windows.urls IS 'Their canonical addresses, see pages; empty once the window is finished';
COMMENT ON COLUMN backfill_windows.run_id IS 'Run that finished it; null while it is open';
COMMENT ON COLUMN backfill_windows.finished_at IS 'When every page of it had been asked for; null while it is open';

-- As before, but that a backfill vouches for the days of its own windows and for no others: the
-- oldest page that it found says nothing of the days between that and what usual runs list.
CREATE OR REPLACE VIEW coverage AS
WITH
-- Every page that a source listed, or that somebody named and a run read.
known AS (
    SELECT source_id, article_id, lastmod, payload_digest IS NOT NULL AS seen FROM pages
    UNION ALL
    SELECT source_id, max(article_id), NULL, bool_or(payload_digest IS NOT NULL)
    FROM fetches
    ANTI JOIN pages USING (url)
    WHERE source_id IS NOT NULL AND cause = 'captured' AND found_by IS NULL
    GROUP BY source_id, coalesce(url, path, target)
),
dated AS (
    SELECT
        known.source_id,
        (coalesce(date_published, if(known.article_id IS NULL, lastmod, NULL)) AT TIME ZONE 'UTC')::DATE AS day,
        seen,
        known.article_id IS NOT NULL AS loaded
    FROM known
    LEFT JOIN (SELECT article_id, date_published FROM articles) USING (article_id)
),
counted AS (
    SELECT source_id, day, count(*) AS expected, count(*) FILTER (WHERE seen) AS seen,
        count(*) FILTER (WHERE loaded) AS loaded, count(*) FILTER (WHERE NOT seen) AS missing
    FROM dated
    GROUP BY source_id, day
),
-- Lists reach back to their oldest page; what they name is told up to the last look at them.
listed AS (
    SELECT source_id, min((coalesce(date_published, lastmod) AT TIME ZONE 'UTC')::DATE) AS since
    FROM pages
    ANTI JOIN backfills ON pages.found_run_id = backfills.backfill_id
    GROUP BY source_id
),
backfilled AS (
    SELECT DISTINCT source_id, unnest(generate_series(
        windows.since, least(windows.until, (planned_at AT TIME ZONE 'UTC')::DATE - 1), INTERVAL 1 DAY
    ))::DATE AS day, true AS by_backfill
    FROM backfill_windows AS windows
    JOIN backfills USING (backfill_id)
    WHERE complete AND finished_at IS NOT NULL
),
looks AS (
    SELECT source_id, max(started_at) FILTER (WHERE complete) AS whole, max(started_at) AS any_look
    FROM discoveries
    GROUP BY source_id
),
today AS (SELECT (max(coalesce(finished_at, started_at)) AT TIME ZONE 'UTC')::DATE AS day FROM runs),
spans AS (
    SELECT sources.source_id, since, whole, any_look,
        unnest(generate_series(
            coalesce(least(since, first_day, first_backfilled), today.day),
            greatest(last_day, last_backfilled, today.day),
            INTERVAL 1 DAY
        ))::DATE AS day
    FROM sources
    CROSS JOIN today
    LEFT JOIN listed USING (source_id)
    LEFT JOIN looks USING (source_id)
    LEFT JOIN (
        SELECT source_id, min(day) AS first_day, max(day) AS last_day FROM counted GROUP BY source_id
    ) USING (source_id)
    LEFT JOIN (
        SELECT source_id, min(day) AS first_backfilled, max(day) AS last_backfilled
        FROM backfilled
        GROUP BY source_id
    ) USING (source_id)
    WHERE today.day IS NOT NULL
)
SELECT
    source_id,
    day,
    coalesce(expected, 0) AS expected,
    coalesce(seen, 0) AS seen,
    coalesce(loaded, 0) AS loaded,
    coalesce(missing, 0) AS missing,
    CASE
        WHEN by_backfill OR (day >= since AND (whole AT TIME ZONE 'UTC')::DATE > day) THEN 'complete'
        WHEN expected > 0 OR (day >= since AND (any_look AT TIME ZONE 'UTC')::DATE >= day) THEN 'partial'
        ELSE 'not_looked'
    END AS certainty
FROM (
    SELECT source_id, day, since, whole, any_look, expected, seen, loaded, missing
    FROM spans
    FULL JOIN counted USING (source_id, day)
)
LEFT JOIN backfilled USING (source_id, day);
COMMENT ON VIEW coverage IS 'What each source published on each day and what is here of it; tells no news from not looked';
COMMENT ON COLUMN coverage.source_id IS 'Source';
COMMENT ON COLUMN coverage.day IS 'Day of publication (UTC), for pages not read the day their list gives; null counts the pages that tell none';
COMMENT ON COLUMN coverage.expected IS 'Pages of that day that are known of: listed by the source, or named by somebody';
COMMENT ON COLUMN coverage.seen IS 'Those of them that were read';
COMMENT ON COLUMN coverage.loaded IS 'Those of them that hold an article; the other seen ones were rejected';
COMMENT ON COLUMN coverage.missing IS 'Those of them that were not read: not due yet, or not to be had';
COMMENT ON COLUMN coverage.certainty IS 'How sure expected is. complete: the lists were seen to their end after that day was over, by usual runs or a backfill, so 0 means none; partial: there may be more; not_looked: 0 means nothing';
