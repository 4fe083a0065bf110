-- The versions of an article are numbered 1, 2, 3 ...
SELECT article_id, count(*) || ' versions, numbered up to ' || max(version)
FROM article_versions
GROUP BY article_id
HAVING count(DISTINCT version) <> count(*) OR max(version) <> count(*) OR min(version) <> 1
