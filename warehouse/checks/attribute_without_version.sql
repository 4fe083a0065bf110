-- Every attribute belongs to a version, and the name of one that no parser knows is its label.
SELECT article_id || '@' || version, 'the attribute ' || label || ' belongs to no version'
FROM attributes ANTI JOIN article_versions USING (article_id, version)
UNION ALL
SELECT article_id || '@' || version, 'the unknown label ' || label || ' goes by the name ' || name
FROM attributes
WHERE NOT known AND name <> label
