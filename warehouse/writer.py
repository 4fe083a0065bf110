"""The one writer of a warehouse."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

import duckdb
from filelock import BaseFileLock

from parsers.items import Capture, RunReport, Source, Visit
from warehouse import collecting, copying, loading, pages, runs, snapshots, sources
from warehouse.backfills import Backfills
from warehouse.erasure import Erasures
from warehouse.known import Known
from warehouse.locking import take_lock
from warehouse.places import Place
from warehouse.quarantine import Quarantine
from warehouse.ranges import Ranges
from warehouse.stores import Store, store_of
from warehouse.stories.updating import update_stories
from warehouse.tables import beside

# A batch is too small to be shared out: further threads would mostly wait for one another, busily.
_ONE_THREAD = "SET threads = 1"
_ALL_THREADS = "RESET threads"


def open_writer(place: Place, *, wait: float = 0) -> Writer:
    """A writer of the warehouse at a place, which is made when missing.

    ``wait`` is how many seconds to wait for another writer with the same folder to end. Runs that
    a crashed process left open are marked so. Raises WarehouseBusy, NotAWarehouse, NewerWarehouse,
    and WarehouseError when the folder cannot be made or a lake cannot be reached.
    """
    store = store_of(place)
    lock = take_lock(store.folder, wait)
    try:
        writer = Writer(store, store.open(), lock)
    except BaseException:
        lock.release()
        raise
    try:
        writer.mark_crashed()
    except BaseException:
        writer.close()
        raise
    return writer


class Writer:
    """Writes to a warehouse while it holds its lock; a context manager that gives it back."""

    def __init__(
        self, store: Store, connection: duckdb.DuckDBPyConnection, lock: BaseFileLock
    ) -> None:
        self._store = store
        self._connection = connection
        self._lock = lock
        self._in_transaction = False
        self._known = Known.of(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and give the lock back. What was not published stays unpublished."""
        self._connection.close()
        self._store.close()
        self._lock.release()

    def mark_crashed(self) -> None:
        """Close the runs that an earlier process of this writer left open."""
        with self.transaction():
            runs.mark_crashed(self._connection, self._store.writer)

    def record_sources(self, declared: Sequence[Source]) -> None:
        """Make the table ``sources`` say what is declared now."""
        with self.transaction():
            sources.record_sources(self._connection, declared)

    def start_run(self, kind: str, parameters: Mapping[str, object]) -> str:
        """Enter a run as running; its identity sorts by time."""
        with self.transaction():
            return runs.start_run(self._connection, kind, parameters, self._store.writer)

    def known_payloads(self, digests: Collection[str]) -> set[str]:
        """Those of the payload digests that are in ``snapshots`` already."""
        return set(self._known.payloads.get(digests))

    def captures(self, digests: Collection[str]) -> dict[str, Capture]:
        """Where the payloads with these digests were captured first, as far as they were."""
        known = self._known.payloads.get(digests)
        return snapshots.stored_captures(self._connection, known) if known else {}

    def load(
        self,
        run_id: str,
        visits: Sequence[Visit],
        captures: Sequence[Capture],
        *,
        cause: loading.Cause = "captured",
    ) -> tuple[str, ...]:
        """Load visits in order, with the captures they made, in one transaction.

        Returns one outcome per visit: new, updated, unchanged, quarantined, rejected or unread.
        Raises AccountError, with nothing loaded, when an article's blocks do not account for its
        page.
        """
        with self.transaction():
            self._connection.execute(_ONE_THREAD)
            return loading.load(self._connection, self._known, run_id, visits, captures, cause)

    def page_lookup(self) -> pages.PageLookup:
        """Questions about known pages, which another thread may ask while this one writes."""
        return pages.PageLookup(self._connection)

    def record_found(self, found: Sequence[pages.Page]) -> None:
        """Enter pages that a source lists: new ones, and of known ones what the list says now."""
        with self.transaction():
            pages.record_found(self._connection, found)

    def record_pages(self, looked_at: Sequence[pages.Page]) -> None:
        """Enter pages as they are after a look at them; their articles learn if they are gone."""
        with self.transaction():
            pages.record_pages(self._connection, looked_at)
            self._known.readings.drop({page.article_id for page in looked_at if page.article_id})

    def standing_articles(self) -> dict[str, tuple[int, int]]:
        """How many listed pages of each source hold an article and stand; how many have a date."""
        return pages.standing_articles(self._connection)

    def record_discoveries(self, run_id: str, discoveries: Sequence[collecting.Discovered]) -> None:
        """Enter discoveries that came to their end, after the pages that they found."""
        with self.transaction():
            collecting.record_discoveries(self._connection, run_id, discoveries)

    def hosts(self) -> Sequence[collecting.Host]:
        """What each host asked of us when it was last spoken to."""
        return collecting.hosts(self._connection)

    def record_hosts(self, asked: Sequence[collecting.Host]) -> None:
        """Remember what hosts asked of us."""
        with self.transaction():
            collecting.record_hosts(self._connection, asked)

    def superseded_captures(self, before: datetime) -> set[str]:
        """Payloads captured before a moment that made no version and are the latest of no page."""
        return snapshots.superseded(self._connection, before)

    def forget_captures(self, digests: Collection[str]) -> None:
        """Strike payloads out of the index of captures."""
        with self.transaction():
            snapshots.forget(self._connection, digests)
            self._known.forget()

    def all_payloads(self) -> set[str]:
        """The digests of all payloads that are indexed."""
        return set(snapshots.indexed_payloads(self._connection, None))

    @property
    def wasted_share(self) -> float:
        """Which share of the stored bytes (0 to 1) holds nothing any more."""
        return self._store.wasted_share(self._connection)

    def pages(self, source_id: str | None = None) -> Sequence[snapshots.StoredPage]:
        """The latest capture of each page, of one source or of all."""
        return snapshots.stored_pages(self._connection, source_id)

    @property
    def erasures(self) -> Erasures:
        """Erases articles, and knows what was erased; changes belong in a ``transaction``."""
        self._known.forget()
        return Erasures(self._connection)

    @property
    def backfills(self) -> Backfills:
        """The ledger of backfills; changes belong in a ``transaction``."""
        return Backfills(self._connection)

    @property
    def ranges(self) -> Ranges:
        """What is usual for a source, by its history."""
        return Ranges(self._connection)

    @property
    def quarantine(self) -> Quarantine:
        """Pages that are held back; changes belong in a ``transaction``."""
        return Quarantine(self._connection)

    def copy_from(self, reader: duckdb.DuckDBPyConnection) -> int:
        """Enter all rows of another warehouse into this one, which is empty; how many there were.

        Raises WarehouseError when this one is not, or when that one's schema is not the newest.
        """
        with self.transaction():
            self._known.forget()
            return copying.copy_rows(reader, self._connection)

    def rewrite(self) -> None:
        """Write the database anew, so that nothing that was deleted leaves bytes in its file."""
        self._connection = self._store.rewrite(self._connection)
        self._known = Known.of(self._connection)

    def finish_run(
        self, run_id: str, status: runs.EndStatus, problems: Sequence[str] = ()
    ) -> RunReport:
        """Enter how a run ended and return what it did."""
        with self.transaction():
            self._connection.execute(_ALL_THREADS)
            return runs.finish_run(self._connection, run_id, status, problems)

    def publish(self) -> None:
        """Give readers what was loaded: the writer's last step, for it closes the database.

        Stories are told first, and the search index goes ahead of the copy. Raises SearchError
        when it cannot be written; readers have the copy all the same, and a search says that the
        index is behind.
        """
        self._connection.execute(_ALL_THREADS)
        try:
            with self._indexing(), self.transaction():
                update_stories(self._connection)
        finally:
            self._store.publish(self._connection)

    @contextmanager
    def _indexing(self) -> Iterator[None]:
        """Bring the search index to what is committed, beside what is done inside."""
        with closing(beside(self._connection)) as cursor, ThreadPoolExecutor(1) as thread:
            indexing = thread.submit(self._store.index, cursor)
            yield
            indexing.result()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is committed together, or nothing of it when it raises."""
        if self._in_transaction:
            yield
            return
        with self._store.turn(), _without_collection():
            if self._store.writer is not None:
                self._known.forget()  # others may have written since
            self._connection.begin()
            self._in_transaction = True
            try:
                yield
                self._store.confirm_turn()
            except BaseException:
                self._connection.rollback()
                self._known.forget()
                raise
            else:
                self._connection.commit()
            finally:
                self._in_transaction = False


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for reference cycles: a batch makes values by the hundred thousand, and none."""
    collecting_garbage = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting_garbage:
            gc.enable()
