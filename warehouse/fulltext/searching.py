"""Answers to a search: ranked by the index, told in the words of the published copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple, overload

import duckdb
from tantivy import (
    Document,
    FieldType,
    Index,
    Occur,
    Query,
    Searcher,
    SnippetGenerator,
)

from warehouse.fulltext.index import SearchError, open_index, read_state, schema
from warehouse.fulltext.question import understand
from warehouse.fulltext.words import joined, separated
from warehouse.lake.address import Lake
from warehouse.lake.errors import NotOnALake
from warehouse.places import Place, writer_folder
from warehouse.reader import open_reader

SNIPPET_CHARACTERS = 240

_SECONDS_A_DAY = 86_400


class Hit(NamedTuple):
    """An article that a search found, as the published copy has it.

    ``score`` is BM25's, comparable within one search only. ``highlights`` are the places in
    ``snippet`` (first character, the one after the last) that were looked for.
    """

    article_id: str
    version: int
    score: float
    source_id: str | None
    publisher: str | None
    headline: str | None
    url: str | None
    date_published: datetime | None
    date_published_precision: str
    snippet: str
    highlights: tuple[tuple[int, int], ...]


class Hits(Sequence[Hit]):
    """The best hits of a search, best first.

    ``total`` is how many articles the index found. ``indexed_run`` is the run that the index
    stands for, ``published_run`` that of the copy that readers open.
    """

    def __init__(
        self,
        hits: Sequence[Hit],
        total: int,
        indexed_run: str | None,
        published_run: str | None,
    ) -> None:
        self._hits = tuple(hits)
        self.total = total
        self.indexed_run = indexed_run
        self.published_run = published_run

    @property
    def behind(self) -> bool:
        """Whether the published copy has seen runs that the index has not."""
        return (self.indexed_run or "") < (self.published_run or "")

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        return self._hits[index]


class _Found(NamedTuple):
    score: float
    article_id: str
    version: int


def search(
    place: Place,
    question: str,
    *,
    source_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
) -> Hits:
    """The articles of the warehouse at a place that answer a question best.

    ``question`` holds words, all of which must occur in headline or body, "phrases", ``word*``,
    AND, OR, NOT, ``-word``, brackets, and ``headline:`` or ``body:`` before a word or phrase.
    ``since`` and ``until`` bound the day of publication (UTC, both included) and leave out
    articles without a date. The index may be a moment ahead of the published copy, whose texts
    are shown: what is not published yet is left out.

    Raises BadQuestion, NoSearchIndex, NoWarehouse, NotAWarehouse, WarehouseBusy, NotOnALake.
    """
    if isinstance(place, Lake):
        raise NotOnALake(
            f"{place} has no search index: each machine that writes to a lake sees a part of it. "
            "`newsgrain sql` finds words by the macro why: FROM why('these words')."
        )
    path = place.absolute()
    with open_reader(path) as connection:
        folder = writer_folder(path)
        index = open_index(folder)
        state = read_state(folder)
        searcher = index.searcher()
        try:
            query = understand(question, searcher)
            narrowed = _narrowed(query, source_id, since, until)
            found, total = _best(searcher, narrowed, limit)
            hits = _told(connection, index, query, found)
        except ValueError as error:  # all that Tantivy raises
            raise SearchError(f"The search index cannot answer: {error}.") from error
        published = connection.execute("SELECT run_id FROM publication").fetchone()
    return Hits(hits, total, state.run_id if state else None, published[0] if published else None)


def _narrowed(query: Query, source_id: str | None, since: date | None, until: date | None) -> Query:
    """The query bounded to a source and to days; the bounds do not count in the ranking."""
    bounds = []
    if source_id is not None:
        bounds.append(Query.term_query(schema(), "source_id", source_id, "basic"))
    if since is not None or until is not None:
        first = None if since is None else _start_of(since)
        last = None if until is None else _start_of(until) + _SECONDS_A_DAY - 1
        bounds.append(Query.range_query(schema(), "date_published", FieldType.Integer, first, last))
    silent = [(Occur.Must, Query.const_score_query(bound, 0.0)) for bound in bounds]
    return Query.boolean_query([(Occur.Must, query), *silent]) if silent else query


def _start_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _best(searcher: Searcher, query: Query, limit: int) -> tuple[list[_Found], int]:
    result = searcher.search(query, limit=limit)
    found = []
    for score, address in result.hits:
        stored = searcher.doc(address)
        found.append(_Found(score, stored["article_id"][0], stored["version"][0]))
    return found, result.count  # type: ignore[attr-defined]  # missing from the stubs


def _told(
    connection: duckdb.DuckDBPyConnection, index: Index, query: Query, found: Sequence[_Found]
) -> list[Hit]:
    """The hits with their texts, in the order found; those not in the copy left out."""
    if not found:
        return []
    # Spelt out: DuckDB then looks for the ids while it scans, and reads few bodies.
    places = ", ".join("?" * len(found))
    rows = connection.execute(
        f"""
        SELECT article_id, version, source_id, publisher, headline, url, date_published,
            date_published_precision, article_body
        FROM article_versions
        WHERE article_id IN ({places})
        """,  # noqa: S608 - placeholders
        [article_id for _, article_id, _ in found],
    ).fetchall()
    texts = {row[:2]: row for row in rows}
    generator = SnippetGenerator.create(index.searcher(), query, schema(), "article_body")
    generator.set_max_num_chars(SNIPPET_CHARACTERS)
    hits = []
    for score, article_id, version in found:
        if (article_id, version) in texts:
            *told, body = texts[article_id, version][2:]
            snippet, marks = _snippet(generator, body)
            hits.append(Hit._make((article_id, version, score, *told, snippet, marks)))
    return hits


def _snippet(generator: SnippetGenerator, body: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The passage of a body that says most of what was looked for; else how it begins."""
    text = separated(body).encode()
    snippet = generator.snippet_from_doc(Document(article_body=text.decode()))
    if not snippet.fragment():
        return body[:SNIPPET_CHARACTERS], ()
    fragment = snippet.fragment_range()
    first, last = _to_spaces(text, fragment.start, fragment.end)
    places = []
    for mark in snippet.highlighted():
        start, end = fragment.start + mark.start, fragment.start + mark.end
        begin = len(joined(text[first:start].decode()))
        places.append((begin, begin + len(joined(text[start:end].decode()))))
    return joined(text[first:last].decode()), tuple(_merged(places))


def _to_spaces(text: bytes, first: int, last: int) -> tuple[int, int]:
    """A range of UTF-8 bytes widened to take in the punctuation that its words touch."""
    before = re.search(rb"\S{0,8}\Z", text[max(0, first - 8) : first])
    after = re.compile(rb"\S{0,8}").match(text, last)
    first -= len(before[0]) if before else 0
    last = after.end() if after else last
    # Never between the bytes of one character.
    while first < len(text) and text[first] & 0xC0 == 0x80:
        first += 1
    while last < len(text) and text[last] & 0xC0 == 0x80:
        last -= 1
    return first, last


def _merged(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that touch as one: an unspaced script is found character by character."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(places):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
