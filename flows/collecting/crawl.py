"""The crawl of one run: all sources at once, what they list and which of their pages are due.

It runs in an event loop of its own, beside the thread that parses and loads, and hands over what
it brought in harvests. When that thread falls behind the crawl waits, so that memory is bounded.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from flows.collecting.looks import Look, look_at
from flows.collecting.revising import validators_to_send
from flows.discovery import DiscoveryProblem
from flows.fetching.outcomes import Failure, Fetch, Validators
from parsers.items import PageRef, Snapshot, Source
from warehouse import Discovered, Page, PageLookup, found_page

HARVEST_SECONDS = 1.0
"""Seconds after which a harvest is handed over, however small: what is captured is not lost."""

HELD_BYTES = 32_000_000
"""Bytes of pages that wait to be handed over, at most, before nothing more is asked for."""

LOOKED_UP_AT_ONCE = 100
"""Listed pages that are looked up together."""

MANY_CHANGED = 20
"""Known pages that a list may call changed, however few it names."""

FAILURES_IN_A_ROW = 5
"""Failures in a row after which a run leaves the other pages of a source to the next run."""

_GIVES_UP_AFTER = frozenset({"timeout", "connection", "tls", "busy"})
_LISTED_BYTES = 300  # about what a listed page weighs while it waits


class Asks(Protocol):
    """What a crawl needs of a fetcher."""

    async def fetch(
        self, url: str, source: Source | None = None, *, validators: Validators | None = None
    ) -> Fetch:
        """Fetch one page; nothing is raised for what the web does."""


Due = Callable[[str, datetime, int], Sequence[Page]]
"""Pages of a source (its id) that are to be asked for now: at most so many, in order."""

Discover = Callable[[Source, PageLookup], AsyncIterator[PageRef | DiscoveryProblem]]
"""What a source lists; each page comes once. The lookup tells which were seen before."""


class Trouble(NamedTuple):
    """What went wrong with a source, in words; ``details`` (a traceback) are for the log."""

    source_id: str
    problem: str
    details: str = ""


@dataclass
class Harvest:
    """What a crawl brought since the last one: pages listed, looks, discoveries that ended."""

    found: list[Page] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    ended: list[Discovered] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    size: int = 0


class Crawl:
    """Discovers and fetches the pages of some sources; ``run`` and ``harvest`` share one loop.

    Without ``discover`` nothing is listed, and only the pages that are ``due`` are asked for.
    ``pages_per_source`` is how many pages of one source are asked for at most; ``harvest_pages``
    is how many looks make a harvest full.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        fetcher: Asks,
        discover: Discover | None,
        due: Due,
        lookup: PageLookup,
        run_id: str,
        *,
        pages_per_source: int,
        harvest_pages: int,
    ) -> None:
        self.run_id = run_id
        self.fetcher = fetcher
        self.discover = discover
        self.due = due
        self.lookup = lookup
        self.pages_per_source = pages_per_source
        self._sources = tuple(sources)
        self._harvest_pages = harvest_pages
        self._claimed: set[str] = set()
        self._held = Harvest()
        self._ripe = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._over = False

    async def run(self) -> None:
        """Crawl all sources to their end. A bug costs one source, and is told as its trouble."""
        try:
            async with asyncio.TaskGroup() as group:
                for source in self._sources:
                    group.create_task(self._crawl(source), name=f"crawl {source.id}")
        finally:
            self._over = True
            self._ripe.set()

    async def harvest(self) -> Harvest | None:
        """What has come in: as soon as it is much, else after a while; None when all is over."""
        if not self._over:
            with suppress(TimeoutError):
                async with asyncio.timeout(HARVEST_SECONDS):
                    await self._ripe.wait()
        brought, self._held = self._held, Harvest()
        self._room.set()
        if self._over:
            return brought if brought != Harvest() else None
        self._ripe.clear()
        return brought

    def claim(self, page: Page) -> bool:
        """Whether a page is still nobody's in this run; it is the caller's from then on."""
        if page.url in self._claimed:
            return False
        self._claimed.add(page.url)
        return True

    def tell(self, trouble: Trouble) -> None:
        """Add to the harvest what went wrong."""
        self._held.troubles.append(trouble)

    def end(self, discovered: Discovered) -> None:
        """Add to the harvest that a discovery has ended; all it found was added before."""
        self._held.ended.append(discovered)

    async def list(self, pages: Sequence[Page]) -> None:
        """Add listed pages to the harvest, when there is room."""
        await self._room.wait()
        self._held.found += pages
        self._weigh(len(pages) * _LISTED_BYTES)

    async def bring(self, look: Look) -> None:
        """Add a look to the harvest, and wait until there is room for another."""
        self._held.looks.append(look)
        result = look.fetch.result if look.fetch else None
        self._weigh(len(result.body) if isinstance(result, Snapshot) else 0)
        await self._room.wait()

    def _weigh(self, size: int) -> None:
        self._held.size += size
        if self._held.size >= HELD_BYTES or len(self._held.looks) >= self._harvest_pages:
            self._ripe.set()
            self._room.clear()

    async def _crawl(self, source: Source) -> None:
        try:
            await _SourceCrawl(self, source).run()
        except ExceptionGroup as error:
            self.tell(_bug(source, "fetching", error))


def _bug(source: Source, what: str, error: Exception) -> Trouble:
    trace = "".join(traceback.format_exception(error))
    cause = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
    return Trouble(source.id, f"bug in {what}: {type(cause).__name__}: {cause}", trace)


class _Turn(NamedTuple):
    """A page in its source's queue: newly listed ones first, then those due longest."""

    rank: int
    number: int
    page: Page | None


_LISTED, _DUE, _LAST = range(3)


class _SourceCrawl:
    """One source: its discovery fills the queue, from which its workers ask for page after page."""

    def __init__(self, crawl: Crawl, source: Source) -> None:
        self._crawl = crawl
        self._source = source
        self._queue: asyncio.PriorityQueue[_Turn] = asyncio.PriorityQueue()
        self._number = 0
        self._asked = 0
        self._failures = 0
        self._gave_up = False
        self._changed: list[tuple[Page, Page]] = []

    async def run(self) -> None:
        now = datetime.now(UTC)
        limit = self._crawl.pages_per_source
        for page in await asyncio.to_thread(self._crawl.due, self._source.id, now, limit):
            self._enqueue(_DUE, page)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._discover())
            for _ in range(self._source.politeness.concurrency):
                group.create_task(self._work())

    # --- What the source lists -------------------------------------------------------------

    async def _discover(self) -> None:
        try:
            if self._crawl.discover is not None:
                await self._list_all(self._crawl.discover)
        except Exception as error:
            self._crawl.tell(_bug(self._source, "discovery", error))
        finally:
            for _ in range(self._source.politeness.concurrency):
                self._put(_LAST, None)

    async def _list_all(self, discover: Discover) -> None:
        started_at = datetime.now(UTC)
        listed, found, complete = 0, 0, True
        waiting: list[PageRef] = []
        async for item in discover(self._source, self._crawl.lookup):
            if isinstance(item, DiscoveryProblem):
                complete = complete and not self._hides_pages(item)
                self._crawl.tell(Trouble(item.source_id, f"{item.address}: {item.detail}"))
                continue
            listed += 1
            waiting.append(item)
            if len(waiting) == LOOKED_UP_AT_ONCE:
                found += await self._take_in(waiting)
                waiting = []
        found += await self._take_in(waiting)
        await self._take_in_changed(listed)
        self._crawl.end(
            Discovered(
                source_id=self._source.id,
                started_at=started_at,
                finished_at=datetime.now(UTC),
                listed=listed,
                found=found,
                complete=complete,
            )
        )

    def _hides_pages(self, problem: DiscoveryProblem) -> bool:
        """Whether a problem left listing pages unread that the next run has to walk to.

        A feed that fails hides nothing from the listings, and what is cut is cut in each run.
        """
        unread = problem.kind in ("unread", "unreadable")
        return unread and problem.address not in self._source.discovery.feeds

    async def _take_in(self, refs: list[PageRef]) -> int:
        """Enter and queue listed pages that are new, set aside those that changed; how many new."""
        now = datetime.now(UTC)
        urls = {ref.url for ref in refs}
        known = await asyncio.to_thread(self._crawl.lookup.find, urls) if urls else {}
        pages = [found_page(ref, self._crawl.run_id, now) for ref in refs]
        new = [page for page in pages if page.url not in known]
        await self._enter(new, new)
        self._changed += [
            (page, known[page.url])
            for page in pages
            if page.url in known and _has_changed(page, known[page.url])
        ]
        return len(new)

    async def _take_in_changed(self, listed: int) -> None:
        """Queue known pages that a list calls changed, unless it calls most of its pages so.

        Some sites give the moment of asking as that of each page's last change.
        """
        if len(self._changed) <= max(MANY_CHANGED, listed // 2):
            told, known = zip(*self._changed, strict=True) if self._changed else ((), ())
            await self._enter(told, known)

    async def _enter(self, listed: Sequence[Page], queued: Sequence[Page]) -> None:
        await self._crawl.list(listed)
        for page in queued:
            self._enqueue(_LISTED, page)

    def _enqueue(self, rank: int, page: Page) -> None:
        if self._queue.qsize() < 2 * self._crawl.pages_per_source and self._crawl.claim(page):
            self._put(rank, page)

    def _put(self, rank: int, page: Page | None) -> None:
        self._number += 1
        self._queue.put_nowait(_Turn(rank, self._number, page))

    # --- Asking for its pages --------------------------------------------------------------

    async def _work(self) -> None:
        while (page := (await self._queue.get()).page) is not None:
            if self._asked >= self._crawl.pages_per_source or self._gave_up:
                continue  # it stays due
            self._asked += 1
            fetch = await self._crawl.fetcher.fetch(
                page.address, self._source, validators=validators_to_send(page)
            )
            self._consider_giving_up(fetch)
            await self._crawl.bring(look_at(page, self._source, fetch))

    def _consider_giving_up(self, fetch: Fetch) -> None:
        failed = isinstance(fetch.result, Failure) and fetch.result.kind in _GIVES_UP_AFTER
        self._failures = self._failures + 1 if failed else 0
        if self._failures >= FAILURES_IN_A_ROW and not self._gave_up:
            self._gave_up = True
            problem = f"{self._failures} failures in a row: its other pages wait for the next run"
            self._crawl.tell(Trouble(self._source.id, problem))


def _has_changed(listed: Page, known: Page) -> bool:
    """Whether a list tells of a change since it last told of one, or since the page was read."""
    before = known.lastmod or known.fetched_at
    return listed.lastmod is not None and before is not None and listed.lastmod > before
