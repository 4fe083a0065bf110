-- How misconduct hearings ended: each person of each page once, by what was found and done about it.
WITH outcomes AS (
    SELECT
        article_id,
        item,
        max(normalised_value) FILTER (name = 'rank') AS rank,
        max(normalised_value) FILTER (name = 'finding') AS finding,
        max(normalised_value) FILTER (name = 'sanction') AS sanction,
        split_part(max(normalised_value) FILTER (name = 'hearing_date'), '/', 1)::DATE AS heard_on
    FROM attributes
    JOIN articles USING (article_id, version)
    GROUP BY article_id, item
    HAVING count(*) FILTER (name IN ('finding', 'outcome', 'sanction')) > 0
)
SELECT
    coalesce(sanction, '(not sure)') AS sanction,
    count(*) AS outcomes,
    count(*) FILTER (finding = 'gross_misconduct') AS gross_misconduct,
    count(*) FILTER (rank IN ('constable', 'special_constable')) AS constables,
    min(heard_on) AS first_heard_on,
    max(heard_on) AS last_heard_on
FROM outcomes
GROUP BY ALL
ORDER BY outcomes DESC, sanction;
