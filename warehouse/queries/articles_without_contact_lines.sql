-- The stories alone, newest first: no "call us on" and no "find out more" lines.
SELECT date_published, headline, narrative
FROM article_narrative
SEMI JOIN (
    SELECT article_id
    FROM articles
    ORDER BY date_published DESC NULLS LAST, article_id
    LIMIT 50
) USING (article_id)
ORDER BY date_published DESC NULLS LAST, article_id;
