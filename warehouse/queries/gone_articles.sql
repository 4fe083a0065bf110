-- Articles that were taken off the web, and how long they had been up.
SELECT gone_at, days_up, headline, url, warc_file
FROM gone_articles
ORDER BY gone_at DESC, article_id
LIMIT 50;
