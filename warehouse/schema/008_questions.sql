-- Questions made easy: what stands where and can be cited, what became of given words, what was
-- edited or went away, and how fresh and whole this copy is.

-- --- Citations -------------------------------------------------------------------------------

CREATE VIEW paragraphs AS
SELECT
    article_id,
    version,
    paragraph,
    article_id || '@' || version || '#' || paragraph AS citation,
    block.position AS position,
    block.role AS role,
    text
FROM (
    SELECT
        article_id,
        version,
        unnest(range(1, len(kept) + 1))::INTEGER AS paragraph,
        unnest(kept) AS block,
        -- An empty body splits into one empty part: cut to as many as were kept.
        unnest(string_split(article_body, E'\n\n')[:len(kept)]) AS text
    FROM article_versions
    JOIN accounts USING (article_id, version)
);
COMMENT ON VIEW paragraphs IS 'The kept text of every version, one row a paragraph, each with its citation';
COMMENT ON COLUMN paragraphs.article_id IS 'Article that it belongs to';
COMMENT ON COLUMN paragraphs.version IS 'Version of the article';
COMMENT ON COLUMN paragraphs.paragraph IS 'Number of the paragraph in article_body, from 1';
COMMENT ON COLUMN paragraphs.citation IS 'article_id@version#paragraph: names these words for ever, since versions never change; see cite()';
COMMENT ON COLUMN paragraphs.position IS 'Place of its block on the page; see blocks';
COMMENT ON COLUMN paragraphs.role IS 'body, standfirst, heading, contact or call_to_action';
COMMENT ON COLUMN paragraphs.text IS 'The words';

CREATE MACRO cite(citation) AS TABLE
SELECT
    found.citation,
    found.text,
    cited.headline,
    coalesce(cited.publisher, sources.publisher) AS publisher,
    coalesce(cited.canonical_url, cited.url) AS url,
    cited.date_published,
    cited.date_published_precision,
    cited.payload_digest,
    cited.version = articles.version AS is_latest
FROM paragraphs AS found
JOIN article_versions AS cited USING (article_id, version)
JOIN (SELECT article_id, version FROM articles) AS articles ON articles.article_id = cited.article_id
LEFT JOIN sources ON sources.source_id = cited.source_id
WHERE found.article_id = split_part(citation, '@', 1)
    AND cited.article_id = split_part(citation, '@', 1)
    AND found.version = TRY_CAST(split_part(split_part(citation, '@', 2), '#', 1) AS INTEGER)
    AND (
        NOT contains(citation, '#')
        OR found.paragraph = TRY_CAST(split_part(citation, '#', 2) AS INTEGER)
    )
ORDER BY found.paragraph;
COMMENT ON MACRO TABLE cite IS 'The words that article_id@version#paragraph names, with headline, publisher, address and date; without #paragraph all paragraphs of the version';

-- --- What became of given words --------------------------------------------------------------

CREATE MACRO why(words) AS TABLE
WITH
-- Letter case is left aside by a regular expression: much cheaper than lower case copies.
pages_with AS (
    SELECT article_id, version, article_body
    FROM article_versions
    WHERE regexp_matches(article_body, '(?i)' || regexp_escape(words))
),
kept AS (
    SELECT
        article_id,
        version,
        unnest(range(1, len(kept) + 1)) AS paragraph,
        unnest(kept) AS block,
        unnest(string_split(article_body, E'\n\n')[:len(kept)]) AS text
    FROM pages_with
    JOIN accounts USING (article_id, version)
),
-- Most passages stand on many pages: each is read once, then placed.
passages_with AS (
    SELECT passage, texts, disposition, field, rule, reason
    FROM passages
    WHERE regexp_matches(array_to_string(texts, E'\n'), '(?i)' || regexp_escape(words))
),
departed AS (
    SELECT article_id, version, place.position + unnest(range(len(texts))) AS position,
        unnest(texts) AS text, disposition, field, rule, reason
    FROM (SELECT article_id, version, unnest(passages) AS place FROM accounts)
    JOIN passages_with ON passages_with.passage = place.passage
),
found AS (
    SELECT article_id, version, block.position AS position, 'kept' AS disposition,
        block.role AS became, NULL::VARCHAR AS reason, text,
        article_id || '@' || version || '#' || paragraph AS citation
    FROM kept
    UNION ALL
    SELECT article_id, version, position::INTEGER, disposition, coalesce(field, rule), reason, text, NULL
    FROM departed
)
SELECT article_id, version, position, disposition, became, reason, text, citation, source_id, url,
    headline
FROM found
JOIN (SELECT article_id, version, source_id, url, headline FROM article_versions)
    USING (article_id, version)
WHERE regexp_matches(text, '(?i)' || regexp_escape(words))
ORDER BY article_id, version, position;
COMMENT ON MACRO TABLE why IS 'Every block that holds these words, letter case aside, in any version of any article, and what became of it: the role it was kept with, the field it was moved into, or the rule that removed it';

-- --- The story alone -------------------------------------------------------------------------

-- As before, but bodies that have nothing to leave out are not taken apart: a third of the time.
CREATE OR REPLACE VIEW article_narrative AS
SELECT
    article_id,
    version,
    source_id,
    url,
    headline,
    date_published,
    date_published_precision,
    CASE
        WHEN list_has_any(
            list_transform(kept, lambda block: block.role), ['contact', 'call_to_action']
        ) THEN array_to_string(
            list_where(
                string_split(article_body, E'\n\n')[:len(kept)],
                list_transform(kept, lambda block: block.role NOT IN ('contact', 'call_to_action'))
            ),
            E'\n\n'
        )
        ELSE article_body
    END AS narrative
FROM articles
JOIN accounts USING (article_id, version);
COMMENT ON VIEW article_narrative IS 'The story alone: the latest version of each article without contact and call-to-action lines';
COMMENT ON COLUMN article_narrative.article_id IS 'Identity of the article';
COMMENT ON COLUMN article_narrative.version IS 'The latest version';
COMMENT ON COLUMN article_narrative.source_id IS 'Source of the page, when known';
COMMENT ON COLUMN article_narrative.url IS 'Address of the page, when it has one';
COMMENT ON COLUMN article_narrative.headline IS 'Headline; null when the document has none';
COMMENT ON COLUMN article_narrative.date_published IS 'When it was published; null when unknown';
COMMENT ON COLUMN article_narrative.date_published_precision IS 'minute, day, month or unknown';
COMMENT ON COLUMN article_narrative.narrative IS 'Its body, standfirst and headings in order, joined by a blank line';

-- --- What was edited, and what went away -----------------------------------------------------

CREATE VIEW article_latest AS
SELECT articles.*, last_seen_at, visits
FROM articles
LEFT JOIN (SELECT article_id, last_seen_at, visits FROM last_seen) USING (article_id);
COMMENT ON VIEW article_latest IS 'Articles as they read now, with when they were last looked at';
COMMENT ON COLUMN article_latest.article_id IS 'Identity of the article: 16 hex digits from its canonical address, else its source and path';
COMMENT ON COLUMN article_latest.version IS 'The latest version: how many there are';
COMMENT ON COLUMN article_latest.cause IS 'captured: the page changed; reparsed: only the reading of it did';
COMMENT ON COLUMN article_latest.source_id IS 'Source of the page, when known';
COMMENT ON COLUMN article_latest.url IS 'Address of the page, when it has one';
COMMENT ON COLUMN article_latest.canonical_url IS 'Address that the page gives as its own, after host aliases';
COMMENT ON COLUMN article_latest.headline IS 'Headline; null when the document has none';
COMMENT ON COLUMN article_latest.description IS 'Summary that the publisher gives';
COMMENT ON COLUMN article_latest.article_body IS 'The kept blocks in order, joined by a blank line';
COMMENT ON COLUMN article_latest.date_published IS 'When it was published; midnight UTC when only day or month is known; null when unknown';
COMMENT ON COLUMN article_latest.date_published_precision IS 'minute, day, month or unknown';
COMMENT ON COLUMN article_latest.date_published_raw IS 'The words that the publication date was read from';
COMMENT ON COLUMN article_latest.date_modified IS 'When the publisher says it was last changed';
COMMENT ON COLUMN article_latest.authors IS 'Authors in order; an agency named as author is one';
COMMENT ON COLUMN article_latest.publisher IS 'Who published it';
COMMENT ON COLUMN article_latest.section IS 'Section of the site';
COMMENT ON COLUMN article_latest.area IS 'Area that it is about or that its publisher serves';
COMMENT ON COLUMN article_latest.in_language IS 'Language of the text (BCP 47)';
COMMENT ON COLUMN article_latest.word_count IS 'Words of article_body';
COMMENT ON COLUMN article_latest.input_characters IS 'Non-space characters of the whole document, counted before any block was made';
COMMENT ON COLUMN article_latest.flags IS 'What a reader should know, such as near_duplicate_conflict or agency_copy';
COMMENT ON COLUMN article_latest.body_digest IS 'Digest of headline, kept texts with roles, authors and date: another digest, another version';
COMMENT ON COLUMN article_latest.payload_digest IS 'Digest of the bytes that it was read from; see snapshots';
COMMENT ON COLUMN article_latest.first_seen_at IS 'When the article was first looked at';
COMMENT ON COLUMN article_latest.gone_at IS 'When the page was found gone; null while it stands or nobody has looked';
COMMENT ON COLUMN article_latest.parser_version IS 'Version of the parsers that read it';
COMMENT ON COLUMN article_latest.run_id IS 'Run that made this version';
COMMENT ON COLUMN article_latest.last_seen_at IS 'Latest look that found it; null when only stored captures were read';
COMMENT ON COLUMN article_latest.visits IS 'Looks that found it';

CREATE VIEW article_history AS
WITH versions AS (
    SELECT article_id, version, cause, source_id, url, headline, word_count, date_published,
        authors, run_id
    FROM article_versions
)
SELECT
    later.article_id,
    later.version,
    later.cause,
    seen_at,
    later.source_id,
    later.url,
    later.headline,
    earlier.headline AS headline_before,
    later.headline IS DISTINCT FROM earlier.headline AND later.version > 1 AS headline_changed,
    later.date_published IS DISTINCT FROM earlier.date_published AND later.version > 1
        AS date_changed,
    later.authors IS DISTINCT FROM earlier.authors AND later.version > 1 AS authors_changed,
    later.word_count,
    later.word_count - earlier.word_count AS words_more,
    later.run_id
FROM versions AS later
LEFT JOIN versions AS earlier
    ON earlier.article_id = later.article_id AND earlier.version = later.version - 1
LEFT JOIN (
    SELECT article_id, version, min(visited_at) AS seen_at
    FROM fetches
    WHERE outcome IN ('new', 'updated')
    GROUP BY article_id, version
) AS looks ON looks.article_id = later.article_id AND looks.version = later.version;
COMMENT ON VIEW article_history IS 'Every version of every article, and how it differs from the one before';
COMMENT ON COLUMN article_history.article_id IS 'Article';
COMMENT ON COLUMN article_history.version IS '1 for the first version, then up by one';
COMMENT ON COLUMN article_history.cause IS 'captured: the page changed; reparsed: only the reading of it did';
COMMENT ON COLUMN article_history.seen_at IS 'When the look was that found this version first';
COMMENT ON COLUMN article_history.source_id IS 'Source of the page, when known';
COMMENT ON COLUMN article_history.url IS 'Address of the page, when it has one';
COMMENT ON COLUMN article_history.headline IS 'Headline of this version';
COMMENT ON COLUMN article_history.headline_before IS 'Headline of the version before; null for the first';
COMMENT ON COLUMN article_history.headline_changed IS 'Whether the two headlines differ';
COMMENT ON COLUMN article_history.date_changed IS 'Whether it gives another date of publication than the version before';
COMMENT ON COLUMN article_history.authors_changed IS 'Whether it names other authors than the version before';
COMMENT ON COLUMN article_history.word_count IS 'Words of this version';
COMMENT ON COLUMN article_history.words_more IS 'Words more than in the version before (fewer: negative); null for the first';
COMMENT ON COLUMN article_history.run_id IS 'Run that made this version';

CREATE VIEW gone_articles AS
SELECT
    article_id,
    version,
    source_id,
    url,
    headline,
    date_published,
    first_seen_at,
    last_seen_at,
    gone_at,
    date_diff('day', coalesce(date_published, first_seen_at), gone_at) AS days_up,
    warc_file,
    payload_digest
FROM article_latest
LEFT JOIN (SELECT payload_digest, warc_file FROM snapshots) USING (payload_digest)
WHERE gone_at IS NOT NULL;
COMMENT ON VIEW gone_articles IS 'Articles whose page was found gone from the web: what was kept of them is all there is';
COMMENT ON COLUMN gone_articles.article_id IS 'Article';
COMMENT ON COLUMN gone_articles.version IS 'Its latest version';
COMMENT ON COLUMN gone_articles.source_id IS 'Source of the page';
COMMENT ON COLUMN gone_articles.url IS 'Address where it stood';
COMMENT ON COLUMN gone_articles.headline IS 'Headline';
COMMENT ON COLUMN gone_articles.date_published IS 'When it was published; null when unknown';
COMMENT ON COLUMN gone_articles.first_seen_at IS 'When it was first looked at';
COMMENT ON COLUMN gone_articles.last_seen_at IS 'Latest look that found it';
COMMENT ON COLUMN gone_articles.gone_at IS 'First of the looks that found it gone';
COMMENT ON COLUMN gone_articles.days_up IS 'Days from its publication (else from the first look) until it was found gone';
COMMENT ON COLUMN gone_articles.warc_file IS 'WARC file that holds the page as last captured';
COMMENT ON COLUMN gone_articles.payload_digest IS 'Digest of that capture; see snapshots';

-- --- How fresh and how whole this copy is ----------------------------------------------------

CREATE OR REPLACE VIEW publication AS
SELECT
    coalesce(finished_at, started_at) AS as_of,
    run_id,
    kind,
    status,
    (SELECT max(version) FROM schema_migrations) AS schema_version,
    status = 'completed' AND unread = 0 AND coalesce(cut_short, 0) = 0 AS complete,
    unread,
    coalesce(cut_short, 0) AS lists_cut_short,
    len(problems) AS problems
FROM (SELECT 1) AS one
LEFT JOIN (SELECT * FROM runs ORDER BY run_id DESC LIMIT 1) AS last_run ON true
LEFT JOIN (
    SELECT run_id, count(*) AS cut_short FROM discoveries WHERE NOT complete GROUP BY run_id
) USING (run_id);
COMMENT ON VIEW publication IS 'How fresh and how whole this copy is: always one row';
COMMENT ON COLUMN publication.as_of IS 'When the last run ended (began, if it did not end); null before any run';
COMMENT ON COLUMN publication.run_id IS 'The last run';
COMMENT ON COLUMN publication.kind IS 'What it ran';
COMMENT ON COLUMN publication.status IS 'How it ended: only completed means that all its pages are here';
COMMENT ON COLUMN publication.schema_version IS 'Version of the schema';
COMMENT ON COLUMN publication.complete IS 'Whether that run completed, read every page it looked at, and saw to its end each list it looked at';
COMMENT ON COLUMN publication.unread IS 'Pages that it could not read; null while it runs and after a crash';
COMMENT ON COLUMN publication.lists_cut_short IS 'Sources whose lists of pages it did not see to their end';
COMMENT ON COLUMN publication.problems IS 'How many problems it left for a person; see runs';
