-- Days on which something is missing, or on which nobody looked: there a count of 0 means nothing.
SELECT
    source_id,
    min(day) AS first_day,
    max(day) AS last_day,
    certainty,
    sum(expected)::BIGINT AS expected,
    sum(loaded)::BIGINT AS loaded,
    sum(missing)::BIGINT AS missing
FROM (
    -- Neighbouring days with the same certainty make one row.
    SELECT *, day - row_number() OVER (
        PARTITION BY source_id, certainty, missing > 0 ORDER BY day
    )::INTEGER AS stretch
    FROM coverage
    WHERE day IS NOT NULL
)
WHERE missing > 0 OR certainty <> 'complete'
GROUP BY source_id, certainty, missing > 0, stretch
ORDER BY missing DESC, source_id, first_day
LIMIT 50;
