-- Every version has exactly one account.
SELECT article_id || '@' || version, 'the version has ' || count(kept) || ' accounts'
FROM article_versions LEFT JOIN accounts USING (article_id, version)
GROUP BY article_id, version
HAVING count(kept) <> 1
