-- Pages that read unlike those of their source: held back until a person has looked.

CREATE TABLE quarantine (
    article_id VARCHAR NOT NULL,
    body_digest VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    url VARCHAR,
    path VARCHAR,
    headline VARCHAR,
    word_count INTEGER NOT NULL,
    alarms VARCHAR[] NOT NULL,
    detail VARCHAR NOT NULL,
    payload_digest VARCHAR NOT NULL,
    parser_version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    quarantined_at TIMESTAMPTZ NOT NULL,
    looks INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ,
    decided_reason VARCHAR,
    version INTEGER
);
COMMENT ON TABLE quarantine IS 'Readings of pages that left the range of their source and were held back, one row a reading';
COMMENT ON COLUMN quarantine.article_id IS 'Article that the page would be';
COMMENT ON COLUMN quarantine.body_digest IS 'Digest of what was read; a reading that comes again is no further row';
COMMENT ON COLUMN quarantine.source_id IS 'Source of the page';
COMMENT ON COLUMN quarantine.target IS 'What the run was told to look at: a URL or a relative path';
COMMENT ON COLUMN quarantine.url IS 'Final address of the page, when it has one';
COMMENT ON COLUMN quarantine.path IS 'Path of the file relative to the folder that was given';
COMMENT ON COLUMN quarantine.headline IS 'Headline as it was read; null when none was';
COMMENT ON COLUMN quarantine.word_count IS 'Words of the body as it was read';
COMMENT ON COLUMN quarantine.alarms IS 'How it differs: no_headline, no_date, no_authors, date_ahead, date_repeated, few_words, many_words, short_blocks, long_blocks, many_list_items, little_removed, much_removed, chrome_kept';
COMMENT ON COLUMN quarantine.detail IS 'The alarms in words, with what is usual';
COMMENT ON COLUMN quarantine.payload_digest IS 'Digest of the bytes that it was read from last; see snapshots';
COMMENT ON COLUMN quarantine.parser_version IS 'Version of the parsers that read it';
COMMENT ON COLUMN quarantine.run_id IS 'Run that looked at it last while it waited';
COMMENT ON COLUMN quarantine.quarantined_at IS 'When the page was looked at first with this reading';
COMMENT ON COLUMN quarantine.looks IS 'Looks that gave this reading';
COMMENT ON COLUMN quarantine.state IS 'waiting; released: loaded by a person; rejected: not to be loaded; superseded: another reading of the page came';
COMMENT ON COLUMN quarantine.decided_at IS 'When it left the state waiting; null while it waits';
COMMENT ON COLUMN quarantine.decided_reason IS 'Why a person rejected it; null when none was given';
COMMENT ON COLUMN quarantine.version IS 'Version of the article that it became; null unless released';

ALTER TABLE runs ADD COLUMN quarantined INTEGER;
COMMENT ON COLUMN runs.quarantined IS 'Pages that were held back because they read unlike those of their source; null until the run ends, and for runs before there was a quarantine';

COMMENT ON COLUMN fetches.outcome IS 'new, updated, unchanged, quarantined, rejected or unread';
COMMENT ON COLUMN fetches.article_id IS 'The article that the page holds; null when quarantined, rejected or unread';
COMMENT ON COLUMN fetches.error IS 'Why the page was quarantined or rejected or could not be read';
