-- The stories alone, newest first: no "call us on" and no "find out more" lines.
SELECT date_published, headline, narrative
FROM article_narrative
ORDER BY date_published DESC NULLS LAST, article_id
LIMIT 50;
