-- What was erased on purpose: that it was, when, why and how much, without its text or addresses.

CREATE TABLE erasures (
    article_id VARCHAR NOT NULL,
    erased_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR NOT NULL,
    versions INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    captures INTEGER NOT NULL,
    visits INTEGER NOT NULL,
    rejections INTEGER NOT NULL,
    lifted_at TIMESTAMPTZ,
    lifted_reason VARCHAR
);
COMMENT ON TABLE erasures IS 'Ledger: articles whose text was erased on purpose; the stub that stays';
COMMENT ON COLUMN erasures.article_id IS 'Identity that the article had';
COMMENT ON COLUMN erasures.erased_at IS 'When it was erased';
COMMENT ON COLUMN erasures.reason IS 'Why, in the words of who erased it';
COMMENT ON COLUMN erasures.versions IS 'Versions that were deleted';
COMMENT ON COLUMN erasures.passages IS 'Passages that no other article uses, deleted with them';
COMMENT ON COLUMN erasures.captures IS 'Payloads that no other page sent, deleted from index and WARC files';
COMMENT ON COLUMN erasures.visits IS 'Looks in fetches whose address was blanked';
COMMENT ON COLUMN erasures.rejections IS 'Rejections whose address and detail were blanked';
COMMENT ON COLUMN erasures.lifted_at IS 'When its page was allowed to be loaded again; null while it is not';
COMMENT ON COLUMN erasures.lifted_reason IS 'Why it was allowed again';

CREATE TABLE erased_pages (
    article_id VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL
);
COMMENT ON TABLE erased_pages IS 'The addresses of erased articles, told only by their digest, so that they are not loaded again';
COMMENT ON COLUMN erased_pages.article_id IS 'Article that was erased';
COMMENT ON COLUMN erased_pages.page_id IS 'Made like an article_id, of one of its addresses';

CREATE TABLE erased_payloads (
    article_id VARCHAR NOT NULL,
    payload_digest VARCHAR NOT NULL
);
COMMENT ON TABLE erased_payloads IS 'Payloads of erased articles, told by their digest, so that their records can be found';
COMMENT ON COLUMN erased_payloads.article_id IS 'Article that was erased';
COMMENT ON COLUMN erased_payloads.payload_digest IS 'sha256: and 64 hex digits of the payload';

COMMENT ON COLUMN rejections.reason IS 'not_an_article, body_missing, over_stripped, blocked_page, consent_wall, soft_404, unsupported_media_type, undecodable, malformed, too_large, empty, not_found or erased';
