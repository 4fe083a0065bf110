-- The characters of a version's blocks add up to those of its document.
WITH sizes AS (
    SELECT passage, sum(non_space_characters(text)) AS characters
    FROM (SELECT passage, unnest(texts) AS text FROM passages)
    GROUP BY passage
),
departed AS (
    SELECT article_id, version, sum(characters) AS characters
    FROM (SELECT article_id, version, unnest(passages).passage AS passage FROM accounts)
    JOIN sizes USING (passage)
    GROUP BY article_id, version
)
SELECT
    article_id || '@' || version,
    'the blocks hold ' || found || ' characters, the document ' || input_characters
FROM (
    SELECT
        article_id,
        version,
        input_characters,
        non_space_characters(article_body)
            + coalesce(characters, 0) AS found
    FROM article_versions LEFT JOIN departed USING (article_id, version)
)
WHERE found <> input_characters
