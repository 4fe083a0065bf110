-- Where the word "cookies" stood, on any page, and what became of it.
SELECT disposition, became, reason, count(DISTINCT article_id) AS articles, min(text) AS example
FROM why('cookies')
GROUP BY disposition, became, reason
ORDER BY articles DESC, became;
