-- Headlines that publishers changed after publication; other readings by our parsers do not count.
SELECT
    seen_at,
    headline_before,
    headline,
    words_more,
    article_id || '@' || version AS version
FROM article_history
WHERE headline_changed AND cause = 'captured'
ORDER BY seen_at DESC, article_id
LIMIT 50;
