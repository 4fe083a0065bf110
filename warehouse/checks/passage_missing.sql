-- Every passage that an account names is stored.
SELECT article_id || '@' || version, 'passage ' || passage || ' is not stored'
FROM (SELECT article_id, version, unnest(passages).passage AS passage FROM accounts)
ANTI JOIN passages USING (passage)
