"""Bringing texts, pairs and stories to where the articles are, before the warehouse is published.

Only versions without a row in ``article_texts`` are looked at, so a run that a kill left without
them, and a warehouse from before there were stories, are made up for by the next run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.stories.clusters import update_members
from warehouse.stories.pairs import NARRATIVE, Pair, near_pairs
from warehouse.stories.shingles import ALGORITHM, BANDS, bands, shingled
from warehouse.tables import append, columns, matching

FEWEST_WORDS = 20
"""Words of the shortest text that is compared: a shorter one is a notice, not a story."""

_ROWS_AT_ONCE = 500


class _Version(NamedTuple):
    article_id: str
    version: int
    text: str | None
    words: int
    algorithm: int


def update_stories(connection: duckdb.DuckDBPyConnection) -> None:
    """Compare the texts of new versions with all others, and group articles into stories.

    The caller holds the transaction.
    """
    if _forget(connection):
        drop_unused_texts(connection)
    last = _last_number(connection)
    if _enter_texts(connection, last):
        _append(connection, "text_pairs", Pair._fields, list(near_pairs(connection, last)))
        update_members(connection)


def drop_unused_texts(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what is known of texts that no version has any more; stories follow.

    The caller holds the transaction.
    """
    for table, column in (
        ("text_bands", "text"),
        ("text_pairs", "text"),
        ("text_pairs", "earlier_text"),
    ):
        connection.execute(
            f"DELETE FROM {table} WHERE {column} NOT IN "  # noqa: S608 - our own names
            "(SELECT text FROM article_texts WHERE text IS NOT NULL)"
        )
    update_members(connection)


def _forget(connection: duckdb.DuckDBPyConnection) -> bool:
    """Forget the texts of erased versions, and of another algorithm; says if there were any."""
    (forgotten,) = connection.execute(
        """
        DELETE FROM article_texts
        WHERE rowid IN (
            SELECT rowid FROM article_texts WHERE algorithm <> $1
            UNION ALL
            SELECT article_texts.rowid
            FROM article_texts ANTI JOIN article_versions USING (article_id, version)
        )
        """,
        [ALGORITHM],
    ).fetchall()
    return bool(forgotten[0])


def _last_number(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT coalesce(max(number), 0) FROM text_bands").fetchone()
    return int(row[0]) if row else 0


def _enter_texts(connection: duckdb.DuckDBPyConnection, last: int) -> int:
    """Enter the texts of versions that have none yet; says how many versions there were."""
    versions: list[_Version] = []
    signatures: dict[str, NDArray[np.uint32]] = {}
    for rows in _untold(connection):
        texts = list(shingled(narrative for _, _, narrative in rows))
        for (article_id, version, _), text in zip(rows, texts, strict=True):
            digest = text.digest if text.words >= FEWEST_WORDS else None
            versions.append(_Version(article_id, version, digest, text.words, ALGORITHM))
        compared = [text for text in texts if text.words >= FEWEST_WORDS]
        new = list({t.digest: t for t in compared if t.digest not in signatures}.values())
        signatures |= zip((text.digest for text in new), bands(new), strict=True)
    _append(connection, "article_texts", _Version._fields, versions)
    _append_bands(connection, signatures, last)
    return len(versions)


def _untold(connection: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[str, int, str]]]:
    """Versions that have no text yet, with what they say, in batches.

    Their rows are found before: to read all bodies would take longer than anything else here.
    """
    cursor = connection.execute(
        f"""
        SELECT article_id, version, {NARRATIVE}
        FROM article_versions
        JOIN accounts USING (article_id, version)
        WHERE article_versions.rowid IN (
            SELECT article_versions.rowid
            FROM article_versions ANTI JOIN article_texts USING (article_id, version)
        )
        """  # noqa: S608 - our own SQL
    )
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield rows


def _append(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    names: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Add the rows; digests are given as text."""
    append(connection, table, pa.table(dict(columns(names, rows))))


def _append_bands(
    connection: duckdb.DuckDBPyConnection, signatures: dict[str, NDArray[np.uint32]], last: int
) -> None:
    """Store the signatures of texts that are met for the first time, numbered on."""
    query = "FROM batch SEMI JOIN text_bands ON text_bands.text = batch.text::UUID"
    known = {digest for (digest,) in matching(connection, query, "text", signatures)}
    new = {digest: keys for digest, keys in signatures.items() if digest not in known}
    if not new:
        return
    values = pa.array(np.concatenate(list(new.values())))
    batch = pa.table(
        {
            "text": pa.array(new),
            "number": pa.array(range(last + 1, last + 1 + len(new)), pa.int32()),
            "bands": pa.FixedSizeListArray.from_arrays(values, BANDS),
        }
    )
    append(connection, "text_bands", batch)
