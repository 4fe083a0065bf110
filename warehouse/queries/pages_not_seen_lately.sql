-- Articles that have not been looked at for the longest time.
SELECT headline, url, last_seen_at, visits
FROM articles
JOIN (SELECT article_id, last_seen_at, visits FROM last_seen) USING (article_id)
ORDER BY last_seen_at, article_id
LIMIT 50;
