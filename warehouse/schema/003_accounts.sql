-- The account of each version: where every block of its page went.
-- A site's chrome repeats on every page, so what left an article is stored once for the whole
-- warehouse, by passage: neighbouring blocks that met the same fate. Kept text is not stored
-- again: the k-th kept block is the k-th part of article_body, split at blank lines.

-- White space is what Python calls so: more than \s means in a regular expression here.
CREATE MACRO non_space_characters(text) AS length(regexp_replace(
    text,
    '[\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]',
    '',
    'g'
));
COMMENT ON MACRO non_space_characters IS 'How many characters of a text are not white space: the unit of the accounts';

CREATE TABLE passages (
    passage UUID NOT NULL,
    disposition VARCHAR NOT NULL,
    field VARCHAR,
    rule VARCHAR,
    reason VARCHAR,
    block_count INTEGER NOT NULL,
    characters BIGINT NOT NULL,
    texts VARCHAR[] NOT NULL,
    kinds VARCHAR[] NOT NULL
);
COMMENT ON TABLE passages IS 'Neighbouring blocks that were moved or removed together, each distinct run once';
COMMENT ON COLUMN passages.passage IS 'Digest of what the passage is: BLAKE2b, 128 bits, of fate, texts and kinds';
COMMENT ON COLUMN passages.disposition IS 'moved or removed';
COMMENT ON COLUMN passages.field IS 'Field that the blocks were moved into';
COMMENT ON COLUMN passages.rule IS 'Rule that removed the blocks';
COMMENT ON COLUMN passages.reason IS 'Why the rule removes';
COMMENT ON COLUMN passages.block_count IS 'How many blocks it holds';
COMMENT ON COLUMN passages.characters IS 'Non-space characters of all its blocks';
COMMENT ON COLUMN passages.texts IS 'Texts of the blocks, in order';
COMMENT ON COLUMN passages.kinds IS 'Kinds of the blocks, in order';

CREATE TABLE accounts (
    article_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    kept STRUCT("position" INTEGER, kind VARCHAR, role VARCHAR)[] NOT NULL,
    passages STRUCT("position" INTEGER, passage UUID)[] NOT NULL
);
COMMENT ON TABLE accounts IS 'Where the blocks of each version went, one row a version; read it through blocks';
COMMENT ON COLUMN accounts.article_id IS 'Article that it belongs to';
COMMENT ON COLUMN accounts.version IS 'Version of the article';
COMMENT ON COLUMN accounts.kept IS 'The kept blocks in order; their texts are the parts of article_body';
COMMENT ON COLUMN accounts.passages IS 'The passages that left the article, by the position of their first block';

CREATE VIEW blocks AS
WITH kept_blocks AS (
    SELECT
        article_id,
        version,
        -- An empty body splits into one empty part: cut to as many as were kept.
        unnest(string_split(article_body, E'\n\n')[:len(kept)]) AS text,
        unnest(kept) AS block
    FROM accounts
    JOIN article_versions USING (article_id, version)
),
placed_passages AS (
    SELECT article_id, version, unnest(passages) AS place FROM accounts
),
left_blocks AS (
    SELECT
        article_id,
        version,
        place.position AS first_position,
        disposition,
        field,
        rule,
        reason,
        unnest(range(block_count)) AS index,
        unnest(texts) AS text,
        unnest(kinds) AS kind
    FROM placed_passages
    JOIN passages ON passages.passage = place.passage
)
SELECT
    article_id,
    version,
    block.position AS position,
    text,
    block.kind AS kind,
    'kept' AS disposition,
    block.role AS role,
    NULL::VARCHAR AS field,
    NULL::VARCHAR AS rule,
    NULL::VARCHAR AS reason
FROM kept_blocks
UNION ALL
SELECT
    article_id,
    version,
    (first_position + index)::INTEGER,
    text,
    kind,
    disposition,
    NULL,
    field,
    rule,
    reason
FROM left_blocks;
COMMENT ON VIEW blocks IS 'Every block of every version, each in exactly one place: kept, moved or removed';
COMMENT ON COLUMN blocks.article_id IS 'Article that it belongs to';
COMMENT ON COLUMN blocks.version IS 'Version of the article';
COMMENT ON COLUMN blocks.position IS 'Place of the block on the page';
COMMENT ON COLUMN blocks.text IS 'The text, letter for letter as it was read';
COMMENT ON COLUMN blocks.kind IS 'paragraph, heading, list_item, quote, table_row, preformatted, caption, front_matter or other';
COMMENT ON COLUMN blocks.disposition IS 'kept, moved or removed';
COMMENT ON COLUMN blocks.role IS 'When kept: body, standfirst, heading, contact or call_to_action';
COMMENT ON COLUMN blocks.field IS 'When moved: the field that it went into';
COMMENT ON COLUMN blocks.rule IS 'When removed: the rule that removed it';
COMMENT ON COLUMN blocks.reason IS 'When removed: why the rule removes';

CREATE VIEW removed_blocks AS
SELECT article_id, version, position, text, kind, rule, reason
FROM blocks
WHERE disposition = 'removed';
COMMENT ON VIEW removed_blocks IS 'What was removed from each version, by which rule and why';
COMMENT ON COLUMN removed_blocks.article_id IS 'Article that it was removed from';
COMMENT ON COLUMN removed_blocks.version IS 'Version of the article';
COMMENT ON COLUMN removed_blocks.position IS 'Place of the block on the page';
COMMENT ON COLUMN removed_blocks.text IS 'The text, letter for letter as it was read';
COMMENT ON COLUMN removed_blocks.kind IS 'paragraph, heading, list_item, quote, table_row, preformatted, caption, front_matter or other';
COMMENT ON COLUMN removed_blocks.rule IS 'The rule that removed it';
COMMENT ON COLUMN removed_blocks.reason IS 'Why the rule removes';

CREATE VIEW article_narrative AS
SELECT
    article_id,
    version,
    source_id,
    url,
    headline,
    date_published,
    date_published_precision,
    array_to_string(
        list_where(
            string_split(article_body, E'\n\n')[:len(kept)],
            list_transform(kept, lambda block: block.role NOT IN ('contact', 'call_to_action'))
        ),
        E'\n\n'
    ) AS narrative
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
