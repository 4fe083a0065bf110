"""Site memory: blocks that recur on page after page, and what speaks for their removal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

DOUBTFUL_SHARE = 0.5
"""Share of a source's stories from which a block that joins them is worth a person's look."""


class RecurringBlock(NamedTuple):
    """A kept block that recurs; the fields are columns of the view ``recurring_blocks``.

    Without ``is_chrome`` it stands at an edge of most stories, but nothing parts it from them: a
    standard sentence of the publisher as likely as a leftover.
    """

    source_id: str
    text: str
    stories: int
    share: float
    stories_of_site: int
    stories_removed: int
    verdict: str
    is_chrome: bool
    example: str


def recurring_blocks(
    connection: duckdb.DuckDBPyConnection, source_id: str | None
) -> Sequence[RecurringBlock]:
    """Chrome left in, then what may be, of a source or (None) of all; most stories first.

    What stands within a story or points the reader on, on any page of the site, is never among
    them.
    """
    rows = connection.execute(
        f"""
        SELECT {", ".join(RecurringBlock._fields)}
        FROM recurring_blocks
        WHERE (is_chrome OR (verdict = 'joins stories' AND share >= $share))
            AND source_id IS NOT NULL AND ($source_id IS NULL OR source_id = $source_id)
        ORDER BY source_id, is_chrome DESC, stories DESC, text
        """,  # noqa: S608 - our own names
        {"source_id": source_id, "share": DOUBTFUL_SHARE},
    ).fetchall()
    return tuple(map(RecurringBlock._make, rows))
