-- What each rule removed from articles as they read now, the busiest first, with what it removes most.
WITH placed AS (
    SELECT article_id, unnest(passages).passage AS passage
    FROM accounts
    SEMI JOIN (SELECT article_id, version FROM articles) USING (article_id, version)
),
placed_passages AS (
    SELECT passage, count(*) AS places FROM placed GROUP BY passage
)
SELECT
    rule,
    reason,
    count(*) AS distinct_passages,
    sum(places * block_count)::BIGINT AS blocks,
    arg_max(texts[1], (places, texts[1])) AS most_often
FROM passages
JOIN placed_passages USING (passage)
WHERE disposition = 'removed'
GROUP BY rule, reason
ORDER BY blocks DESC, rule;
