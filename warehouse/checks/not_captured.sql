-- The payload that a version was read from is indexed.
SELECT article_id || '@' || version, 'no capture of ' || payload_digest
FROM article_versions ANTI JOIN snapshots USING (payload_digest)
