"""Which pages a source has: all that it declares is read, and told once a page, newest first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from flows.discovery.feeds import read_feed_at
from flows.discovery.listings import Walk
from flows.discovery.problems import DiscoveryProblem
from flows.discovery.scope import Contents, Known, PageFetcher, Scope, Window
from flows.discovery.sitemaps import read_sitemaps
from parsers.items import Listed, PageRef, Source
from parsers.urls import date_of_path

_FIRST, _LAST = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)


async def discover(
    source: Source,
    fetcher: PageFetcher,
    known: Known,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    collected_before: bool = False,
) -> AsyncIterator[PageRef | DiscoveryProblem]:
    """Find the pages that a source lists, known ones too; problems as they come, then the pages.

    Each page comes once, by the first index that names it, newest first as far as feeds, sitemaps
    and listings tell. ``known`` tells which canonical addresses were seen before: reading of
    listings ends where all is known. ``since`` and ``until`` (aware) leave out what was certainly
    published before or after; reading then ends at what is older, known or not.
    ``collected_before`` says that pages of the source are known, so that a feed on which nothing
    is known means missed items (``gap``); known pages anywhere in its indexes say so too.

    Nothing is raised for what the web does.
    """
    scope = Scope(source, fetcher, known, Window(since, until))
    found = Found(scope)
    unknown_feeds: list[Contents] = []
    some_known = collected_before
    async for finding in read_indexes(scope):
        if isinstance(finding, DiscoveryProblem):
            yield finding
            continue
        found.add(finding)
        any_known = bool(scope.known_among(finding.pages))
        some_known |= any_known
        if finding.found_by == "feed" and finding.pages and not any_known:
            unknown_feeds.append(finding)
    for feed in unknown_feeds if some_known else ():
        yield scope.problem(
            feed.found_at or "",
            "gap",
            f"none of its {len(feed.pages)} pages was seen before, so pages between this reading"
            " and the last were likely missed; read it more often, or declare a listing or sitemap",
        )
    for ref in found.newest_first():
        yield ref


async def read_indexes(scope: Scope) -> AsyncIterator[Contents | DiscoveryProblem]:
    """What all indexes of a source name: feeds, listings, single addresses, sitemaps.

    Feeds that a listing links to are read when none is declared; a source that declares nothing
    is found from its home page.
    """
    declared = scope.source.discovery
    for address in declared.feeds:
        async for finding in read_feed_at(scope, address):
            yield finding
    nothing = not (declared.feeds or declared.sitemaps or declared.listings or declared.pages)
    home = (scope.source.home,) if nothing and scope.source.home else ()
    linked: dict[str, None] = {}
    for address in declared.listings or home:
        walk = Walk(scope, address)
        async for finding in walk.contents():
            yield finding
        linked |= dict.fromkeys(walk.feeds)
    for address in linked if not declared.feeds else ():
        async for finding in read_feed_at(scope, address):
            yield finding
    if declared.pages:
        pages = tuple(Listed(address) for address in declared.pages)
        yield Contents("list", declared.pages_file, pages)
    if declared.sitemaps:
        async for finding in read_sitemaps(scope, declared.sitemaps):
            yield finding


class Found:
    """The pages found so far, each once, with the moment that orders them."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._refs: dict[str, tuple[datetime, PageRef]] = {}

    def add(self, contents: Contents) -> None:
        """Add what an index names.

        A page without a date stands where the index puts it: after the one before. Feeds and
        listings begin with the newest; sitemaps and lists promise no order.
        """
        moment = _FIRST if contents.found_by in ("feed", "listing") else _LAST
        for page in contents.pages:
            moment = _moment(page) or moment
            if self._scope.window.may_hold(page, self._scope.zone):
                self._add(self._scope.ref(page, contents), moment)

    def _add(self, ref: PageRef, moment: datetime) -> None:
        earlier = self._refs.get(ref.url)
        if earlier is None:
            self._refs[ref.url] = (moment, ref)
            return
        # The first index that named it stays; what only a later one tells is added.
        first_moment, first = earlier
        merged = PageRef(
            source_id=first.source_id,
            url=first.url,
            found_by=first.found_by,
            found_at=first.found_at,
            lastmod=max(filter(None, (first.lastmod, ref.lastmod)), default=None),
            title=first.title or ref.title,
            listed_url=first.listed_url,
        )
        dated = first_moment if first_moment not in (_FIRST, _LAST) else moment
        self._refs[ref.url] = (dated, merged)

    def newest_first(self) -> list[PageRef]:
        """All pages; those of one moment in the order in which they were found."""
        ordered = sorted(self._refs.values(), key=lambda held: held[0], reverse=True)
        return [ref for _, ref in ordered]


def _moment(page: Listed) -> datetime | None:
    in_path = date_of_path(page.url)
    return page.modified or page.published or (in_path[1].value if in_path else None)
