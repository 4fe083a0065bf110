-- Every change leads to a version that has one before it.
SELECT article_id || '@' || version, 'the change of ' || what || ' leads to no further version'
FROM changes
ANTI JOIN (FROM article_versions WHERE version > 1) AS further USING (article_id, version)
