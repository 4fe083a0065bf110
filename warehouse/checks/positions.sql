-- The blocks of a version stand at positions without gap or repeat.
SELECT
    article_id || '@' || version,
    count(*) || ' blocks stand at positions ' || min(position) || ' to ' || max(position)
FROM (
    SELECT article_id, version, unnest(kept).position AS position FROM accounts
    UNION ALL
    SELECT article_id, version, place.position + unnest(range(block_count))
    FROM (SELECT article_id, version, unnest(passages) AS place FROM accounts)
    JOIN passages ON passages.passage = place.passage
)
GROUP BY article_id, version
HAVING count(*) <> count(DISTINCT position)
    OR count(*) <> max(position) - min(position) + 1
