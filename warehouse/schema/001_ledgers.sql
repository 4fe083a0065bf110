-- What was declared, run, looked at, captured and refused.
-- No foreign keys and no indexes: both block later updates and migrations, and one writer loads
-- under a lock. `newsgrain doctor` checks what they would have held.

CREATE TABLE schema_migrations (
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE schema_migrations IS 'The numbered migrations that made this database, one row each';
COMMENT ON COLUMN schema_migrations.version IS 'Number of the migration; the highest is the schema version';
COMMENT ON COLUMN schema_migrations.name IS 'File name of the migration, without its extension';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied';

CREATE TABLE sources (
    source_id VARCHAR NOT NULL,
    publisher VARCHAR NOT NULL,
    publisher_type VARCHAR NOT NULL,
    platform VARCHAR,
    home VARCHAR,
    area VARCHAR,
    in_language VARCHAR NOT NULL,
    time_zone VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL,
    declaration JSON NOT NULL
);
COMMENT ON TABLE sources IS 'The sources as last declared in the seeds, one row each';
COMMENT ON COLUMN sources.source_id IS 'Name of the source: the stem of its file in seeds/sources';
COMMENT ON COLUMN sources.publisher IS 'Who publishes, as people call it';
COMMENT ON COLUMN sources.publisher_type IS 'police_force, oversight_body, newspaper, broadcaster, government or other';
COMMENT ON COLUMN sources.platform IS 'Site system shared with other publishers, when known';
COMMENT ON COLUMN sources.home IS 'Address of the newsroom';
COMMENT ON COLUMN sources.area IS 'Area that the publisher serves';
COMMENT ON COLUMN sources.in_language IS 'Language of the source, as declared (BCP 47)';
COMMENT ON COLUMN sources.time_zone IS 'Zone taken for times that state none (IANA name)';
COMMENT ON COLUMN sources.enabled IS 'Whether runs without targets collect from it';
COMMENT ON COLUMN sources.declaration IS 'The whole declaration as JSON';

CREATE TABLE runs (
    run_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    parameters JSON NOT NULL,
    parser_version VARCHAR,
    new INTEGER,
    updated INTEGER,
    unchanged INTEGER,
    rejected INTEGER,
    unread INTEGER,
    problems VARCHAR[]
);
COMMENT ON TABLE runs IS 'Ledger: one row a run';
COMMENT ON COLUMN runs.run_id IS 'Identity of the run; sorts by time';
COMMENT ON COLUMN runs.kind IS 'What was run: ingest, backfill, reparse ...';
COMMENT ON COLUMN runs.status IS 'running, completed, failed, cancelled, or crashed (found open by a later writer)';
COMMENT ON COLUMN runs.started_at IS 'When the run began';
COMMENT ON COLUMN runs.finished_at IS 'When the run ended; null while running and after a crash';
COMMENT ON COLUMN runs.parameters IS 'What the run was asked to do';
COMMENT ON COLUMN runs.parser_version IS 'Version of the parsers that read its pages; null when no article was read';
COMMENT ON COLUMN runs.new IS 'Pages that became a first version; null until the run ends';
COMMENT ON COLUMN runs.updated IS 'Pages that became a further version; null until the run ends';
COMMENT ON COLUMN runs.unchanged IS 'Pages that say what the latest version says; null until the run ends';
COMMENT ON COLUMN runs.rejected IS 'Pages that were read but are not stored as articles; null until the run ends';
COMMENT ON COLUMN runs.unread IS 'Targets that could not be read at all; null until the run ends';
COMMENT ON COLUMN runs.problems IS 'What a person should look at, one text each; null until the run ends';

CREATE TABLE fetches (
    run_id VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    source_id VARCHAR,
    url VARCHAR,
    path VARCHAR,
    visited_at TIMESTAMPTZ NOT NULL,
    http_status INTEGER,
    outcome VARCHAR NOT NULL,
    cause VARCHAR NOT NULL,
    payload_digest VARCHAR,
    size BIGINT,
    article_id VARCHAR,
    version INTEGER,
    error VARCHAR
);
COMMENT ON TABLE fetches IS 'Ledger: one row for each look at a page, counted once by its outcome';
COMMENT ON COLUMN fetches.run_id IS 'Run in which the page was looked at';
COMMENT ON COLUMN fetches.target IS 'What the run was told to look at: a URL or a relative path';
COMMENT ON COLUMN fetches.source_id IS 'Source that the page belongs to, when known';
COMMENT ON COLUMN fetches.url IS 'Final address of the page, when it has one';
COMMENT ON COLUMN fetches.path IS 'Path of the file relative to the folder that was given';
COMMENT ON COLUMN fetches.visited_at IS 'When the page was looked at';
COMMENT ON COLUMN fetches.http_status IS 'Status code of the answer; null for files';
COMMENT ON COLUMN fetches.outcome IS 'new, updated, unchanged, rejected or unread';
COMMENT ON COLUMN fetches.cause IS 'captured: the page itself was looked at; reparsed: a stored capture was';
COMMENT ON COLUMN fetches.payload_digest IS 'Digest of the bytes that were read; see snapshots';
COMMENT ON COLUMN fetches.size IS 'Length of the payload in bytes';
COMMENT ON COLUMN fetches.article_id IS 'The article that the page holds; null when rejected or unread';
COMMENT ON COLUMN fetches.version IS 'The version that was current after this look';
COMMENT ON COLUMN fetches.error IS 'Why the page was rejected or could not be read';

CREATE TABLE rejections (
    run_id VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    source_id VARCHAR,
    url VARCHAR,
    path VARCHAR,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    payload_digest VARCHAR,
    rejected_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE rejections IS 'Ledger: looks at pages that gave no article, and why';
COMMENT ON COLUMN rejections.run_id IS 'Run in which the page was rejected';
COMMENT ON COLUMN rejections.target IS 'What the run was told to look at: a URL or a relative path';
COMMENT ON COLUMN rejections.source_id IS 'Source that the page belongs to, when known';
COMMENT ON COLUMN rejections.url IS 'Final address of the page, when it has one';
COMMENT ON COLUMN rejections.path IS 'Path of the file relative to the folder that was given';
COMMENT ON COLUMN rejections.reason IS 'not_an_article, body_missing, over_stripped, blocked_page, consent_wall, soft_404, unsupported_media_type, undecodable, malformed, too_large, empty or not_found';
COMMENT ON COLUMN rejections.detail IS 'The reason in words, for this page';
COMMENT ON COLUMN rejections.payload_digest IS 'Digest of the bytes that were read; null when nothing was';
COMMENT ON COLUMN rejections.rejected_at IS 'When the page was looked at';

CREATE TABLE snapshots (
    payload_digest VARCHAR NOT NULL,
    source_id VARCHAR,
    url VARCHAR,
    requested_url VARCHAR,
    path VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL,
    http_status INTEGER,
    media_type VARCHAR,
    charset VARCHAR,
    size BIGINT NOT NULL,
    warc_file VARCHAR NOT NULL,
    warc_offset BIGINT NOT NULL
);
COMMENT ON TABLE snapshots IS 'Index of the raw captures: one row for each distinct payload, as first captured';
COMMENT ON COLUMN snapshots.payload_digest IS 'sha256: and 64 hex digits of the payload';
COMMENT ON COLUMN snapshots.source_id IS 'Source of the page that was captured first with these bytes';
COMMENT ON COLUMN snapshots.url IS 'Final address of that page, when it has one';
COMMENT ON COLUMN snapshots.requested_url IS 'Address that was asked for, before redirects';
COMMENT ON COLUMN snapshots.path IS 'Path of the file relative to the folder that was given';
COMMENT ON COLUMN snapshots.fetched_at IS 'When the payload was captured';
COMMENT ON COLUMN snapshots.http_status IS 'Status code of the answer; null for files';
COMMENT ON COLUMN snapshots.media_type IS 'Media type that HTTP or the file name said, lower case';
COMMENT ON COLUMN snapshots.charset IS 'Character set that HTTP said';
COMMENT ON COLUMN snapshots.size IS 'Length of the payload in bytes';
COMMENT ON COLUMN snapshots.warc_file IS 'WARC file that holds the payload, relative to the captures folder';
COMMENT ON COLUMN snapshots.warc_offset IS 'Where its record begins in that file, in bytes';
