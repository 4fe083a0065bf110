-- Articles of each publisher by month of publication; a null month counts those without a date.
SELECT coalesce(publisher, source_id) AS publisher, month, articles, words
FROM coverage_by_month
LEFT JOIN (SELECT source_id, publisher FROM sources) USING (source_id)
ORDER BY publisher, month;
