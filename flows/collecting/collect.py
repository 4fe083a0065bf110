"""Collecting in a run: the crawl beside the thread that loads, its harvests as batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial

from anyio.from_thread import BlockingPortal, start_blocking_portal

from flows.collecting.crawl import Asks, Crawl, Discover, Due, Harvest
from flows.collecting.looks import Look, outcome_of
from flows.discovery import DiscoveryProblem, discover
from flows.fetching.client import Fetcher
from flows.fetching.hosts import HostState
from flows.runs.batches import Batch
from flows.runs.erased import ErasedPages
from flows.runs.recording import Recorder
from flows.runs.steps import Run
from parsers.items import PageRef, Snapshot, Source
from warehouse import Host, Page, PageLookup, Writer


def collect(collected: Sequence[Source], run: Run) -> Generator[Batch]:
    """Collect from the web: batches of pages, as they come; an empty one when a while brought none.

    What a batch holds was asked for; all that was listed before it is entered in the warehouse,
    but for pages that were erased: they are not asked for.
    Closing the iterator ends the crawl.
    """

    def discover_pages(
        fetcher: Fetcher, source: Source, lookup: PageLookup
    ) -> AsyncIterator[PageRef | DiscoveryProblem]:
        before = lookup.was_collected(source.id)
        found = discover(source, fetcher, lookup.seen_before, collected_before=before)
        return _not_erased(found, run.erased)

    with run.writer.page_lookup() as lookup:
        limit = run.settings.pages_per_source
        yield from _crawl(collected, run, lookup, discover_pages, lookup.due, limit)


def revisit(sources: Sequence[Source], run: Run) -> Generator[Batch]:
    """Ask for the known pages of sources whose due time has come; what they list is not read."""
    with run.writer.page_lookup() as lookup:
        yield from _crawl(sources, run, lookup, None, lookup.due, run.settings.pages_per_source)


def ask_for(pages: Sequence[Page], source: Source, run: Run) -> Generator[Batch]:
    """Ask for some known pages of a source, due or not, in their order."""
    with run.writer.page_lookup() as lookup:
        yield from _crawl((source,), run, lookup, None, _these(pages), len(pages))


def replay(
    pages: Sequence[Page],
    asker: Source,
    fetch_by: Callable[[Fetcher], Asks],
    batch: Callable[[Sequence[Look]], Batch],
    run: Run,
) -> Generator[Batch]:
    """Ask a web archive for captures, each a page of its own here, in their order.

    ``asker`` is for whom the archive is asked; ``batch`` makes the batches of what comes.
    """
    with run.writer.page_lookup() as lookup:
        due, number = _these(pages), len(pages)
        yield from _crawl((asker,), run, lookup, None, due, number, fetch_by, batch)


def _these(pages: Sequence[Page]) -> Due:
    return lambda source_id, now, limit: pages


def batch_of(looks: Sequence[Look]) -> Batch:
    """Looks as the pages of a batch: those to be parsed, those that gave none."""
    outcomes = [outcome_of(look, look.fetch) for look in looks if look.fetch]
    return Batch(
        snapshots=tuple(o for o in outcomes if isinstance(o, Snapshot)),
        missed=tuple(o for o in outcomes if not isinstance(o, Snapshot)),
        looks={look.page.address: look for look in looks},
    )


_DiscoverBy = Callable[[Fetcher, Source, PageLookup], AsyncIterator[PageRef | DiscoveryProblem]]


def _crawl(
    crawled: Sequence[Source],
    run: Run,
    lookup: PageLookup,
    discover_by: _DiscoverBy | None,
    due: Due,
    pages_per_source: int,
    fetch_by: Callable[[Fetcher], Asks] = lambda fetcher: fetcher,
    batch: Callable[[Sequence[Look]], Batch] = batch_of,
) -> Generator[Batch]:
    writer, recorder = run.writer, run.recorder
    remembered = {host.host: host for host in writer.hosts()}
    states = {name: HostState(**asdict(host)) for name, host in remembered.items()}
    fetcher = Fetcher(run.settings, run.sources, states)
    listing: Discover | None = partial(discover_by, fetcher) if discover_by else None
    asked: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    with start_blocking_portal() as portal:
        crawl = Crawl(
            crawled,
            fetch_by(fetcher),
            listing,
            due,
            lookup,
            recorder.run_id,
            pages_per_source=pages_per_source,
            harvest_pages=run.settings.batch_pages,
        )
        with _running(portal, crawl, fetcher):
            while (harvest := portal.call(crawl.harvest)) is not None:
                _record(harvest, writer, recorder)
                remembered = _remember(portal.call(fetcher.hosts), remembered, writer)
                asked.update(look.source.id for look in harvest.looks)
                failed.update(look.source.id for look in harvest.looks if look.failure)
                yield batch(harvest.looks)
    for source_id, number in asked.items():
        if failed[source_id] == number:
            recorder.add_problem(
                f"{source_id}: none of {number:,} pages could be fetched", source=source_id
            )


async def _not_erased(
    found: AsyncIterator[PageRef | DiscoveryProblem], erased: ErasedPages
) -> AsyncIterator[PageRef | DiscoveryProblem]:
    async for item in found:
        if isinstance(item, DiscoveryProblem) or not erased.article_of(item.source_id, item.url):
            yield item


@contextmanager
def _running(portal: BlockingPortal, crawl: Crawl, fetcher: Fetcher) -> Iterator[None]:
    """The crawl in the portal's loop; what it raised is raised at the end."""

    async def run() -> None:
        async with fetcher:
            await crawl.run()

    running = portal.start_task_soon(run)
    try:
        yield
        running.result()
    finally:
        running.cancel()


def _record(harvest: Harvest, writer: Writer, recorder: Recorder) -> None:
    with writer.transaction():
        if harvest.found:
            writer.record_found(harvest.found)
        if harvest.ended:
            writer.record_discoveries(recorder.run_id, harvest.ended)
    for trouble in harvest.troubles:
        recorder.add_problem(
            f"{trouble.source_id}: {trouble.problem}", trouble.details, source=trouble.source_id
        )


def _remember(
    states: Mapping[str, HostState], remembered: dict[str, Host], writer: Writer
) -> dict[str, Host]:
    """Record what hosts asked for since it was last recorded; all that is recorded now."""
    hosts = {name: Host(**asdict(state)) for name, state in states.items()}
    changed = [host for name, host in hosts.items() if remembered.get(name) != host]
    if changed:
        writer.record_hosts(changed)
    return remembered | hosts
