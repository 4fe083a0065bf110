-- Articles that contradict themselves: repeated with other facts, two dates, numbers that only the
-- headline has.

CREATE MACRO figures(text) AS list_distinct(list_transform(
    regexp_extract_all(text, '\d[\d,]*(?:\.\d+)?(?:[kK]\b)?'),
    lambda figure: replace(replace(lower(figure), ',', ''), 'k', '000')
));
COMMENT ON MACRO figures IS 'The numbers that a text has in digits, 1,200 as 1200 and 10k as 10000';

CREATE MACRO number_words(number) AS CASE number
    WHEN '1' THEN ['one', 'first', 'once', 'single'] WHEN '2' THEN ['two', 'second', 'twice', 'both', 'pair']
    WHEN '3' THEN ['three', 'third', 'trio'] WHEN '4' THEN ['four', 'fourth'] WHEN '5' THEN ['five', 'fifth']
    WHEN '6' THEN ['six', 'sixth'] WHEN '7' THEN ['seven', 'seventh'] WHEN '8' THEN ['eight', 'eighth']
    WHEN '9' THEN ['nine', 'ninth'] WHEN '10' THEN ['ten', 'tenth'] WHEN '11' THEN ['eleven', 'eleventh']
    WHEN '12' THEN ['twelve', 'twelfth', 'dozen'] WHEN '14' THEN ['fourteen', 'fortnight']
    WHEN '20' THEN ['twenty', 'twentieth'] WHEN '30' THEN ['thirty', 'thirtieth']
    WHEN '40' THEN ['forty', 'fortieth'] WHEN '50' THEN ['fifty', 'fiftieth']
    WHEN '13' THEN ['thirteen'] WHEN '15' THEN ['fifteen'] WHEN '16' THEN ['sixteen']
    WHEN '17' THEN ['seventeen'] WHEN '18' THEN ['eighteen'] WHEN '19' THEN ['nineteen']
    ELSE []
END;
COMMENT ON MACRO number_words IS 'Words by which a text may tell a small number instead of digits';

CREATE VIEW conflicts AS
WITH
-- Two paragraphs that are nearly one: of all pairs in a flagged article the one most alike.
long_paragraphs AS (
    SELECT article_id, version, citation, text,
        list_distinct(regexp_extract_all(lower(text), '\w+')) AS words
    FROM paragraphs
    SEMI JOIN (
        SELECT article_id, version FROM articles
        WHERE list_contains(flags, 'near_duplicate_conflict')
    ) USING (article_id, version)
    WHERE length(text) >= 90
),
repeats AS (
    SELECT one.article_id, one.version, 'near_repeat' AS kind,
        'only one says: ' || array_to_string(list_sort(
            list_filter(one.words, lambda word: NOT list_contains(other.words, word))
            || list_filter(other.words, lambda word: NOT list_contains(one.words, word))
        ), ' ') AS detail,
        one.text AS one,
        other.text AS other,
        one.citation AS one_citation,
        other.citation AS other_citation
    FROM long_paragraphs AS one
    JOIN long_paragraphs AS other
        ON one.article_id = other.article_id
        AND one.version = other.version
        AND one.citation <> other.citation
        AND one.text < other.text
    QUALIFY row_number() OVER (
        PARTITION BY one.article_id
        ORDER BY len(list_intersect(one.words, other.words)) / len(list_distinct(one.words || other.words)) DESC,
            one.citation, other.citation
    ) = 1
),
-- The witness furthest from the date that was taken.
dates AS (
    SELECT chosen.article_id, chosen.version, 'dates' AS kind,
        chosen.witness || ' and ' || other.witness || ' are '
            || abs(date_diff('day', chosen.value::TIMESTAMPTZ, other.value::TIMESTAMPTZ))
            || ' days apart' AS detail,
        chosen.witness || ': ' || chosen.raw AS one,
        other.witness || ': ' || other.raw AS other,
        NULL::VARCHAR AS one_citation,
        NULL::VARCHAR AS other_citation
    FROM date_evidence AS chosen
    SEMI JOIN (
        SELECT article_id, version FROM articles WHERE list_contains(flags, 'date_conflict')
    ) USING (article_id, version)
    JOIN date_evidence AS other
        ON other.article_id = chosen.article_id
        AND other.version = chosen.version
        AND other.field = chosen.field
    WHERE chosen.chosen AND chosen.field = 'date_published' AND NOT other.chosen
        AND other.value IS NOT NULL AND other.precision <> 'month' AND other.note IS NULL
    QUALIFY row_number() OVER (
        PARTITION BY chosen.article_id
        ORDER BY abs(epoch(chosen.value::TIMESTAMPTZ) - epoch(other.value::TIMESTAMPTZ)) DESC, other.rank
    ) = 1
),
numbers AS (
    SELECT article_id, version, headline, article_body, unnest(figures(headline)) AS number,
        figures(article_body) AS told
    FROM articles
    WHERE regexp_matches(headline, '\d')
),
lacking AS (
    SELECT article_id, version, 'headline_number' AS kind,
        'the body lacks ' || array_to_string(list_sort(list(number)), ', ') AS detail,
        headline AS one,
        NULL::VARCHAR AS other,
        NULL::VARCHAR AS one_citation,
        NULL::VARCHAR AS other_citation
    FROM (FROM numbers WHERE NOT list_contains(told, number))
    -- One pattern for all number words (and some others): it is compiled once and scans quickly.
    WHERE CASE WHEN number_words(number) = [] THEN true ELSE NOT list_has_any(
        number_words(number),
        list_transform(
            regexp_extract_all(
                article_body,
                '(?i)\b(?:one|first|once|single|two|second|twice|both|pair|three|third|trio|dozen|'
                || 'fortnight|(?:four|fif|five|six|seven|eigh|eight|nin|nine|ten|eleven|twel|twelve|'
                || 'thir|for|twen)(?:f?th|teen|ty|tieth)?)\b'
            ),
            lambda word: lower(word)
        )
    ) END
    GROUP BY article_id, version, headline
)
SELECT article_id, version, source_id, headline, url, kind, detail, one, other, one_citation,
    other_citation
FROM (FROM repeats UNION ALL FROM dates UNION ALL FROM lacking)
JOIN (SELECT article_id, version, source_id, headline, url FROM articles)
    USING (article_id, version);
COMMENT ON VIEW conflicts IS 'Where an article contradicts itself, as it reads now: for a person to judge, nothing is corrected';
COMMENT ON COLUMN conflicts.article_id IS 'Article';
COMMENT ON COLUMN conflicts.version IS 'Its latest version';
COMMENT ON COLUMN conflicts.source_id IS 'Source of the page, when known';
COMMENT ON COLUMN conflicts.headline IS 'Headline';
COMMENT ON COLUMN conflicts.url IS 'Address of the page, when it has one';
COMMENT ON COLUMN conflicts.kind IS 'near_repeat: a paragraph stands there twice with different facts; dates: its witnesses disagree by more than a day; headline_number: the body lacks a number of the headline';
COMMENT ON COLUMN conflicts.detail IS 'What differs, in words';
COMMENT ON COLUMN conflicts.one IS 'The one statement: a paragraph, the date that was taken, the headline';
COMMENT ON COLUMN conflicts.other IS 'The other paragraph, or the witness that is furthest from the date; null for a number';
COMMENT ON COLUMN conflicts.one_citation IS 'Citation of the one paragraph; see cite()';
COMMENT ON COLUMN conflicts.other_citation IS 'Citation of the other paragraph; see cite()';
