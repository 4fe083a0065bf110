-- What each rule removed, the busiest first, with the text it removed most often.
SELECT
    rule,
    reason,
    count(DISTINCT article_id) AS articles,
    count(*) AS blocks,
    mode(text) AS most_often
FROM removed_blocks
GROUP BY rule, reason
ORDER BY blocks DESC, rule;
