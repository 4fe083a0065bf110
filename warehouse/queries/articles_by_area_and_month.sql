-- How many articles each area got in each month; an article without an area counts for its source's.
SELECT
    coalesce(articles.area, sources.area) AS area,
    strftime(date_published AT TIME ZONE 'UTC', '%Y-%m') AS month,
    count(*) AS articles,
    count(DISTINCT source_id) AS sources,
    sum(word_count)::BIGINT AS words
FROM articles
LEFT JOIN sources USING (source_id)
GROUP BY ALL
ORDER BY area, month;
