-- Headlines that publishers changed after publication, in more than spacing, case or punctuation.
SELECT
    seen_at,
    edits.headline_before,
    edits.headline_after,
    words_more,
    article_id || '@' || version AS edition
FROM edits
JOIN article_history USING (article_id, version)
WHERE edits.headline_changed
ORDER BY seen_at DESC, article_id
LIMIT 50;
