"""The captures of a window in the source's web archive: listed once, then fetched one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from flows.backfilling.listing import Listing
from flows.backfilling.windows import Span
from flows.collecting.collect import batch_of, replay
from flows.collecting.looks import Look
from flows.discovery.scope import Scope, Window
from flows.fetching.client import Fetcher
from flows.fetching.hosts import HostState
from flows.reading.days import Days
from flows.runs.batches import Batch
from flows.runs.steps import Run
from flows.settings import Settings
from flows.webarchives.addresses import asking, replay_of
from flows.webarchives.index import read_index
from flows.webarchives.replaying import ReplayFetcher
from parsers.items import PageRef, Source, WebArchive
from parsers.urls import canonicalise
from warehouse import Page, found_page


def list_captures(
    source: Source,
    archive: WebArchive,
    span: Span,
    settings: Settings,
    sources: Mapping[str, Source],
    hosts: Mapping[str, HostState],
) -> Listing:
    """What the archive's index names of the source's article pages, captured in these days."""

    async def read() -> Listing:
        since = datetime.combine(span.since, time.min, UTC)
        until = datetime.combine(span.until, time.max, UTC).replace(microsecond=0)
        async with Fetcher(settings, sources, hosts) as fetcher:
            scope = Scope(source, fetcher, lambda _: (), Window(since, until))
            listed = await read_index(scope, archive, fetcher, since, until)
            return Listing(listed.refs, listed.problems, False, listed.requests, fetcher.hosts())

    return asyncio.run(read())


def newer(refs: Iterable[PageRef], read: Mapping[str, datetime]) -> list[PageRef]:
    """Captures made after their page was last read, by canonical address.

    An older one would be loaded as the newest version of its article.
    """
    return [ref for ref in refs if ref.url not in read or _after(ref, read[ref.url])]


def _after(ref: PageRef, moment: datetime) -> bool:
    return ref.lastmod is not None and ref.lastmod > moment


def by_canonical(source: Source, read: Mapping[str, datetime]) -> dict[str, datetime]:
    """When pages were last read, by the addresses by which they are known."""
    found: dict[str, datetime] = {}
    for url, moment in read.items():
        name = canonicalise(url, source.host_aliases, source.home)
        found[name] = max(moment, found.get(name, moment))
    return found


@dataclass(frozen=True)
class Captures:
    """The captures of one window, by their addresses in the archive.

    ``backfill_id`` is the backfill's, ``days`` are those of all its captures.
    """

    source: Source
    archive: WebArchive
    backfill_id: str
    days: Days
    addresses: tuple[str, ...]

    def left(self, run: Run) -> tuple[PageRef, ...]:
        """Those that nobody asked for since the backfill was planned, in the order planned.

        Without those that became older than the last look at their page in the meantime, and those
        of pages that were erased.
        """
        asked = run.writer.backfills.asked(self.addresses, since_run=self.backfill_id)
        open_ones = [self._ref(address) for address in self.addresses if address not in asked]
        read = by_canonical(self.source, run.writer.backfills.last_read(self.source.id))
        return tuple(
            ref
            for ref in newer(filter(None, open_ones), read)
            if not run.erased.article_of(ref.source_id, ref.url)
        )

    def _ref(self, address: str) -> PageRef | None:
        told = replay_of(self.archive, address)
        return told and PageRef(
            source_id=self.source.id,
            url=canonicalise(told.url, self.source.host_aliases, self.source.home),
            found_by="archive",
            found_at=self.archive.index,
            lastmod=told.captured_at,
            listed_url=address,
        )

    def ask_for(self, refs: Sequence[PageRef], run: Run) -> Generator[Batch]:
        """Ask the archive for captures; batches of pages, as they come."""
        now = datetime.now(UTC)
        by_address = {ref.listed_url or ref.url: ref for ref in refs}
        pages = [_as_page(address, ref, now) for address, ref in by_address.items()]

        def batch(looks: Sequence[Look]) -> Batch:
            brought = batch_of(looks)
            urls = {by_address[look.page.address].url for look in looks}
            known = self._known(urls, run)
            return Batch(
                snapshots=brought.snapshots,
                missed=brought.missed,
                looks={
                    address: Look(
                        known.get(ref.url) or found_page(_of_itself(ref), self.backfill_id, now),
                        self.source,
                        look.fetch,
                        look.told,
                        self.archive.index,
                    )
                    for address, look in brought.looks.items()
                    if (ref := by_address[address])
                },
            )

        def fetch_by(fetcher: Fetcher) -> ReplayFetcher:
            return ReplayFetcher(fetcher, self.source, self.archive, self.days)

        yield from replay(pages, asking(self.source, self.archive), fetch_by, batch, run)

    def _known(self, urls: Collection[str], run: Run) -> dict[str, Page]:
        with run.writer.page_lookup() as lookup:
            return lookup.find(urls)


def _as_page(address: str, ref: PageRef, now: datetime) -> Page:
    """A capture as a page to ask for: known by its own address, so that all of a page are asked."""
    capture = PageRef(
        source_id=ref.source_id, url=address, found_by="archive", found_at=ref.found_at
    )
    return found_page(capture, "", now)


def _of_itself(ref: PageRef) -> PageRef:
    """The page that was captured, as its own server may still have it."""
    return PageRef(source_id=ref.source_id, url=ref.url, found_by="archive", found_at=ref.found_at)
