-- The account keeps as many blocks as the body has paragraphs.
SELECT
    article_id || '@' || version,
    'the account keeps ' || len(kept) || ' blocks, the body has ' || paragraphs
FROM (
    SELECT
        article_id,
        version,
        kept,
        if(article_body = '' AND len(kept) = 0, 0,
            len(string_split(article_body, E'\n\n'))) AS paragraphs
    FROM article_versions JOIN accounts USING (article_id, version)
)
WHERE len(kept) <> paragraphs
