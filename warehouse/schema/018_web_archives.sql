-- Captures from web archives: what the columns of ledgers tell of them.

COMMENT ON COLUMN fetches.target IS 'What the run was told to look at: an address, a path below the folder given, or the address of a capture in a web archive';
COMMENT ON COLUMN fetches.visited_at IS 'When the page was looked at; of one from a web archive, when that captured it';
COMMENT ON COLUMN fetches.found_by IS 'How a collected page was found: feed, sitemap, listing, list, link or index; archive: captured by a web archive, which gave it; null for pages that were named';
COMMENT ON COLUMN fetches.found_at IS 'Address of the feed, sitemap, listing or index that named it first';
COMMENT ON COLUMN fetches.failure IS 'Kind of failure when no usable answer came: robots, timeout, connection, busy, archive (which has not what its index names) ...';
COMMENT ON COLUMN pages.found_by IS 'feed, sitemap, listing, list, link or index; archive: nobody lists it, a web archive has it';
COMMENT ON COLUMN pages.payload_digest IS 'Digest of the last payload, or of a capture in a web archive while none came from its own server; see snapshots';
COMMENT ON COLUMN snapshots.requested_url IS 'Address that was asked for, before redirects; of a page from a web archive, that of the capture';
COMMENT ON COLUMN backfills.targets IS 'WARC files and folders that were named, or the index of a web archive; empty when pages are asked for on the web';
COMMENT ON COLUMN backfill_windows.urls IS 'Their canonical addresses, see pages, or those of captures in a web archive; empty once the window is finished';
