-- Stories that several publishers tell in the same or nearly the same words, and who was first.
SELECT headline, articles, first_publisher, first_published, first_is_certain, publishers
FROM stories
WHERE sources > 1
ORDER BY articles DESC, first_published DESC, story_id
LIMIT 50;
