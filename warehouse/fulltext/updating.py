"""Bringing the index to where the database is: what is new since the run it stands for.

An index that is missing, broken, of another format, or that does not hold as many articles as the
database (after an erasure, or beside a database put back from a copy) is built anew, so nothing
that was erased stays behind in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import duckdb
from tantivy import Document, Index

from warehouse.fulltext.index import (
    FORMAT,
    IndexState,
    NoSearchIndex,
    SearchError,
    create_index,
    open_index,
    read_state,
    write_state,
)
from warehouse.fulltext.words import separated

_ROWS_AT_ONCE = 1_000
_HEAP_BYTES = 100_000_000
# One thread: two wait for this one to hand over articles, and leave two pieces to merge.
_THREADS = 1


class _IndexOutOfStep(Exception):
    """The index does not hold what the database holds."""


class _Row(NamedTuple):
    article_id: str
    version: int
    source_id: str | None
    headline: str | None
    article_body: str
    date_published: int | None


def update_index(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Bring the index in the writer's folder to the articles of the database.

    Raises SearchError when the index cannot be written.
    """
    present = _state_of(connection)
    try:
        try:
            _catch_up(connection, folder, present)
        except (NoSearchIndex, _IndexOutOfStep, ValueError):
            _add(create_index(folder), _articles(connection, after=""))
        write_state(folder, present)
    except (OSError, ValueError) as error:  # ValueError is all that Tantivy raises
        raise SearchError(f"The search index in {folder} cannot be written: {error}.") from error


def _catch_up(connection: duckdb.DuckDBPyConnection, folder: Path, present: IndexState) -> None:
    """Index the articles of later runs than the one the index stands for."""
    before = read_state(folder)
    if before is None or before.format != FORMAT or not _knows_run(connection, before.run_id):
        raise _IndexOutOfStep
    index = open_index(folder)
    if before.run_id != present.run_id:
        _add(index, _articles(connection, after=before.run_id or ""))
    row = connection.execute("SELECT count(*) FROM articles").fetchone()
    if row is None or index.searcher().num_docs != row[0]:
        raise _IndexOutOfStep


def _add(index: Index, articles: Iterator[_Row]) -> None:
    """Index articles in one commit, each in place of an earlier version of it."""
    first = next(articles, None)
    if first is None:
        return
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=_THREADS)
    for article in chain((first,), articles):
        writer.delete_documents_by_term("article_id", article.article_id)
        writer.add_document(_document(article))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def _document(article: _Row) -> Document:
    document = Document(
        article_id=article.article_id,
        version=article.version,
        article_body=separated(article.article_body),
    )
    if article.headline is not None:
        document.add_text("headline", separated(article.headline))
    if article.source_id is not None:
        document.add_text("source_id", article.source_id)
    if article.date_published is not None:
        document.add_integer("date_published", article.date_published)
    return document


def _articles(connection: duckdb.DuckDBPyConnection, after: str) -> Iterator[_Row]:
    """The latest versions that runs later than ``after`` made."""
    cursor = connection.execute(
        """
        SELECT article_id, version, source_id, headline, article_body,
            floor(epoch(date_published))::BIGINT
        FROM articles
        WHERE run_id > ?
        """,
        [after],
    )
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield from map(_Row._make, rows)


def _state_of(connection: duckdb.DuckDBPyConnection) -> IndexState:
    row = connection.execute("SELECT run_id, as_of FROM publication").fetchone()
    run_id, as_of = row or (None, None)
    return IndexState(FORMAT, run_id, as_of.isoformat() if as_of else None)


def _knows_run(connection: duckdb.DuckDBPyConnection, run_id: str | None) -> bool:
    if run_id is None:
        return True
    known = connection.execute("SELECT true FROM runs WHERE run_id = ?", [run_id]).fetchone()
    return known is not None
