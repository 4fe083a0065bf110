-- What should be here and what is: by source and day, and source by source.

CREATE VIEW coverage AS
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
    GROUP BY source_id
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
            coalesce(least(since, first_day), today.day), greatest(last_day, today.day), INTERVAL 1 DAY
        ))::DATE AS day
    FROM sources
    CROSS JOIN today
    LEFT JOIN listed USING (source_id)
    LEFT JOIN looks USING (source_id)
    LEFT JOIN (
        SELECT source_id, min(day) AS first_day, max(day) AS last_day FROM counted GROUP BY source_id
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
        WHEN day >= since AND (whole AT TIME ZONE 'UTC')::DATE > day THEN 'complete'
        WHEN expected > 0 OR (day >= since AND (any_look AT TIME ZONE 'UTC')::DATE >= day) THEN 'partial'
        ELSE 'not_looked'
    END AS certainty
FROM (
    SELECT source_id, day, since, whole, any_look, expected, seen, loaded, missing
    FROM spans
    FULL JOIN counted USING (source_id, day)
);
COMMENT ON VIEW coverage IS 'What each source published on each day and what is here of it; tells no news from not looked';
COMMENT ON COLUMN coverage.source_id IS 'Source';
COMMENT ON COLUMN coverage.day IS 'Day of publication (UTC), for pages not read the day their list gives; null counts the pages that tell none';
COMMENT ON COLUMN coverage.expected IS 'Pages of that day that are known of: listed by the source, or named by somebody';
COMMENT ON COLUMN coverage.seen IS 'Those of them that were read';
COMMENT ON COLUMN coverage.loaded IS 'Those of them that hold an article; the other seen ones were rejected';
COMMENT ON COLUMN coverage.missing IS 'Those of them that were not read: not due yet, or not to be had';
COMMENT ON COLUMN coverage.certainty IS 'How sure expected is. complete: the lists were seen to their end after that day was over, so 0 means none; partial: there may be more; not_looked: 0 means nothing';

CREATE VIEW source_health AS
WITH
last_looks AS (
    SELECT source_id, arg_max(run_id, visited_at) AS run_id, max(visited_at) AS looked_at
    FROM fetches
    WHERE cause = 'captured'
    GROUP BY source_id
),
last_run AS (
    SELECT source_id, looked_at, count(*) AS looks, count(*) FILTER (WHERE outcome = 'unread') AS unread,
        count(*) FILTER (WHERE outcome = 'rejected') AS rejected
    FROM fetches
    JOIN last_looks USING (source_id, run_id)
    GROUP BY source_id, looked_at
),
lists AS (
    SELECT source_id, max(finished_at) FILTER (WHERE complete) AS listed_at,
        arg_max(complete, started_at) AS complete
    FROM discoveries
    GROUP BY source_id
),
pages_known AS (
    SELECT source_id, count(*) AS pages, count(*) FILTER (WHERE failures > 0) AS failing,
        count(*) FILTER (WHERE gone_at IS NOT NULL) AS gone
    FROM pages
    GROUP BY source_id
),
published AS (
    SELECT source_id, count(*) AS articles, count(date_published) / count(*) AS share_with_date,
        max(date_published) AS last_published,
        -- How long it was silent between two days with news, nine times out of ten at most.
        quantile_disc(gap, 0.9) AS usual_gap
    FROM (
        SELECT source_id, date_published, date_diff('day',
            lag(date_published) OVER (PARTITION BY source_id ORDER BY date_published), date_published
        ) AS gap
        FROM articles
    )
    GROUP BY source_id
)
SELECT
    source_id,
    sources.publisher,
    enabled,
    CASE
        WHEN looked_at IS NULL THEN 'never_looked'
        WHEN 2 * unread >= looks THEN 'unreachable'
        WHEN NOT complete THEN 'lists_cut_short'
        WHEN 2 * rejected >= looks THEN 'rejecting'
        WHEN date_diff('day', last_published, looked_at) > greatest(7, 3 * usual_gap) THEN 'silent'
        ELSE 'healthy'
    END AS state,
    looked_at,
    listed_at,
    coalesce(looks, 0) AS looks,
    coalesce(unread, 0) AS unread,
    coalesce(rejected, 0) AS rejected,
    coalesce(pages, 0) AS pages,
    coalesce(failing, 0) AS failing,
    coalesce(gone, 0) AS gone,
    coalesce(articles, 0) AS articles,
    share_with_date,
    last_published,
    usual_gap
FROM sources
LEFT JOIN last_run USING (source_id)
LEFT JOIN lists USING (source_id)
LEFT JOIN pages_known USING (source_id)
LEFT JOIN published USING (source_id);
COMMENT ON VIEW source_health IS 'How each declared source is doing: the last look at it, its lists, its pages, its articles';
COMMENT ON COLUMN source_health.source_id IS 'Source';
COMMENT ON COLUMN source_health.publisher IS 'Who publishes';
COMMENT ON COLUMN source_health.enabled IS 'Whether runs without targets collect from it';
COMMENT ON COLUMN source_health.state IS 'never_looked; unreachable or rejecting: half of the last looks or more; lists_cut_short: the last look at its lists did not come to their end; silent: nothing new for a week and three times its usual gap; healthy';
COMMENT ON COLUMN source_health.looked_at IS 'Latest look at one of its pages';
COMMENT ON COLUMN source_health.listed_at IS 'When its lists were last seen to their end; null for sources whose pages are only named';
COMMENT ON COLUMN source_health.looks IS 'Looks at its pages in the last run that had any';
COMMENT ON COLUMN source_health.unread IS 'Those of them that could not be read';
COMMENT ON COLUMN source_health.rejected IS 'Those of them that gave no article';
COMMENT ON COLUMN source_health.pages IS 'Pages that it has listed';
COMMENT ON COLUMN source_health.failing IS 'Those of them whose last look brought no usable answer';
COMMENT ON COLUMN source_health.gone IS 'Those of them that are gone';
COMMENT ON COLUMN source_health.articles IS 'Articles from it';
COMMENT ON COLUMN source_health.share_with_date IS 'Share of them with a date of publication, 0 to 1; null without articles';
COMMENT ON COLUMN source_health.last_published IS 'Latest date of publication';
COMMENT ON COLUMN source_health.usual_gap IS 'Days between one article and the next, nine times out of ten at most';
