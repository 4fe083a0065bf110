-- Days from a hearing to its publication: an outcome that comes late may already be taken down again.
WITH hearings AS (
    SELECT
        article_id,
        version,
        -- A hearing of several days is told as first/last.
        max(TRY_CAST(split_part(normalised_value, '/', -1) AS DATE)) AS heard
    FROM attributes
    WHERE name = 'hearing_date'
    GROUP BY article_id, version
)
SELECT
    coalesce(publisher, source_id) AS publisher,
    count(*) AS outcomes,
    count(days) AS dated,
    median(days) AS median_days,
    max(days) AS longest,
    arg_max(url, days) AS longest_url
FROM (
    SELECT
        publisher,
        source_id,
        url,
        date_diff('day', heard, (date_published AT TIME ZONE 'UTC')::DATE) AS days
    FROM hearings
    JOIN articles USING (article_id, version)
)
GROUP BY ALL
ORDER BY median_days DESC NULLS LAST, publisher;
