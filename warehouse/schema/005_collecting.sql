-- What collecting from the web has to remember between runs: each page with its next due time,
-- each discovery that came to its end, what each host asked for.

ALTER TABLE fetches ADD COLUMN found_by VARCHAR;
ALTER TABLE fetches ADD COLUMN found_at VARCHAR;
ALTER TABLE fetches ADD COLUMN robots VARCHAR;
ALTER TABLE fetches ADD COLUMN attempts INTEGER;
ALTER TABLE fetches ADD COLUMN failure VARCHAR;
COMMENT ON COLUMN fetches.found_by IS 'How a collected page was found: feed, sitemap, listing, list, link or index; null for pages that were named';
COMMENT ON COLUMN fetches.found_at IS 'Address of the feed, sitemap or listing that named it first';
COMMENT ON COLUMN fetches.robots IS 'Line of robots.txt that decided, or why there was none; null when it was not asked or the run died before it was stored';
COMMENT ON COLUMN fetches.attempts IS 'Requests made for the page, redirects and retries included; null when it was not fetched in this run';
COMMENT ON COLUMN fetches.failure IS 'Kind of failure when no usable answer came: robots, timeout, connection, busy ...';

CREATE TABLE pages (
    url VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    found_by VARCHAR NOT NULL,
    found_at VARCHAR,
    found_run_id VARCHAR NOT NULL,
    lastmod TIMESTAMPTZ,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ,
    fetched_at TIMESTAMPTZ,
    due_at TIMESTAMPTZ NOT NULL,
    final_url VARCHAR,
    etag VARCHAR,
    last_modified VARCHAR,
    validators_lie BOOLEAN NOT NULL,
    not_modified INTEGER NOT NULL,
    payload_digest VARCHAR,
    article_id VARCHAR,
    date_published TIMESTAMPTZ,
    changed_at TIMESTAMPTZ,
    failures INTEGER NOT NULL,
    missing_since TIMESTAMPTZ,
    missing_run_id VARCHAR,
    gone_at TIMESTAMPTZ
);
COMMENT ON TABLE pages IS 'Pages that sources list, one row an address: when each is due and what is known of it';
COMMENT ON COLUMN pages.url IS 'Canonical address; no other row has it';
COMMENT ON COLUMN pages.address IS 'Address as it was listed, which is the one to ask for: the canonical one may cost a redirect';
COMMENT ON COLUMN pages.source_id IS 'Source that listed it first';
COMMENT ON COLUMN pages.found_by IS 'feed, sitemap, listing, list, link or index';
COMMENT ON COLUMN pages.found_at IS 'Address of the feed, sitemap or listing that named it';
COMMENT ON COLUMN pages.found_run_id IS 'Run that found it';
COMMENT ON COLUMN pages.lastmod IS 'When it was last changed, as its feed or sitemap told last';
COMMENT ON COLUMN pages.first_seen_at IS 'When it was found';
COMMENT ON COLUMN pages.last_seen_at IS 'When it was last seen standing, by a payload or a 304; null before';
COMMENT ON COLUMN pages.fetched_at IS 'When it was last asked for, whatever came; null before';
COMMENT ON COLUMN pages.due_at IS 'When it is to be asked for next';
COMMENT ON COLUMN pages.final_url IS 'Address that gave the last payload, after redirects';
COMMENT ON COLUMN pages.etag IS 'ETag of the last payload, for If-None-Match';
COMMENT ON COLUMN pages.last_modified IS 'Last-Modified of the last payload, for If-Modified-Since';
COMMENT ON COLUMN pages.validators_lie IS 'Whether they once stayed the same while the page changed; they are not sent then';
COMMENT ON COLUMN pages.not_modified IS 'Answers 304 in a row';
COMMENT ON COLUMN pages.payload_digest IS 'Digest of the last payload; see snapshots';
COMMENT ON COLUMN pages.article_id IS 'Article that it holds, or held last';
COMMENT ON COLUMN pages.date_published IS 'When that article was published, for the due time';
COMMENT ON COLUMN pages.changed_at IS 'When a further version of the article was last seen';
COMMENT ON COLUMN pages.failures IS 'Looks in a row without a usable answer';
COMMENT ON COLUMN pages.missing_since IS 'First of the looks in a row that found it missing; null while it stands';
COMMENT ON COLUMN pages.missing_run_id IS 'Run of that look: another one has to confirm it';
COMMENT ON COLUMN pages.gone_at IS 'missing_since, once a second look on another run has confirmed it';

CREATE TABLE discoveries (
    run_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ NOT NULL,
    listed INTEGER NOT NULL,
    found INTEGER NOT NULL,
    complete BOOLEAN NOT NULL
);
COMMENT ON TABLE discoveries IS 'Ledger: looks at what a source lists that came to their end';
COMMENT ON COLUMN discoveries.run_id IS 'Run that looked';
COMMENT ON COLUMN discoveries.source_id IS 'Source that was looked at';
COMMENT ON COLUMN discoveries.started_at IS 'When the look began';
COMMENT ON COLUMN discoveries.finished_at IS 'When it ended';
COMMENT ON COLUMN discoveries.listed IS 'Distinct pages that were listed';
COMMENT ON COLUMN discoveries.found IS 'Those of them not known before';
COMMENT ON COLUMN discoveries.complete IS 'Whether nothing went wrong: only then do listings stop at the pages found so far';

CREATE TABLE hosts (
    host VARCHAR NOT NULL,
    robots_status INTEGER,
    robots_body VARCHAR,
    robots_fetched_at TIMESTAMPTZ,
    retry_at TIMESTAMPTZ
);
COMMENT ON TABLE hosts IS 'What hosts asked of us, remembered from run to run';
COMMENT ON COLUMN hosts.host IS 'Scheme, name and port: what one robots.txt holds for';
COMMENT ON COLUMN hosts.robots_status IS 'HTTP status of its robots.txt; null when it is to be fetched again';
COMMENT ON COLUMN hosts.robots_body IS 'Text of its robots.txt, when there is one';
COMMENT ON COLUMN hosts.robots_fetched_at IS 'When that was fetched';
COMMENT ON COLUMN hosts.retry_at IS 'When it asked us to come back; null when it did not';
