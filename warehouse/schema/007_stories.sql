-- One story, many pages: which texts are the same or nearly so, and the stories they make up.
-- And blocks that recur on page after page: what a site's memory is made of.
-- The tables are made by the writer before it publishes; nothing is merged or deleted for them.

CREATE TABLE article_texts (
    article_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    text UUID,
    words INTEGER NOT NULL,
    algorithm INTEGER NOT NULL
);
COMMENT ON TABLE article_texts IS 'What each version says without contact and call-to-action lines, by digest; one row a version';
COMMENT ON COLUMN article_texts.article_id IS 'Identity of the article';
COMMENT ON COLUMN article_texts.version IS 'Version of the article';
COMMENT ON COLUMN article_texts.text IS 'Digest of its words in order, without case and punctuation; null for fewer than 20 words';
COMMENT ON COLUMN article_texts.words IS 'How many words it has';
COMMENT ON COLUMN article_texts.algorithm IS 'How words are found and hashed; rows of an older one are made again';

CREATE TABLE text_bands (
    text UUID NOT NULL,
    number INTEGER NOT NULL,
    bands UINTEGER[] NOT NULL
);
COMMENT ON TABLE text_bands IS 'MinHash signatures of the distinct texts, by which near-duplicates are found';
COMMENT ON COLUMN text_bands.text IS 'Digest of the text; see article_texts';
COMMENT ON COLUMN text_bands.number IS 'Order in which the texts were met, from 1';
COMMENT ON COLUMN text_bands.bands IS 'Hashes of the signature''s bands: texts that share one are compared';

CREATE TABLE text_pairs (
    text UUID NOT NULL,
    earlier_text UUID NOT NULL,
    jaccard DOUBLE NOT NULL,
    containment DOUBLE NOT NULL,
    earlier_containment DOUBLE NOT NULL,
    shared_words INTEGER NOT NULL
);
COMMENT ON TABLE text_pairs IS 'Pairs of texts that were compared and found nearly the same; read story_pairs instead';
COMMENT ON COLUMN text_pairs.text IS 'Digest of the text that was met later';
COMMENT ON COLUMN text_pairs.earlier_text IS 'Digest of the text that was met earlier';
COMMENT ON COLUMN text_pairs.jaccard IS 'Runs of five words that both have, as a share of those that either has';
COMMENT ON COLUMN text_pairs.containment IS 'Share of the later text''s runs of five words that the earlier one has';
COMMENT ON COLUMN text_pairs.earlier_containment IS 'Share of the earlier text''s runs of five words that the later one has';
COMMENT ON COLUMN text_pairs.shared_words IS 'Words of the later text that stand in such runs';

CREATE TABLE story_members (
    story_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL
);
COMMENT ON TABLE story_members IS 'Which articles tell one story in the same or nearly the same words';
COMMENT ON COLUMN story_members.story_id IS 'The story: article_id of the member that was seen first';
COMMENT ON COLUMN story_members.article_id IS 'An article of the story';

CREATE VIEW story_pairs AS
WITH placed AS (SELECT article_id, version, text FROM article_texts WHERE text IS NOT NULL),
compared AS (
    SELECT text, earlier_text AS other_text, jaccard, containment, shared_words FROM text_pairs
    UNION ALL
    SELECT earlier_text, text, jaccard, earlier_containment, shared_words FROM text_pairs
)
SELECT
    one.article_id,
    one.version,
    other.article_id AS other_id,
    other.version AS other_version,
    jaccard,
    containment,
    shared_words,
    false AS same_words
FROM placed AS one
JOIN compared USING (text)
JOIN placed AS other ON other.text = other_text
WHERE one.article_id <> other.article_id
UNION ALL
SELECT
    one.article_id, one.version, other.article_id, other.version, 1, 1, words, true
FROM article_texts AS one
JOIN placed AS other USING (text)
WHERE one.article_id <> other.article_id;
COMMENT ON VIEW story_pairs IS 'Each version of an article with each other article that says the same, or nearly: every pair both ways round';
COMMENT ON COLUMN story_pairs.article_id IS 'An article';
COMMENT ON COLUMN story_pairs.version IS 'Its version';
COMMENT ON COLUMN story_pairs.other_id IS 'Another article';
COMMENT ON COLUMN story_pairs.other_version IS 'Its version';
COMMENT ON COLUMN story_pairs.jaccard IS 'Runs of five words that both have, as a share of those that either has';
COMMENT ON COLUMN story_pairs.containment IS 'Share of this version''s runs of five words that the other one has';
COMMENT ON COLUMN story_pairs.shared_words IS 'Words that stand in such runs';
COMMENT ON COLUMN story_pairs.same_words IS 'Whether both have the same words in the same order';

CREATE VIEW story_articles AS
SELECT
    story_id,
    row_number() OVER (
        PARTITION BY story_id
        ORDER BY date_published NULLS LAST, first_seen_at, article_id
    ) AS place,
    article_id,
    version,
    source_id,
    publisher,
    headline,
    url,
    date_published,
    date_published_precision,
    -- The moment by which it was surely published: a day is over at its end.
    CASE date_published_precision
        WHEN 'minute' THEN date_published
        WHEN 'day' THEN date_published + INTERVAL 1 DAY
        WHEN 'month' THEN date_published + INTERVAL 1 MONTH
    END AS published_before,
    first_seen_at,
    word_count
FROM story_members
JOIN articles USING (article_id);
COMMENT ON VIEW story_articles IS 'The articles of each story, in the order in which they were published';
COMMENT ON COLUMN story_articles.story_id IS 'The story: article_id of the member that was seen first';
COMMENT ON COLUMN story_articles.place IS '1 for the one published first; those without a date come last';
COMMENT ON COLUMN story_articles.article_id IS 'Identity of the article';
COMMENT ON COLUMN story_articles.version IS 'Its latest version';
COMMENT ON COLUMN story_articles.source_id IS 'Source of the page, when known';
COMMENT ON COLUMN story_articles.publisher IS 'Who published it';
COMMENT ON COLUMN story_articles.headline IS 'Headline; null when the document has none';
COMMENT ON COLUMN story_articles.url IS 'Address of the page, when it has one';
COMMENT ON COLUMN story_articles.date_published IS 'When it was published; midnight UTC when only day or month is known; null when unknown';
COMMENT ON COLUMN story_articles.date_published_precision IS 'minute, day, month or unknown';
COMMENT ON COLUMN story_articles.published_before IS 'By when it was published for certain: the end of the day or month that is known; null when unknown';
COMMENT ON COLUMN story_articles.first_seen_at IS 'When it was first looked at';
COMMENT ON COLUMN story_articles.word_count IS 'Words of its body';

CREATE VIEW stories AS
SELECT
    story_id,
    count(*) AS articles,
    count(DISTINCT source_id) AS sources,
    list(DISTINCT publisher ORDER BY publisher) FILTER (publisher IS NOT NULL) AS publishers,
    arg_min(headline, place) AS headline,
    arg_min(article_id, place) AS first_article_id,
    arg_min(publisher, place) AS first_publisher,
    min(date_published) AS first_published,
    -- A date known to the day does not come before a minute of that day for certain.
    coalesce(
        count(*) = count(date_published)
        AND arg_min(published_before, place) <= min(date_published) FILTER (place > 1),
        false
    ) AS first_is_certain,
    max(date_published) AS last_published
FROM story_articles
GROUP BY story_id
HAVING count(*) > 1;
COMMENT ON VIEW stories IS 'Stories that several pages tell in the same or nearly the same words, and who published first';
COMMENT ON COLUMN stories.story_id IS 'The story: article_id of the member that was seen first';
COMMENT ON COLUMN stories.articles IS 'Pages that tell it';
COMMENT ON COLUMN stories.sources IS 'Sources that they belong to';
COMMENT ON COLUMN stories.publishers IS 'Who published them';
COMMENT ON COLUMN stories.headline IS 'Headline of the one published first';
COMMENT ON COLUMN stories.first_article_id IS 'The one published first, as far as dates tell';
COMMENT ON COLUMN stories.first_publisher IS 'Who published that';
COMMENT ON COLUMN stories.first_published IS 'When that was; midnight UTC when only the day is known';
COMMENT ON COLUMN stories.first_is_certain IS 'Whether all are dated, and no other one can have been published before it';
COMMENT ON COLUMN stories.last_published IS 'When the latest of them was published';

-- The words of a sentence alone: case, punctuation and kinds of quotation marks do not count.
CREATE MACRO bare_words(sentence) AS
    trim(regexp_replace(lower(strip_accents(sentence)), '[^\p{L}\p{N}]+', ' ', 'g'));
COMMENT ON MACRO bare_words IS 'The words of a text without case, accents and punctuation, for comparing';

CREATE MACRO sentences_of(id) AS TABLE
SELECT
    generate_subscripts(pieces, 1) AS place,
    trim(unnest(pieces), E' \n') AS sentence
FROM (
    SELECT regexp_extract_all(
        narrative,
        -- A title or an initial has a full stop that ends no sentence.
        '(?s)(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Rev|St|Sgt|Insp|Supt|Det|\p{Lu})\.\s+|.)+?'
        || '(?:[.!?…]+["”’»)\]]*(?:\s+|$)|[。！？]+[」』”）]*|\n\n|$)'
    ) AS pieces
    FROM article_narrative
    WHERE article_id = id
);
COMMENT ON MACRO TABLE sentences_of IS 'Sentences of an article''s latest version in order, without contact lines';

CREATE MACRO only_in(id, other_id) AS TABLE
SELECT place, sentence
FROM sentences_of(id)
WHERE bare_words(sentence) <> ''
    AND bare_words(sentence) NOT IN (SELECT bare_words(sentence) FROM sentences_of(other_id))
ORDER BY place;
COMMENT ON MACRO TABLE only_in IS 'Sentences that the first article has and the second one lacks, in their latest versions';

CREATE VIEW recurring_blocks AS
WITH tellings AS (
    -- Pages that tell one story count as one: their paragraphs recur without being chrome.
    SELECT
        article_id,
        version,
        source_id,
        coalesce(platform, source_id, '') AS site,
        coalesce(story_id, article_id) AS story
    FROM articles
    LEFT JOIN sources USING (source_id)
    LEFT JOIN story_members USING (article_id)
),
kept_blocks AS (
    SELECT
        tellings.*,
        unnest(string_split(article_body, E'\n\n')[:len(kept)]) AS text,
        unnest(kept).position AS position,
        unnest(kept).role AS role
    FROM tellings
    JOIN article_versions USING (article_id, version)
    JOIN accounts USING (article_id, version)
),
-- Numbers may differ from page to page: 12 comments, 3 comments.
keyed AS (
    SELECT *, lower(regexp_replace(text, '[0-9]+', '0', 'g')) AS form FROM kept_blocks
),
spread AS (
    SELECT site, form, count(DISTINCT story) AS stories FROM keyed GROUP BY site, form
),
-- The article's own text: what hardly any other story of the site says.
own AS (
    SELECT article_id, min(position) AS first_position, max(position) AS last_position
    FROM keyed
    JOIN spread USING (site, form)
    WHERE stories < 3
    GROUP BY article_id
),
places AS (
    SELECT article_id, unnest(passages).position AS position, unnest(passages).passage AS passage
    FROM tellings
    JOIN accounts USING (article_id, version)
),
-- What parts an article from its surroundings: the headline above it, furniture below.
partings AS (
    SELECT
        article_id,
        max(position) FILTER (field = 'headline' AND position < first_position) AS above,
        min(position) FILTER (
            reason IN ('related', 'sharing', 'comments', 'navigation', 'appeal', 'furniture',
                'site_notice', 'consent', 'exit_notice')
            AND position > last_position
        ) AS below
    FROM places
    JOIN passages USING (passage)
    JOIN own USING (article_id)
    GROUP BY article_id
),
occurrences AS (
    SELECT
        keyed.*,
        position > first_position AND position < last_position AS is_within,
        coalesce(position < above OR position > below, false) AS is_apart
    FROM keyed
    JOIN spread USING (site, form)
    JOIN own USING (article_id)
    LEFT JOIN partings USING (article_id)
    WHERE stories >= 3
),
on_sites AS (
    SELECT
        site,
        form,
        count(*) FILTER (is_within) AS within,
        count(*) FILTER (role IN ('contact', 'call_to_action', 'standfirst')) AS pointing,
        count(*) FILTER (NOT is_within AND NOT is_apart) AS adjacent,
        count(DISTINCT story) AS stories_of_site
    FROM occurrences
    GROUP BY site, form
),
left_forms AS (
    SELECT passage, lower(regexp_replace(unnest(texts), '[0-9]+', '0', 'g')) AS form
    FROM passages
    WHERE disposition = 'removed'
        AND reason NOT IN ('duplicate', 'metadata', 'caption', 'front_matter')
),
removed AS (
    SELECT site, form, count(DISTINCT story) AS stories_removed
    FROM left_forms
    SEMI JOIN on_sites USING (form)
    JOIN places USING (passage)
    JOIN tellings USING (article_id)
    GROUP BY site, form
),
sizes AS (
    SELECT source_id, count(DISTINCT story) AS stories_of_source FROM tellings GROUP BY source_id
)
SELECT
    occurrences.source_id,
    site,
    min(text) AS text,
    count(DISTINCT story) AS stories,
    count(DISTINCT story) / any_value(stories_of_source) AS share,
    any_value(stories_of_site) AS stories_of_site,
    coalesce(any_value(stories_removed), 0) AS stories_removed,
    any_value(within) AS within,
    any_value(pointing) AS pointing,
    any_value(adjacent) AS adjacent,
    min(article_id) AS example,
    CASE
        WHEN any_value(pointing) > 0 THEN 'points the reader on'
        WHEN any_value(within) > 0 THEN 'stands within stories'
        WHEN any_value(stories_of_site) < 5 OR share < 0.05 THEN 'rare'
        WHEN any_value(stories_removed) > any_value(stories_of_site) THEN 'removed elsewhere'
        WHEN any_value(adjacent) = 0 THEN 'stands apart'
        ELSE 'joins stories'
    END AS verdict,
    verdict IN ('removed elsewhere', 'stands apart') AS is_chrome
FROM occurrences
JOIN on_sites USING (site, form)
JOIN sizes ON sizes.source_id IS NOT DISTINCT FROM occurrences.source_id
LEFT JOIN removed USING (site, form)
GROUP BY occurrences.source_id, site, form;
COMMENT ON VIEW recurring_blocks IS 'Kept blocks that recur in three stories of a site or more, and whether they look like chrome that was left in';
COMMENT ON COLUMN recurring_blocks.source_id IS 'Source of the pages';
COMMENT ON COLUMN recurring_blocks.site IS 'The platform that its pages share with other sources, else the source';
COMMENT ON COLUMN recurring_blocks.text IS 'The text; other pages may have other numbers in it';
COMMENT ON COLUMN recurring_blocks.stories IS 'Stories of the source that have it; copies of one story count once';
COMMENT ON COLUMN recurring_blocks.share IS 'These as a share of all stories of the source, 0 to 1';
COMMENT ON COLUMN recurring_blocks.stories_of_site IS 'Stories of the whole site that have it';
COMMENT ON COLUMN recurring_blocks.stories_removed IS 'Stories of the site from whose pages a rule or the structure removed it';
COMMENT ON COLUMN recurring_blocks.within IS 'Times it has the article''s own text before and after it, on any page of the site';
COMMENT ON COLUMN recurring_blocks.pointing IS 'Times it is a contact or call-to-action line or a standfirst';
COMMENT ON COLUMN recurring_blocks.adjacent IS 'Times nothing that was removed parts it from the article''s own text';
COMMENT ON COLUMN recurring_blocks.example IS 'An article that has it';
COMMENT ON COLUMN recurring_blocks.verdict IS 'Why it is taken for chrome (removed elsewhere, stands apart) or is not (points the reader on, stands within stories, rare, joins stories)';
COMMENT ON COLUMN recurring_blocks.is_chrome IS 'Whether a rule is proposed for it';
