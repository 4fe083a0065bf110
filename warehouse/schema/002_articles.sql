-- What the pages say: every version of every article, and what hangs on a version.
-- Rows here are never changed by loading; a page that says something else gets another version.

CREATE TABLE article_versions (
    article_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    cause VARCHAR NOT NULL,
    source_id VARCHAR,
    url VARCHAR,
    canonical_url VARCHAR,
    headline VARCHAR,
    description VARCHAR,
    article_body VARCHAR NOT NULL,
    date_published TIMESTAMPTZ,
    date_published_precision VARCHAR NOT NULL,
    date_published_raw VARCHAR,
    date_modified TIMESTAMPTZ,
    authors VARCHAR[] NOT NULL,
    publisher VARCHAR,
    section VARCHAR,
    area VARCHAR,
    in_language VARCHAR,
    word_count INTEGER NOT NULL,
    input_characters BIGINT NOT NULL,
    flags VARCHAR[] NOT NULL,
    body_digest VARCHAR NOT NULL,
    payload_digest VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    gone_at TIMESTAMPTZ,
    parser_version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE article_versions IS 'Articles as they were read, one row a version';
COMMENT ON COLUMN article_versions.article_id IS 'Identity of the article: 16 hex digits from its canonical address, else its source and path';
COMMENT ON COLUMN article_versions.version IS '1 for the first version, then up by one';
COMMENT ON COLUMN article_versions.cause IS 'captured: the page changed; reparsed: only the reading of it did';
COMMENT ON COLUMN article_versions.source_id IS 'Source of the page, when known';
COMMENT ON COLUMN article_versions.url IS 'Address of the page, when it has one';
COMMENT ON COLUMN article_versions.canonical_url IS 'Address that the page gives as its own, after host aliases';
COMMENT ON COLUMN article_versions.headline IS 'Headline; null when the document has none';
COMMENT ON COLUMN article_versions.description IS 'Summary that the publisher gives';
COMMENT ON COLUMN article_versions.article_body IS 'The kept blocks in order, joined by a blank line';
COMMENT ON COLUMN article_versions.date_published IS 'When it was published; midnight UTC when only day or month is known; null when unknown';
COMMENT ON COLUMN article_versions.date_published_precision IS 'minute, day, month or unknown';
COMMENT ON COLUMN article_versions.date_published_raw IS 'The words that the publication date was read from';
COMMENT ON COLUMN article_versions.date_modified IS 'When the publisher says it was last changed';
COMMENT ON COLUMN article_versions.authors IS 'Authors in order; an agency named as author is one';
COMMENT ON COLUMN article_versions.publisher IS 'Who published it';
COMMENT ON COLUMN article_versions.section IS 'Section of the site';
COMMENT ON COLUMN article_versions.area IS 'Area that it is about or that its publisher serves';
COMMENT ON COLUMN article_versions.in_language IS 'Language of the text (BCP 47)';
COMMENT ON COLUMN article_versions.word_count IS 'Words of article_body';
COMMENT ON COLUMN article_versions.input_characters IS 'Non-space characters of the whole document, counted before any block was made';
COMMENT ON COLUMN article_versions.flags IS 'What a reader should know, such as near_duplicate_conflict or agency_copy';
COMMENT ON COLUMN article_versions.body_digest IS 'Digest of headline, kept texts with roles, authors and date: another digest, another version';
COMMENT ON COLUMN article_versions.payload_digest IS 'Digest of the bytes that it was read from; see snapshots';
COMMENT ON COLUMN article_versions.first_seen_at IS 'When the article was first looked at, the same for all its versions';
COMMENT ON COLUMN article_versions.gone_at IS 'When the page was found gone; null while it stands or nobody has looked';
COMMENT ON COLUMN article_versions.parser_version IS 'Version of the parsers that read it';
COMMENT ON COLUMN article_versions.run_id IS 'Run that made this version';

-- A view: the body is by far the largest column, and a table would store it twice. The latest
-- version is the one without a successor; to sort the few that have one out is cheap.
CREATE VIEW articles AS
SELECT *
FROM article_versions
ANTI JOIN (
    SELECT article_id, version - 1 AS version FROM article_versions WHERE version > 1
) USING (article_id, version);
COMMENT ON VIEW articles IS 'The latest version of each article, one row an article';
COMMENT ON COLUMN articles.article_id IS 'Identity of the article: 16 hex digits from its canonical address, else its source and path';
COMMENT ON COLUMN articles.version IS 'The latest version: how many there are';
COMMENT ON COLUMN articles.cause IS 'captured: the page changed; reparsed: only the reading of it did';
COMMENT ON COLUMN articles.source_id IS 'Source of the page, when known';
COMMENT ON COLUMN articles.url IS 'Address of the page, when it has one';
COMMENT ON COLUMN articles.canonical_url IS 'Address that the page gives as its own, after host aliases';
COMMENT ON COLUMN articles.headline IS 'Headline; null when the document has none';
COMMENT ON COLUMN articles.description IS 'Summary that the publisher gives';
COMMENT ON COLUMN articles.article_body IS 'The kept blocks in order, joined by a blank line';
COMMENT ON COLUMN articles.date_published IS 'When it was published; midnight UTC when only day or month is known; null when unknown';
COMMENT ON COLUMN articles.date_published_precision IS 'minute, day, month or unknown';
COMMENT ON COLUMN articles.date_published_raw IS 'The words that the publication date was read from';
COMMENT ON COLUMN articles.date_modified IS 'When the publisher says it was last changed';
COMMENT ON COLUMN articles.authors IS 'Authors in order; an agency named as author is one';
COMMENT ON COLUMN articles.publisher IS 'Who published it';
COMMENT ON COLUMN articles.section IS 'Section of the site';
COMMENT ON COLUMN articles.area IS 'Area that it is about or that its publisher serves';
COMMENT ON COLUMN articles.in_language IS 'Language of the text (BCP 47)';
COMMENT ON COLUMN articles.word_count IS 'Words of article_body';
COMMENT ON COLUMN articles.input_characters IS 'Non-space characters of the whole document, counted before any block was made';
COMMENT ON COLUMN articles.flags IS 'What a reader should know, such as near_duplicate_conflict or agency_copy';
COMMENT ON COLUMN articles.body_digest IS 'Digest of headline, kept texts with roles, authors and date: another digest, another version';
COMMENT ON COLUMN articles.payload_digest IS 'Digest of the bytes that it was read from; see snapshots';
COMMENT ON COLUMN articles.first_seen_at IS 'When the article was first looked at, the same for all its versions';
COMMENT ON COLUMN articles.gone_at IS 'When the page was found gone; null while it stands or nobody has looked';
COMMENT ON COLUMN articles.parser_version IS 'Version of the parsers that read it';
COMMENT ON COLUMN articles.run_id IS 'Run that made this version';

CREATE TABLE images (
    article_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    url VARCHAR,
    alt VARCHAR,
    caption VARCHAR,
    credit VARCHAR
);
COMMENT ON TABLE images IS 'Pictures of the articles, with what is said about them';
COMMENT ON COLUMN images.article_id IS 'Article that it belongs to';
COMMENT ON COLUMN images.version IS 'Version of the article';
COMMENT ON COLUMN images.position IS 'Block that it stands at or before; see blocks';
COMMENT ON COLUMN images.url IS 'Address of the picture';
COMMENT ON COLUMN images.alt IS 'Text given in its place';
COMMENT ON COLUMN images.caption IS 'Caption';
COMMENT ON COLUMN images.credit IS 'Whose picture it is';

CREATE TABLE links (
    article_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    url VARCHAR NOT NULL,
    text VARCHAR NOT NULL
);
COMMENT ON TABLE links IS 'Links in the kept text';
COMMENT ON COLUMN links.article_id IS 'Article that it belongs to';
COMMENT ON COLUMN links.version IS 'Version of the article';
COMMENT ON COLUMN links.position IS 'Block that holds it; see blocks';
COMMENT ON COLUMN links.url IS 'Where it leads';
COMMENT ON COLUMN links.text IS 'The words that are linked';

CREATE TABLE date_evidence (
    article_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    field VARCHAR NOT NULL,
    witness VARCHAR NOT NULL,
    raw VARCHAR NOT NULL,
    value VARCHAR,
    rank INTEGER NOT NULL,
    chosen BOOLEAN NOT NULL,
    precision VARCHAR,
    zone VARCHAR,
    note VARCHAR
);
COMMENT ON TABLE date_evidence IS 'What each witness says about the two dates of an article';
COMMENT ON COLUMN date_evidence.article_id IS 'Article that it belongs to';
COMMENT ON COLUMN date_evidence.version IS 'Version of the article';
COMMENT ON COLUMN date_evidence.field IS 'date_published or date_modified';
COMMENT ON COLUMN date_evidence.witness IS 'Where it was found: JSON-LD, meta, visible text, URL ...';
COMMENT ON COLUMN date_evidence.raw IS 'The words of the witness';
COMMENT ON COLUMN date_evidence.value IS 'The date read from them, ISO 8601; null when it could not be read';
COMMENT ON COLUMN date_evidence.rank IS '1 for the most trusted witness of the field';
COMMENT ON COLUMN date_evidence.chosen IS 'Whether the article took this value';
COMMENT ON COLUMN date_evidence.precision IS 'minute, day, month or unknown';
COMMENT ON COLUMN date_evidence.zone IS 'stated, assumed, or null where a zone has no use';
COMMENT ON COLUMN date_evidence.note IS 'What speaks for or against it';
