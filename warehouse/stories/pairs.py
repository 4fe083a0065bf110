"""Which texts may be nearly the same, and whether they are.

Texts that share a band of their signatures are candidates. A template or a page copied ten
thousand times puts thousands of texts into one band, so each text is compared only with the
earliest few of a band and with a few texts in all: the work grows with the number of texts, and
copies of one text still hang together by the earliest of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import duckdb
import numpy as np

from warehouse.stories.shingles import WORDS_A_SHINGLE, Hashes, shingled
from warehouse.tables import matching

LEADERS = 8
"""Texts of one band, the earliest, that later ones are compared with."""

COMPARISONS = 16
"""Texts that one text is compared with, those that share most bands with it."""

LEAST_CONTAINMENT = 0.5
"""Share of the shorter text's shingles that a pair has in common, at least."""

LEAST_SHARED_WORDS = 20

_PAIRS_AT_ONCE = 4_000

# What an article says, without the lines that point its readers elsewhere.
NARRATIVE = """
    array_to_string(
        list_where(
            string_split(article_body, E'\\n\\n')[:len(kept)],
            list_transform(kept, lambda block: block.role NOT IN ('contact', 'call_to_action'))
        ),
        E'\\n\\n'
    )
"""


class Pair(NamedTuple):
    """Two texts, by digest, that are nearly the same; the fields of the table ``text_pairs``."""

    text: str
    earlier_text: str
    jaccard: float
    containment: float
    earlier_containment: float
    shared_words: int


class Overlap(NamedTuple):
    """What two texts have in common, of the runs of five words that each has."""

    jaccard: float
    containment: float
    other_containment: float
    shared_words: int


def overlap(shingles: Hashes, other: Hashes) -> Overlap:
    """How much two texts share, counted exactly; ``shared_words`` are words of the first one."""
    distinct, others = np.unique(shingles), np.unique(other)
    shared = np.intersect1d(distinct, others, assume_unique=True)
    if not len(shared):
        return Overlap(0.0, 0.0, 0.0, 0)
    runs = np.isin(shingles, shared)
    words = np.zeros(len(shingles) + WORDS_A_SHINGLE - 1, bool)
    for step in range(WORDS_A_SHINGLE):
        words[step : step + len(runs)] |= runs
    return Overlap(
        len(shared) / (len(distinct) + len(others) - len(shared)),
        len(shared) / len(distinct),
        len(shared) / len(others),
        int(words.sum()),
    )


def near_pairs(connection: duckdb.DuckDBPyConnection, after: int) -> Iterator[Pair]:
    """Pairs of texts that are nearly the same, one of them numbered higher than ``after``."""
    candidates = iter(_candidates(connection, after))
    while chunk := list(islice(candidates, _PAIRS_AT_ONCE)):
        known = _shingles(connection, {digest for pair in chunk for digest in pair})
        for text, earlier in chunk:
            found = overlap(known[text], known[earlier])
            contained = max(found.containment, found.other_containment)
            if contained >= LEAST_CONTAINMENT and found.shared_words >= LEAST_SHARED_WORDS:
                yield Pair(text, earlier, *found)


def _candidates(connection: duckdb.DuckDBPyConnection, after: int) -> Sequence[tuple[str, str]]:
    """Digests of a new text and of an earlier one that share a band."""
    return connection.execute(
        """
        WITH keys AS (SELECT text, number, unnest(bands) AS band FROM text_bands),
        new_keys AS (SELECT * FROM keys WHERE number > $after),
        leaders AS (
            SELECT text, number, band
            FROM keys
            SEMI JOIN new_keys USING (band)
            QUALIFY row_number() OVER (PARTITION BY band ORDER BY number) <= $leaders
        ),
        meetings AS (
            SELECT
                new_keys.number,
                any_value(new_keys.text) AS text,
                leaders.number AS earlier,
                any_value(leaders.text) AS earlier_text,
                count(*) AS shared_bands
            FROM new_keys
            JOIN leaders ON leaders.band = new_keys.band AND leaders.number < new_keys.number
            GROUP BY new_keys.number, earlier
        )
        SELECT text::VARCHAR, earlier_text::VARCHAR
        FROM meetings
        QUALIFY row_number() OVER (
            PARTITION BY number ORDER BY shared_bands DESC, earlier
        ) <= $comparisons
        ORDER BY earlier, number
        """,
        {"after": after, "leaders": LEADERS, "comparisons": COMPARISONS},
    ).fetchall()


def _shingles(connection: duckdb.DuckDBPyConnection, digests: set[str]) -> dict[str, Hashes]:
    """The shingles of texts by digest, each read again from an article that has it."""
    rows = matching(
        connection,
        f"""
        SELECT batch.text, {NARRATIVE}
        FROM (
            SELECT batch.text, min(article_id) AS article_id,
                arg_min(version, article_id) AS version
            FROM article_texts
            JOIN batch ON article_texts.text = batch.text::UUID
            GROUP BY batch.text
        ) AS batch
        JOIN article_versions USING (article_id, version)
        JOIN accounts USING (article_id, version)
        """,  # noqa: S608 - our own SQL
        "text",
        digests,
    )
    texts = (str(narrative) for _, narrative in rows)
    return {
        str(digest): text.shingles for (digest, _), text in zip(rows, shingled(texts), strict=True)
    }
