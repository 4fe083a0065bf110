-- How each source is doing, those in trouble first.
SELECT source_id, state, looked_at, looks, unread, rejected, articles, last_published
FROM source_health
ORDER BY state = 'healthy', state = 'never_looked', source_id;
