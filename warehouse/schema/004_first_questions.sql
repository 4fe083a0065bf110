-- Views for the first questions: what each rule removed, why pages were rejected, what a source
-- covers, when a page was last seen, and how fresh this copy is.

CREATE VIEW rule_activity AS
WITH placed_passages AS (
    SELECT article_id, version, unnest(passages).passage AS passage FROM accounts
)
SELECT
    source_id,
    rule,
    reason,
    count(DISTINCT article_id) AS articles,
    sum(block_count)::BIGINT AS blocks,
    sum(characters)::BIGINT AS characters
FROM articles
JOIN placed_passages USING (article_id, version)
JOIN passages USING (passage)
WHERE disposition = 'removed'
GROUP BY source_id, rule, reason;
COMMENT ON VIEW rule_activity IS 'What each rule removed from the latest versions, by source';
COMMENT ON COLUMN rule_activity.source_id IS 'Source of the articles, when known';
COMMENT ON COLUMN rule_activity.rule IS 'The rule';
COMMENT ON COLUMN rule_activity.reason IS 'Why it removes';
COMMENT ON COLUMN rule_activity.articles IS 'Articles that it removed something from';
COMMENT ON COLUMN rule_activity.blocks IS 'Blocks that it removed';
COMMENT ON COLUMN rule_activity.characters IS 'Non-space characters that it removed';

CREATE VIEW rejections_by_reason AS
SELECT
    source_id,
    reason,
    count(DISTINCT coalesce(url, path, target)) AS pages,
    count(*) AS rejections,
    max(rejected_at) AS last_rejected_at
FROM rejections
GROUP BY source_id, reason;
COMMENT ON VIEW rejections_by_reason IS 'Pages that gave no article, by source and reason, over all runs';
COMMENT ON COLUMN rejections_by_reason.source_id IS 'Source of the pages, when known';
COMMENT ON COLUMN rejections_by_reason.reason IS 'Why they were rejected';
COMMENT ON COLUMN rejections_by_reason.pages IS 'Distinct pages';
COMMENT ON COLUMN rejections_by_reason.rejections IS 'Looks at them that ended so';
COMMENT ON COLUMN rejections_by_reason.last_rejected_at IS 'The latest of these looks';

CREATE VIEW coverage_by_month AS
SELECT
    source_id,
    date_trunc('month', date_published AT TIME ZONE 'UTC')::DATE AS month,
    count(*) AS articles,
    sum(word_count)::BIGINT AS words,
    max(first_seen_at) AS last_added_at
FROM articles
GROUP BY source_id, month;
COMMENT ON VIEW coverage_by_month IS 'How many articles of each source were published in each month';
COMMENT ON COLUMN coverage_by_month.source_id IS 'Source of the articles, when known';
COMMENT ON COLUMN coverage_by_month.month IS 'First day of the month of publication (UTC); null for articles without a date';
COMMENT ON COLUMN coverage_by_month.articles IS 'Articles published in the month';
COMMENT ON COLUMN coverage_by_month.words IS 'Words in them';
COMMENT ON COLUMN coverage_by_month.last_added_at IS 'When the latest of them was first seen';

CREATE VIEW last_seen AS
SELECT
    article_id,
    min(visited_at) AS first_seen_at,
    max(visited_at) AS last_seen_at,
    count(*) AS visits
FROM fetches
WHERE article_id IS NOT NULL AND cause = 'captured'
GROUP BY article_id;
COMMENT ON VIEW last_seen IS 'When each article was looked at on its page; reading a stored capture again does not count';
COMMENT ON COLUMN last_seen.article_id IS 'Identity of the article';
COMMENT ON COLUMN last_seen.first_seen_at IS 'First look that found it';
COMMENT ON COLUMN last_seen.last_seen_at IS 'Latest look that found it';
COMMENT ON COLUMN last_seen.visits IS 'Looks that found it';

CREATE VIEW publication AS
SELECT
    coalesce(finished_at, started_at) AS as_of,
    run_id,
    kind,
    status,
    (SELECT max(version) FROM schema_migrations) AS schema_version
FROM (SELECT 1) AS one
LEFT JOIN (SELECT * FROM runs ORDER BY run_id DESC LIMIT 1) AS last_run ON true;
COMMENT ON VIEW publication IS 'How fresh this copy is: always one row';
COMMENT ON COLUMN publication.as_of IS 'When the last run ended (began, if it did not end); null before any run';
COMMENT ON COLUMN publication.run_id IS 'The last run';
COMMENT ON COLUMN publication.kind IS 'What it ran';
COMMENT ON COLUMN publication.status IS 'How it ended: only completed means that all its pages are here';
COMMENT ON COLUMN publication.schema_version IS 'Version of the schema';
