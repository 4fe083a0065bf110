-- Articles that contradict themselves: repeated with other facts, two dates, a number of the headline.
SELECT kind, headline, detail, one_citation, other_citation
FROM conflicts
ORDER BY kind, article_id
LIMIT 50;
