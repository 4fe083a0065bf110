-- Pages that are records: their labelled values. And what kind of change each new version is.

CREATE TABLE attributes (
    article_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    item INTEGER NOT NULL,
    label VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    normalised_value VARCHAR,
    known BOOLEAN NOT NULL
);
COMMENT ON TABLE attributes IS 'Labelled values of pages that are records, such as the outcome of a hearing; the blocks that hold them are kept text too';
COMMENT ON COLUMN attributes.article_id IS 'Article that it belongs to';
COMMENT ON COLUMN attributes.version IS 'Version of the article';
COMMENT ON COLUMN attributes.position IS 'Block where the value begins; see blocks';
COMMENT ON COLUMN attributes.item IS 'Which of the records of the page it belongs to, from 1; 0 is told of the page as a whole';
COMMENT ON COLUMN attributes.label IS 'The label as written, without its colon';
COMMENT ON COLUMN attributes.name IS 'What the label stands for, the same for all publishers: rank, hearing_date, sanction ...; the label itself where it is not known';
COMMENT ON COLUMN attributes.value IS 'The value as written; paragraphs are parted by a blank line';
COMMENT ON COLUMN attributes.normalised_value IS 'The value in its normal form: a date (or two, parted by a slash) in ISO 8601, or a term; null where it is not sure';
COMMENT ON COLUMN attributes.known IS 'Whether the parser of the platform knows the label';

CREATE VIEW unknown_labels AS
SELECT
    source_id,
    label,
    count(DISTINCT article_id) AS articles,
    arg_max(value, first_seen_at) AS latest_value,
    arg_max(url, first_seen_at) AS latest_url
FROM attributes
JOIN articles USING (article_id, version)
WHERE NOT known
GROUP BY source_id, label;
COMMENT ON VIEW unknown_labels IS 'Labels of records that no parser knows yet: they are kept under the name they have';
COMMENT ON COLUMN unknown_labels.source_id IS 'Source of the pages, when known';
COMMENT ON COLUMN unknown_labels.label IS 'The label as written';
COMMENT ON COLUMN unknown_labels.articles IS 'Articles that have it now';
COMMENT ON COLUMN unknown_labels.latest_value IS 'Its value on the page that was seen first most lately';
COMMENT ON COLUMN unknown_labels.latest_url IS 'Address of that page';

CREATE TABLE changes (
    article_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    before VARCHAR,
    after VARCHAR,
    position INTEGER,
    aspects VARCHAR[] NOT NULL
);
COMMENT ON TABLE changes IS 'How each version but the first differs from the one before: a row for each changed passage or field';
COMMENT ON COLUMN changes.article_id IS 'Article';
COMMENT ON COLUMN changes.version IS 'The later version';
COMMENT ON COLUMN changes.what IS 'headline, body, date or authors; roles when a reader sees no difference, only paragraphs count as something else';
COMMENT ON COLUMN changes.kind IS 'cosmetic: spacing, punctuation, case, typography, order, a date told more exactly; substantive: all else';
COMMENT ON COLUMN changes.before IS 'The earlier wording; null when it was added';
COMMENT ON COLUMN changes.after IS 'The later wording; null when it was lost';
COMMENT ON COLUMN changes.position IS 'Block that holds the passage: of the later version, of the earlier one when it was lost; null for fields';
COMMENT ON COLUMN changes.aspects IS 'What it is about: added, lost, number, date, name, outcome, negation, wording, typography, order, precision';

CREATE VIEW edits AS
SELECT
    changes.article_id,
    changes.version,
    later.source_id,
    later.url,
    if(bool_or(changes.kind = 'substantive'), 'substantive', 'cosmetic') AS kind,
    count(*) FILTER (changes.kind = 'substantive') AS substantive_changes,
    count(*) FILTER (changes.kind = 'cosmetic') AS cosmetic_changes,
    bool_or(changes.what = 'headline' AND changes.kind = 'substantive') AS headline_changed,
    max(changes.before) FILTER (changes.what = 'headline') AS headline_before,
    max(changes.after) FILTER (changes.what = 'headline') AS headline_after,
    list_sort(list_distinct(flatten(list(changes.aspects)))) AS aspects,
    any_value(later.parser_version = earlier.parser_version) AS same_parser,
    later.run_id
FROM changes
JOIN (
    SELECT article_id, version, cause, source_id, url, parser_version, run_id
    FROM article_versions
) AS later USING (article_id, version)
JOIN (SELECT article_id, version, parser_version FROM article_versions) AS earlier
    ON earlier.article_id = changes.article_id AND earlier.version = changes.version - 1
WHERE later.cause = 'captured'
GROUP BY changes.article_id, changes.version, later.source_id, later.url, later.run_id;
COMMENT ON VIEW edits IS 'What publishers changed, one row a version; other readings of stored captures do not count';
COMMENT ON COLUMN edits.article_id IS 'Article';
COMMENT ON COLUMN edits.version IS 'The later version';
COMMENT ON COLUMN edits.source_id IS 'Source of the page, when known';
COMMENT ON COLUMN edits.url IS 'Address of the page, when it has one';
COMMENT ON COLUMN edits.kind IS 'substantive when any of its changes is, else cosmetic';
COMMENT ON COLUMN edits.substantive_changes IS 'Substantive changes; see changes';
COMMENT ON COLUMN edits.cosmetic_changes IS 'Cosmetic changes';
COMMENT ON COLUMN edits.headline_changed IS 'Whether the headline says something else';
COMMENT ON COLUMN edits.headline_before IS 'The earlier headline, when its wording changed at all';
COMMENT ON COLUMN edits.headline_after IS 'The later headline, when its wording changed at all';
COMMENT ON COLUMN edits.aspects IS 'What its changes are about, all together';
COMMENT ON COLUMN edits.same_parser IS 'Whether one version of the parsers read both; when not, a part of the change may be ours';
COMMENT ON COLUMN edits.run_id IS 'Run that made the later version';

CREATE VIEW chrome_changes AS
WITH looks AS (
    SELECT
        article_id,
        visited_at,
        outcome,
        payload_digest <> lag(payload_digest) OVER earlier AS other_bytes
    FROM fetches
    WHERE cause = 'captured' AND article_id IS NOT NULL AND payload_digest IS NOT NULL
    WINDOW earlier AS (PARTITION BY article_id ORDER BY visited_at, run_id)
)
SELECT
    article_id,
    count(*) AS looks,
    count(*) FILTER (outcome = 'unchanged' AND other_bytes) AS chrome_changes,
    count(*) FILTER (outcome = 'updated') AS versions_made,
    max(visited_at) FILTER (outcome = 'unchanged' AND other_bytes) AS last_chrome_change_at
FROM looks
GROUP BY article_id;
COMMENT ON VIEW chrome_changes IS 'How often a page came with other bytes that said the same: render times, related lists, adverts; no version is made of it';
COMMENT ON COLUMN chrome_changes.article_id IS 'Article that the page holds';
COMMENT ON COLUMN chrome_changes.looks IS 'Looks that brought the page';
COMMENT ON COLUMN chrome_changes.chrome_changes IS 'Looks that brought other bytes than the look before and the same article';
COMMENT ON COLUMN chrome_changes.versions_made IS 'Looks that made a further version';
COMMENT ON COLUMN chrome_changes.last_chrome_change_at IS 'The latest look of the former kind';
