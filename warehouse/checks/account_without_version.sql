-- Every account belongs to a version.
SELECT article_id || '@' || version, 'the account belongs to no version'
FROM accounts ANTI JOIN article_versions USING (article_id, version)
