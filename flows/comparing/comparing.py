"""Every stored page against today's parsers, on all cores, from where the last try was stopped."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import duckdb

from flows.archive.stored import stored_snapshot, stored_sources
from flows.archive.warc import ArchiveError
from flows.comparing.baseline import Held, held_pages, place_of, stored_articles
from flows.comparing.differences import PageName, difference
from flows.comparing.notes import Noted, Notes, open_notes, state_of
from flows.comparing.summing import Comparison, Summing
from flows.runs.parsing import Outcome, Parse, ParserPool, Pending, open_runner, parser
from flows.runs.steps import check_source
from flows.settings import Settings
from flows.sources.loading import load_sources
from flows.terminal.progress import Progress
from warehouse import StoredPage, captures_folder, open_reader
from warehouse.snapshots import stored_pages


class _Page(NamedTuple):
    page: StoredPage
    held: Held

    @property
    def key(self) -> str:
        """What a note of it holds for: these bytes, against that version."""
        source_id, place = place_of(self.page)
        return f"{source_id or ''} {place} {self.page.capture.payload_digest} {self.held}"


class _InFlight(NamedTuple):
    pages: Sequence[_Page]
    pending: Pending


def compare_pages(
    source_id: str | None, settings: Settings, progress: Progress, parse: Parse | None = None
) -> Comparison:
    """Read the latest capture of each page again and say what would change; nothing is loaded.

    These are the captures that ``reparse_pages`` reads, of one source or (None) of all. What was
    compared is noted beside the warehouse, so that a comparison that was stopped goes on, and one
    that is repeated with nothing changed is answered at once.

    Raises:
        SourceError, UnknownSourceError, NoWarehouse, NotAWarehouse: before anything is read.
    """
    read = parse or parser(settings)
    with open_reader(settings.warehouse) as connection:
        sources = stored_sources(connection) | load_sources(settings.seeds)
        check_source(source_id, sources)
        held = held_pages(connection)
        stored = stored_pages(connection, source_id)
        pages = [_Page(page, held[place_of(page)]) for page in stored]
        summing = Summing()
        with open_notes(settings.warehouse, state_of(read, sources)) as notes:
            known = notes.read()
            for page in pages:
                if page.key in known:
                    summing.add(page.page.source_id, known[page.key])
            waiting = [page for page in pages if page.key not in known]
            if known and waiting:
                progress.say(f"{len(pages) - len(waiting):,} pages were compared before")
            if waiting:
                with open_runner(settings) as runner:
                    pool = ParserPool(runner, sources, read)
                    _compare(waiting, pool, connection, notes, summing, settings, progress)
    return summing.done()


def _compare(
    pages: Sequence[_Page],
    pool: ParserPool,
    connection: duckdb.DuckDBPyConnection,
    notes: Notes,
    summing: Summing,
    settings: Settings,
    progress: Progress,
) -> None:
    """Batch by batch, in order, one more in flight than workers."""
    in_flight: deque[_InFlight] = deque()

    def finish_first() -> None:
        first = in_flight.popleft()
        noted = list(_noted(first.pages, pool.outcomes(first.pending), connection))
        notes.add(noted)
        for page, (_, found) in zip(first.pages, noted, strict=True):
            summing.add(page.page.source_id, found)
        progress.advance("the same" if found is None else "otherwise" for _, found in noted)

    for start in range(0, len(pages), settings.batch_pages):
        batch = pages[start : start + settings.batch_pages]
        readable, snapshots = [], []
        for page in batch:
            try:
                snapshots.append(stored_snapshot(page.page, captures_folder(settings.warehouse)))
                readable.append(page)
            except ArchiveError as error:
                summing.add_unread(page.page.target, str(error))
        in_flight.append(_InFlight(readable, pool.submit(snapshots)))
        while len(in_flight) > pool.workers:
            finish_first()
    while in_flight:
        finish_first()


def _noted(
    pages: Sequence[_Page], outcomes: Sequence[Outcome], connection: duckdb.DuckDBPyConnection
) -> Iterator[Noted]:
    versions = {page.held.version for page in pages if page.held.version}
    articles = stored_articles(connection, versions)
    for page, outcome in zip(pages, outcomes, strict=True):
        before = articles[page.held.version] if page.held.version else page.held.reason
        name = PageName(page.page.target, page.page.source_id)
        digest = page.page.capture.payload_digest
        yield Noted(page.key, difference(name, digest, before, outcome))
